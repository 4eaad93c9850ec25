"""Modules, expansion, variables and providers: the resources that a plan would have, under the same names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scanner.errors import ConfigError
from scanner.iac.settings import Settings
from tests.iac.terraform.trees import documents, written

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
    "null given where null is a value": (
        {
            "main.tf": 'module "m" {\n  source = "./m"\n  name = null\n}\n',
            "m/main.tf": 'variable "name" { default = "d" }\n'
            + BUCKET % 'var.name == null ? "was-null" : var.name',
        },
        ["was-null"],
    ),
    "null given where it is none": (
        {
            "main.tf": 'module "m" {\n  source = "./m"\n  name = null\n}\n',
            "m/main.tf": 'variable "name" {\n  default = "d"\n  nullable = false\n}\n'
            + BUCKET % 'var.name == null ? "was-null" : var.name',
        },
        ["d"],
    ),
    "a word for a boolean": (
        {
            "main.tf": 'variable "v" { type = bool }\n' + BUCKET % 'var.v == true ? "yes" : "no"',
            "terraform.tfvars": 'v = "true"\n',
        },
        ["yes"],
    ),
    "a set of a variable": (
        {
            "main.tf": 'variable "v" { type = set(string) }\n'
            + BUCKET % '"${join("-", [for k, v in var.v : k])}"',
            "terraform.tfvars": 'v = ["b", "a", "b"]\n',
        },
        ["a-b"],
    ),
    "auto files in order of their names": (
        {
            "main.tf": 'variable "v" {}\n' + BUCKET % "var.v",
            "b.auto.tfvars": 'v = "b"\n',
            "a.auto.tfvars.json": '{"v": "a"}',
            "terraform.tfvars.json": '{"v": "t"}',
        },
        ["b"],
    ),
    "an override of a name with dots": (
        {"main.tf": BUCKET % '"a"', "x.y_override.tf": BUCKET % '"b"'},
        ["b"],
    ),
    "an override of a provider": (
        {
            "main.tf": 'provider "aws" { region = "eu-west-1" }\ndata "aws_region" "r" {}\n'
            + BUCKET % "data.aws_region.r.name",
            "override.tf": 'provider "aws" { region = "eu-west-3" }\n',
        },
        ["eu-west-3"],
    ),
    "OpenTofu's file instead of Terraform's": (
        {"main.tf": BUCKET % '"terraform"', "main.tofu": BUCKET.replace('"b"', '"c"') % '"tofu"'},
        ["tofu"],
    ),
    "a hidden file": ({".main.tf": BUCKET % '"hidden"', "main.tf": BUCKET % '"seen"'}, ["seen"]),
    "what an editor saved": (
        {"main.tf": "\ufeff" + (BUCKET % '"bom-${trimspace(<<-E\n  x\n  E\n)}"').replace("\n", "\r\n")},
        ["bom-x"],
    ),
    "files by patterns": (
        {
            "main.tf": BUCKET.replace(
                "{\n", '{\n  for_each = fileset("${path.module}/d", "**/*.{json,y?ml}")\n'
            )
            % 'replace(each.key, "/[^a-z]/", "-")',
            "d/a.json": "{}",
            "d/s/t/b.yaml": "a: 1",
            "d/c.txt": "",
        },
        ["a-json", "s-t-b-yaml"],
    ),
    "a template in a text": (
        {"main.tf": 'locals { t = "$${name}-x" }\n' + BUCKET % 'templatestring(local.t, { name = "n" })'},
        ["n-x"],
    ),
    "a provider for each region": (
        {
            "main.tf": 'provider "aws" {\n  alias = "by"\n  for_each = toset(["eu-west-1"])\n'
            "  region = each.key\n}\n"
            'data "aws_region" "r" { provider = aws.by["eu-west-1"] }\n' + BUCKET % "data.aws_region.r.name"
        },
        ["eu-west-1"],
    ),
    "types and templates in JSON": (
        {
            "main.tf.json": '{"variable": {"v": {"type": "object({ a = optional(string, \\"d\\") })",'
            ' "default": {}}}, "resource": {"aws_s3_bucket": {"b": {"bucket": "${var.v.a}-j"}}}}'
        },
        ["d-j"],
    ),
    "those that are known beside those that are not": (
        {
            "main.tf": 'variable "v" {}\n'
            + BUCKET.replace("{\n", '{\n  for_each = toset(concat(["x", "y"], var.v))\n') % "each.key"
        },
        ["aws-s3-bucket.b", "x", "y"],
    ),
    "a module that is called no times": (
        {"main.tf": 'module "m" {\n  source = "./m"\n  count = 0\n  name = "x"\n}\n', **MODULE},
        [],
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


UNREAD = {
    "a way to files": ("aws_transfer_user", "aws_transfer_user"),
    "a monitor": ("aws_cloudwatch_metric_alarm", None),
    "ways between networks": ("aws_ec2_transit_gateway_connect", "aws_ec2_transit_gateway_connect"),
    "a record of calls": ("aws_cloudtrail", "aws_cloudtrail"),
    "when a group grows": ("aws_autoscaling_policy", None),
    "a plan of costs": ("aws_budgets_budget", None),
    "rules of a network's own list": ("aws_default_network_acl", "aws_default_network_acl"),
    "Amazon's other provider": ("awscc_s3_bucket", "awscc_*"),
    "what runs in a cluster": ("kubernetes_deployment", "kubernetes_*"),
    "a chart": ("helm_release", "helm_*"),
    "nothing": ("null_resource", None),
    "a random name": ("random_pet", None),
    "a scope of a fleet": ("google_gke_hub_scope_iam_member", "google_gke_hub_scope_iam_member"),
    "a server": ("google_app_engine_flexible_app_version", "google_app_engine_flexible_app_version"),
    "a dashboard": ("google_monitoring_dashboard", None),
    "who may ask for access": ("azuread_access_package", "azuread_access_package"),
    "a name in Azure": ("azurerm_dns_a_record", None),
}


@pytest.mark.parametrize(("type_", "key"), UNREAD.values(), ids=UNREAD)
def test_what_gives_access_and_is_not_read_is_a_gap_and_the_rest_is_silent(
    tmp_path: Path, type_: str, key: str | None
) -> None:
    _, gaps = documents(tmp_path, {"main.tf": f'resource "{type_}" "r" {{}}\n'})
    assert [(gap.id.key, gap.effect) for gap in gaps] == ([] if key is None else [(key, "understated")])


def test_a_module_that_is_not_there_is_no_gap_where_it_is_called_no_times(tmp_path: Path) -> None:
    call = 'module "m" {\n  source = "terraform-aws-modules/x/aws"\n  count = %s\n}\nvariable "n" {}\n'
    assert documents(tmp_path / "none", {"main.tf": call % 0})[1] == ()
    assert len(documents(tmp_path / "perhaps", {"main.tf": call % "var.n"})[1]) == 1


def test_a_resource_that_is_declared_twice_is_a_gap(tmp_path: Path) -> None:
    _, gaps = documents(tmp_path, {"a.tf": BUCKET % '"a"', "b.tf": "\n" + BUCKET % '"b"'})
    assert [(gap.id.key, gap.detail) for gap in gaps] == [
        ("b.tf", "line 2: `resource aws_s3_bucket b` is declared twice")
    ]


def test_the_account_of_a_role_that_nobody_can_tell_is_another_one(tmp_path: Path) -> None:
    code = (
        'variable "role" {}\nprovider "aws" {}\n'
        'provider "aws" {\n  alias = "far"\n  assume_role {\n    role_arn = var.role\n  }\n}\n'
        'resource "aws_kms_key" "far" { provider = aws.far }\nresource "aws_kms_key" "near" {}\n'
    )
    found, _ = documents(tmp_path, {"main.tf": code})
    keys = [d for name, d in found.items() if name.startswith("DescribeKey")]
    near, far = sorted(d.id.scope for d in keys)
    assert near == "000000000000"
    assert far.startswith("0000")
    assert far != near


def test_a_dynamic_block_in_json_is_one(tmp_path: Path) -> None:
    code = """{"resource": {"aws_security_group": {"g": {
      "vpc_id": "vpc-1",
      "dynamic": {"ingress": {
        "for_each": [443, 8000],
        "content": {"from_port": "${ingress.value}", "to_port": "${ingress.value}", "protocol": "tcp",
                    "cidr_blocks": ["0.0.0.0/0"]}
      }}
    }}}}"""
    found, _ = documents(tmp_path, {"main.tf.json": code})
    group = next(d for name, d in found.items() if name.startswith("DescribeSecurityGroups."))
    assert [p["FromPort"] for p in group.body["IpPermissions"]] == [443, 8000]
    place = group.place("/IpPermissions/0")
    assert place is not None
    assert place.lines == (5, 6)


def test_a_dynamic_block_that_nobody_can_tell_is_a_gap_with_its_lines(tmp_path: Path) -> None:
    code = (
        'variable "ports" {}\nresource "aws_security_group" "g" {\n  vpc_id = "vpc-1"\n'
        '  dynamic "ingress" {\n    for_each = %s\n    content {\n      from_port = ingress.value\n'
        '      to_port = ingress.value\n      protocol = "tcp"\n      cidr_blocks = ["0.0.0.0/0"]\n'
        "    }\n  }\n}\n"
    )
    _, known = documents(tmp_path / "known", {"main.tf": code % "[443]"})
    _, gaps = documents(tmp_path / "open", {"main.tf": code % "concat([443], var.ports)"})
    assert known == ()
    assert [gap.id.key for gap in gaps if gap.id.field == "ReadBlock"] == ['main.tf:4:dynamic "ingress"']


def test_a_file_that_is_linked_within_the_tree_is_read_in_each_place(tmp_path: Path) -> None:
    code = {
        "shared/variables.tf": 'variable "v" { default = "shared" }\n',
        "shared/m/main.tf": BUCKET % '"of-a-module"',
        "env/main.tf": BUCKET % "var.v" + 'module "m" {\n  source = "./m"\n}\n',
        "env/terraform.tfvars": "",
    }
    written(tmp_path, code)
    (tmp_path / "env/variables.tf").symlink_to("../shared/variables.tf")
    (tmp_path / "env/m").symlink_to("../shared/m")
    found, gaps = documents(tmp_path, {})
    assert sorted(name for name in found if name.startswith("ListBuckets.Buckets/")) == [
        "ListBuckets.Buckets/of-a-module",
        "ListBuckets.Buckets/shared",
    ]
    assert gaps == ()
