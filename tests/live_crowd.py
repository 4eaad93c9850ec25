"""What else stands in an account beside what leads to weights: over a hundred resources of many services.

Written into moto through the real API. None of them lets anyone outside in, so that a scan of the estate
finds what it finds without them.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

Make: TypeAlias = "Callable[[str], Any]"
"""Returns a client of a service in the one account and region."""

SERVICES = (
    "apigateway",
    "codebuild",
    "cognito-identity",
    "ec2",
    "ecr",
    "ecs",
    "efs",
    "eks",
    "elbv2",
    "glue",
    "iam",
    "kms",
    "lambda",
    "s3",
    "sagemaker",
)
_OF_SERVICE = {"Version": "2012-10-17"}


def seed(client: Make, account: str, region: str) -> dict[str, set[str]]:
    """Write them, and return the keys of the documents that a scan must make of them, by service."""
    role = f"arn:aws:iam::{account}:role/team-0"
    made = {"iam": _identities(client("iam"), account)}
    made["s3"] = _buckets(client("s3"), region)
    made["kms"] = {
        client("kms").create_key(Description=f"team {n}")["KeyMetadata"]["KeyId"] for n in range(4)
    }
    made["ec2"], subnets = _network(client("ec2"))
    made["lambda"] = _functions(client("lambda"), role)
    made["sagemaker"] = _models(client("sagemaker"), role)
    made["ecr"] = _named(client("ecr").create_repository, "repositoryName", "team-tools", 8)
    made["codebuild"] = _projects(client("codebuild"), role)
    made["glue"] = _jobs(client("glue"), role)
    made["efs"] = {client("efs").create_file_system(CreationToken=f"t{n}")["FileSystemId"] for n in range(3)}
    made["ecs"] = {
        client("ecs").create_cluster(clusterName=f"t{n}")["cluster"]["clusterArn"] for n in range(5)
    }
    made["eks"] = _clusters(client("eks"), role, subnets)
    made["elbv2"] = _balancers(client("elbv2"), subnets)
    made["apigateway"] = {client("apigateway").create_rest_api(name=f"team-{n}")["id"] for n in range(3)}
    made["cognito-identity"] = {
        client("cognito-identity").create_identity_pool(
            IdentityPoolName=f"team_{n}", AllowUnauthenticatedIdentities=False
        )["IdentityPoolId"]
        for n in range(2)
    }
    return made


def _named(create: Callable[..., Any], parameter: str, name: str, count: int) -> set[str]:
    names = {f"{name}-{n}" for n in range(count)}
    for each in sorted(names):
        create(**{parameter: each})
    return names


def _policy(**statement: Any) -> str:  # noqa: ANN401 - raw JSON
    return json.dumps({**_OF_SERVICE, "Statement": [{"Effect": "Allow", **statement}]})


def _identities(iam: Any, account: str) -> set[str]:  # noqa: ANN401 - a client
    trust = _policy(Principal={"Service": "ec2.amazonaws.com"}, Action="sts:AssumeRole")
    for n in range(12):
        iam.create_role(RoleName=f"team-{n}", AssumeRolePolicyDocument=trust)
    logs = _policy(Action="logs:*", Resource="*")
    for n in range(4):
        iam.create_policy(PolicyName=f"logs-{n}", PolicyDocument=logs)
        iam.create_group(GroupName=f"group-{n}")
        iam.put_group_policy(GroupName=f"group-{n}", PolicyName="logs", PolicyDocument=logs)
    for n in range(8):
        iam.create_user(UserName=f"person-{n}")
        iam.add_user_to_group(GroupName=f"group-{n % 4}", UserName=f"person-{n}")
        iam.attach_role_policy(RoleName=f"team-{n}", PolicyArn=f"arn:aws:iam::{account}:policy/logs-{n % 4}")
    counts = {"role/team": 12, "policy/logs": 4, "group/group": 4, "user/person": 8}
    return {f"arn:aws:iam::{account}:{name}-{n}" for name, count in counts.items() for n in range(count)}


def _buckets(s3: Any, region: str) -> set[str]:  # noqa: ANN401 - a client
    assert region == "us-east-1", "elsewhere a bucket is made with its region"
    names = _named(s3.create_bucket, "Bucket", "ourlab-team-drafts", 12)
    for name in sorted(names):
        s3.put_object(Bucket=name, Key="notes.txt", Body=b"x")
    return names


def _network(ec2: Any) -> tuple[set[str], list[str]]:  # noqa: ANN401 - a client
    vpc = ec2.create_vpc(CidrBlock="10.40.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.40.{n}.0/24", AvailabilityZone=f"us-east-1{'abcd'[n]}")
        for n in range(4)
    ]
    found = [subnet["Subnet"]["SubnetId"] for subnet in subnets]
    groups = {
        ec2.create_security_group(GroupName=f"team-{n}", Description="team", VpcId=vpc)["GroupId"]
        for n in range(5)
    }
    tables = {ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(3)}
    acls = {ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"] for _ in range(2)}
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    endpoint = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3")
    volume = ec2.create_volume(Size=1, AvailabilityZone="us-east-1a")["VolumeId"]
    snapshots = {ec2.create_snapshot(VolumeId=volume)["SnapshotId"] for _ in range(2)}
    others = {vpc, gateway, endpoint["VpcEndpoint"]["VpcEndpointId"]}
    return {*found, *groups, *tables, *acls, *snapshots, *others}, found


def _functions(functions: Any, role: str) -> set[str]:  # noqa: ANN401 - a client
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("main.py", "")
    code = {"Runtime": "python3.11", "Role": role, "Handler": "main.run"}
    return {
        functions.create_function(FunctionName=f"team-{n}", Code={"ZipFile": archive.getvalue()}, **code)[
            "FunctionArn"
        ]
        for n in range(6)
    }


def _models(sagemaker: Any, role: str) -> set[str]:  # noqa: ANN401 - a client
    for n in range(6):
        sagemaker.create_model(
            ModelName=f"draft-{n}",
            ExecutionRoleArn=role,
            PrimaryContainer={"Image": "draft:1", "ModelDataUrl": "s3://ourlab-team-drafts-0/model.tar.gz"},
        )
    return {f"draft-{n}" for n in range(6)}


def _projects(codebuild: Any, role: str) -> set[str]:  # noqa: ANN401 - a client
    for n in range(3):
        codebuild.create_project(
            name=f"team-build-{n}",
            source={"type": "S3", "location": "ourlab-team-drafts-0/build.zip"},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/standard:7.0",
                "computeType": "BUILD_GENERAL1_SMALL",
            },
            serviceRole=role,
        )
    return {f"team-build-{n}" for n in range(3)}


def _jobs(glue: Any, role: str) -> set[str]:  # noqa: ANN401 - a client
    for n in range(3):
        glue.create_job(Name=f"team-job-{n}", Role=role, Command={"Name": "glueetl"})
    return {f"team-job-{n}" for n in range(3)}


def _clusters(eks: Any, role: str, subnets: list[str]) -> set[str]:  # noqa: ANN401 - a client
    names = {f"team-{n}" for n in range(2)}
    for name in sorted(names):
        eks.create_cluster(name=name, roleArn=role, resourcesVpcConfig={"subnetIds": subnets[:2]})
    return names


def _balancers(elbv2: Any, subnets: list[str]) -> set[str]:  # noqa: ANN401 - a client
    return {
        elbv2.create_load_balancer(Name=f"team-{n}", Subnets=subnets[:2], Scheme="internal")["LoadBalancers"][
            0
        ]["LoadBalancerArn"]
        for n in range(3)
    }
