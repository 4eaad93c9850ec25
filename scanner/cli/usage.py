"""``--trail``: what CloudTrail logs say of the ways in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from scanner.providers.aws.trail_log import read_logs_of_use, scope_of
from scanner.usage import Uses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.model import Hop
    from scanner.scan import Scan
    from scanner.vendors import Inventory

TRAIL = click.option(
    "--trail",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="CloudTrail logs: a file, a directory or a Lake export. Tells which ways in were used. Repeatable.",
)


def with_use(scan: Scan, trail: tuple[Path, ...]) -> Scan:
    """Return the scan with the use of each finding's way in, as far as the logs tell."""
    if not trail:
        return scan
    uses, notes = _read(trail, (finding.path.hops[0] for finding in scan.findings))
    findings = tuple(msgspec.structs.replace(f, use=uses.of(f.path.hops[0])) for f in scan.findings)
    return msgspec.structs.replace(scan, findings=findings, notes=tuple(sorted({*scan.notes, *notes})))


def inventory_with_use(found: Inventory, trail: tuple[Path, ...]) -> tuple[Inventory, tuple[str, ...]]:
    """Return the inventory with the use of each way in, and notes on what could not be read."""
    if not trail:
        return found, ()
    uses, notes = _read(trail, (way.hop for party in found.parties for way in party.ways_in))
    parties = tuple(
        msgspec.structs.replace(
            party,
            ways_in=tuple(msgspec.structs.replace(way, use=uses.of(way.hop)) for way in party.ways_in),
        )
        for party in found.parties
    )
    return msgspec.structs.replace(found, parties=parties), notes


def _read(trail: tuple[Path, ...], hops: Iterable[Hop]) -> tuple[Uses, tuple[str, ...]]:
    uses = Uses(scope_of)
    uses.ask(hops)
    return uses, read_logs_of_use(trail, uses)
