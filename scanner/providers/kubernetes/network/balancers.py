"""What a Service opens to outside by itself: load balancers, node ports, external addresses.

Sources: Kubernetes, "Service" (https://kubernetes.io/docs/concepts/services-networking/service/); AWS Load
Balancer Controller, "Network Load Balancer", Secure by default
(https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/nlb); Google Kubernetes
Engine, "LoadBalancer Service parameters"; Azure Kubernetes Service, "Use an internal load balancer" (read
2026-11). The clouds' own controllers make public load balancers unless an annotation says otherwise; AWS's
newer one makes internal ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.netset import AddressSet
from scanner.providers.kubernetes.network.reach import ALL, EVERYWHERE, NONE, Reach, ranges
from scanner.providers.kubernetes.objects import words
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from scanner.providers.kubernetes.objects import Object

_AWS: Final = "service.beta.kubernetes.io/aws-load-balancer-"
_INTERNAL: Final = {
    "networking.gke.io/load-balancer-type": "internal",
    "cloud.google.com/load-balancer-type": "internal",
    "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
    "service.beta.kubernetes.io/openstack-internal-load-balancer": "true",
    f"{_AWS}internal": "true",
    f"{_AWS}scheme": "internal",
}
_INTERNAL_BY_DEFAULT: Final = {"service.k8s.aws/nlb", "eks.amazonaws.com/nlb"}
_OTHERS: Final = {"external", "nlb-ip"}
"""Values of AWS's type annotation that hand a Service to the newer controller."""
_PRIVATE: Final = AddressSet.of(
    ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"]
)
_RANGES: Final = "service.beta.kubernetes.io/load-balancer-source-ranges"


def reach_of(service: Object) -> Reach:
    """Return the callers outside that a Service's own entrances take."""
    kind = service.at("/spec/type")
    found = NONE
    if Unresolved.read(kind) is not None:
        found |= Reach.perhaps(EVERYWHERE, f"the type of {service.id}")
    if kind == "LoadBalancer":
        found |= _balancer(service)
    if kind == "NodePort":
        found |= Reach.perhaps(
            EVERYWHERE, f"whether the node ports of {service.cluster} are reached from outside"
        )
    if any(_is_public(address) for address in words(service.at("/spec/externalIPs"))):
        found |= Reach.perhaps(EVERYWHERE, f"where the external addresses of {service.id} lead")
    return found


def keeps_addresses(service: Object) -> bool:
    """Tell whether the pods behind a Service see the caller's own address."""
    target = service.annotations.get(f"{_AWS}nlb-target-type") or service.annotations.get(f"{_AWS}type", "")
    return service.at("/spec/externalTrafficPolicy") == "Local" or target in {"ip", "nlb-ip"}


def is_internal(annotations: dict[str, str]) -> bool:
    """Tell whether annotations ask for a load balancer inside the network."""
    return any(annotations.get(key, "").lower() == value for key, value in _INTERNAL.items())


def _balancer(service: Object) -> Reach:
    annotations = service.annotations
    name = str(service.at("/spec/loadBalancerClass") or "")
    by_aws = name in _INTERNAL_BY_DEFAULT or annotations.get(f"{_AWS}type") in _OTHERS
    if is_internal(annotations) or (by_aws and annotations.get(f"{_AWS}scheme") != "internet-facing"):
        return NONE
    address = str(service.at("/spec/loadBalancerIP") or "")
    if address and not _is_public(address):
        return NONE
    reach = _ranges(service)
    unknown = []
    if name and not by_aws:
        unknown.append(f"what load balancer class {name} makes of {service.id}")
    if any(annotations.get(f"{_AWS}{part}") for part in ("security-groups", "security-group-prefix-lists")):
        unknown.append(f"the security groups of the load balancer of {service.id}")
    return Reach.perhaps(reach.maybe, *unknown, *reach.missing) if unknown else reach


def _ranges(service: Object) -> Reach:
    name = f"the source ranges of {service.id}"
    listed = service.at("/spec/loadBalancerSourceRanges") or service.annotations.get(_RANGES)
    return ranges(listed, name) if listed else ALL


def _is_public(address: str) -> bool:
    try:
        return not _PRIVATE.includes(AddressSet.of([address]))
    except ValueError:
        return True
