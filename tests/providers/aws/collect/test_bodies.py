"""What a snapshot keeps of an answer: JSON, policies as objects, no secrets."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from scanner.providers.aws.collect.bodies import (
    LARGEST_BODY,
    LONGEST_POLICY,
    Budget,
    at,
    parse_policies,
    plain,
)
from scanner.providers.aws.collect.failures import Unreadable
from scanner.providers.aws.collect.iam import only_entity_id, policies_left_out
from scanner.providers.aws.collect.kms import may_be_granted
from scanner.providers.aws.collect.s3 import bucket_region, sample_names
from scanner.providers.aws.collect.table import Found
from tests.providers.aws.collect.estate_seed import SAML_METADATA, SECRET

CET = dt.timezone(dt.timedelta(hours=1))

PLAIN: dict[str, tuple[Any, Any]] = {
    "time in UTC": (dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC), "2026-01-02T03:04:05Z"),
    "time elsewhere": (dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=CET), "2026-01-02T02:04:05Z"),
    "time nowhere": (dt.datetime(2026, 1, 2, 3, 4, 5), "2026-01-02T03:04:05Z"),
    "bytes": ({"Blob": b"\x00\xff"}, {"Blob": "AP8="}),
    "metadata left out": ({"A": 1, "ResponseMetadata": {"RequestId": "x"}}, {"A": 1}),
    "not a number": ([float("nan"), float("inf"), 1.5], ["nan", "inf", 1.5]),
    "lone surrogate": ({"Na\ud800me": "a\udfffb"}, {"Na?me": "a?b"}),
    "umlauts stay": ({"Name": "müßig"}, {"Name": "müßig"}),
    "environment": (
        {"Environment": {"HF_TOKEN": SECRET}, "Role": "arn"},
        {"Environment": {"HF_TOKEN": "(withheld)"}, "Role": "arn"},
    ),
    "environment, nested": (
        {"Containers": [{"Environment": {"Variables": {"K": SECRET, "B": SECRET.encode()}}}]},
        {"Containers": [{"Environment": {"Variables": {"K": "(withheld)", "B": "(withheld)"}}}]},
    ),
    "variables of jobs that begin with another word": (
        {"OptimizationEnvironment": {"K": SECRET}, "TunedHyperParameters": {"K": SECRET}},
        {"OptimizationEnvironment": {"K": "(withheld)"}, "TunedHyperParameters": {"K": "(withheld)"}},
    ),
    "hyperparameters of Bedrock": (
        {"hyperParameters": {"K": SECRET}},
        {"hyperParameters": {"K": "(withheld)"}},
    ),
    "near twin: a name that only speaks of them": (
        {"HyperParameterTuningJobName": "j", "EnvironmentArn": "a"},
        {"HyperParameterTuningJobName": "j", "EnvironmentArn": "a"},
    ),
    "arguments": ({"ContainerArguments": ["--token", SECRET]}, {"ContainerArguments": ["(withheld)"] * 2}),
    "user data": ({"UserData": SECRET}, {"UserData": "(withheld)"}),
}


@pytest.mark.parametrize(("value", "expected"), PLAIN.values(), ids=PLAIN)
def test_plain(value: Any, expected: Any) -> None:  # noqa: ANN401 - raw JSON
    assert plain(value) == expected


def test_plain_refuses_what_is_no_answer() -> None:
    with pytest.raises(Unreadable, match="holds a object"):
        plain({"Body": object()})


def test_a_budget_is_for_the_whole_document() -> None:
    halves = {"A": "x" * 600, "B": "y" * 300}
    assert plain(halves, Budget(1000)) == halves
    with pytest.raises(Unreadable) as caught:
        plain({**halves, "C": "z" * 200}, Budget(1000))
    assert caught.value.reason == "too-large"
    assert LARGEST_BODY > 50_000 * 500, "all grants of one key fit"


POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*"}]}
TEXT = json.dumps(POLICY)
DEEP: dict[str, Any] = {"Statement": POLICY}
for _ in range(40):
    DEEP = {"Statement": DEEP}

PARSED: dict[str, tuple[Any, tuple[str, ...], Any, int]] = {
    "a text": ({"Policy": TEXT}, ("Policy",), {"Policy": POLICY}, 0),
    "URL-encoded": (
        {"Policy": "%7B%22Version%22%3A%222012-10-17%22%7D"},
        ("Policy",),
        {"Policy": {"Version": "2012-10-17"}},
        0,
    ),
    "a percent sign within stays": (
        {"Policy": '{"Id": "100%25"}'},
        ("Policy",),
        {"Policy": {"Id": "100%25"}},
        0,
    ),
    "already an object": ({"Policy": POLICY}, ("Policy",), {"Policy": POLICY}, 0),
    "in a list": (
        {"RolePolicyList": [{"PolicyDocument": TEXT}, {"PolicyDocument": "{"}]},
        ("RolePolicyList.*.PolicyDocument",),
        {"RolePolicyList": [{"PolicyDocument": POLICY}, {"PolicyDocument": "{"}]},
        1,
    ),
    "absent": ({"Other": 1}, ("Policy", "A.*.B", "A.B"), {"Other": 1}, 0),
    "broken": ({"Policy": "{oops"}, ("Policy",), {"Policy": "{oops"}, 1),
    "empty": ({"Policy": ""}, ("Policy",), {"Policy": ""}, 1),
    "no object": ({"Policy": "[1]"}, ("Policy",), {"Policy": "[1]"}, 1),
    "null": ({"Policy": "null"}, ("Policy",), {"Policy": "null"}, 1),
    "nested too deep": ({"Policy": json.dumps(DEEP)}, ("Policy",), {"Policy": json.dumps(DEEP)}, 1),
    "nested without end": ({"Policy": "[" * 100_000}, ("Policy",), {"Policy": "[" * 100_000}, 1),
    "a lone surrogate in it": (
        {"Policy": '{"Id": "\\ud800"}'},
        ("Policy",),
        {"Policy": '{"Id": "\\ud800"}'},
        1,
    ),
}


@pytest.mark.parametrize(("body", "paths", "expected", "problems"), PARSED.values(), ids=PARSED)
def test_parse_policies(body: Any, paths: tuple[str, ...], expected: Any, problems: int) -> None:  # noqa: ANN401
    body = json.loads(json.dumps(body))
    assert len(parse_policies(body, paths)) == problems
    assert body == expected


@pytest.mark.parametrize("extra", [0, 1])
def test_a_policy_longer_than_any_is_too_large(extra: int) -> None:
    text = json.dumps({"Id": "x" * (LONGEST_POLICY - len('{"Id": ""}') + extra)})
    if not extra:
        assert parse_policies({"Policy": text}, ("Policy",)) == []
        return
    with pytest.raises(Unreadable) as caught:
        parse_policies({"Policy": text}, ("Policy",))
    assert caught.value.reason == "too-large"


ROOT = {"A": {"B": [1]}}
PATHS = {"": ROOT, "A.B": [1], "A.C": None, "X.Y": None, "A.B.C": None}


@pytest.mark.parametrize(("path", "expected"), PATHS.items())
def test_at(path: str, expected: object) -> None:
    assert at(ROOT, path) == expected


# IAM


DETAILS = "GetAccountAuthorizationDetails"
BOUNDARY, READ_ONLY = "arn:aws:iam::100000000001:policy/b", "arn:aws:iam::aws:policy/ReadOnlyAccess"


def attached(*arns: str) -> dict[str, Any]:
    return {"AttachedManagedPolicies": [{"PolicyArn": arn} for arn in arns]}


def version(*, default: bool) -> dict[str, Any]:
    return {"PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": default, "Document": {}}]}


LEFT_OUT: dict[str, tuple[dict[str, dict[str, Any]], list[str]]] = {
    "attached and listed": ({"RoleDetailList": attached(READ_ONLY), "Policies": version(default=True)}, []),
    "attached, not listed": ({"RoleDetailList": attached(READ_ONLY)}, [READ_ONLY]),
    "listed without the version in force": (
        {"RoleDetailList": attached(READ_ONLY), "Policies": version(default=False)},
        [READ_ONLY],
    ),
    "only a boundary": (
        {"UserDetailList": {"PermissionsBoundary": {"PermissionsBoundaryArn": BOUNDARY}}},
        [BOUNDARY],
    ),
    "of a group": ({"GroupDetailList": attached(BOUNDARY, READ_ONLY)}, [BOUNDARY, READ_ONLY]),
    "nobody's": ({"RoleDetailList": {}, "Policies": version(default=True)}, []),
}


@pytest.mark.parametrize(("listed", "expected"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_policies_left_out(listed: dict[str, dict[str, Any]], expected: list[str]) -> None:
    found = Found()
    for field, body in listed.items():
        found.put(f"{DETAILS}.{field}", READ_ONLY if field == "Policies" else "arn", body)
    assert [arn for arn, _ in policies_left_out(found)] == expected


def test_saml_metadata_is_reduced_to_the_entity() -> None:
    reduced = only_entity_id({"SAMLMetadataDocument": SAML_METADATA, "Tags": []})
    assert reduced == {"SAMLMetadataDocument": {"entityID": "https://idp.ourlab.example/saml"}, "Tags": []}


WRAPPED = '<EntitiesDescriptor xmlns="x"><EntityDescriptor entityID="urn:a"/></EntitiesDescriptor>'
BOMB = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><EntityDescriptor entityID="&c;"/>'
NO_ENTITY = {
    "a document type": BOMB,
    "no XML": "hello",
    "no entity": "<EntityDescriptor/>",
    "half": "<Entity",
}


def test_saml_metadata_of_several_entities() -> None:
    assert only_entity_id({"SAMLMetadataDocument": WRAPPED})["SAMLMetadataDocument"] == {"entityID": "urn:a"}


@pytest.mark.parametrize("metadata", NO_ENTITY.values(), ids=NO_ENTITY)
def test_saml_metadata_that_cannot_be_read(metadata: str) -> None:
    with pytest.raises(Unreadable) as caught:
        only_entity_id({"SAMLMetadataDocument": metadata})
    assert caught.value.reason == "unparseable"


# KMS and S3


MANAGERS = {"CUSTOMER": True, "AWS": False, None: True}


@pytest.mark.parametrize(("manager", "expected"), MANAGERS.items(), ids=str)
def test_grants_are_asked_for_but_of_aws_managed_keys(manager: str | None, *, expected: bool) -> None:
    found = Found()
    if manager:
        found.put("DescribeKey", "k", {"KeyMetadata": {"KeyManager": manager}})
    assert may_be_granted(found, "k") is expected


LOCATIONS: dict[str, tuple[Any, str | None]] = {
    "us-east-1 has no constraint": ({"LocationConstraint": None}, "us-east-1"),
    "an old name": ({"LocationConstraint": "EU"}, "eu-west-1"),
    "a region": ({"LocationConstraint": "ap-south-1"}, "ap-south-1"),
    "not read": (None, None),
}


@pytest.mark.parametrize(("location", "expected"), LOCATIONS.values(), ids=LOCATIONS)
def test_bucket_region(location: Any, expected: str | None) -> None:  # noqa: ANN401 - raw JSON
    found = Found()
    if location is not None:
        found.put("GetBucketLocation", "b", location)
    assert bucket_region(found, "b") == expected


class Bucket:
    """Lists keys as S3 does, a thousand a page."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = sorted(keys)
        self.asked: list[str] = []

    def __call__(self, params: Any) -> Any:  # noqa: ANN401 - raw JSON
        """Answer one ListObjectsV2."""
        prefix, delimiter = params.get("Prefix", ""), params.get("Delimiter")
        self.asked.append(prefix)
        names: dict[str, bool] = {}
        for key in self.keys:
            if key.startswith(prefix):
                rest = key[len(prefix) :]
                folder = delimiter and delimiter in rest
                names[prefix + rest.split("/")[0] + "/" if folder else key] = bool(folder)
        page = list(names.items())[: params["MaxKeys"]]
        return {
            "Name": "b",
            "IsTruncated": len(names) > len(page),
            "Contents": [{"Key": name, "Size": 1} for name, folder in page if not folder],
            "CommonPrefixes": [{"Prefix": name} for name, folder in page if folder],
        }


