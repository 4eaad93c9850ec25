"""User pools of Cognito: whether anyone may sign up, which is what their tokens are worth.

Source of the fields: Amazon Cognito User Pools API Reference, "DescribeUserPool"
(https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html, read
2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.iac.aws.drafts import Home, Piece

if TYPE_CHECKING:
    from scanner.iac.aws.drafts import Drafts


def user_pool(drafts: Drafts, home: Home, pool: str, whole: Piece) -> None:
    """Declare a user pool: ``AdminCreateUserConfig`` and names."""
    arn = home.arn("cognito-idp", f"userpool/{pool}")
    body = Piece({"UserPool": {"Id": pool, "Arn": arn, **whole.body}}, whole.places)
    drafts.put(home.id("cognito-idp", "DescribeUserPool", pool), body)
    drafts.lived_in(home)


def complete(drafts: Drafts) -> None:
    """Say that each list of pools ends here, where code has any."""
    for draft in drafts.of("cognito-idp", "DescribeUserPool"):
        drafts.assume(Home(draft.id.scope, draft.id.region).id("cognito-idp", "ListUserPools"), {})
