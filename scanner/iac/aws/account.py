"""The accounts that code puts something into.

Code says nothing of the organization above: its policies can only take away, and the account is read as if
it stood alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.iac.aws.drafts import Drafts


def complete(drafts: Drafts) -> None:
    """Say which accounts are ours: those that our code deploys to."""
    for home in sorted(drafts.homes):
        arn = home.arn("iam", "root", regional=False)
        drafts.assume(
            home.id("sts", "GetCallerIdentity", regional=False), {"Account": home.account, "Arn": arn}
        )
        drafts.assume(home.id("organizations", "DescribeOrganization", regional=False))
