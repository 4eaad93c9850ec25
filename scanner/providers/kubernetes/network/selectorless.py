"""Services whose pods no selector names, and that outsiders may come in by: where they lead is not followed.

Their EndpointSlices hold addresses that whoever made them chose; of the type ExternalName they are another
name. Source: Kubernetes, "Service", Services without selectors, and Type: ExternalName
(https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.kubernetes.network.balancers import reach_of
from scanner.providers.kubernetes.network.ingresses import NETWORKING
from scanner.providers.kubernetes.network.routes import backends, routes_to
from scanner.providers.kubernetes.objects import CORE, items
from scanner.providers.kubernetes.workloads import is_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.kubernetes.objects import Object, Objects


def unfollowed(objects: Objects) -> Iterator[tuple[Object, str]]:
    """Yield such Services, each with what nobody follows."""
    for service in objects.all(CORE, "Service"):
        is_named = service.at("/spec/type") == "ExternalName"
        if (service.at("/spec/selector") and not is_named) or not _is_open(objects, service, is_named):
            continue
        name = service.at("/spec/externalName")
        yield service, f"where {name} leads" if is_named else "where its EndpointSlices lead"


def _is_open(objects: Objects, service: Object, is_named: bool) -> bool:
    """Tell whether a load balancer, a node, an Ingress or a Gateway may forward to it."""
    if not is_named and reach_of(service):
        return True
    for ingress in objects.all(NETWORKING, "Ingress", service.namespace):
        if any(backend.get("name") == service.name for _, backend in backends(ingress)):
            return True
    ports = [port.get("port") for port in items(service.at("/spec/ports"))]
    return any(next(routes_to(objects, service, port), None) for port in ports if is_port(port))
