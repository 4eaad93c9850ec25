"""Users, roles and groups of every collected account, each with all policies that speak for it.

From the items of ``iam:GetAccountAuthorizationDetails``; managed policies that it leaves out (used only as
a boundary, or AWS-managed) come from ``iam:GetPolicyVersion``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from scanner.model import Principal
from scanner.providers.aws.access import Policy, Unread
from scanner.providers.aws.mentions import unread_identities
from scanner.snapshot import Document, DocumentId, Gap, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.aws.library import Library
    from scanner.snapshot import Snapshot

Policies: TypeAlias = "tuple[Policy | Unread, ...]"
SELF_GRANTED = "#self-granted"
_JOINED = "#in-group-"
_UNBOUNDED = "#without-boundary"
_DETAILS = "GetAccountAuthorizationDetails"


@dataclass(frozen=True, slots=True)
class Identity:
    """A user or role. `trust` is None for users.

    `editable` are ARNs of its customer-managed policies and its groups'.
    `self_granted` marks the copy of an identity that was granted every permission, `joined` names the group
    that a copy of a user has added itself to, `unbounded` marks one whose boundary was taken away
    (`hops.escalation`, `hops.lifting`, `hops.widening`).
    """

    arn: str
    kind: str
    account: str
    document: Document
    policies: Policies
    boundary: Policies | None
    trust: Policy | Unread | None
    groups: tuple[str, ...] = ()
    editable: tuple[str, ...] = ()
    instance_profile: bool = False
    self_granted: bool = False
    joined: str = ""
    unbounded: bool = False

    @property
    def is_copy(self) -> bool:
        """Whether this is an identity as it would be after an escalation, and not as it is."""
        return self.self_granted or bool(self.joined) or self.unbounded

    @property
    def node(self) -> str:
        """The id in the graph: the ARN, marked when this is a copy."""
        if self.self_granted:
            return f"{self.arn}{SELF_GRANTED}"
        return f"{self.arn}{_JOINED}{self.joined}" if self.joined else self.arn + _UNBOUNDED * self.unbounded

    @property
    def service_linked(self) -> bool:
        """Service-linked roles are exempt from SCPs and assumed by their service only."""
        return ":role/aws-service-role/" in self.arn

    @property
    def is_protected(self) -> bool:
        """Whether only a service of AWS's can edit it: roles of services and of single sign-on.

        Source: IAM User Guide, "Troubleshoot IAM roles", I can't edit or delete a role in my AWS account; IAM
        Identity Center User Guide, "Troubleshooting", the message "Cannot perform the operation on the
        protected role" (read 2026-11-22). Fixture: ``single-sign-on-administration``.
        """
        return ":role/aws-service-role/" in self.arn or ":role/aws-reserved/" in self.arn

    @property
    def unique_id(self) -> str:
        """The id that AWS gave it and nobody else, as ``aws:userid`` shows it; empty when not read."""
        found = (self.document.body or {}).get(f"{self.kind.capitalize()}Id")
        return found if isinstance(found, str) else ""

    @property
    def takes_session_tags(self) -> bool:
        """Whether whoever assumes it may be allowed to choose tags for the session.

        They stand over the role's own: STS API Reference, "AssumeRole", Tags
        (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, read 2026-11-22).
        """
        return self.kind == "role" and (
            not isinstance(self.trust, Policy) or self.trust.touches(["sts:tagsession"])
        )

    def principal(self) -> Principal:
        """Return the fact that other stages see."""
        used = (self.document.body or {}).get("RoleLastUsed")
        last = None
        if self.kind == "role" and isinstance(used, dict):
            last = _day(used["LastUsedDate"]) if used.get("LastUsedDate") else "never"
        name = self.arn.rsplit("/", 1)[-1]
        return Principal(
            self.node, self.kind, "aws", scope=self.account, name=name, last_used=last, ours=True
        )


class Identities:
    """Every identity by ARN, in ARN order."""

    def __init__(self, snapshot: Snapshot, library: Library) -> None:
        self._snapshot = snapshot
        self._library = library
        self._managed = {
            (d.id.scope, d.id.key): d for d in snapshot.all("aws", "iam", f"{_DETAILS}.Policies") if d.body
        }
        self._versions = {
            (d.id.scope, d.id.key): d for d in snapshot.all("aws", "iam", "GetPolicyVersion") if d.body
        }
        self._groups = {
            (d.id.scope, d.body.get("GroupName", "")): d
            for d in snapshot.all("aws", "iam", f"{_DETAILS}.GroupDetailList")
            if d.body
        }
        found: dict[str, Identity] = {}
        for field, kind in (("UserDetailList", "user"), ("RoleDetailList", "role")):
            for document in snapshot.all("aws", "iam", f"{_DETAILS}.{field}"):
                if isinstance(document.body, dict) and document.body.get("Arn"):
                    identity = self._identity(document, kind)
                    found[identity.arn] = identity
        for document, kind, unread in unread_identities(snapshot):
            arn = document.id.key
            trust = unread if kind == "role" else None
            found.setdefault(
                arn, Identity(arn, kind, document.id.scope, document, (unread,), (unread,), trust)
            )
        self._by_node = dict(sorted(found.items()))
        self._copies: dict[str, list[Identity]] = {}
        self._by_policies: dict[Policies, list[Identity]] | None = None

    def __iter__(self) -> Iterator[Identity]:
        return iter(self._by_node.values())

    def get(self, node: str) -> Identity | None:
        """Return the identity with this ARN or node id, None when it was not collected."""
        return self._by_node.get(node)

    def add(self, copies: Iterable[Identity]) -> None:
        """Take in copies, before anyone asks for hops."""
        fresh = {copy.node: copy for copy in copies}
        for copy in fresh.values():
            self._copies.setdefault(copy.arn, []).append(copy)
        self._by_node = dict(sorted((self._by_node | fresh).items()))
        self._by_policies = None

    def with_arn(self, arn: str) -> Iterator[Identity]:
        """Yield the identity with this ARN and its copies, as far as they exist."""
        if arn in self._by_node:
            yield self._by_node[arn]
        yield from self._copies.get(arn, ())

    def groups(self, account: str) -> Iterator[tuple[str, str, tuple[Policy | Unread, ...]]]:
        """Yield (ARN, name, policies) of each group of an account, in name order."""
        for (scope, name), document in sorted(self._groups.items()):
            arn = document.body.get("Arn")
            if scope == account and isinstance(arn, str):
                yield arn, name, tuple(self._group(scope, name))

    def named(self, account: str, name: str) -> Iterator[Identity]:
        """Yield the roles of an account with this name, whatever their path."""
        ending = f"/{name}"
        for identity in self:
            if identity.kind == "role" and identity.account == account and identity.arn.endswith(ending):
                yield identity

    def by_policies(self) -> dict[Policies, list[Identity]]:
        """Return the distinct sets of policies, each with who has exactly these."""
        if self._by_policies is None:
            self._by_policies = {}
            for identity in self:
                self._by_policies.setdefault(identity.policies, []).append(identity)
        return self._by_policies

    def _identity(self, document: Document, kind: str) -> Identity:
        body = document.body
        prefix = "User" if kind == "user" else "Role"
        policies = list(self._inline(document, f"{prefix}PolicyList"))
        policies += self._attached(document)
        for name in body.get("GroupList") or []:
            policies += self._group(document.id.scope, name)
        boundary = None
        if body.get("PermissionsBoundary"):
            arn = body["PermissionsBoundary"].get("PermissionsBoundaryArn", "")
            boundary = (self._managed_policy(document.id.scope, arn),)
        trust = None
        if kind == "role":
            trust = (
                self._library.policy(document, "/AssumeRolePolicyDocument")
                if body.get("AssumeRolePolicyDocument")
                else Unread(f"{document.id}#/AssumeRolePolicyDocument")
            )
        attached = [*_attached_arns(body)]
        for name in body.get("GroupList") or []:
            group = self._groups.get((document.id.scope, name))
            attached += _attached_arns(group.body) if group is not None else ()
        return Identity(
            arn=body["Arn"],
            kind=kind,
            account=document.id.scope,
            document=document,
            policies=tuple(policies),
            boundary=boundary,
            trust=trust,
            groups=tuple(body.get("GroupList") or ()),
            editable=tuple(dict.fromkeys(arn for arn in attached if ":iam::aws:" not in arn)),
            instance_profile=bool(body.get("InstanceProfileList")),
        )

    def _inline(self, document: Document, field: str) -> Iterator[Policy | Unread]:
        for index, _ in enumerate(document.body.get(field) or []):
            yield self._library.policy(document, f"/{field}/{index}/PolicyDocument")

    def _attached(self, document: Document) -> Iterator[Policy | Unread]:
        for attached in document.body.get("AttachedManagedPolicies") or []:
            yield self._managed_policy(document.id.scope, attached.get("PolicyArn", ""))

    def _group(self, account: str, name: str) -> Iterator[Policy | Unread]:
        document = self._groups.get((account, name))
        if document is None:
            yield Unread(str(Gap(_details_id(account, "GroupDetailList", name), "not-collected")))
            return
        yield from self._inline(document, "GroupPolicyList")
        yield from self._attached(document)

    def _managed_policy(self, account: str, arn: str) -> Policy | Unread:
        document = self._managed.get((account, arn))
        if document is not None:
            for index, version in enumerate(document.body.get("PolicyVersionList") or []):
                if version.get("IsDefaultVersion") and "Document" in version:
                    return self._library.policy(document, f"/PolicyVersionList/{index}/Document")
        document = self._versions.get((account, arn))
        if document is not None:
            return self._library.policy(document, "/PolicyVersion/Document")
        found = self._snapshot.get(DocumentId("aws", account, "", "iam", "GetPolicyVersion", arn))
        return Unread(str(found) if isinstance(found, Gap) else str(found.id))


def _day(time: str) -> str | None:
    """Return the day of an ISO 8601 time, None when it is none."""
    try:
        return dt.date.fromisoformat(time[:10]).isoformat()
    except ValueError:
        return None


def _details_id(account: str, field: str, key: str) -> DocumentId:
    return DocumentId("aws", account, "", "iam", f"{_DETAILS}.{field}", key)


def _attached_arns(body: dict[str, Any]) -> Iterator[str]:
    yield from (str(p.get("PolicyArn", "")) for p in body.get("AttachedManagedPolicies") or [])


def tags_of(body: dict[str, Any], field: str = "Tags") -> tuple[tuple[str, str], ...]:
    """Return a resource's ``[{Key, Value}]`` or ``{key: value}`` tags as sorted pairs."""
    tags = body.get(field) or []
    if Unresolved.read(tags) is not None:
        return ()
    if isinstance(tags, dict):
        return tuple(sorted((str(k), str(v)) for k, v in tags.items()))
    pairs = ((t.get("Key", t.get("TagKey", "")), t.get("Value", t.get("TagValue", ""))) for t in tags)
    return tuple(sorted((str(k), str(v)) for k, v in pairs))
