"""Distributions of CloudFront: what they publish, and what they ask of viewers.

| document | key | body |
|---|---|---|
| ``ListDistributions`` | - | ``DistributionList.Items``: origins, behaviours, signers, web ACL |
| ``ListCloudFrontOriginAccessIdentities`` | - | ``CloudFrontOriginAccessIdentityList``: their canonical ids |
| ``ListVpcOrigins`` | - | ``VpcOriginList.Items``: what in a VPC an origin leads to |

Values of headers that a distribution adds are withheld: many are secrets shared with the origin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from scanner.providers.aws.collect.table import Body

_MASK = "(withheld)"


def without_header_values(body: Body) -> Body:
    """Replace the values of headers that are sent to origins."""
    listed = body.get("DistributionList") if isinstance(body, dict) else None
    for distribution in (listed.get("Items") or ()) if isinstance(listed, dict) else ():
        for origin in (distribution.get("Origins") or {}).get("Items") or ():
            for header in (origin.get("CustomHeaders") or {}).get("Items") or ():
                header["HeaderValue"] = _MASK
    return body


TABLE: Final = Service(
    name="cloudfront",
    scope="global",
    rows=(
        Row(operation="ListDistributions", reshape=without_header_values, effect="understated"),
        Row(operation="ListCloudFrontOriginAccessIdentities", effect="understated"),
        Row(operation="ListVpcOrigins", newer=True, effect="understated"),
    ),
)
