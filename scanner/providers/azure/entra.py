"""Powers over the directory: who may give an application a secret, join a group, reset a password, rule all.

From directory roles (standing and eligible, over the whole tenant, one object or an administrative unit) and
application permissions of Microsoft Graph; `entra_roles` has what each does. What is in a unit under
restricted management is left to those whose role is over that unit. Sources: "Assign Microsoft Entra roles
with administrative unit scope"
(https://learn.microsoft.com/entra/identity/role-based-access-control/manage-roles-portal) and "Restricted
management administrative units in Microsoft Entra ID" (admin-units-restricted-management), read 2026-11-22.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.guards import Guard
from scanner.providers.azure.directory import listed_ids
from scanner.providers.azure.documents import at, field_evidence, items, text
from scanner.providers.azure.eligibility import POLICIES, guards_of
from scanner.providers.azure.entra_roles import GRAPH, JOINING, PERMISSIONS, RESETTABLE, powers_of
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence
    from scanner.providers.azure.directory import Directory, Member
    from scanner.providers.azure.documents import Documents
    from scanner.providers.azure.entra_roles import Power
    from scanner.snapshot import Document

_DIRECTORY: Final = "roleManagement.directory"
_UNITS: Final = "directory.administrativeUnits"
_UNIT: Final = "/administrativeunits/"
_ACTIVATION: Final = "activation of a directory role"


class Holder(NamedTuple):
    """Who has a power. `over` is empty for everybody, else an object's or an administrative unit's scope.

    `resets`: template ids of the roles that do not keep this one from resetting a password.
    """

    node: str
    over: str
    evidence: tuple[Evidence, ...]
    document: Document
    guards: tuple[Guard, ...] = ()
    missing: tuple[str, ...] = ()
    resets: frozenset[str] = frozenset()


class Powers:
    """Who has which power over the directory. `gaps` are of roles that nothing says what they grant."""

    def __init__(self, documents: Documents, directory: Directory) -> None:
        self.gaps: dict[str, Gap] = {}
        self._documents = documents
        self._holders: dict[Power, list[Holder]] = defaultdict(list)
        self._roles: dict[str, set[str]] = defaultdict(set)
        self._units = {
            d.id.key.lower(): frozenset(listed_ids(d)) for d in documents.graph(f"{_UNITS}.members")
        }
        self._restricted = {
            d.id.key.lower()
            for d in documents.graph(_UNITS)
            if at(d.body, "/isMemberManagementRestricted") is True
        }
        self._definitions = {d.id.key.lower(): d for d in documents.graph(f"{_DIRECTORY}.roleDefinitions")}
        self._policies = {
            text(d.body, "/roleDefinitionId").lower(): d
            for d in documents.graph(POLICIES)
            if text(d.body, "/scopeType").lower() in {"directoryrole", "directory"}
        }
        self._read(documents, directory, "roleAssignments")
        self._read(documents, directory, "roleEligibilityScheduleInstances")
        self._read_permissions(documents, directory)

    def over(self, power: Power, member: Member, application: str = "") -> Iterator[Holder]:
        """Yield who has a power over somebody of its directory; what is not known of a unit is `missing`.

        `application` is the object id of the application that a service principal is of.
        """
        # members of a role-assignable group are its administrators' even inside a restricted unit
        closed, unread = ((), ()) if power == "role-groups" else self._closed_by(member)
        for holder in self._holders[power]:
            home = holder.document.id.scope.lower()
            if holder.node == member.node or (member.tenant and member.tenant != home):
                continue
            unit = holder.over.partition(_UNIT)[2]
            if closed and unit not in closed:
                continue
            if unread and not unit:
                holder = holder._replace(missing=(*holder.missing, *unread))  # noqa: PLW2901 - the same, in doubt
            if not holder.over or holder.over.lstrip("/") in {member.oid, application}:
                yield holder
            elif unit and unit not in self._units:
                words = f"members of administrative unit {unit}"
                yield holder._replace(missing=(*holder.missing, words))
            elif unit and member.oid in self._units[unit]:
                yield holder

    def is_closed(self, member: Member) -> bool:
        """Tell whether a unit under restricted management keeps an object from its owners."""
        return bool(self._closed_by(member)[0])

    def _closed_by(self, member: Member) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the restricted units that somebody is in, and those that nobody knows who is in."""
        units = sorted(self._restricted)
        return (
            tuple(unit for unit in units if member.oid in self._units.get(unit, ())),
            tuple(f"members of administrative unit {unit}" for unit in units if unit not in self._units),
        )

    def resetting(self, member: Member) -> Iterator[Holder]:
        """Yield who may reset the password of somebody of its directory who has no role that is too high."""
        held = self._roles.get(member.oid, set())
        yield from (holder for holder in self.over("reset", member) if held <= holder.resets)

    def nodes(self) -> set[str]:
        """Return everybody who has some power."""
        return {holder.node for holders in self._holders.values() for holder in holders}

    def joining(self) -> set[str]:
        """Return who may put anybody into some group."""
        return {holder.node for power in JOINING for holder in self._holders[power]}

    def ruling(self) -> Iterator[Holder]:
        """Yield who is, or may make itself, Global Administrator."""
        yield from self._holders["rule"]

    def _read(self, documents: Documents, directory: Directory, what: str) -> None:
        for document in documents.graph(f"{_DIRECTORY}.{what}"):
            body = document.body
            oid, id_ = text(body, "/principalId").lower(), text(body, "/roleDefinitionId").lower()
            definition = self._definitions.get(id_)
            role = text(None if definition is None else definition.body, "/templateId").lower() or id_
            self._roles[oid].add(role)
            if directory.is_gone(oid, ""):
                continue
            if definition is None and not powers_of(role, None):
                self._note(document, role)
            scope = text(body, "/directoryScopeId").lower()
            guards, missing = self._activation(role) if what != "roleAssignments" else ((), ())
            holder = Holder(
                directory.node(oid),
                "" if scope in {"", "/"} else scope,
                (field_evidence(document, ""),),
                document,
                guards,
                missing,
                RESETTABLE.get(role, frozenset()),
            )
            for power in powers_of(role, None if definition is None else definition.body):
                self._holders[power].append(holder)

    def _note(self, document: Document, role: str) -> None:
        """Keep the gap of a role that was not read, unless a refusal says so already."""
        field = f"{_DIRECTORY}.roleDefinitions"
        if self._definitions or any(self._documents.gaps("graph", field)):
            return
        id_ = DocumentId("azure", document.id.scope, "", "graph", field, role)
        detail = f"what directory role {role} grants is not in the snapshot"
        self.gaps.setdefault(role, Gap(id_, "not-collected", detail, "understated"))

    def _read_permissions(self, documents: Documents, directory: Directory) -> None:
        for document in documents.graph("servicePrincipals.appRoleAssignments"):
            if directory.is_gone(document.id.key, "ServicePrincipal"):
                continue
            node = directory.node(document.id.key, "ServicePrincipal")
            inside = "/value" if isinstance(document.body, dict) else ""
            for n, entry in enumerate(items(document.body)):
                resource = directory.of_oid(text(entry, "/resourceId"))
                if resource is not None and resource.app and resource.app != GRAPH:
                    continue  # another application's role, whatever id its owner gave it
                for power in PERMISSIONS.get(text(entry, "/appRoleId").lower(), ()):
                    proof = (field_evidence(document, f"{inside}/{n}"),)
                    self._holders[power].append(Holder(node, "", proof, document))

    def _activation(self, role: str) -> tuple[tuple[Guard, ...], tuple[str, ...]]:
        """Return what stands before an eligible directory role, by its policy."""
        policy = self._policies.get(role)
        if policy is not None and isinstance(at(policy.body, "/policy/rules"), list):
            return tuple(guards_of(items(policy.body, "/policy/rules"))), ()
        guard = Guard(_ACTIVATION, "in", (role,), "vendor")
        return (guard,), (f"activation policy of directory role {role}",)
