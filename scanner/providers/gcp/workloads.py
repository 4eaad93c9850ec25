"""What runs as a service account: machines, containers, functions, clusters, each as a place to ask on.

Sources: the REST references of Compute Engine ("instances"), Cloud Run ("services", "jobs"), Cloud Functions
("functions"), GKE ("projects.locations.clusters"), Dataproc ("projects.regions.clusters"), Cloud Composer
("projects.locations.environments") and Cloud TPU ("projects.locations.nodes"), read 2026-11.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from scanner.model import Evidence
from scanner.providers.gcp.access.places import names_of
from scanner.providers.gcp.access.question import Place
from scanner.providers.gcp.members import SERVICE_ACCOUNT
from scanner.providers.gcp.shape import section, sections, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Inventory, Item

INSTANCE = "compute.googleapis.com/Instance"
RUN_SERVICE = "run.googleapis.com/Service"
RUN_JOB = "run.googleapis.com/Job"
FUNCTIONS = ("cloudfunctions.googleapis.com/CloudFunction", "cloudfunctions.googleapis.com/Function")
CLUSTER = "container.googleapis.com/Cluster"
DATAPROC = "dataproc.googleapis.com/Cluster"
COMPOSER = "composer.googleapis.com/Environment"
TPU = "tpu.googleapis.com/Node"
METADATA_SERVER = "GKE_METADATA"
_SCOPE = "https://www.googleapis.com/auth/"
# scopes under which an account's tokens do all that it may do, at least by way of others
_WHOLE = frozenset({"cloud-platform", "compute", "iam"})
_READS = frozenset(
    {"cloud-platform.read-only", "devstorage.read_only", "devstorage.read_write", "devstorage.full_control"}
)
_WRITES = frozenset({"devstorage.read_write", "devstorage.write_only", "devstorage.full_control"})
# of what runs on machines by another service: where account and scopes stand
_PLACES = {
    DATAPROC: (("config", "gceClusterConfig"), "serviceAccount", "serviceAccountScopes"),
    COMPOSER: (("config", "nodeConfig"), "serviceAccount", "oauthScopes"),
    TPU: (("serviceAccount",), "email", "scope"),
}
_TYPES = (INSTANCE, RUN_SERVICE, RUN_JOB, *FUNCTIONS, CLUSTER, *_PLACES)


@dataclass(frozen=True, slots=True)
class Workload:
    """One thing that runs as `account`, a node. `shielded`: pods there do not get the node's account.

    `scopes` are the access scopes of the tokens it gets, None where none limit them.
    """

    item: Item
    account: str
    pointer: str
    shielded: bool = False
    scopes: frozenset[str] | None = None

    @property
    def place(self) -> Place:
        """Where permissions on it are asked."""
        return place_of(self.item)

    @property
    def is_whole(self) -> bool:
        """Whether its tokens do whatever the account may do.

        Source: Compute Engine documentation, "Service accounts", access scopes
        (https://cloud.google.com/compute/docs/access/service-accounts, read 2026-11): a token is good for
        what the account may do and a scope covers.
        """
        return self.scopes is None or not self.scopes.isdisjoint(_WHOLE)

    @property
    def reads_storage(self) -> bool:
        """Whether its tokens read what the account may read in Cloud Storage."""
        return self.is_whole or not (self.scopes or frozenset()).isdisjoint(_READS)

    @property
    def writes_storage(self) -> bool:
        """Whether its tokens write what the account may write in Cloud Storage."""
        return self.is_whole or not (self.scopes or frozenset()).isdisjoint(_WRITES)

    def evidence(self) -> Evidence:
        """Return the proof that it runs as the account."""
        return Evidence(str(self.item.document.id), f"{self.item.base}{self.pointer}", self.account)


def place_of(item: Item, *above: str) -> Place:
    """Return an asset as a place; `above` are names inside its project whose policies count too."""
    return Place(item.name, item.type, (item.name, *above, *names_of(item.chain)), item.chain)


class Ran(NamedTuple):
    """An account that something runs as, and how: see `Workload`."""

    email: str
    pointer: str
    shielded: bool = False
    scopes: frozenset[str] | None = None


class Workloads:
    """Workloads by the node of the account that they run as."""

    def __init__(self, inventory: Inventory, hierarchy: Hierarchy) -> None:
        self._hierarchy = hierarchy
        self._by_account: dict[str, list[Workload]] = defaultdict(list)
        for item in inventory.of(*_TYPES):
            for email, pointer, shielded, scopes in self._accounts(item):
                node = f"{SERVICE_ACCOUNT}{email.lower()}"
                self._by_account[node].append(Workload(item, node, pointer, shielded, scopes))

    def running_as(self, node: str) -> tuple[Workload, ...]:
        """Return what runs as a service account."""
        return tuple(self._by_account.get(node, ()))

    def _accounts(self, item: Item) -> Iterator[Ran]:
        if item.type == INSTANCE:
            for index, raw in sections(item.data.get("serviceAccounts")):
                yield Ran(text(raw.get("email")), f"/serviceAccounts/{index}", scopes=_scopes(raw, "scopes"))
        elif item.type == CLUSTER:
            yield from self._nodes(item)
        elif item.type in _PLACES:
            keys, last, scopes = _PLACES[item.type]
            held = section(item.data, *keys)
            email = text(held.get(last))
            pointer = "/".join(("", *keys, last)) if email else ""
            yield Ran(email or self._default(item), pointer, scopes=_scopes(held, scopes))
        else:
            email, pointer = _attached(item.data)
            yield Ran(email or self._default(item), pointer)

    def _nodes(self, item: Item) -> Iterator[Ran]:
        seen = set()
        for pointer, config in _node_configs(item.data):
            email = text(config.get("serviceAccount"))
            if email in {"", "default"}:
                email = self._default(item)
            shielded = text(section(config, "workloadMetadataConfig").get("mode")) == METADATA_SERVER
            found = email, shielded, _scopes(config, "oauthScopes")
            if email and found not in seen:
                seen.add(found)
                yield Ran(email, pointer, *found[1:])

    def _default(self, item: Item) -> str:
        """Return the Compute Engine default account, which runs what names none."""
        container = self._hierarchy.containers.get(f"projects/{item.project}")
        number = container.number if container else ""
        return f"{number}-compute@developer.gserviceaccount.com" if number else ""


def _scopes(data: dict[str, Any], key: str) -> frozenset[str] | None:
    """Return the access scopes that a document states, by their short names; None when it states none."""
    if not isinstance(data.get(key), list):
        return None
    given = texts(data[key])
    return frozenset(scope.removeprefix(_SCOPE) for scope in given) if len(given) == len(data[key]) else None


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
