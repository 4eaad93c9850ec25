"""Outsiders that no directory of ours lists: delegated principals, subjects of federated tokens, anyone."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from scanner.model import Principal

if TYPE_CHECKING:
    from collections.abc import Collection

ANYONE: Final = "*"
ANY_TENANT: Final = "tenant:*"
ANY_GUEST: Final = "guest:*"
_ODD: Final = re.compile(r"[^\w.\[\]-]+")
_SUBJECT: Final = " sub="
_ROLE: Final = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>\d{12}):role/\S+")


def describe(node: str) -> Principal | None:
    """Return the principal that an outside node stands for, None for an id of another form."""
    if node == ANYONE:
        return Principal(ANYONE, "anonymous", "azure", name="anyone")
    issuer, is_subject, subject = node.partition(_SUBJECT)
    if is_subject:
        return Principal(node, "oidc", "azure", name=subject, issuer=issuer, subject=subject)
    if node == ANY_TENANT:
        return Principal(node, "any-account", "azure", name="anyone with a subscription of Azure")
    kind, _, name = node.partition(":")
    if kind == "tenant":
        tenant, _, oid = name.partition("/")
        home = None if tenant == "unknown" else tenant
        return Principal(node, "tenant", "azure", scope=home, name=oid or tenant)
    if node == ANY_GUEST:
        return Principal(node, "guest", "azure", name="any guest of the tenant")
    if kind == "guest":
        return Principal(node, "guest", "azure", name=name)
    if kind == "app":
        return Principal(node, "app", "azure", name=name)
    return Principal(node, "network", "azure", name=node) if _is_network(node) else None


def left_open(expression: str) -> str:
    """Return the node of whoever an expression of code stands for, which may be somebody of any tenant."""
    return f"{ANY_TENANT}/{_ODD.sub('-', expression).strip('-')[:80]}"


def describe_role(arn: str, ours: Collection[str]) -> Principal | None:
    """Return the role of AWS with an ARN, None for an id of another form; `ours` are accounts of ours."""
    found = _ROLE.fullmatch(arn)
    if found is None:
        return None
    account = found["account"]
    return Principal(arn, "role", "aws", account, arn.rpartition("/")[2], ours=account in ours)


def subject_node(issuer: str, subject: str) -> str:
    """Return the id of an OIDC subject pattern, in the form of the vendor register."""
    return f"{issuer}{_SUBJECT}{subject}"


def _is_network(node: str) -> bool:
    try:
        return bool(ip_network(node))
    except ValueError:
        return False


def is_outsider(node: str) -> bool:
    """Tell whether a node's form says that it is outside."""
    return node == ANYONE or _SUBJECT in node or node.partition(":")[0] in {"guest", "app", "tenant"}
