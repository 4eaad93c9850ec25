"""Hops into disks by running code on a machine that they are attached to.

What runs on a machine reads its disks, whatever account the machine has. Source: Compute Engine REST
reference, "instances", ``disks[].source`` (https://cloud.google.com/compute/docs/reference/rest/v1/instances,
read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Evidence
from scanner.providers.gcp import steps
from scanner.providers.gcp.hops import running
from scanner.providers.gcp.network.links import full_name
from scanner.providers.gcp.shape import sections, text
from scanner.providers.gcp.workloads import INSTANCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.estate import GcpEstate
    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Inventory, Item


def by_disk(inventory: Inventory, hierarchy: Hierarchy) -> dict[str, tuple[tuple[Item, int], ...]]:
    """Return the machines that each disk is attached to, with its place in their lists of disks."""
    found: dict[str, tuple[tuple[Item, int], ...]] = {}
    for item in inventory.of(INSTANCE):
        for index, disk in sections(item.data.get("disks")):
            if text(disk.get("source")):
                name = full_name(disk["source"], hierarchy)
                found[name] = (*found.get(name, ()), (item, index))
    return found


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a disk; none for another node."""
    for machine, index in estate.attached.get(node, ()):
        proof = Evidence(str(machine.document.id), f"{machine.base}/disks/{index}", node)
        way = steps.Way("read", ("read",), (proof,))
        yield from steps.once(
            steps.hops(estate, way, node, answers) for answers in running.takers(estate, machine)
        )
