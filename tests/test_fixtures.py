"""Worlds say what AWS would: every document against the collectors' tables and botocore's output shapes.

A fixture with a misspelt field proves nothing, so unknown members, missing required ones and wrong types are
errors. Policies are objects in documents though texts in the API, where a table says that they are parsed.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.exceptions import UnknownServiceError

from scanner.providers.aws.collect import TABLES
from tests.worlds import all_worlds, parse_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import ServiceModel

    from scanner.providers.aws.collect.table import Row, Service
    from scanner.snapshot import DocumentId
    from tests.worlds import World

WORLDS = {world.name: world for world in all_worlds() if world.name.startswith("aws/")}
SESSION = botocore.session.get_session()
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "timestamp": str,
    "blob": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
}
HOLDERS: dict[str, type] = {"structure": dict, "map": dict, "list": list}
LEFT_OUT = {
    *("CreationTime", "LastModifiedTime", "CreationDate", "CreateDate", "KeyId", "ModelArn"),
    *("TrainingJobStatus", "SecondaryStatus", "StoppingCondition", "ResourceConfig", "ModelArtifacts"),
    *("AlgorithmSpecification", "TrainingJobArn"),
    *("Aliases", "Comment", "HttpVersion", "IsIPV6Enabled", "PriceClass", "Restrictions", "Staging"),
    *("ViewerCertificate", "CustomErrorResponses"),
}
"""Required members that no decision looks at, and that worlds may leave out for short."""
CONDENSED = {"isTruncated"}
"""What a collector that condenses an answer adds to it."""
NEWER = {"AssociatedKmsKeys", "EncryptionKeyType", "UserStatus"}
"""Members that the oldest SDK we support does not know: EC2 API Reference, "Snapshot"; Backup API Reference,
"BackupVaultListMember"; Identity Store API Reference, "User"."""


@cache
def model_of(service: str) -> ServiceModel | None:
    try:
        return SESSION.get_service_model(service)
    except UnknownServiceError:  # newer than the installed SDK
        return None


def rows_of(id_: DocumentId) -> list[tuple[Service, Row]]:
    operation = id_.field.partition(".")[0]
    return [
        (service, row)
        for service in TABLES
        if service.name == id_.service
        for row in service.rows
        if row.operation == operation
    ]


def faults(id_: DocumentId, body: Any) -> Iterator[str]:  # noqa: ANN401 - a fixture's document
    """Yield what is wrong with one document, in words."""
    found = rows_of(id_)
    if not found:
        yield f"no collector asks for {id_.service} {id_.field}"
        return
    operation, _, field = id_.field.partition(".")
    placed = [row for service, row in found if (service.scope == "regional") == bool(id_.region)]
    row = (placed or [row for _, row in found])[0]
    if not placed:
        yield f"documents of {operation} {'have no' if id_.region else 'need a'} region"
    if field and field not in row.lists:
        yield f"{operation} keeps no list `{field}`"
        return
    if body is None:
        return
    path = row.lists.get(field, "@")
    if "@" not in path and body.get(path) != id_.key:
        yield f"the key is not the item's {path}"
    model = model_of(id_.service)
    if model is None or operation not in model.operation_names:
        if not row.newer:
            yield f"botocore knows no {operation}"
        return
    shape: Any = model.operation_model(operation).output_shape
    shape = shape.members[field].member if field else shape
    whole = not (row.lists and not field) and row.sample is None
    texts = [re.compile(p.replace(".", r"\.").replace("*", r"\d+")) for p in row.policies]
    parsed = {*texts, re.compile("SAMLMetadataDocument")} if row.reshape else set(texts)
    yield from _differences(shape, body, "", parsed, whole=whole)


def _differences(
    shape: Any,  # noqa: ANN401 - one of botocore's kinds of shape
    value: Any,  # noqa: ANN401 - a fixture's document
    path: str,
    parsed: set[re.Pattern[str]],
    *,
    whole: bool,
) -> Iterator[str]:
    if isinstance(value, dict) and any(p.fullmatch(path) for p in parsed):
        return
    place = path or "the document"
    if shape.type_name not in HOLDERS:
        is_flag = isinstance(value, bool)
        if not isinstance(value, TYPES[shape.type_name]) or is_flag != (shape.type_name == "boolean"):
            yield f"{place} is a {type(value).__name__}, not a {shape.type_name}"
        return
    holder: Any = HOLDERS[shape.type_name]
    if not isinstance(value, holder):
        yield f"{place} is no {shape.type_name}"
        return
    if shape.type_name == "structure":
        known = {*shape.members, *NEWER, *(CONDENSED if not path and not whole else ())}
        yield from (f"{place} has no member `{name}`" for name in value if name not in known)
        lacking = set(shape.required_members) - set(value) - LEFT_OUT if whole else set()
        yield from (f"{place} lacks `{name}`" for name in sorted(lacking))
    for name, inner in enumerate(value) if isinstance(value, list) else value.items():
        member = _member(shape, name)
        if member is not None and inner is not None:
            below = f"{path}.{name}" if path else str(name)
            yield from _differences(member, inner, below, parsed, whole=whole)


def _member(shape: Any, name: str | int) -> Any:  # noqa: ANN401 - one of botocore's kinds of shape
    if shape.type_name == "structure":
        return shape.members.get(name)
    return shape.value if shape.type_name == "map" else shape.member


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_documents_are_what_aws_answers(world: World) -> None:
    wrong = [
        f"{id_}: {fault}" for id_, body in world.documents.items() for fault in faults(parse_id(id_), body)
    ]
    assert wrong == []


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_gaps_are_of_calls_that_collectors_make(world: World) -> None:
    assert [id_ for id_ in world.gaps if not rows_of(parse_id(id_))] == []


BUCKET = "aws:100000000001::s3:ListBuckets.Buckets/weights"
CASES = {
    "as AWS answers": (BUCKET, {"Name": "weights", "CreationDate": "2025-02-01T00:00:00Z"}, []),
    "a misspelt member": (
        BUCKET,
        {"Name": "weights", "Created": "2025"},
        ["the document has no member `Created`"],
    ),
    "a wrong type": (
        BUCKET,
        {"Name": "weights", "CreationDate": 2025},
        ["CreationDate is a int, not a timestamp"],
    ),
    "another item's key": (BUCKET, {"Name": "other"}, ["the key is not the item's Name"]),
    "a call that nobody makes": (
        "aws:100000000001::s3:GetBucketColour/weights",
        {},
        ["no collector asks for s3 GetBucketColour"],
    ),
    "a region where there is none": (
        "aws:100000000001:us-east-1:s3:GetBucketAcl/weights",
        None,
        ["documents of GetBucketAcl have no region"],
    ),
    "a required member left out": (
        "aws:100000000001:us-east-1:sagemaker:DescribeEndpoint/chat",
        {"EndpointName": "chat", "EndpointArn": "arn:aws:sagemaker:us-east-1:100000000001:endpoint/chat"},
        ["the document lacks `EndpointStatus`"],
    ),
    "a policy as an object": (
        "aws:100000000001::s3:GetBucketPolicy/weights",
        {"Policy": {"Statement": []}},
        [],
    ),
}


@pytest.mark.parametrize(("id_", "body", "expected"), CASES.values(), ids=CASES)
def test_faults(id_: str, body: Any, expected: list[str]) -> None:  # noqa: ANN401 - a document
    assert list(faults(parse_id(id_), body)) == expected
