"""Compute Engine and GKE: machines, disks, images, networks, firewalls, balancers, clusters.

Fields are those of the REST references of Compute Engine (https://cloud.google.com/compute/docs/reference/rest/v1)
and GKE (https://cloud.google.com/kubernetes-engine/docs/reference/rest, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece
from scanner.iac.google import assets
from scanner.iac.terraform.google import identity
from scanner.iac.terraform.google.made import Fields, legible
from scanner.iac.terraform.values import is_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.google.made import Made, Spec
    from scanner.iac.terraform.values import Value

_ACCOUNTS: Final = Fields("serviceAccounts", {"email": "email", "scopes": "scopes"}, many=True)
_INTERFACES: Final = Fields(
    "networkInterfaces",
    {
        "network": "network",
        "subnetwork": "subnetwork",
        "access_config": Fields(
            "accessConfigs", {"nat_ip": "natIP", "network_tier": "networkTier"}, many=True
        ),
        "ipv6_access_config": Fields("ipv6AccessConfigs", {"external_ipv6": "externalIpv6"}, many=True),
    },
    many=True,
)
_RULES: Final = Fields("", {"protocol": "IPProtocol", "ports": "ports"}, many=True)
_IAP: Final = Fields("iap", {"enabled": "enabled"})
_BACKENDS: Final = Fields("backends", {"group": "group", "description": "description"}, many=True)
_FRONT: Final[Spec] = {
    "description": "description",
    "load_balancing_scheme": "loadBalancingScheme",
    "ip_protocol": "IPProtocol",
    "port_range": "portRange",
    "ports": "ports",
    "target": "target",
    "backend_service": "backendService",
    "network": "network",
    "subnetwork": "subnetwork",
}
_BACKEND: Final[Spec] = {
    "description": "description",
    "protocol": "protocol",
    "port_name": "portName",
    "load_balancing_scheme": "loadBalancingScheme",
    "security_policy": "securityPolicy",
    "iap": _IAP,
    "backend": _BACKENDS,
}
_MACHINE: Final[Spec] = {
    "machine_type": "machineType",
    "description": "description",
    "service_account": _ACCOUNTS,
    "network_interface": _INTERFACES,
}
_SPECS: Final[dict[str, Spec]] = {
    "google_compute_backend_service": _BACKEND,
    "google_compute_disk": {
        "description": "description",
        "image": "sourceImage",
        "snapshot": "sourceSnapshot",
    },
    "google_compute_firewall": {
        "description": "description",
        "network": "network",
        "direction": "direction",
        "priority": "priority",
        "disabled": "disabled",
        "source_ranges": "sourceRanges",
        "source_tags": "sourceTags",
        "source_service_accounts": "sourceServiceAccounts",
        "destination_ranges": "destinationRanges",
        "target_tags": "targetTags",
        "target_service_accounts": "targetServiceAccounts",
        "allow": _RULES._replace(field="allowed"),
        "deny": _RULES._replace(field="denied"),
    },
    "google_compute_forwarding_rule": _FRONT,
    "google_compute_global_forwarding_rule": _FRONT,
    "google_compute_image": {"description": "description", "family": "family"},
    "google_compute_instance": _MACHINE,
    "google_compute_instance_template": {},
    "google_compute_machine_image": {"description": "description"},
    "google_compute_network": {
        "description": "description",
        "auto_create_subnetworks": "autoCreateSubnetworks",
        "network_firewall_policy_enforcement_order": "networkFirewallPolicyEnforcementOrder",
    },
    "google_compute_region_backend_service": _BACKEND,
    "google_compute_region_disk": {"description": "description", "snapshot": "sourceSnapshot"},
    "google_compute_service_attachment": {
        "description": "description",
        "connection_preference": "connectionPreference",
        "target_service": "targetService",
        "nat_subnets": "natSubnets",
        "consumer_accept_lists": Fields(
            "consumerAcceptLists",
            {"project_id_or_num": "projectIdOrNum", "network_url": "networkUrl"},
            many=True,
        ),
    },
    "google_compute_snapshot": {"description": "description", "source_disk": "sourceDisk"},
    "google_compute_subnetwork": {
        "network": "network",
        "ip_cidr_range": "ipCidrRange",
        "private_ip_google_access": "privateIpGoogleAccess",
    },
    "google_compute_target_http_proxy": {"url_map": "urlMap"},
    "google_compute_target_https_proxy": {"url_map": "urlMap"},
    "google_compute_url_map": {
        "default_service": "defaultService",
        "path_matcher": Fields(
            "pathMatchers",
            {
                "name": "name",
                "default_service": "defaultService",
                "path_rule": Fields("pathRules", {"service": "service", "paths": "paths"}, many=True),
            },
            many=True,
        ),
    },
}
_PREFIX: Final = "https://www.googleapis.com/compute/v1/"
_CONFIG: Final[Spec] = {
    "service_account": "serviceAccount",
    "machine_type": "machineType",
    "workload_metadata_config": Fields("workloadMetadataConfig", {"mode": "mode"}),
}
_POOL: Final[Spec] = {"name": "name", "node_config": Fields("config", _CONFIG)}
_CLUSTER: Final[Spec] = {
    "description": "description",
    "network": "network",
    "subnetwork": "subnetwork",
    "workload_identity_config": Fields("workloadIdentityConfig", {"workload_pool": "workloadPool"}),
    "private_cluster_config": Fields(
        "privateClusterConfig",
        {"enable_private_nodes": "enablePrivateNodes", "enable_private_endpoint": "enablePrivateEndpoint"},
    ),
    "master_authorized_networks_config": Fields(
        "masterAuthorizedNetworksConfig",
        {
            "cidr_blocks": Fields(
                "cidrBlocks", {"cidr_block": "cidrBlock", "display_name": "displayName"}, many=True
            )
        },
    ),
    "node_config": Fields("nodeConfig", _CONFIG),
    "node_pool": Fields("nodePools", _POOL, many=True),
}


def _asset(made: Made) -> None:
    _put(made, made.read(_SPECS[made.instance.type]))


def _put(made: Made, fields: Piece) -> None:
    body = dict(fields.body)
    for name in ("network", "subnetwork"):
        if isinstance(body.get(name), str):
            body[name] = _link(made, name, body[name])
    path = identity.path_of(made.instance)
    assets.asset(
        made.drafts,
        made.target,
        Piece(
            {**body, "name": made.name, "selfLink": f"{_PREFIX}{path}", "labels": made.labels()},
            fields.places,
        ),
    )


def _link(made: Made, kind: str, value: str) -> str:
    """Return a network or subnetwork, which code may call by its name alone, as a link."""
    if "/" in value:
        return value if value.startswith("https://") else f"{_PREFIX}{value.lstrip('/')}"
    place = "global/networks" if kind == "network" else f"regions/{made.at.region}/subnetworks"
    return f"{_PREFIX}projects/{made.at.project}/{place}/{value}"


def _instance(made: Made) -> None:
    """Read a machine; of its metadata the known pieces of what cannot be told are kept."""
    fields = made.read(_MACHINE)
    body = dict(fields.body)
    for interface in body.get("networkInterfaces", ()):
        for name in ("network", "subnetwork"):
            if isinstance(interface.get(name), str):
                interface[name] = _link(made, name, interface[name])
    given: Value = made.body.get("metadata")
    items = [{"key": str(k), "value": str(legible(v))} for k, v in _items(given) if not is_named(v)]
    script = made.body.get("metadata_startup_script")
    items += [] if script is None else [{"key": "startup-script", "value": str(legible(script))}]
    tags = made.texts("tags")
    extra: dict[str, Any] = {"metadata": {"items": items}} if items else {}
    extra |= {"tags": {"items": tags}} if tags else {}
    _put(made, Piece({**body, **extra}, fields.places))


def _items(value: Value) -> list[tuple[Value, Value]]:
    return list(value.items()) if isinstance(value, dict) else []


def _cluster(made: Made) -> None:
    _put(made, made.read(_CLUSTER))


def _node_pool(made: Made) -> None:
    """Add a pool of nodes to its cluster, which need not be this code's."""
    cluster = made.text("cluster")
    if cluster is None:
        return
    if cluster.startswith("projects/"):
        name = f"//container.googleapis.com/{cluster}"
    else:
        location = identity.fields(made.instance)["location"]
        name = (
            f"//container.googleapis.com/projects/{made.project.id}/locations/{location}/clusters/{cluster}"
        )
    found = made.drafts.get(
        made.target_of(name, "container.googleapis.com/Cluster").id("ListAssets.RESOURCE")
    )
    if found is None:
        target = made.target_of(name, "container.googleapis.com/Cluster")
        assets.asset(made.drafts, target, made.whole.with_fields(name=name.rpartition("/")[2]))
        found = made.drafts.at(target.id("ListAssets.RESOURCE"))
    found.append("/resource/data/nodePools", made.read(_POOL).with_fields(name=made.name))


FIRST: Final[dict[str, Callable[[Made], None]]] = {
    "google_compute_network": _asset,
    "google_container_cluster": _cluster,
}
"""Clusters, to which pools of nodes are added, and networks, to which peerings are."""

TYPES: Final[dict[str, Callable[[Made], None]]] = {
    **dict.fromkeys(_SPECS.keys() - FIRST.keys(), _asset),
    "google_compute_instance": _instance,
    "google_container_node_pool": _node_pool,
}
