"""Services of AWS's in Terraform: what each makes of AWS's answers, and what is said of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.iac.aws import Drafts, write
from scanner.iac.settings import Settings
from scanner.iac.terraform.reading import read_tree
from scanner.iac.tree import walk
from scanner.snapshot import SnapshotWriter
from tests.iac.terraform.trees import written

if TYPE_CHECKING:
    from pathlib import Path

API = 'resource "aws_apigatewayv2_api" "a" {\n  name = "a"\n  protocol_type = "HTTP"\n%s}\nvariable "v" {}\n'
ROUTE = (
    'resource "aws_apigatewayv2_route" "r" {\n  api_id = aws_apigatewayv2_api.a.id\n'
    '  route_key = "POST /chat"\n'
    '  target = "integrations/${aws_apigatewayv2_integration.i.id}"\n%s}\n'
    'resource "aws_apigatewayv2_integration" "i" {\n  api_id = aws_apigatewayv2_api.a.id\n'
    '  integration_type = "AWS_PROXY"\n  integration_uri = "arn:aws:lambda:us-east-1:1:function:f"\n}\n'
)
REST = (
    'resource "aws_api_gateway_rest_api" "a" {\n  name = "a"\n%s}\n'
    'resource "aws_api_gateway_resource" "r" {\n  rest_api_id = aws_api_gateway_rest_api.a.id\n'
    "  parent_id = %s\n"
    '  path_part = "chat"\n}\nresource "aws_api_gateway_method" "m" {\n'
    "  rest_api_id = aws_api_gateway_rest_api.a.id\n  resource_id = aws_api_gateway_resource.r.id\n"
    '  http_method = "POST"\n  authorization = "NONE"\n}\n'
)
ROOT = "aws_api_gateway_rest_api.a.root_resource_id"
POOL = (
    'resource "aws_cognito_identity_pool" "p" {\n  identity_pool_name = "p"\n%s}\n'
    'resource "aws_cognito_identity_pool_roles_attachment" "p" {\n'
    "  identity_pool_id = aws_cognito_identity_pool.p.id\n"
    '  roles = { unauthenticated = "arn:aws:iam::100000000001:role/guest" }\n}\nvariable "v" {}\n'
)
ANYWHERE = (
    'resource "aws_rolesanywhere_%s" "x" {\n  name = "x"\n  %s\n'
    '  role_arns = ["arn:aws:iam::100000000001:role/r"]\n}\nvariable "v" {}\n'
)

SYSTEM = (
    'resource "aws_efs_file_system" "f" {\n  tags = { Name = "weights" }\n}\n'
    'resource "aws_efs_file_system_policy" "f" {\n  file_system_id = aws_efs_file_system.f.id\n'
    '  policy = jsonencode({ Statement = [{ Sid = "s" }] })\n}\n'
    'resource "aws_vpc" "v" {\n  cidr_block = "10.0.0.0/16"\n}\n'
    'resource "aws_subnet" "s" {\n  vpc_id = aws_vpc.v.id\n  cidr_block = "10.0.1.0/24"\n}\n'
    'resource "aws_efs_mount_target" "m" {\n  file_system_id = aws_efs_file_system.f.id\n'
    "  subnet_id = aws_subnet.s.id\n}\n"
)
GRANTS = (
    'resource "aws_s3control_access_grants_instance" "i" {}\n'
    'resource "aws_s3control_access_grants_location" "l" {\n'
    '  location_scope = "s3://weights/a*"\n  iam_role_arn = "arn:aws:iam::100000000001:role/r"\n}\n'
    'resource "aws_s3control_access_grant" "g" {\n'
    "  access_grants_location_id = %s\n"
    '  permission = "READ"\n%s  grantee {\n    grantee_type = "IAM"\n'
    '    grantee_identifier = "arn:aws:iam::200000000001:root"\n  }\n}\nvariable "v" {}\n'
)
PLACE = "aws_s3control_access_grants_location.l.access_grants_location_id"
BELOW = "  access_grants_location_configuration { s3_sub_prefix = %s }\n"
SHARE = (
    'resource "aws_ram_resource_share" "s" {\n  name = "s"\n}\n'
    'resource "aws_ram_resource_association" "r" {\n  resource_arn = "arn:aws:x"\n'
    "  resource_share_arn = aws_ram_resource_share.s.arn\n}\n"
    'resource "aws_ram_principal_association" "p" {\n  principal = "200000000001"\n'
    "  resource_share_arn = aws_ram_resource_share.s.arn\n}\n"
)
IMAGE = (
    'resource "aws_ami" "i" {\n  name = "i"\n}\n'
    'resource "aws_ami_launch_permission" "p" {\n  image_id = %s\n  group = "all"\n}\n'
)

FLEET = (
    'resource "aws_autoscaling_group" "g" {\n  name = "g"\n  vpc_zone_identifier = ["subnet-1"]\n  %s\n}\n'
    'resource "aws_launch_template" "t" {\n  vpc_security_group_ids = ["sg-1"]\n'
    "  network_interfaces {\n    associate_public_ip_address = true\n  }\n}\n"
)


def answers(place: Path, code: str) -> tuple[dict[str, Any], list[str]]:
    """Return bodies by operation, and what of the code is a gap."""
    drafts = Drafts()
    read_tree(walk(written(place, {"main.tf": code})), Settings(), drafts)
    writer = SnapshotWriter(target="", collected_at="", tool_version="")
    write(drafts, writer)
    found = {document.id.field: document.body for document in drafts and writer.snapshot()}
    return found, sorted(gap.detail for gap in drafts.gaps if gap.id.provider == "iac")


UNTOLD = "`{}` cannot be told: `var.v`"
SHARED = "arn:aws:ram:us-east-1:000000000000:resource-share/aws_ram_resource_share.s"
CASES: dict[str, tuple[str, str, str, Any, list[str]]] = {
    "a route to an integration": (
        API % "" + ROUTE % "",
        "GetRoutes.Items",
        "Target",
        "integrations/aws_apigatewayv2_integration.i",
        [],
    ),
    "a route that asks for nothing": (
        API % "" + ROUTE % "",
        "GetRoutes.Items",
        "AuthorizationType",
        "NONE",
        [],
    ),
    "a route that asks for a signature": (
        API % "" + ROUTE % '  authorization_type = "AWS_IAM"\n',
        "GetRoutes.Items",
        "AuthorizationType",
        "AWS_IAM",
        [],
    ),
    "a route that asks for what nobody can tell": (
        API % "" + ROUTE % "  authorization_type = var.v\n",
        "GetRoutes.Items",
        "AuthorizationType",
        "CUSTOM",
        [UNTOLD.format("authorization_type")],
    ),
    "a quick API": (
        API % '  target = "arn:aws:lambda:us-east-1:1:function:f"\n',
        "GetIntegrations.Items",
        "IntegrationUri",
        "arn:aws:lambda:us-east-1:1:function:f",
        [],
    ),
    "an API that is described elsewhere": (
        API % '  body = "{}"\n',
        "GetApis.Items",
        "ProtocolType",
        "HTTP",
        ["what its description in `body` says is not read"],
    ),
    "a path": (REST % ("", ROOT), "GetResources.items", "path", "/chat", []),
    "a path below another API's resource": (
        REST % ("", '"abc123"'),
        "GetRestApis.items",
        "name",
        "a",
        ["`resource_id` cannot be told: `aws_api_gateway_resource.r.id`"],
    ),
    "guests of a pool": (
        POOL % "  allow_unauthenticated_identities = true\n",
        "DescribeIdentityPool",
        "AllowUnauthenticatedIdentities",
        True,
        [],
    ),
    "no guests": (POOL % "", "DescribeIdentityPool", "AllowUnauthenticatedIdentities", False, []),
    "the role of guests": (
        POOL % "",
        "GetIdentityPoolRoles",
        "Roles",
        {"unauthenticated": "arn:aws:iam::100000000001:role/guest"},
        [],
    ),
    "a profile": (ANYWHERE % ("profile", "enabled = true"), "ListProfiles.profiles", "enabled", True, []),
    "a profile that is off": (
        ANYWHERE % ("profile", "enabled = false"),
        "ListProfiles.profiles",
        "enabled",
        False,
        [],
    ),
    "a profile that may be on": (
        ANYWHERE % ("profile", "enabled = var.v"),
        "ListProfiles.profiles",
        "enabled",
        True,
        [],
    ),
    "a file system's policy": (
        SYSTEM,
        "DescribeFileSystemPolicy",
        "Policy",
        {"Statement": [{"Sid": "s"}]},
        [],
    ),
    "the network of a file system": (
        SYSTEM,
        "DescribeMountTargets.MountTargets",
        "VpcId",
        "vpc-aws_vpc.v",
        [],
    ),
    "a grant of a location": (
        GRANTS % (PLACE, ""),
        "ListAccessGrants.AccessGrantsList",
        "GrantScope",
        "s3://weights/a*",
        [],
    ),
    "a grant below a location": (
        GRANTS % (PLACE, BELOW % '"b*"'),
        "ListAccessGrants.AccessGrantsList",
        "GrantScope",
        "s3://weights/ab*",
        [],
    ),
    "a grant of nobody knows what": (
        GRANTS % (PLACE, BELOW % "var.v"),
        "ListAccessGrantsLocations.AccessGrantsLocationsList",
        "LocationScope",
        "s3://weights/a*",
        ["`s3_sub_prefix` cannot be told: `var.v`; what it grants cannot be told"],
    ),
    "a grant of a location elsewhere": (
        GRANTS % ('"default"', ""),
        "ListAccessGrantsLocations.AccessGrantsLocationsList",
        "LocationScope",
        "s3://weights/a*",
        ["what it grants cannot be told"],
    ),
    "whom a share is with": (
        SHARE,
        "ListPrincipals",
        "principals",
        [{"id": "200000000001", "resourceShareArn": SHARED}],
        [],
    ),
    "what is shared": (
        SHARE,
        "ListResources",
        "resources",
        [{"arn": "arn:aws:x", "resourceShareArn": SHARED}],
        [],
    ),
    "an image for everyone": (
        IMAGE % "aws_ami.i.id",
        "DescribeImageAttribute",
        "LaunchPermissions",
        [{"Group": "all"}],
        [],
    ),
    "an image elsewhere for everyone": (
        IMAGE % '"ami-0123456789abcdef0"',
        "DescribeImageAttribute",
        "LaunchPermissions",
        [],
        ["it shares ami-0123456789abcdef0, which the code does not make"],
    ),
    "machines of a group": (
        FLEET % "launch_template { id = aws_launch_template.t.id }",
        "DescribeNetworkInterfaces.NetworkInterfaces",
        "Groups",
        [{"GroupId": "sg-1"}],
        [],
    ),
    "machines of a group with addresses of their own": (
        FLEET % "launch_template { name = aws_launch_template.t.name }",
        "DescribeNetworkInterfaces.NetworkInterfaces",
        "Association",
        {"PublicIp": "a public address of its own"},
        [],
    ),
    "machines of a template elsewhere": (
        FLEET % 'launch_template { id = "lt-0123456789abcdef0" }',
        "DescribeNetworkInterfaces.NetworkInterfaces",
        "Groups",
        [],
        ["what its machines are launched from is not in the code"],
    ),
    "an authority": (
        ANYWHERE
        % (
            "trust_anchor",
            'source {\n source_type = "AWS_ACM_PCA"\n    source_data { acm_pca_arn = "arn" }\n  }',
        ),
        "ListTrustAnchors.trustAnchors",
        "source",
        {"sourceType": "AWS_ACM_PCA", "sourceData": {"acmPcaArn": "arn"}},
        [],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_answers(tmp_path: Path, case: tuple[str, str, str, Any, list[str]]) -> None:
    code, field, name, expected, gaps = case
    found, told = answers(tmp_path, code)
    assert found[field][name] == expected
    assert told == gaps
