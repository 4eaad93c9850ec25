"""API Management: the APIs of a gateway, where they lead, and what their policies ask for.

Fields below ``Microsoft.ApiManagement.service``: ``apis``, ``backends`` (their addresses alone), ``policies``
and ``apis.policies``. A policy's text may hold keys, so its `value` is not kept, see `gateway_policies`.
Source: "Policy", REST API (https://learn.microsoft.com/rest/api/apimanagement/policy, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.azure.collect.table import Row, Service, child
from scanner.providers.azure.gateway_policies import kept_of

if TYPE_CHECKING:
    from scanner.providers.azure.collect.table import Body

_SERVICE, _VERSION = "Microsoft.ApiManagement.service", "2022-08-01"


def _without_text(policy: Body) -> Body:
    """Return a policy without its text."""
    properties = policy.get("properties")
    value = properties.get("value") if isinstance(properties, dict) else None
    if not isinstance(value, str):
        return policy
    return {**policy, "properties": kept_of(value)}


TABLE = Service(
    name="api management",
    api="arm",
    rows=(
        child(_SERVICE, "apis", _VERSION),
        Row(
            field=f"{_SERVICE}.backends",
            each="microsoft.apimanagement/service",
            path="{id}/backends",
            version=_VERSION,
            needs="Microsoft.ApiManagement/service/backends/read",
            only=("url", "resourceId"),
        ),
        *(
            Row(
                field=f"{parent}.policies",
                each=each,
                path="{id}/policies",
                version=_VERSION,
                needs=f"{type_}/policies/read",
                shrink=_without_text,
                effect="both",
            )
            for parent, each, type_ in (
                (_SERVICE, "microsoft.apimanagement/service", "Microsoft.ApiManagement/service"),
                (f"{_SERVICE}.apis", f"{_SERVICE}.apis", "Microsoft.ApiManagement/service/apis"),
            )
        ),
    ),
)
