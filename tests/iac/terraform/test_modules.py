"""Modules, expansion, variables and providers: the resources that a plan would have, under the same names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scanner.errors import ConfigError
from scanner.iac.settings import Settings
from tests.iac.terraform.trees import documents

if TYPE_CHECKING:
    from pathlib import Path

BUCKET = 'resource "aws_s3_bucket" "b" {\n  bucket = %s\n}\n'
MODULE = {
    "m/main.tf": 'variable "name" {}\n'
    + BUCKET % "var.name"
    + 'output "name" { value = aws_s3_bucket.b.id }\n'
}


def buckets(place: Path, files: dict[str, str], settings: Settings | None = None) -> list[str]:
    found, _ = documents(place, files, settings)
    return sorted(key.partition("/")[2] for key in found if key.startswith("ListBuckets.Buckets/"))


TREES = {
    "a local and a variable": (
        {"main.tf": 'variable "v" { default = "a" }\nlocals { n = "${var.v}-b" }\n' + BUCKET % "local.n"},
        ["a-b"],
    ),
    "count": ({"main.tf": BUCKET.replace("{\n", "{\n  count = 2\n") % '"b${count.index}"'}, ["b0", "b1"]),
    "count of none": ({"main.tf": BUCKET.replace("{\n", "{\n  count = 0\n") % '"b"'}, []),
    "for_each over a set": (
        {"main.tf": BUCKET.replace("{\n", '{\n  for_each = toset(["x", "y"])\n') % "each.key"},
        ["x", "y"],
    ),
    "for_each over an object": (
        {"main.tf": BUCKET.replace("{\n", '{\n  for_each = { x = "1" }\n') % '"${each.key}-${each.value}"'},
        ["x-1"],
    ),
    "for_each over resources": (
        {
            "main.tf": 'resource "aws_iam_user" "u" {\n  for_each = toset(["x"])\n  name = each.key\n}\n'
            + BUCKET.replace("{\n", "{\n  for_each = aws_iam_user.u\n") % '"of-${each.value.name}"'
        },
        ["of-x"],
    ),
    "a module": ({"main.tf": 'module "m" {\n  source = "./m"\n  name = "x"\n}\n', **MODULE}, ["x"]),
    "a module for each": (
        {
            "main.tf": 'module "m" {\n  source = "./m"\n  for_each = toset(["x", "y"])\n'
            "  name = each.key\n}\n",
            **MODULE,
        },
        ["x", "y"],
    ),
    "an output of a module": (
        {
            "main.tf": 'module "m" {\n  source = "./m"\n  name = "x"\n}\n' + BUCKET % '"${module.m.name}-2"',
            **MODULE,
        },
        ["x", "x-2"],
    ),
    "outputs of many modules": (
        {
            "main.tf": 'module "m" {\n  source = "./m"\n  count = 2\n  name = "x${count.index}"\n}\n'
            + BUCKET % 'join("-", module.m[*].name)',
            **MODULE,
        },
        ["x0", "x0-x1", "x1"],
    ),
    "a module above": (
        {"env/main.tf": 'module "m" {\n  source = "../m"\n  name = "x"\n}\n', **MODULE},
        ["x"],
    ),
    "tfvars, and auto files after them": (
        {
            "main.tf": 'variable "v" {}\n' + BUCKET % "var.v",
            "terraform.tfvars": 'v = "one"\n',
            "a.auto.tfvars": 'v = "two"\n',
        },
        ["two"],
    ),
    "variables in JSON": (
        {"main.tf": 'variable "v" {}\n' + BUCKET % "var.v", "terraform.tfvars.json": '{"v": "j"}'},
        ["j"],
    ),
    "a default of an optional attribute": (
        {
            "main.tf": 'variable "v" {\n  type = object({ a = optional(string, "dflt"), b = string })\n'
            '  default = { b = "1" }\n}\n' + BUCKET % '"${var.v.a}-${var.v.b}"'
        },
        ["dflt-1"],
    ),
    "an override file": ({"main.tf": BUCKET % '"a"', "main_override.tf": BUCKET % '"b"'}, ["b"]),
    "Terraform in JSON": (
        {
            "main.tf.json": '{"locals": {"n": "x"},'
            ' "resource": {"aws_s3_bucket": {"b": {"bucket": "${local.n}-j"}}}}'
        },
        ["x-j"],
    ),
    "OpenTofu": ({"main.tofu": BUCKET % '"tofu"'}, ["tofu"]),
    "two root modules": ({"a/main.tf": BUCKET % '"a"', "b/main.tf": BUCKET % '"b"'}, ["a", "b"]),
    "a name that AWS makes up": (
        {"main.tf": BUCKET.replace("bucket =", "bucket_prefix =") % '"p-"'},
        ["p-aws-s3-bucket.b"],
    ),
    "a module that terraform init brought": (
        {
            "main.tf": 'module "m" {\n  source = "terraform-aws-modules/x/aws"\n  name = "v"\n}\n',
            ".terraform/modules/modules.json": '{"Modules": [{"Key": "m", "Dir": ".terraform/modules/m"}]}',
            ".terraform/modules/m/main.tf": MODULE["m/main.tf"],
        },
        ["v"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), TREES.values(), ids=TREES)
def test_buckets_of(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    assert buckets(tmp_path, files) == expected


def test_a_file_of_variables_that_was_asked_for_wins(tmp_path: Path) -> None:
    files = {
        "main.tf": 'variable "v" {}\n' + BUCKET % "var.v",
        "terraform.tfvars": 'v = "a"\n',
        "prod.tfvars": 'v = "p"\n',
    }
    assert buckets(tmp_path, files, Settings(var_files=("prod.tfvars",))) == ["p"]


def test_a_file_of_variables_that_cannot_be_read_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read variables"):
        buckets(tmp_path, {"main.tf": BUCKET % '"b"'}, Settings(var_files=("none.tfvars",)))


def test_a_module_from_a_registry_that_is_not_there_is_a_gap_at_its_call(tmp_path: Path) -> None:
    files = {"main.tf": '# one\nmodule "m" {\n  source  = "terraform-aws-modules/s3-bucket/aws"\n}\n'}
    _, gaps = documents(tmp_path, files)
    assert [gap.id.key for gap in gaps] == ['main.tf:2:module "m"']
    assert "terraform init" in gaps[0].detail


def test_how_often_a_block_is_there_may_be_unknown(tmp_path: Path) -> None:
    code = 'variable "n" {}\n' + BUCKET.replace("{\n", "{\n  count = var.n\n") % '"b"'
    found, gaps = documents(tmp_path, {"main.tf": code})
    assert "ListBuckets.Buckets/b" in found
    assert [g.detail for g in gaps] == ["`var.n` cannot be told; one aws_s3_bucket.b is taken to be there"]


def test_brought_modules_are_shown_at_their_call(tmp_path: Path) -> None:
    found, _ = documents(tmp_path, TREES["a module that terraform init brought"][0])
    place = found["ListBuckets.Buckets/v"].place("")
    assert place is not None
    assert (place.file, place.lines) == ("main.tf", (1, 4))


PROVIDERS = {
    "nobody says": ("", "000000000000", "us-east-1"),
    "allowed": (
        'provider "aws" {\n  region = "eu-west-1"\n  allowed_account_ids = ["100000000001"]\n}\n',
        "100000000001",
        "eu-west-1",
    ),
    "the role that is assumed": (
        'provider "aws" {\n  assume_role {\n    role_arn = "arn:aws:iam::100000000002:role/d"\n  }\n}\n',
        "100000000002",
        "us-east-1",
    ),
    "by variables": (
        'variable "r" { default = "eu-west-1" }\nprovider "aws" {\n  region = var.r\n}\n',
        "000000000000",
        "eu-west-1",
    ),
}


@pytest.mark.parametrize(("code", "account", "region"), PROVIDERS.values(), ids=PROVIDERS)
def test_where_things_live(tmp_path: Path, code: str, account: str, region: str) -> None:
    found, _ = documents(tmp_path, {"main.tf": code + 'resource "aws_kms_key" "k" {}\n'})
    key = next(d for name, d in found.items() if name.startswith("DescribeKey"))
    assert (key.id.scope, key.id.region) == (account, region)


def test_a_module_works_where_the_provider_it_is_handed_does(tmp_path: Path) -> None:
    files = {
        "main.tf": (
            'provider "aws" {\n  alias = "data"\n  allowed_account_ids = ["100000000002"]\n}\n'
            'module "m" {\n  source = "./m"\n  name = "x"\n  providers = { aws = aws.data }\n}\n'
        ),
        **MODULE,
    }
    found, _ = documents(tmp_path, files)
    assert found["ListBuckets.Buckets/x"].id.scope == "100000000002"


def test_two_root_modules_of_one_role_are_of_two_accounts(tmp_path: Path) -> None:
    """Test and production: neither may inherit the other's policies."""
    role = 'resource "aws_iam_role" "r" {\n  name = "r"\n  assume_role_policy = "{}"\n}\n'
    drafts, _ = documents(tmp_path, {"prod/main.tf": role, "test/main.tf": role})
    name = "GetAccountAuthorizationDetails.RoleDetailList/r"
    assert drafts[name].id.scope == "000000000001"  # the later one; the first keeps the placeholder


def test_what_gives_access_and_is_not_read_is_a_gap_and_the_rest_is_silent(tmp_path: Path) -> None:
    code = (
        'resource "aws_transfer_user" "t" {}\nresource "aws_cloudwatch_metric_alarm" "a" {}\n'
        'resource "null_resource" "n" {}\nresource "google_storage_transfer_job" "g" {}\n'
    )
    _, gaps = documents(tmp_path, {"main.tf": code})
    assert [(gap.id.key, gap.effect) for gap in gaps] == [
        ("aws_transfer_user", "understated"),
        ("google_storage_transfer_job", "understated"),
    ]
