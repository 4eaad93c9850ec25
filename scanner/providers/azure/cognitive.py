"""Models as a service: deployments of Azure OpenAI and Foundry accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.model import Resource, Signal
from scanner.providers.azure.documents import field_evidence, tags_of, text
from scanner.providers.azure.scopes import name_of, subscription_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.documents import Documents
    from scanner.snapshot import Document

ACCOUNTS: Final = "microsoft.cognitiveservices/accounts"
_DEPLOYMENTS: Final = f"{ACCOUNTS}/deployments"
_FIELD: Final = "Microsoft.CognitiveServices.accounts.deployments"
_DOMAINS: Final = ("openai.azure.", "cognitiveservices.azure.", "services.ai.azure.")
_KINDS: Final = {"openai", "aiservices"}
_TUNED, _BASE, _UNREAD = 85, 60, 55


class Cognitive:
    """Accounts that serve models, by id in lower case."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.accounts = {
            d.id.key.lower(): d for d in documents.arm(ACCOUNTS) if text(d.body, "/kind").lower() in _KINDS
        }

    def account_of(self, node: str) -> Document | None:
        """Return the account of a deployment's id."""
        account, is_deployment, _ = node.partition("/deployments/")
        return self.accounts.get(account) if is_deployment else None

    def by_address(self, url: str) -> str | None:
        """Return the id of the account at an address, ``https://NAME.openai.azure.com/``."""
        host, _, domain = url.lower().removeprefix("https://").partition("/")[0].partition(".")
        if not domain.startswith(_DOMAINS):
            return None
        for id_, document in self.accounts.items():
            own = text(document.body, "/properties/customSubDomainName").lower() or name_of(id_)
            if host == own:
                return id_
        return None

    def resources(self) -> Iterator[Resource]:
        """Yield deployments; those that could not be read are one, ``…/deployments/*``."""
        listed = set()
        for document in self._documents.arm(_DEPLOYMENTS):
            account = self.account_of(document.id.key.lower())
            if account is not None:
                listed.add(account.id.key.lower())
                yield _deployment(document, account)
        for id_, account in self.accounts.items():
            gap = self._documents.gap("arm", _FIELD, subscription_of(id_), id_)
            if id_ not in listed and gap is not None:
                signal = Signal(
                    _UNREAD, "inference-endpoint", "account for models", field_evidence(account, "/kind")
                )
                yield _resource(f"{id_}/deployments/*", account, signal)


def _deployment(document: Document, account: Document) -> Resource:
    model = text(document.body, "/properties/model/name")
    tuned = ".ft-" in model or ".ft:" in model
    words = f"fine-tuned model {model}" if tuned else f"deployment of {model or 'a model'}"
    evidence = field_evidence(document, "/properties/model")
    signal = Signal(_TUNED if tuned else _BASE, "inference-endpoint", words, evidence)
    return _resource(document.id.key.lower(), account, signal)


def _resource(id_: str, account: Document, signal: Signal) -> Resource:
    name = f"{name_of(account.id.key)}/{name_of(id_)}"
    return Resource(
        id_, "model-deployment", "azure", subscription_of(id_), name, tags_of(account.body), (signal,)
    )
