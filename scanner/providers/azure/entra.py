"""Powers over the directory: who may give an application a secret, join a group, reset a password, rule all.

From directory roles (standing and eligible, over the whole tenant, one object or an administrative unit),
application permissions of Microsoft Graph, and owners. Sources: "Microsoft Entra built-in roles"
(https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference), "Who can reset
passwords" (privileged-roles-permissions), "Assign Microsoft Entra roles with administrative unit scope", and
"Microsoft Graph permissions reference" (https://learn.microsoft.com/graph/permissions-reference), read
2026-11-22.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from scanner.guards import Guard
from scanner.providers.azure.directory import listed_ids
from scanner.providers.azure.documents import field_evidence, items, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence
    from scanner.providers.azure.directory import Directory, Member
    from scanner.providers.azure.documents import Documents
    from scanner.snapshot import Document

Power: TypeAlias = Literal["rule", "credentials", "groups", "role-groups", "reset", "reset-anyone"]
"""rule: become Global Administrator. credentials: give any application a secret. groups: change members, and
role-groups those of groups that may hold directory roles. reset: passwords of people without roles."""

_ROLES: Final[dict[str, tuple[Power, ...]]] = {
    "62e90394-69f5-4237-9190-012177145e10": (  # Global Administrator
        *("rule", "credentials", "groups", "role-groups"),
        "reset-anyone",
    ),
    "e8611ab8-c189-46e8-94e1-60213ab1f814": ("rule", "role-groups"),  # Privileged Role Administrator
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13": ("reset-anyone",),  # Privileged Authentication Administrator
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": ("credentials",),  # Application Administrator
    "158c047a-c907-4556-b7ef-446551a6b5f7": ("credentials",),  # Cloud Application Administrator
    "d29b2b05-8046-44ba-8758-1e26182fcf32": ("credentials",),  # Directory Synchronization Accounts
    "fe930be7-5e62-47db-91af-98c3a49a38b1": ("groups", "reset"),  # User Administrator
    "fdd7a751-b60b-444a-984c-02652fe8fa1c": ("groups",),  # Groups Administrator
    "3a2c62db-5318-420d-8d74-23affee5d9d5": ("groups",),  # Intune Administrator
    "729827e3-9c14-49f7-bb1b-9608f156bbb8": ("reset",),  # Helpdesk Administrator
    "c4e39bd9-1100-46d3-8c65-fb160da0071f": ("reset",),  # Authentication Administrator
    "966707d0-3269-4727-9be2-8c3a10f19b9d": ("reset",),  # Password Administrator
    "e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8": (  # Partner Tier2 Support
        *("credentials", "groups", "reset-anyone"),
    ),
    "4ba39ca4-527c-499a-b93d-d9b492c50246": ("credentials", "groups", "reset"),  # Partner Tier1 Support
}
_PERMISSIONS: Final[dict[str, tuple[Power, ...]]] = {
    "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8": ("rule", "role-groups"),  # RoleManagement.ReadWrite.Directory
    "06b708a9-e830-4db3-a914-8e69da51d44f": ("rule",),  # AppRoleAssignment.ReadWrite.All grants the former
    "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9": ("credentials",),  # Application.ReadWrite.All
    "19dbc75e-c2e2-444c-a770-ec69d8559fc7": ("groups",),  # Directory.ReadWrite.All
    "62a82d76-70ea-41e2-9197-370581804d09": ("groups",),  # Group.ReadWrite.All
    "dbaae8cf-10b5-4b86-a4a1-f871c94c6695": ("groups",),  # GroupMember.ReadWrite.All
    "50483e42-d915-4231-9639-7fdb7fd190e5": ("reset-anyone",),  # UserAuthenticationMethod.ReadWrite.All
    "cc117bb9-00cf-4eb8-b580-ea2a878fe8f7": ("reset",),  # User-PasswordProfile.ReadWrite.All
}
_DIRECTORY: Final = "roleManagement.directory"
_UNIT: Final = "/administrativeunits/"
_ACTIVATION: Final = "activation of a directory role"


class Holder(NamedTuple):
    """Who has a power. `over` is empty for everybody, else an object's or an administrative unit's scope."""

    node: str
    over: str
    evidence: tuple[Evidence, ...]
    document: Document
    guards: tuple[Guard, ...] = ()
    missing: tuple[str, ...] = ()


class Powers:
    """Who has which power over the directory."""

    def __init__(self, documents: Documents, directory: Directory) -> None:
        self._documents = documents
        self._holders: dict[Power, list[Holder]] = defaultdict(list)
        self._protected: set[str] = set()
        self._units = {
            d.id.key.lower(): frozenset(listed_ids(d))
            for d in documents.graph("directory.administrativeUnits.members")
        }
        self._read(documents, directory, "roleAssignments")
        self._read(documents, directory, "roleEligibilityScheduleInstances")
        self._read_permissions(documents, directory)

    def over(self, power: Power, member: Member, application: str = "") -> Iterator[Holder]:
        """Yield who has a power over somebody of its directory; what is not known of a unit is `missing`.

        `application` is the object id of the application that a service principal is of.
        """
        for holder in self._holders[power]:
            home = holder.document.id.scope.lower()
            if holder.node == member.node or (member.tenant and member.tenant != home):
                continue
            unit = holder.over.partition(_UNIT)[2]
            if not holder.over or holder.over.lstrip("/") in {member.oid, application}:
                yield holder
            elif unit and unit not in self._units:
                words = f"members of administrative unit {unit}"
                yield holder._replace(missing=(*holder.missing, words))
            elif unit and member.oid in self._units[unit]:
                yield holder

    def nodes(self) -> set[str]:
        """Return everybody who has some power."""
        return {holder.node for holders in self._holders.values() for holder in holders}

    def joining(self) -> set[str]:
        """Return who may put anybody into some group."""
        powers: tuple[Power, ...] = ("groups", "role-groups")
        return {holder.node for power in powers for holder in self._holders[power]}

    def ruling(self) -> Iterator[Holder]:
        """Yield who is, or may make itself, Global Administrator."""
        yield from self._holders["rule"]

    def is_protected(self, member: Member) -> bool:
        """Tell whether somebody holds a directory role, so that only few may reset the password."""
        return member.oid in self._protected

    def _read(self, documents: Documents, directory: Directory, what: str) -> None:
        templates = {
            d.id.key.lower(): text(d.body, "/templateId").lower()
            for d in documents.graph(f"{_DIRECTORY}.roleDefinitions")
        }
        for document in documents.graph(f"{_DIRECTORY}.{what}"):
            body = document.body
            oid, role = text(body, "/principalId").lower(), text(body, "/roleDefinitionId").lower()
            role = templates.get(role) or role
            self._protected.add(oid)
            if directory.is_gone(oid, ""):
                continue
            scope = text(body, "/directoryScopeId").lower()
            guards, missing = _activation(role) if what != "roleAssignments" else ((), ())
            holder = Holder(
                directory.node(oid),
                "" if scope in {"", "/"} else scope,
                (field_evidence(document, ""),),
                document,
                guards,
                missing,
            )
            for power in _ROLES.get(role, ()):
                self._holders[power].append(holder)

    def _read_permissions(self, documents: Documents, directory: Directory) -> None:
        for document in documents.graph("servicePrincipals.appRoleAssignments"):
            node = directory.node(document.id.key, "ServicePrincipal")
            inside = "/value" if isinstance(document.body, dict) else ""
            for n, entry in enumerate(items(document.body)):
                for power in _PERMISSIONS.get(text(entry, "/appRoleId").lower(), ()):
                    proof = (field_evidence(document, f"{inside}/{n}"),)
                    self._holders[power].append(Holder(node, "", proof, document))


def _activation(role: str) -> tuple[tuple[Guard, ...], tuple[str, ...]]:
    """Return what stands before an eligible directory role: its policy is not read."""
    return (Guard(_ACTIVATION, "in", (role,), "vendor"),), (f"activation policy of directory role {role}",)
