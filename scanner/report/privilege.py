"""The least privilege of a vendor, as text and as JSON: what to write, what to take out, and the proof."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

from scanner.report import cutting
from scanner.report.layout import Block, Heading, Line, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.access import AccessKey
    from scanner.narrowing import LeastPrivilege
    from scanner.report.options import Options


def render(found: LeastPrivilege, options: Options) -> str:
    """Return it as text."""
    return plain(_blocks(found), options.width)


def as_json(found: LeastPrivilege) -> bytes:
    """Return it as one JSON object; documents to write stand under ``write``, edits under ``remove``."""
    return msgspec.json.format(
        msgspec.json.encode(
            {
                "vendor": found.vendor,
                "write": [{"title": piece.title, "document": piece.body} for piece in found.pieces],
                "remove": [cutting.edit_json(edit) for edit in found.removals],
                "keeps": list(map(_access, found.keeps)),
                "loses": list(map(_access, found.loses)),
                "open": list(map(_access, found.open)),
                "unexpressed": [
                    {**_access(told.access), "reason": told.reason} for told in found.unexpressed
                ],
                "notes": found.notes,
                "is_smallest": found.is_smallest,
            }
        ),
        indent=2,
    )


def _access(key: AccessKey) -> dict[str, str]:
    source, gain, asset = key
    return {"source": source, "gain": gain, "asset": asset}


def _blocks(found: LeastPrivilege) -> Iterator[Block]:
    yield Heading(f"Least privilege of {found.vendor}")
    if not found.keeps:
        yield Line("the register agrees to nothing that it reaches today: all of its access goes")
    for piece in found.pieces:
        yield Line(piece.title)
        lines = json.dumps(piece.body, indent=2, ensure_ascii=False).split("\n")
        yield from (Line(line, indent=2, whole=True) for line in lines)
    for number, edit in enumerate(found.removals, 1):
        yield Line(f"take out {number}. {cutting.edit_name(edit)}")
        yield from cutting.edit_lines(edit, 3)
    yield from (Line(f"note: {note}") for note in found.notes)
    yield Heading("What the analysis says of it")
    yield from _listed("kept, as agreed", found.keeps)
    yield from _listed("gone, not agreed", found.loses)
    yield from _listed("STILL OPEN, not agreed", found.open)
    for told in found.unexpressed:
        yield Line(f"not narrowed: {_said(told.access)}: {told.reason}", indent=2)
    if not found.is_smallest:
        yield Line("the search met its bound: a role may hold permissions that nothing needs")


def _listed(word: str, keys: Iterable[AccessKey]) -> Iterator[Block]:
    shown = tuple(keys)
    if shown:
        yield Line(f"{word} ({len(shown)}):")
    yield from (Line(_said(key), indent=2) for key in shown)


def _said(key: AccessKey) -> str:
    source, gain, asset = key
    return f"{source} {gain} {asset}"
