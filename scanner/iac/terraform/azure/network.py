"""Virtual networks: addresses, security groups, balancers, application gateways, private endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac import azure
from scanner.iac.aws import Piece
from scanner.iac.terraform.azure.identity import group_scope, text_of
from scanner.iac.terraform.azure.made import ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.azure.made import Made
    from scanner.iac.terraform.bodies import Body

_NETWORK: Final = "Microsoft.Network"
_RULE: Final = {
    "access": "access",
    "direction": "direction",
    "priority": "priority",
    "protocol": "protocol",
    **{
        f"{side}_{what}": f"{side}{words}"
        for side in ("source", "destination")
        for what, words in (
            ("address_prefix", "AddressPrefix"),
            ("address_prefixes", "AddressPrefixes"),
            ("port_range", "PortRange"),
            ("port_ranges", "PortRanges"),
        )
    },
}


def _group(made: Made) -> None:
    blocks = made.body.blocks("security_rule")
    rules = [_rule(made, body) for body in blocks]
    made.put({"securityRules": rules}, made.places(("/properties/securityRules", blocks)))


def _rule(made: Made, body: Body) -> dict[str, Any]:
    said = made.named(_RULE, body)
    for field, value in said.items():
        if isinstance(value, dict):  # nobody knows whom an open rule means
            made.untold(field, body.get(next(a for a, f in _RULE.items() if f == field)))
    for attribute, field in (
        ("source_application_security_group_ids", "sourceApplicationSecurityGroups"),
        ("destination_application_security_group_ids", "destinationApplicationSecurityGroups"),
    ):
        listed = made.references(attribute, body)
        if listed:
            said[field] = ids(listed)
    return {"name": made.said("name", body), "properties": said}


def _in_group(made: Made, type_: str, attribute: str) -> str:
    """Return the id of something that an attribute names, in the same resource group."""
    name = text_of(made.body.get(attribute), made.instance)
    return f"{group_scope(made.instance)}/providers/{_NETWORK}/{type_}/{name}"


def _rule_apart(made: Made) -> None:
    group = _in_group(made, "networkSecurityGroups", "network_security_group_name")
    made.add(group, "/properties/securityRules", _rule(made, made.body))


def _network(made: Made) -> None:
    blocks = made.body.blocks("subnet")
    subnets = []
    for body in blocks:
        name = text_of(body.get("name"), made.instance)
        group = made.reference("security_group", body)
        said = {"networkSecurityGroup": {"id": group}} if group else {}
        subnets.append({"id": f"{made.id}/subnets/{name}", "name": name, "properties": said})
    made.put({"subnets": subnets}, made.places(("/properties/subnets", blocks)))


def _subnet(made: Made) -> None:
    id_ = made.id
    network = id_.rpartition("/subnets/")[0]
    if azure.found(made.drafts, network) is not None:
        made.add(network, "/properties/subnets", {"id": id_, "name": made.name, "properties": {}})


def _subnet_group(made: Made) -> None:
    subnet, group = made.reference("subnet_id"), made.reference("network_security_group_id")
    draft = azure.found(made.drafts, subnet.rpartition("/subnets/")[0]) if subnet else None
    if subnet is None or group is None or draft is None:
        made.instance.say("it guards a subnet that the code does not make")
        return
    for index, known in enumerate(draft.body["properties"].get("subnets", ())):
        if known["id"].lower() == subnet.lower():
            pointer = f"/properties/subnets/{index}/properties/networkSecurityGroup"
            draft.set(pointer, Piece({"id": group}, (made.place,)))


def _interface(made: Made) -> None:
    blocks = made.body.blocks("ip_configuration")
    configs = []
    for body in blocks:
        name = text_of(body.get("name"), made.instance) or "internal"
        said: dict[str, Any] = made.named({"private_ip_address": "privateIPAddress"}, body)
        for attribute, field in (("subnet_id", "subnet"), ("public_ip_address_id", "publicIPAddress")):
            id_ = made.reference(attribute, body)
            if id_:
                said[field] = {"id": id_}
        configs.append({"id": f"{made.id}/ipConfigurations/{name}", "name": name, "properties": said})
    made.put({"ipConfigurations": configs}, made.places(("/properties/ipConfigurations", blocks)))


def _interface_group(made: Made) -> None:
    nic, group = made.reference("network_interface_id"), made.reference("network_security_group_id")
    draft = azure.found(made.drafts, nic) if nic else None
    if draft is None or group is None:
        made.instance.say("it guards an interface that the code does not make")
        return
    draft.set("/properties/networkSecurityGroup", Piece({"id": group}, (made.place,)))


def _config_of(made: Made) -> tuple[Any, str] | None:
    """Return an interface's document, and the pointer of the configuration that an attribute names."""
    nic, name = made.reference("network_interface_id"), made.text("ip_configuration_name")
    draft = azure.found(made.drafts, nic) if nic else None
    if draft is not None:
        for index, config in enumerate(draft.body["properties"].get("ipConfigurations", ())):
            if name in (config["name"], None):
                return draft, f"/properties/ipConfigurations/{index}"
    made.instance.say("it adds to an interface that the code does not make")
    return None


