"""Azure Machine Learning: workspaces, their data stores, endpoints, models and registries.

A workspace keeps the credentials of its data stores in its key vault, and hands out the key of its storage
account. Sources: Azure ML, "Data administration" and "Manage roles in your workspace"
(https://learn.microsoft.com/azure/machine-learning/how-to-assign-roles), "Authenticate clients for online
endpoints" (how-to-authenticate-online-endpoint), read 2026-11-22.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scanner.model import Resource, Signal
from scanner.providers.azure.documents import field_evidence, tags_of, text
from scanner.providers.azure.scopes import name_of, subscription_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import AssetClass
    from scanner.providers.azure.documents import Documents
    from scanner.providers.azure.storage import Storage
    from scanner.snapshot import Document

WORKSPACES: Final = "microsoft.machinelearningservices/workspaces"
REGISTRIES: Final = "microsoft.machinelearningservices/registries"
ONLINE: Final = f"{WORKSPACES}/onlineendpoints"
SERVERLESS: Final = f"{WORKSPACES}/serverlessendpoints"
BATCH: Final = f"{WORKSPACES}/batchendpoints"
MODELS: Final = f"{WORKSPACES}/models"
_DATASTORES: Final = f"{WORKSPACES}/datastores"
_CONNECTIONS: Final = f"{WORKSPACES}/connections"
_KEYED: Final = {"accountkey", "sas"}
_SIGNING_IN: Final = {"serviceprincipal", "certificate"}
_HOSTS: Final = (".blob.core.", ".dfs.core.")
_USED: Final = 60
_KINDS: Final[tuple[tuple[str, str, AssetClass, int, str], ...]] = (
    (ONLINE, "ml-online-endpoint", "inference-endpoint", 90, "online endpoint of Azure ML"),
    (SERVERLESS, "ml-serverless-endpoint", "inference-endpoint", 85, "serverless endpoint of Azure ML"),
    (BATCH, "ml-batch-endpoint", "inference-endpoint", 80, "batch endpoint of Azure ML"),
    (MODELS, "ml-model", "model-registry", 60, "model in an Azure ML workspace"),
    (REGISTRIES, "ml-registry", "model-registry", 60, "Azure ML registry"),
)


@dataclass(frozen=True, slots=True)
class Store:
    """A data store, or a connection: a container or share, all containers where none is named.

    `keeps`: ``accountkey``, ``sas``, or what opens no storage by itself; `app` is the id of an application
    that it signs in as, if any. `listing` is the operation that tells the secret.
    """

    workspace: str
    account: str
    container: str
    keeps: str
    document: Document
    app: str = ""
    listing: str = "datastores/listsecrets/action"


class Learning:
    """Workspaces by id in lower case, and their data stores."""

    def __init__(self, documents: Documents, storage: Storage) -> None:
        self._documents = documents
        self.workspaces = {d.id.key.lower(): d for d in documents.arm(WORKSPACES)}
        self.stores = (*self._stores(documents, storage), *self._connections(documents, storage))
        self._by_app: dict[str, list[Store]] = {}
        for store in self.stores:
            if store.app and store.keeps in _SIGNING_IN:
                self._by_app.setdefault(store.app, []).append(store)

    def vault(self, workspace: str) -> str:
        """Return the id of the vault that keeps a workspace's secrets, in lower case; empty when unknown."""
        return self._of(workspace, "keyVault")

    def account(self, workspace: str) -> str:
        """Return the id of a workspace's own storage account, likewise."""
        return self._of(workspace, "storageAccount")

    def _of(self, workspace: str, name: str) -> str:
        document = self.workspaces.get(workspace)
        return "" if document is None else text(document.body, f"/properties/{name}").lower()

    def _stores(self, documents: Documents, storage: Storage) -> Iterator[Store]:
        for document in documents.arm(_DATASTORES):
            body = document.body
            names = (
                text(body, f"/properties/{key}") for key in ("containerName", "filesystem", "fileShareName")
            )
            account = storage.by_name(text(body, "/properties/accountName"))
            yield Store(
                workspace=document.id.key.lower().split("/datastores/")[0],
                account="" if account is None else account.id,
                container=next((name for name in names if name), "").lower(),
                keeps=text(body, "/properties/credentials/credentialsType").lower(),
                document=document,
                app=text(body, "/properties/credentials/clientId").lower(),
            )

    def _connections(self, documents: Documents, storage: Storage) -> Iterator[Store]:
        """Yield connections to ``https://ACCOUNT.blob.core.windows.net/CONTAINER``, or as somebody."""
        for document in documents.arm(_CONNECTIONS):
            body = document.body
            host, _, path = text(body, "/properties/target").lower().removeprefix("https://").partition("/")
            name = next((host.split(part)[0] for part in _HOSTS if part in host), "")
            account = storage.by_name(name) if name else None
            app = text(body, "/properties/credentials/clientId").lower()
            if account is not None or app:
                yield Store(
                    workspace=document.id.key.lower().split("/connections/")[0],
                    account="" if account is None else account.id,
                    container=path.split("/")[0],
                    keeps=text(body, "/properties/authType").lower(),
                    document=document,
                    app=app,
                    listing="connections/listsecrets/action",
                )

    def signing_in_as(self, app: str) -> tuple[Store, ...]:
        """Return the stores that keep a secret of an application."""
        return tuple(self._by_app.get(app, ()))

    def with_registry(self, registry: str) -> Iterator[str]:
        """Yield the workspaces whose images lie in a container registry, by its id in lower case."""
        for id_ in sorted(self.workspaces):
            if self._of(id_, "containerRegistry") == registry:
                yield id_

    def keyed(self, account: str, container: str) -> Iterator[Store]:
        """Yield the data stores whose credential opens a container: the account's key, or its SAS."""
        for store in self.stores:
            opens = store.keeps == "accountkey" or store.container == container
            if store.account == account and store.keeps in _KEYED and opens:
                yield store

    def signals(self, account: str, container: str) -> Iterator[Signal]:
        """Yield what data stores say of a container."""
        for store in self.stores:
            if (store.account, store.container) == (account, container):
                words = f"data store of Azure ML workspace {name_of(store.workspace)}"
                yield Signal(_USED, "model-weights", words, field_evidence(store.document, "/properties"))

    def resources(self) -> Iterator[Resource]:
        """Yield endpoints, models and registries."""
        for type_, kind, class_, score, words in _KINDS:
            for document in self._documents.arm(type_):
                evidence = field_evidence(document, "/name")
                yield Resource(
                    document.id.key.lower(),
                    kind,
                    "azure",
                    scope=subscription_of(document.id.key),
                    name=name_of(document.id.key),
                    tags=tags_of(document.body),
                    signals=(Signal(score, class_, words, evidence),),
                )
