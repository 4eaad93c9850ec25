"""Hops into deployments of Azure OpenAI and Foundry: by role, by an account's key, by changing them.

Sources: Azure OpenAI, "Role-based access control for Azure OpenAI"
(https://learn.microsoft.com/azure/ai-services/openai/how-to/role-based-access-control); Azure AI services,
"Disable local authentication" (https://learn.microsoft.com/azure/ai-services/disable-local-auth), read
2026-11-22.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.azure.access import Question, joined
from scanner.providers.azure.documents import field_evidence, text
from scanner.providers.azure.steps import Lock, Way, hops

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.model import Hop
    from scanner.providers.azure.access import Holding
    from scanner.providers.azure.estate import AzureEstate
    from scanner.snapshot import Document

_ACCOUNTS: Final = "Microsoft.CognitiveServices/accounts"
_CALLS: Final = (
    "OpenAI/deployments/chat/completions/action",
    "OpenAI/deployments/completions/action",
    "OpenAI/deployments/embeddings/action",
    "OpenAI/responses/write",
    "AIServices/responses/write",
    "MaaS/chat/completions/action",
)
_KEYS: Final = ("listKeys/action", "regenerateKey/action")
_CONNECTIONS: Final = "microsoft.machinelearningservices/workspaces/connections"
_SECRETS: Final = "Microsoft.MachineLearningServices/workspaces/connections/listsecrets/action"


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a deployment; none for another node."""
    account = estate.cognitive.account_of(node)
    if account is None:
        return
    id_ = account.id.key.lower()
    gate = estate.firewalls.of(account)
    calling = callers(estate, node)
    invoking = Way("invoke", ("invoke",), gate=gate, api="cognitive")
    yield from hops(node, invoking, calling.values(), estate.sides.of)
    off = "keys are off for the account"
    lock = Lock.of(account, "/properties/disableLocalAuth", "false", ("false",), off)
    way = Way("take-shared-key", ("invoke",), lock, gate)
    listing = dict(estate.may_any([f"{_ACCOUNTS}/{action}" for action in _KEYS], id_))
    for holding in _by_connection(estate, account):
        held = listing.get(holding.node)
        listing[holding.node] = holding if held is None else joined(held, holding)
    yield from hops(node, way, listing.values(), estate.sides.of)
    if lock.blocked_by or not gate.is_open:
        yield from _by_editing(estate, node, id_)
    writing = estate.may(Question(f"{_ACCOUNTS}/deployments/write", node))
    yield from hops(node, Way("write", ("write",)), writing.values(), estate.sides.of)


def callers(estate: AzureEstate, node: str) -> Mapping[str, Holding]:
    """Return who may call a deployment by a role."""
    return estate.may_any([f"{_ACCOUNTS}/{call}" for call in _CALLS], node, "data")


def _by_connection(estate: AzureEstate, account: Document) -> Iterator[Holding]:
    """Yield who lists the secrets of a workspace that keeps a key of the account."""
    for document in estate.documents.arm(_CONNECTIONS):
        keeps = text(document.body, "/properties/authType").lower() == "apikey"
        address = text(document.body, "/properties/target")
        if keeps and estate.cognitive.by_address(address) == account.id.key.lower():
            workspace = document.id.key.lower().split("/connections/")[0]
            proof = field_evidence(document, "/properties")
            for holding in estate.may(Question(_SECRETS, workspace)).values():
                yield holding._replace(evidence=(*holding.evidence, proof))


def _by_editing(estate: AzureEstate, node: str, id_: str) -> Iterator[Hop]:
    """Yield hops of who lists keys and may switch on what stands in the way of using them."""
    editors = estate.may(Question(f"{_ACCOUNTS}/write", id_))
    listers = estate.may(Question(f"{_ACCOUNTS}/listKeys/action", id_))
    yield from hops(node, Way("drop-guard", ("invoke",)), estate.joint(editors, listers), estate.sides.of)
