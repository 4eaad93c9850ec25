"""Who is calling, does a Principal element name them, and which condition keys do they fix.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.providers.aws.access.reference.conditions import as_list

KINDS = {"user": "user", "role": "role", "assumed-role": "session", "federated-user": "federated-user"}
TYPES = {
    "user": "User",
    "role": "AssumedRole",
    "session": "AssumedRole",
    "federated-user": "FederatedUser",
    "root": "Account",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal of a request.

    `kind` is ``user``, ``role``, ``session``, ``federated-user``, ``root``, ``service``, ``federated`` or
    ``anonymous``; `account` is empty for the last three, and `role` is the ARN of the role behind a session.
    """

    kind: str
    arn: str
    account: str = ""
    role: str = ""

    @property
    def is_iam(self) -> bool:
        """True for the principals of an account, which have identity policies and SCPs."""
        return self.kind in TYPES

    @property
    def is_service_linked(self) -> bool:
        """True for a service-linked role, which SCPs and RCPs do not bind."""
        return ":role/aws-service-role/" in self.role


def parse_caller(text: str, action: str) -> Caller:
    """Return who `text` names; `action` tells a web identity from a service of the same name."""
    if text in {"*", "anonymous"}:
        return Caller("anonymous", text)
    if (
        ":oidc-provider/" in text
        or ":saml-provider/" in text
        or action.lower().startswith("sts:assumerolewith")
    ):
        return Caller("federated", text)
    if not text.startswith("arn:"):
        return Caller("service", text)
    account, name = text.split(":")[4], text.split(":", 5)[5]
    if name == "root":
        return Caller("root", text, account)
    kind = KINDS[name.split("/")[0]]
    role = text if kind == "role" else ""
    if kind == "session":
        role = f"arn:aws:iam::{account}:role/{name.split('/')[1]}"
    return Caller(kind, text, account, role)


def named_as(element: Any, caller: Caller) -> set[str]:  # noqa: ANN401 - a Principal element: a star or a map
    """Return how a Principal element names `caller`; empty when it does not.

    ``direct`` names the user, the session or everyone, ``role`` the role behind a session, ``account`` their
    account, ``other`` a service or a federated identity. How decides what limits the grant.
    """
    if element == "*":
        return {"direct"}
    ways = set()
    for kind, names in element.items():
        for name in as_list(names):
            ways |= named_by(kind, name, caller)
    return ways


def named_by(kind: str, name: str, caller: Caller) -> set[str]:
    """Return how one entry of a Principal map names `caller`."""
    if kind == "AWS" and name == "*":
        return {"direct"}
    if kind == "AWS" and caller.is_iam:
        if name in {caller.account, f"arn:aws:iam::{caller.account}:root"}:
            return {"account"}
        if caller.role and name == caller.role:
            return {"role"}
        return {"direct"} if name == caller.arn else set()
    wanted = {"Service": "service", "Federated": "federated"}.get(kind)
    return {"other"} if wanted == caller.kind and name == caller.arn else set()


def spared_by(element: Any, caller: Caller) -> bool:  # noqa: ANN401 - a NotPrincipal element: a star or a map
    """Return whether a NotPrincipal element leaves `caller` out.

    Itself and its account must be listed, of a session its role too.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    ways = named_as(element, caller)
    if not caller.is_iam:
        return bool(ways)
    needed = {"account"}
    if caller.kind != "root":
        needed.add("role" if caller.kind == "role" else "direct")
    if caller.kind == "session":
        needed.add("role")
    return needed <= ways


def fixed_keys(caller: Caller) -> dict[str, list[str]]:
    """Return the condition keys that the principal fixes; an empty list is a key that it cannot have."""
    if caller.is_iam:
        return {
            "aws:principalarn": [caller.role or caller.arn],
            "aws:principalaccount": [caller.account],
            "aws:principaltype": [TYPES[caller.kind]],
            "aws:principalisawsservice": ["false"],
        }
    if caller.kind == "service":
        return {"aws:principalisawsservice": ["true"], "aws:principalservicename": [caller.arn]}
    if caller.kind == "anonymous":
        return {
            "aws:principalaccount": ["anonymous"],
            "aws:principaltype": ["Anonymous"],
            "aws:principalarn": [],
            "aws:principalisawsservice": [],
            "aws:principalorgid": [],
            "aws:username": [],
        }
    return {}


def can_have(caller: Caller, key: str) -> bool:
    """Return whether a request of `caller` can carry `key`: tags and organisations are of users and roles."""
    return caller.is_iam or not key.startswith(("aws:principaltag/", "aws:principalorg"))
