"""SageMaker beside models and endpoints: private hubs, inference components, and Studio's domains and users.

| document | key | body |
|---|---|---|
| ``ListHubs.HubSummaries``, ``DescribeHub`` | hub name | ``HubArn``, ``S3StorageConfig`` |
| ``ListHubContents.HubContentSummaries`` | HUB/NAME | models in it: ``HubContentArn`` |
| ``ListInferenceComponents.InferenceComponents`` | component name | ``EndpointArn`` |
| ``DescribeInferenceComponent`` | component name | ``Specification`` |
| ``ListDomains.Domains``, ``DescribeDomain`` | domain id | ``AuthMode``, ``DefaultUserSettings`` |
| ``ListSpaces.Spaces`` | DOMAIN/NAME | ``SpaceSharingSettingsSummary.SharingType`` |
| ``ListUserProfiles.UserProfiles``, ``DescribeUserProfile`` | DOMAIN/NAME | ``UserSettings`` with its role |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

_HUBS = ("ListHubs.HubSummaries",)
_PAGE = {"MaxResults": 100}

TABLE: Final = Service(
    name="sagemaker",
    scope="regional",
    rows=(
        Row(operation="ListHubs", lists={"HubSummaries": "HubName"}, effect="understated"),
        Row(operation="DescribeHub", each=_HUBS, params={"HubName": "HubName"}, effect="understated"),
        Row(
            operation="ListHubContents",
            each=_HUBS,
            given=({"HubContentType": "Model"},),
            params={"HubName": "HubName"},
            lists={"HubContentSummaries": "@key/HubContentName"},
            effect="understated",
        ),
        Row(
            operation="ListInferenceComponents",
            given=(_PAGE,),
            lists={"InferenceComponents": "InferenceComponentName"},
            effect="understated",
        ),
        Row(
            operation="DescribeInferenceComponent",
            each=("ListInferenceComponents.InferenceComponents",),
            params={"InferenceComponentName": "InferenceComponentName"},
            effect="understated",
        ),
        Row(operation="ListDomains", lists={"Domains": "DomainId"}, effect="understated"),
        Row(
            operation="DescribeDomain",
            each=("ListDomains.Domains",),
            params={"DomainId": "DomainId"},
            effect="understated",
        ),
        Row(
            operation="ListSpaces",
            each=("ListDomains.Domains",),
            given=(_PAGE,),
            params={"DomainIdEquals": "DomainId"},
            lists={"Spaces": "@key/SpaceName"},
            effect="understated",
        ),
        Row(
            operation="ListUserProfiles",
            each=("ListDomains.Domains",),
            given=(_PAGE,),
            params={"DomainIdEquals": "DomainId"},
            lists={"UserProfiles": "@key/UserProfileName"},
            effect="understated",
        ),
        Row(
            operation="DescribeUserProfile",
            each=("ListUserProfiles.UserProfiles",),
            params={"DomainId": "DomainId", "UserProfileName": "UserProfileName"},
            effect="understated",
        ),
    ),
)
