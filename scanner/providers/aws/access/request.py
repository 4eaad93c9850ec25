"""What is asked of the decision engine, and what it answers.

A policy stands in a `Request` compiled (`Policy`), as `Unread` when it exists or may exist but could not be
read, or not at all when the provider said that there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from scanner.verdict import Verdict  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:  # a Request is never decoded from bytes, so msgspec need not see these
    from collections.abc import Mapping

    from scanner.providers.aws.access.policy import Policy

Layer: TypeAlias = Literal[
    "identity",
    "resource",
    "trust",
    "boundary",
    "session",
    "scp",
    "rcp",
    "vpc-endpoint",
    "kms-grant",
    "block-public-access",
    "acl",
    "access-point",
]


class Unread(msgspec.Struct, frozen=True):
    """Stands where a policy would; `missing` names the document that could not be read."""

    missing: str


class StatementRef(msgspec.Struct, frozen=True, order=True):
    """A statement that decided. `index` is 0-based in the policy's statement list; `sid` may be empty."""

    layer: str
    policy: str
    index: int
    sid: str = ""

    def __str__(self) -> str:
        sid = f" ({self.sid})" if self.sid else ""
        return f"{self.layer} {self.policy} statement {self.index}{sid}"


class KmsGrant(msgspec.Struct, frozen=True):
    """A KMS grant, as ListGrants answers it. `constraints` is the raw Constraints object."""

    grantee: str
    operations: tuple[str, ...]
    encryption_context_equals: tuple[tuple[str, str], ...] = ()
    encryption_context_subset: tuple[tuple[str, str], ...] = ()
    name: str = ""


class AclGrant(msgspec.Struct, frozen=True):
    """A grant of an S3 ACL.

    `grantee` is an account id, ``canonical:ID``, ``AllUsers`` or ``AuthenticatedUsers``; `on` is the list it
    stands in.
    """

    grantee: str
    permission: str
    on: Literal["object", "bucket"] = "object"
    name: str = ""


class AccessPoint(msgspec.Struct, frozen=True):
    """An S3 access point that a request goes through; `vpc` is the only network it takes requests from."""

    arn: str
    account: str
    policy: Policy | Unread | None = None
    block_public_access: bool | Unread = False
    vpc: str | None = None


class Request(msgspec.Struct, frozen=True):
    """One access question.

    Attributes:
        action: ``s3:GetObject``; case does not matter.
        principal: ARN of a user, role, assumed-role session, federated user or account root; a service name
            (``sagemaker.amazonaws.com``); the ARN of an OIDC or SAML provider; ``*`` for an unsigned
            caller.
        resource: ARN, or ``*`` for actions without one. With `some_resource` it is a glob and the question
            becomes "is there a resource it matches"; the witness then carries the resource under the key
            ``resource``.
        resource_account: 12 digits; None: from the ARN, else the principal's.
        context: lower-cased key to values. In mode ``strict`` a key that is not in it is absent, in mode
            ``open`` it is open, unless `open_keys` is given and does not list it.
        identity: the principal's policies, its groups' included.
        identity_assumed: for a foreign principal, whose own policies nobody on our side can see: they allow
            everything.
        resource_policy: also the role's trust policy, and the key policy of a KMS key. None: the resource
            has none.
        boundary: None: no boundary. The same for `session`.
        scps: per level, root first, of the principal's account; empty: none apply. `rcps` likewise, of the
            resource's.
        vpc_endpoint: policies of the endpoint the call goes through; empty: it goes through none.
        acl: grants of the bucket's and the object's ACLs. `object_ownership` is the bucket's setting, which
            may turn them off; `ignore_public_acls` leaves out those to everyone.
        object_owner: account that owns the object, when that is not the bucket's.
        access_point: what the call goes through; `resource` is then the object in its bucket all the same.
    """

    action: str
    principal: str
    resource: str
    some_resource: bool = False
    resource_account: str | None = None
    context: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    mode: Literal["strict", "open"] = "open"
    open_keys: frozenset[str] | None = None
    identity: tuple[Policy | Unread, ...] = ()
    identity_assumed: bool = False
    resource_policy: Policy | Unread | None = None
    boundary: tuple[Policy | Unread, ...] | None = None
    session: Policy | Unread | None = None
    scps: tuple[tuple[Policy | Unread, ...], ...] = ()
    rcps: tuple[tuple[Policy | Unread, ...], ...] = ()
    vpc_endpoint: tuple[Policy | Unread, ...] = ()
    kms_grants: tuple[KmsGrant, ...] | Unread = ()
    block_public_access: bool | Unread = False
    acl: tuple[AclGrant, ...] | Unread = ()
    object_ownership: str | Unread = ""
    ignore_public_acls: bool | Unread = False
    object_owner: str | None = None
    access_point: AccessPoint | None = None


class Decision(msgspec.Struct, frozen=True):
    """A verdict and what proves it.

    `explicit` is True when a Deny statement decided. `deciding` are the statements that allowed, or that
    denied, or of Unknown those that may allow. `short` names the layer that lacks an allow when all others
    grant (``resource``, ``scp`` …): one step short. `assumed` lists what was taken for granted
    (``foreign-identity-policy``). `at_best` goes with Unknown: the verdict if all that is not known were as
    access needs it, so that what it demands is demanded whatever that is.
    """

    verdict: Verdict
    explicit: bool = False
    deciding: tuple[StatementRef, ...] = ()
    short: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    at_best: Verdict | None = None
