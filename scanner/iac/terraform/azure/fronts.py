"""Front Door, standard and premium: which hosts it serves, and by which routes.

Source: AzureRM provider, "azurerm_cdn_frontdoor_route" and its like
(https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/cdn_frontdoor_route, read
2026-11). What a firewall policy or a rule of a rule set changes is not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.terraform.values import has_open

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.azure.made import Made


def _profile(made: Made) -> None:
    made.put({}, sku={"name": made.said("sku_name")})


def _endpoint(made: Made) -> None:
    made.put({"enabledState": made.word("enabled", on="Enabled", off="Disabled")})


def _group(made: Made) -> None:
    made.put({})


def _origin(made: Made) -> None:
    """Read an origin; a host that cannot be told may be any of ours."""
    if has_open(made.body.get("host_name")):
        made.untold("host_name", made.body.get("host_name"))
    made.put(
        {
            "hostName": made.said("host_name"),
            "enabledState": made.word("enabled", on="Enabled", off="Disabled"),
        }
    )


def _route(made: Made) -> None:
    group = made.reference("cdn_frontdoor_origin_group_id")
    made.put(
        {
            "originGroup": None if group is None else {"id": group},
            "enabledState": made.word("enabled", on="Enabled", off="Disabled"),
        }
    )


FIRST: Final[dict[str, Callable[[Made], None]]] = {
    "azurerm_cdn_frontdoor_endpoint": _endpoint,
    "azurerm_cdn_frontdoor_origin": _origin,
    "azurerm_cdn_frontdoor_origin_group": _group,
    "azurerm_cdn_frontdoor_profile": _profile,
    "azurerm_cdn_frontdoor_route": _route,
}
