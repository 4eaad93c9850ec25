"""In which subscription and tenant a resource of Azure's will live.

One that code leaves open is that of the configuration, when there is one, else a stand-in: zeros.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.iac.azure import UNKNOWN_SUBSCRIPTION, UNKNOWN_TENANT, made_up_guid
from scanner.iac.terraform.providers import body_of, reference_of
from scanner.iac.terraform.values import Open

if TYPE_CHECKING:
    from scanner.iac.terraform.aws.identity import Resource
    from scanner.iac.terraform.bodies import HclBody
    from scanner.iac.terraform.root import Root
    from scanner.iac.terraform.values import Value

_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_HERE: Final = ("azurerm_client_config", "azurerm_subscription", "azuread_client_config")


class Home(NamedTuple):
    """Ids of a subscription and of its tenant."""

    subscription: str
    tenant: str

    @property
    def scope(self) -> str:
        """The subscription's id as a scope."""
        return f"/subscriptions/{self.subscription}"


def home_of(instance: Resource) -> Home:
    """Return where a resource will live: as its provider says, else as the configuration does."""
    module = getattr(instance, "module", instance.root.module)
    block = getattr(instance, "block", None)
    named = block.attributes.get("provider") if block is not None else None
    reference = instance.type.partition("_")[0] if named is None else reference_of(named)
    given = body_of(module, reference) or body_of(module, "azurerm")
    tenant = body_of(module, "azuread") if given is None else given
    return Home(
        _told(given, "subscription_id", reference, _default_subscription(instance.root)),
        _told(given, "tenant_id", "", "") or _told(tenant, "tenant_id", "", _default_tenant(instance.root)),
    )


def is_guid(text: str) -> bool:
    """Tell whether a text is a GUID."""
    return _GUID.fullmatch(text) is not None


def _told(given: HclBody | None, name: str, alias: str, default: str) -> str:
    value: Value = None if given is None else given.get(name)
    if isinstance(value, str) and _GUID.fullmatch(value):
        return str(value).lower()
    if isinstance(value, Open) and "." in alias:  # another subscription than the usual one
        return made_up_guid(name, value.expression)
    return default


def _default_subscription(root: Root) -> str:
    if root.plan is not None:
        known = _planned(root, "subscription_id") or _of_ids(root)
        if known:
            return known
    listed = root.settings.subscriptions
    return listed[0].lower() if len(listed) == 1 else UNKNOWN_SUBSCRIPTION


def _default_tenant(root: Root) -> str:
    known = _planned(root, "tenant_id") if root.plan is not None else ""
    listed = (known,) if known else root.settings.tenants
    return listed[0].lower() if listed else UNKNOWN_TENANT


def _planned(root: Root, name: str) -> str:
    """Return what a plan knows of where it deploys: by what was looked up, or by the provider's constants."""
    plan = root.plan
    if plan is None:
        return ""
    told = [plan.configured("azurerm", name)]
    told += [p.values.get(name) for type_ in _HERE for p in plan.of(type_)]
    return next((str(t).lower() for t in told if isinstance(t, str) and _GUID.fullmatch(t)), "")


def _of_ids(root: Root) -> str:
    """Return the subscription of the first resource that is there already."""
    for planned in root.plan.resources() if root.plan is not None else ():
        id_ = planned.values.get("id")
        parts = id_.split("/") if isinstance(id_, str) else []
        if len(parts) > 2 and parts[1] == "subscriptions" and _GUID.fullmatch(parts[2]):
            return parts[2].lower()
    return ""
