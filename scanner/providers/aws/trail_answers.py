"""The parts of answers about logging that are relied on, for `scanner.providers.aws.shapes`."""

# ruff: noqa: D101 - each class is an answer, or a part of one, and its name says of what

from __future__ import annotations

from typing import Any, Final, Required, TypedDict


class Trail(TypedDict, total=False):
    TrailARN: Required[str]
    Name: str
    S3BucketName: str | None
    S3KeyPrefix: str | None
    HomeRegion: str
    HasCustomEventSelectors: bool
    IsOrganizationTrail: bool


class Status(TypedDict, total=False):
    IsLogging: bool


class DataResource(TypedDict, total=False):
    Type: str
    Values: list[str] | None


class Selector(TypedDict, total=False):
    ReadWriteType: str | None
    DataResources: list[DataResource] | None


class Condition(TypedDict, total=False):
    Field: Required[str]
    Equals: list[str] | None
    StartsWith: list[str] | None
    EndsWith: list[str] | None
    NotEquals: list[str] | None
    NotStartsWith: list[str] | None
    NotEndsWith: list[str] | None


class AdvancedSelector(TypedDict, total=False):
    FieldSelectors: list[Condition] | None


class Selectors(TypedDict, total=False):
    EventSelectors: list[Selector] | None
    AdvancedEventSelectors: list[AdvancedSelector] | None


class Store(TypedDict, total=False):
    EventDataStoreArn: Required[str]
    Status: str
    AdvancedEventSelectors: list[AdvancedSelector] | None
    MultiRegionEnabled: bool
    OrganizationEnabled: bool


class AccessLog(TypedDict, total=False):
    LoggingEnabled: dict[str, Any] | None


class LogBucket(TypedDict, total=False):
    bucketName: str
    keyPrefix: str | None


class InvocationLog(TypedDict, total=False):
    cloudWatchConfig: dict[str, Any] | None
    s3Config: LogBucket | None
    textDataDeliveryEnabled: bool | None
    imageDataDeliveryEnabled: bool | None
    embeddingDataDeliveryEnabled: bool | None
    videoDataDeliveryEnabled: bool | None


class InvocationLogging(TypedDict, total=False):
    loggingConfig: InvocationLog | None


SHAPES: Final[dict[tuple[str, str], Any]] = {
    ("cloudtrail", "DescribeTrails.trailList"): Trail,
    ("cloudtrail", "GetTrailStatus"): Status,
    ("cloudtrail", "GetEventSelectors"): Selectors,
    ("cloudtrail", "ListEventDataStores.EventDataStores"): Store,
    ("cloudtrail", "GetEventDataStore"): Store,
    ("s3", "GetBucketLogging"): AccessLog,
    ("bedrock", "GetModelInvocationLoggingConfiguration"): InvocationLogging,
}
"""By service and field."""
