"""Identity pools: whether anyone may be their guest, and which roles they hand out.

| document | key | body |
|---|---|---|
| ``ListIdentityPools.IdentityPools`` | pool id | |
| ``DescribeIdentityPool`` | pool id | ``AllowUnauthenticatedIdentities``, ``AllowClassicFlow`` |
| ``GetIdentityPoolRoles`` | pool id | ``Roles.unauthenticated``, ``Roles.authenticated`` |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

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
