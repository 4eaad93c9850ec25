"""Who was given which role where: role assignments, classic administrators, Lighthouse delegations.

A delegation names principals of the managing tenant, which are in nobody's list of role assignments of ours.
Sources: Azure RBAC, "List Azure role assignments"
(https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest) and "Azure classic
subscription administrators"; Azure Lighthouse, "Onboard a customer to Azure Lighthouse"
(https://learn.microsoft.com/azure/lighthouse/how-to/onboard-customer); all read 2026-11-22.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scanner.providers.azure.directory import UNKNOWN_TENANT
from scanner.providers.azure.documents import at, items, text
from scanner.providers.azure.outsiders import left_open
from scanner.providers.azure.scopes import name_of, subscription_of
from scanner.snapshot import Gap, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.directory import Directory
    from scanner.providers.azure.documents import Documents
    from scanner.snapshot import Document
    from scanner.verdict import Guard

OWNER: Final = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
ANY_ROLE: Final = "*"
_ASSIGNMENT: Final = "microsoft.authorization/roleassignments"
_DELEGATIONS: Final = "microsoft.managedservices/registrationassignments"
_DEFINITIONS: Final = "microsoft.managedservices/registrationdefinitions"
_OWNING_CLASSICS: Final = {"coadministrator", "serviceadministrator", "accountadministrator"}


@dataclass(frozen=True, slots=True)
class Assignment:
    """One role at one scope for one node.

    Attributes:
        holder: The node that has it, which for a role to be activated first is a copy of its principal.
        role: GUID in lower case, or `ANY_ROLE` for a copy that has granted itself whatever it wants.
        scope: In lower case; a glob when code leaves it open.
        document: Where it stands, `pointer` the place in it.
        open_: Expressions that code leaves unresolved: whether it grants anything is not known.
        delegable: Roles that a delegated User Access Administrator may give to managed identities.
    """

    holder: str
    role: str
    scope: str
    document: Document
    pointer: str = "/properties"
    condition: str | None = None
    open_: tuple[str, ...] = ()
    delegable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Eligible:
    """A role that somebody may activate: the assignment it would be, and what stands before it.

    `missing` names a policy that was not read.
    """

    principal: str
    assignment: Assignment
    guards: tuple[Guard, ...]
    missing: tuple[str, ...] = ()


class AssignmentReader:
    """Reads assignments. `gaps` are of those that are malformed or name nobody yet."""

    def __init__(self, documents: Documents, directory: Directory) -> None:
        self._documents = documents
        self._directory = directory
        self.gaps: list[Gap] = []

    def standing(self) -> Iterator[Assignment]:
        """Yield what holds without anybody activating it."""
        for document in self._documents.arm(_ASSIGNMENT):
            found = self.assignment(document)
            if found is not None:
                yield found
        yield from self._classic()
        for document, definition, pointer in self.delegations():
            yield from self._delegated(document, definition, pointer)

    def assignment(self, document: Document) -> Assignment | None:
        """Return what an assignment, or an eligibility, says; None when it says nothing of anybody."""
        body = document.body
        principal, type_ = at(body, "/properties/principalId"), text(body, "/properties/principalType")
        role, scope = at(body, "/properties/roleDefinitionId"), at(body, "/properties/scope")
        condition = at(body, "/properties/condition")
        scope = scope if scope is not None else _scope_of(document.id.key)
        named = Unresolved.read(principal)
        if named is not None:
            detail = f"who is assigned is not known before apply: {named.expression}"
            self.gaps.append(Gap(document.id, "not-collected", detail))
        if (not isinstance(principal, str) and named is None) or role is None:
            self.gaps.append(Gap(document.id, "unparseable", "a role assignment without principal or role"))
            return None
        foreign = self._foreign_identity(body)
        if isinstance(principal, str) and not foreign and self._directory.is_gone(principal, type_):
            return None  # assignments outlive their principals: Azure RBAC, "Identity not found"
        hinges = (principal, role, scope, condition)
        open_ = tuple(u.expression for v in hinges if (u := Unresolved.read(v)) is not None)
        place = Unresolved.read(scope)
        if place is None and not isinstance(scope, str):
            scope = _scope_of(document.id.key)
        if Unresolved.read(condition) is None and not isinstance(condition, str | None):
            self.gaps.append(Gap(document.id, "unparseable", "a condition that is no text", "both"))
            open_ = (*open_, "a condition that is no text")
        holder = left_open(named.expression) if named else self._directory.node(str(principal), type_)
        return Assignment(
            holder=foreign or holder,
            role=name_of(role).lower() if isinstance(role, str) else "",
            scope=place.like.lower() if place else _normal(scope),
            document=document,
            condition=condition if isinstance(condition, str) and condition.strip() else None,
            open_=open_,
        )

    def _foreign_identity(self, body: Any) -> str:  # noqa: ANN401 - raw provider JSON
        """Return the node of a managed identity of a tenant that manages ours, empty for any other principal.

        Source: "Role Assignments - Create", delegatedManagedIdentityResourceId
        (https://learn.microsoft.com/rest/api/authorization/role-assignments/create, read 2026-11-22).
        """
        subscription = subscription_of(text(body, "/properties/delegatedManagedIdentityResourceId"))
        if not subscription or self._directory.tenants.has_subscription(subscription):
            return ""
        return f"{UNKNOWN_TENANT}{text(body, '/properties/principalId').lower()}"

    def delegations(self) -> Iterator[tuple[Document, Any, str]]:
        """Yield Lighthouse's registrations: document, the definition's properties, where they stand."""
        for document in self._documents.arm(_DELEGATIONS):
            pointer = "/properties/registrationDefinition/properties"
            definition = at(document.body, pointer)
            if not isinstance(definition, dict):
                id_ = text(document.body, "/properties/registrationDefinitionId")
                other = self._documents.resource(_DEFINITIONS, id_)
                pointer, definition = "/properties", other.body.get("properties") if other else None
            if isinstance(definition, dict):
                yield document, definition, pointer
            else:
                self.gaps.append(Gap(document.id, "unparseable", "a delegation without its definition"))

    def _delegated(self, document: Document, definition: Any, pointer: str) -> Iterator[Assignment]:  # noqa: ANN401 - raw provider JSON
        for n, entry in enumerate(items(definition, "/authorizations")):
            holder = self.delegate(definition, entry)
            yield delegated_role(document, holder, entry, f"{pointer}/authorizations/{n}")

    def delegate(self, definition: Any, entry: Any) -> str:  # noqa: ANN401 - raw provider JSON
        """Return the node of the principal, at home in the managing tenant, that an authorization names."""
        tenant, principal = at(definition, "/managedByTenantId"), at(entry, "/principalId")
        named = Unresolved.read(principal) or Unresolved.read(tenant)
        if named is not None:
            return left_open(named.expression)
        return self._directory.in_tenant(text(definition, "/managedByTenantId").lower(), str(principal or ""))

    def _classic(self) -> Iterator[Assignment]:
        """Yield classic administrators, who own their subscription."""
        for document in self._documents.arm("microsoft.authorization/classicadministrators"):
            roles = {r.strip().lower() for r in text(document.body, "/properties/role").split(";")}
            mail = text(document.body, "/properties/emailAddress")
            if mail and roles & _OWNING_CLASSICS:
                scope = "/".join(document.id.key.lower().split("/")[:3])
                yield Assignment(self._directory.by_mail(mail), OWNER, scope, document)


def delegated_role(document: Document, holder: str, entry: Any, pointer: str) -> Assignment:  # noqa: ANN401 - raw provider JSON
    """Return one authorization of a delegation."""
    tenant = at(document.body, "/properties/registrationDefinition/properties/managedByTenantId")
    hinges = (tenant, at(entry, "/principalId"), at(entry, "/roleDefinitionId"))
    return Assignment(
        holder=holder,
        role=name_of(text(entry, "/roleDefinitionId")).lower(),
        scope=_scope_of(document.id.key),
        document=document,
        pointer=pointer,
        open_=tuple(u.expression for v in hinges if (u := Unresolved.read(v)) is not None),
        delegable=tuple(
            name_of(role).lower()
            for role in items(entry, "/delegatedRoleDefinitionIds")
            if isinstance(role, str)
        ),
    )


def _scope_of(id_: str) -> str:
    """Return the scope that an extension resource, such as an assignment, stands on."""
    scope, _, _ = id_.lower().rpartition("/providers/")
    return scope or "/"


def _normal(scope: str) -> str:
    return scope.lower().rstrip("/") or "/"
