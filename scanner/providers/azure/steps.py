"""From holdings to hops: what stands before the last step, and what each way in amounts to.

A hop needs the permission, and often a setting (shared keys are on) and a place in the network. One of them
that is missing makes the hop ``blocked``, two make none. What an unread document decides is ``possible``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from scanner.guards import conjoin
from scanner.model import Hop
from scanner.providers.azure.documents import field_evidence, setting
from scanner.providers.azure.network.gate import OPEN
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from scanner.model import Certainty, Evidence, Gain
    from scanner.providers.azure.access import Holding
    from scanner.providers.azure.consents import Api
    from scanner.providers.azure.network.gate import Gate, Passes
    from scanner.snapshot import Document
    from scanner.verdict import Guard

    AskSides: TypeAlias = Callable[[str, Api, bool], Iterable[tuple[str, bool]]]
    """The nodes that stand for a node before a firewall, or one that is open, each with whether outside,
    and the one for applications that act for it at an API."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A setting without which a way is closed. `blocked_by`: what closes it, `missing`: what is not known."""

    blocked_by: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @classmethod
    def needs(cls, value: str | Unresolved, wanted: Iterable[str], words: str) -> Lock:
        """Return the lock of a setting that must have one of the values `wanted`."""
        if isinstance(value, Unresolved):
            return cls(missing=(f"{words}: {value.expression}",))
        return cls() if value in wanted else cls(blocked_by=(words,))

    def beside(self, other: Lock) -> Lock:
        """Return what both are together."""
        return Lock(
            (*self.blocked_by, *other.blocked_by),
            (*self.missing, *other.missing),
            (*self.evidence, *other.evidence),
        )

    @classmethod
    def of(cls, document: Document, pointer: str, default: str, wanted: Iterable[str], words: str) -> Lock:
        """Return the lock of a setting at a place of a document, with the place as its evidence."""
        found = cls.needs(setting(document.body, pointer, default), wanted, words)
        return cls(found.blocked_by, found.missing, (field_evidence(document, pointer),))


@dataclass(frozen=True, slots=True)
class Way:
    """What a hop is: its type, what it yields, and what it takes besides the permission.

    `api` is whose token it takes, that of Azure Resource Manager for what its roles alone grant.
    """

    type: str
    gains: tuple[Gain, ...] = ()
    lock: Lock = field(default_factory=Lock)
    gate: Gate = OPEN
    assumed: tuple[str, ...] = ()
    api: Api = "arm"


def certain(missing: tuple[str, ...], blocked: tuple[str, ...] = ()) -> Certainty:
    """Return how certain a hop is."""
    return "blocked" if blocked else "possible" if missing else "proven"


def hops(target: str, way: Way, holdings: Iterable[Holding], sides: AskSides) -> Iterator[Hop]:
    """Yield the hops into `target` of everybody who holds the permission."""
    for holding, passes in _before(way.gate, holdings, sides, way.api):
        if holding.node == target:
            continue
        blocked = (*holding.blocked_by, *way.lock.blocked_by, *passes.blocked_by)
        if len(blocked) > 1:
            continue
        missing = tuple(sorted({*holding.missing, *way.lock.missing, *passes.missing}))
        for guards in _together(holding, passes.alternatives):
            yield Hop(
                target=target,
                source=holding.node,
                type=way.type,
                guards=guards,
                gains=way.gains,
                certainty=certain(missing, blocked),
                evidence=tuple(dict.fromkeys((*holding.evidence, *way.lock.evidence, *passes.evidence))),
                missing=missing,
                blocked_by=blocked,
                assumed=tuple(sorted({*holding.assumed, *way.assumed})),
            )


def through(gate: Gate, holdings: Iterable[Holding], sides: AskSides, api: Api) -> Iterator[Holding]:
    """Yield holdings as they are behind a service's firewall, for a step that leads to another one."""
    for holding, passes in _before(gate, holdings, sides, api):
        yield holding._replace(
            alternatives=tuple(_together(holding, passes.alternatives)),
            evidence=tuple(dict.fromkeys((*holding.evidence, *passes.evidence))),
            missing=tuple(sorted({*holding.missing, *passes.missing})),
            blocked_by=(*holding.blocked_by, *passes.blocked_by),
        )


def _before(
    gate: Gate, holdings: Iterable[Holding], sides: AskSides, api: Api
) -> Iterator[tuple[Holding, Passes]]:
    """Yield who stands before a firewall and how they pass: a group with outsiders in it is two."""
    for holding in holdings:
        for node, outside in sides(holding.node, api, gate.is_open):
            yield holding._replace(node=node), gate.passes(outside=outside)


def _together(holding: Holding, alternatives: tuple[tuple[Guard, ...], ...]) -> Iterator[tuple[Guard, ...]]:
    """Yield the guards of each way, without those that demand more than another one."""
    found: list[tuple[Guard, ...]] = []
    for mine in holding.alternatives:
        for theirs in alternatives:
            guards = conjoin((*mine, *theirs)) if mine and theirs else mine or theirs
            if guards is not None and guards not in found:
                found.append(guards)
    for guards in found:
        if not any(set(other) < set(guards) for other in found):
            yield guards
