"""What leaves no record: which uses of weights and models no trail, log or capture keeps.

Three-valued: what is kept for sure, and what is not known, for want of a document, are both not named. A
location of which only a part is kept counts as not kept, because the rest can be read unseen.

* Objects: by data events, of a trail or event data store that applies in the bucket's region, or by the
  bucket's server access log. Trails keep none unless told to (CloudTrail User Guide, "Logging data events").
* SageMaker endpoints: by data capture alone, as CloudTrail has no event of InvokeEndpoint (SageMaker
  Developer Guide, "Log Amazon SageMaker API Calls with AWS CloudTrail"); its data events of the type
  AWS::SageMaker::Endpoint are of streamed answers only, and where a trail has a selector for them nothing is
  claimed.
* Bedrock models: by invocation logging; the event of InvokeModel names the caller and the model and not what
  was asked (Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon S3").

``DescribeTrails`` lists what applies in a region, wherever its home is, an organization's trails too. An
event data store of an organization is listed only in the account that has it, the management account or one
that is delegated: while an account of the organization was not read, that nothing is kept is only possible
(CloudTrail User Guide, "Understanding organization event data stores"). All pages read 2026-11-22:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html,
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-events.html,
https://docs.aws.amazon.com/sagemaker/latest/dg/logging-using-cloudtrail.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from scanner.providers.aws.arn import Arn
from scanner.providers.aws.data_events import Event, Selection, kept, read_selections
from scanner.providers.aws.library import at, field_evidence
from scanner.providers.aws.storage import bucket_name
from scanner.snapshot import Document, DocumentId, Gap
from scanner.stringset import StringSet, TooManyStates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.model import Evidence, Gain, Resource
    from scanner.providers.aws.organization import Organization
    from scanner.providers.aws.storage import Bucket
    from scanner.snapshot import Snapshot

_OBJECT: Final = "AWS::S3::Object"
_OF_OBJECTS: Final[dict[Gain, tuple[Event, ...]]] = {
    "read": (Event("GetObject", _OBJECT, is_read=True),),
    "write": tuple(
        Event(name, _OBJECT, is_read=False) for name in ("PutObject", "CopyObject", "CompleteMultipartUpload")
    ),
}
_STREAMED: Final = Event("InvokeEndpointWithResponseStream", "AWS::SageMaker::Endpoint", is_read=True)
_STOPPED: Final = {"STOPPED_INGESTION", "PENDING_DELETION"}
_MOST_EVIDENCE: Final = 6


class Recorder(NamedTuple):
    """A trail or an event data store: what it keeps, and whether it is on; None when that was not read."""

    arn: str
    selections: tuple[Selection, ...] | None
    is_on: bool | None
    evidence: Evidence


class Silence(NamedTuple):
    """Gains that are known to leave no record, what shows it, and what was not read that could keep one."""

    gains: tuple[Gain, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()


_NOTHING: Final = Silence()


class Trails:
    """The records of all accounts that were read.

    `elsewhere` are the gaps of accounts whose event data stores could keep records of others.
    """

    def __init__(
        self, snapshot: Snapshot, buckets: Mapping[str, Bucket], elsewhere: tuple[Gap, ...] = ()
    ) -> None:
        self._snapshot = snapshot
        self._buckets = buckets
        self._elsewhere = tuple(str(gap) for gap in elsewhere)
        self._selectors = self._by_arn("GetEventSelectors")
        self._statuses = self._by_arn("GetTrailStatus")
        self._listed: dict[str, dict[str, list[Recorder]]] = defaultdict(lambda: defaultdict(list))
        trails: dict[str, Recorder] = {}  # an organization's is listed in each account and region
        for document in snapshot.all("aws", "cloudtrail", "DescribeTrails.trailList"):
            id_ = document.id
            trail = trails.get(id_.key) or trails.setdefault(id_.key, self._trail(document))
            self._listed[id_.region][id_.scope].append(trail)
        self._stores = self._read_stores()
        self._unlisted = {
            gap.id.scope
            for gap in snapshot.gaps_of("aws", "cloudtrail")
            if gap.id.field.startswith("ListEventDataStores")
        }
        self._kept: dict[tuple[str, Event], StringSet] = {}
        self._shown: dict[tuple[str, str], tuple[Evidence, ...] | None] = {}

    def marked(self, resource: Resource) -> Resource:
        """Return the resource with the gains on it that leave no record."""
        silence = self._silence(resource)
        if not silence.gains:
            return resource
        return msgspec.structs.replace(
            resource,
            unrecorded=silence.gains,
            unrecorded_by=silence.evidence[:_MOST_EVIDENCE],
            unrecorded_missing=silence.missing,
        )

    def _silence(self, resource: Resource) -> Silence:
        match resource.kind:
            case "s3-objects":
                return self._of_objects(resource.id)
            case "sagemaker-endpoint":
                return self._of_endpoint(resource)
            case "bedrock-model":
                return self._of_bedrock(resource.id)
        return _NOTHING

    def _of_objects(self, location: str) -> Silence:
        bucket = self._buckets.get(bucket_name(location) or "")
        if bucket is None:
            return _NOTHING
        access_log = self._get(bucket.account, "", "s3", "GetBucketLogging", bucket.name)
        place = self._get(bucket.account, "", "s3", "GetBucketLocation", bucket.name)
        if access_log is None or place is None or (access_log.body or {}).get("LoggingEnabled"):
            return _NOTHING
        applying = self._applying(bucket.account, bucket.region)
        if applying is None:
            return _NOTHING
        objects = StringSet.glob(location)
        gains = tuple(
            gain
            for gain, events in _OF_OBJECTS.items()
            if any(not self._may_keep(bucket.region, event, objects) for event in events)
        )
        return Silence(gains, (field_evidence(access_log, ""), *applying), self._elsewhere)

    def _of_endpoint(self, endpoint: Resource) -> Silence:
        arn = Arn.parse(endpoint.id)
        described = self._get(arn.account, arn.region, "sagemaker", "DescribeEndpoint", endpoint.name)
        name = ((described.body if described else None) or {}).get("EndpointConfigName")
        config = self._get(arn.account, arn.region, "sagemaker", "DescribeEndpointConfig", name or "")
        applying = self._applying(arn.account, arn.region)
        if described is None or config is None or not config.body or applying is None:
            return _NOTHING
        if _captures_all(config.body) or config.body.get("AsyncInferenceConfig"):
            return _NOTHING  # asynchronous answers are written to a bucket of ours
        if self._keeps_any(arn.region, _STREAMED, StringSet.literal(endpoint.id)):
            return _NOTHING
        return Silence(("invoke",), (_shown(config, "/DataCaptureConfig"), *applying), self._elsewhere)

    def _of_bedrock(self, model: str) -> Silence:
        arn = Arn.parse(model)
        found = self._get(arn.account, arn.region, "bedrock", "GetModelInvocationLoggingConfiguration")
        if found is None or _logs_calls((found.body or {}).get("loggingConfig") or {}):
            return _NOTHING
        return Silence(("invoke",), (_shown(found, "/loggingConfig"),))

    def _applying(self, account: str, region: str) -> tuple[Evidence, ...] | None:
        """Return what shows which recorders apply; None when that was not read to its end."""
        if (account, region) not in self._shown:
            self._shown[account, region] = self._evidence(account, region)
        return self._shown[account, region]

    def _evidence(self, account: str, region: str) -> tuple[Evidence, ...] | None:
        trails = self._get(account, region, "cloudtrail", "DescribeTrails")
        stores = self._get(account, region, "cloudtrail", "ListEventDataStores")
        if trails is None or stores is None or account in self._unlisted:
            return None
        found = [r.evidence for r in self._recorders(region, account)]
        return (field_evidence(trails, ""), field_evidence(stores, ""), *found)

    def _may_keep(self, region: str, event: Event, resources: StringSet) -> bool:
        try:
            return self._possibly_kept(region, event).includes(resources)
        except TooManyStates:
            return True

    def _keeps_any(self, region: str, event: Event, resources: StringSet) -> bool:
        try:
            return self._possibly_kept(region, event).meets(resources)
        except TooManyStates:
            return True

    def _possibly_kept(self, region: str, event: Event) -> StringSet:
        """Return the ARNs on which some recorder of the region may keep the event, whosever it is.

        Those of other accounts count too: a trail of all buckets keeps what its own account's roles do to the
        buckets of others (CloudTrail API Reference, "DataResource").
        """
        if (region, event) not in self._kept:
            found = StringSet.empty()
            for recorder in self._recorders(region):
                if recorder.is_on is not False:
                    selections = recorder.selections
                    everything = selections is None
                    found |= (
                        StringSet.everything() if everything else kept(selections or (), event, sure=False)
                    )
            self._kept[region, event] = found
        return self._kept[region, event]

    def _recorders(self, region: str, account: str | None = None) -> Iterator[Recorder]:
        """Yield what applies in a region, of one account or of any, each once."""
        here = self._listed[region]
        lists = here.values() if account is None else (here.get(account, ()),)
        yield from {trail.arn: trail for listed in lists for trail in listed}.values()
        for store, document in self._stores:
            arn, body = Arn.parse(store.arn), document.body
            own = account in {None, arn.account} or body.get("OrganizationEnabled")
            if own and (arn.region == region or body.get("MultiRegionEnabled")):
                yield store

    def _trail(self, listed: Document) -> Recorder:
        arn = listed.id.key
        status, selectors = self._statuses.get(arn), self._selectors.get(arn)
        is_on = status.body.get("IsLogging") if status else None
        if status is not None and is_on is False:
            return Recorder(arn, (), is_on, field_evidence(status, "/IsLogging"))
        if selectors is not None:
            field = (
                "/AdvancedEventSelectors"
                if selectors.body.get("AdvancedEventSelectors")
                else "/EventSelectors"
            )
            return Recorder(arn, read_selections(selectors.body), is_on, _shown(selectors, field))
        # without selectors of its own a trail keeps management events only
        custom = (listed.body or {}).get("HasCustomEventSelectors")
        evidence = _shown(listed, "/HasCustomEventSelectors")
        return Recorder(arn, () if custom is False else None, is_on, evidence)

    def _read_stores(self) -> tuple[tuple[Recorder, Document], ...]:
        described = {
            d.id.key: d for d in self._snapshot.all("aws", "cloudtrail", "GetEventDataStore") if d.body
        }
        listed = self._snapshot.all("aws", "cloudtrail", "ListEventDataStores.EventDataStores")
        found = []
        for document in (*described.values(), *(d for d in listed if d.id.key not in described)):
            body = document.body
            whole = "AdvancedEventSelectors" in body
            is_on = body["Status"] not in _STOPPED if "Status" in body else None
            evidence = _shown(document, "/AdvancedEventSelectors")
            recorder = Recorder(document.id.key, read_selections(body) if whole else None, is_on, evidence)
            found.append((recorder, document))
        return tuple(found)

    def _by_arn(self, operation: str) -> dict[str, Document]:
        """Return answers about trails by ARN; the trail's own account has the last word."""
        found = [d for d in self._snapshot.all("aws", "cloudtrail", operation) if d.body is not None]
        own = [d for d in found if Arn.parse(d.id.key).account == d.id.scope]
        return {document.id.key: document for document in (*found, *own)}

    def _get(self, account: str, region: str, service: str, operation: str, key: str = "") -> Document | None:
        """Return a document, None when it was not read."""
        found = self._snapshot.get(DocumentId("aws", account, region, service, operation, key))
        return None if isinstance(found, Gap) else found


