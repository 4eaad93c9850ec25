"""Fields that are lists: what stands there and is none is a gap, since nobody knows whom it lets in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.azure.documents import at
from scanner.snapshot import Gap, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.documents import Documents

_RULES: Final = ("ipRules", "virtualNetworkRules", "resourceAccessRules")
_FIREWALL: Final = (
    *(f"/properties/networkAcls/{name}" for name in _RULES),
    "/properties/privateEndpointConnections",
)
_INGRESS: Final = "/properties/configuration/ingress/ipSecurityRestrictions"
LISTS: Final[dict[str, tuple[str, ...]]] = {
    "microsoft.apimanagement/service/policies": ("/properties/elements",),
    "microsoft.apimanagement/service/apis/policies": ("/properties/elements",),
    "microsoft.storage/storageaccounts": _FIREWALL,
    "microsoft.cognitiveservices/accounts": _FIREWALL,
    "microsoft.keyvault/vaults": (*_FIREWALL, "/properties/accessPolicies"),
    "microsoft.containerregistry/registries": (
        "/properties/networkRuleSet/ipRules",
        "/properties/privateEndpointConnections",
    ),
    "microsoft.compute/galleries": ("/properties/sharingProfile/groups",),
    "microsoft.compute/virtualmachines": ("/properties/networkProfile/networkInterfaces",),
    "microsoft.containerservice/managedclusters": (
        "/properties/aadProfile/adminGroupObjectIDs",
        "/properties/apiServerAccessProfile/authorizedIPRanges",
    ),
    "microsoft.network/networksecuritygroups": ("/properties/securityRules",),
    "microsoft.network/networkinterfaces": ("/properties/ipConfigurations",),
    "microsoft.network/loadbalancers": ("/properties/loadBalancingRules", "/properties/inboundNatRules"),
    "microsoft.network/applicationgateways": ("/properties/requestRoutingRules",),
    "microsoft.network/networksecurityperimeters/profiles/accessrules": (
        "/properties/addressPrefixes",
        "/properties/subscriptions",
    ),
    "microsoft.network/privatelinkservices": (
        "/properties/autoApproval/subscriptions",
        "/properties/loadBalancerFrontendIpConfigurations",
        "/properties/privateEndpointConnections",
        "/properties/visibility/subscriptions",
    ),
    "microsoft.storage/storageaccounts/objectreplicationpolicies": ("/properties/rules",),
    "microsoft.web/sites/config": ("/properties/ipSecurityRestrictions",),
    "microsoft.app/containerapps": (_INGRESS, "/properties/template/containers"),
    "microsoft.managedservices/registrationassignments": (
        "/properties/registrationDefinition/properties/authorizations",
        "/properties/registrationDefinition/properties/eligibleAuthorizations",
    ),
}
"""Where each type of resource has lists that decide who gets in."""


def malformed(documents: Documents) -> Iterator[Gap]:
    """Yield the gap of every such field that holds neither a list nor nothing."""
    for type_, pointers in LISTS.items():
        for document in documents.arm(type_):
            for pointer in pointers:
                found = at(document.body, pointer)
                if found is not None and not isinstance(found, list):
                    unresolved = Unresolved.read(found)
                    words = f"what stands at {pointer} is "
                    if unresolved is None:
                        yield Gap(document.id, "unparseable", f"{words}no list", "both")
                    else:
                        yield Gap(document.id, "not-collected", f"{words}{unresolved.expression}", "both")
