"""The directories behind single sign-on: users, by their mail addresses, and who is in which group.

| document | key | body |
|---|---|---|
| ``ListUsers.Users`` | STORE/USER | ``UserId``, ``UserName``, ``Emails``, ``UserStatus`` |
| ``ListGroups.Groups`` | STORE/GROUP | ``GroupId``, ``DisplayName`` |
| ``ListGroupMemberships.GroupMemberships`` | STORE/GROUP/MEMBERSHIP | ``MemberId`` with ``UserId`` |

Asked where `sso` found an instance of the account's own, or one whose permission sets it may list. Names,
addresses and telephone numbers of people are not kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.collect.sso import other_instances, own_instances
from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.collect.table import Body, Found

_KEPT = {"UserId", "UserName", "Emails", "UserStatus", "IdentityStoreId"}


def stores(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield the directory of every instance that this account is asked about, by id."""
    answered = {instance for instance, body in found.items("ListPermissionSets") if body}
    instances = [*own_instances(found), *(pair for pair in other_instances(found) if pair[0] in answered)]
    for store in sorted({str(body.get("IdentityStoreId") or "") for _, body in instances} - {""}):
        yield store, {"IdentityStoreId": store}


def groups(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield every group as what to ask with."""
    for key, body in found.items("ListGroups.Groups"):
        yield key, {"store": key.partition("/")[0], "group": body.get("GroupId")}


def without_particulars(body: Body) -> Body:
    """Return what tells who a user is and whether it may log in."""
    return {name: value for name, value in body.items() if name in _KEPT}


TABLE: Final = Service(
    name="identitystore",
    scope="regional",
    after="sso-admin",
    rows=(
        Row(
            operation="ListUsers",
            each=stores,
            params={"IdentityStoreId": "@key"},
            lists={"Users": "@key/UserId"},
            reshape=without_particulars,
            effect="understated",
        ),
        Row(
            operation="ListGroups",
            each=stores,
            params={"IdentityStoreId": "@key"},
            lists={"Groups": "@key/GroupId"},
            effect="understated",
        ),
        Row(
            operation="ListGroupMemberships",
            each=groups,
            params={"IdentityStoreId": "store", "GroupId": "group"},
            lists={"GroupMemberships": "@key/MembershipId"},
            effect="understated",
        ),
    ),
)
