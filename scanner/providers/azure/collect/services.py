"""Other services that hold or serve models, or stand before those that do.

Fields: ``Microsoft.CognitiveServices.accounts.deployments``, ``….projects``, ``….connections``,
``….privateEndpointConnections``; ``Microsoft.ContainerRegistry.registries`` itself (Resource Graph may lack
``roleAssignmentMode``), ``….tokens``, ``….scopeMaps``, ``….cacheRules``, ``….privateEndpointConnections``;
``Microsoft.ManagedIdentity.userAssignedIdentities.federatedIdentityCredentials``;
``Microsoft.Compute.galleries`` itself, with whom it is shared; ``Microsoft.Cdn.profiles.afdEndpoints``,
``….afdEndpoints.routes``, ``….originGroups``, ``….originGroups.origins``;
``Microsoft.App.containerApps.authConfigs``; ``Microsoft.Web.sites.config`` and
``….slots.config`` (who may connect, and what runs).

Source: "Azure REST API reference" of each service (https://learn.microsoft.com/rest/api/azure, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.azure.collect.table import Row, Service, child

if TYPE_CHECKING:
    from scanner.providers.azure.collect.table import Body


def _is_front_door(profile: Body) -> bool:
    sku = profile.get("sku")
    return not isinstance(sku, dict) or "frontdoor" in str(sku.get("name", "frontdoor")).lower()


_COGNITIVE, _COGNITIVE_VERSION = "Microsoft.CognitiveServices.accounts", "2025-09-01"
_REGISTRIES, _REGISTRIES_VERSION = "Microsoft.ContainerRegistry.registries", "2025-11-01"
_PROFILES, _PROFILES_VERSION = "Microsoft.Cdn.profiles", "2024-02-01"
_IP_RESTRICTIONS = ("ipSecurityRestrictions", "ipSecurityRestrictionsDefaultAction", "publicNetworkAccess")


def _site(field: str) -> tuple[Row, Row]:
    """Return the questions for a site, or a slot of one, which has settings of its own."""
    type_ = field.replace(".", "/").replace("/", ".", 1)
    web = Row(
        field=f"{field}.config",
        each=type_.lower(),
        path="{id}/config/web",
        version="2023-12-01",
        needs=f"{type_}/config/read",
        shape="object",
        only=(*_IP_RESTRICTIONS, "linuxFxVersion", "appCommandLine", "vnetName"),
        effect="both",
    )
    login = Row(  # the one of two questions that is answered without secrets
        field=f"{field}.config",
        each=type_.lower(),
        path="{id}/config/authsettingsV2",
        version="2023-12-01",
        needs=f"{type_}/config/read",
        shape="object",
        only=("platform", "globalValidation", "identityProviders"),
        effect="overstated",
    )
    return web, login


TABLE = Service(
    name="services",
    api="arm",
    rows=(
        *(
            child(_COGNITIVE, name, _COGNITIVE_VERSION)
            for name in ("deployments", "projects", "connections", "privateEndpointConnections")
        ),
        Row(
            field=_REGISTRIES,
            each="microsoft.containerregistry/registries",
            path="{id}",
            version=_REGISTRIES_VERSION,
            needs="Microsoft.ContainerRegistry/registries/read",
            shape="object",
            effect="both",
        ),
        *(
            child(_REGISTRIES, name, _REGISTRIES_VERSION)
            for name in ("tokens", "scopeMaps", "cacheRules", "privateEndpointConnections")
        ),
        child(
            "Microsoft.ManagedIdentity.userAssignedIdentities", "federatedIdentityCredentials", "2024-11-30"
        ),
        Row(
            field="Microsoft.Compute.galleries",
            each="microsoft.compute/galleries",
            path="{id}",
            version="2023-07-03",
            query={"$expand": "SharingProfile/Groups"},
            needs="Microsoft.Compute/galleries/read",
            shape="object",
        ),
        child(_PROFILES, "afdEndpoints", _PROFILES_VERSION, when=_is_front_door),
        child(f"{_PROFILES}.afdEndpoints", "routes", _PROFILES_VERSION, of_rows=True),
        child(_PROFILES, "originGroups", _PROFILES_VERSION, when=_is_front_door),
        child(f"{_PROFILES}.originGroups", "origins", _PROFILES_VERSION, of_rows=True),
        child("Microsoft.App.containerApps", "authConfigs", "2024-03-01"),
        *_site("Microsoft.Web.sites"),
        *_site("Microsoft.Web.sites.slots"),
    ),
)