def _in_pool(made: Made) -> None:
    found, pool = _config_of(made), made.reference("backend_address_pool_id")
    if found is not None and pool is not None:
        gateway = "_application_gateway_" in made.instance.type
        field = "applicationGatewayBackendAddressPools" if gateway else "loadBalancerBackendAddressPools"
        found[0].append(f"{found[1]}/properties/{field}", Piece({"id": pool}, (made.place,)))


def _in_application_group(made: Made) -> None:
    found, group = _config_of(made), made.reference("application_security_group_id")
    if found is not None and group is not None:
        pointer = f"{found[1]}/properties/applicationSecurityGroups"
        found[0].append(pointer, Piece({"id": group}, (made.place,)))


def _behind_nat(made: Made) -> None:
    """Read that a rule of a balancer leads to an interface."""
    found, rule = _config_of(made), made.reference("nat_rule_id")
    draft = azure.found(made.drafts, rule.rpartition("/inboundNatRules/")[0]) if rule else None
    if found is None or rule is None or draft is None:
        return
    target = found[0].body["properties"]["ipConfigurations"][int(found[1].rpartition("/")[2])]["id"]
    for index, known in enumerate(draft.body["properties"].get("inboundNatRules", ())):
        if known["id"].lower() == rule.lower():
            pointer = f"/properties/inboundNatRules/{index}/properties/backendIPConfiguration"
            draft.set(pointer, Piece({"id": target}, (made.place,)))


def _public_address(made: Made) -> None:
    """Read a public address; the default kind is that of version 4 of the provider."""
    properties = {
        **made.named({"ip_address": "ipAddress"}),
        "publicIPAllocationMethod": made.said("allocation_method"),
        "dnsSettings": {"fqdn": fqdn} if isinstance(fqdn := made.instance.attribute("fqdn"), str) else None,
    }
    made.put(properties, sku={"name": made.said("sku") or "Standard"})


def _balancer(made: Made) -> None:
    blocks = made.body.blocks("frontend_ip_configuration")
    fronts = [_front(made, body) for body in blocks]
    places = made.places(("/properties/frontendIPConfigurations", blocks))
    made.put({"frontendIPConfigurations": fronts}, places, sku={"name": made.said("sku") or "Standard"})


def _front(made: Made, body: Body) -> dict[str, Any]:
    name = text_of(body.get("name"), made.instance) or "unnamed"
    said: dict[str, Any] = {}
    for attribute, field in (("public_ip_address_id", "publicIPAddress"), ("subnet_id", "subnet")):
        id_ = made.reference(attribute, body)
        if id_:
            said[field] = {"id": id_}
    return {"id": f"{made.id}/frontendIPConfigurations/{name}", "name": name, "properties": said}


def _balancer_rule(made: Made) -> None:
    balancer = made.reference("loadbalancer_id")
    if balancer is None:
        return
    front = text_of(made.body.get("frontend_ip_configuration_name"), made.instance)
    said: dict[str, Any] = {
        "frontendIPConfiguration": {"id": f"{balancer}/frontendIPConfigurations/{front}"},
        **made.named(
            {"backend_port": "backendPort", "frontend_port": "frontendPort", "protocol": "protocol"}
        ),
    }
    nat = made.instance.type == "azurerm_lb_nat_rule"
    if not nat:
        said["backendAddressPools"] = ids(made.references("backend_address_pool_ids"))
    collection = "inboundNatRules" if nat else "loadBalancingRules"
    entry = {"id": f"{balancer}/{collection}/{made.name}", "name": made.name, "properties": said}
    made.add(balancer, f"/properties/{collection}", entry)


