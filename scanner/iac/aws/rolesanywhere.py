"""Roles Anywhere: authorities whose certificates are trusted, and the roles that their holders get.

Source of the fields: IAM Roles Anywhere API Reference, "ListTrustAnchors", "ListProfiles"
(https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ListProfiles.html, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.iac.aws.drafts import Home, Piece

if TYPE_CHECKING:
    from scanner.iac.aws.drafts import Drafts

_SERVICE = "rolesanywhere"


def trust_anchor(drafts: Drafts, home: Home, arn: str, whole: Piece) -> None:
    """Declare an authority: ``enabled``, ``source``."""
    drafts.put(home.id(_SERVICE, "ListTrustAnchors.trustAnchors", arn), whole.with_fields(trustAnchorArn=arn))
    drafts.lived_in(home)


def profile(drafts: Drafts, home: Home, arn: str, whole: Piece) -> None:
    """Declare a profile: ``enabled``, ``roleArns``, ``sessionPolicy``, ``managedPolicyArns``."""
    drafts.put(home.id(_SERVICE, "ListProfiles.profiles", arn), whole.with_fields(profileArn=arn))
    drafts.lived_in(home)


def complete(drafts: Drafts) -> None:
    """Say that each list ends here, where code has any of them."""
    for field in ("ListTrustAnchors.trustAnchors", "ListProfiles.profiles"):
        for draft in drafts.of(_SERVICE, field):
            home = Home(draft.id.scope, draft.id.region)
            for operation in ("ListTrustAnchors", "ListProfiles"):
                drafts.assume(home.id(_SERVICE, operation), {})
