"""Cognito: whether anyone may sign up to a user pool, or be a guest of an identity pool, and as which role.

Source of the fields: Amazon Cognito User Pools API Reference, "DescribeUserPool"
(https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html, read
2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.iac.aws.drafts import Home, Piece

if TYPE_CHECKING:
    from scanner.iac.aws.drafts import Drafts

_POOLS = "cognito-identity"


def user_pool(drafts: Drafts, home: Home, pool: str, whole: Piece) -> None:
    """Declare a user pool: ``AdminCreateUserConfig`` and names."""
    arn = home.arn("cognito-idp", f"userpool/{pool}")
    body = Piece({"UserPool": {"Id": pool, "Arn": arn, **whole.body}}, whole.places)
    drafts.put(home.id("cognito-idp", "DescribeUserPool", pool), body)
    drafts.lived_in(home)


def identity_pool(drafts: Drafts, home: Home, pool: str, whole: Piece) -> None:
    """Declare an identity pool: ``AllowUnauthenticatedIdentities``, ``AllowClassicFlow``."""
    drafts.put(home.id(_POOLS, "DescribeIdentityPool", pool), whole.with_fields(IdentityPoolId=pool))
    drafts.lived_in(home)


def identity_roles(drafts: Drafts, home: Home, pool: str, whole: Piece) -> None:
    """Say which roles an identity pool hands out: ``Roles``, ``RoleMappings``."""
    drafts.put(home.id(_POOLS, "GetIdentityPoolRoles", pool), whole.with_fields(IdentityPoolId=pool))


def complete(drafts: Drafts) -> None:
    """Say that each list of pools ends here, where code has any."""
    for draft in drafts.of("cognito-idp", "DescribeUserPool"):
        drafts.assume(Home(draft.id.scope, draft.id.region).id("cognito-idp", "ListUserPools"), {})
    for draft in drafts.of(_POOLS, "DescribeIdentityPool"):
        home = Home(draft.id.scope, draft.id.region)
        drafts.assume(home.id(_POOLS, "ListIdentityPools"), {})
        drafts.assume(home.id(_POOLS, "GetIdentityPoolRoles", draft.id.key), {"IdentityPoolId": draft.id.key})
