"""What is kept of a policy of API Management: the names of what it does, never its text, which may hold keys.

`elements` are the names, `addresses`, `backends` and `tenants` what a few of them name. Source: "API
Management policy reference" (https://learn.microsoft.com/azure/api-management/api-management-policies, read
2026-11).
"""

from __future__ import annotations

import re
from typing import Final

_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_ELEMENT: Final = re.compile(r"<([a-z][a-z0-9-]*)[\s/>]")
_NAMED: Final = {
    "addresses": re.compile(r"<set-backend-service\s[^>]*?base-url=\"(https?://[\w./-]+)\""),
    "backends": re.compile(r"<set-backend-service\s[^>]*?backend-id=\"([\w-]+)\""),
    "tenants": re.compile(r"<validate-azure-ad-token\s[^>]*?tenant-id=\"([\w-]+)\""),
}


def kept_of(policy: str) -> dict[str, list[str]]:
    """Return the properties that stand for a policy's text."""
    text = _COMMENT.sub("", policy)
    told = {name: sorted(set(pattern.findall(text))) for name, pattern in _NAMED.items()}
    return {"elements": sorted(set(_ELEMENT.findall(text))), **told}
