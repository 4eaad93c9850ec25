"""Policies: merged as the provider does, with every condition and the lines of every statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.iac.terraform.policies import policy_piece
from scanner.iac.terraform.values import Lines
from scanner.snapshot import Place, Unresolved
from tests.iac.terraform.trees import documents

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 'resource "aws_iam_role" "r" {\n  name               = "r"\n  assume_role_policy = %s\n}\n'
ROLE = "GetAccountAuthorizationDetails.RoleDetailList/r"


def trust(place: Path, value: str, more: str = "") -> Any:  # noqa: ANN401 - a policy
    found, _ = documents(place, {"main.tf": HEAD % value + more})
    return found[ROLE].body["AssumeRolePolicyDocument"]


def statement(inner: str, name: str = "d", more: str = "") -> str:
    return f'data "aws_iam_policy_document" "{name}" {{\n{more}\n  statement {{\n{inner}\n  }}\n}}\n'


DOCUMENT = "data.aws_iam_policy_document.d.json"
STATEMENTS = {
    "values and principals": (
        'actions = ["sts:AssumeRole"]\n principals {\n type = "AWS"\n identifiers = ["1", "2"]\n }',
        {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"AWS": ["1", "2"]}},
    ),
    "principals of several kinds": (
        'principals {\n type = "AWS"\n identifiers = ["1"]\n }\n'
        ' principals {\n type = "Service"\n identifiers = ["s"]\n }',
        {"Effect": "Allow", "Principal": {"AWS": ["1"], "Service": ["s"]}},
    ),
    "everyone": (
        'principals {\n type = "*"\n identifiers = ["*"]\n }',
        {"Effect": "Allow", "Principal": "*"},
    ),
    "a deny of all others": (
        'effect = "Deny"\n not_actions = ["a:B"]\n not_principals {\n type = "AWS"\n identifiers = ["1"]\n }',
        {"Effect": "Deny", "NotAction": ["a:B"], "NotPrincipal": {"AWS": ["1"]}},
    ),
    "two conditions on one key": (
        'condition {\n test = "StringLike"\n variable = "k"\n values = ["a"]\n }\n'
        ' condition {\n test = "StringLike"\n variable = "k"\n values = ["b"]\n }',
        {"Effect": "Allow", "Condition": {"StringLike": {"k": ["a", "b"]}}},
    ),
    "a variable of IAM": (
        'resources = ["arn:aws:s3:::b/&{aws:username}/*"]',
        {"Effect": "Allow", "Resource": ["arn:aws:s3:::b/${aws:username}/*"]},
    ),
    "a dynamic condition inside a static statement": (
        'dynamic "condition" {\n for_each = ["x", "y"]\n content {\n test = "StringEquals"\n'
        ' variable = "sts:ExternalId"\n values = [condition.value]\n }\n }',
        {"Effect": "Allow", "Condition": {"StringEquals": {"sts:ExternalId": ["x", "y"]}}},
    ),
    "a dynamic condition that is not there": (
        'dynamic "condition" {\n for_each = []\n content {\n test = "Null"\n variable = "k"\n'
        " values = [false]\n }\n }",
        {"Effect": "Allow"},
    ),
    "an iterator of another name": (
        'dynamic "principals" {\n for_each = { AWS = ["1"] }\n iterator = p\n content {\n type = p.key\n'
        " identifiers = p.value\n }\n }",
        {"Effect": "Allow", "Principal": {"AWS": ["1"]}},
    ),
}


@pytest.mark.parametrize(("inner", "expected"), STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_block(tmp_path: Path, inner: str, expected: object) -> None:
    assert trust(tmp_path, DOCUMENT, statement(inner))["Statement"] == [expected]


def test_conditions_that_nobody_can_count_are_unknown_and_not_absent(tmp_path: Path) -> None:
    inner = (
        'actions = ["sts:AssumeRole"]\n dynamic "condition" {\n for_each = var.ids\n content {\n'
        ' test = "StringEquals"\n variable = "sts:ExternalId"\n values = [condition.value]\n }\n }'
    )
    found = trust(tmp_path, DOCUMENT, 'variable "ids" {}\n' + statement(inner))["Statement"][0]
    assert Unresolved.read(found["Condition"]) is not None
    assert found["Action"] == ["sts:AssumeRole"]


SID = '    sid = "{}"\n    actions = ["{}"]'
MERGES = {
    "sources come first": (
        statement(
            SID.format("B", "own"), more="source_policy_documents = [data.aws_iam_policy_document.s.json]"
        ),
        ["A:source", "B:own"],
    ),
    "an own statement replaces the source's of its name": (
        statement(
            SID.format("A", "own"), more="source_policy_documents = [data.aws_iam_policy_document.s.json]"
        ),
        ["A:own"],
    ),
    "an override replaces the own statement of its name": (
        statement(
            SID.format("A", "own"), more="override_policy_documents = [data.aws_iam_policy_document.s.json]"
        ),
        ["A:source"],
    ),
    "an override of another name is added": (
        statement(
            SID.format("B", "own"), more="override_policy_documents = [data.aws_iam_policy_document.s.json]"
        ),
        ["B:own", "A:source"],
    ),
    "a source in JSON": (
        statement(
            SID.format("B", "own"),
            more='source_policy_documents = [jsonencode({ Statement = { Sid = "J", Action = "json" } })]',
        ),
        ["J:json", "B:own"],
    ),
    "statements without a name are never replaced": (
        'data "aws_iam_policy_document" "d" {\n  statement {\n actions = ["x"]\n }\n  statement {\n'
        ' actions = ["y"]\n }\n}\n',
        [":x", ":y"],
    ),
}


@pytest.mark.parametrize(("code", "expected"), MERGES.values(), ids=MERGES)
def test_merged_documents(tmp_path: Path, code: str, expected: list[str]) -> None:
    made = trust(tmp_path, DOCUMENT, code + statement(SID.format("A", "source"), "s"))["Statement"]
    actions = [s["Action"] if isinstance(s["Action"], str) else s["Action"][0] for s in made]
    assert [f"{s.get('Sid', '')}:{a}" for s, a in zip(made, actions, strict=True)] == expected


def test_a_source_that_cannot_be_told_is_an_unknown_statement(tmp_path: Path) -> None:
    code = statement(SID.format("B", "own"), more="source_policy_documents = [var.s]") + 'variable "s" {}\n'
    found = trust(tmp_path, DOCUMENT, code)["Statement"]
    assert Unresolved.read(found[0]) is not None
    assert found[1]["Sid"] == "B"


def shown(path: str, lines: tuple[int, int]) -> Place:
    return Place("", path, lines)


HEREDOC = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Resource": "{\\"Statement\\": [{}]}"},
    {
      "Effect": "Deny",
      "Condition": {"Null": {"a": "}"}}
    }
  ]
}
"""
SINGLE = '{"Statement":\n  {"Effect": "Allow"}}'
SPANS = {
    "several statements": (HEREDOC, [("/Statement/0", (13, 13)), ("/Statement/1", (14, 17))]),
    "one that is no list": (SINGLE, [("/Statement", (11, 11))]),
    "none": ('{"Statement": []}', []),
}


