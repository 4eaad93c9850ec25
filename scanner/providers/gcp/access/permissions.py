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


_CREDENTIALS = frozenset(
    {
        "iam.serviceAccounts.getAccessToken",
        "iam.serviceAccounts.getOpenIdToken",
        "iam.serviceAccounts.implicitDelegation",
        "iam.serviceAccounts.signBlob",
        "iam.serviceAccounts.signJwt",
    }
)
# what is asked of a server of its own, which no perimeter stands before
_ELSEWHERE = tuple(
    f"container.{kind}."
    for kind in (
        "cronJobs",
        "daemonSets",
        "deployments",
        "jobs",
        "pods",
        "replicaSets",
        "serviceAccounts",
        "statefulSets",
    )
)


def called(permission: str) -> str:
    """Return the API that a call which needs a permission goes to; ``""`` for one that is none of Google's.

    Credentials of service accounts come from an API of their own, which a perimeter around IAM leaves open;
    pods are made and entered at the cluster's own server; of Identity-Aware Proxy only its administration and
    its tunnels are restricted. Sources: "Help secure IAM with VPC Service Controls"
    (https://cloud.google.com/iam/docs/secure-iam-vpc-sc), "Supported products and limitations"
    (https://cloud.google.com/vpc-service-controls/docs/supported-products, read 2026-11).
    """
    if permission in _CREDENTIALS:
        return "iamcredentials.googleapis.com"
    if permission == "iap.tunnelInstances.accessViaIAP":
        return "iaptunnel.googleapis.com"
    if permission.startswith((*_ELSEWHERE, "iap.web")) or permission == "iam.serviceAccounts.actAs":
        return ""  # actAs is asked for by the API that the account is given to
    return service(permission)


def service(permission: str) -> str:
    """Return the API that a permission belongs to, ``storage.googleapis.com``."""
    if "/" in permission:
        return permission.partition("/")[0]
    word = permission.partition(".")[0]
    return f"{_SERVICES.get(word, word)}.googleapis.com"


def long_form(permission: str) -> str:
    """Return ``storage.googleapis.com/objects.get``."""
    return permission if "/" in permission else f"{service(permission)}/{permission.partition('.')[2]}"
