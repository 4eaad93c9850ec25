"""Perimeters, private link services, replication, and gateways of APIs: ways around a service's own firewall.

Source: AzureRM provider, "azurerm_network_security_perimeter_association", "azurerm_private_link_service",
"azurerm_storage_object_replication", "azurerm_api_management_api_policy"
(https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/api_management_api_policy,
read 2026-11). Texts of policies are not kept, as in live snapshots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac import azure
from scanner.iac.aws import Piece
from scanner.iac.terraform.azure.made import ids
from scanner.iac.terraform.values import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.azure.made import Made
    from scanner.iac.terraform.bodies import Body

_PERIMETERS: Final = "Microsoft.Network/networkSecurityPerimeters"
_GATEWAYS: Final = "Microsoft.ApiManagement/service"
_REPLICATION: Final = "Microsoft.Storage/storageAccounts/objectReplicationPolicies"


def _perimeter(made: Made) -> None:
    made.put({})


def _access_rule(made: Made) -> None:
    subscriptions = made.said("subscription_ids")
    made.put(
        {
            "direction": made.said("direction"),
            "addressPrefixes": made.said("address_prefixes"),
            "fullyQualifiedDomainNames": made.said("fqdns"),
            "serviceTags": made.said("service_tags"),
            "subscriptions": ids(made.references("subscription_ids")) if subscriptions else None,
        }
    )


def _association(made: Made) -> None:
    """Read an association; it hangs below the perimeter, not below the profile that code names."""
    profile, service = made.reference("network_security_perimeter_profile_id"), made.reference("resource_id")
    if profile is None or service is None:
        return
    properties = {
        "accessMode": made.said("access_mode"),
        "privateLinkResource": {"id": service},
        "profile": {"id": profile},
    }
    id_ = f"{profile.partition('/profiles/')[0]}/resourceAssociations/{made.name}"
    _put(made, id_, f"{_PERIMETERS}/resourceAssociations", properties)


def _put(made: Made, id_: str, type_: str, properties: dict[str, Any], body: Body | None = None) -> None:
    piece = Piece({"properties": properties}, ((body or made.body).place,))
    azure.resource(made.drafts, id_, type_, piece)


def _private_link(made: Made) -> None:
    approved, visible = made.said("auto_approval_subscription_ids"), made.said("visibility_subscription_ids")
    fronts = made.references("load_balancer_frontend_ip_configuration_ids")
    made.put(
        {
            "loadBalancerFrontendIpConfigurations": ids(fronts),
            "autoApproval": {"subscriptions": approved or []},
            "visibility": {"subscriptions": visible or []},
            "privateEndpointConnections": [],
        }
    )


def _replication(made: Made) -> None:
    """Read a policy, which is one of the account that is copied and one of the account that receives."""
    source, target = (
        made.reference("source_storage_account_id"),
        made.reference("destination_storage_account_id"),
    )
    names = {"source_container_name": "sourceContainer", "destination_container_name": "destinationContainer"}
    rules: list[dict[str, Any]] = []
    for body in made.body.blocks("rules"):
        prefixes = made.said("filter_out_blobs_with_prefix", body)
        filters = {"filters": {"prefixMatch": prefixes}} if prefixes else {}
        rules.append({"ruleId": made.guid(f"rule-{len(rules)}"), **made.named(names, body), **filters})
    policy = made.guid("replication")
    properties = {"policyId": policy, "sourceAccount": source, "destinationAccount": target, "rules": rules}
    for account in (source, target):
        if account is not None and azure.found(made.drafts, account) is not None:
            _put(made, f"{account}/objectReplicationPolicies/{policy}", _REPLICATION, properties)


def _gateway(made: Made) -> None:
    made.put(
        {
            "gatewayUrl": made.instance.attribute("gateway_url"),
            "virtualNetworkType": made.said("virtual_network_type") or "None",
            "publicNetworkAccess": made.public_access(),
        }
    )
    for body in made.body.blocks("policy"):
        _text_of(made, made.id, _GATEWAYS, body)


def _api(made: Made) -> None:
    required = made.switch("subscription_required", default=True)
    is_imported = bool(made.body.blocks("import")) and made.said("service_url") is None
    if is_imported or made.said("source_api_id") is not None:
        made.instance.say("where it leads is told by what it is imported from")
    made.put(
        {
            "displayName": made.said("display_name"),
            "path": made.said("path"),
            "serviceUrl": made.said("service_url"),
            "subscriptionRequired": required,
            "isCurrent": True,
        }
    )


def _backend(made: Made) -> None:
    made.put(made.named({"url": "url", "resource_id": "resourceId"}))


def _gateway_policy(made: Made) -> None:
    service = made.reference("api_management_id")
    if service is not None:
        _text_of(made, service, _GATEWAYS, made.body)


def _api_policy(made: Made) -> None:
    """Read the policy of an API, by the id that the API has below the gateway of these names."""
    _text_of(made, made.id.rpartition("/policies/")[0], f"{_GATEWAYS}/apis", made.body)


def _text_of(made: Made, id_: str, type_: str, body: Body) -> None:
    link = body.get("xml_link")
    value = plain(body.get("xml_content") if link is None else link)
    properties = {"value": value, "format": "rawxml" if link is None else "rawxml-link"}
    _put(made, f"{id_}/policies/policy", f"{type_}/policies", properties, body)


FIRST: Final[dict[str, Callable[[Made], None]]] = {
    "azurerm_api_management": _gateway,
    "azurerm_network_security_perimeter": _perimeter,
    "azurerm_network_security_perimeter_profile": _perimeter,
}
TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "azurerm_api_management_api": _api,
    "azurerm_api_management_api_policy": _api_policy,
    "azurerm_api_management_backend": _backend,
    "azurerm_api_management_policy": _gateway_policy,
    "azurerm_network_security_perimeter_access_rule": _access_rule,
    "azurerm_network_security_perimeter_association": _association,
    "azurerm_private_link_service": _private_link,
    "azurerm_storage_object_replication": _replication,
}
