"""What an Ingress or a Gateway opens to outside, for which callers and after which login.

Who may come in is up to the controller, so its class decides what is known. Sources: AWS Load Balancer
Controller, "Ingress annotations"
(https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/: internal
unless told); Google Kubernetes Engine, "GKE Ingress for Application Load Balancers" and "About Gateway API"
(classes); Ingress-Nginx Controller, "Annotations"
(https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/, read 2026-11). Hosts
and paths are the caller's own choice and stop nobody. Fixtures: ``ingress``, ``gateway``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.providers.kubernetes.network.balancers import is_internal, reach_of
from scanner.providers.kubernetes.network.reach import ALL, EVERYWHERE, NONE, Reach, ranges
from scanner.verdict import Guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.kubernetes.cluster import Cluster
    from scanner.providers.kubernetes.objects import Object, Objects

NETWORKING: Final = "networking.k8s.io"
_ALB: Final = "alb.ingress.kubernetes.io/"
_NGINX: Final = "nginx.ingress.kubernetes.io/"
_CLASS: Final = "kubernetes.io/ingress.class"
_DEFAULT: Final = "ingressclass.kubernetes.io/is-default-class"
_CONTROLLERS: Final = {
    "ingress.k8s.aws/alb": "alb",
    "eks.amazonaws.com/alb": "alb",
    "k8s.io/ingress-nginx": "nginx",
    "k8s.io/ingress-gce": "gce",
}
_GOOGLE_OUTSIDE: Final = ("gke-l7-global-external-managed", "gke-l7-regional-external-managed", "gke-l7-gxlb")
_GOOGLE_INSIDE: Final = ("gke-l7-rilb", "gke-l7-cross-regional-internal-managed")


class Entrance(NamedTuple):
    """Who comes in by an Ingress or a Gateway. `issuers`: each must have let the caller in first."""

    reach: Reach
    issuers: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()


def entrance_of(objects: Objects, cluster: Cluster, ingress: Object) -> Entrance:
    """Return who comes in by an Ingress."""
    kind, params = _controller(objects, cluster, ingress)
    notes = ingress.annotations
    if kind == "alb":
        return _alb(ingress, params)
    if kind == "gce-internal":
        return Entrance(NONE)
    if kind == "gce":
        return Entrance(ALL)
    reach = _of_controller(objects, kind, ingress)
    if kind != "nginx":
        return Entrance(reach)
    name = f"the allowed ranges of {ingress.id}"
    allowed = notes.get(f"{_NGINX}whitelist-source-range") or notes.get(f"{_NGINX}allowlist-source-range")
    if allowed:
        reach &= ranges(allowed, name)
    barred = notes.get(f"{_NGINX}denylist-source-range")
    if barred:
        out = ranges(barred, name)
        reach &= Reach(EVERYWHERE - out.maybe, EVERYWHERE - out.sure, out.missing)
    return Entrance(reach, (), tuple(_nginx_logins(notes)))


def entrance_of_gateway(objects: Objects, gateway: Object) -> Entrance:
    """Return who comes in by a Gateway."""
    name = gateway.at("/spec/gatewayClassName")
    wanted = name.removesuffix("-mc") if isinstance(name, str) else ""
    infrastructure = gateway.at("/spec/infrastructure/annotations")
    texts = {str(k): str(v) for k, v in infrastructure.items()} if isinstance(infrastructure, dict) else {}
    if wanted in _GOOGLE_INSIDE or is_internal({**gateway.annotations, **texts}):
        return Entrance(NONE)
    if wanted in _GOOGLE_OUTSIDE:
        return Entrance(ALL)
    owned = [s for s in objects.all("core", "Service") if _is_of_gateway(s, gateway)]
    if owned:
        found = NONE
        for service in owned:
            found |= reach_of(service)
        return Entrance(found)
    return Entrance(Reach.perhaps(EVERYWHERE, f"how gateways of class {wanted or name} are reached"))


def _is_of_gateway(service: Object, gateway: Object) -> bool:
    name = service.labels.get("gateway.networking.k8s.io/gateway-name")
    return service.namespace == gateway.namespace and name == gateway.name


def _controller(objects: Objects, cluster: Cluster, ingress: Object) -> tuple[str, Object | None]:
    """Return the controller's kind, and the parameters of its class."""
    name = ingress.at("/spec/ingressClassName") or ingress.annotations.get(_CLASS)
    classes = list(objects.all(NETWORKING, "IngressClass"))
    if not name:
        default = [c for c in classes if c.annotations.get(_DEFAULT) == "true"]
        name = default[0].name if default else "gce" if cluster.cloud == "gke" else ""
    if not isinstance(name, str):
        return "", None
    found = next((c for c in classes if c.name == name), None)
    if found is None:
        return name, None
    params = objects.get(
        str(found.at("/spec/parameters/apiGroup") or ""),
        str(found.at("/spec/parameters/kind") or ""),
        "",
        str(found.at("/spec/parameters/name") or ""),
    )
    return _CONTROLLERS.get(str(found.at("/spec/controller")), name), params


