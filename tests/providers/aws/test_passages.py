"""What is left of a way through an endpoint with a policy, and how a function is run: cases beside worlds."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from scanner import config
from scanner.model import Principal
from scanner.providers.aws.estate import AwsEstate
from tests.worlds import FIXTURES, World, read_world

ENDPOINT = "vpce-0a1b2c3d4e5f60718"
LISTED = f"aws:100000000001:us-east-1:ec2:DescribeVpcEndpoints.VpcEndpoints/{ENDPOINT}"
BUCKET = "aws:100000000001::s3:GetBucketPolicy/ourlab-weights"
WEIGHTS = "arn:aws:s3:::ourlab-weights/*"
VENDOR = "arn:aws:iam::200000000001:root"


def world(name: str) -> World:
    return copy.deepcopy(read_world(FIXTURES / "aws" / name)[0])


def estate(of: World) -> AwsEstate:
    return AwsEstate(of.snapshot(), config.load(of.directory / "sidedoor.yaml"))


def through(**statement: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    """Return the policy of an endpoint."""
    whole = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", **statement}
    return {"Version": "2012-10-17", "Statement": [whole]}


AT = f"aws:SourceVpce = {ENDPOINT}"
SHUT = ("blocked", (f"the policy of {ENDPOINT}",), (AT,))
OPEN = ("proven", (), (AT,))
POLICIES = {
    "everything": (through(), OPEN),
    "another bucket": (through(Resource="arn:aws:s3:::ourlab-logs/*"), SHUT),
    "another action": (through(Action="s3:PutObject"), SHUT),
    "the vendor": (through(Principal={"AWS": "200000000001"}), OPEN),
    "somebody else": (through(Principal={"AWS": "300000000001"}), SHUT),
    "nobody": (through(Effect="Deny"), SHUT),
    "whoever has used a second factor": (
        through(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        ("proven", (), ("aws:MultiFactorAuthPresent = true", AT)),
    ),
}


@pytest.mark.parametrize(("policy", "expected"), POLICIES.values(), ids=POLICIES)
def test_what_an_endpoint_lets_through(policy: dict[str, Any], expected: tuple[Any, ...]) -> None:
    changed = world("bucket-behind-an-endpoint-with-a-policy")
    changed.documents[LISTED]["PolicyDocument"] = policy
    hops = [hop for hop in estate(changed).hops_into(WEIGHTS) if hop.source == VENDOR]
    found = {(hop.certainty, hop.blocked_by, tuple(map(str, hop.guards))) for hop in hops}
    assert found == {expected}


SERVICES = {
    "the bucket's": ("com.amazonaws.us-east-1.s3", "proven"),
    "another one's": ("com.amazonaws.us-east-1.sts", "blocked"),
    "somebody's own": ("com.amazonaws.vpce.us-east-1.vpce-svc-0a1", "blocked"),
}


@pytest.mark.parametrize(("service", "certainty"), SERVICES.values(), ids=SERVICES)
def test_a_network_has_the_endpoints_of_the_service(service: str, certainty: str) -> None:
    """The first endpoint's policy shuts the vendor out; a second one without a policy may not."""
    changed = world("bucket-behind-an-endpoint-with-a-policy")
    condition = {"StringEquals": {"aws:SourceVpc": "vpc-0a1"}}
    changed.documents[BUCKET]["Policy"]["Statement"][0]["Condition"] = condition
    second = {k: v for k, v in changed.documents[LISTED].items() if k != "PolicyDocument"}
    second |= {"VpcEndpointId": "vpce-0a2", "ServiceName": service}
    changed.documents[LISTED.replace(ENDPOINT, "vpce-0a2")] = second
    hops = [hop for hop in estate(changed).hops_into(WEIGHTS) if hop.source == VENDOR]
    assert {hop.certainty for hop in hops} == {certainty}


