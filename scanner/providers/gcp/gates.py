"""What stands before an endpoint besides IAM: its network, its ingress, a login in front of it.

Sources: Vertex AI documentation, "Choose an endpoint type" and "Use private services access endpoints";
Cloud Run documentation, "Restrict network ingress", its section on the default URL, and "Allowing public
(unauthenticated) access"; Cloud
Functions, "Configure network settings" (read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scanner.guards import Guard
from scanner.model import Evidence
from scanner.providers.gcp.access.question import Lock
from scanner.providers.gcp.kinds import ENDPOINT, FUNCTION, RUN
from scanner.providers.gcp.shape import section, sections, text, texts

if TYPE_CHECKING:
    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Item

_NETWORK, SOURCE_PROJECT = "source network", "source project"
_BALANCER = "internal-and-cloud-load-balancing"
_RUN_INGRESS = {
    "INGRESS_TRAFFIC_ALL": "all",
    "INGRESS_TRAFFIC_INTERNAL_ONLY": "internal",
    "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER": _BALANCER,
    "INGRESS_TRAFFIC_NONE": "none",
    "ALLOW_ALL": "all",
    "ALLOW_INTERNAL_ONLY": "internal",
    "ALLOW_INTERNAL_AND_GCLB": _BALANCER,
}


class Gate(NamedTuple):
    """How an endpoint is reached. `lock` bars whoever is outside; `guards` must hold for who is inside.

    The network asks nothing of those who call from a project of `projects`. `open_` is the proof that IAM
    asks nobody at all, `login` that Identity-Aware Proxy asks everybody first, and calls as itself.
    `balanced`: who comes through an external load balancer is inside.
    """

    lock: Lock | None = None
    guards: tuple[Guard, ...] = ()
    projects: tuple[str, ...] = ()
    open_: Evidence | None = None
    login: Evidence | None = None
    balanced: bool = False


def gate_of(item: Item, hierarchy: Hierarchy, *, has_domain: bool = False) -> Gate:
    """Return what stands before an endpoint; `has_domain`: a domain of ours is mapped to a service."""
    if item.type == ENDPOINT:
        return _vertex(item, hierarchy)
    if item.type in {RUN, FUNCTION}:
        return _run(item, has_domain=has_domain)
    return Gate()


def _vertex(item: Item, hierarchy: Hierarchy) -> Gate:
    private = section(item.data, "privateServiceConnectConfig")
    if (
        private.get("enablePrivateServiceConnect") is True
        or item.data.get("enablePrivateServiceConnect") is True
    ):
        # endpoints that Vertex AI makes in networks of others: its REST reference, "PSCAutomationConfig"
        made = (text(config.get("projectId")) for _, config in sections(private.get("pscAutomationConfigs")))
        allowed = (*texts(private.get("projectAllowlist")), *filter(None, made))
        keys = tuple(sorted({hierarchy.key(f"projects/{p.removeprefix('projects/')}") for p in allowed}))
        proof = _proof(item, "/privateServiceConnectConfig", private)
        lock = Lock("Private Service Connect: the endpoint has no public address", (proof,))
        return Gate(lock, (Guard(SOURCE_PROJECT, "in", keys, "ours", "source-vpc"),) if keys else (), keys)
    network = text(item.data.get("network"))
    if network:
        proof = _proof(item, "/network", network)
        lock = Lock(f"the endpoint is peered with {network} and has no public address", (proof,))
        return Gate(lock, (Guard(_NETWORK, "in", (network,), "ours", "source-vpc"),))
    return Gate()


def _run(item: Item, *, has_domain: bool) -> Gate:
    annotations = section(item.data, "metadata", "annotations")
    given = text(item.data.get("ingress")) or text(item.data.get("ingressSettings"))
    given = given or text(section(item.data, "serviceConfig").get("ingressSettings"))
    ingress = _RUN_INGRESS.get(given, text(annotations.get("run.googleapis.com/ingress")) or "all")
    open_ = None
    if item.data.get("invokerIamDisabled") is True:
        open_ = _proof(item, "/invokerIamDisabled", "true")
    elif text(annotations.get("run.googleapis.com/invoker-iam-disabled")) == "true":
        open_ = _proof(item, "/metadata/annotations/run.googleapis.com~1invoker-iam-disabled", "true")
    login = None
    if item.data.get("iapEnabled") is True:
        login = _proof(item, "/iapEnabled", "true")
    elif text(annotations.get("run.googleapis.com/iap-enabled")) == "true":
        login = _proof(item, "/metadata/annotations/run.googleapis.com~1iap-enabled", "true")
    if ingress == "all" and item.data.get("defaultUriDisabled") is True and not has_domain:
        lock = Lock("the service has no address of its own", (_proof(item, "/defaultUriDisabled", "true"),))
        return Gate(lock, (), open_=open_, login=login, balanced=True)
    if ingress == "all":
        return Gate(open_=open_, login=login)
    pointer = "/ingress" if "ingress" in item.data else "/metadata/annotations/run.googleapis.com~1ingress"
    guard = Guard(_NETWORK, "in", (f"networks of {item.project}",), "ours", "source-vpc")
    lock = Lock(f"ingress of the service is {ingress}", (_proof(item, pointer, ingress),))
    return Gate(lock, (guard,), open_=open_, login=login, balanced=ingress == _BALANCER)


def _proof(item: Item, pointer: str, said: Any) -> Evidence:  # noqa: ANN401 - what the document says
    return Evidence(str(item.document.id), f"{item.base}{pointer}", str(said)[:500])