def unread_stores(snapshot: Snapshot, organization: Organization) -> tuple[Gap, ...]:
    """Return a gap that stands for the accounts of the organization whose event data stores were not read.

    None where there is no organization; where it was not read, the gap is its own.
    """
    described = snapshot.all("aws", "organizations", "DescribeOrganization")
    if organization.id is None:
        asked = DocumentId("aws", "", "", "organizations", "DescribeOrganization")
        return () if described else (Gap(asked, "not-collected", _MAY_KEEP, "overstated"),)
    read = {document.id.scope for document in snapshot.all("aws", "cloudtrail", "ListEventDataStores")}
    unread = sorted(
        organization.accounts - read, key=lambda account: (account != organization.management, account)
    )
    if not unread:
        return ()
    more = f", and {len(unread) - 1} more accounts" if len(unread) > 1 else ""
    place = DocumentId("aws", unread[0], "", "cloudtrail", "ListEventDataStores")
    return (Gap(place, "not-collected", f"{_MAY_KEEP}{more}", "overstated"),)


_MAY_KEEP: Final = "an event data store of the organization may keep what is taken to leave no record"


def _shown(document: Document, pointer: str) -> Evidence:
    """Return evidence for a field, or for the whole document where it lacks the field."""
    return field_evidence(document, pointer if at(document.body, pointer) is not None else "")


def _captures_all(config: dict[str, Any]) -> bool:
    """Tell whether an endpoint's configuration keeps what every call asks.

    Source: SageMaker API Reference, "DataCaptureConfig": capture is on unless told otherwise
    (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DataCaptureConfig.html, read 2026-11-22).
    """
    capture = config.get("DataCaptureConfig") or {}
    modes = {option.get("CaptureMode") for option in capture.get("CaptureOptions") or ()}
    sampled = capture.get("InitialSamplingPercentage", 0)
    return capture.get("EnableCapture") is not False and sampled >= 100 and not modes.isdisjoint(_INPUT)


_INPUT: Final = frozenset({"Input", "InputAndOutput"})


def _logs_calls(config: dict[str, Any]) -> bool:
    """Tell whether invocation logging keeps what is asked in some modality, and somewhere."""
    modalities = ("text", "image", "embedding", "video")
    delivers = any(config.get(f"{modality}DataDeliveryEnabled") is not False for modality in modalities)
    return delivers and bool(config.get("s3Config") or config.get("cloudWatchConfig"))
