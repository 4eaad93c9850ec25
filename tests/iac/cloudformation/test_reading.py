"""Templates of a tree: which files are some, nested stacks, SAM, CDK, and what is a gap."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.iac.cloudformation import read
from scanner.iac.cloudformation.template import lengthened
from scanner.iac.settings import Settings
from scanner.iac.tree import walk
from scanner.iac.written import read_text
from scanner.snapshot import DocumentId, Snapshot, SnapshotWriter
from tests.worlds import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = "100000000001"
BUCKET = "Resources:\n  B:\n    Type: AWS::S3::Bucket\n"
PARENT = """
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./inner.yaml, Parameters: {Name: given}}
  Alias:
    Type: AWS::S3::BucketPolicy
    Properties: {Bucket: !GetAtt Inner.Outputs.Bucket, PolicyDocument: {Statement: []}}
"""
INNER = """
Parameters: {Name: {Type: String}}
Resources: {B: {Type: "AWS::S3::Bucket", Properties: {BucketName: !Ref Name}}}
Outputs: {Bucket: {Value: !Ref B}}
"""
SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Chat:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.main
      Policies:
        - AmazonS3ReadOnlyAccess
        - Statement: [{Effect: Allow, Action: "sagemaker:InvokeEndpoint", Resource: "*"}]
      FunctionUrlConfig: {AuthType: NONE}
"""


def scan(directory: Path, files: dict[str, str]) -> Snapshot:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    writer = SnapshotWriter(target="", collected_at="2026-11-20T06:00:00Z", tool_version="")
    read(walk(directory), Settings(account=ACCOUNT), writer)
    return writer.snapshot()


def body(snapshot: Snapshot, service: str, field: str, key: str = "", region: str = "") -> Any:  # noqa: ANN401
    found = snapshot.get(DocumentId("aws", ACCOUNT, region, service, field, key))
    return getattr(found, "body", found)


def test_a_nested_stack_is_read_where_it_is_called_from(tmp_path: Path) -> None:
    found = scan(tmp_path, {"main.yaml": PARENT, "inner.yaml": INNER})
    assert [d.id.key for d in found.all("aws", "s3", "ListBuckets.Buckets")] == ["given"]
    assert body(found, "s3", "GetBucketPolicy", "given") == {"Policy": {"Statement": []}}
    assert found.gaps == ()


def test_a_nested_stack_that_is_not_in_the_tree_is_a_gap(tmp_path: Path) -> None:
    gaps = [gap.detail for gap in scan(tmp_path, {"main.yaml": PARENT}).gaps]
    assert gaps[0] == "the nested stack's template is not in the tree"


def test_a_function_of_sam_has_a_role_and_a_url(tmp_path: Path) -> None:
    found = scan(tmp_path, {"app/template.yaml": SAM})
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:app-Chat"
    role = f"arn:aws:iam::{ACCOUNT}:role/app-ChatRole"
    details = body(found, "iam", "GetAccountAuthorizationDetails.RoleDetailList", role)
    assert [p["PolicyName"] for p in details["RolePolicyList"]] == ["policy-1"]
    assert "AmazonS3ReadOnlyAccess" in [p["PolicyName"] for p in details["AttachedManagedPolicies"]]
    assert body(found, "lambda", "ListFunctions.Functions", arn, "us-east-1")["Role"] == role
    statements = body(found, "lambda", "GetPolicy", arn, "us-east-1")["Policy"]["Statement"]
    assert [(s["Action"], s["Principal"], s["Condition"]) for s in statements] == [
        ("lambda:InvokeFunctionUrl", "*", {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}),
        ("lambda:InvokeFunction", "*", {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}),
    ]


def test_the_output_of_cdk_says_where_it_goes(tmp_path: Path) -> None:
    artifact = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://100000000002/eu-west-1",
        "properties": {"templateFile": "App.template.json"},
    }
    template = {
        "Resources": {
            "B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "x-${AWS::Region}"}}}
        }
    }
    files = {
        "cdk.out/manifest.json": json.dumps({"artifacts": {"App": artifact}}),
        "cdk.out/App.template.json": json.dumps(template),
    }
    found = scan(tmp_path, files)
    (bucket,) = found.all("aws", "s3", "ListBuckets.Buckets")
    assert (bucket.id.scope, bucket.id.key) == ("100000000002", "x-eu-west-1")


