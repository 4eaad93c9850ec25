"""What runs as a service account: machines, containers, functions, clusters, each as a place to ask on.

Sources: the REST references of Compute Engine ("instances"), Cloud Run ("services", "jobs"), Cloud Functions
("functions") and GKE ("projects.locations.clusters"), read 2026-11.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.model import Evidence
from scanner.providers.gcp.access.places import names_of
from scanner.providers.gcp.access.question import Place
from scanner.providers.gcp.members import SERVICE_ACCOUNT
from scanner.providers.gcp.shape import section, sections, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Inventory, Item

INSTANCE = "compute.googleapis.com/Instance"
RUN_SERVICE = "run.googleapis.com/Service"
RUN_JOB = "run.googleapis.com/Job"
FUNCTIONS = ("cloudfunctions.googleapis.com/CloudFunction", "cloudfunctions.googleapis.com/Function")
CLUSTER = "container.googleapis.com/Cluster"
METADATA_SERVER = "GKE_METADATA"


@dataclass(frozen=True, slots=True)
class Workload:
    """One thing that runs as `account`, a node. `shielded`: pods there do not get the node's account."""

    item: Item
    account: str
    pointer: str
    shielded: bool = False

    @property
    def place(self) -> Place:
        """Where permissions on it are asked."""
        return place_of(self.item)

    def evidence(self) -> Evidence:
        """Return the proof that it runs as the account."""
        return Evidence(str(self.item.document.id), f"{self.item.base}{self.pointer}", self.account)


def place_of(item: Item, *above: str) -> Place:
    """Return an asset as a place; `above` are names inside its project whose policies count too."""
    return Place(item.name, item.type, (item.name, *above, *names_of(item.chain)), item.chain)


class Workloads:
    """Workloads by the node of the account that they run as."""

    def __init__(self, inventory: Inventory, hierarchy: Hierarchy) -> None:
        self._hierarchy = hierarchy
        self._by_account: dict[str, list[Workload]] = defaultdict(list)
        for item in inventory.of(INSTANCE, RUN_SERVICE, RUN_JOB, *FUNCTIONS, CLUSTER):
            for email, pointer, shielded in self._accounts(item):
                node = f"{SERVICE_ACCOUNT}{email.lower()}"
                self._by_account[node].append(Workload(item, node, pointer, shielded))

    def running_as(self, node: str) -> tuple[Workload, ...]:
        """Return what runs as a service account."""
        return tuple(self._by_account.get(node, ()))

    def _accounts(self, item: Item) -> Iterator[tuple[str, str, bool]]:
        if item.type == INSTANCE:
            for index, raw in sections(item.data.get("serviceAccounts")):
                yield text(raw.get("email")), f"/serviceAccounts/{index}", False
        elif item.type == CLUSTER:
            yield from self._nodes(item)
        else:
            email, pointer = _attached(item.data)
            yield email or self._default(item), pointer, False

    def _nodes(self, item: Item) -> Iterator[tuple[str, str, bool]]:
        seen = set()
        for pointer, config in _node_configs(item.data):
            email = text(config.get("serviceAccount"))
            if email in {"", "default"}:
                email = self._default(item)
            shielded = text(section(config, "workloadMetadataConfig").get("mode")) == METADATA_SERVER
            if email and (email, shielded) not in seen:
                seen.add((email, shielded))
                yield email, pointer, shielded

    def _default(self, item: Item) -> str:
        """Return the Compute Engine default account, which runs what names none."""
        container = self._hierarchy.containers.get(f"projects/{item.project}")
        number = container.number if container else ""
        return f"{number}-compute@developer.gserviceaccount.com" if number else ""


def _attached(data: dict[str, Any]) -> tuple[str, str]:
    """Return the account of a service, job or function, in any version of its API, and where it stands."""
    places = (
        ("template", "serviceAccount"),
        ("template", "template", "serviceAccount"),
        ("spec", "template", "spec", "serviceAccountName"),
        ("spec", "template", "spec", "template", "spec", "serviceAccountName"),
        ("serviceConfig", "serviceAccountEmail"),
        ("serviceAccountEmail",),
    )
    for *keys, last in places:
        email = text(section(data, *keys).get(last))
        if email:
            return email, "/" + "/".join((*keys, last))
    return "", ""


def _node_configs(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    pools = list(sections(data.get("nodePools")))
    for index, pool in pools:
        yield f"/nodePools/{index}/config", section(pool, "config")
    if not pools:
        yield "/nodeConfig", section(data, "nodeConfig")
