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
BATCH: Final = f"{WORKSPACES}/batchendpoints"
MODELS: Final = f"{WORKSPACES}/models"
_DATASTORES: Final = f"{WORKSPACES}/datastores"
_KEYED: Final = {"accountkey", "sas"}
_USED: Final = 60
_KINDS: Final[tuple[tuple[str, str, AssetClass, int, str], ...]] = (
    (ONLINE, "ml-online-endpoint", "inference-endpoint", 90, "online endpoint of Azure ML"),
    (BATCH, "ml-batch-endpoint", "inference-endpoint", 80, "batch endpoint of Azure ML"),
    (MODELS, "ml-model", "model-registry", 60, "model in an Azure ML workspace"),
    (REGISTRIES, "ml-registry", "model-registry", 60, "Azure ML registry"),
)


@dataclass(frozen=True, slots=True)
class Store:
    """A data store: a container or share. `keeps`: ``accountkey``, ``sas``, or what opens nothing."""

    workspace: str
    account: str
    container: str
    keeps: str
    document: Document


class Learning:
    """Workspaces by id in lower case, and their data stores."""

    def __init__(self, documents: Documents, storage: Storage) -> None:
        self._documents = documents
        self.workspaces = {d.id.key.lower(): d for d in documents.arm(WORKSPACES)}
        self.stores = tuple(self._stores(documents, storage))

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
            if account is not None:
                yield Store(
                    workspace=document.id.key.lower().split("/datastores/")[0],
                    account=account.id,
                    container=next((name for name in names if name), "").lower(),
                    keeps=text(body, "/properties/credentials/credentialsType").lower(),
                    document=document,
                )

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
