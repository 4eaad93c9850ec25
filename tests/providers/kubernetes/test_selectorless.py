"""Services without a selector: those that outsiders may come in by are gaps, and no others are."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.providers.kubernetes.network.selectorless import unfollowed
from tests.providers.kubernetes.objects import made

PORTS = [{"port": 80}]
SLICES, NAMED = "where its EndpointSlices lead", "where chat.models.svc.cluster.local leads"


def service(type_: str, **spec: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    whole = {"type": type_, "ports": PORTS, **spec}
    return {"kind": "Service", "name": "chat", "namespace": "web", "spec": whole}


def ingress(name: str) -> dict[str, Any]:
    backend = {"service": {"name": name, "port": {"number": 80}}}
    rules = [{"http": {"paths": [{"path": "/", "backend": backend}]}}]
    return {
        "kind": "Ingress",
        "group": "networking.k8s.io",
        "name": "i",
        "namespace": "web",
        "spec": {"rules": rules},
    }


def route(name: str) -> dict[str, Any]:
    spec = {
        "parentRefs": [{"name": "front"}],
        "rules": [{"backendRefs": [{"name": name, "port": 80}]}],
    }
    group = "gateway.networking.k8s.io"
    return {"kind": "HTTPRoute", "group": group, "name": "r", "namespace": "web", "spec": spec}


OTHER = {"externalName": "chat.models.svc.cluster.local"}
CASES: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "a load balancer": ([service("LoadBalancer")], [SLICES]),
    "a load balancer that selects": ([service("LoadBalancer", selector={"app": "chat"})], []),
    "for the cluster only": ([service("ClusterIP")], []),
    "behind an Ingress": ([service("ClusterIP"), ingress("chat")], [SLICES]),
    "beside an Ingress": ([service("ClusterIP"), ingress("web")], []),
    "behind a route": ([service("ClusterIP"), route("chat")], [SLICES]),
    "beside a route": ([service("ClusterIP"), route("web")], []),
    "another name, behind an Ingress": ([service("ExternalName", **OTHER), ingress("chat")], [NAMED]),
    "another name, for the cluster only": ([service("ExternalName", **OTHER)], []),
}


@pytest.mark.parametrize(("bodies", "expected"), CASES.values(), ids=CASES)
def test_what_is_not_followed(bodies: list[dict[str, Any]], expected: list[str]) -> None:
    assert [why for _, why in unfollowed(made(*bodies))] == expected
