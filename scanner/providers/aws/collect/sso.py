"""Single sign-on: whose directories of users open roles in an account, and to whom which role is assigned.

| document | key | body |
|---|---|---|
| ``ListInstances.Instances`` | instance ARN | ``OwnerAccountId``, ``IdentityStoreId``, ``Status`` |
| ``ListPermissionSets`` | instance ARN | ``PermissionSets``: ARNs; None: not from this account |
| ``DescribePermissionSet`` | permission set ARN | ``PermissionSet`` with ``Name`` |
| ``ListAccountsForProvisionedPermissionSet`` | permission set ARN | ``AccountIds`` |
| ``ListAccountAssignments.AccountAssignments`` | SET/ACCOUNT/PRINCIPAL | ``PrincipalType``, ``PrincipalId`` |

Only the account that has an instance, and those it delegates to, get answers about it; in others an instance
of the organization is listed and refused. What a permission set allows is read from the roles that it made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.collect.table import Body, Found

_INSTANCES = "ListInstances.Instances"
_REFUSED = ("AccessDeniedException",)
_OF_SET = {"InstanceArn": "instance", "PermissionSetArn": "set"}


def own_instances(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield the instances of the account that is asked, by ARN."""
    yield from (pair for pair in found.items(_INSTANCES) if pair[1].get("OwnerAccountId") == found.account)


def other_instances(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield the instances of another account, which may have delegated to this one."""
    yield from (pair for pair in found.items(_INSTANCES) if pair[1].get("OwnerAccountId") != found.account)


def permission_sets(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield every permission set as what to ask with."""
    for instance, body in found.items("ListPermissionSets"):
        for arn in (body or {}).get("PermissionSets") or ():
            yield arn, {"instance": instance, "set": arn}


def provisioned(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield every permission set with each account in which it made a role."""
    asked = dict(permission_sets(found))
    for arn, body in found.items("ListAccountsForProvisionedPermissionSet"):
        for account in (body or {}).get("AccountIds") or ():
            yield f"{arn}/{account}", {**asked[arn], "account": account}


TABLE: Final = Service(
    name="sso-admin",
    scope="regional",
    prefix="sso",
    rows=(
        Row(operation="ListInstances", lists={"Instances": "InstanceArn"}, effect="overstated"),
        Row(
            operation="ListPermissionSets",
            each=own_instances,
            params={"InstanceArn": "@key"},
            effect="understated",
        ),
        Row(
            operation="ListPermissionSets",
            each=other_instances,
            params={"InstanceArn": "@key"},
            none=_REFUSED,
            effect="understated",
        ),
        Row(
            operation="DescribePermissionSet",
            each=permission_sets,
            params=_OF_SET,
            effect="understated",
        ),
        Row(
            operation="ListAccountsForProvisionedPermissionSet",
            each=permission_sets,
            params=_OF_SET,
            effect="understated",
        ),
        Row(
            operation="ListAccountAssignments",
            each=provisioned,
            params={**_OF_SET, "AccountId": "account"},
            lists={"AccountAssignments": "@key/PrincipalId"},
            effect="understated",
        ),
    ),
)
