"""What stands in the graph though it could not be read, and how statements are found again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanner.config import Config
from scanner.model import Evidence, Resource
from scanner.providers.aws.access import Policy, StatementRef, Unread
from scanner.providers.aws.estate import AwsEstate
from scanner.providers.aws.identities import Identities
from scanner.providers.aws.library import Library, at
from scanner.providers.aws.models import unlisted_resource
from scanner.snapshot import Gap, Snapshot
from tests.providers.aws.documents import OTHER, OURS, allow, policy, snapshot
from tests.worlds import parse_id

IAM = f"aws:{OURS}::iam:"
DETAILS = f"{IAM}GetAccountAuthorizationDetails"
HUB, ADA = f"arn:aws:iam::{OURS}:role/hub", f"arn:aws:iam::{OURS}:user/ada"
BUCKET = f"aws:{OURS}::s3:GetBucketPolicy/b"


def role(arn: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    return {f"{DETAILS}.RoleDetailList/{arn}": {"Arn": arn, "AssumeRolePolicyDocument": policy(), **more}}


def naming(text: str) -> dict[str, Any]:
    return {BUCKET: {"Policy": policy(allow({"AWS": text}))}}


# Identities that are named where not all were read: which there are, and which of them are unread.
NAMED: dict[str, tuple[dict[str, Any], list[str], dict[str, bool]]] = {
    "a role in a policy": (naming(HUB), [DETAILS], {HUB: True}),
    "all were read": (naming(HUB), [], {}),
    "of another account": (naming(HUB), [f"aws:{OTHER}::iam:GetAccountAuthorizationDetails"], {}),
    "of an account that could not be entered": (naming(HUB), [f"aws:{OURS}::sts:AssumeRole"], {HUB: True}),
    "it was on a page that was read": ({**naming(HUB), **role(HUB)}, [DETAILS], {HUB: False}),
    "a user": (naming(ADA), [DETAILS], {ADA: True}),
    "in a policy that is a text": (
        {BUCKET: {"Policy": json.dumps(policy(allow({"AWS": HUB})))}},
        [DETAILS],
        {HUB: True},
    ),
    "a glob names nobody": (naming(f"{HUB}*"), [DETAILS], {}),
    "another refusal": (naming(HUB), [f"{IAM}GetAccountSummary"], {}),
}


@pytest.mark.parametrize(("documents", "gaps", "expected"), NAMED.values(), ids=NAMED)
def test_named_identities(documents: dict[str, Any], gaps: list[str], expected: dict[str, bool]) -> None:
    read = snapshot(documents, gaps)
    found = Identities(read, Library(read))
    assert {i.arn: any(isinstance(p, Unread) for p in i.policies) for i in found} == expected


PERMISSIONS: dict[str, tuple[dict[str, Any], list[str], list[str]]] = {
    "inline": (role(HUB, RolePolicyList=[{"PolicyName": "p", "PolicyDocument": policy()}]), [], ["Policy"]),
    "managed by us": (
        {
            **role(HUB, AttachedManagedPolicies=[{"PolicyArn": "arn:p"}]),
            f"{DETAILS}.Policies/arn:p": {
                "PolicyVersionList": [{"IsDefaultVersion": True, "Document": policy()}]
            },
        },
        [],
        ["Policy"],
    ),
    "managed by AWS": (
        {
            **role(HUB, AttachedManagedPolicies=[{"PolicyArn": "arn:p"}]),
            f"{IAM}GetPolicyVersion/arn:p": {"PolicyVersion": {"Document": policy()}},
        },
        [],
        ["Policy"],
    ),
    "managed and unread": (
        role(HUB, AttachedManagedPolicies=[{"PolicyArn": "arn:p"}]),
        [f"{IAM}GetPolicyVersion/arn:p"],
        ["Unread"],
    ),
    "managed and never asked for": (
        role(HUB, AttachedManagedPolicies=[{"PolicyArn": "arn:p"}]),
        [],
        ["Unread"],
    ),
    "none": (role(HUB), [], []),
}


@pytest.mark.parametrize(("documents", "gaps", "expected"), PERMISSIONS.values(), ids=PERMISSIONS)
def test_policies_of_a_role(documents: dict[str, Any], gaps: list[str], expected: list[str]) -> None:
    read = snapshot(documents, gaps)
    found = Identities(read, Library(read)).get(HUB)
    assert found is not None
    assert [type(one).__name__ for one in found.policies] == expected


USED = {
    "on a day": ({"RoleLastUsed": {"LastUsedDate": "2026-11-19T22:10:00Z"}}, "2026-11-19"),
    "never": ({"RoleLastUsed": {}}, "never"),
    "not told": ({}, None),
    "on no day": ({"RoleLastUsed": {"LastUsedDate": "lately"}}, None),
}


@pytest.mark.parametrize(("more", "expected"), USED.values(), ids=USED)
def test_last_use(more: dict[str, Any], expected: str | None) -> None:
    read = snapshot(role(HUB, **more))
    found = Identities(read, Library(read)).get(HUB)
    assert found is not None
    assert found.principal().last_used == expected


# Resources

SAGEMAKER = f"aws:{OURS}:us-east-1:sagemaker:"
ENDPOINT = f"arn:aws:sagemaker:us-east-1:{OURS}:endpoint/atlas"
ITEM = {"EndpointName": "atlas", "EndpointArn": ENDPOINT}
ENDPOINTS: dict[str, tuple[dict[str, Any], list[str], set[str]]] = {
    "described": ({f"{SAGEMAKER}DescribeEndpoint/atlas": ITEM}, [], {ENDPOINT}),
    "listed, and its description refused": (
        {f"{SAGEMAKER}ListEndpoints.Endpoints/atlas": ITEM},
        [f"{SAGEMAKER}DescribeEndpoint/atlas"],
        {ENDPOINT},
    ),
    "neither": ({}, [], set()),
}


@pytest.mark.parametrize(("documents", "gaps", "expected"), ENDPOINTS.values(), ids=ENDPOINTS)
def test_endpoints(documents: dict[str, Any], gaps: list[str], expected: set[str]) -> None:
    estate = AwsEstate(snapshot(documents, gaps), Config())
    assert {fact.id for fact in estate.facts() if isinstance(fact, Resource)} == expected


UNLISTED = {
    "its list refused": ([f"{SAGEMAKER}ListEndpoints"], ENDPOINT, True),
    "its account not entered": ([f"aws:{OURS}::sts:AssumeRole"], ENDPOINT, True),
    "listed": ([], ENDPOINT, False),
    "a list of another region": ([f"aws:{OURS}:eu-west-1:sagemaker:ListEndpoints"], ENDPOINT, False),
    "a list of another account": ([f"aws:{OTHER}:us-east-1:sagemaker:ListEndpoints"], ENDPOINT, False),
    "a list of something else": ([f"{SAGEMAKER}ListModels"], ENDPOINT, False),
    "a glob": ([f"{SAGEMAKER}ListEndpoints"], f"{ENDPOINT}-*", False),
    "no endpoint": ([f"{SAGEMAKER}ListEndpoints"], "arn:aws:s3:::b/*", False),
}


@pytest.mark.parametrize(("gaps", "arn", "expected"), UNLISTED.values(), ids=UNLISTED)
def test_a_resource_that_only_the_configuration_names(gaps: list[str], arn: str, *, expected: bool) -> None:
    assert (unlisted_resource(snapshot({}, gaps), arn) is not None) is expected


# Policies of documents, and the way back

READ: dict[str, tuple[Snapshot, type]] = {
    "a policy": (snapshot({BUCKET: {"Policy": policy()}}), Policy),
    "there is none": (snapshot({BUCKET: None}), type(None)),
    "refused": (snapshot({}, [BUCKET]), Unread),
    "never asked for": (snapshot({}), Unread),
    "a gap that can only hide findings": (
        Snapshot([], [Gap(parse_id(BUCKET), "unsupported-by-sdk", effect="understated")]),
        type(None),
    ),
}


@pytest.mark.parametrize(("read", "expected"), READ.values(), ids=READ)
def test_absent_and_unread_are_different(read: Snapshot, expected: type) -> None:
    assert type(Library(read).get(parse_id(BUCKET), "/Policy")) is expected


POINTERS: dict[str, tuple[Any, str, Any]] = {
    "the whole": ({"a": 1}, "", {"a": 1}),
    "a field": ({"a": {"b": 1}}, "/a/b", 1),
    "an item": ({"a": [1, 2]}, "/a/1", 2),
    "past the end": ({"a": [1, 2]}, "/a/2", None),
    "a field of a list": ({"a": [1]}, "/a/b", None),
    "escaped": ({"a/b": {"~": 1}}, "/a~1b/~0", 1),
    "into a text that holds JSON": ({"a": '{"b": [1]}'}, "/a/b/0", 1),
    "into a text that holds none": ({"a": "b"}, "/a/b", None),
    "into a text with half a character": ({"a": "\ud800"}, "/a/b", None),
}


@pytest.mark.parametrize(("body", "pointer", "expected"), POINTERS.values(), ids=POINTERS)
def test_at(body: object, pointer: str, expected: object) -> None:
    assert at(body, pointer) == expected


EVIDENCE = {
    "of a list": (policy(allow(), allow(Sid="two")), 1, "/Policy/Statement/1"),
    "alone": ({"Version": "2012-10-17", "Statement": allow(Sid="two")}, 0, "/Policy/Statement"),
    "in a text": (json.dumps(policy(allow(), allow(Sid="two"))), 1, "/Policy/Statement/1"),
}


@pytest.mark.parametrize(("body", "index", "pointer"), EVIDENCE.values(), ids=EVIDENCE)
def test_a_statement_is_found_again(body: object, index: int, pointer: str) -> None:
    library = Library(snapshot({BUCKET: {"Policy": body}}))
    library.get(parse_id(BUCKET), "/Policy")
    found = library.evidence(StatementRef("resource", f"{BUCKET}#/Policy", index))
    assert found == Evidence(BUCKET, pointer)
    cited = library.snapshot.cited(found.document, found.pointer)
    assert cited is not None
    assert cited[0]["Sid"] == "two"


def test_a_policy_of_no_document_is_not_cited() -> None:
    assert Library(Snapshot([])).evidence(StatementRef("identity", "self-granted", 0)) is None
