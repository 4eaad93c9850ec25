"""Functions of templates come to what CloudFormation makes of them; what cannot be told stays open."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.iac.aws import Home
from scanner.iac.cloudformation.intrinsics import Resolver
from scanner.iac.cloudformation.names import Names
from scanner.iac.cloudformation.template import Template
from scanner.iac.written import read_text
from scanner.snapshot import Unresolved

TEMPLATE = """
Parameters:
  Env: {Type: String, Default: prod}
  Count: {Type: Number, Default: 2}
  Ids: {Type: CommaDelimitedList, Default: "a, b,c"}
  Secret: {Type: String, NoEcho: true}
  Image: {Type: "AWS::SSM::Parameter::Value<String>", Default: /images/latest}
Mappings:
  Regions: {us-east-1: {Zone: one}, eu-west-1: {Zone: two}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsDev: !Not [!Condition IsProd]
  HasSecret: !Not [!Equals [!Ref Secret, ""]]
  Both: !And [!Condition IsProd, !Condition HasSecret]
  Either: !Or [!Condition IsProd, !Condition HasSecret]
  Neither: !And [!Condition IsDev, !Condition HasSecret]
  Itself: !Condition Itself
Resources:
  Role: {Type: "AWS::IAM::Role", Properties: {Path: /ml/}}
  Named: {Type: "AWS::IAM::Role", Properties: {RoleName: !Sub "${Env}-reader"}}
  Bucket: {Type: "AWS::S3::Bucket"}
  Open: {Type: "AWS::S3::Bucket", Properties: {BucketName: !Ref Secret}}
  Circle: {Type: "AWS::S3::Bucket", Properties: {BucketName: !Sub "${Circle}-x"}}
  Topic: {Type: "AWS::SNS::Topic"}
  Other: {Type: "AWS::Athena::WorkGroup"}
  Function: {Type: "AWS::Serverless::Function", Properties: {}}
"""
HOME = Home("100000000001", "us-east-1")


def resolver_of(text: str) -> tuple[Template, Resolver]:
    (root,) = read_text(f"{TEMPLATE}\nProbe:\n  value: {text}\n".encode()).documents
    template = Template(root, "t.yaml")
    resolver: Resolver
    names = Names(template, HOME, "stack", lambda: resolver, lambda *_: None)
    resolver = Resolver(template, HOME, "stack", {}, names.reference)
    return template, resolver


def come_to(text: str) -> Any:  # noqa: ANN401 - any JSON
    template, resolver = resolver_of(text)
    probe = template.root.get("Probe", "value")
    assert probe is not None
    return resolver.value(probe).plain()


def left(like: str) -> dict[str, Any]:
    return {"like": like}


CASES: dict[str, tuple[str, Any]] = {
    "a parameter": ("!Ref Env", "prod"),
    "a parameter in the long form": ("{Ref: Env}", "prod"),
    "a number is text": ("!Ref Count", "2"),
    "a list": ("!Ref Ids", ["a", "b", "c"]),
    "a parameter without a value": ("!Ref Secret", left("*")),
    "a parameter that is looked up": ("!Ref Image", left("*")),
    "pseudo parameters": (
        '!Sub "${AWS::Partition} ${AWS::Region} ${AWS::AccountId}"',
        "aws us-east-1 100000000001",
    ),
    "a stack's id is random": ("!Ref AWS::StackId", left("*")),
    "a role's name is the stack's and its own": ("!Ref Role", "stack-Role"),
    "its ARN has its path": ("!GetAtt Role.Arn", "arn:aws:iam::100000000001:role/ml/stack-Role"),
    "attributes as a list": ("{'Fn::GetAtt': [Named, Arn]}", "arn:aws:iam::100000000001:role/prod-reader"),
    "bucket names are small": ("!GetAtt Bucket.Arn", "arn:aws:s3:::stack-bucket"),
    "what answers its ARN": ("!Ref Topic", "arn:aws:sns:us-east-1:100000000001:stack-Topic"),
    "an attribute that only AWS knows": ("!GetAtt Other.Arn", left("*")),
    "a resource that is not there": ("!Ref Nobody", left("*")),
    "a name that needs itself": ("!Ref Circle", "stack-circle"),
    "a role that SAM makes": (
        "!GetAtt FunctionRole.Arn",
        "arn:aws:iam::100000000001:role/stack-FunctionRole",
    ),
    "a substitution": ('!Sub "${Bucket.Arn}/*"', "arn:aws:s3:::stack-bucket/*"),
    "a substitution with variables": ('!Sub ["${A}-${Env}", {A: !Ref Count}]', "2-prod"),
    "what is not substituted": ('!Sub "${!aws:username}/${Env}"', "${aws:username}/prod"),
    "a name that nobody can tell is made up": ('!Sub "arn:aws:s3:::${Open}/*"', "arn:aws:s3:::stack-open/*"),
    "a substitution with a hole": ('!Sub "arn:aws:s3:::${Secret}/*"', left("arn:aws:s3:::*/*")),
    "a join": ('!Join ["/", [a, !Ref Env, !Ref Count]]', "a/prod/2"),
    "a join over a list": ('!Join ["", !Ref Ids]', "abc"),
    "a join with a hole": ('!Join ["-", [a, !Ref Secret]]', left("a-*")),
    "a split and a choice": ('!Select [1, !Split [":", "a:b:c"]]', "b"),
    "a choice beyond the end": ('!Select [7, !Split [":", "a:b"]]', left("*")),
    "a map": ("!FindInMap [Regions, !Ref AWS::Region, Zone]", "one"),
    "a map without the key": ("!FindInMap [Regions, ap-south-1, Zone]", left("*")),
    "a map with a default": ("!FindInMap [Regions, x, Zone, {DefaultValue: none}]", "none"),
    "a condition that holds": ("!If [IsProd, a, b]", "a"),
    "a condition that does not": ("!If [IsDev, a, b]", "b"),
    "a condition that nobody can tell": ("!If [HasSecret, a, b]", left("*")),
    "a condition that does not matter": ("!If [HasSecret, a, a]", "a"),
    "all of several, one open": ("!If [Both, a, b]", left("*")),
    "any of several, one open": ("!If [Either, a, b]", "a"),
    "all of several, one not": ("!If [Neither, a, b]", "b"),
    "a condition that needs itself": ("!If [Itself, a, b]", left("*")),
    "what is left out": ("{a: !If [IsDev, x, !Ref 'AWS::NoValue'], b: 1}", {"b": 1}),
    "an item that is left out": ("[a, !If [IsDev, x, !Ref 'AWS::NoValue']]", ["a"]),
    "another stack's export": ("!ImportValue weights-bucket", left("*")),
    "base64": ("!Base64 hi", "aGk="),
    "a macro": ("{'Fn::Transform': {Name: x}}", left("*")),
    "an object that looks like no function": ("{Ref: a, Other: b}", {"Ref": "a", "Other": "b"}),
    "too much text": ('!Sub ["' + "${A}" * 3000 + '", {A: ' + "x" * 100 + "}]", left("*")),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_values(text: str, expected: Any) -> None:  # noqa: ANN401 - any JSON
    found = come_to(text)
    opened = Unresolved.read(found)
    assert (left(opened.like) if opened else found) == expected


def test_values_keep_the_lines_of_the_function_that_made_them() -> None:
    template, resolver = resolver_of("\n    - !Ref Ids\n    - !GetAtt Role.Arn")
    probe = template.root.get("Probe", "value")
    assert probe is not None
    first = probe.first
    lines = {place.pointer: place.lines for place in resolver.value(probe).places("t")}
    assert (lines["/0/2"], lines["/1"]) == ((first, first), (first + 1, first + 1))
