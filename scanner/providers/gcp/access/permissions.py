"""The two spellings of a permission, and which service it belongs to.

Roles say ``storage.objects.get``; deny and boundary policies ``storage.googleapis.com/objects.get``. Source:
IAM documentation, "Permissions supported in deny policies"
(https://cloud.google.com/iam/docs/deny-permissions-support, read 2026-11).
"""

from __future__ import annotations

_SERVICES = {
    "resourcemanager": "cloudresourcemanager",
    "cloudsql": "sqladmin",
    "networksecurity": "networksecurity",
}


def service(permission: str) -> str:
    """Return the API that a permission belongs to, ``storage.googleapis.com``."""
    if "/" in permission:
        return permission.partition("/")[0]
    word = permission.partition(".")[0]
    return f"{_SERVICES.get(word, word)}.googleapis.com"


def long_form(permission: str) -> str:
    """Return ``storage.googleapis.com/objects.get``."""
    return permission if "/" in permission else f"{service(permission)}/{permission.partition('.')[2]}"
