"""What to cut, as text: each statement with the edit that removes it, in cloud and code, and what breaks."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

import msgspec

from scanner.cut import Cut, Edit  # noqa: TC001 - msgspec reads the annotations
from scanner.model import Finding  # noqa: TC001 - msgspec reads the annotations
from scanner.report import phrases
from scanner.report.layout import Block, Heading, Line, plain
from scanner.report.outcome import plural
from scanner.snapshot import Removal  # noqa: TC001 - as above

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.report.options import Options


class Advice(msgspec.Struct, frozen=True):
    """A cut with what people need to judge it.

    `findings` are all that were to be cut, by id, and `on` what each could be broken at; `edits` shows every
    statement that is on one.
    """

    cut: Cut
    findings: dict[str, Finding]
    edits: dict[Removal, Edit]
    on: dict[str, frozenset[Removal]]


def render(advice: Advice, options: Options) -> str:
    """Return the advice as text."""
    return plain(_blocks(advice), options.width)


def as_json(advice: Advice) -> bytes:
    """Return the advice as one JSON object; each edit is a JSON Patch (RFC 6902) on its document."""
    cut = advice.cut
    return msgspec.json.format(
        msgspec.json.encode(
            {
                "remove": [edit_json(advice.edits[removal]) for removal in cut.removals],
                "broken": cut.broken,
                "kept": cut.kept,
                "is_smallest": cut.is_smallest,
                "is_whole": cut.is_whole,
            }
        ),
        indent=2,
    )


def edit_json(edit: Edit) -> dict[str, object]:
    """Return one edit; `place` and `terraform` are empty where nothing is known of code."""
    removal = edit.removal
    return {
        "id": str(removal),
        "document": removal.document,
        "patch": [{"op": "remove", "path": removal.pointer}],
        "statement": edit.evidence.excerpt,
        "place": phrases.in_file(edit.evidence).strip(" ()"),
        "terraform": terraform(edit),
    }


def terraform(edit: Edit) -> str:
    """Return how the edit is made in Terraform, an empty text where that is not known."""
    evidence, written = edit.evidence, edit.written
    if evidence.file is not None:
        place = phrases.in_file(evidence).strip(" ()")
        return f"delete the block at {place}"
    if written is None:
        return ""
    if not written.argument:
        return f"delete the {written.resource} that makes it"
    named = phrases.sid(evidence)
    what = f"the statement `{named}`" if named else "it"
    return f"{written.resource}: delete {what} from `{written.argument}`"


def edit_lines(edit: Edit, indent: int) -> Iterator[Block]:
    """Yield the statement to remove and how that is done."""
    if edit.evidence.excerpt:
        yield Line(edit.evidence.excerpt, indent=indent)
    said = terraform(edit)
    if said:
        yield Line(f"in Terraform: {said}", indent=indent)


def edit_name(edit: Edit) -> str:
    """Return what is removed and where it stands, for people."""
    return phrases.brief(edit.evidence)


def _blocks(advice: Advice) -> Iterator[Block]:
    cut = advice.cut
    if not advice.findings:
        yield Line("nothing to cut: no open finding at this level")
        return
    broken = plural(len(cut.broken), "finding")
    smallest = "the smallest set that does" if cut.is_smallest else "not proven to be the smallest set"
    yield Heading("What to cut")
    yield Line(f"removing {plural(len(cut.removals), 'statement')} breaks {broken} ({smallest})")
    ranked = sorted(cut.removals, key=lambda removal: (-len(_broken_at(advice, removal)), removal))
    for number, removal in enumerate(ranked, 1):
        yield from _removal(advice, number, removal)
    if cut.kept:
        yield Heading("What no removal breaks")
        yield Line(
            "each part of these paths also carries agreed access, or its removal changes nothing: narrow one;"
            " `sidedoor vendors least-privilege NAME` says how"
        )
    for item in cut.kept:
        yield Line(_named(advice.findings, item.finding))
        yield from (Line(_place(advice.edits, s), indent=4) for s in item.statements)
    if not cut.is_whole:
        yield Line("the search met its bound: some findings are still there")
    if cut.removals:
        yield Heading("Prove it")
        every = " ".join(f"--remove {quote(str(removal))}" for removal in ranked)
        yield Line(f"sidedoor what-if --snapshot DIR {every}", whole=True)


def _removal(advice: Advice, number: int, removal: Removal) -> Iterator[Block]:
    yield Line(f"{number}. remove {_place(advice.edits, removal)}")
    if removal in advice.edits:
        yield from edit_lines(advice.edits[removal], 3)
    for id_ in _broken_at(advice, removal):
        yield Line(f"breaks {_named(advice.findings, id_)}", indent=3)


def _broken_at(advice: Advice, removal: Removal) -> list[str]:
    return [id_ for id_ in advice.cut.broken if removal in advice.on.get(id_, ())]


def _named(findings: Mapping[str, Finding], id_: str) -> str:
    finding = findings.get(id_)
    return id_[:8] if finding is None else f"{finding.severity} {id_[:8]} {finding.message}"


def _place(edits: Mapping[Removal, Edit], removal: Removal) -> str:
    found = edits.get(removal)
    return str(removal) if found is None else edit_name(found)
