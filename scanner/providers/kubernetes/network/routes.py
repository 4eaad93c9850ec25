"""Which Services an Ingress forwards to, and which Gateways a Service is routed from.

Sources: Kubernetes, "Ingress"; Gateway API, "HTTPRoute", "Cross-Namespace routing" and "ReferenceGrant"
(https://gateway-api.sigs.k8s.io/api-types/httproute/, read 2026-11): a listener takes routes of its own
namespace unless ``allowedRoutes`` says otherwise; a backend in another namespace needs a grant there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.providers.kubernetes.objects import at, items, selects
from scanner.providers.kubernetes.workloads import is_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence
    from scanner.providers.kubernetes.objects import Object, Objects
    from scanner.providers.kubernetes.workloads import Workload

GATEWAY: Final = "gateway.networking.k8s.io"
POOL: Final = "InferencePool"
POOLS: Final = ("inference.networking.k8s.io", "inference.networking.x-k8s.io")
_ROUTES: Final = ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute")


def backends(ingress: Object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (pointer, service reference) of everything that an Ingress forwards to."""
    default = ingress.at("/spec/defaultBackend/service")
    if isinstance(default, dict):
        yield "/spec/defaultBackend", default
    for i, rule in enumerate(items(ingress.at("/spec/rules"))):
        for j, path in enumerate(items(at(rule, "/http/paths"))):
            service = at(path, "/backend/service")
            if isinstance(service, dict):
                yield f"/spec/rules/{i}/http/paths/{j}", service


def routes_to(
    objects: Objects, service: Object, port: int
) -> Iterator[tuple[Object | None, Evidence, tuple[str, ...]]]:
    """Yield (gateway, proof, what was not read) of every route to a port of a Service, or to a pool.

    The gateway is None where it was not read: then nobody can tell who comes in by it.
    """
    for kind in _ROUTES:
        for route in objects.all(GATEWAY, kind):
            for pointer in _references(objects, route, service, port):
                for index, parent in enumerate(items(route.at("/spec/parentRefs"))):
                    if parent.get("kind", "Gateway") != "Gateway":
                        continue
                    namespace = str(parent.get("namespace") or route.namespace)
                    gateway = objects.get(GATEWAY, "Gateway", namespace, str(parent.get("name")))
                    proof = route.evidence(pointer or f"/spec/parentRefs/{index}")
                    if gateway is None:
                        yield None, proof, (f"the Gateway {parent.get('name')} of namespace {namespace}",)
                        continue
                    is_taken, missing = _takes(objects, gateway, route, parent)
                    if is_taken:
                        yield gateway, proof, missing


def pools_of(objects: Objects, workload: Workload) -> Iterator[tuple[Object, int]]:
    """Yield the pools of the inference extension that a workload's pods are in, with the port they listen on.

    Source: Gateway API Inference Extension, "InferencePool"
    (https://gateway-api-inference-extension.sigs.k8s.io/api-types/inferencepool/, read 2026-11).
    """
    for group in POOLS:
        for pool in objects.all(group, POOL, workload.namespace):
            selector = pool.at("/spec/selector")
            plain = isinstance(selector, dict) and "matchLabels" not in selector
            if selector and selects({"matchLabels": selector} if plain else selector, workload.labels):
                listed = [port.get("number") for port in items(pool.at("/spec/targetPorts"))]
                for number in listed or [pool.at("/spec/targetPortNumber")]:
                    if is_port(number):
                        yield pool, number


def _references(objects: Objects, route: Object, service: Object, port: int) -> Iterator[str]:
    """Yield the pointers at which a route forwards to a Service's port, or to a pool of any port."""
    is_pool = service.kind == POOL
    for i, rule in enumerate(items(route.at("/spec/rules"))):
        for j, backend in enumerate(items(rule.get("backendRefs"))):
            namespace = str(backend.get("namespace") or route.namespace)
            if backend.get("kind", "Service") != service.kind or backend.get("weight", 1) == 0:
                continue
            named = (namespace, backend.get("name")) == (service.namespace, service.name)
            is_meant = is_pool or backend.get("port", port) == port
            if named and is_meant and _is_granted(objects, route, service):
                yield f"/spec/rules/{i}/backendRefs/{j}"


def _is_granted(objects: Objects, route: Object, service: Object) -> bool:
    """Tell whether a Service takes a route of this namespace."""
    if route.namespace == service.namespace:
        return True
    for grant in objects.all(GATEWAY, "ReferenceGrant", service.namespace):
        senders = {(s.get("namespace"), s.get("kind")) for s in items(grant.at("/spec/from"))}
        targets = {(t.get("kind"), t.get("name") or service.name) for t in items(grant.at("/spec/to"))}
        if (route.namespace, route.kind) in senders and (service.kind, service.name) in targets:
            return True
    return False


def _takes(
    objects: Objects, gateway: Object, route: Object, parent: dict[str, Any]
) -> tuple[bool, tuple[str, ...]]:
    """Tell whether some listener takes a route, and what that hinges on that was not read."""
    unknown: tuple[str, ...] = ()
    for listener in items(gateway.at("/spec/listeners")):
        if parent.get("sectionName") not in {None, listener.get("name")}:
            continue
        if parent.get("port") not in {None, listener.get("port")}:
            continue
        wanted = at(listener, "/allowedRoutes/namespaces/from") or "Same"
        if wanted == "All" or (wanted == "Same" and route.namespace == gateway.namespace):
            return True, ()
        if wanted == "Selector":
            labels = objects.namespace_labels(route.namespace)
            if labels is None:
                unknown = (f"the labels of namespace {route.namespace}",)
            elif selects(at(listener, "/allowedRoutes/namespaces/selector"), labels):
                return True, ()
    return bool(unknown), unknown
