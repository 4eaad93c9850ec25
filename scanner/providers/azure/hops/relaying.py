"""Hops from apps into the endpoints that they may call: as their managed identities, or by an account's key.

Whoever reaches the app has its code call the model, as far as that code passes requests on. Nobody here reads
code, nor secrets, so such a hop is never more than possible; that an app has an account's address among its
settings is what tells of a key. Sources: App Service, "Use managed identities for App Service and Azure
Functions" (https://learn.microsoft.com/azure/app-service/overview-managed-identity); Container Apps, "Manage
environment variables on Azure Container Apps"
(https://learn.microsoft.com/azure/container-apps/environment-variables), read 2026-11-22.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from scanner.model import Hop
from scanner.providers.azure.documents import field_evidence, items, setting, text
from scanner.providers.azure.hops import cognitive, learning
from scanner.providers.azure.network.servers import CONTAINER_APPS, CONTAINER_GROUPS, SITES, SLOTS
from scanner.providers.azure.sides import base_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.estate import AzureEstate
    from scanner.snapshot import Document

_RELAYING: Final = (CONTAINER_APPS, CONTAINER_GROUPS, SITES, SLOTS)
_CONTAINERS: Final = {
    CONTAINER_APPS: ("/properties/template/containers", "/env"),
    CONTAINER_GROUPS: ("/properties/containers", "/properties/environmentVariables"),
}
_SETTINGS: Final = "/properties/siteConfig/appSettings"


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into an endpoint from what may call it; none for another node."""
    found: set[str] = set()
    for hop in chain(cognitive.into(estate, node), learning.into(estate, node)):
        if "invoke" not in hop.gains or hop.certainty == "blocked":
            continue
        for document in _running(estate, base_of(hop.source)):
            name = document.id.key.lower()
            if name not in found:
                found.add(name)
                missing = (*hop.missing, f"what the code of {name} passes on")
                proof = (field_evidence(document, "/identity"), *hop.evidence)
                yield replace(
                    hop, source=name, type="relay", certainty="possible", evidence=proof, missing=missing
                )
    for hop in _by_key(estate, node):
        if hop.source not in found:
            yield hop


def _running(estate: AzureEstate, holder: str) -> Iterator[Document]:
    """Yield the apps that run as somebody, or as a member of a group."""
    for who in sorted(estate.membership.inside(holder)):
        for document in estate.identities.running_as(who):
            if text(document.body, "/type").lower() in _RELAYING:
                yield document


def _by_key(estate: AzureEstate, node: str) -> Iterator[Hop]:
    account = estate.cognitive.account_of(node)
    if account is None or setting(account.body, "/properties/disableLocalAuth", "false") == "true":
        return
    id_ = account.id.key.lower()
    passes = estate.firewalls.of(account).passes(outside=False)
    for type_ in _RELAYING if not passes.blocked_by else ():
        for document in estate.documents.arm(type_):
            pointer = _address(estate, document, type_, id_)
            for guards in passes.alternatives if pointer else ():
                name = document.id.key.lower()
                proof = (field_evidence(document, pointer), *passes.evidence)
                words = (f"whether {name} holds a key of {id_}", f"what the code of {name} passes on")
                yield Hop(
                    target=node,
                    source=name,
                    type="relay",
                    guards=guards,
                    gains=("invoke",),
                    certainty="possible",
                    evidence=proof,
                    missing=(*passes.missing, *words),
                )


def _address(estate: AzureEstate, document: Document, type_: str, account: str) -> str:
    """Return where an app's settings have the address of an account, empty when they do not."""
    lists = [_SETTINGS]
    if type_ in _CONTAINERS:
        containers, inside = _CONTAINERS[type_]
        lists = [f"{containers}/{n}{inside}" for n in range(len(items(document.body, containers)))]
    for pointer in lists:
        for n, entry in enumerate(items(document.body, pointer)):
            if estate.cognitive.by_address(text(entry, "/value")) == account:
                return f"{pointer}/{n}"
    return ""