GAPS: dict[str, tuple[str, str]] = {
    "a loop over what nobody can tell": (
        f"{BUCKET}  Fn::ForEach::Buckets: [N, !Ref Unknown, {{}}]\n",
        "a.yaml:4",
    ),
    "what a macro adds": (
        f"{BUCKET}    Properties: {{BucketName: x, Fn::Transform: {{Name: AWS::Include}}}}\n",
        "a.yaml:4",
    ),
    "a key that stands twice": (f"{BUCKET}    Type: AWS::S3::Bucket\n", "a.yaml:4"),
    "broken, without a space": ('{"Resources":{"B":{"Type":"AWS::S3::Bucket"}}', "a.yaml:1"),
    "a macro": (f"Transform: [Mine]\n{BUCKET}", "a.yaml:1"),
    "broken": (f"AWSTemplateFormatVersion: x\n{BUCKET}   x: [\n", "a.yaml:"),
    "a type that is not read": (f"{BUCKET}  C:\n    Type: AWS::Organizations::Policy\n", "a.yaml:5 C"),
    "a condition that nobody can tell": (
        "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, a]}\n"
        f"{BUCKET}    Condition: C\n",
        "a.yaml:5 B",
    ),
    "a bucket that nobody can tell": (
        f"{BUCKET}  P:\n    Type: AWS::S3::BucketPolicy\n"
        "    Properties: {Bucket: !ImportValue x, PolicyDocument: {}}\n",
        "a.yaml:5 P",
    ),
}


@pytest.mark.parametrize(("text", "place"), GAPS.values(), ids=GAPS)
def test_gaps(text: str, place: str, tmp_path: Path) -> None:
    gaps = [gap for gap in scan(tmp_path, {"a.yaml": text}).gaps if gap.id.provider == "iac"]
    assert [gap.id.key.startswith(place) for gap in gaps] == [True]


OPEN = "Parameters: {U: {Type: String}}\nResources:\n  X:\n    Type: %s\n    Properties: %s\n"
OPEN_PARTS: dict[str, tuple[str, str, str]] = {
    "a function's role": ("AWS::Lambda::Function", "{Role: !Ref U}", "Role of X cannot be told"),
    "an image": (
        "AWS::ECS::TaskDefinition",
        "{ContainerDefinitions: [{Name: a, Image: !Ref U}]}",
        "ContainerDefinitions.0.Image of X cannot be told",
    ),
    "a group of an interface": (
        "AWS::EC2::Instance",
        "{NetworkInterfaces: [{GroupSet: [!Ref U]}]}",
        "NetworkInterfaces.0.GroupSet.0 of X cannot be told",
    ),
    "where a model's weights lie": (
        "AWS::SageMaker::Model",
        "{PrimaryContainer: {ModelDataUrl: !Ref U}}",
        "PrimaryContainer.ModelDataUrl of X cannot be told",
    ),
}


@pytest.mark.parametrize(("type_", "properties", "told"), OPEN_PARTS.values(), ids=OPEN_PARTS)
def test_parts_that_nobody_can_tell(type_: str, properties: str, told: str, tmp_path: Path) -> None:
    found = scan(tmp_path, {"a.yaml": OPEN % (type_, properties)})
    assert told in [gap.detail for gap in found.gaps]
    closed = scan(tmp_path, {"a.yaml": OPEN % (type_, properties.replace("!Ref U", "u"))})
    assert told not in [gap.detail for gap in closed.gaps]


PASSED_OVER = {
    "a list of words": "[AWS::, Resources]",
    "a workflow": "on: push\njobs: {a: {steps: [{run: 'echo Resources AWS::'}]}}",
    "resources of something else": "Resources: {a: {Type: other, note: 'AWS::'}}",
}


@pytest.mark.parametrize("text", PASSED_OVER.values(), ids=PASSED_OVER)
def test_other_files_are_passed_over(text: str, tmp_path: Path) -> None:
    found = scan(tmp_path, {"a.yaml": text})
    assert (len(found), found.gaps) == (0, ())


JUNK: list[Any] = [
    None,
    True,
    0,
    1.5,
    "",
    "x",
    [],
    {},
    [[]],
    {"Ref": []},
    {"Fn::Sub": [1]},
    {"Fn::Join": "x"},
]
JUNK += [
    {"Fn::If": ["c"]},
    {"Fn::GetAtt": 3},
    {"Fn::Select": [9, []]},
    {"Ref": "AWS::NoValue"},
    {"Fn::FindInMap": {}},
]


def pointers(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - any JSON
    found = [at]
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in below:
        found += pointers(item, (*at, key))
    return found


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(choice=st.data())
def test_any_value_anywhere(choice: st.DataObject, tmp_path: Path) -> None:
    (root,) = read_text((FIXTURES / "iac/weights-stack/code/stacks/weights.yaml").read_bytes()).documents
    template = lengthened(root).plain()
    *steps, last = choice.draw(st.sampled_from(pointers(template)[1:]))
    holder = template
    for step in steps:
        holder = holder[step]
    holder[last] = choice.draw(st.sampled_from(JUNK))
    scan(tmp_path, {"a.json": json.dumps(template)})
