"""Trails and event data stores: what of the calls that are made is kept, and where.

| document | key | body |
|---|---|---|
| ``DescribeTrails.trailList`` | ARN of the trail | every trail that applies to the account in the region |
| ``GetTrailStatus`` | ARN of a trail of the region | ``IsLogging`` |
| ``GetEventSelectors`` | ARN of a trail of the region | ``EventSelectors`` or ``AdvancedEventSelectors`` |
| ``ListEventDataStores.EventDataStores`` | ARN of the store | |
| ``GetEventDataStore`` | ARN of the store | ``Status``, ``AdvancedEventSelectors``, ``MultiRegionEnabled`` |

A trail of all regions, or of the organization, is listed wherever it applies; status and selectors are asked
for in its home region only. Source: CloudTrail API Reference, "DescribeTrails", ``includeShadowTrails``
(https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from scanner.providers.aws.collect.table import Found

_TRAILS = "DescribeTrails.trailList"
_STORES = "ListEventDataStores.EventDataStores"


def is_of_this_region(found: Found, trail: str) -> bool:
    """Say whether the region that is read is the trail's home."""
    return bool((found.get(_TRAILS, trail) or {}).get("HomeRegion") == found.region)


TABLE: Final = Service(
    name="cloudtrail",
    scope="regional",
    rows=(
        Row(operation="DescribeTrails", lists={"trailList": "TrailARN"}, effect="understated"),
        Row(
            operation="GetTrailStatus",
            each=(_TRAILS,),
            params={"Name": "TrailARN"},
            when=is_of_this_region,
            effect="understated",
        ),
        Row(
            operation="GetEventSelectors",
            each=(_TRAILS,),
            params={"TrailName": "TrailARN"},
            when=is_of_this_region,
            effect="understated",
        ),
        Row(
            operation="ListEventDataStores",
            lists={"EventDataStores": "EventDataStoreArn"},
            effect="understated",
        ),
        Row(
            operation="GetEventDataStore",
            each=(_STORES,),
            params={"EventDataStore": "EventDataStoreArn"},
            effect="understated",
        ),
    ),
)
