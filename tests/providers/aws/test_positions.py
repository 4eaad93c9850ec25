"""Who outside can stand where a condition on a place in our network demands."""

from __future__ import annotations

from typing import Any

import pytest

from scanner import config
from scanner.providers.aws.estate import AwsEstate
from scanner.providers.aws.positions import Positions, Standing
from scanner.verdict import Guard
from tests.providers.aws.documents import OURS, snapshot
from tests.providers.aws.network.test_exposure import AWS, documents
from tests.worlds import FIXTURES

WORLD = "bucket-behind-our-own-endpoint"
CONFIG = config.load(FIXTURES / "aws" / WORLD / "sidedoor.yaml")
ORGANIZATION = "aws:100000000001::organizations:DescribeOrganization"
VENDOR = "200000000001"
PEERED = {
    "Status": {"Code": "active"},
    "RequesterVpcInfo": {"OwnerId": OURS, "VpcId": "vpc-0a1"},
    "AccepterVpcInfo": {"OwnerId": VENDOR, "VpcId": "vpc-0b1", "CidrBlock": "10.9.0.0/16"},
}


def standing(found: dict[str, Any], guard: Guard) -> Standing:
    read = AwsEstate(snapshot(found), CONFIG)
    positions = Positions(snapshot(found), read.network, read.organization.is_ours, ())
    return positions.demanded([guard])


CASES: dict[str, tuple[Guard, bool]] = {
    "an endpoint of ours": (Guard("aws:SourceVpce", "in", ("vpce-0a1b2c3d4e5f60718",)), True),
    "an endpoint of somebody": (Guard("aws:SourceVpce", "in", ("vpce-0f1",)), False),
    "any endpoint of our account": (Guard("aws:VpceAccount", "in", (OURS,)), True),
    "any endpoint of a vendor's account": (Guard("aws:VpceAccount", "in", (VENDOR,)), False),
    "any endpoint of either": (Guard("aws:VpceAccount", "in", (OURS, VENDOR)), False),
    "any endpoint of our organization": (Guard("aws:VpceOrgID", "in", ("o-ourlab",)), True),
    "any endpoint of another organization": (Guard("aws:VpceOrgID", "in", ("o-vendor",)), False),
    "any endpoint of a unit of ours": (
        Guard("aws:VpceOrgPaths", "like", ("o-ourlab/r-ab12/ou-ab12-*/",)),
        True,
    ),
}


@pytest.mark.parametrize(("guard", "holds"), CASES.values(), ids=CASES)
def test_a_place_of_ours_holds_outsiders_out(guard: Guard, *, holds: bool) -> None:
    found = documents(WORLD)
    found[ORGANIZATION] = {"Organization": {"Id": "o-ourlab", "MasterAccountId": OURS}}
    found[f"{AWS}:ec2:DescribeVpcEndpoints"] = found[f"{AWS}:ec2:DescribeVpcs"] = {}
    assert bool(standing(found, guard).door) == holds
    assert standing(found, guard).accounts == ()
    found[f"{AWS}:ec2:DescribeVpcPeeringConnections.VpcPeeringConnections/pcx-0a1"] = PEERED
    assert standing(found, guard).accounts == ((VENDOR,) if holds else ())


def test_endpoints_of_an_account_that_was_not_read_are_missing() -> None:
    other = Guard("aws:VpceAccount", "in", ("100000000002",))
    found = documents(WORLD)
    found["aws:100000000002::sts:GetCallerIdentity"] = {"Account": "100000000002"}
    assert standing(found, other).missing == ()
    del found["aws:100000000002::sts:GetCallerIdentity"]
    found[ORGANIZATION] = {"Organization": {"Id": "o-ourlab", "MasterAccountId": "100000000002"}}
    assert standing(found, other).missing == ("the endpoints of 100000000002",)
