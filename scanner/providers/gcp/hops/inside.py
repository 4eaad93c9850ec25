"""Hops into a service account as it calls from inside a service perimeter.

A perimeter bars calls from outside; code that runs in one of its projects calls from inside, and so does an
account whose tokens that code asks for. Source: VPC Service Controls documentation, "Overview", benefits
(https://cloud.google.com/vpc-service-controls/docs/overview, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.providers.gcp.access.perimeters import INSIDE
from scanner.providers.gcp.hops import agents, impersonate, passing, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.estate import GcpEstate


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a service account inside a perimeter; none for another node."""
    account, mark, name = node.partition(INSIDE)
    projects = estate.perimeters.inside(name) if mark else frozenset()
    place = estate.accounts.place(account)
    if not projects:
        return
    for hop in agents.inside(estate, account, projects):
        yield msgspec.structs.replace(hop, target=node)
    if place is None:
        return
    for hop in running.into(estate, account, projects):
        yield msgspec.structs.replace(hop, target=node)
    if f"projects/{place.project}" in projects:
        for hop in passing.into(estate, account):
            if not hop.assumed:
                yield msgspec.structs.replace(hop, target=node)
    for hop in impersonate.becoming(estate, account, place):
        if hop.type == "impersonate" and estate.accounts.get(hop.source) is not None:
            yield msgspec.structs.replace(hop, target=node, source=f"{hop.source}{mark}{name}")
