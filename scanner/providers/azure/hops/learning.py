"""Hops into what Azure Machine Learning holds: endpoints, models, registries; and through it into storage.

An online endpoint asks for what its `authMode` says: a key, a token of the workspace, or the role's score
action, which is a control action. Reading a model yields its name and place; the bytes are the storage's.
Source: "Authenticate clients for online endpoints"
(https://learn.microsoft.com/azure/machine-learning/how-to-authenticate-online-endpoint, read 2026-11-22).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from scanner.providers.azure import vaults
from scanner.providers.azure.access import Question, joined
from scanner.providers.azure.documents import field_evidence, setting
from scanner.providers.azure.hops.blobs import shared_keys
from scanner.providers.azure.learning import ONLINE, SERVERLESS
from scanner.providers.azure.network.gate import OPEN, Gate
from scanner.providers.azure.steps import Lock, Way, hops, through
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.azure.access import Holding
    from scanner.providers.azure.consents import Api
    from scanner.providers.azure.estate import AzureEstate
    from scanner.providers.azure.learning import Store
    from scanner.providers.azure.storage import Container

_ML: Final = "Microsoft.MachineLearningServices"
_ENDPOINTS: Final = f"{_ML}/workspaces/onlineEndpoints"
_MODES: Final[dict[str, tuple[str, str]]] = {
    "key": ("listKeys/action", "take-shared-key"),
    "amltoken": ("token/action", "take-shared-key"),
    "aadtoken": ("score/action", "invoke"),
}
_SIMPLE: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "ml-online-endpoint": (
        (f"{_ENDPOINTS}/deployments/write", "write", "write"),
        (f"{_ENDPOINTS}/write", "write", "write"),
    ),
    "ml-serverless-endpoint": (
        (f"{_ML}/workspaces/serverlessEndpoints/listKeys/action", "take-shared-key", "invoke"),
        (f"{_ML}/workspaces/serverlessEndpoints/write", "write", "write"),
    ),
    "ml-batch-endpoint": (
        (f"{_ML}/workspaces/batchEndpoints/jobs/write", "invoke", "invoke"),
        (f"{_ML}/workspaces/batchEndpoints/write", "write", "write"),
    ),
    "ml-model": (
        (f"{_ML}/workspaces/models/versions/read", "read", "read"),
        (f"{_ML}/workspaces/models/versions/write", "write", "write"),
    ),
    "ml-registry": (
        (f"{_ML}/registries/assets/read", "read", "read"),
        (f"{_ML}/registries/assets/write", "write", "write"),
    ),
}


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into an endpoint, a model or a registry, or into storage; none for another node."""
    resource = estate.resources.get(node)
    if resource is not None and resource.kind in _SIMPLE:
        if resource.kind == "ml-online-endpoint":
            yield from _calling(estate, node)
        found: set[tuple[str, str]] = set()
        for action, type_, gain in _SIMPLE[resource.kind]:
            way = _way(estate, node, resource.kind, type_)
            way = replace(way, gains=(gain,))  # type: ignore[arg-type]  # the table's words are gains
            for hop in hops(node, way, estate.may(Question(action, node)).values(), estate.sides.of):
                if (hop.source, type_) not in found:
                    found.add((hop.source, type_))
                    yield hop
    container = estate.storage.at(node)
    if container is not None:
        yield from _storage(estate, node, container)
    yield from _signing_in(estate, node)


def _way(estate: AzureEstate, node: str, kind: str, type_: str) -> Way:
    """Return what a step of `_SIMPLE` takes: calls go to the workspace's own address, or with a key."""
    workspace = estate.learning.workspaces.get("/".join(node.split("/")[:9]))
    gate = OPEN if workspace is None else estate.firewalls.of(workspace)
    if type_ == "invoke":
        return Way(type_, gate=gate, api="learning")
    document = estate.documents.resource(SERVERLESS, node) if kind == "ml-serverless-endpoint" else None
    if type_ == "take-shared-key" and document is not None:
        off = "keys are off for the endpoint"
        return Way(type_, lock=Lock.of(document, "/properties/authMode", "key", ("key",), off), gate=gate)
    return Way(type_)


