"""What serves models on compute of its own, in templates: instances, containers, load balancers, clusters.

Source: AWS CloudFormation Template Reference, "Elastic Load Balancing V2", "Amazon ECS", "Amazon EC2",
"Amazon EKS" (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import balancers, containers, network

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.cloudformation.made import Made
    from scanner.iac.written import Node

_UNTOLD: Final = "a-subnet-that-code-does-not-tell"


def _balancer(made: Made) -> None:
    arn, name = made.arn, made.name
    if arn is None or name is None:
        return
    subnets = [subnet for subnet, _ in made.texts("Subnets")]
    mappings = made.get("SubnetMappings")
    subnets += (
        [m.text("SubnetId") for m in mappings.below() if m.text("SubnetId")] if mappings is not None else []
    )
    whole = {
        "LoadBalancerName": name,
        "DNSName": str(made.within.names.of(made.resource).get("DNSName")),
        "Type": made.text("Type") or "application",
        "Scheme": made.text("Scheme") or "internet-facing",
        "AvailabilityZones": [{"SubnetId": subnet} for subnet in subnets],
        "SecurityGroups": [group for group, _ in made.texts("SecurityGroups")],
        "VpcId": _vpc_of(made, subnets),
    }
    balancers.load_balancer(made.drafts, made.home, arn, made.with_lines(whole))
    _tag(made, arn)


def _vpc_of(made: Made, subnets: list[str]) -> str:
    for subnet in subnets:
        draft = made.drafts.get(made.home.id("ec2", "DescribeSubnets.Subnets", subnet))
        if draft is not None:
            return str(draft.body.get("VpcId", ""))
    return ""


def _tag(made: Made, arn: str) -> None:
    if tags := made.tags():
        listed = [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
        balancers.tags(made.drafts, made.home, arn, listed, made.whole)


def _listener(made: Made) -> None:
    arn, balancer = made.arn, made.text("LoadBalancerArn")
    if arn is None or balancer is None:
        return
    whole: dict[str, Any] = {"LoadBalancerArn": balancer, "Protocol": made.text("Protocol") or "HTTP"}
    port = made.number("Port")
    if port is not None:
        whole["Port"] = port
    whole |= {"DefaultActions": _actions(made.get("DefaultActions")), **made.told("MutualAuthentication")}
    balancers.listener(made.drafts, made.home, arn, made.with_lines(whole))


def _actions(node: Node | None) -> list[dict[str, Any]]:
    """Return actions as the API has them, with the order that the template leaves out."""
    plain = node.plain() if node is not None else []
    found = [action for action in plain if isinstance(action, dict)] if isinstance(plain, list) else []
    return [{"Order": order, **action} for order, action in enumerate(found, start=1)]


def _rule(made: Made) -> None:
    listener, conditions = made.text("ListenerArn"), made.get("Conditions")
    if listener is None:
        return
    whole = {
        "Priority": made.text("Priority") or "50000",
        "Conditions": conditions.plain() if conditions is not None and _is_list(conditions) else [],
        "Actions": _actions(made.get("Actions")),
    }
    balancers.rule(made.drafts, made.home, listener, made.resource.name, made.with_lines(whole))


def _is_list(node: Node) -> bool:
    return isinstance(node.value, list)


def _target_group(made: Made) -> None:
    arn, name = made.arn, made.name
    if arn is None or name is None:
        return
    whole = {"TargetGroupName": name, "TargetType": made.text("TargetType") or "instance"}
    whole |= made.told("Protocol", "VpcId")
    port = made.number("Port")
    extra: dict[str, Any] = {} if port is None else {"Port": port}
    balancers.target_group(made.drafts, made.home, arn, made.with_lines({**whole, **extra}))
    targets = made.get("Targets")
    for target in targets.below() if targets is not None else ():
        if target.text("Id"):
            body = {"Id": target.text("Id"), **extra, **_number_of(target, "Port")}
            balancers.target(made.drafts, made.home, arn, made.with_lines(body, target))
    _tag(made, arn)


def _number_of(node: Node, key: str, name: str = "") -> dict[str, int]:
    """Return a port under its name; nothing when it cannot be told."""
    found = node.get(key)
    text = str(found.value) if found is not None else ""
    return {name or key: int(text)} if text.isdecimal() and len(text) < 6 else {}


def _service(made: Made) -> None:
    arn, name = made.arn, made.name
    if arn is None or name is None:
        return
    whole: dict[str, Any] = {"serviceName": name}
    cluster, task = made.text("Cluster"), made.text("TaskDefinition")
    if cluster is not None:
        whole["clusterArn"] = (
            cluster if cluster.startswith("arn:") else made.home.arn("ecs", f"cluster/{cluster}")
        )
    if task is not None:
        whole["taskDefinition"] = (
            task if task.startswith("arn:") else made.home.arn("ecs", f"task-definition/{task}:1")
        )
    listed = made.get("LoadBalancers")
    whole["loadBalancers"] = [
        {
            **({"targetGroupArn": b.text("TargetGroupArn")} if b.text("TargetGroupArn") else {}),
            **({"containerName": b.text("ContainerName")} if b.text("ContainerName") else {}),
            **_number_of(b, "ContainerPort", "containerPort"),
        }
        for b in (listed.below() if listed is not None else ())
    ]
    if made.get("NetworkConfiguration", "AwsvpcConfiguration") is not None:
        path = ("NetworkConfiguration", "AwsvpcConfiguration")
        own = {
            "subnets": [subnet for subnet, _ in made.texts(*path, "Subnets")],
            "securityGroups": [group for group, _ in made.texts(*path, "SecurityGroups")],
            "assignPublicIp": made.text(*path, "AssignPublicIp") or "DISABLED",
        }
        whole["networkConfiguration"] = {"awsvpcConfiguration": own}
    whole["tags"] = [{"key": key, "value": value} for key, value in sorted(made.tags().items())]
    containers.service(made.drafts, made.home, arn, made.with_lines(whole))


def _ecs_cluster(made: Made) -> None:
    arn, name = made.arn, made.name
    if arn is not None and name is not None:
        containers.ecs_cluster(made.drafts, made.home, arn, made.with_lines({"clusterName": name}))


def _task_definition(made: Made) -> None:
    arn = made.arn
    if arn is None:
        return
    listed = made.get("ContainerDefinitions")
    whole = {
        **{f"{k[0].lower()}{k[1:]}": v for k, v in made.told("Family", "NetworkMode", "TaskRoleArn").items()},
        "containerDefinitions": [_container(c) for c in (listed.below() if listed is not None else ())],
    }
    containers.task_definition(made.drafts, made.home, arn, made.with_lines(whole))


def _container(node: Node) -> dict[str, Any]:
    mappings = node.get("PortMappings")
    ports = [_number_of(m, "ContainerPort") for m in (mappings.below() if mappings is not None else ())]
    found: dict[str, Any] = {"name": node.text("Name"), "image": node.text("Image")}
    for key, name in (("Command", "command"), ("EntryPoint", "entryPoint")):
        words = node.get(key)
        if words is not None:
            found[name] = [word.value for word in words.below() if isinstance(word.value, str)]
    found["portMappings"] = [{"containerPort": port} for mapping in ports for port in mapping.values()]
    return {name: value for name, value in found.items() if value or name == "portMappings"}


def _instance(made: Made) -> None:
    """Read an instance with its interface; without a subnet it is in the default VPC, which is public."""
    first = made.get("NetworkInterfaces")
    inside = first.below()[0] if first is not None and first.below() else None
    subnet = made.text("SubnetId") or (inside.text("SubnetId") if inside is not None else "")
    groups = [group for group, _ in made.texts("SecurityGroupIds")]
    if inside is not None and inside.get("GroupSet") is not None:
        groups += [g.value for g in inside.get("GroupSet").below() if isinstance(g.value, str)]  # type: ignore[union-attr]
    interface: dict[str, Any] = {
        "Groups": [{"GroupId": group} for group in groups],
        "Attachment": {"InstanceId": made.id, "DeviceIndex": 0},
    }
    public = inside.get("AssociatePublicIpAddress") if inside is not None else None
    if (public is not None and public.value in {True, "true"}) or (public is None and not subnet):
        interface["Association"] = {"PublicIp": "a public address of its own"}
    elif public is not None and public.value in {False, "false"}:
        interface["Association"] = {}
    if made.get("LaunchTemplate") is not None and not groups:
        made.gap("what its launch template says of its network is not read", "understated", "not-implemented")
    name = f"eni-{made.id.removeprefix('i-')}"
    network.interface(made.drafts, made.home, name, subnet or _UNTOLD, made.with_lines(interface))
    tags = [{"Key": key, "Value": value} for key, value in sorted(made.tags().items())]
    whole: dict[str, Any] = {"SubnetId": subnet or _UNTOLD, "Tags": tags, "NetworkInterfaces": []}
    profile = made.text("IamInstanceProfile")
    if profile is not None:
        arn = made.home.arn("iam", f"instance-profile/{profile}", regional=False)
        whole["IamInstanceProfile"] = {"Arn": arn}
    network.instance(made.drafts, made.home, made.id, made.with_lines(whole))


def _eks_cluster(made: Made) -> None:
    name = made.name
    if name is None:
        return
    access, vpc = made.get("AccessConfig"), made.get("ResourcesVpcConfig")
    body: dict[str, Any] = {"name": name}
    if access is not None:
        body["accessConfig"] = {"authenticationMode": access.text("AuthenticationMode") or "CONFIG_MAP"}
    if vpc is not None:
        names = {"EndpointPublicAccess": "endpointPublicAccess", "PublicAccessCidrs": "publicAccessCidrs"}
        body["resourcesVpcConfig"] = {
            to: n.plain() for key, to in names.items() if (n := vpc.get(key)) is not None
        }
    containers.eks_cluster(made.drafts, made.home, name, made.with_lines(body))


def _access_entry(made: Made) -> None:
    cluster, principal = made.text("ClusterName"), made.text("PrincipalArn")
    if cluster is None or principal is None:
        return
    groups = [group for group, _ in made.texts("KubernetesGroups")]
    body = {"type": made.text("Type") or "STANDARD", "kubernetesGroups": groups}
    containers.access_entry(made.drafts, made.home, cluster, principal, made.with_lines(body))
    policies = made.get("AccessPolicies")
    for policy in policies.below() if policies is not None else ():
        scope = policy.get("AccessScope")
        namespaces = scope.get("Namespaces") if scope is not None else None
        found = {
            "policyArn": policy.text("PolicyArn"),
            "accessScope": {
                "type": scope.text("Type") if scope is not None else "cluster",
                "namespaces": [n.value for n in namespaces.below()] if namespaces is not None else [],
            },
        }
        containers.access_policy(made.drafts, made.home, cluster, principal, made.with_lines(found, policy))


def _pod_identity(made: Made) -> None:
    cluster = made.text("ClusterName")
    if cluster is not None:
        names = {"Namespace": "namespace", "ServiceAccount": "serviceAccount", "RoleArn": "roleArn"}
        body = {to: value for key, to in names.items() if (value := made.text(key)) is not None}
        containers.pod_identity(made.drafts, made.home, cluster, made.resource.name, made.with_lines(body))


def _repository(made: Made) -> None:
    arn, name, document = made.arn, made.name, made.document("RepositoryPolicyText")
    if arn is None or name is None:
        return
    whole = {"repositoryName": name, "imageTagMutability": made.text("ImageTagMutability") or "MUTABLE"}
    containers.repository(made.drafts, made.home, arn, made.with_lines(whole))
    if document is not None:
        containers.repository_policy(made.drafts, made.home, arn, document)


WATCHED: Final = {
    "AWS::EC2::Instance": ("NetworkInterfaces", "SecurityGroupIds", "SubnetId"),
    "AWS::ECS::Service": ("LoadBalancers", "NetworkConfiguration"),
    "AWS::ECS::TaskDefinition": ("ContainerDefinitions", "TaskRoleArn"),
    "AWS::ElasticLoadBalancingV2::ListenerRule": ("Actions", "Conditions"),
    "AWS::ElasticLoadBalancingV2::TargetGroup": ("Targets",),
}
"""Properties by type of which what cannot be told would leave no trace in a document."""

TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "AWS::EC2::Instance": _instance,
    "AWS::ECR::Repository": _repository,
    "AWS::ECS::Cluster": _ecs_cluster,
    "AWS::ECS::Service": _service,
    "AWS::ECS::TaskDefinition": _task_definition,
    "AWS::EKS::AccessEntry": _access_entry,
    "AWS::EKS::Cluster": _eks_cluster,
    "AWS::EKS::PodIdentityAssociation": _pod_identity,
    "AWS::ElasticLoadBalancingV2::Listener": _listener,
    "AWS::ElasticLoadBalancingV2::ListenerRule": _rule,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _balancer,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _target_group,
}
