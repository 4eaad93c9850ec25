"""Whatever an answer is, it ends in the right gap, and nothing else is lost."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from scanner.providers.aws.collect import AwsTarget, collect
from scanner.snapshot import Document, DocumentId, Gap, Snapshot, SnapshotWriter
from tests.providers.aws.collect import estate_seed as estate
from tests.providers.aws.collect.faulty_proxy import Answer, answers, cut, error, resets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.providers.aws.collect.faulty_proxy import Call, Fault, Faults

HTML = "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n"
POLICY = f"GET /{estate.WEIGHTS}?policy"
LEAKY = (
    "User: arn:aws:iam::100000000002:role/Auditor1 with AKIAIOSFODNN7EXAMPLE\\n and \\u001b[31m "
    "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYwJalr is not authorized\\u202e"
)
TOLD = "User: arn:aws:iam::100000000002:role/Auditor1 with (withheld) and [31m (withheld) is not authorized"


def read(faults: Faults, *services: str, threads: int = 8) -> Snapshot:
    writer = SnapshotWriter(target="aws", collected_at="2026-11-22T10:00:00Z", tool_version="0")
    target = AwsTarget(
        regions=(estate.REGION,), services=services, endpoint_url=faults.url, retries=1, threads=threads
    )
    collect(target, writer)
    return writer.snapshot()


def documents(snapshot: Snapshot) -> dict[str, object]:
    """Bodies by id; when a role was last used changes with every run, as it does in AWS."""
    return {
        str(id_): {k: v for k, v in (document.body or {}).items() if k != "RoleLastUsed"}
        for id_, document in snapshot._by_id.items()
    }


def gaps(snapshot: Snapshot) -> dict[str, Gap]:
    """Gaps by operation and key, without those of services that the test left out."""
    return {
        f"{gap.id.field}/{gap.id.key}" if gap.id.key else gap.id.field: gap
        for gap in snapshot.gaps
        if "not among the services" not in gap.detail
    }


@pytest.fixture(autouse=True)
def _in_the_models_account(seeded: estate.Seeded, credentials_of: Callable[[str], None]) -> None:
    credentials_of(estate.MODELS)


# Per case: service, operation, fault; the gap's name, reason, a part of its detail; what is missing for it.
FAULTS: dict[str, tuple[str, str, Fault, tuple[str, str, str], str]] = {
    "access denied to one bucket's policy": (
        "s3",
        POLICY,
        error(403, "AccessDenied", "Access Denied", "s3"),
        (f"GetBucketPolicy/{estate.WEIGHTS}", "refused", "AccessDenied: Access Denied"),
        rf":GetBucketPolicy/{estate.WEIGHTS}$",
    ),
    "throttled to the end": (
        "iam",
        "GetAccountAuthorizationDetails",
        error(400, "Throttling", "Rate exceeded", "query"),
        ("GetAccountAuthorizationDetails", "throttled", "Throttling: Rate exceeded"),
        ":GetAccountAuthorizationDetails|:GetPolicy|:ListAccessKeys",
    ),
    "throttled, JSON": (
        "kms",
        "ListGrants",
        error(400, "ThrottlingException", "Rate exceeded", "json"),
        ("ListGrants/KEY", "throttled", "ThrottlingException"),
        ":ListGrants",
    ),
    "truncated JSON of a list": (
        "sagemaker",
        "ListModels",
        cut(0.6),
        ("ListModels", "unparseable", "no whole JSON"),
        ":ListModels|:DescribeModel/",
    ),
    "truncated JSON of one item": (
        "sagemaker",
        "DescribeModel",
        cut(0.6),
        ("DescribeModel/frontier", "unparseable", "no whole JSON"),
        ":DescribeModel/",
    ),
    "truncated XML": (
        "iam",
        "GetAccountAuthorizationDetails",
        cut(0.6),
        ("GetAccountAuthorizationDetails", "unparseable", "invalid XML"),
        ":GetAccountAuthorizationDetails|:GetPolicy|:ListAccessKeys",
    ),
    "an HTML page for JSON": (
        "kms",
        "ListAliases",
        answers(500, HTML, "text/html"),
        ("ListAliases", "not-implemented", "500: <!doctype html>"),
        ":ListAliases",
    ),
    "an HTML page for query": (
        "iam",
        "ListSAMLProviders",
        answers(404, HTML, "text/html"),
        ("ListSAMLProviders", "not-implemented", "ResponseParserError"),
        "SAMLProvider",
    ),
    "an HTML page for S3": (
        "s3",
        POLICY,
        answers(501, HTML, "text/html"),
        (f"GetBucketPolicy/{estate.WEIGHTS}", "not-implemented", "501"),
        rf":GetBucketPolicy/{estate.WEIGHTS}$",
    ),
    "an HTML page that says it is well": (
        "sagemaker",
        "ListModels",
        answers(200, HTML, "text/html"),
        ("ListModels", "not-implemented", "HTML page"),
        ":ListModels|:DescribeModel/",
    ),
    "connection reset": (
        "sagemaker",
        "ListTrainingJobs",
        resets,
        ("ListTrainingJobs", "failed", "Connection"),
        "TrainingJob",
    ),
    "a service error": (
        "kms",
        "DescribeKey",
        error(500, "KMSInternalException", "try again", "json"),
        ("DescribeKey/KEY", "failed", "KMSInternalException: try again"),
        ":DescribeKey",
    ),
    "a list of another type": (
        "sagemaker",
        "ListModels",
        answers(200, '{"Models": "frontier"}'),
        ("ListModels", "failed", ""),
        ":ListModels|:DescribeModel/",
    ),
    "an item without its key": (
        "sagemaker",
        "ListModels",
        answers(200, '{"Models": [{"ModelArn": "arn"}]}'),
        ("ListModels.Models", "unparseable", "has no ModelName"),
        r":ListModels\.|:DescribeModel/",
    ),
    "an answer that is no object": (
        "sagemaker",
        "ListModels",
        answers(200, "[]"),
        ("ListModels", "failed", ""),
        ":ListModels|:DescribeModel/",
    ),
}


WHOLE: dict[str, Snapshot] = {}


@pytest.mark.parametrize("case", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_one_gap_and_loses_nothing_else(
    case: tuple[str, str, Fault, tuple[str, str, str], str], faults: Faults, seeded: estate.Seeded
) -> None:
    service, operation, fault, gap, lost = case
    whole = WHOLE.get(service) or WHOLE.setdefault(service, read(faults, service))
    faults.by_operation[operation] = fault
    broken = read(faults, service)
    name, reason, detail = gap
    new = {k: g for k, g in gaps(broken).items() if k not in gaps(whole)}
    found = new.pop(name.replace("KEY", seeded.key_arn))
    assert new == {}
    assert (found.reason, detail in found.detail) == (reason, True), found.detail
    assert documents(broken) == {k: v for k, v in documents(whole).items() if not re.search(lost, k)}
    assert documents(broken) != documents(whole)


def test_details_tell_no_secrets_and_stay_on_one_line(faults: Faults) -> None:
    faults.by_operation["ListKeys"] = error(400, "AccessDeniedException", LEAKY, "json")
    assert gaps(read(faults, "kms"))["ListKeys"].detail == f"AccessDeniedException: {TOLD}"


def test_a_broken_policy_stays_a_text_with_a_gap(faults: Faults) -> None:
    faults.by_operation[POLICY] = answers(200, '{"Version": "2012-10-17", "Statement": [')
    snapshot = read(faults, "s3")
    found = snapshot.get(DocumentId("aws", estate.MODELS, "", "s3", "GetBucketPolicy", estate.WEIGHTS))
    assert isinstance(found, Document)
    assert found.body == {"Policy": '{"Version": "2012-10-17", "Statement": ['}
    gap = gaps(snapshot)[f"GetBucketPolicy/{estate.WEIGHTS}"]
    assert (gap.reason, gap.detail.startswith("Policy: ")) == ("unparseable", True)


def test_a_policy_of_50_megabytes_is_a_gap(faults: Faults) -> None:
    huge = json.dumps({"Version": "2012-10-17", "Statement": [], "Id": "x" * 50_000_000})
    faults.by_operation[POLICY] = answers(200, huge)
    snapshot = read(faults, "s3")
    found = snapshot.get(DocumentId("aws", estate.MODELS, "", "s3", "GetBucketPolicy", estate.WEIGHTS))
    assert isinstance(found, Gap)
    assert found.reason == "too-large"


def test_expired_credentials_stop_the_calls_and_leave_gaps(faults: Faults) -> None:
    faults.by_operation["ListEndpoints"] = error(
        400, "ExpiredTokenException", "The security token included in the request is expired", "json"
    )
    snapshot = read(faults, "sagemaker")
    after = faults.calls[faults.calls.index("ListEndpoints") + 1 :]
    assert len(after) <= 3, "what other threads had asked already"
    left = gaps(snapshot)
    assert {"ListEndpoints", "ListModelPackageGroups", "ListModelPackages", "ListTrainingJobs"} <= set(left)
    stopped = [gap for gap in left.values() if gap.reason != "not-implemented"]  # what moto lacks
    assert {gap.reason for gap in stopped} == {"failed"}
    assert all("credentials expired during the scan" in gap.detail for gap in stopped)
    assert snapshot.all("aws", "sagemaker", "DescribeModel"), "what was read before stays"


def test_an_unreachable_endpoint_is_asked_once(faults: Faults) -> None:
    """The host of s3control has the account in front and does not resolve here."""
    found = gaps(read(faults, "s3control"))
    newer = {name for name, gap in found.items() if gap.reason == "unsupported-by-sdk"}
    assert {gap.reason for name, gap in found.items() if name not in newer} == {"failed"}
    assert newer == {"ListAccessPointsForDirectoryBuckets"}
    assert set(found) - newer == {
        "GetPublicAccessBlock",
        "ListAccessGrantsInstances",
        "ListAccessPoints",
        "ListAccessPointsForObjectLambda",
        "ListMultiRegionAccessPoints/us-west-2",
    }


# Pages


def in_two(field: str, token: str, marker: str) -> Fault:
    """Answer a JSON list item by item: each call gives one item and a token for the next."""

    def fault(call: Call, forward: Callable[[], Answer]) -> Answer:
        start = int(json.loads(call.body).get(marker) or 0)
        whole = json.loads(forward().body)
        page = {**whole, field: whole[field][start : start + 1]}
        if start + 1 < len(whole[field]):
            page |= {token: str(start + 1), "Truncated": True}
        return Answer(200, json.dumps(page).encode())

    return fault


PAGED = {
    "paginator, NextToken": ("sagemaker", "ListModels", in_two("Models", "NextToken", "NextToken")),
    "paginator, marker": ("kms", "ListAliases", in_two("Aliases", "NextMarker", "Marker")),
}


@pytest.mark.parametrize(("service", "operation", "fault"), PAGED.values(), ids=PAGED)
def test_pages_are_joined(service: str, operation: str, fault: Fault, faults: Faults) -> None:
    whole = read(faults, service)
    before = faults.calls.count(operation)
    faults.by_operation[operation] = fault
    assert documents(read(faults, service)) == documents(whole)
    assert faults.calls.count(operation) - before >= before == 1


def test_authorization_details_of_two_pages(faults: Faults) -> None:
    def without(answer: Answer, lists: Iterable[str]) -> bytes:
        body = answer.body.decode()
        for name in lists:
            body = re.sub(rf"<{name}>.*</{name}>", f"<{name}></{name}>", body, flags=re.DOTALL)
        return body.encode()

    def fault(call: Call, forward: Callable[[], Answer]) -> Answer:
        true = forward()
        if b"Marker=second" in call.body:
            return Answer(200, without(true, ["UserDetailList", "GroupDetailList"]), true.type)
        first = without(true, ["RoleDetailList", "Policies"])
        more = b"<IsTruncated>true</IsTruncated><Marker>second</Marker>"
        return Answer(200, first.replace(b"<IsTruncated>false</IsTruncated>", more), true.type)

    whole = read(faults, "iam")
    faults.by_operation["GetAccountAuthorizationDetails"] = fault
    assert documents(read(faults, "iam")) == documents(whole)
    assert faults.calls.count("GetAccountAuthorizationDetails") == 3


def test_a_page_that_fails_keeps_those_before_it(faults: Faults) -> None:
    def fault(call: Call, forward: Callable[[], Answer]) -> Answer | object:
        if "NextToken" in json.loads(call.body):
            return error(400, "AccessDeniedException", "no more", "json")(call, forward)
        return Answer(200, json.dumps({**json.loads(forward().body), "NextToken": "more"}).encode())

    faults.by_operation["ListModels"] = fault
    snapshot = read(faults, "sagemaker")
    assert gaps(snapshot)["ListModels"].reason == "refused"
    assert isinstance(
        snapshot.get(DocumentId("aws", estate.MODELS, estate.REGION, "sagemaker", "ListModels")), Gap
    )
    assert [d.id.key for d in snapshot.all("aws", "sagemaker", "DescribeModel")] == ["frontier"]


def test_a_token_that_comes_twice_ends_the_list_as_a_gap(faults: Faults) -> None:
    faults.by_operation["ListModels"] = answers(200, '{"Models": [], "NextToken": "again"}')
    assert gaps(read(faults, "sagemaker"))["ListModels"].reason == "failed"