def _gateway(made: Made) -> None:
    """Read an application gateway; its parts name each other."""
    id_ = made.id

    def listed(block: str, collection: str, said: Callable[[Body], dict[str, Any]]) -> list[dict[str, Any]]:
        found = []
        for body in made.body.blocks(block):
            name = text_of(body.get("name"), made.instance) or "unnamed"
            found.append({"id": f"{id_}/{collection}/{name}", "name": name, "properties": said(body)})
        return found

    def part(body: Body, attribute: str, collection: str) -> dict[str, str]:
        return {"id": f"{id_}/{collection}/{text_of(body.get(attribute), made.instance)}"}

    rules = made.body.blocks("request_routing_rule")
    properties = {
        "frontendIPConfigurations": [_front(made, b) for b in made.body.blocks("frontend_ip_configuration")],
        "frontendPorts": listed("frontend_port", "frontendPorts", lambda b: {"port": made.said("port", b)}),
        "gatewayIPConfigurations": listed(
            "gateway_ip_configuration",
            "gatewayIPConfigurations",
            lambda b: {"subnet": {"id": made.reference("subnet_id", b) or ""}},
        ),
        "backendAddressPools": listed(
            "backend_address_pool",
            "backendAddressPools",
            lambda b: {
                "backendAddresses": [
                    *({"ipAddress": ip} for ip in made.texts("ip_addresses", b)),
                    *({"fqdn": name} for name in made.texts("fqdns", b)),
                ]
            },
        ),
        "httpListeners": listed(
            "http_listener",
            "httpListeners",
            lambda b: {
                "frontendIPConfiguration": part(
                    b, "frontend_ip_configuration_name", "frontendIPConfigurations"
                ),
                "frontendPort": part(b, "frontend_port_name", "frontendPorts"),
            },
        ),
        "requestRoutingRules": listed(
            "request_routing_rule",
            "requestRoutingRules",
            lambda b: {
                "httpListener": part(b, "http_listener_name", "httpListeners"),
                "backendAddressPool": part(b, "backend_address_pool_name", "backendAddressPools"),
            },
        ),
    }
    made.put(properties, made.places(("/properties/requestRoutingRules", rules)))


def _endpoint(made: Made) -> None:
    """Read a private endpoint: what it leads to lets it in, unless that has to be approved by hand."""
    made.put({"subnet": {"id": made.reference("subnet_id") or ""}})
    for body in made.body.blocks("private_service_connection"):
        target = made.reference("private_connection_resource_id", body)
        manual = made.switch("is_manual_connection", default=False, body=body)
        state = "Pending" if manual is True else "Approved"
        entry = {
            "name": made.said("name", body),
            "properties": {
                "privateEndpoint": {"id": made.id},
                "privateLinkServiceConnectionState": {"status": state},
            },
        }
        if target is not None and azure.found(made.drafts, target) is not None:
            made.add(target, "/properties/privateEndpointConnections", entry, body)


def _plain(made: Made) -> None:
    made.put({})


FIRST: Final[dict[str, Callable[[Made], None]]] = {
    "azurerm_application_gateway": _gateway,
    "azurerm_application_security_group": _plain,
    "azurerm_lb": _balancer,
    "azurerm_network_interface": _interface,
    "azurerm_network_security_group": _group,
    "azurerm_public_ip": _public_address,
    "azurerm_virtual_network": _network,
}
TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "azurerm_lb_nat_rule": _balancer_rule,
    "azurerm_lb_rule": _balancer_rule,
    "azurerm_network_interface_application_gateway_backend_address_pool_association": _in_pool,
    "azurerm_network_interface_application_security_group_association": _in_application_group,
    "azurerm_network_interface_backend_address_pool_association": _in_pool,
    "azurerm_network_interface_security_group_association": _interface_group,
    "azurerm_network_security_rule": _rule_apart,
    "azurerm_private_endpoint": _endpoint,
    "azurerm_subnet": _subnet,
}
LAST: Final[dict[str, Callable[[Made], None]]] = {
    "azurerm_network_interface_nat_rule_association": _behind_nat,
    "azurerm_subnet_network_security_group_association": _subnet_group,
}
