"""Groups: who is in them, nested groups and outsiders included, and whom nobody could read.

From ``cloudidentity:ListMemberships.memberships``, whose keys are ``GROUP|NAME``. Source: Cloud Identity REST
reference, "Membership" (https://cloud.google.com/identity/docs/reference/rest/v1/groups.memberships, read
2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.model import Evidence
from scanner.providers.gcp.members import DOMAIN, GROUP, SERVICE_ACCOUNT, USER, normal
from scanner.providers.gcp.shape import section, sections, text
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.snapshot import Document, Snapshot

_FIELD = "ListMemberships.memberships"
_RUNS = {"OWNER", "MANAGER"}


@dataclass(frozen=True, slots=True, order=True)
class Membership:
    """That `member` is in a group, or only runs it (`hop_type` ``join-group``)."""

    member: str
    hop_type: str
    evidence: Evidence


class Groups:
    """Direct memberships by group."""

    def __init__(self, snapshot: Snapshot, hierarchy: Hierarchy) -> None:
        self._snapshot = snapshot
        self._hierarchy = hierarchy
        self._direct: dict[str, set[Membership]] = defaultdict(set)
        self._read: set[str] = set()
        for document in snapshot.all("gcp", "cloudidentity", _FIELD):
            self._add(document)
        for document in snapshot.all("gcp", "cloudidentity", "ListMemberships"):
            self._read.add(f"{GROUP}{document.id.key.lower()}")

    def _add(self, document: Document) -> None:
        group = f"{GROUP}{document.id.key.partition('|')[0].lower()}"
        self._read.add(group)
        body = section(document.body)
        mail = text(section(body, "preferredMemberKey").get("id")) or text(
            section(body, "memberKey").get("id")
        )
        if not mail:
            return
        member = normal(f"{_kind(mail, text(body.get('type')))}{mail}", self._hierarchy)
        roles = {text(role.get("name")) for _, role in sections(body.get("roles"))}
        proof = Evidence(
            str(document.id), "", msgspec.json.encode({"member": mail, "roles": sorted(roles)}).decode()
        )
        only_runs = bool(roles & _RUNS) and "MEMBER" not in roles
        self._direct[group].add(Membership(member, "join-group" if only_runs else "belong-to-group", proof))

    def direct(self, group: str) -> tuple[Membership, ...]:
        """Return who is directly in a group, or may let itself in."""
        return tuple(sorted(self._direct.get(group, ())))

    def is_read(self, group: str) -> bool:
        """Tell whether the members of a group were read."""
        return group in self._read

    def people(self, member: str) -> tuple[tuple[str, tuple[Evidence, ...]], ...]:
        """Return those behind a group, nested ones resolved, each with the memberships that prove it.

        A nested group that was not read stands for itself, and so does the group when it was not.
        """
        found: dict[str, tuple[Evidence, ...]] = {}
        waiting: list[tuple[str, tuple[Evidence, ...]]] = [(member, ())]
        seen = {member}
        while waiting:
            group, proof = waiting.pop(0)
            if not group.startswith(GROUP) or (group not in self._read and group != member):
                found.setdefault(group, proof)
                continue
            for membership in self.direct(group):
                if membership.member not in seen:
                    seen.add(membership.member)
                    waiting.append((membership.member, (*proof, membership.evidence)))
        return tuple(sorted(found.items()))

    def holds(self, group: str, member: str) -> bool | None:
        """Tell whether a group holds all that a member stands for; None when that was not read."""
        waiting, seen, unread = [group], {group}, False
        while waiting:
            current = waiting.pop()
            if current == member:
                return True
            unread |= current.startswith(GROUP) and current not in self._read
            fresh = [m.member for m in self.direct(current) if m.member not in seen]
            seen.update(fresh)
            waiting += fresh
        return None if unread else False

    def gaps(self, named: Iterator[str]) -> Iterator[Gap]:
        """Yield a gap for each of our groups among `named`, or nested in one, that was not read."""
        for group in sorted({n for n in (*named, *self._nested()) if n.startswith(GROUP)}):
            home = group.rpartition("@")[2]
            if group in self._read or home not in self._hierarchy.domains:
                continue
            id_ = DocumentId("gcp", home, "", "cloudidentity", _FIELD, group.removeprefix(GROUP))
            found = self._snapshot.get(id_)
            if isinstance(found, Gap) and found.reason != "not-collected":
                continue  # the collection says so itself
            yield Gap(id_, "not-collected", "who is in the group is not known", "understated")

    def _nested(self) -> Iterator[str]:
        yield from (m.member for members in self._direct.values() for m in members)

    def members(self) -> Iterator[str]:
        """Yield everyone who is in a group that was read."""
        yield from sorted(set(self._nested()))


def _kind(mail: str, type_: str) -> str:
    if type_ == "GROUP":
        return GROUP
    if mail.endswith("gserviceaccount.com") or type_ == "SERVICE_ACCOUNT":
        return SERVICE_ACCOUNT
    return USER if "@" in mail else DOMAIN
