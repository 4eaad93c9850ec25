"""What leaves no record, what does, and what is not known; and where the logs lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.config import Config
from scanner.model import Resource
from scanner.providers.aws.library import Library
from scanner.providers.aws.logs import read_logs
from scanner.providers.aws.organization import Organization
from scanner.providers.aws.storage import read_buckets
from scanner.providers.aws.trails import Trails, unread_stores
from tests.providers.aws.documents import MANAGEMENT, OTHER, OURS, snapshot
from tests.test_evidence import problem
from tests.test_worlds import WORLDS, scanned_by_name

if TYPE_CHECKING:
    from scanner.snapshot import Snapshot

WEIGHTS = Resource("arn:aws:s3:::weights/*", "s3-objects", "aws")
FOLDER = Resource("arn:aws:s3:::weights/a/*", "s3-objects", "aws")
CHAT = Resource(f"arn:aws:sagemaker:us-east-1:{OURS}:endpoint/chat", "sagemaker-endpoint", "aws", name="chat")
MODEL = Resource(f"arn:aws:bedrock:us-east-1:{OURS}:custom-model/m", "bedrock-model", "aws")
TRAIL = f"arn:aws:cloudtrail:us-east-1:{OURS}:trail/audit"
STORE = f"arn:aws:cloudtrail:eu-west-1:{OURS}:eventdatastore/e"
ACCOUNT = f"aws:{OURS}:us-east-1"
LISTED, SELECTORS = f"{ACCOUNT}:cloudtrail:DescribeTrails", f"{ACCOUNT}:cloudtrail:GetEventSelectors/{TRAIL}"
ITEM, STATUS = f"{LISTED}.trailList/{TRAIL}", f"{ACCOUNT}:cloudtrail:GetTrailStatus/{TRAIL}"
CONFIG, LOGGING = (
    f"{ACCOUNT}:sagemaker:DescribeEndpointConfig/chat",
    f"{ACCOUNT}:bedrock:GetModelInvocationLoggingConfiguration",
)
LOCATION = f"aws:{OURS}::s3:GetBucketLocation/weights"
ACCESS_LOG = f"aws:{OURS}::s3:GetBucketLogging/weights"
LAKE = f"aws:{OURS}:eu-west-1:cloudtrail:ListEventDataStores"
EVERY_OBJECT = [
    {
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        ]
    }
]
BASE: dict[str, Any] = {
    f"aws:{OURS}::s3:ListBuckets.Buckets/weights": {"Name": "weights"},
    LOCATION: {"LocationConstraint": None},
    ACCESS_LOG: {},
    LISTED: {},
    f"{ACCOUNT}:cloudtrail:ListEventDataStores": {},
    f"{ACCOUNT}:sagemaker:DescribeEndpoint/chat": {
        "EndpointArn": CHAT.id,
        "EndpointName": "chat",
        "EndpointConfigName": "chat",
    },
    CONFIG: {"EndpointConfigName": "chat"},
    LOGGING: {},
}
ALL = ("read", "write")


def trail(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    return {"TrailARN": TRAIL, "Name": "audit", "S3BucketName": "logs", "HomeRegion": "us-east-1", **more}


def folder(*folders: str) -> dict[str, Any]:
    values = [f"arn:aws:s3:::weights/{name}" for name in folders]
    return {"EventSelectors": [{"DataResources": [{"Type": "AWS::S3::Object", "Values": values}]}]}


def store(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    whole = {"EventDataStoreArn": STORE, "Status": "ENABLED", "MultiRegionEnabled": True}
    return whole | {"AdvancedEventSelectors": EVERY_OBJECT, **more}


def capture(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    whole = {"InitialSamplingPercentage": 100, "CaptureOptions": [{"CaptureMode": "InputAndOutput"}], **more}
    return {CONFIG: {"EndpointConfigName": "chat", "DataCaptureConfig": whole}}


def invocation(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    return {LOGGING: {"loggingConfig": {"s3Config": {"bucketName": "logs"}, **more}}}


ABSENT = object()
# What differs from a world without any record, the resource, and the gains that leave none.
CASES: dict[str, tuple[dict[str, Any], Resource, tuple[str, ...]]] = {
    "no trail": ({}, WEIGHTS, ALL),
    "trails never asked about": ({LISTED: ABSENT}, WEIGHTS, ()),
    "stores never asked about": ({f"{ACCOUNT}:cloudtrail:ListEventDataStores": ABSENT}, WEIGHTS, ()),
    "access log never asked about": ({ACCESS_LOG: ABSENT}, WEIGHTS, ()),
    "region never asked about": ({LOCATION: ABSENT}, WEIGHTS, ()),
    "trails of the other region only": ({LOCATION: {"LocationConstraint": "eu-west-1"}}, WEIGHTS, ()),
    "a trail with default selectors": ({ITEM: trail(HasCustomEventSelectors=False)}, WEIGHTS, ALL),
    "a trail whose selectors were not read": ({ITEM: trail(HasCustomEventSelectors=True)}, WEIGHTS, ()),
    "a trail that was not described": ({ITEM: trail()}, WEIGHTS, ()),
    "one that is off": ({ITEM: trail(), STATUS: {"IsLogging": False}}, WEIGHTS, ALL),
    "one that is on": ({ITEM: trail(), STATUS: {"IsLogging": True}}, WEIGHTS, ()),
    "selectors of one whose status was not read": ({ITEM: trail(), SELECTORS: folder("")}, WEIGHTS, ()),
    "a folder, of the bucket": ({ITEM: trail(), SELECTORS: folder("a/")}, WEIGHTS, ALL),
    "a folder, of the folder": ({ITEM: trail(), SELECTORS: folder("a/")}, FOLDER, ()),
    "selectors of a trail that does not apply here": ({SELECTORS: folder("")}, WEIGHTS, ALL),
    "a store of another region for all": (
        {f"aws:{OURS}:eu-west-1:cloudtrail:GetEventDataStore/{STORE}": store()},
        WEIGHTS,
        (),
    ),
    "a store of another region for itself": (
        {f"aws:{OURS}:eu-west-1:cloudtrail:GetEventDataStore/{STORE}": store(MultiRegionEnabled=False)},
        WEIGHTS,
        ALL,
    ),
    "a store that is stopped": (
        {f"aws:{OURS}:eu-west-1:cloudtrail:GetEventDataStore/{STORE}": store(Status="STOPPED_INGESTION")},
        WEIGHTS,
        ALL,
    ),
    "a store that was listed and not read": (
        {f"{LAKE}.EventDataStores/{STORE}": {"EventDataStoreArn": STORE, "MultiRegionEnabled": True}},
        WEIGHTS,
        (),
    ),
    "another account's trail may see its roles": (
        {
            f"aws:{OTHER}:us-east-1:cloudtrail:DescribeTrails.trailList/{TRAIL}": trail(),
            f"aws:{OTHER}:us-east-1:cloudtrail:GetEventSelectors/{TRAIL}": folder(""),
        },
        WEIGHTS,
        (),
    ),
    "a bucket that nobody listed": ({}, Resource("arn:aws:s3:::other/*", "s3-objects", "aws"), ()),
    "no capture": ({}, CHAT, ("invoke",)),
    "all is captured": (capture(), CHAT, ()),
    "a fifth is captured": (capture(InitialSamplingPercentage=20), CHAT, ("invoke",)),
    "capture is off": (capture(EnableCapture=False), CHAT, ("invoke",)),
    "answers only": (capture(CaptureOptions=[{"CaptureMode": "Output"}]), CHAT, ("invoke",)),
    "an asynchronous endpoint": (
        {CONFIG: {"EndpointConfigName": "chat", "AsyncInferenceConfig": {"a": 1}}},
        CHAT,
        (),
    ),
    "capture, and trails unread": ({LISTED: ABSENT}, CHAT, ()),
    "no invocation logging": ({}, MODEL, ("invoke",)),
    "invocations to a bucket": (invocation(), MODEL, ()),
    "of texts only": (invocation(imageDataDeliveryEnabled=False), MODEL, ()),
    "of nothing": (
        invocation(
            **{f"{what}DataDeliveryEnabled": False for what in ("text", "image", "embedding", "video")}
        ),
        MODEL,
        ("invoke",),
    ),
    "to nowhere": ({LOGGING: {"loggingConfig": {"textDataDeliveryEnabled": True}}}, MODEL, ("invoke",)),
    "invocation logging not read": ({LOGGING: ABSENT}, MODEL, ()),
    "another kind of resource": ({}, Resource("x", "kms-key", "aws"), ()),
}


def world(change: dict[str, Any], *gaps: str) -> Snapshot:
    return snapshot({id_: body for id_, body in (BASE | change).items() if body is not ABSENT}, gaps)


def marked(found: Snapshot, resource: Resource) -> Resource:
    return Trails(found, read_buckets(found, Library(found))).marked(resource)


@pytest.mark.parametrize(("change", "resource", "expected"), CASES.values(), ids=CASES)
def test_unrecorded(change: dict[str, Any], resource: Resource, expected: tuple[str, ...]) -> None:
    found = marked(world(change), resource)
    assert found.unrecorded == expected
    assert bool(found.unrecorded_by) is bool(expected)


def test_stores_that_were_refused_in_another_region_may_keep_it() -> None:
    assert marked(world({}, LAKE), WEIGHTS).unrecorded == ()


ORGANIZATION = f"aws:{OURS}::organizations:DescribeOrganization"
IN_ONE = {ORGANIZATION: {"Organization": {"Id": "o-ourlab0001", "MasterAccountId": MANAGEMENT}}}
STORES_OF = f"aws:{MANAGEMENT}:us-east-1:cloudtrail:ListEventDataStores"
UNREAD = f"aws:{MANAGEMENT}::cloudtrail:ListEventDataStores"
# What is known of the organization, and the gap that stands for event data stores which were not read.
ELSEWHERE: dict[str, tuple[dict[str, Any], str | None]] = {
    "no organization": ({ORGANIZATION: None}, None),
    "organization never asked about": ({}, "aws:::organizations:DescribeOrganization"),
    "management account not read": (IN_ONE, UNREAD),
    "management account read": ({**IN_ONE, STORES_OF: {}}, None),
    "a member not read": (
        {**IN_ONE, STORES_OF: {}, f"aws:{OURS}::organizations:ListAccounts.Accounts/{OTHER}": {"Id": OTHER}},
        f"aws:{OTHER}::cloudtrail:ListEventDataStores",
    ),
}


@pytest.mark.parametrize(("change", "expected"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_stores_of_accounts_that_were_not_read(change: dict[str, Any], expected: str | None) -> None:
    found = world(change)
    gaps = unread_stores(found, Organization(found, Config(), Library(found)))
    assert [str(gap.id) for gap in gaps] == ([expected] if expected else [])
    trails = Trails(found, read_buckets(found, Library(found)), gaps)
    seen = [trails.marked(resource) for resource in (WEIGHTS, CHAT, MODEL)]
    assert [resource.unrecorded for resource in seen] == [ALL, ("invoke",), ("invoke",)]
    assert [bool(resource.unrecorded_missing) for resource in seen] == [bool(gaps), bool(gaps), False]


def test_what_shows_it() -> None:
    found = marked(world({ITEM: trail(), STATUS: {"IsLogging": False}}), WEIGHTS)
    assert [(e.document, e.pointer) for e in found.unrecorded_by] == [
        (ACCESS_LOG, ""),
        (LISTED, ""),
        (f"{ACCOUNT}:cloudtrail:ListEventDataStores", ""),
        (STATUS, "/IsLogging"),
    ]
    assert [(e.document, e.pointer) for e in marked(world({}), MODEL).unrecorded_by] == [(LOGGING, "")]


@pytest.mark.parametrize("name", [name for name in WORLDS if "unrecorded" in name and ":" not in name])
def test_a_report_quotes_it(name: str) -> None:
    bodies = {str(document.id): document.body for document in WORLDS[name].snapshot()}
    cited = [e for asset in scanned_by_name(name).assets for e in asset.unrecorded_by]
    assert cited
    assert [said for e in cited if (said := problem(e, bodies)) is not None] == []


PLACES: dict[str, tuple[dict[str, Any], str | None, list[str]]] = {
    "none": ({}, None, []),
    "a trail": ({ITEM: trail()}, None, [f"logs/AWSLogs/{OURS}/CloudTrail/*"]),
    "with a prefix": ({ITEM: trail(S3KeyPrefix="a/b")}, None, [f"logs/a/b/AWSLogs/{OURS}/CloudTrail/*"]),
    "of an organization": ({ITEM: trail(IsOrganizationTrail=True)}, "o-1", ["logs/AWSLogs/o-1/*"]),
    "of one nobody knows": ({ITEM: trail(IsOrganizationTrail=True)}, None, ["logs/AWSLogs/*"]),
    "listed in two regions": (
        {ITEM: trail(), f"aws:{OURS}:eu-west-1:cloudtrail:DescribeTrails.trailList/{TRAIL}": trail()},
        None,
        [f"logs/AWSLogs/{OURS}/CloudTrail/*"],
    ),
    "invocations": (invocation(), None, [f"logs/AWSLogs/{OURS}/BedrockModelInvocationLogs/*"]),
    "captures": (capture(DestinationS3Uri="s3://logs/chat"), None, ["logs/chat/*"]),
}


@pytest.mark.parametrize(("change", "organization", "expected"), PLACES.values(), ids=PLACES)
def test_read_logs(change: dict[str, Any], organization: str | None, expected: list[str]) -> None:
    found = list(read_logs(world(change), {}, organization))
    assert [resource.id for resource in found] == [f"arn:aws:s3:::{place}" for place in expected]
    assert {signal.asset_class for resource in found for signal in resource.signals} <= {"audit-log"}
