"""How a grant becomes a hop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Hop

if TYPE_CHECKING:
    from scanner.model import Evidence, Gain
    from scanner.providers.kubernetes.rights import Grant
    from scanner.providers.kubernetes.workloads import Workload


def by_grant(
    type_: str,
    target: str,
    grant: Grant,
    *,
    gains: tuple[Gain, ...] = (),
    evidence: tuple[Evidence, ...] = (),
    missing: tuple[str, ...] = (),
) -> Hop:
    """Return the hop of a grant's principal to a node; it is possible where something was not read."""
    unread = tuple(sorted({*grant.missing, *missing}))
    return Hop(
        target=target,
        source=grant.principal,
        type=type_,
        guards=grant.guards,
        gains=gains,
        certainty="possible" if unread else "proven",
        evidence=(*grant.evidence, *evidence),
        missing=unread,
    )


def commands_in(namespace: str) -> tuple[tuple[str, str], ...]:
    """Return the (ability, place) pairs that let their holder run commands in pods of a namespace."""
    return ("exec", ""), ("exec", namespace), ("exec-by-node", "")


def names_pods(grant: Grant, workload: Workload) -> bool:
    """Tell whether a grant is for pods of a workload, whose names begin with its own."""
    return grant.names is None or any(name.startswith(workload.object.name) for name in grant.names)