def _calling(estate: AzureEstate, node: str) -> Iterator[Hop]:
    document = estate.documents.resource(ONLINE, node)
    mode = Unresolved("") if document is None else setting(document.body, "/properties/authMode", "key")
    gate = _gate(estate, node)
    for word, (action, type_) in _MODES.items():
        if isinstance(mode, Unresolved) or mode == word:
            missing = (f"authMode of {node}",) if isinstance(mode, Unresolved) else ()
            proof = () if document is None else (field_evidence(document, "/properties/authMode"),)
            api: Api = "learning" if type_ == "invoke" else "arm"
            way = Way(type_, ("invoke",), Lock(missing=missing, evidence=proof), gate, api=api)
            question = Question(f"{_ENDPOINTS}/{action}", node)
            yield from hops(node, way, estate.may(question).values(), estate.sides.of)


def _gate(estate: AzureEstate, node: str) -> Gate:
    """Return the firewall of an endpoint: its own switch, its workspace's addresses and private endpoints.

    Source: "Network isolation with managed online endpoints"
    (https://learn.microsoft.com/azure/machine-learning/concept-secure-online-endpoint) and "Configure a
    private endpoint for an Azure Machine Learning workspace", the table of endpoints with selected addresses
    (how-to-configure-private-link), read 2026-11-22.
    """
    document = estate.documents.resource(ONLINE, node)
    own = OPEN if document is None else estate.firewalls.of(document)
    id_ = node.split("/onlineendpoints/", maxsplit=1)[0]
    workspace = estate.learning.workspaces.get(id_)
    whole = OPEN if workspace is None else estate.firewalls.of(workspace)
    if not own.is_open:  # private endpoints are the workspace's: an endpoint has none of its own
        return replace(own, endpoints=whole.endpoints, foreign=whole.foreign)
    if whole.is_open or whole.ranges or whole.unread:
        return replace(whole, missing=(*own.missing, *whole.missing)) if not whole.is_open else own
    words = f"whether an endpoint that is open is reached though workspace {id_} is closed"
    return replace(own, missing=(*own.missing, words))


def _storage(estate: AzureEstate, node: str, container: Container) -> Iterator[Hop]:
    """Yield hops by what workspaces keep: the key of their account, keys and SAS of their data stores."""
    account = container.account
    way = Way("take-shared-key", ("read", "write"), shared_keys(account), account.gate, api="")
    found: dict[str, Holding] = {}
    for holding in _key_holders(estate, container):
        held = found.get(holding.node)
        found[holding.node] = holding if held is None else joined(held, holding)
    yield from hops(node, way, found.values(), estate.sides.of)


def _key_holders(estate: AzureEstate, container: Container) -> Iterator[Holding]:
    for workspace in estate.learning.workspaces:
        if estate.learning.account(workspace) == container.account.id:
            own = field_evidence(estate.learning.workspaces[workspace], "/properties/storageAccount")
            listing = [f"{_ML}/workspaces/{a}" for a in ("listKeys/action", "listStorageAccountKeys/action")]
            listers = estate.may_any(listing, workspace).values()
            for holding in through(OPEN, listers, estate.sides.of, "arm"):
                yield holding._replace(evidence=(*holding.evidence, own))
    for store in estate.learning.keyed(container.account.id, container.name):
        proof = field_evidence(store.document, "/properties")
        for holding in _listers(estate, store):
            yield holding._replace(evidence=(*holding.evidence, proof))


def _listers(estate: AzureEstate, store: Store) -> Iterator[Holding]:
    """Yield who gets the secret of a data store: by asking, by a job, or out of the vault it lies in."""
    for action in (store.listing, "jobs/write"):
        holders = estate.may(Question(f"{_ML}/workspaces/{action}", store.workspace)).values()
        yield from through(OPEN, holders, estate.sides.of, "arm")
    vault = estate.learning.vault(store.workspace)
    yield from _secrets(estate, vault) if vault else ()


def _signing_in(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into an application whose secret a data store keeps."""
    member = estate.directory.member(node)
    for store in estate.learning.signing_in_as(member.app) if member is not None and member.app else ():
        lock = Lock(evidence=(field_evidence(store.document, "/properties"),))
        way = Way("take-credentials", lock=lock, api="")
        yield from hops(node, way, _listers(estate, store), estate.sides.of)


def _secrets(estate: AzureEstate, vault: str) -> Iterator[Holding]:
    readers = vaults.readers(estate, vault, "secrets", ("getSecret",))
    yield from through(vaults.gate_of_vault(estate, vault), readers, estate.sides.of, "vault")
