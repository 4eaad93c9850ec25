"""What an owner removes for a statement to be gone, and what nobody can remove."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanner import config
from scanner.catalog import load_terraform, written_in
from scanner.cut import Estate, edit_of, removable, smallest_cut
from scanner.errors import ConfigError
from scanner.model import Evidence, Hop
from scanner.rules import load_rules
from scanner.snapshot import Change, Document, DocumentId, Place, Removal, Snapshot, changed
from tests.worlds import FIXTURES, parse_id, read_world

DETAILS = "aws:100000000001::iam:GetAccountAuthorizationDetails"
READER = "arn:aws:iam::100000000001:role/reader"
ROLE, OF_AWS = f"{DETAILS}.RoleDetailList/{READER}", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
USER, GROUP = (
    f"{DETAILS}.UserDetailList/arn:aws:iam::100000000001:user/ann",
    f"{DETAILS}.GroupDetailList/staff",
)
OURS = "arn:aws:iam::100000000001:policy/reading"
ROWS = "azure:10000000-0000-0000-0000-000000000001::resourcegraph:authorizationresources"
ASSIGNMENT = f"{ROWS}//subscriptions/1/providers/Microsoft.Authorization/roleAssignments/a"
DEFINITION = f"{ROWS}//subscriptions/1/providers/Microsoft.Authorization/roleDefinitions/d"
DOCUMENTS: dict[str, Any] = {
    ROLE: {"Arn": READER, "AttachedManagedPolicies": [{"PolicyArn": OURS}, {"PolicyArn": OF_AWS}]},
    USER: {"GroupList": ["staff"], "AttachedManagedPolicies": []},
    GROUP: {"GroupName": "staff", "AttachedManagedPolicies": [{"PolicyArn": OF_AWS}]},
    DEFINITION: {"properties": {"type": "BuiltInRole"}},
    ASSIGNMENT: {"properties": {}},
}
ON_POLICY = "/PolicyVersionList/0/Document/Statement/0"
CASES: dict[str, tuple[str, str, str, list[str]]] = {
    "a policy of ours": (
        READER,
        f"{DETAILS}.Policies/{OURS}",
        ON_POLICY,
        [f"{DETAILS}.Policies/{OURS}#{ON_POLICY}"],
    ),
    "a policy of AWS on a role": (
        READER,
        f"{DETAILS}.Policies/{OF_AWS}",
        ON_POLICY,
        [f"{ROLE}#/AttachedManagedPolicies/1"],
    ),
    "a policy of AWS on a group": (
        "arn:aws:iam::100000000001:user/ann",
        f"{DETAILS}.Policies/{OF_AWS}",
        ON_POLICY,
        [f"{GROUP}#/AttachedManagedPolicies/0"],
    ),
    "a role assignment": ("x", ASSIGNMENT, "/properties", [f"{ASSIGNMENT}#"]),
    "a role of Microsoft": ("x", DEFINITION, "/properties/permissions/0", []),
    "an answer of its own": ("x", "gcp:p::run:GetService/s", "", []),
    "a cloud that nobody reads": ("x", "moon:1::x:Y.z/k", "/a", []),
}


@pytest.mark.parametrize(("source", "document", "pointer", "expected"), CASES.values(), ids=CASES)
def test_removable(source: str, document: str, pointer: str, expected: list[str]) -> None:
    snapshot = Snapshot(Document(parse_id(id_), body) for id_, body in DOCUMENTS.items())
    hop = Hop("asset", source, "read", evidence=(Evidence(document, pointer),))
    assert [str(r) for r in removable(snapshot, hop, hop.evidence[0])] == expected


def test_a_custom_role_can_lose_a_part() -> None:
    body = {"properties": {"type": "CustomRole", "permissions": [{}]}}
    snapshot = Snapshot([Document(parse_id(DEFINITION), body)])
    evidence = Evidence(DEFINITION, "/properties/permissions/0")
    assert len(tuple(removable(snapshot, Hop("a", "b", "read"), evidence))) == 1


def test_a_cut_takes_a_role_assignment_whole() -> None:
    world = read_world(FIXTURES / "azure" / "guest-reads-a-container")[0]
    settings = config.load(world.directory / "sidedoor.yaml")
    estate = Estate(world.snapshot(), settings, load_rules(), level="high")
    found = smallest_cut(estate.attempt)
    assert [(r.pointer, "roleAssignments" in r.document) for r in found.removals] == [("", True)]
    edit = edit_of(world.snapshot(), found.removals[0])
    assert edit.written is not None
    assert edit.written.resource == "azurerm_role_assignment"
    assert json.loads(edit.evidence.excerpt)["properties"]["principalType"] == "User"


WRITTEN = {
    "a trust policy": (ROLE, "/AssumeRolePolicyDocument/Statement/0", "aws_iam_role", "assume_role_policy"),
    "an inline policy": (
        ROLE,
        "/RolePolicyList/0/PolicyDocument/Statement/1",
        "aws_iam_role_policy",
        "policy",
    ),
    "an attachment": (ROLE, "/AttachedManagedPolicies/0", "aws_iam_role_policy_attachment", ""),
    "a bucket policy": ("aws:1::s3:GetBucketPolicy/b", "/Statement/0", "aws_s3_bucket_policy", "policy"),
    "a binding of a bucket": (
        "gcp:p::cloudasset:ListAssets.IAM_POLICY///storage.googleapis.com/b",
        "/iamPolicy/bindings/0",
        "google_storage_bucket_iam_binding or _member",
        "",
    ),
    "a role assignment": (ASSIGNMENT, "", "azurerm_role_assignment", ""),
}


@pytest.mark.parametrize(("document", "pointer", "resource", "argument"), WRITTEN.values(), ids=WRITTEN)
def test_written_in(document: str, pointer: str, resource: str, argument: str) -> None:
    found = written_in(load_terraform(), document, pointer)
    assert found is not None
    assert (found.resource, found.argument) == (resource, argument)


def test_nothing_is_made_up() -> None:
    assert written_in(load_terraform(), "aws:1::new:GetThing/x", "/Policy") is None
    assert written_in(load_terraform(), "nonsense", "") is None


ID = DocumentId("aws", "1", "", "s3", "GetBucketPolicy", "b")
CHANGES: dict[str, tuple[list[tuple[str, Any]], Any]] = {
    "an item": ([("/Statement/0", 9)], {"Statement": [9, 2]}),
    "behind the last": ([("/Statement/-", 9)], {"Statement": [1, 2, 9]}),
    "a key": ([("/Version", "x")], {"Statement": [1, 2], "Version": "x"}),
    "all of it": ([("", {"a": 1})], {"a": 1}),
    "one after the other": ([("/Statement/-", []), ("/Statement/2/-", 7)], {"Statement": [1, 2, [7]]}),
}


@pytest.mark.parametrize(("changes", "expected"), CHANGES.values(), ids=CHANGES)
def test_changed(changes: list[tuple[str, Any]], expected: object) -> None:
    place = Place("", "main.tf", (1, 2))
    whole = Snapshot([Document(ID, {"Statement": [1, 2]}, (place,))], digest="d")
    made = changed(whole, [Change(str(ID), pointer, value) for pointer, value in changes])
    assert (next(iter(made)).body, next(iter(made)).places, made.digest) == (expected, (place,), "d")
    assert next(iter(whole)).body == {"Statement": [1, 2]}


def test_a_document_is_made() -> None:
    assert next(iter(changed(Snapshot([]), [Change(str(ID), "", {"a": 1})]))).body == {"a": 1}


@pytest.mark.parametrize("pointer", ["/Statement/7", "/Nothing/0", "/Statement/x"])
def test_a_change_of_nothing(pointer: str) -> None:
    whole = Snapshot([Document(ID, {"Statement": [1, 2]})])
    with pytest.raises(ConfigError, match="nothing at"):
        changed(whole, [Change(str(ID), pointer, 1)])


def test_an_edit_of_code_says_where() -> None:
    whole = Snapshot(
        [Document(ID, {"Statement": [{"Sid": "A"}]}, (Place("/Statement/0", "main.tf", (3, 9)),))]
    )
    edit = edit_of(whole, Removal(str(ID), "/Statement/0"))
    assert (edit.evidence.file, edit.evidence.lines) == ("main.tf", (3, 9))
