"""Applications that act for people: delegated permissions that somebody, or an administrator, consented to.

An application with the delegated permission of an API does there what the person may who is signed in to it,
and nothing else. Each API has tokens of its own, so that a person whom an application acts for has a node for
every API: `ACTING` and the API behind the person's own. Microsoft Graph has one for each power over the
directory, because its permissions bound what the application does there. Source: Microsoft identity
platform, "Overview of permissions and consent"
(https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview) and Microsoft Graph,
"oAuth2PermissionGrant resource type" (https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant),
read 2026-11-22.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from scanner.providers.azure.documents import at, text
from scanner.providers.azure.entra_roles import DELEGATED, GRAPH, JOINING, Power

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.directory import Directory, Member
    from scanner.providers.azure.documents import Documents
    from scanner.providers.azure.membership import Membership
    from scanner.providers.azure.tenants import Tenants
    from scanner.snapshot import Document

Api: TypeAlias = Literal["", "arm", "storage", "cognitive", "learning", "vault", "cluster"] | Power
"""Whose token a step takes, or which power by one of Microsoft Graph; empty for a step that takes none."""

ACTING: Final = "#acting@"
_IMPERSONATION: Final = "user_impersonation"
_APIS: Final[dict[str, tuple[Api, ...]]] = {
    "797f4846-ba00-4fd7-ba43-dac1f8f63013": ("arm",),  # Windows Azure Service Management API
    "e406a681-f3d4-42a8-90b6-c2b029497af1": ("storage",),  # Azure Storage
    "7d312290-28c8-473c-a0ed-8e53749b6d6d": ("cognitive",),  # Microsoft Cognitive Services
    "18a66f5f-dbdf-4c17-9dd7-1634712a9cbe": ("learning", "cognitive"),  # Azure Machine Learning Services
    "cfa8b339-82a2-471a-a3c9-0fc0be7a4093": ("vault",),  # Azure Key Vault
    "6dae42f8-4368-4678-94ff-3960e28e3630": ("cluster",),  # Azure Kubernetes Service AAD Server
}
"""By application id, which is the same in every tenant (observed; "Verify first-party Microsoft applications
in sign-in reports", https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in)."""


class Consent(NamedTuple):
    """One delegated permission: `client` acts for `person`, by object id; empty: for everybody."""

    client: str
    person: str
    document: Document
    missing: tuple[str, ...] = ()


class Consents:
    """Who acts for whom, by API."""

    def __init__(
        self, documents: Documents, directory: Directory, membership: Membership, tenants: Tenants
    ) -> None:
        self._directory = directory
        self._membership = membership
        self._by_api: dict[str, list[Consent]] = defaultdict(list)
        for document in documents.graph("oauth2PermissionGrants"):
            resource = directory.of_oid(text(document.body, "/resourceId"))
            client = directory.of_oid(text(document.body, "/clientId"))
            if resource is None or client is None or not client.is_enabled or _is_microsofts(client, tenants):
                continue
            scopes = text(document.body, "/scope").lower().split()
            person = text(document.body, "/principalId").lower()
            for api in sorted(_opened(resource.app, scopes)):
                self._by_api[api].append(
                    Consent(client.node, person, document, () if person else _assigned(client))
                )
        self._known: dict[tuple[str, str], bool] = {}

    def clients(self) -> set[str]:
        """Return every application that acts for somebody."""
        return {consent.client for consents in self._by_api.values() for consent in consents}

    def of(self, node: str, api: str) -> Iterator[Consent]:
        """Yield who acts for one person of ours."""
        member = self._directory.member(node)
        if member is not None and member.ours and member.kind == "user" and member.is_enabled:
            for consent in self._by_api.get(api, ()):
                if not consent.person or consent.person == member.oid:
                    yield consent

    def joins(self, node: str) -> bool:
        """Tell whether some application may put anybody into a group, by a power that a node may have."""
        return any(self.applies(node, power) for power in JOINING)

    def applies(self, node: str, api: str) -> bool:
        """Tell whether some application may act there for a person, or for somebody who counts as a node."""
        if api not in self._by_api:
            return False
        key = (node, api)
        if key not in self._known:
            self._known[key] = any(next(self.of(who, api), None) is not None for who in self._people(node))
        return self._known[key]

    def _people(self, node: str) -> Iterator[str]:
        """Yield who counts as a node, and for a copy whose copy it is."""
        for who in (node, *sorted(self._membership.inside(node) - {node})):
            yield who.partition("#")[0]
            base = who.partition("#")[0]
            if base != who:
                yield from self._membership.inside(base)


def _opened(resource: str, scopes: list[str]) -> set[Api]:
    """Return what an application acts at by delegated permissions of one resource, given in lower case."""
    if resource == GRAPH:
        return {power for scope in scopes for power in DELEGATED.get(scope, ())}
    return {
        api for api in _APIS.get(resource, ()) if _IMPERSONATION in scopes or (api == "cluster" and scopes)
    }


def _is_microsofts(client: Member, tenants: Tenants) -> bool:
    owner = "" if client.document is None else text(client.document.body, "/appOwnerOrganizationId")
    return tenants.is_microsofts(owner)


def _assigned(client: Member) -> tuple[str, ...]:
    """Return what is not known of an application that only those may use who are assigned to it.

    Source: "servicePrincipal resource type", appRoleAssignmentRequired
    (https://learn.microsoft.com/graph/api/resources/serviceprincipal, read 2026-11-22).
    """
    body = None if client.document is None else client.document.body
    required = at(body, "/appRoleAssignmentRequired") is True
    return (f"who is assigned to application {client.app}",) if required else ()