TOOL = (
    "aws:100000000001::iam:GetAccountAuthorizationDetails.RoleDetailList/arn:aws:iam::100000000001:role/tool"
)
CALLED = {
    "as itself": ("arn:aws:lambda:*:100000000001:function:*", ["proven"]),
    "of one name": ("arn:aws:lambda:us-east-1:100000000001:function:new", ["proven"]),
    "by any version": ("arn:aws:lambda:*:100000000001:function:*:*", ["proven"]),
    "by its newest code": ("arn:aws:lambda:*:100000000001:function:*:$LATEST", ["proven"]),
    "by an alias that nothing has": ("arn:aws:lambda:*:100000000001:function:*:prod", []),
    "in another account": ("arn:aws:lambda:*:100000000002:function:*:*", []),
}


@pytest.mark.parametrize(("resource", "expected"), CALLED.values(), ids=CALLED)
def test_how_a_function_that_was_made_is_called(resource: str, expected: list[str]) -> None:
    changed = world("pass-role-to-lambda")
    passing = changed.documents[TOOL]["RolePolicyList"][0]["PolicyDocument"]["Statement"][0]
    changed.documents[TOOL]["RolePolicyList"][0]["PolicyDocument"]["Statement"] = [
        passing,
        {"Effect": "Allow", "Action": "lambda:CreateFunction", "Resource": "*"},
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": resource},
    ]
    hops = estate(changed).hops_into("arn:aws:iam::100000000001:role/training")
    assert [hop.certainty for hop in hops if hop.type == "pass-role"] == expected


def test_who_may_change_a_functions_code_from_outside_is_a_fact() -> None:
    facts = {fact.id for fact in estate(world("code-of-a-function")).facts() if isinstance(fact, Principal)}
    assert VENDOR in facts


def test_who_may_only_call_a_function_is_none() -> None:
    changed = world("code-of-a-function")
    name = "lambda:GetPolicy/arn:aws:lambda:us-east-1:100000000001:function:resize"
    changed.documents[f"aws:100000000001:us-east-1:{name}"]["Policy"]["Statement"][0]["Action"] = (
        "lambda:InvokeFunction"
    )
    facts = {fact.id for fact in estate(changed).facts() if isinstance(fact, Principal)}
    assert VENDOR not in facts


MACHINE = "arn:aws:iam::100000000001:role/machine"
SCRIPT = "s3://sagemaker-ourlab-setup/base/job.py"
JOBS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a role by its name": ({"Role": "machine", "Command": {"ScriptLocation": SCRIPT}}, [VENDOR]),
    "a role by its ARN": ({"Role": MACHINE, "Command": {"ScriptLocation": SCRIPT}}, [VENDOR]),
    "another role": ({"Role": "idle", "Command": {"ScriptLocation": SCRIPT}}, []),
    "another bucket of ours": (
        {"Role": "machine", "Command": {"ScriptLocation": "s3://ourlab-weights/job.py"}},
        [],
    ),
    "no place": ({"Role": "machine", "Command": {"ScriptLocation": 7}}, []),
    "no role": ({"Role": 7, "Command": {"ScriptLocation": SCRIPT}}, []),
}


@pytest.mark.parametrize(("job", "expected"), JOBS.values(), ids=JOBS)
def test_who_writes_the_script_of_a_job(job: dict[str, Any], expected: list[str]) -> None:
    changed = world("scripts-of-a-training-cluster")
    changed.documents["aws:100000000001:us-east-1:sagemaker:DescribeCluster/pretrain"]["InstanceGroups"] = []
    changed.documents["aws:100000000001:us-east-1:glue:GetJobs.Jobs/nightly"] = {"Name": "nightly", **job}
    role = f"aws:100000000001::iam:GetAccountAuthorizationDetails.RoleDetailList/{MACHINE}"
    changed.documents[role]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"] = (
        "glue.amazonaws.com"
    )
    hops = estate(changed).hops_into(MACHINE)
    assert [hop.source for hop in hops if hop.type == "run-code"] == expected


def test_who_writes_a_script_from_outside_is_a_fact() -> None:
    facts = {fact.id for fact in estate(world("scripts-of-a-training-cluster")).facts()}
    assert VENDOR in facts
