"""Hops into endpoints, registries, images, disks and file shares, by the permissions of their kind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scanner.guards import Guard
from scanner.providers.gcp import steps
from scanner.providers.gcp.access.question import Answer
from scanner.providers.gcp.gates import SOURCE_PROJECT, gate_of
from scanner.providers.gcp.hops import policies
from scanner.providers.gcp.kinds import KINDS, MODEL
from scanner.providers.gcp.members import ANYONE
from scanner.providers.gcp.workloads import place_of
from scanner.verdict import Allowed, AllowedIf, Denied, both

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.estate import GcpEstate
    from scanner.providers.gcp.gates import Gate
    from scanner.providers.gcp.inventory import Item
    from scanner.providers.gcp.kinds import Kind

_EXPORTS = "aiplatform.models.export"


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a resource of a kind in the table; none for another node."""
    item = estate.inventory.items.get(node)
    kind = KINDS.get(item.type) if item else None
    if item is None or kind is None:
        return
    gate = gate_of(item, estate.hierarchy)
    place = place_of(item)
    for way in dict.fromkeys(way for way, _ in kind.ways):
        calls = [permissions for other, permissions in kind.ways if other == way]
        answers = (_asked(estate, item, permissions) for permissions in calls)
        called = "invoke" in way.gains
        found = (steps.hops(estate, way, node, _through(estate, gate, a) if called else a) for a in answers)
        yield from steps.once((_open(way, kind, gate, node, estate) if called else (), *found))
    yield from policies.edits(estate, node, kind.grant, place)


def _asked(estate: GcpEstate, item: Item, permissions: tuple[str, ...]) -> tuple[Answer, ...]:
    """Return who holds all of some permissions on an asset.

    A model without an export format cannot be exported: Vertex AI REST reference, "Model",
    ``supportedExportFormats``.
    """
    if item.type == MODEL and _EXPORTS in permissions and item.data.get("supportedExportFormats") == []:
        return ()
    first, *more = (estate.who(permission, place_of(item)) for permission in permissions)
    for answers in more:
        first = tuple(steps.joined(estate.groups, first, answers))
    return first


def _open(way: steps.Way, kind: Kind, gate: Gate, node: str, estate: GcpEstate) -> Iterator[Hop]:
    """Yield the hop of anyone at all, where the endpoint asks IAM about nobody."""
    if gate.open_ is not None and kind.asset_class == "inference-endpoint":
        anyone = Answer(ANYONE, Allowed(), (gate.open_,), (gate.lock,) if gate.lock else ())
        yield from steps.hops(estate, way, node, (anyone,))


def _through(estate: GcpEstate, gate: Gate, answers: Iterable[Answer]) -> Iterator[Answer]:
    """Yield answers with what the network asks of each: who is ours may be inside, who is not is barred."""
    theirs = tuple(p for p in gate.projects if not estate.hierarchy.is_ours(p.removeprefix("projects/")))
    for answer in answers:
        if gate.lock is None:
            yield answer
            continue
        proof = (*answer.evidence, *gate.lock.evidence)
        scope = estate.principals.home(answer.member)
        if scope is not None and f"projects/{scope}" in theirs:
            yield replace(answer, evidence=proof)
            continue
        ours = estate.principals.is_ours(answer.member)
        # whoever works in a project of others that is let in may be anybody but us
        asked = gate.guards if ours else (Guard(SOURCE_PROJECT, "in", theirs, "vendor"),) if theirs else ()
        if not asked:
            yield replace(answer, locks=(*answer.locks, gate.lock))
            continue
        verdict = both(answer.verdict, AllowedIf((asked,)))
        if not isinstance(verdict, Denied):
            yield replace(answer, verdict=verdict, evidence=proof)
