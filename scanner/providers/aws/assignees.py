"""IAM Identity Center: which people of our own directory are outsiders, and which roles they are assigned.

A permission set that is assigned makes the role ``AWSReservedSSO_NAME_HASH`` in the account; whoever is
assigned, as a user or as a member of a group, signs in to it. A person is told by the domain of the mail
address, against the mail domains that the configuration claims. Sources: IAM Identity Center User Guide,
"Referencing permission sets in resource policies, Amazon EKS Cluster config maps, and AWS KMS key policies"
(https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html); Identity Store API
Reference, "User" (read 2026-11-22). Fixture: ``single-sign-on-guest``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from scanner.model import Principal
from scanner.providers.aws.library import at, field_evidence
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model import Evidence
    from scanner.providers.aws.identities import Identity
    from scanner.snapshot import Document, Snapshot

SSO_ROLES = ":role/aws-reserved/sso.amazonaws.com/"
_ROLE = re.compile(r"AWSReservedSSO_(.+)_[0-9a-f]{16}")
_USER = "arn:aws:identitystore:::user/"


class PermissionSet(NamedTuple):
    """A permission set of an instance; `name` is None when it was not read, `missing` then says what."""

    arn: str
    instance: str
    name: str | None
    missing: tuple[str, ...]


class Person(NamedTuple):
    """Someone outside who signs in to a role, what proves it, and what would tell for sure."""

    node: str
    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...]


class Assignees:
    """The assignments and directories of one snapshot. `domains` are our mail domains."""

    def __init__(self, snapshot: Snapshot, domains: Iterable[str]) -> None:
        self._snapshot = snapshot
        self._domains = frozenset(domain.lower() for domain in domains)
        self._sets = {found.arn: found for found in _permission_sets(snapshot)}
        self._assigned: dict[str, list[Document]] = {}
        for document in snapshot.all("aws", "sso-admin", "ListAccountAssignments.AccountAssignments"):
            self._assigned.setdefault(str(at(document.body, "/AccountId") or ""), []).append(document)
        users = snapshot.all("aws", "identitystore", "ListUsers.Users")
        self._users = {str(at(user.body, "/UserId")): user for user in users}
        self._members: dict[str, list[Document]] = {}
        for document in snapshot.all("aws", "identitystore", "ListGroupMemberships.GroupMemberships"):
            self._members.setdefault(document.id.key.split("/")[1], []).append(document)

    def permission_sets(self, role: Identity) -> Iterator[PermissionSet]:
        """Yield the permission sets that may have made a role, of the instances that were read."""
        name = _ROLE.fullmatch(role.arn.rpartition("/")[2]) if SSO_ROLES in role.arn else None
        for found in self._sets.values():
            if name is not None and found.name in {None, name[1]}:
                yield found

    def groups(self, role: Identity) -> Iterator[tuple[PermissionSet, str, Evidence]]:
        """Yield the groups whose members sign in to a role, by id."""
        for found, kind, who, proof in self._assignments(role):
            if kind == "GROUP":
                yield found, who, proof

    def outside(self, role: Identity) -> Iterator[Person]:
        """Yield the people from outside who sign in to a role, once each, in order."""
        people: dict[str, Person] = {}
        for found, kind, who, proof in self._assignments(role):
            listed = [(who, ())] if kind == "USER" else list(self._in_group(who))
            for user, membership in listed:
                document = self._users.get(user)
                if document is None or not self._is_outside(document):
                    continue
                missing = found.missing + (
                    () if _mail(document) else (f"whose mail address {document.id} has",)
                )
                evidence = (proof, *membership, field_evidence(document, _pointer(document)))
                node = f"{_USER}{user}"
                if node not in people or (people[node].missing and not missing):
                    people[node] = Person(node, evidence, missing)
        yield from (people[node] for node in sorted(people))

    def describe(self, node: str) -> Principal | None:
        """Return the person that a node stands for."""
        document = self._users.get(node.removeprefix(_USER)) if node.startswith(_USER) else None
        if document is None:
            return None
        mail = _mail(document)
        name = mail or str(at(document.body, "/UserName") or node)
        return Principal(node, "guest", "aws", scope=_domain(mail) if mail else None, name=name)

    def gaps(self) -> Iterator[Gap]:
        """Yield what was not asked, and that nobody says which mail domains are ours."""
        if not self._domains and self._assigned and self._users:
            first = next(iter(self._users.values())).id
            detail = "which mail domains are ours is not known: set ours.gcp.domains"
            yield Gap(first, "not-collected", detail, "understated")

    def _assignments(self, role: Identity) -> Iterator[tuple[PermissionSet, str, str, Evidence]]:
        sets = {found.arn: found for found in self.permission_sets(role)}
        for document in self._assigned.get(role.account, ()) if sets else ():
            found = sets.get(
                str(at(document.body, "/PermissionSetArn") or document.id.key.rpartition("/")[0])
            )
            if found is not None:
                kind, who = at(document.body, "/PrincipalType"), at(document.body, "/PrincipalId")
                yield found, str(kind), str(who), field_evidence(document, "/PrincipalId")

    def _in_group(self, group: str) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
        for document in self._members.get(group, ()):
            yield str(at(document.body, "/MemberId/UserId")), (field_evidence(document, "/MemberId"),)

    def _is_outside(self, user: Document) -> bool:
        mail = _mail(user)
        if not self._domains or at(user.body, "/UserStatus") == "DISABLED":
            return False
        return mail is None or _domain(mail) not in self._domains


def _permission_sets(snapshot: Snapshot) -> Iterator[PermissionSet]:
    """Yield every permission set that was listed, in ARN order, once: two accounts may be told of it."""
    found: dict[str, PermissionSet] = {}
    for listed in snapshot.all("aws", "sso-admin", "ListPermissionSets"):
        for arn in at(listed.body, "/PermissionSets") or ():
            id_ = msgspec.structs.replace(listed.id, field="DescribePermissionSet", key=str(arn))
            described = snapshot.get(id_)
            name = None if isinstance(described, Gap) else at(described.body, "/PermissionSet/Name")
            missing = () if isinstance(name, str) else (str(id_),)
            if str(arn) not in found or not missing:
                found[str(arn)] = PermissionSet(
                    str(arn), listed.id.key, name if isinstance(name, str) else None, missing
                )
    yield from (found[arn] for arn in sorted(found))


def _mail(user: Document) -> str | None:
    """Return a user's primary mail address, else the first; of one without, the name if it is one."""
    emails = [e for e in at(user.body, "/Emails") or () if isinstance(e, dict)]
    ordered = sorted(emails, key=lambda email: email.get("Primary") is not True)
    found = next((e["Value"] for e in ordered if isinstance(e.get("Value"), str) and e["Value"]), None)
    name = at(user.body, "/UserName")
    return found or (name if isinstance(name, str) and "@" in name else None)


def _domain(mail: str) -> str:
    return mail.rpartition("@")[2].lower()


def _pointer(user: Document) -> str:
    return "/Emails" if at(user.body, "/Emails") else "/UserName"
