"""Containers: ECS, EKS with who may enter, and ECR."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece, containers
from scanner.iac.terraform.aws.identity import issuer_of
from scanner.iac.terraform.policies import parsed
from scanner.iac.terraform.values import Encoded, Open, has_open, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made


def _service(made: Made) -> None:
    whole: dict[str, Any] = {"serviceName": made.name}
    whole |= made.fields({"cluster": "clusterArn", "launch_type": "launchType"})
    task = made.text("task_definition")
    if task is not None:
        whole["taskDefinition"] = _task_arn(made, task)
    whole["loadBalancers"] = [
        {
            **made.fields({"target_group_arn": "targetGroupArn", "container_name": "containerName"}, body),
            **({} if (port := made.number("container_port", body)) is None else {"containerPort": port}),
        }
        for body in made.body.blocks("load_balancer")
    ]
    for body in made.body.blocks("network_configuration"):
        public = made.flag("assign_public_ip", body)
        own = {
            "subnets": made.texts("subnets", body),
            "securityGroups": made.texts("security_groups", body),
            "assignPublicIp": "DISABLED" if public is False else "ENABLED",
        }
        whole["networkConfiguration"] = {"awsvpcConfiguration": own}
    tags = [{"key": tag["Key"], "value": tag["Value"]} for tag in made.tags()]
    containers.service(made.drafts, made.home, made.arn, Piece({**whole, "tags": tags}, (made.place,)))


def _task_arn(made: Made, task: str) -> str:
    if task.startswith("arn:"):
        return task
    return made.home.arn("ecs", f"task-definition/{task if ':' in task else f'{task}:1'}")


def _task_definition(made: Made) -> None:
    names = {"network_mode": "networkMode", "task_role_arn": "taskRoleArn", "family": "family"}
    whole = made.fields(names)
    value = made.body.get("container_definitions")
    found = value.value if isinstance(value, Encoded) else parsed(value)
    if isinstance(found, Open) or not isinstance(found, list):
        made.untold("container_definitions", found)
        found = []
    whole["containerDefinitions"] = [_container(c) for c in found if isinstance(c, dict)]
    containers.task_definition(made.drafts, made.home, made.arn, Piece(whole, (made.place,)))


def _container(container: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that are read, without values that cannot be told."""
    found = {
        name: plain(value)
        for name, value in container.items()
        if name in {"name", "image", "command", "entryPoint"} and value and not has_open(value)
    }
    image = container.get("image")
    if isinstance(image, Open) and image.parts:  # a tag that is set elsewhere: the name tells what it serves
        found["image"] = "".join(p if isinstance(p, str) else "unresolved" for p in image.parts)
    ports = []
    for mapping in container.get("portMappings") or ():
        port = mapping.get("containerPort") if isinstance(mapping, dict) else None
        if isinstance(port, int | str) and str(port).isdecimal():
            ports.append({"containerPort": int(port)})
    return {**found, "portMappings": ports}


def _ecs_cluster(made: Made) -> None:
    containers.ecs_cluster(made.drafts, made.home, made.arn, Piece({"clusterName": made.name}, (made.place,)))


def _eks_cluster(made: Made) -> None:
    whole: dict[str, Any] = {"identity": {"oidc": {"issuer": issuer_of(made.instance)}}}
    whole["accessConfig"] = {"authenticationMode": "CONFIG_MAP"}
    for body in made.body.blocks("access_config"):
        mode = made.text("authentication_mode", body)
        whole["accessConfig"] = {"authenticationMode": mode or "CONFIG_MAP"}
    for body in made.body.blocks("vpc_config"):
        public = made.flag("endpoint_public_access", body, default=True)
        whole["resourcesVpcConfig"] = {
            "endpointPublicAccess": public is not False,
            "publicAccessCidrs": made.texts("public_access_cidrs", body) or ["0.0.0.0/0"],
            "subnetIds": made.texts("subnet_ids", body),
        }
    containers.eks_cluster(made.drafts, made.home, made.name, Piece(whole, (made.place,)))


def _access_entry(made: Made) -> None:
    cluster, principal = made.text("cluster_name"), made.text("principal_arn")
    if cluster and principal:
        fields = {**made.fields({"type": "type"}), "kubernetesGroups": made.texts("kubernetes_groups")}
        whole = Piece(fields, (made.place,))
        containers.access_entry(made.drafts, made.home, cluster, principal, whole)


def _access_policy(made: Made) -> None:
    cluster, principal = made.text("cluster_name"), made.text("principal_arn")
    if not cluster or not principal:
        return
    body: dict[str, Any] = {"policyArn": made.text("policy_arn") or "", "accessScope": {"type": "cluster"}}
    for scope in made.body.blocks("access_scope"):
        names = made.texts("namespaces", scope)
        body["accessScope"] = {"type": made.text("type", scope) or "cluster", "namespaces": names}
    containers.access_policy(made.drafts, made.home, cluster, principal, Piece(body, (made.place,)))


def _pod_identity(made: Made) -> None:
    cluster = made.text("cluster_name")
    if cluster:
        names = {"namespace": "namespace", "service_account": "serviceAccount", "role_arn": "roleArn"}
        whole = Piece(made.fields(names), (made.place,))
        containers.pod_identity(made.drafts, made.home, cluster, made.address, whole)


def _repository(made: Made) -> None:
    word = made.text("image_tag_mutability") or "MUTABLE"
    whole = Piece({"repositoryName": made.name, "imageTagMutability": word}, (made.place,))
    containers.repository(made.drafts, made.home, made.arn, whole)


def _repository_policy(made: Made) -> None:
    name, document = made.text("repository"), made.policy("policy")
    if name is not None and document is not None:
        arn = made.home.arn("ecr", f"repository/{name}")
        containers.repository_policy(made.drafts, made.home, arn, document)


def _registry_policy(made: Made) -> None:
    document = made.policy("policy")
    if document is not None:
        containers.registry_policy(made.drafts, made.home, document)


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_ecr_registry_policy": _registry_policy,
    "aws_ecr_repository": _repository,
    "aws_ecr_repository_policy": _repository_policy,
    "aws_ecs_cluster": _ecs_cluster,
    "aws_ecs_service": _service,
    "aws_ecs_task_definition": _task_definition,
    "aws_eks_access_entry": _access_entry,
    "aws_eks_access_policy_association": _access_policy,
    "aws_eks_cluster": _eks_cluster,
    "aws_eks_pod_identity_association": _pod_identity,
}