@pytest.mark.parametrize(("text", "expected"), SPANS.values(), ids=SPANS)
def test_lines_of_a_text(text: str, expected: list[tuple[str, tuple[int, int]]]) -> None:
    place = Place("", "main.tf", (9, 30))
    piece = policy_piece(Lines.of(text, "main.tf", 10), place, shown)
    assert piece is not None
    assert [(p.pointer, p.lines) for p in piece.places[1:]] == expected
    assert piece.places[0] == place


def test_a_heredoc_with_an_unknown_account_keeps_its_other_statements_and_lines(tmp_path: Path) -> None:
    text = (
        '<<-EOT\n    {"Statement": [\n'
        '      {"Sid": "A", "Principal": {"AWS": "arn:aws:iam::${var.v}:root"}},\n'
        '      {"Sid": "B", "Action": ${jsonencode(["x"])}}\n    ]}\n  EOT'
    )
    found, _ = documents(tmp_path, {"main.tf": HEAD % text + 'variable "v" {}\n'})
    policy = found[ROLE].body["AssumeRolePolicyDocument"]
    unresolved = Unresolved.read(policy["Statement"][0]["Principal"]["AWS"])
    assert unresolved == Unresolved("arn:aws:iam::${var.v}:root", "arn:aws:iam::*:root")
    assert policy["Statement"][1] == {"Sid": "B", "Action": ["x"]}
    place = found[ROLE].place("/AssumeRolePolicyDocument/Statement/1")
    assert place is not None
    assert place.lines == (6, 6)
