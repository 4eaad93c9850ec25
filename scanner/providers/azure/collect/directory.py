"""Microsoft Graph: who there is, who is in which group, which applications there are and whose.

Fields: ``users``, ``groups``, ``servicePrincipals``, ``applications``, ``oauth2PermissionGrants`` by object
id, and lists under the id of what they belong to: ``groups.members``, ``groups.owners``,
``servicePrincipals.owners``, ``servicePrincipals.appRoleAssignments``, ``applications.owners``,
``applications.federatedIdentityCredentials``.

Members come from ``beta``: "List group members" (https://learn.microsoft.com/graph/api/group-list-members,
read 2026-11) says that v1.0 leaves out service principals. Federated credentials do too, for the expressions
of flexible ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.azure.collect.table import Row, Service

if TYPE_CHECKING:
    from collections.abc import Mapping

V1, BETA = "v1.0", "beta"
_TOP = {"$top": "999"}


def _select(*fields: str) -> Mapping[str, str]:
    return {"$select": ",".join(fields), **_TOP}


def _list_of(parent: str, name: str, needs: str, *, version: str = V1) -> Row:
    """Return a row whose list is kept whole under its parent's id."""
    return Row(
        field=f"{parent}.{name}",
        each=parent,
        path=f"/{parent}/{{id}}/{name}",
        version=version,
        query=_TOP if name in {"members", "appRoleAssignments"} else {},
        needs=needs,
        shape="whole",
    )


TABLE = Service(
    name="directory",
    api="graph",
    rows=(
        Row(
            field="users",
            path="/users",
            version=V1,
            query=_select(
                *("id", "displayName", "mail", "userPrincipalName", "userType", "externalUserState"),
                *("creationType", "accountEnabled", "identities", "otherMails"),
            ),
            needs="User.Read.All",
            effect="both",
        ),
        Row(
            field="groups",
            path="/groups",
            version=V1,
            query=_select(
                *("id", "displayName", "groupTypes", "securityEnabled", "isAssignableToRole"),
                *("membershipRule", "membershipRuleProcessingState", "visibility"),
            ),
            needs="GroupMember.Read.All",
        ),
        Row(
            field="servicePrincipals",
            path="/servicePrincipals",
            version=V1,
            query=_select(
                *("id", "appId", "displayName", "appOwnerOrganizationId", "servicePrincipalType"),
                *("accountEnabled", "alternativeNames", "verifiedPublisher", "appRoles", "tags"),
                "appRoleAssignmentRequired",
            ),
            needs="Application.Read.All",
            effect="both",
        ),
        Row(
            field="applications",
            path="/applications",
            version=V1,
            query=_select(
                "id", "appId", "displayName", "signInAudience", "servicePrincipalLockConfiguration"
            ),
            needs="Application.Read.All",
        ),
        Row(
            field="oauth2PermissionGrants",
            path="/oauth2PermissionGrants",
            version=V1,
            query=_TOP,
            needs="DelegatedPermissionGrant.Read.All",
        ),
        _list_of("groups", "members", "GroupMember.Read.All", version=BETA),
        _list_of("groups", "owners", "GroupMember.Read.All"),
        _list_of("servicePrincipals", "owners", "Application.Read.All"),
        _list_of("servicePrincipals", "appRoleAssignments", "Application.Read.All"),
        _list_of("applications", "owners", "Application.Read.All"),
        _list_of("applications", "federatedIdentityCredentials", "Application.Read.All", version=BETA),
    ),
)
