"""A rule against a graph: what its selectors ask, as a path query, and what its finding says."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.model import GAINS
from scanner.paths import Found, Query, Step, find_paths
from scanner.rules.docs import page
from scanner.rules.schema import Fixes, HopSelector, PrincipalSelector, StepSelector, many
from scanner.rules.subjects import subject_scope
from scanner.scan import RuleInfo
from scanner.wildcards import covers, matches

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.graph import Graph
    from scanner.model import Agreement, Asset, Hop, Path, Principal, Source
    from scanner.paths.query import Position
    from scanner.rules.schema import AssetTraits, HopTraits, PrincipalTraits, Rule, SourceTraits

    Judge = Callable[[Path], Agreement]


def match(rule: Rule, graph: Graph, *, as_of: dt.date, agreement: Judge | None = None) -> list[Path]:
    """Return the paths on which the rule fires, one for each source, way in and asset, sorted.

    Args:
        rule: The rule.
        graph: The hops.
        as_of: The day that ages are counted to.
        agreement: The register's word on a path, whose last hop yields only what the rule asks for; without
            it, nothing is agreed.
    """
    return list(search(rule, graph, as_of=as_of, agreement=agreement).paths)


def search(rule: Rule, graph: Graph, *, as_of: dt.date, agreement: Judge | None = None) -> Found:
    """As `match`, with what the search left out in words: a report shows it, and the scan is not complete."""
    judge = agreement or _unjudged
    wanted = None if rule.agreement == "any" else frozenset(many(rule.agreement))
    listed_only = wanted is not None and "unregistered" not in wanted  # then others need not be walked from
    query = Query(
        source=lambda source: (
            _selects(rule.from_, source, _source_traits) and (source.registered or not listed_only)
        ),
        asset=lambda asset: _selects(rule.to, asset, _asset_traits),
        through=_steps(rule.through, as_of),
        avoid=_steps(rule.avoid, as_of),
        gains=frozenset(many(rule.gains) or GAINS),
        certainty=frozenset(many(rule.certainty)),
        max_hops=rule.max_hops,
        accept=lambda path: wanted is None or judge(path) in wanted,
    )
    found = find_paths(graph, query)
    if rule.to.unrecorded:
        found = replace(found, paths=tuple(map(_unrecorded, found.paths)))
    if query.certainty != {"blocked"}:
        return found
    # What holds an asset is news only where no open path leads past it.
    unblocked = Query(source=query.source, asset=query.asset, gains=query.gains, max_hops=query.max_hops)
    past = find_paths(graph, unblocked)
    open_to = {(path.source.id, path.asset.id) for path in past.paths}
    held = tuple(path for path in found.paths if (path.source.id, path.asset.id) not in open_to)
    return Found(held, found.cuts)


def _unrecorded(path: Path) -> Path:
    """Return the path, only possible where something that was not read may keep a record of its end."""
    last = path.hops[-1]
    if not path.asset.unrecorded_missing or last.certainty == "blocked":
        return path
    missing = tuple(sorted({*last.missing, *path.asset.unrecorded_missing}))
    doubted = msgspec.structs.replace(last, certainty="possible", missing=missing)
    return msgspec.structs.replace(path, hops=(*path.hops[:-1], doubted))


def message(rule: Rule, path: Path) -> str:
    """Return the rule's message on a path."""
    guards = [f"{guard} (held by {_HOLDERS[guard.held_by]})" for hop in path.hops for guard in hop.guards]
    words = {
        "from": path.source.id,
        "to": path.asset.id,
        "hops": str(len(path.hops)),
        "first": path.hops[0].target,
        "gains": ", ".join(path.gains),
        "vendor": path.source.vendor or "an outside party that is not registered",
        "tier": path.asset.tier,
        "guards": ", ".join(dict.fromkeys(guards)) or "none",
    }
    return rule.message.format(**words)


def remediation(rule: Rule, path: Path) -> str:
    """Return what to do about a path, in the words of the cloud that the fix goes to, if the rule has any."""
    hop = path.hops[0 if rule.fix_at == "first" else -1]
    clouds = (evidence.document.partition(":")[0] for evidence in hop.evidence)
    cloud = next(clouds, path.asset.provider)
    own = getattr(rule.fixes, cloud, "") if cloud in Fixes.__struct_fields__ else ""
    return own or rule.remediation


