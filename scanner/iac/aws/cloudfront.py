"""Distributions of CloudFront, the identities that they ask buckets as, and origins in VPCs.

Forms: `scanner.providers.aws.collect.cloudfront`. Each list is one document of an account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.aws.drafts import Home

if TYPE_CHECKING:
    from scanner.iac.aws.drafts import Drafts, Piece

_SERVICE: Final = "cloudfront"
_LISTS: Final = {
    "ListDistributions": "DistributionList",
    "ListCloudFrontOriginAccessIdentities": "CloudFrontOriginAccessIdentityList",
    "ListVpcOrigins": "VpcOriginList",
}


def distribution(drafts: Drafts, home: Home, whole: Piece) -> None:
    """Declare a distribution: ``Id``, ``ARN``, ``Enabled``, ``Origins``, ``DefaultCacheBehavior`` …."""
    _add(drafts, home, "ListDistributions", whole)


def access_identity(drafts: Drafts, home: Home, whole: Piece) -> None:
    """Declare an origin access identity: ``Id``, ``S3CanonicalUserId``."""
    _add(drafts, home, "ListCloudFrontOriginAccessIdentities", whole)


def vpc_origin(drafts: Drafts, home: Home, whole: Piece) -> None:
    """Declare an origin in a VPC: ``Id``, ``OriginEndpointArn``."""
    _add(drafts, home, "ListVpcOrigins", whole)


def complete(drafts: Drafts) -> None:
    """Say that each list ends here, where code has any distribution."""
    for draft in drafts.of(_SERVICE, "ListDistributions"):
        for operation, listed in _LISTS.items():
            none = {listed: {"Quantity": 0, "Items": []}}
            drafts.assume(Home(draft.id.scope).id(_SERVICE, operation, regional=False), none)


def _add(drafts: Drafts, home: Home, operation: str, whole: Piece) -> None:
    draft = drafts.at(home.id(_SERVICE, operation, regional=False))
    draft.append(f"/{_LISTS[operation]}/Items", whole)
    drafts.lived_in(home)
