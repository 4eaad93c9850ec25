"""Stacks that tell each other something, loops, and trees that are made to be large."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.iac.cloudformation.test_reading import scan

if TYPE_CHECKING:
    from pathlib import Path

    from scanner.snapshot import Snapshot

EXPORTER = """
Resources: {B: {Type: "AWS::S3::Bucket", Properties: {BucketName: weights}}}
Outputs: {Bucket: {Value: !Ref B, Export: {Name: !Sub "${AWS::StackName}-bucket"}}}
"""
IMPORTER = """
Resources:
  P:
    Type: AWS::S3::BucketPolicy
    Properties: {Bucket: !ImportValue %s, PolicyDocument: {Statement: []}}
"""
OTHER = """
Resources: {C: {Type: "AWS::S3::Bucket", Properties: {BucketName: other}}}
Outputs: {Bucket: {Value: !Ref C, Export: {Name: store-bucket}}}
"""
CHAIN = """
Resources: {T: {Type: "AWS::SNS::Topic"}}
Outputs: {Bucket: {Value: !ImportValue store-bucket, Export: {Name: passed-on}}}
"""


def policies(found: Snapshot) -> list[str]:
    return [d.id.key for d in found.all("aws", "s3", "GetBucketPolicy") if d.places]


def gaps(found: Snapshot) -> list[str]:
    return [gap.detail for gap in found.gaps if gap.id.provider == "iac"]


EXPORTS: dict[str, tuple[dict[str, str], list[str]]] = {
    "by its name": ({"store.yaml": EXPORTER, "a.yaml": IMPORTER % "store-bucket"}, ["weights"]),
    "whatever the order of the files": ({"a.yaml": IMPORTER % "z-bucket", "z.yaml": EXPORTER}, ["weights"]),
    "by a name that nothing exports": ({"store.yaml": EXPORTER, "a.yaml": IMPORTER % "none"}, []),
    "by a name that two export": (
        {"store.yaml": EXPORTER, "other.yaml": OTHER, "a.yaml": IMPORTER % "store-bucket"},
        [],
    ),
    "passed on by a stack between": (
        {"store.yaml": EXPORTER, "chain.yaml": CHAIN, "a.yaml": IMPORTER % "passed-on"},
        ["weights"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), EXPORTS.values(), ids=EXPORTS)
def test_what_another_stack_exports(files: dict[str, str], expected: list[str], tmp_path: Path) -> None:
    found = scan(tmp_path, files)
    assert policies(found) == expected
    assert bool(gaps(found)) == (not expected)


@pytest.mark.parametrize(("region", "expected"), [("eu-west-1", ["weights"]), ("eu-west-2", [])])
def test_stacks_of_cdk_share_what_they_export_in_one_region(
    region: str, expected: list[str], tmp_path: Path
) -> None:
    def artifact(file: str, where: str) -> dict[str, object]:
        return {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://100000000002/{where}",
            "properties": {"templateFile": file, "stackName": file.partition(".")[0]},
        }

    name = "Store:ExportsOutputRefB7A0C"
    artifacts = {"S": artifact("Store.template.json", "eu-west-1"), "A": artifact("A.template.json", region)}
    store = {
        "Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "weights"}}},
        "Outputs": {"ExportsOutputRefB7A0C": {"Value": {"Ref": "B"}, "Export": {"Name": name}}},
    }
    policy = {"Bucket": {"Fn::ImportValue": name}, "PolicyDocument": {"Statement": []}}
    app = {"Resources": {"P": {"Type": "AWS::S3::BucketPolicy", "Properties": policy}}}
    files = {
        "cdk.out/manifest.json": json.dumps({"artifacts": artifacts}),
        "cdk.out/Store.template.json": json.dumps(store),
        "cdk.out/A.template.json": json.dumps(app),
    }
    assert policies(scan(tmp_path, files)) == expected


def test_a_nested_stack_of_cdk_is_the_file_that_its_metadata_names(tmp_path: Path) -> None:
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": {"Fn::Sub": "https://s3.${AWS::URLSuffix}/assets/0a1b.json"}},
        "Metadata": {"aws:asset:path": "AppData.nested.template.json"},
    }
    inner = {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "weights"}}}}
    files = {
        "cdk.out/App.template.json": json.dumps({"Resources": {"N": nested}}),
        "cdk.out/AppData.nested.template.json": json.dumps(inner),
    }
    found = scan(tmp_path, files)
    assert [d.id.key for d in found.all("aws", "s3", "ListBuckets.Buckets")] == ["weights"]
    assert gaps(found) == []


UPLOADED = {
    "the one that ends so": ("https://${Place}.s3.amazonaws.com/${Prefix}nested/inner.yaml", []),
    "none that ends so": (
        "https://${Place}.s3.amazonaws.com/${Prefix}nested/none.yaml",
        ["the nested stack's template is not in the tree"],
    ),
}


@pytest.mark.parametrize(("url", "expected"), UPLOADED.values(), ids=UPLOADED)
def test_a_nested_stack_that_is_uploaded_first(url: str, expected: list[str], tmp_path: Path) -> None:
    parent = (
        f'Resources: {{N: {{Type: "AWS::CloudFormation::Stack", Properties: {{TemplateURL: !Sub "{url}"}}}}}}'
    )
    found = scan(tmp_path, {"main.yaml": parent, "nested/inner.yaml": EXPORTER})
    assert gaps(found) == expected


LOOP = """
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList%s}}
Resources:
  Fn::ForEach::Buckets:
    - Name
    - %s
    - Bucket&{Name}:
        Type: AWS::S3::Bucket
        Properties: {BucketName: !Sub "ourlab-${Name}-weights"}
      Policy&{Name}:
        Type: AWS::S3::BucketPolicy
        Properties:
          Bucket: !Ref "Bucket&{Name}"
          PolicyDocument: {Statement: [{Sid: !Ref Name, Effect: Allow, Principal: "*", Action: "s3:*"}]}
