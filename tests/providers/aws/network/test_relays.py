"""Compute that passes requests on to an endpoint: what worlds cannot show apart."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from scanner import config
from scanner.providers.aws.estate import AwsEstate
from tests.worlds import FIXTURES, World, read_world

EAST = "aws:100000000001:us-east-1"
SERVICE = "arn:aws:ecs:us-east-1:100000000001:service/web/front"
DESCRIBED = f"{EAST}:ecs:DescribeServices/{SERVICE}"
TASK = f"{EAST}:ecs:DescribeTaskDefinition/arn:aws:ecs:us-east-1:100000000001:task-definition/front:7"
BALANCED = "arn:aws:elasticloadbalancing:us-east-1:100000000001:targetgroup/web/7a1"
GROUP = f"{EAST}:elbv2:DescribeTargetGroups.TargetGroups/{BALANCED}"
GUARDING = f"{EAST}:ec2:DescribeSecurityGroups.SecurityGroups/sg-0srv"
ROUTES = f"{EAST}:ec2:DescribeRouteTables.RouteTables/rtb-0prv"
ROLE = (
    "aws:100000000001::iam:GetAccountAuthorizationDetails.RoleDetailList/arn:aws:iam::100000000001:role/front"
)


def world() -> World:
    return copy.deepcopy(read_world(FIXTURES / "aws" / "service-that-calls-an-endpoint")[0])


def estate(of: World) -> AwsEstate:
    return AwsEstate(of.snapshot(), config.load(of.directory / "sidedoor.yaml"))


def by_itself(documents: dict[str, Any]) -> None:
    service = documents[DESCRIBED]["services"][0]
    service["loadBalancers"] = []
    service["networkConfiguration"]["awsvpcConfiguration"]["subnets"] = ["subnet-0pub"]
    everyone = {"IpProtocol": "tcp", "FromPort": 8000, "ToPort": 8000, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    documents[GUARDING]["IpPermissions"] = [everyone]


def public(documents: dict[str, Any]) -> None:
    by_itself(documents)
    network = documents[DESCRIBED]["services"][0]["networkConfiguration"]["awsvpcConfiguration"]
    network["assignPublicIp"] = "ENABLED"


def mapping_nothing(documents: dict[str, Any]) -> None:
    public(documents)
    del documents[TASK]["taskDefinition"]["containerDefinitions"][0]["portMappings"]


def mapping_nothing_and_barred(documents: dict[str, Any]) -> None:
    mapping_nothing(documents)
    documents[GUARDING]["IpPermissions"] = []


def taking_turns(documents: dict[str, Any]) -> None:
    balanced = documents[DESCRIBED]["services"][0]["loadBalancers"][0]
    balanced["advancedConfiguration"] = {"alternateTargetGroupArn": balanced["targetGroupArn"]}
    balanced["targetGroupArn"] = f"{BALANCED}-blue"


def of_an_old_balancer(documents: dict[str, Any]) -> None:
    documents[DESCRIBED]["services"][0]["loadBalancers"] = [{"loadBalancerName": "old", "containerPort": 80}]


def on_a_host(documents: dict[str, Any]) -> None:
    del documents[DESCRIBED]["services"][0]["networkConfiguration"]


def without_its_group(documents: dict[str, Any]) -> None:
    del documents[GROUP]


def on_a_host_without_its_group(documents: dict[str, Any]) -> None:
    on_a_host(documents)
    without_its_group(documents)


def unchanged(_: dict[str, Any]) -> None:
    pass


PUBLIC = "a-public-address-of-its-own"
Change = Callable[[dict[str, Any]], None]
REACHED: dict[str, tuple[Change, list[tuple[str, str]]]] = {
    "behind a load balancer": (unchanged, [("*", "proven")]),
    "a public address, and a port that is mapped": (public, [("*", "proven")]),
    "a private address": (by_itself, []),
    "no port is mapped, so it may be any": (mapping_nothing, [("*", "possible")]),
    "no port is mapped, and no group lets in": (mapping_nothing_and_barred, []),
    "by the other one of two target groups that take turns": (taking_turns, [("*", "proven")]),
    "behind a Classic Load Balancer that was not told": (of_an_old_balancer, []),
    "on a host that nothing known is": (on_a_host, [("*", "possible")]),
    "its target group was not told": (without_its_group, [("*", "proven")]),
    "on a host, and its target group was not told": (on_a_host_without_its_group, []),
}


@pytest.mark.parametrize(("change", "expected"), REACHED.values(), ids=REACHED)
def test_who_reaches_a_service(change: Change, expected: list[tuple[str, str]]) -> None:
    changed = world()
    change(changed.documents)
    assert [(hop.source, hop.certainty) for hop in estate(changed).hops_into(SERVICE)] == expected


def by_vpn(documents: dict[str, Any]) -> None:
    route = {"DestinationCidrBlock": "192.168.0.0/16", "GatewayId": "vgw-0a1", "State": "active"}
    documents[ROUTES]["Routes"].append(route)


def by_vpn_without_the_permission(documents: dict[str, Any]) -> None:
    by_vpn(documents)
    documents[ROLE]["RolePolicyList"][0]["PolicyDocument"]["Statement"][0]["Action"] = "sagemaker:AddTags"


UNFOLLOWED: dict[str, tuple[Change, bool]] = {
    "nothing": (unchanged, False),
    "a route to networks that are not followed": (by_vpn, True),
    "the same before what may call no endpoint": (by_vpn_without_the_permission, False),
}


@pytest.mark.parametrize(("change", "is_gap"), UNFOLLOWED.values(), ids=UNFOLLOWED)
def test_ways_that_are_not_followed_are_gaps_where_they_lead_to_an_endpoint(
    change: Change, is_gap: bool
) -> None:
    changed = world()
    change(changed.documents)
    gaps = {str(gap.id) for gap in estate(changed).coverage()}
    assert (ROUTES in gaps) == is_gap


def test_what_serves_no_model_is_no_asset() -> None:
    found = {resource.id: resource for resource in estate(world()).network.resources()}
    assert list(found) == [SERVICE]
    assert not found[SERVICE].signals
