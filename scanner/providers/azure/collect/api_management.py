"""API Management: the APIs of a gateway, where they lead, and what their policies ask for.

Fields below ``Microsoft.ApiManagement.service``: ``apis``, ``backends`` (their addresses alone), ``policies``
and ``apis.policies``. A policy's text may hold keys, so its `value` is not kept: `elements` are the names
of what it does, `addresses`, `backends` and `tenants` what a few of them name. Source: "API Management policy
reference" (https://learn.microsoft.com/azure/api-management/api-management-policies, read 2026-11).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scanner.providers.azure.collect.table import Row, Service, child

if TYPE_CHECKING:
    from scanner.providers.azure.collect.table import Body

_SERVICE, _VERSION = "Microsoft.ApiManagement.service", "2022-08-01"
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ELEMENT = re.compile(r"<([a-z][a-z0-9-]*)[\s/>]")
_NAMED = {
    "addresses": re.compile(r"<set-backend-service\s[^>]*?base-url=\"(https?://[\w./-]+)\""),
    "backends": re.compile(r"<set-backend-service\s[^>]*?backend-id=\"([\w-]+)\""),
    "tenants": re.compile(r"<validate-azure-ad-token\s[^>]*?tenant-id=\"([\w-]+)\""),
}


def _without_text(policy: Body) -> Body:
    """Return a policy without its text."""
    properties = policy.get("properties")
    value = properties.get("value") if isinstance(properties, dict) else None
    if not isinstance(value, str):
        return policy
    text = _COMMENT.sub("", value)
    told = {name: sorted(set(pattern.findall(text))) for name, pattern in _NAMED.items()}
    return {**policy, "properties": {"elements": sorted(set(_ELEMENT.findall(text))), **told}}


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
