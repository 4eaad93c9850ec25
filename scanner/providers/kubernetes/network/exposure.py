"""What outside may reach of each server of models in a cluster: exact sets of callers, logins, and proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.providers.kubernetes import kserve
from scanner.providers.kubernetes.network.balancers import keeps_addresses, reach_of
from scanner.providers.kubernetes.network.ingresses import (
    NETWORKING,
    Entrance,
    entrance_of,
    entrance_of_gateway,
)
from scanner.providers.kubernetes.network.policies import Policies
from scanner.providers.kubernetes.network.reach import EVERYWHERE, NONE, Reach
from scanner.providers.kubernetes.network.routes import backends, pools_of, routes_to
from scanner.providers.kubernetes.objects import CORE, at, items, selects
from scanner.providers.kubernetes.workloads import is_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence
    from scanner.providers.kubernetes.assets import Assets, Served
    from scanner.providers.kubernetes.cluster import Cluster
    from scanner.providers.kubernetes.objects import Object, Objects
    from scanner.verdict import Guard

_GOOGLE_BACKEND: Final = ("cloud.google.com/backend-config", "beta.cloud.google.com/backend-config")


class Exposure(NamedTuple):
    """One way from outside to a server: who comes through, which logins they pass, what proves it."""

    reach: Reach
    issuers: tuple[str, ...]
    guards: tuple[Guard, ...]
    evidence: tuple[Evidence, ...]


class _Door(NamedTuple):
    """A port of a Service that leads to a server; `sure` when the server itself listens behind it."""

    service: Object
    number: int
    name: str
    target: int
    sure: bool
    pointer: str


class Network:
    """The ways to the servers of one cluster."""

    def __init__(self, objects: Objects, cluster: Cluster, assets: Assets) -> None:
        self._objects = objects
        self._cluster = cluster
        self._assets = assets

    def exposures(self, node: str) -> Iterator[Exposure]:
        """Yield the ways from outside into a workload; none for another node."""
        served = self._assets.served.get(node)
        if served is None:
            return
        policies = Policies(self._objects, served.workload)
        for door in self._doors(served):
            yield from (way for way in self._by_service(served, policies, door) if way.reach)
            yield from (way for way in self._by_proxies(served, policies, door) if way.reach)
        yield from self._on_nodes(served)
        yield from self._by_pools(served, policies)
        yield from self._by_kserve(served, policies)

    def ports(self, node: str) -> tuple[int, ...]:
        """Return the ports that a workload's server listens on; port 0 stands for those nobody told of."""
        served = self._assets.served.get(node)
        return tuple(sorted(served.ports)) or (0,) if served else ()

    def policies(self, node: str) -> Policies | None:
        """Return what stands before a workload's pods, None for another node."""
        served = self._assets.served.get(node)
        return Policies(self._objects, served.workload) if served else None

    def _doors(self, served: Served) -> Iterator[_Door]:
        workload = served.workload
        for service in self._objects.all(CORE, "Service", workload.namespace):
            selector = service.at("/spec/selector")
            if not selector or not selects({"matchLabels": selector}, workload.labels):
                continue
            for index, port in enumerate(items(service.at("/spec/ports"))):
                number = port.get("port")
                if port.get("protocol", "TCP") != "TCP" or not is_port(number):
                    continue
                for target, sure in _targets(served, port):
                    name = str(port.get("name", ""))
                    yield _Door(service, number, name, target, sure, f"/spec/ports/{index}")

    def _by_service(self, served: Served, policies: Policies, door: _Door) -> Iterator[Exposure]:
        reach = reach_of(door.service)
        if not reach:
            return
        inside = policies.from_addresses(door.target)
        if not keeps_addresses(door.service):
            inside = policies.through_nodes(door.target)
        proof = (door.service.evidence("/spec"), *self._server(served, policies))
        yield Exposure(self._at(door, reach & inside), (), (), proof)

    def _by_proxies(self, served: Served, policies: Policies, door: _Door) -> Iterator[Exposure]:
        inside = policies.through_proxy(door.target)
        for entrance, evidence in self._proxies(door):
            found = self._identity_aware(door, entrance)
            reach = self._at(door, found.reach & inside)
            proof = (*evidence, door.service.evidence("/spec"), *self._server(served, policies))
            yield Exposure(reach, found.issuers, found.guards, proof)

    def _proxies(self, door: _Door) -> Iterator[tuple[Entrance, tuple[Evidence, ...]]]:
        """Yield the Ingresses and Gateways that forward to a Service's port."""
        service = door.service
        for ingress in self._objects.all(NETWORKING, "Ingress", service.namespace):
            for pointer, backend in backends(ingress):
                if backend.get("name") == service.name and _is_meant(backend, door):
                    yield entrance_of(self._objects, self._cluster, ingress), (ingress.evidence(pointer),)
        yield from self._by_gateways(service, door.number)

    def _by_gateways(self, to: Object, port: int) -> Iterator[tuple[Entrance, tuple[Evidence, ...]]]:
        """Yield the Gateways that forward to a port of a Service, or to a pool."""
        for gateway, evidence, missing in routes_to(self._objects, to, port):
            if gateway is None:
                yield Entrance(Reach.perhaps(EVERYWHERE, *missing)), (evidence,)
                continue
            entrance = entrance_of_gateway(self._objects, gateway)
            if missing:
                reach = Reach.perhaps(entrance.reach.maybe, *entrance.reach.missing, *missing)
                entrance = entrance._replace(reach=reach)
            yield entrance, (gateway.evidence("/spec"), evidence)

    def _by_pools(self, served: Served, policies: Policies) -> Iterator[Exposure]:
        """Yield the ways through Gateways to pools of the inference extension, whose pods they call."""
        for pool, port in pools_of(self._objects, served.workload):
            for entrance, evidence in self._by_gateways(pool, port):
                reach = entrance.reach & policies.through_proxy(port)
                if port not in served.ports:
                    reach = Reach.perhaps(reach.maybe, f"what listens on port {port}", *reach.missing)
                if reach:
                    proof = (*evidence, pool.evidence("/spec"), *self._server(served, policies))
                    yield Exposure(reach, entrance.issuers, entrance.guards, proof)

    def _identity_aware(self, door: _Door, entrance: Entrance) -> Entrance:
        """Return an entrance with what Google's backends ask: Identity-Aware Proxy, Cloud Armor."""
        notes = door.service.annotations
        named = [key for key in _GOOGLE_BACKEND if notes.get(key)]
        if not named:
            return entrance
        configs = [
            c
            for c in self._objects.all("cloud.google.com", "BackendConfig", door.service.namespace)
            if f'"{c.name}"' in notes[named[0]]
        ]
        missing = [] if configs else [f"the BackendConfig of {door.service.id}"]
        missing += [f"the Cloud Armor policy of {c.id}" for c in configs if c.at("/spec/securityPolicy/name")]
        issuers = [f"Identity-Aware Proxy of {c.id}" for c in configs if c.at("/spec/iap/enabled") is True]
        reach = entrance.reach
        if missing:
            reach = Reach.perhaps(reach.maybe, *missing, *reach.missing)
        return Entrance(reach, (*entrance.issuers, *issuers), entrance.guards)

    def _on_nodes(self, served: Served) -> Iterator[Exposure]:
        """Yield what listens on the addresses of nodes themselves."""
        workload = served.workload
        on_host = [c for c in served.servers if c.host_ports]
        if workload.on_host_network:
            proof = workload.object.evidence(f"{workload.spec}/hostNetwork")
        elif on_host:
            proof = workload.object.evidence(f"{on_host[0].pointer}/ports")
        else:
            return
        missing = f"whether the nodes of {workload.object.cluster} are reached from outside"
        yield Exposure(Reach.perhaps(EVERYWHERE, missing), (), (), (proof,))

    def _by_kserve(self, served: Served, policies: Policies) -> Iterator[Exposure]:
        """Yield the way through KServe's own gateway, of which nobody told how it is reached."""
        service = served.workload.object
        if (service.group, service.kind) != (kserve.GROUP, kserve.KIND) or kserve.is_within(service):
            return
        missing = f"how the gateway of KServe in {service.cluster} is reached"
        reach = Reach.perhaps(EVERYWHERE, missing) & policies.through_proxy(kserve.PORT)
        if reach:
            yield Exposure(reach, (), (), (service.evidence("/spec"), *self._server(served, policies)))

    def _server(self, served: Served, policies: Policies) -> tuple[Evidence, ...]:
        container = served.workload.object.evidence(served.servers[0].pointer)
        return (*(policy.evidence("/spec") for policy in policies.policies), container)

    def _at(self, door: _Door, reach: Reach) -> Reach:
        """Return what comes through to the server, which perhaps does not listen behind this door."""
        if door.sure or not reach:
            return reach
        missing = f"whether the server of models listens behind port {door.number} of {door.service.id}"
        return Reach(NONE.sure, reach.maybe, tuple(sorted({*reach.missing, missing})))


def _targets(served: Served, port: dict[str, Any]) -> Iterator[tuple[int, bool]]:
    """Yield (container port, whether the server listens there) behind a port of a Service."""
    wanted = port.get("targetPort", port.get("port"))
    containers = [c for c in served.workload.containers if not c.is_init]
    if isinstance(wanted, str) and not wanted.isdigit():
        for container in containers:
            for name, number, _ in container.ports:
                if name == wanted:
                    yield number, container in served.servers
        return
    told: object = int(wanted) if isinstance(wanted, str) else wanted
    if not is_port(told):
        return
    others = {p for c in containers if c not in served.servers for p in c.listens}
    if told in served.ports:
        yield told, True
    elif told in others or not any(c.listens for c in served.servers):
        yield told, False  # a container beside it that may forward, or a port that nobody told of


def _is_meant(backend: dict[str, Any], door: _Door) -> bool:
    """Tell whether an Ingress's reference means this port of the Service, by number or by name."""
    name = at(backend, "/port/name")
    return at(backend, "/port/number") == door.number or (bool(door.name) and name == door.name)
