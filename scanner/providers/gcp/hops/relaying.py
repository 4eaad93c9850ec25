"""Hops from services and functions into the endpoints that they may call as the account they run as.

Whoever may call the service has its code call the model, as far as that code passes requests on. Nobody here
reads code, so such a hop is never more than possible. Source: Cloud Run documentation, "Introduction to
service identity" (https://cloud.google.com/run/docs/securing/service-identity, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.providers.gcp.access.perimeters import INSIDE
from scanner.providers.gcp.hops import using
from scanner.providers.gcp.kinds import FUNCTION, RUN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.estate import GcpEstate
    from scanner.providers.gcp.workloads import Workload

_RELAYING = {FUNCTION, RUN}


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into an endpoint from what runs as those who may call it; none for another node."""
    for hop in using.into(estate, node):
        if "invoke" not in hop.gains or hop.certainty == "blocked":
            continue
        for workload in _running_as(estate, hop.source):
            name = workload.item.name
            if name != node:
                yield msgspec.structs.replace(
                    hop,
                    source=name,
                    type="relay",
                    certainty="possible",
                    evidence=(workload.evidence(), *hop.evidence),
                    missing=(*hop.missing, f"what the code of {name} passes on"),
                )


def _running_as(estate: GcpEstate, caller: str) -> Iterator[Workload]:
    """Yield what takes calls and runs as an account; where the account calls from inside, what is inside."""
    account, mark, perimeter = caller.partition(INSIDE)
    if estate.accounts.place(account) is None:
        return
    projects = estate.perimeters.inside(perimeter) if mark else frozenset()
    for workload in estate.workloads.running_as(account):
        is_there = not mark or f"projects/{workload.item.project}" in projects
        if workload.item.type in _RELAYING and is_there:
            yield workload