def _alb(ingress: Object, params: Object | None) -> Entrance:
    notes = ingress.annotations
    scheme = str(params.at("/spec/scheme") or "") if params else ""  # a class's wins
    if (scheme or notes.get(f"{_ALB}scheme", "internal")) != "internet-facing":
        return Entrance(NONE)
    cidrs = notes.get(f"{_ALB}inbound-cidrs")
    reach = ranges(cidrs, f"the inbound ranges of {ingress.id}") if cidrs else ALL
    if notes.get(f"{_ALB}security-groups") or notes.get(f"{_ALB}security-group-prefix-lists"):
        missing = f"the security groups of the load balancer of {ingress.id}"
        reach = Reach.perhaps(reach.maybe, missing, *reach.missing)
    return Entrance(reach, tuple(_alb_issuers(notes)))


def _alb_issuers(notes: dict[str, str]) -> Iterator[str]:
    kind = notes.get(f"{_ALB}auth-type", "none")
    if kind == "none" or notes.get(f"{_ALB}auth-on-unauthenticated-request") == "allow":
        return
    told = _opened(notes.get(f"{_ALB}auth-idp-{kind}", ""))
    pool = str(told.get("userPoolARN", ""))
    if kind == "cognito" and pool.count(":") >= 5:
        region, name = pool.split(":")[3], pool.rpartition("/")[2]
        yield f"https://cognito-idp.{region}.amazonaws.com/{name}"
    else:
        yield str(told.get("issuer") or f"the {kind} login")


def _opened(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if len(text) < 100_000 else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _nginx_logins(notes: dict[str, str]) -> Iterator[Guard]:
    """Yield what the controller asks before it forwards; whom that lets in is told elsewhere."""
    if notes.get(f"{_NGINX}auth-url"):
        yield Guard("approval of", "in", (notes[f"{_NGINX}auth-url"],), "issuer")
    if notes.get(f"{_NGINX}auth-type") and notes.get(f"{_NGINX}auth-secret"):
        yield Guard("password of", "in", (notes[f"{_NGINX}auth-secret"],), "ours")
    verify = notes.get(f"{_NGINX}auth-tls-verify-client", "on")
    if notes.get(f"{_NGINX}auth-tls-secret") and verify == "on":
        yield Guard("client certificate of", "in", (notes[f"{_NGINX}auth-tls-secret"],), "issuer")


def _of_controller(objects: Objects, kind: str, ingress: Object) -> Reach:
    """Return who reaches the controller itself, by its own Service where that was read."""
    names = {"nginx": {"ingress-nginx", "nginx-ingress"}}.get(kind, {kind} if kind else set())
    fronts = [s for s in objects.all("core", "Service") if s.labels.get("app.kubernetes.io/name") in names]
    found = NONE
    for service in fronts:
        found |= reach_of(service)
    if fronts:
        return found
    shown = f"the ingress controller of class {kind}" if kind else "the default ingress controller"
    return Reach.perhaps(EVERYWHERE, f"how {shown} of {ingress.cluster} is reached")