"""
BOTH = ["ourlab-eu-1-weights", "ourlab-us-1-weights"]
LOOPS: dict[str, tuple[str, list[str], list[str]]] = {
    "a list": (LOOP % ("", "[eu-1, us-1]"), BOTH, []),
    "a parameter": (LOOP % (", Default: 'eu-1,us-1'", "!Ref Names"), BOTH, []),
    "a parameter without a value": (
        LOOP % ("", "!Ref Names"),
        [],
        ["Fn::ForEach::Buckets is not expanded"],
    ),
}


@pytest.mark.parametrize(("text", "buckets", "told"), LOOPS.values(), ids=LOOPS)
def test_loops(text: str, buckets: list[str], told: list[str], tmp_path: Path) -> None:
    found = scan(tmp_path, {"a.yaml": text})
    assert [d.id.key for d in found.all("aws", "s3", "ListBuckets.Buckets")] == buckets
    assert policies(found) == buckets
    assert gaps(found) == told


def test_loops_within_loops_end(tmp_path: Path) -> None:
    ten = json.dumps([str(n) for n in range(10)])
    inner = '"X": {"Type": "AWS::S3::Bucket"}'
    for depth in range(8):
        inner = f'"Fn::ForEach::L{depth}": ["V{depth}", {ten}, {{{inner}}}]'
    (gap,) = gaps(
        scan(tmp_path, {"a.json": f'{{"Resources": {{{inner}, "A": {{"Type": "AWS::SNS::Topic"}}}}}}'})
    )
    assert "is not expanded" in gap


def test_stacks_that_call_each_other_a_hundredfold_end(tmp_path: Path) -> None:
    def calling(other: str) -> str:
        nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": other}}
        return json.dumps({"Resources": {f"N{n}": nested for n in range(100)}})

    files = {f"{n}.json": calling(f"./{n + 1}.json") for n in range(5)}
    files["5.json"] = calling("./none.json")
    assert "its nested stack calls itself, or too many are nested" in gaps(scan(tmp_path, files))


SAME_NAME = """
Resources:
  R: {Type: "AWS::IAM::Role", Properties: {RoleName: %s, AssumeRolePolicyDocument: {Statement: []}}}
"""
NAMED: dict[str, tuple[str, str, int]] = {
    "two of one name": ("ingest", "ingest", 1),
    "two of different names": ("ingest", "other", 0),
    "two that are left to CloudFormation": ("!Ref AWS::NoValue", "!Ref AWS::NoValue", 0),
}


@pytest.mark.parametrize(("one", "other", "told"), NAMED.values(), ids=NAMED)
def test_resources_of_one_name_in_two_templates(one: str, other: str, told: int, tmp_path: Path) -> None:
    files = {"a/stack.yaml": SAME_NAME % one, "b/stack.yaml": SAME_NAME % other}
    found = scan(tmp_path, files)
    assert len(gaps(found)) == told
    roles = found.all("aws", "iam", "GetAccountAuthorizationDetails.RoleDetailList")
    assert len(list(roles)) == 2 - told
