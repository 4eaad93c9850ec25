"""Cognito: whether anyone may be a guest of an identity pool or sign up to a user pool, and what for.

| document | key | body |
|---|---|---|
| ``ListIdentityPools.IdentityPools`` | pool id | |
| ``DescribeIdentityPool`` | pool id | ``AllowUnauthenticatedIdentities``, ``AllowClassicFlow`` |
| ``GetIdentityPoolRoles`` | pool id | ``Roles.unauthenticated``, ``Roles.authenticated`` |
| ``ListUserPools.UserPools`` | pool id | ``Name`` |
| ``DescribeUserPool`` | pool id | ``UserPool`` with ``AdminCreateUserConfig`` and names only |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Body, Row, Service

_POOLS = ("ListIdentityPools.IdentityPools",)
_POOL = {"IdentityPoolId": "IdentityPoolId"}

TABLE: Final = Service(
    name="cognito-identity",
    scope="regional",
    rows=(
        Row(
            operation="ListIdentityPools",
            given=({"MaxResults": 60},),
            lists={"IdentityPools": "IdentityPoolId"},
        ),
        Row(operation="DescribeIdentityPool", each=_POOLS, params=_POOL),
        Row(operation="GetIdentityPoolRoles", each=_POOLS, params=_POOL),
    ),
)

_KEPT = ("Id", "Name", "Arn", "AdminCreateUserConfig", "Domain", "CustomDomain", "MfaConfiguration")


def without_messages(body: Body) -> Body:
    """Return who may sign up to a user pool, without what it mails, calls and counts."""
    pool = body.get("UserPool") if isinstance(body, dict) else None
    if not isinstance(pool, dict):
        return body
    kept = {name: value for name, value in pool.items() if name in _KEPT}
    admin = kept.get("AdminCreateUserConfig")
    if isinstance(admin, dict):
        kept["AdminCreateUserConfig"] = {k: v for k, v in admin.items() if k == "AllowAdminCreateUserOnly"}
    return {**body, "UserPool": kept}


USER_POOLS: Final = Service(
    name="cognito-idp",
    scope="regional",
    rows=(
        Row(operation="ListUserPools", given=({"MaxResults": 60},), lists={"UserPools": "Id"}),
        Row(
            operation="DescribeUserPool",
            each=("ListUserPools.UserPools",),
            params={"UserPoolId": "Id"},
            reshape=without_messages,
            effect="understated",
        ),
    ),
)
