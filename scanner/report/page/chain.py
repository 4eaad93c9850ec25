"""Where the parts of a drawn path stand: a vertical chain from the outside party to the asset, as SVG units.

Only numbers and texts; the template draws them. A unit is a pixel at 100 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from scanner.report import phrases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Finding, Hop
    from scanner.verdict import Holder

WIDTH: Final = 720
_LINE: Final = 18
_RAIL: Final = 22
_TEXT: Final = 46
_LONGEST: Final = 84  # characters of a line at the size drawn

Role: TypeAlias = Literal["outside", "inside", "asset"]


class Stop(msgspec.Struct, frozen=True):
    """A node of the path: its mark at ``(x, y)``, a label that fits, and the whole text."""

    y: int
    role: Role
    label: str
    whole: str


class Note(msgspec.Struct, frozen=True):
    """A line of text beside a hop; `holder` is who holds a guard, empty for other words."""

    y: int
    label: str
    whole: str
    holder: Holder | Literal[""] = ""


class Span(msgspec.Struct, frozen=True):
    """The line of a hop, from one mark to the next."""

    top: int
    bottom: int
    certainty: str
    notes: tuple[Note, ...]


class Chain(msgspec.Struct, frozen=True):
    """A path laid out. `x` is the rail that marks stand on, `text_x` where words begin."""

    height: int
    stops: tuple[Stop, ...]
    spans: tuple[Span, ...]
    width: int = WIDTH
    x: int = _RAIL
    text_x: int = _TEXT


def laid_out(finding: Finding) -> Chain:
    """Return the finding's path as a chain, its source on top."""
    path = finding.path
    source = path.source
    first = f"{source.vendor}: {source.id}" if source.vendor else source.id
    y = _LINE
    stops = [_stop(y, "outside", first)]
    spans = []
    for number, hop in enumerate(path.hops, start=1):
        notes = tuple(_notes(hop, y + _LINE))
        below = y + _LINE * (len(notes) + 1) + _LINE // 2
        spans.append(Span(y, below, hop.certainty, notes))
        y = below
        stops.append(_stop(y, "asset" if number == len(path.hops) else "inside", hop.target))
    return Chain(y + _LINE, tuple(stops), tuple(spans))


def _notes(hop: Hop, y: int) -> Iterator[Note]:
    words: list[tuple[str, Holder | Literal[""]]] = [(phrases.how(hop), "")]
    words += [(f"if {guard}", guard.held_by) for guard in hop.guards]
    words += [(f"not read: {missing}", "") for missing in hop.missing]
    words += [(f"blocked by {part}", "") for part in hop.blocked_by]
    for number, (text, holder) in enumerate(words):
        yield Note(y + number * _LINE, _fitted(text), text, holder)


def _stop(y: int, role: Role, text: str) -> Stop:
    return Stop(y, role, _fitted(text), text)


def _fitted(text: str) -> str:
    """Return the text, its middle left out when it is long: the ends of an id say most."""
    if len(text) <= _LONGEST:
        return text
    half = (_LONGEST - 1) // 2
    return f"{text[:half]}…{text[-half:]}"