def info(rule: Rule) -> RuleInfo:
    """Return what a report says of the rule."""
    return RuleInfo(rule.id, rule.title, rule.severity, page(rule), rule.path, rule.tags)


_HOLDERS = {"vendor": "the caller", "issuer": "the issuer", "ours": "us", "fixed": "nobody"}


def _unjudged(path: Path) -> Agreement:
    return "none" if path.source.registered else "unregistered"


def _steps(selectors: StepSelector | tuple[StepSelector, ...], as_of: dt.date) -> tuple[Step, ...]:
    listed = selectors if isinstance(selectors, tuple) else (selectors,)
    return tuple(_step(selector, as_of) for selector in listed)


def _step(selector: StepSelector, as_of: dt.date) -> Step:
    at: frozenset[Position] = frozenset(many(selector.at))
    match selector:
        case HopSelector():
            return Step(hop=lambda hop: _selects(selector, hop, _hop_traits), at=at)
        case PrincipalSelector():
            return Step(
                principal=lambda who: _selects(selector, who, lambda t, p: _principal_traits(t, p, as_of)),
                at=at,
            )


def _selects(selector: Any, thing: Any, has: Callable[[Any, Any], bool]) -> bool:  # noqa: ANN401 - any selector
    """Tell whether the thing has the selector's traits and none of those it negates."""
    return has(selector, thing) and not any(has(traits, thing) for traits in many(selector.not_))


def _source_traits(traits: SourceTraits, source: Source) -> bool:
    who = source.principal
    subject = who.subject if who is not None else None
    issuer = who.issuer if who is not None else None
    return (
        _one_of(traits.id, source.id)
        and _one_of(traits.trust, source.trust)
        and _one_of(traits.vendor, source.vendor)
        and traits.registered in {None, source.registered}
        and _one_of(traits.kind_of, who.kind if who is not None else None)
        and _one_of(traits.provider, who.provider if who is not None else None)
        and _one_of(traits.issuer, issuer)
        and (
            not traits.subject
            or (subject is not None and any(covers(g, subject) for g in many(traits.subject)))
        )
        and _one_of(traits.subject_scope, subject_scope(issuer, subject) if issuer and subject else None)
    )


def _hop_traits(traits: HopTraits, hop: Hop) -> bool:
    guarded = not (traits.guards or traits.held_by) or any(
        _one_of(traits.guards, guard.kind) and _one_of(traits.held_by, guard.held_by) for guard in hop.guards
    )
    return (
        guarded
        and _one_of(traits.type, hop.type)
        and (not traits.gains or not set(many(traits.gains)).isdisjoint(hop.gains))
        and _one_of(traits.certainty, hop.certainty)
    )


def _principal_traits(traits: PrincipalTraits, principal: Principal, as_of: dt.date) -> bool:
    return (
        _one_of(traits.id, principal.id)
        and _one_of(traits.kind_of, principal.kind)
        and _one_of(traits.provider, principal.provider)
        and (traits.unused_days is None or _unused(principal, traits.unused_days, as_of))
    )


def _unused(principal: Principal, days: int, as_of: dt.date) -> bool:
    """Tell whether the principal is known to be unused for that long; unknown is not unused."""
    if principal.last_used is None:
        return False
    if principal.last_used == "never":
        return True
    return (as_of - dt.date.fromisoformat(principal.last_used[:10])).days >= days


def _asset_traits(traits: AssetTraits, asset: Asset) -> bool:
    return (
        _one_of(traits.id, asset.id)
        and _one_of(traits.class_, asset.asset_class)
        and _one_of(traits.tier, asset.tier)
        and (traits.min_rank is None or asset.rank >= traits.min_rank)
        and _one_of(traits.provider, asset.provider)
        and (not traits.unrecorded or not set(many(traits.unrecorded)).isdisjoint(asset.unrecorded))
    )


def _one_of(globs: str | tuple[str, ...], text: str | None) -> bool:
    """Tell whether a key that was given matches; one that was not given always does."""
    wanted = many(globs)
    return not wanted or (text is not None and any(matches(glob, text) for glob in wanted))
