"""``sidedoor who-can``, ``sidedoor can`` and ``sidedoor paths``: questions to a snapshot, without rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import msgspec

from scanner.access import outside_access
from scanner.analysis import Analysis
from scanner.cli.options import DRAWN, on_snapshot, read
from scanner.cli.telling import stage, warn_of_gaps
from scanner.cli.verb import ANSWERED, Verb
from scanner.model import GAINS
from scanner.reach import can as ways_from
from scanner.reach import who_can as ways_to
from scanner.report import flowchart
from scanner.report.clean import visible
from scanner.wildcards import matches

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from scanner.model import Asset, Gain, Hop
    from scanner.model import Path as Way


@click.command(
    "who-can",
    cls=Verb,
    examples=(
        (
            "everyone who can read the weights",
            "sidedoor who-can read 'arn:aws:s3:::weights/*' --snapshot nightly/",
        ),
        (
            "a test: nobody but the trainer",
            "sidedoor who-can read 'arn:aws:s3:::weights/*' --snapshot nightly/ \\\n"
            "    --expect arn:aws:iam::100000000001:role/trainer",
        ),
        (
            "a picture of who calls any endpoint",
            "sidedoor who-can invoke '*endpoint/*' --snapshot nightly/ --format mermaid",
        ),
    ),
    exits={
        0: "answered, and as --expect says",
        1: "others can, or not all that --expect names",
        2: ANSWERED[2],
        3: "as --expect says, but something was not read",
    },
)
@click.argument("gain", type=click.Choice(GAINS))
@click.argument("asset")
@on_snapshot
@DRAWN
@click.option("--direct", is_flag=True, help="Only who reaches it in one hop: the fast answer.")
@click.option(
    "--expect",
    multiple=True,
    metavar="ID",
    help="Exit 1 unless exactly these principals can; repeat for several.",
)
def who_can(
    gain: Gain,
    asset: str,
    form: str,
    expect: tuple[str, ...],
    *,
    direct: bool,
    **given: Any,  # noqa: ANN401 - click's options
) -> None:
    """List who can read, invoke, write (overwrite) or grant (re-share) ASSET, an id or a glob.

    First who reaches it in one hop, ours and outsiders, then the ways of outsiders through several.
    """
    asked = read(given["directory"], given["config"])
    assembly = Analysis(*asked).assembly
    with stage("deriving who reaches it"):
        found = ways_to(assembly, gain, asset, direct=direct)
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    if form == "mermaid":
        click.echo(flowchart(way for reach in found for way in reach.paths), nl=False)
    for reach in found if form == "table" else ():
        click.echo(f"{gain} {_named(reach.asset)}")
        for hop in reach.hops:
            click.echo(f"  {visible(hop.source)}{_conditions([hop])}")
        for way in reach.paths:
            if len(way.hops) > 1:
                click.echo(f"  {_told(way)}")
        for cut in reach.cuts:
            click.echo(f"  not looked at: {visible(cut)}")
    holders = {h.source for r in found for h in r.hops} | {w.source.id for r in found for w in r.paths}
    gaps = sum(1 for _ in assembly.gaps())
    warn_of_gaps(gaps)
    if expect and holders != set(expect):
        raise SystemExit(1)
    raise SystemExit(3 if expect and gaps else 0)


@click.command(
    cls=Verb,
    examples=(
        (
            "what is lost if a vendor is breached",
            "sidedoor can arn:aws:iam::200000000001:root --snapshot nightly/",
        ),
        ("the same for anyone on the internet", "sidedoor can '*' --snapshot nightly/"),
    ),
)
@click.argument("principal")
@on_snapshot
@DRAWN
def can(principal: str, directory: Path, config: Path | None, form: str) -> None:
    """List what PRINCIPAL can reach, and by which path: what is lost if it is breached.

    PRINCIPAL is ours or an outsider: an ARN, a member as Google's policies write it, `guest:MAIL`, `app:ID`,
    `ISSUER sub=GLOB`, or `*` for anyone.
    """
    asked = read(directory, config)
    assembly = Analysis(*asked).assembly
    with stage("following its ways"):
        ways, cuts = ways_from(assembly, principal)
    warn_of_gaps(sum(1 for _ in assembly.gaps()))
    _say(ways, cuts, form, f"{visible(principal)} reaches no asset")


@click.command(
    cls=Verb,
    examples=(
        (
            "every way of a vendor to the weights",
            "sidedoor paths --snapshot nightly/ --from labelworks --to 'arn:aws:s3:::weights/*'",
        ),
        (
            "who could poison a model, as a picture",
            "sidedoor paths --snapshot nightly/ --gain write --format mermaid",
        ),
    ),
)
@on_snapshot
@click.option("--from", "party", default="*", metavar="GLOB", help="Only from these sources or vendors.")
@click.option("--to", "asset", default="*", metavar="GLOB", help="Only to these assets.")
@click.option("--gain", type=click.Choice(GAINS), help="Only what yields this.")
@DRAWN
def paths(
    directory: Path, config: Path | None, form: str, *, party: str, asset: str, gain: Gain | None
) -> None:
    """List the ways of outsiders to assets, agreed or not, whatever the rules say of them."""
    asked = read(directory, config)
    analysis = Analysis(*asked)
    with stage("asking who reaches what"):
        access, cuts = outside_access(analysis)
    warn_of_gaps(sum(1 for _ in analysis.assembly.gaps()))
    ways = tuple(
        way
        for item in access
        for way in item.entries
        if gain in (None, item.gain)
        and matches(asset, way.asset.id)
        and any(matches(party, name) for name in (way.source.id, way.source.vendor or ""))
    )
    _say(ways, cuts, form, "no way from outside")


def _say(ways: tuple[Way, ...], cuts: tuple[str, ...], form: str, nothing: str) -> None:
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(ways), indent=2).decode())
        return
    if form == "mermaid":
        click.echo(flowchart(ways), nl=False)
        return
    for way in ways:
        click.echo(f"{', '.join(way.gains)} {_named(way.asset)}")
        click.echo(f"  {_told(way)}")
    if not ways:
        click.echo(nothing)
    for cut in cuts:
        click.echo(f"not looked at: {visible(cut)}")


def _named(asset: Asset) -> str:
    return f"{visible(asset.id)} [{asset.asset_class}, {asset.tier}]"


def _told(way: Way) -> str:
    steps = "".join(f" -{hop.type}-> {visible(hop.target)}" for hop in way.hops)
    return f"{visible(way.source.id)}{steps}{_conditions(way.hops)}"


def _conditions(hops: Iterable[Hop]) -> str:
    """Say what the way hangs on: guards, and documents that could not be read."""
    guards = dict.fromkeys(visible(str(guard)) for hop in hops for guard in hop.guards)
    missing = dict.fromkeys(visible(name) for hop in hops for name in hop.missing)
    words = [f"if {', '.join(guards)}"] if guards else []
    words += [f"possible: unread {', '.join(missing)}"] if missing else []
    return f" ({'; '.join(words)})" if words else ""
