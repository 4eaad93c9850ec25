"""Compute that runs as a role, and what else must be there for a role to be taken over: clusters, stack sets.

A `Workload` is known by its ARN, the roles whose credentials its code gets, and facts that an escalation may
demand of it ("managed" by Systems Manager, "triggered" by something else than the caller). Where a list could
not be read, `Workloads.unread` says which.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from scanner.providers.aws.functions import triggers
from scanner.providers.aws.library import at, field_evidence
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.model import Evidence
    from scanner.providers.aws.access import Policy, Unread
    from scanner.providers.aws.functions import Function
    from scanner.providers.aws.identities import Identities
    from scanner.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Workload:
    """One piece of compute. `unread` maps a fact that could not be read to the document it would stand in."""

    kind: str
    arn: str
    account: str
    region: str
    roles: tuple[str, ...]
    evidence: Evidence
    policy: Policy | Unread | None = None
    facts: frozenset[str] = frozenset()
    unread: Mapping[str, str] = field(default_factory=dict)


class _Kind(NamedTuple):
    """A kind that one list or description tells all of.

    `arn` and `role` are JSON pointers into a document; an `arn` with braces is a template over its fields.
    `fact` is a pointer that, where it leads to something, makes the fact of its last part.
    """

    kind: str
    service: str
    field: str
    arn: str
    role: str
    fact: str = ""


_KINDS = (
    _Kind(
        "agentcore-gateway",
        "bedrock-agentcore-control",
        "GetGateway",
        "/gatewayArn",
        "/roleArn",
    ),
    _Kind(
        "agentcore-runtime",
        "bedrock-agentcore-control",
        "GetAgentRuntime",
        "/agentRuntimeArn",
        "/roleArn",
    ),
    _Kind(
        "apprunner-service",
        "apprunner",
        "DescribeService",
        "/Service/ServiceArn",
        "/Service/InstanceConfiguration/InstanceRoleArn",
    ),
    _Kind("cloudformation-stack", "cloudformation", "DescribeStacks.Stacks", "/StackId", "/RoleARN"),
    _Kind(
        "code-interpreter",
        "bedrock-agentcore-control",
        "GetCodeInterpreter",
        "/codeInterpreterArn",
        "/executionRoleArn",
    ),
    _Kind(
        "codebuild-project",
        "codebuild",
        "BatchGetProjects.projects",
        "/arn",
        "/serviceRole",
        "/buildBatchConfig",
    ),
    _Kind(
        "ecs-cluster",
        "ecs",
        "DescribeClusters.clusters",
        "/clusterArn",
        "",
        "/registeredContainerInstancesCount",
    ),
    _Kind(
        "glue-dev-endpoint",
        "glue",
        "GetDevEndpoints.DevEndpoints",
        "arn:aws:glue:{region}:{account}:devEndpoint/{EndpointName}",
        "/RoleArn",
    ),
    _Kind("glue-job", "glue", "GetJobs.Jobs", "arn:aws:glue:{region}:{account}:job/{Name}", "/Role"),
    _Kind(
        "sagemaker-notebook",
        "sagemaker",
        "DescribeNotebookInstance",
        "/NotebookInstanceArn",
        "/RoleArn",
    ),
)
_LISTED_BY = {
    **{k.kind: (k.service, k.field.partition(".")[0]) for k in _KINDS},
    "lambda-function": ("lambda", "ListFunctions"),
    "ec2-instance": ("ec2", "DescribeInstances"),
    "launch-template": ("ec2", "DescribeLaunchTemplateVersions"),
    "ecs-service": ("ecs", "DescribeServices"),
    "ecs-task": ("ecs", "DescribeServices"),
    "sagemaker-cluster": ("sagemaker", "DescribeCluster"),
}
_GONE = {"terminated", "shutting-down"}


class Workloads:
    """Compute by the role it runs as, and by kind."""

    def __init__(self, snapshot: Snapshot, identities: Identities, functions: tuple[Function, ...]) -> None:
        self._snapshot = snapshot
        self._functions = functions
        self._by_name = {(i.account, i.arn.rpartition("/")[2]): i.arn for i in identities if i.kind == "role"}
        self._profiles: dict[str, str] = {}
        for identity in identities:
            for profile in (identity.document.body or {}).get("InstanceProfileList") or ():
                name = profile.get("InstanceProfileName", "")
                self._profiles[f"{identity.account}/{name}"] = identity.arn
                self._profiles[profile.get("Arn", "")] = identity.arn
        self._by_role: dict[str, list[Workload]] = defaultdict(list)
        self._by_kind: dict[tuple[str, str], list[Workload]] = defaultdict(list)
        for workload in sorted(self._read(), key=lambda w: (w.kind, w.arn)):
            self._by_kind[workload.kind, workload.account].append(workload)
            for role in workload.roles:
                self._by_role[role].append(workload)

    def of_role(self, role: str, kind: str) -> Iterator[Workload]:
        """Yield the compute of a kind that runs as a role, in ARN order."""
        return (w for w in self._by_role.get(role, ()) if w.kind == kind)

    def of_kind(self, kind: str, account: str) -> tuple[Workload, ...]:
        """Return an account's compute of a kind, in ARN order."""
        return tuple(self._by_kind.get((kind, account), ()))

    def unread(self, kind: str, account: str) -> str | None:
        """Return what would have listed an account's compute of a kind, had it been read."""
        service, operation = _LISTED_BY[kind]
        for gap in self._snapshot.gaps_of("aws"):
            asked = gap.id.service == service and gap.id.field.partition(".")[0] in {
                operation,
                _lister(operation),
            }
            if gap.id.scope == account and (asked or gap.id.field == "AssumeRole"):
                return str(gap.id)
        return None

    def _read(self) -> Iterator[Workload]:
        for kind in _KINDS:
            for document in self._snapshot.all("aws", kind.service, kind.field):
                if isinstance(document.body, dict):
                    yield from self._of_table(kind, document)
        yield from self._of_functions()
        yield from self._instances()
        yield from self._templates()
        yield from self._tasks()
        yield from self._machines()

    def _of_table(self, kind: _Kind, document: Document) -> Iterator[Workload]:
        account, region = document.id.scope, document.id.region
        fields = {k: v for k, v in document.body.items() if isinstance(v, str)}
        templated = "{" in kind.arn
        arn = (
            kind.arn.format_map(_Fields(fields | {"account": account, "region": region}))
            if templated
            else at(document.body, kind.arn)
        )
        if not isinstance(arn, str) or not arn:
            return
        fact = kind.fact.rpartition("/")[2] if kind.fact and at(document.body, kind.fact) else ""
        yield Workload(
            kind.kind,
            arn,
            account,
            region,
            self._role(at(document.body, kind.role) if kind.role else None, account),
            field_evidence(document, kind.role),
            facts=frozenset({fact} - {""}),
        )

    def _role(self, name: Any, account: str) -> tuple[str, ...]:  # noqa: ANN401 - raw provider JSON
        """Return the ARN of a role given as ARN or as name; empty when there is none."""
        if not isinstance(name, str) or not name:
            return ()
        if name.startswith("arn:"):
            return (name,)
        known = self._by_name.get((account, name.rpartition("/")[2]))
        return (known,) if known else ()

    def _of_functions(self) -> Iterator[Workload]:
        for function in self._functions:
            triggered, unread = triggers(self._snapshot, function)
            yield Workload(
                "lambda-function",
                function.arn,
                function.account,
                function.region,
                self._role(function.role, function.account),
                field_evidence(function.document, "/Role"),
                function.policy,
                frozenset({"triggered"} if triggered else ()),
                {"triggered": unread} if unread else {},
            )

    def _instances(self) -> Iterator[Workload]:
        managed = {
            (d.id.scope, d.id.region, d.id.key)
            for d in self._snapshot.all("aws", "ssm", "DescribeInstanceInformation.InstanceInformationList")
            if d.body and d.body.get("PingStatus", "Online") == "Online"
        }
        for document in self._snapshot.all("aws", "ec2", "DescribeInstances.Reservations"):
            account, region = document.id.scope, document.id.region
            for index, instance in enumerate((document.body or {}).get("Instances") or ()):
                id_, profile = instance.get("InstanceId", ""), instance.get("IamInstanceProfile") or {}
                if (instance.get("State") or {}).get("Name") in _GONE or not id_:
                    continue
                listing = self._snapshot.get(
                    DocumentId("aws", account, region, "ssm", "DescribeInstanceInformation")
                )
                is_managed = (account, region, id_) in managed
                unread = isinstance(listing, Gap) and not is_managed
                yield Workload(
                    "ec2-instance",
                    f"arn:aws:ec2:{region}:{account}:instance/{id_}",
                    account,
                    region,
                    self._of_profile(profile, account),
                    field_evidence(document, f"/Instances/{index}/IamInstanceProfile"),
                    facts=frozenset({"managed"} if is_managed else ()),
                    unread={"managed": str(listing.id)} if isinstance(listing, Gap) and unread else {},
                )

    def _templates(self) -> Iterator[Workload]:
        for document in self._snapshot.all("aws", "ec2", "DescribeLaunchTemplateVersions"):
            account, region, roles = document.id.scope, document.id.region, dict[str, int]()
            for index, version in enumerate((document.body or {}).get("LaunchTemplateVersions") or ()):
                profile = (version.get("LaunchTemplateData") or {}).get("IamInstanceProfile") or {}
                for role in self._of_profile(profile, account):
                    roles.setdefault(role, index)
            arn = f"arn:aws:ec2:{region}:{account}:launch-template/{document.id.key}"
            for role, index in sorted(roles.items()):
                pointer = f"/LaunchTemplateVersions/{index}/LaunchTemplateData/IamInstanceProfile"
                evidence = field_evidence(document, pointer)
                yield Workload("launch-template", arn, account, region, (role,), evidence)

    def _tasks(self) -> Iterator[Workload]:
        """Yield each service and its tasks, whose names are not known until they run."""
        definitions = {d.id.key: d for d in self._snapshot.all("aws", "ecs", "DescribeTaskDefinition")}
        for document in self._snapshot.all("aws", "ecs", "DescribeServices"):
            account, region = document.id.scope, document.id.region
            for index, service in enumerate((document.body or {}).get("services") or ()):
                definition = definitions.get(str(service.get("taskDefinition")))
                role = at(definition.body, "/taskDefinition/taskRoleArn") if definition else None
                if definition is not None:
                    yield Workload(
                        "ecs-service",
                        str(service.get("serviceArn", "")),
                        account,
                        region,
                        self._role(role, account),
                        field_evidence(definition, "/taskDefinition/taskRoleArn"),
                    )
                cluster = str(service.get("clusterArn", "")).rpartition("/")[2]
                runs = bool(service.get("enableExecuteCommand"))
                yield Workload(
                    "ecs-task",
                    f"arn:aws:ecs:{region}:{account}:task/{cluster}/*",
                    account,
                    region,
                    self._role(role, account),
                    field_evidence(document, f"/services/{index}/enableExecuteCommand"),
                    facts=frozenset({"enableExecuteCommand"} if runs else ()),
                )

    def _machines(self) -> Iterator[Workload]:
        """Yield the clusters of SageMaker; their groups of machines have a role each."""
        for document in self._snapshot.all("aws", "sagemaker", "DescribeCluster"):
            account, arn = document.id.scope, at(document.body, "/ClusterArn")
            for index, group in enumerate(at(document.body, "/InstanceGroups") or ()):
                place = f"/InstanceGroups/{index}/ExecutionRole"
                roles = self._role(group.get("ExecutionRole"), account)
                if isinstance(arn, str) and roles:
                    evidence = field_evidence(document, place)
                    yield Workload("sagemaker-cluster", arn, account, document.id.region, roles, evidence)

    def _of_profile(self, profile: Mapping[str, Any], account: str) -> tuple[str, ...]:
        for name in (profile.get("Arn"), f"{account}/{profile.get('Name', '')}"):
            if name in self._profiles:
                return (self._profiles[name],)
        return ()


class _Fields(dict[str, str]):
    """Leaves a template without a name that a document lacks."""

    def __missing__(self, key: str) -> str:
        return ""


def _lister(operation: str) -> str:
    """Return the operation that lists what `operation` describes."""
    return {
        "DescribeService": "ListServices",
        "GetCodeInterpreter": "ListCodeInterpreters",
        "BatchGetProjects": "ListProjects",
        "DescribeClusters": "ListClusters",
        "DescribeNotebookInstance": "ListNotebookInstances",
        "DescribeServices": "ListServices",
        "DescribeCluster": "ListClusters",
        "DescribeLaunchTemplateVersions": "DescribeLaunchTemplates",
    }.get(operation, operation)
