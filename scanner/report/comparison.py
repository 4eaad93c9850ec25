"""Two scans compared, as text: what opened, what closed, what changed on a path that stayed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.report import phrases
from scanner.report.layout import Block, Heading, Line, plain
from scanner.report.outcome import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.changes import Diff, Seen
    from scanner.report.options import Options


def render(diff: Diff, options: Options) -> str:
    """Return the comparison as text, worst findings first."""
    return plain(_blocks(diff), options.width)


def _blocks(diff: Diff) -> Iterator[Block]:
    counts = (("opened", diff.opened), ("closed", diff.closed), ("changed", diff.changed))
    yield Line(", ".join(f"{plural(len(items), 'finding')} {word}" for word, items in counts))
    yield from (Line(note) for note in diff.notes)
    for word, items in (("Opened", diff.opened), ("Closed", diff.closed)):
        if items:
            yield Heading(word)
        for item in items:
            yield from _told(item)
            for evidence in diff.because.get(item.id, ()):
                state = "not there before" if word == "Opened" else "not there any more"
                yield Line(f"{state}: {phrases.brief(evidence)}", indent=2, hang=5)
    if diff.changed:
        yield Heading("Changed")
    for change in diff.changed:
        yield from _told(change.finding)
        yield from (Line(said, indent=4) for said in change.what)


def _told(item: Seen) -> Iterator[Block]:
    suppressed = "" if item.suppressed is None else f" (suppressed: {item.suppressed})"
    yield Line(f"{item.severity} {item.id} {item.rule}{suppressed}")
    yield Line(f"from {item.source.id}", indent=2, hang=5)
    yield Line(f"to   {item.asset.id}", indent=2, hang=5)
