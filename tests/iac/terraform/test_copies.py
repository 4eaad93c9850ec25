"""What copies, mirrors and backs up weights, and Private Link services: documents as the APIs answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.iac.terraform.trees import documents

if TYPE_CHECKING:
    from pathlib import Path

PROVIDER = """
provider "aws" {
  region              = "us-east-1"
  allowed_account_ids = ["100000000001"]
}
variable "open" {}
resource "aws_s3_bucket" "w" { bucket = "weights" }
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "s" {
  vpc_id     = aws_vpc.v.id
  cidr_block = "10.0.1.0/24"
}
"""
LUSTRE = """
resource "aws_fsx_lustre_file_system" "f" {
  subnet_ids         = [aws_subnet.s.id]
  security_group_ids = ["sg-1"]
  tags               = { Name = "weights" }
}
resource "aws_fsx_data_repository_association" "a" {
  file_system_id       = aws_fsx_lustre_file_system.f.id
  data_repository_path = "s3://weights/releases"
  file_system_path     = "/"
}
"""
SYNC = """
resource "aws_datasync_location_s3" "from" {
  s3_bucket_arn = aws_s3_bucket.w.arn
  subdirectory  = "/releases"
  s3_config { bucket_access_role_arn = "arn:aws:iam::100000000001:role/sync" }
}
resource "aws_datasync_location_nfs" "to" {
  server_hostname = "nfs.labelworks.example"
  subdirectory    = "/in"
}
resource "aws_datasync_task" "t" {
  source_location_arn      = aws_datasync_location_s3.from.arn
  destination_location_arn = aws_datasync_location_nfs.to.arn
  schedule { schedule_expression = "rate(1 day)" }
}
"""
BACKUP = """
resource "aws_backup_vault" "v" { name = "v" }
resource "aws_backup_plan" "p" {
  name = "p"
  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.v.name
    copy_action { destination_vault_arn = "arn:aws:backup:us-east-1:200000000001:backup-vault:theirs" }
  }
}
resource "aws_backup_selection" "s" {
  name         = "s"
  plan_id      = aws_backup_plan.p.id
  iam_role_arn = "arn:aws:iam::100000000001:role/backup"
  resources    = [aws_s3_bucket.w.arn]
}
"""
SHARED = """
provider "azurerm" {
  features {}
  subscription_id = "10000000-0000-0000-0000-000000000001"
}
resource "azurerm_lb" "l" {
  name                = "l"
  resource_group_name = "g"
  location            = "westeurope"
  frontend_ip_configuration { name = "in" }
}
resource "azurerm_private_link_service" "p" {
  name                                        = "p"
  resource_group_name                         = "g"
  location                                    = "westeurope"
  load_balancer_frontend_ip_configuration_ids = [azurerm_lb.l.frontend_ip_configuration[0].id]
  auto_approval_subscription_ids              = ["20000000-0000-0000-0000-000000000002"]
  visibility_subscription_ids                 = ["*"]
}
"""
GROUP = "/subscriptions/10000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Network"
FILE_SYSTEM = "fs-aws_fsx_lustre_file_system.f"

CASES: dict[str, tuple[str, str, str, Any]] = {
    "a file system has an interface in its subnet": (
        LUSTRE,
        f"DescribeFileSystems.FileSystems/{FILE_SYSTEM}",
        "NetworkInterfaceIds",
        ["eni-aws_fsx_lustre_file_system.f-0"],
    ),
    "the interface is in the file system's groups": (
        LUSTRE,
        "DescribeNetworkInterfaces.NetworkInterfaces/eni-aws_fsx_lustre_file_system.f-0",
        "Groups",
        [{"GroupId": "sg-1"}],
    ),
    "what a file system mirrors": (
        LUSTRE,
        "DescribeDataRepositoryAssociations.Associations/dra-aws_fsx_data_repository_association.a",
        "DataRepositoryPath",
        "s3://weights/releases",
    ),
    "a place in S3 by its URI": (
        SYNC,
        "ListLocations.Locations/loc-aws_datasync_location_s3.from",
        "LocationUri",
        "s3://weights/releases",
    ),
    "a place in S3 is read as a role": (
        SYNC,
        "DescribeLocationS3/loc-aws_datasync_location_s3.from",
        "S3Config",
        {"BucketAccessRoleArn": "arn:aws:iam::100000000001:role/sync"},
    ),
    "a place elsewhere by its kind": (
        SYNC,
        "ListLocations.Locations/loc-aws_datasync_location_nfs.to",
        "LocationUri",
        "nfs://aws_datasync_location_nfs.to/",
    ),
    "a task runs by itself": (
        SYNC,
        "DescribeTask/task-aws_datasync_task.t",
        "Schedule",
        {"Status": "ENABLED", "ScheduleExpression": "rate(1 day)"},
    ),
    "a task without a schedule does not": (
        SYNC.replace('  schedule { schedule_expression = "rate(1 day)" }\n', ""),
        "DescribeTask/task-aws_datasync_task.t",
        "Schedule",
        None,
    ),
    "a plan backs up what is selected": (
        BACKUP,
        "ListRecoveryPointsByBackupVault.RecoveryPoints/"
        "arn:aws:backup:us-east-1:100000000001:recovery-point:aws_backup_selection.s-0",
        "ResourceArn",
        "arn:aws:s3:::weights",
    ),
    "a plan copies to another account": (
        BACKUP,
        "ListCopyJobs.CopyJobs/aws_backup_selection.s-0",
        "DestinationBackupVaultArn",
        "arn:aws:backup:us-east-1:200000000001:backup-vault:theirs",
    ),
    "a link is approved for a subscription": (
        SHARED,
        "resources/p",
        "properties",
        {
            "loadBalancerFrontendIpConfigurations": [
                {"id": f"{GROUP}/loadBalancers/l/frontendIPConfigurations/in"}
            ],
            "autoApproval": {"subscriptions": ["20000000-0000-0000-0000-000000000002"]},
            "visibility": {"subscriptions": ["*"]},
            "privateEndpointConnections": [],
        },
    ),
}


@pytest.mark.parametrize(("code", "id_", "field", "expected"), CASES.values(), ids=CASES)
def test_documents(tmp_path: Path, code: str, id_: str, field: str, expected: Any) -> None:  # noqa: ANN401 - raw JSON
    found, _ = documents(tmp_path, {"main.tf": PROVIDER + code})
    assert found[id_].body.get(field) == expected


ABSENT = {
    "a selection of another plan": (
        BACKUP.replace("aws_backup_plan.p.id", '"another"'),
        "ListCopyJobs",
        False,
    ),
    "a selection by wildcard": (
        BACKUP.replace("[aws_s3_bucket.w.arn]", '["arn:aws:s3:::*"]'),
        "ListCopyJobs",
        True,
    ),
    "a selection that nobody can tell": (
        BACKUP.replace("[aws_s3_bucket.w.arn]", "var.open"),
        "ListCopyJobs",
        True,
    ),
}


@pytest.mark.parametrize(("code", "field", "is_told"), ABSENT.values(), ids=ABSENT)
def test_what_is_not_selected_is_no_copy(tmp_path: Path, code: str, field: str, *, is_told: bool) -> None:
    found, gaps = documents(tmp_path, {"main.tf": PROVIDER + code})
    assert not [id_ for id_ in found if id_.startswith(field)]
    assert any("aws_backup_selection.s" in gap.id.key for gap in gaps) is is_told


OPEN = {
    "signers of a distribution": (
        'resource "aws_cloudfront_distribution" "d" {\n  enabled = true\n'
        "  default_cache_behavior {\n    trusted_key_groups = var.open\n  }\n}\n",
        "aws_cloudfront_distribution.d",
    ),
    "a peering whose owner is open": (
        'resource "aws_vpc_peering_connection" "d" {\n  vpc_id        = aws_vpc.v.id\n'
        '  peer_vpc_id   = "vpc-1"\n  peer_owner_id = var.open\n}\n',
        "aws_vpc_peering_connection.d",
    ),
    "an accepted peering": (
        'resource "aws_vpc_peering_connection_accepter" "d" { vpc_peering_connection_id = "pcx-1" }\n',
        "aws_vpc_peering_connection_accepter.d",
    ),
    "a shared transit gateway": (
        'resource "aws_ec2_transit_gateway" "d" {}\nresource "aws_ram_resource_association" "a" {\n'
        "  resource_arn       = aws_ec2_transit_gateway.d.arn\n"
        '  resource_share_arn = "arn:aws:ram:us-east-1:100000000001:resource-share/s"\n}\n',
        "DescribeTransitGatewayAttachments",
    ),
    "an endpoint that is accepted": (
        'resource "aws_vpc_endpoint_connection_accepter" "d" {\n'
        '  vpc_endpoint_service_id = "vpce-svc-1"\n  vpc_endpoint_id         = "vpce-1"\n}\n',
        "DescribeVpcEndpointConnections",
    ),
}


@pytest.mark.parametrize(("code", "named"), OPEN.values(), ids=OPEN)
def test_what_cannot_be_told_is_a_gap(tmp_path: Path, code: str, named: str) -> None:
    _, gaps = documents(tmp_path / "with", {"main.tf": PROVIDER + code})
    _, others = documents(tmp_path / "without", {"main.tf": PROVIDER})
    assert any(named in str(gap.id) for gap in gaps)
    assert not any(named in str(gap.id) for gap in others)
