"""The third-party inventory as text and as Markdown: one block a party, who loses what first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.report import phrases
from scanner.report.layout import Block, Grid, Heading, Line, plain
from scanner.report.outcome import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.report.options import Options
    from scanner.vendors import Inventory, ThirdParty


def render(inventory: Inventory, options: Options) -> str:
    """Return the inventory as text."""
    return plain(_blocks(inventory, full=options.full), options.width)


def _blocks(inventory: Inventory, *, full: bool) -> Iterator[Block]:
    reaching = [party for party in inventory.parties if party.holdings]
    yield Heading(f"Third parties as of {inventory.as_of.isoformat()}")
    yield Grid(
        ("party", "trust", "register", "expires", "ways in", "assets", "not agreed"),
        tuple(_row(party) for party in inventory.parties),
    )
    for party in inventory.parties if full else reaching:
        yield from _party(party)
    for cut in inventory.cuts:
        yield Line(f"not looked at: {cut}")


def _row(party: ThirdParty) -> tuple[str, ...]:
    expires = party.expires.isoformat() if party.expires else "-"
    return (
        party.name,
        party.trust,
        "yes" if party.registered else "no",
        f"{expires} (over)" if party.expired else expires,
        str(len(party.ways_in)),
        str(len({holding.asset for holding in party.holdings})),
        str(len({holding.asset for holding in party.holdings if holding.agreement != "agreed"})),
    )


def _party(party: ThirdParty) -> Iterator[Block]:
    yield Heading(party.name)
    owner = f"owner {party.owner or 'nobody'}, for {party.purpose or 'no stated purpose'}"
    yield Line(owner if party.registered else "in no register: nobody answers for this access")
    for way in party.ways_in:
        guards = ", ".join(str(guard) for guard in way.hop.guards) or "no condition"
        used = f"; that principal was last used {way.last_used}" if way.last_used else ""
        yield Line(f"way in {way.source} -> {way.entry} ({guards}{used})", indent=2)
        if way.use:
            yield Line(phrases.use_line(way.use), indent=4)
    if party.lost:
        yield Line("if it is breached tonight:", indent=2)
    for loss in party.lost:
        yield Line(f"{loss.gain} {plural(loss.assets, loss.asset_class)} ({loss.tier})", indent=4)
    rows = tuple((h.gain, h.asset, h.tier, h.agreement, h.certainty, str(h.hops)) for h in party.holdings)
    if rows:
        yield Grid(("gain", "asset", "tier", "agreement", "certainty", "hops"), rows)
