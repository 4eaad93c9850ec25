"""Storage accounts, their containers and file shares, and which of them look like weights.

A container is a resource of its own, because roles are assigned on containers and conditions speak of their
names; what it holds is not listed. Containers that could not be read are one resource, ``…/containers/*``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scanner.catalog import load_weight_signals
from scanner.model import Resource, Signal
from scanner.providers.azure.documents import field_evidence, setting, tags_of
from scanner.providers.azure.scopes import name_of, subscription_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.catalog import WeightSignals
    from scanner.providers.azure.documents import Documents
    from scanner.providers.azure.learning import Learning
    from scanner.providers.azure.network.gate import Firewalls, Gate
    from scanner.snapshot import Document, Unresolved

_ACCOUNTS: Final = "microsoft.storage/storageaccounts"
_CONTAINERS: Final = f"{_ACCOUNTS}/blobservices/containers"
_SHARES: Final = f"{_ACCOUNTS}/fileservices/shares"
_CONTAINERS_FIELD: Final = "Microsoft.Storage.storageAccounts.blobServices.containers"
_BLOBS: Final = "/blobservices/default/containers/"
_FILES: Final = "/fileservices/default/shares/"
_DEFAULT_STORE: Final = 60


@dataclass(frozen=True, slots=True)
class Account:
    """One storage account."""

    id: str
    document: Document
    gate: Gate
    tags: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """The account's name."""
        return name_of(self.id)


@dataclass(frozen=True, slots=True)
class Container:
    """A container or file share: `public` is ``none``, ``blob`` or ``container``; no document: unread."""

    id: str
    account: Account
    document: Document | None = None
    public: str | Unresolved = "none"

    @property
    def is_share(self) -> bool:
        """Whether it holds files, and no blobs."""
        return _FILES in self.id

    @property
    def name(self) -> str:
        """Its name, ``*`` for containers that nobody read."""
        return name_of(self.id)


class Storage:
    """Every account and container by id in lower case."""

    def __init__(self, documents: Documents, firewalls: Firewalls) -> None:
        self._documents = documents
        self._signals: WeightSignals = load_weight_signals()
        self.accounts = {d.id.key.lower(): _account(d, firewalls) for d in documents.arm(_ACCOUNTS)}
        self.containers: dict[str, Container] = {}
        for type_ in (_CONTAINERS, _SHARES):
            for document in documents.arm(type_):
                id_ = document.id.key.lower()
                account = self.accounts.get(id_.split("/blobservices/")[0].split("/fileservices/")[0])
                if account is not None:
                    public = setting(document.body, "/properties/publicAccess", "none")
                    self.containers[id_] = Container(id_, account, document, public)
        listed = {container.account.id for container in self.containers.values()}
        subscriptions = {subscription_of(id_) for id_ in listed}
        for id_, account in self.accounts.items():
            gap = documents.gap("arm", _CONTAINERS_FIELD, subscription_of(id_), id_)
            if gap is not None or (id_ not in listed and subscription_of(id_) not in subscriptions):
                unread = f"{id_}{_BLOBS}*"
                self.containers[unread] = Container(unread, account)

    def at(self, node: str) -> Container | None:
        """Return the container or share with an id, also one that only the configuration names."""
        id_ = node.lower()
        found = self.containers.get(id_)
        if found is not None:
            return found
        for part in (_BLOBS, _FILES):
            account, is_inside, name = id_.partition(part)
            known = self.accounts.get(account)
            if is_inside and known is not None and name:
                return self.containers.get(f"{account}{part}{name.split('/')[0]}") or Container(id_, known)
        return None

    def by_name(self, account: str) -> Account | None:
        """Return the account with a name, which is unique in the world."""
        return next((a for a in self.accounts.values() if a.name == account.lower()), None)

    def resources(self, learning: Learning) -> Iterator[Resource]:
        """Yield every container and share."""
        for id_ in sorted(self.containers):
            yield self.resource(self.containers[id_], learning)

    def resource(self, container: Container, learning: Learning) -> Resource:
        """Return a container as other stages see it."""
        return Resource(
            container.id,
            "file-share" if container.is_share else "blob-container",
            "azure",
            scope=subscription_of(container.id),
            name=f"{container.account.name}/{container.name}",
            tags=container.account.tags,
            signals=tuple(
                sorted(
                    (*self._signals_of(container), *learning.signals(container.account.id, container.name)),
                    reverse=True,
                )
            ),
        )

    def _signals_of(self, container: Container) -> Iterator[Signal]:
        account = container.account
        if container.document is not None:
            listed = field_evidence(container.document, "/name")
            scored = self._signals.score_bucket_name(container.name)
            if scored is not None:
                yield Signal(scored.score, "model-weights", scored.reason, listed)
            if container.name.startswith("azureml-blobstore-"):
                yield Signal(_DEFAULT_STORE, "model-weights", "default container of Azure ML", listed)
        tagged = self._signals.score_tags(account.tags)
        if tagged is not None:
            evidence = field_evidence(account.document, "/tags")
            yield Signal(tagged.score, "model-weights", tagged.reason, evidence)


def _account(document: Document, firewalls: Firewalls) -> Account:
    body = document.body
    return Account(
        id=document.id.key.lower(),
        document=document,
        gate=firewalls.of(document),
        tags=tags_of(body),
    )
