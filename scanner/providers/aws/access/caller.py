"""Who asks: the principal of a request, and the names under which policies can mean it.

ARN forms are those of `IAM identifiers
<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>`_ (read 2026-11-22). A
session's ARN carries the role's name but not its path, so a role with a path is recognised from a session
only when the context gives ``aws:PrincipalArn``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, TypeAlias

CallerKind: TypeAlias = Literal[
    "anonymous",
    "account",
    "root",
    "user",
    "role",
    "session",
    "federated-user",
    "service",
    "federated",
    "canonical",
    "other",
]

_ORIGIN_IDENTITY: Final = re.compile(r"arn:[^:]*:iam::cloudfront:user/.+")
_ARN: Final = re.compile(r"arn:([^:]*):(iam|sts)::(\d{12}):(.+)", re.DOTALL)
_SERVICE: Final = re.compile(
    r"[a-z0-9.-]+\.(amazonaws\.com|amazonaws\.com\.cn|aws\.internal|amazon\.com)", re.IGNORECASE
)
WEB_PROVIDERS: Final = frozenset(
    {"cognito-identity.amazonaws.com", "accounts.google.com", "www.amazon.com", "graph.facebook.com"}
)
"""Web identity providers that a trust policy names without an ARN (`AWS JSON policy elements.

Principal, OIDC federated principals
<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>`_,
2026-11-22).
"""

_CERTIFICATES: Final = "rolesanywhere.amazonaws.com"
_SERVICE_LINKED_NAME: Final = "AWSServiceRoleFor"


@dataclass(frozen=True)
class Caller:
    """A principal.

    Attributes:
        name: As the request gave it.
        kind: What it is. ``account``: any principal of an account, see `anybody`. ``other``: its form is none
            of those known, which no policy names but by ``*``; also an origin access identity of CloudFront,
            which has an `arn` and no account.
        account: 12 digits, or None for what has no account.
        arn: The ARN that a policy names it by directly: of the user, role, session or provider.
        role: The role's ARN, for a role or a session of it.
        session: The session's name, for a session.
    """

    name: str
    kind: CallerKind
    account: str | None = None
    arn: str | None = None
    role: str | None = None
    session: str | None = None
    partition: str = "aws"

    @property
    def is_signed(self) -> bool:
        """Whether requests carry AWS credentials."""
        return self.kind not in {"anonymous", "federated"}

    @cached_property
    def has_identity_policies(self) -> bool:
        """Whether it is a principal of an account, whose own side must or may allow."""
        return self.account is not None and self.kind != "federated"

    @property
    def bears_tags(self) -> bool:
        """Whether ``aws:PrincipalTag`` can be present.

        IAM Roles Anywhere sets it from the certificate (`Trust policy
        <https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html>`_, read 2026-11-22).
        """
        return self.has_identity_policies or self.kind == "canonical" or self.arn == _CERTIFICATES

    @cached_property
    def is_service_linked(self) -> bool:
        """Whether it is a service-linked role or a session of one.

        The prefix of their names is reserved by IAM.
        """
        role = self.role or ""
        return "/aws-service-role/" in role or (
            self.kind == "session" and role.rpartition("/")[2].startswith(_SERVICE_LINKED_NAME)
        )


def is_of_token(action: str) -> bool:
    """Tell whether an action is decided for who comes with a token: it, or what it does to the session."""
    return action.lower() in {"sts:assumerolewithwebidentity", "sts:tagsession", "sts:setsourceidentity"}


def parse_caller(name: str, action: str = "", principal_arn: str | None = None) -> Caller:
    """Return the caller of that name.

    Args:
        name: See `Request.principal`; ``canonical:ID`` is an S3 canonical user.
        action: Tells a web identity provider from the service of the same name.
        principal_arn: The value of ``aws:PrincipalArn``, when the request gives it: the full ARN of a
            session's role.
    """
    if name in {"*", "anonymous"}:
        return Caller(name, "anonymous")
    if name.startswith("canonical:"):
        return Caller(name, "canonical", arn=name.partition(":")[2])
    if name.lower() in WEB_PROVIDERS and is_of_token(action):
        return Caller(name, "federated", arn=name.lower())
    if re.fullmatch(r"\d{12}", name):
        name = f"arn:aws:iam::{name}:root"
    if _ORIGIN_IDENTITY.fullmatch(name):
        return Caller(name, "other", arn=name)
    found = _ARN.fullmatch(name)
    if found is None:
        return (
            Caller(name, "service", arn=name.lower()) if _SERVICE.fullmatch(name) else Caller(name, "other")
        )
    return _of_account(name, found.groups(), principal_arn)


def _of_account(name: str, found: tuple[str, ...], principal_arn: str | None) -> Caller:
    partition, service, account, resource = found
    if resource == "*":
        return Caller(name, "account", account, partition=partition)
    if resource == "root":
        return Caller(name, "root", account, name, partition=partition)
    kind, _, rest = resource.partition("/")
    if service == "sts" and kind == "assumed-role":
        role_name, _, session = rest.partition("/")
        role = f"arn:{partition}:iam::{account}:role/{role_name}"
        head, _, last = (principal_arn or "").rpartition("/")
        if last == role_name and f"{head}/".startswith(f"arn:{partition}:iam::{account}:role/"):
            role = principal_arn or role
        return Caller(name, "session", account, name, role, session, partition)
    if service == "sts" and kind == "federated-user":
        return Caller(name, "federated-user", account, name, session=rest, partition=partition)
    if kind == "user":
        return Caller(name, "user", account, name, partition=partition)
    if kind == "role":
        return Caller(name, "role", account, name, name, partition=partition)
    if kind in {"oidc-provider", "saml-provider"}:
        return Caller(name, "federated", account, name, partition=partition)
    return Caller(name, "other", account, name, partition=partition)
