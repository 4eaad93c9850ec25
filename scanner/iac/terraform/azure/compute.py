"""What runs code: machines, scale sets, containers, clusters, and the disks that machines leave behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.terraform.azure.made import ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.azure.made import Made
    from scanner.iac.terraform.bodies import Body

_NICS: Final = "/properties/virtualMachineProfile/networkProfile/networkInterfaceConfigurations"


def _machine(made: Made) -> None:
    made.put({"networkProfile": {"networkInterfaces": ids(made.references("network_interface_ids"))}})


def _extension(made: Made) -> None:
    """Read an extension: what it runs may name a server of models."""
    settings = made.body.get("settings")
    value = getattr(settings, "value", settings)
    command = value.get("commandToExecute") if isinstance(value, dict) else None
    said = {"commandToExecute": command} if isinstance(command, str) else None
    made.put({"publisher": made.said("publisher"), "type": made.said("type"), "settings": said})


def _scale_set(made: Made) -> None:
    blocks = made.body.blocks("network_interface")
    nics = [_interface(made, body) for body in blocks]
    extensions = [
        {"name": made.said("name", body), "properties": {"settings": _settings(body)}}
        for body in made.body.blocks("extension")
    ]
    profile: dict[str, Any] = {"networkProfile": {"networkInterfaceConfigurations": nics}}
    if extensions:
        profile["extensionProfile"] = {"extensions": extensions}
    made.put({"virtualMachineProfile": profile}, made.places((_NICS, blocks)))


def _settings(body: Body) -> dict[str, Any]:
    settings = body.get("settings")
    value = getattr(settings, "value", settings)
    command = value.get("commandToExecute") if isinstance(value, dict) else None
    return {"commandToExecute": command} if isinstance(command, str) else {}


def _interface(made: Made, body: Body) -> dict[str, Any]:
    configs = []
    for inner in body.blocks("ip_configuration"):
        said: dict[str, Any] = {}
        subnet = made.reference("subnet_id", inner)
        if subnet:
            said["subnet"] = {"id": subnet}
        for public in inner.blocks("public_ip_address")[:1]:
            said["publicIPAddressConfiguration"] = {"name": made.said("name", public)}
        for attribute, field in (
            ("load_balancer_backend_address_pool_ids", "loadBalancerBackendAddressPools"),
            ("application_gateway_backend_address_pool_ids", "applicationGatewayBackendAddressPools"),
            ("application_security_group_ids", "applicationSecurityGroups"),
        ):
            said[field] = ids(made.references(attribute, inner))
        configs.append({"name": made.said("name", inner), "properties": said})
    properties: dict[str, Any] = {"ipConfigurations": configs}
    group = made.reference("network_security_group_id", body)
    if group:
        properties["networkSecurityGroup"] = {"id": group}
    return {"name": made.said("name", body), "properties": properties}


def _disk(made: Made) -> None:
    properties = {
        "networkAccessPolicy": made.said("network_access_policy"),
        "publicNetworkAccess": made.public_access(),
    }
    made.put(properties)


def _plain(made: Made) -> None:
    made.put({})


def _site(made: Made) -> None:
    """Read a web app; what its configuration lets in is not read, and stays open."""
    made.put({"publicNetworkAccess": made.public_access()}, kind="app")


def _container_app(made: Made) -> None:
    templates = made.body.blocks("template")
    containers = [c for body in templates for c in body.blocks("container")]
    said = [
        made.named({"name": "name", "image": "image", "command": "command", "args": "args"}, body)
        for body in containers
    ]
    ingress = [_ingress(made, body) for body in made.body.blocks("ingress")[:1]]
    properties = {
        "environmentId": made.reference("container_app_environment_id"),
        "template": {"containers": said},
        "configuration": {"ingress": ingress[0]} if ingress else {},
    }
    made.put(properties, made.places(("/properties/template/containers", containers)))


def _ingress(made: Made, body: Body) -> dict[str, Any]:
    rules = [
        {
            "action": made.said("action", rule),
            "ipAddressRange": made.said("ip_address_range", rule),
            "name": made.said("name", rule),
        }
        for rule in body.blocks("ip_security_restriction")
    ]
    return {
        "external": made.switch("external_enabled", default=False, body=body),
        "targetPort": made.said("target_port", body),
        "ipSecurityRestrictions": rules,
    }


def _environment(made: Made) -> None:
    internal = made.switch("internal_load_balancer_enabled", default=False)
    made.put(
        {
            "vnetConfiguration": {"internal": internal},
            "publicNetworkAccess": made.said("public_network_access"),
        }
    )


def _container_group(made: Made) -> None:
    blocks = made.body.blocks("container")
    said = [
        {
            "name": made.said("name", body),
            "properties": {"image": made.said("image", body), "command": made.said("commands", body) or []},
        }
        for body in blocks
    ]
    type_ = made.said("ip_address_type") or "Public"
    properties = {"containers": said, "ipAddress": {"type": type_}}
    made.put(properties, made.places(("/properties/containers", blocks)))


def _cluster(made: Made) -> None:
    """Read a cluster of AKS."""
    entra = made.body.blocks("azure_active_directory_role_based_access_control")[:1]
    access = made.body.blocks("api_server_access_profile")[:1]
    ranges = made.said("authorized_ip_ranges", access[0]) if access else None
    if ranges is None:
        ranges = made.said("api_server_authorized_ip_ranges")
    properties: dict[str, Any] = {
        "enableRBAC": made.switch("role_based_access_control_enabled", default=True),
        "disableLocalAccounts": made.switch("local_account_disabled", default=False),
        "apiServerAccessProfile": {
            "enablePrivateCluster": made.switch("private_cluster_enabled", default=False),
            "authorizedIPRanges": ranges or [],
        },
    }
    for body in entra:
        properties["aadProfile"] = {
            "managed": True,
            "enableAzureRBAC": made.switch("azure_rbac_enabled", default=False, body=body),
            "adminGroupObjectIDs": made.said("admin_group_object_ids", body) or [],
        }
    if made.switch("oidc_issuer_enabled", default=False) is not False:
        url = made.instance.attribute("oidc_issuer_url")
        properties["oidcIssuerProfile"] = {"enabled": True, "issuerURL": url}
    kubelet = made.instance.attribute("kubelet_identity")
    if isinstance(kubelet, list) and kubelet and isinstance(kubelet[0], dict):
        oid = kubelet[0].get("object_id")
        properties["identityProfile"] = {"kubeletidentity": {"objectId": oid}}
    made.put(properties)


FIRST: Final[dict[str, Callable[[Made], None]]] = {
    "azurerm_container_app_environment": _environment,
    "azurerm_kubernetes_cluster": _cluster,
    "azurerm_linux_virtual_machine": _machine,
    "azurerm_linux_virtual_machine_scale_set": _scale_set,
    "azurerm_managed_disk": _disk,
    "azurerm_orchestrated_virtual_machine_scale_set": _scale_set,
    "azurerm_shared_image_gallery": _plain,
    "azurerm_snapshot": _disk,
    "azurerm_virtual_machine": _machine,
    "azurerm_windows_virtual_machine": _machine,
    "azurerm_windows_virtual_machine_scale_set": _scale_set,
}
TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "azurerm_app_service": _site,
    "azurerm_container_app": _container_app,
    "azurerm_container_group": _container_group,
    "azurerm_function_app": _site,
    "azurerm_linux_function_app": _site,
    "azurerm_linux_web_app": _site,
    "azurerm_machine_learning_compute_cluster": _plain,
    "azurerm_machine_learning_compute_instance": _plain,
    "azurerm_shared_image": _plain,
    "azurerm_virtual_machine_extension": _extension,
    "azurerm_windows_function_app": _site,
    "azurerm_windows_web_app": _site,
}
