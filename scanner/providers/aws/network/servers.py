"""What serves a model behind a network address: instances, containers, and listeners that are named for it.

Known by tags and names (`scanner.catalog`), by images and commands of containers, or by a label of the
configuration. A listener counts only where nothing known to serve stands behind it. Hosts of containers
without a network of their own are not told apart: what runs there is found behind its load balancer only.
Services of containers of which nothing says so may still pass requests on with their role, and so may
instances with a role behind a load balancer: they are found too, without a signal. Two target groups take
turns where a service is replaced blue by green: ECS API Reference, "AdvancedConfiguration"
(https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AdvancedConfiguration.html, read 2026-11-22).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.catalog import load_weight_signals
from scanner.model import Resource, Signal
from scanner.netset import AddressSet
from scanner.providers.aws.arn import Arn
from scanner.providers.aws.identities import tags_of
from scanner.providers.aws.library import field_evidence
from scanner.providers.aws.network.attachments import ranges_of
from scanner.providers.aws.network.balancers import Target
from scanner.providers.aws.network.topology import Attachment
from scanner.snapshot import Gap
from scanner.wildcards import covers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.catalog import ScoredName, WeightSignals
    from scanner.model import Evidence
    from scanner.providers.aws.network.attachments import Attachments
    from scanner.providers.aws.network.balancers import Balancers
    from scanner.providers.aws.network.classics import Classics
    from scanner.providers.aws.network.topology import Topology
    from scanner.snapshot import Document

_ANY_PORT: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """Something that may serve a model.

    Attributes:
        resource: As other stages see it.
        places: Where it listens itself.
        ports: Where the model is served; empty when that is not known.
        behind: Target groups that lead to it, with where they send to.
        listener: Its own ARN when it is a listener.
        classics: Classic Load Balancers that lead to it, each with the instance it sends to.
        registries: Services of Cloud Map in which it is registered, each with the port, 0 where none is told.
        only_relays: Nothing says that it serves a model itself.
    """

    resource: Resource
    places: tuple[Attachment, ...] = ()
    ports: tuple[int, ...] = _ANY_PORT
    behind: tuple[tuple[str, tuple[Target, ...]], ...] = ()
    listener: str = ""
    classics: tuple[tuple[str, str], ...] = ()
    registries: tuple[tuple[str, int], ...] = ()
    only_relays: bool = False


class Servers:
    """Finds servers; `labels` are globs over ids that the configuration declares assets."""

    def __init__(
        self,
        topology: Topology,
        attachments: Attachments,
        balancers: Balancers,
        classics: Classics,
        labels: Iterable[str],
    ) -> None:
        self._topology = topology
        self._classics = classics
        self._attachments = attachments
        self._balancers = balancers
        self._labels = tuple(labels)
        self._signals: WeightSignals = load_weight_signals()
        self._groups_of: dict[str, dict[str, list[Target]]] = defaultdict(lambda: defaultdict(list))
        for group in sorted(balancers.target_groups):
            for listed, target in balancers.targets(group):
                self._groups_of[str(listed.get("Id", ""))][group].append(target)

    def found(self) -> dict[str, Server]:
        """Return every server by id, in id order."""
        servers = [*self._instances(), *self._containers()]
        known = {group for server in servers if not server.only_relays for group, _ in server.behind}
        served = {name for server in servers if not server.only_relays for name, _ in server.classics}
        servers += [*self._listeners(known), *self._classic(served)]
        return {server.resource.id: server for server in sorted(servers, key=lambda s: s.resource.id)}

    def _instances(self) -> Iterator[Server]:
        for document, index, instance in self._topology.instances():
            id_ = str(instance.get("InstanceId", ""))
            arn = f"arn:{_partition(document)}:ec2:{document.id.region}:{document.id.scope}:instance/{id_}"
            tags = tags_of(instance)
            evidence = field_evidence(document, f"/Instances/{index}/Tags")
            scored = [s for _, value in tags for s in self._of_text(value)]
            scored += [s for key, value in tags if key == "Name" for s in self._of_name(value)]
            silent = not scored and not self._is_labelled(arn)
            if silent and not instance.get("IamInstanceProfile"):
                continue
            places = tuple(self._attachments.of_instance(document, index, instance))
            ids = [id_, *(str(b.network_address) for place in places for b in place.addresses.blocks())]
            behind: dict[str, list[Target]] = defaultdict(list)
            for name in ids:
                for group, targets in self._groups_of.get(name, {}).items():
                    behind[group] += targets
            resource = _resource(arn, "ec2-instance", dict(tags).get("Name", id_), tags, scored, evidence)
            before = tuple((name, id_) for name in self._classics.before(id_))
            if silent and not behind and not before:
                continue
            at = () if silent else places
            yield Server(resource, at, _ports(scored), _sorted(behind), classics=before, only_relays=silent)

    def _containers(self) -> Iterator[Server]:
        definitions = {
            d.id.key: d for d in self._topology.snapshot.all("aws", "ecs", "DescribeTaskDefinition") if d.body
        }
        for document in self._topology.snapshot.all("aws", "ecs", "DescribeServices"):
            for index, service in enumerate((document.body or {}).get("services") or ()):
                definition = definitions.get(service.get("taskDefinition", ""))
                server = self._container(document, index, service, definition)
                if server is not None:
                    yield server

    def _container(
        self, document: Document, index: int, service: dict[str, Any], definition: Document | None
    ) -> Server | None:
        arn, name = str(service.get("serviceArn", "")), str(service.get("serviceName", ""))
        task = (definition.body.get("taskDefinition") or {}) if definition else {}
        containers = task.get("containerDefinitions") or ()
        scored = list(self._of_name(name))
        evidence = field_evidence(document, f"/services/{index}/serviceName")
        serving = [(i, c, found) for i, c in enumerate(containers) if (found := self._of_container(c))]
        if serving and definition is not None:
            last, _, scored = serving[-1]
            evidence = field_evidence(definition, f"/taskDefinition/containerDefinitions/{last}/image")
        ports = _mapped([c for _, c, _ in serving] or containers)
        silent = not scored and not self._is_labelled(arn)
        if silent and not task.get("taskRoleArn"):
            return None
        places = tuple(self._task_places(document, index, service))
        behind: dict[str, list[Target]] = defaultdict(list)
        for balanced in service.get("loadBalancers") or ():
            port = int(balanced.get("containerPort") or 0)
            other = (balanced.get("advancedConfiguration") or {}).get("alternateTargetGroupArn")
            for group in filter(None, (balanced.get("targetGroupArn"), other)):
                if places:
                    behind[group] += [Target(place, port, place.name) for place in places]
                else:
                    behind[group] += [target for _, target in self._balancers.targets(group)]
        resource = _resource(arn, "ecs-service", name, tags_of(service, "tags"), scored, evidence)
        heard = ports or _ports(scored)
        registries = tuple(
            (str(entry.get("registryArn", "")), int(entry.get("containerPort") or entry.get("port") or 0))
            for entry in service.get("serviceRegistries") or ()
        )
        return Server(resource, places, heard, _sorted(behind), registries=registries, only_relays=silent)

    def _task_places(self, document: Document, index: int, service: dict[str, Any]) -> Iterator[Attachment]:
        """Yield where tasks with a network of their own stand: no others are given subnets.

        ECS API Reference, "CreateService", ``networkConfiguration``
        (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html, read 2026-11-22).
        """
        network = (service.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
        name = self._topology.place(document, f"/services/{index}/networkConfiguration/awsvpcConfiguration")
        for subnet in network.get("subnets") or ():
            described = self._topology.subnets.get(subnet)
            addresses = ranges_of(described.body) if described else AddressSet.everything()
            yield Attachment(
                subnet=subnet,
                vpc=self._topology.vpc_of(subnet),
                groups=tuple(network.get("securityGroups") or ()),
                addresses=addresses,
                public4=network.get("assignPublicIp") == "ENABLED",
                public6=not addresses.v6.is_empty,
                name=name,
            )

    def _listeners(self, known: set[str]) -> Iterator[Server]:
        for arn, listener in sorted(self._balancers.listeners.items()):
            balancer = str(listener.body.get("LoadBalancerArn", ""))
            groups = {forward.target_group for forward in self._balancers.forwards(arn)}
            scored = [s for name in (balancer, *sorted(groups)) for s in self._of_name(_name(name))]
            scored += [s for name in (balancer, *sorted(groups)) for s in self._of_tags(listener, name)]
            if groups & known:
                scored = []
            if not scored and not self._is_labelled(arn):
                continue
            behind = {group: [target for _, target in self._balancers.targets(group)] for group in groups}
            evidence = field_evidence(listener, "/LoadBalancerArn")
            name = f"{_name(balancer)}:{listener.body.get('Port', '')}"
            resource = _resource(arn, "load-balancer-listener", name, (), scored, evidence)
            yield Server(resource, behind=_sorted(behind), listener=arn)

    def _classic(self, known: set[str]) -> Iterator[Server]:
        """Yield Classic Load Balancers that are named or tagged for a server nobody else found."""
        for arn, document in sorted(self._classics.found.items()):
            scored = list(self._of_name(document.id.key))
            asked = msgspec.structs.replace(document.id, field="DescribeTags")
            tagged = self._topology.snapshot.get(asked)
            for described in (
                [] if isinstance(tagged, Gap) else (tagged.body or {}).get("TagDescriptions") or ()
            ):
                for _, value in tags_of(described):
                    scored += (*self._of_text(value), *self._of_name(value.rpartition("/")[2]))
            if arn in known:
                scored = []
            if not scored and not self._is_labelled(arn):
                continue
            evidence = field_evidence(document, "/LoadBalancerName")
            resource = _resource(arn, "load-balancer-listener", document.id.key, (), scored, evidence)
            yield Server(resource, classics=tuple((arn, id_) for id_ in self._classics.behind(arn)))

    def _of_tags(self, near: Document, arn: str) -> Iterator[ScoredName]:
        found = self._topology.snapshot.all("aws", "elbv2", "DescribeTags")
        for document in found:
            if document.id.key == arn and document.id.scope == near.id.scope:
                for described in (document.body or {}).get("TagDescriptions") or ():
                    for _, value in tags_of(described):
                        yield from (*self._of_text(value), *self._of_name(value))

    def _of_container(self, container: dict[str, Any]) -> list[ScoredName]:
        words = (container.get("entryPoint") or []) + (container.get("command") or [])
        image = self._of_text(str(container.get("image", "")))
        return [*image, *self._of_text(" ".join(map(str, words)))]

    def _of_text(self, text: str) -> Iterator[ScoredName]:
        for scored in (self._signals.score_image(text), self._signals.score_command(text)):
            if scored is not None and scored.asset_class == "inference-endpoint":
                yield scored

    def _of_name(self, name: str) -> Iterator[ScoredName]:
        scored = self._signals.score_server_name(name)
        if scored is not None:
            yield scored

    def _is_labelled(self, arn: str) -> bool:
        return any(covers(label, arn) for label in self._labels)


def _resource(  # noqa: PLR0917 - as `Resource` itself
    arn: str,
    kind: str,
    name: str,
    tags: tuple[tuple[str, str], ...],
    scored: list[ScoredName],
    evidence: Evidence,
) -> Resource:
    signals = {Signal(s.score, s.asset_class, s.reason, evidence) for s in scored}
    account = Arn.parse(arn).account
    return Resource(arn, kind, "aws", account, name, tags, tuple(sorted(signals, reverse=True)))


def _ports(scored: list[ScoredName]) -> tuple[int, ...]:
    return tuple(sorted({port for s in scored for port in s.ports}))


def _mapped(containers: Iterable[dict[str, Any]]) -> tuple[int, ...]:
    mapped = (mapping for container in containers for mapping in container.get("portMappings") or ())
    return tuple(sorted({int(m["containerPort"]) for m in mapped if m.get("containerPort")}))


def _sorted(behind: dict[str, list[Target]]) -> tuple[tuple[str, tuple[Target, ...]], ...]:
    return tuple((group, tuple(behind[group])) for group in sorted(behind))


def _name(arn: str) -> str:
    """Return the name in the ARN of a load balancer or target group."""
    parts = Arn.parse(arn).resource.split("/")
    return parts[-2] if len(parts) > 2 else parts[-1]


def _partition(document: Document) -> str:
    return (
        "aws-cn"
        if document.id.region.startswith("cn-")
        else "aws-us-gov"
        if "-gov-" in document.id.region
        else "aws"
    )