NOISE = [f"logs/{day:03}/{hour}.json" for day in range(400) for hour in range(10)]
SHARDS = [f"frontier/models/model-{number:05}-of-00200.safetensors" for number in range(200)]


def test_a_small_bucket_is_seen_whole_in_one_call() -> None:
    bucket = Bucket(["a/model.tar.gz", "a/notes.txt", "b/x.gguf"])
    found = sample_names(bucket)
    assert [entry["Key"] for entry in found["Contents"]] == ["a/model.tar.gz", "b/x.gguf"]
    assert (found["KeyCount"], found["IsTruncated"], len(bucket.asked)) == (3, False, 1)


def test_weights_below_a_flood_of_logs_are_found_by_folder() -> None:
    bucket = Bucket([*NOISE, *[f"zz/{key}" for key in SHARDS]])
    found = sample_names(bucket)
    assert len(found["Contents"]) == 50
    assert found["IsTruncated"] is True
    assert len(bucket.asked) <= 12


def test_a_sample_ends_early_where_there_is_nothing() -> None:
    bucket = Bucket(NOISE)
    found = sample_names(bucket)
    assert (found["Contents"], found["IsTruncated"], len(bucket.asked)) == ([], True, 12)


def test_a_sample_ends_as_soon_as_it_has_enough() -> None:
    bucket = Bucket([*SHARDS, *[f"later/{key}" for key in NOISE]])
    assert len(sample_names(bucket)["Contents"]) == 50
    assert len(bucket.asked) == 1
