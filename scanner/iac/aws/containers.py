"""Containers: services of ECS, clusters of EKS with whom they let in, and repositories of images."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from scanner.catalog import load_weight_signals
from scanner.iac.aws.drafts import Drafts, Home, Piece

if TYPE_CHECKING:
    from collections.abc import Iterable

_PORT = re.compile(r"--port[ =]\d{1,5}")


def service(drafts: Drafts, home: Home, arn: str, whole: Piece) -> None:
    """Declare a service of ECS.

    `whole`: ``serviceName``, ``clusterArn``, ``taskDefinition``, ``loadBalancers``,
    ``networkConfiguration``, ``tags`` as ``[{"key": …, "value": …}]``.
    """
    body = {"services": [{"serviceArn": arn, "status": "ACTIVE", **whole.body}]}
    drafts.put(home.id("ecs", "DescribeServices", arn), Piece(body, whole.places))
    drafts.lived_in(home)


def task_definition(drafts: Drafts, home: Home, arn: str, whole: Piece) -> None:
    """Declare a task definition: ``networkMode``, ``taskRoleArn``, ``containerDefinitions``.

    Of a container's command only words that tell a server of models are kept: others may be secrets.
    """
    kept = [
        {
            **{k: v for k, v in container.items() if k in {"name", "image", "portMappings"}},
            **{k: _words(container[k]) for k in ("entryPoint", "command") if container.get(k)},
        }
        for container in whole.body.get("containerDefinitions") or ()
        if isinstance(container, dict)
    ]
    body = {**whole.body, "taskDefinitionArn": arn, "containerDefinitions": kept}
    drafts.put(home.id("ecs", "DescribeTaskDefinition", arn), Piece({"taskDefinition": body}, whole.places))
    drafts.lived_in(home)


def _words(command: Any) -> list[str]:  # noqa: ANN401 - raw JSON
    parts: Iterable[Any] = command if isinstance(command, list) else [command]
    text = " ".join(part for part in parts if isinstance(part, str))
    known = [rule.text for rule in load_weight_signals().rules.commands if rule.text.lower() in text.lower()]
    return [*known, *(found[0] for found in _PORT.finditer(text))]


def ecs_cluster(drafts: Drafts, home: Home, arn: str, whole: Piece) -> None:
    """Declare a cluster of ECS."""
    drafts.put(home.id("ecs", "DescribeClusters.clusters", arn), whole.with_fields(clusterArn=arn))
    drafts.lived_in(home)


def eks_cluster(drafts: Drafts, home: Home, name: str, whole: Piece) -> str:
    """Declare a cluster of EKS: ``identity``, ``accessConfig``, ``resourcesVpcConfig``. Returns its ARN."""
    arn = home.arn("eks", f"cluster/{name}")
    body = {"name": name, "arn": arn, **whole.body}
    drafts.put(home.id("eks", "DescribeCluster", name), Piece({"cluster": body}, whole.places))
    drafts.at(home.id("eks", "ListClusters")).append("/clusters", Piece(name))
    drafts.lived_in(home)
    return arn


def access_entry(drafts: Drafts, home: Home, cluster: str, principal: str, whole: Piece) -> None:
    """Let a principal into a cluster of EKS: ``type``, ``kubernetesGroups``."""
    body = {"principalArn": principal, "type": "STANDARD", **whole.body}
    id_ = home.id("eks", "DescribeAccessEntry", f"{cluster}/{principal}")
    drafts.put(id_, Piece({"accessEntry": body}, whole.places))


def access_policy(drafts: Drafts, home: Home, cluster: str, principal: str, policy: Piece) -> None:
    """Give an entry an access policy: ``policyArn``, ``accessScope`` as ``{"type", "namespaces"}``."""
    draft = drafts.at(home.id("eks", "ListAssociatedAccessPolicies", f"{cluster}/{principal}"))
    draft.append("/associatedAccessPolicies", policy)


def pod_identity(drafts: Drafts, home: Home, cluster: str, association: str, whole: Piece) -> None:
    """Give pods a role: ``namespace``, ``serviceAccount``, ``roleArn``."""
    key = f"{cluster}/{association}"
    drafts.put(home.id("eks", "DescribePodIdentityAssociation", key), whole.wrapped("association"))


def repository(drafts: Drafts, home: Home, arn: str, whole: Piece) -> None:
    """Declare a repository of images: ``repositoryName``, ``imageTagMutability``."""
    drafts.put(home.id("ecr", "DescribeRepositories.repositories", arn), whole.with_fields(repositoryArn=arn))
    drafts.lived_in(home)


def repository_policy(drafts: Drafts, home: Home, arn: str, document: Piece) -> None:
    """Give a repository its policy, as an object."""
    drafts.put(home.id("ecr", "GetRepositoryPolicy", arn), document.wrapped("policyText"))


def registry_policy(drafts: Drafts, home: Home, document: Piece) -> None:
    """Give the registry its policy, as an object."""
    drafts.put(home.id("ecr", "GetRegistryPolicy"), document.wrapped("policyText"))


def registry(drafts: Drafts, home: Home, rules: Piece) -> None:
    """Say where the registry copies images to: ``rules``."""
    drafts.put(home.id("ecr", "DescribeRegistry"), rules.wrapped("replicationConfiguration"))
    drafts.lived_in(home)


def pull_through(drafts: Drafts, home: Home, prefix: str, whole: Piece) -> None:
    """Fill repositories below a prefix from another registry: ``upstreamRegistryUrl``."""
    field = "DescribePullThroughCacheRules.pullThroughCacheRules"
    drafts.put(home.id("ecr", field, prefix), whole.with_fields(ecrRepositoryPrefix=prefix))
    drafts.lived_in(home)


def creation_template(drafts: Drafts, home: Home, prefix: str, whole: Piece, policy: Piece | None) -> None:
    """Say what repositories are open to that ECR makes below a prefix by itself."""
    field = "DescribeRepositoryCreationTemplates.repositoryCreationTemplates"
    drafts.put(home.id("ecr", field, prefix), whole.with_fields(prefix=prefix))
    if policy is not None:
        drafts.at(home.id("ecr", field, prefix)).set("/repositoryPolicy", policy)
    drafts.lived_in(home)


def complete(drafts: Drafts) -> None:
    """Say that there is none of what code does not say, and that each list ends here."""
    for draft in drafts.of("eks", "DescribeAccessEntry"):
        home = Home(draft.id.scope, draft.id.region)
        drafts.assume(
            home.id("eks", "ListAssociatedAccessPolicies", draft.id.key), {"associatedAccessPolicies": []}
        )
    for draft in drafts.of("ecr", "DescribeRepositories.repositories"):
        home = Home(draft.id.scope, draft.id.region)
        drafts.assume(home.id("ecr", "GetRepositoryPolicy", draft.id.key))
        drafts.assume(home.id("ecr", "DescribeImages", draft.id.key), {"imageDetails": []})
    for home in sorted(drafts.homes):
        drafts.assume(home.id("eks", "ListClusters"), {"clusters": []})
        drafts.assume(home.id("ecr", "GetRegistryPolicy"))
        drafts.assume(home.id("ecr", "DescribeRegistry"), {"replicationConfiguration": {"rules": []}})
        for service_, field in (("ecr", "DescribeRepositories"), ("ecs", "ListClusters")):
            drafts.assume(home.id(service_, field), {})
