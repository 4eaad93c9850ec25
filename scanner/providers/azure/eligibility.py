"""Roles and memberships that somebody may activate (Privileged Identity Management), and what stands before.

Each principal has a copy for every set of conditions under which it can activate something; the copy has all
roles that those conditions open. Sources: Microsoft Entra PIM, "Configure Azure resource role settings"
(https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-resource-roles-configure-role-settings)
and Azure Lighthouse, "Create eligible authorizations"
(https://learn.microsoft.com/azure/lighthouse/how-to/create-eligible-authorizations), both read 2026-11-22.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.guards import Guard
from scanner.providers.azure.assignments import AssignmentReader, Eligible, delegated_role
from scanner.providers.azure.documents import at, items, text
from scanner.providers.azure.scopes import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.azure.directory import Directory
    from scanner.providers.azure.documents import Documents
    from scanner.snapshot import Document

ACTIVATED: Final = "#activated"
MFA: Final = Guard("multi-factor authentication", "in", ("true",), "vendor", "mfa")
APPROVAL: Final = Guard("approval of the activation", "in", ("true",), "ours")
CONTEXT: Final = "authentication context"
POLICIES: Final = "policies.roleManagementPolicyAssignments"
"""Of directory roles and of groups, as Microsoft Graph lists them."""
_MEMBERSHIPS: Final = "identityGovernance.privilegedAccess.group.eligibilityScheduleInstances"
_INSTANCES: Final = "microsoft.authorization/roleeligibilityscheduleinstances"
_POLICIES: Final = "microsoft.authorization/rolemanagementpolicyassignments"


def copy_node(principal: str, guards: Iterable[Guard]) -> str:
    """Return the node of a principal that has activated what it may under these guards."""
    words = sorted({_word(guard) for guard in guards})
    return "+".join((f"{principal}{ACTIVATED}", *words))


def _word(guard: Guard) -> str:
    return "mfa" if guard == MFA else "approval" if guard == APPROVAL else "-".join(guard.values)


def eligible_roles(documents: Documents, reader: AssignmentReader) -> Iterator[Eligible]:
    """Yield every role of Azure resources that somebody may activate; of Lighthouse too."""
    policies = {
        (
            text(d.body, "/properties/scope").lower().rstrip("/") or "/",
            name_of(text(d.body, "/properties/roleDefinitionId")).lower(),
        ): d
        for d in documents.arm(_POLICIES)
        if isinstance(at(d.body, "/properties/effectiveRules"), list)
    }
    for document in documents.arm(_INSTANCES):
        assignment = reader.assignment(document)
        if assignment is None:
            continue
        policy = policies.get((assignment.scope, assignment.role))
        guards = () if policy is None else tuple(guards_of(items(policy.body, "/properties/effectiveRules")))
        missing = () if policy else (f"activation policy of role {assignment.role} at {assignment.scope}",)
        yield Eligible(assignment.holder, assignment, guards, missing)
    for document, definition, pointer in reader.delegations():
        for n, entry in enumerate(items(definition, "/eligibleAuthorizations")):
            holder = reader.delegate(definition, entry)
            assignment = delegated_role(document, holder, entry, f"{pointer}/eligibleAuthorizations/{n}")
            guards = tuple(_guards_of_delegation(entry))
            yield Eligible(assignment.holder, assignment, guards)


class EligibleMember(NamedTuple):
    """A group that somebody may join, as a member or an owner, who then may; `missing` as in `Eligible`."""

    principal: str
    group: str
    document: Document
    guards: tuple[Guard, ...]
    missing: tuple[str, ...] = ()


def eligible_members(documents: Documents, directory: Directory) -> Iterator[EligibleMember]:
    """Yield every membership and ownership of a group that somebody may activate.

    Source: "Privileged Identity Management (PIM) for Groups"
    (https://learn.microsoft.com/entra/id-governance/privileged-identity-management/concept-pim-for-groups,
    read 2026-11-22): an eligible owner activates, and manages the members.
    """
    policies = {
        (text(d.body, "/scopeId").lower(), text(d.body, "/roleDefinitionId").lower()): d
        for d in documents.graph(POLICIES)
        if isinstance(at(d.body, "/policy/rules"), list)
    }
    for document in documents.graph(_MEMBERSHIPS):
        oid, group = text(document.body, "/principalId").lower(), text(document.body, "/groupId").lower()
        access = text(document.body, "/accessId").lower()
        if not oid or not group or directory.is_gone(oid, "") or directory.is_gone(group, "Group"):
            continue
        policy = policies.get((group, access))
        yield EligibleMember(
            directory.node(oid),
            directory.node(group, "Group"),
            document,
            () if policy is None else tuple(guards_of(items(policy.body, "/policy/rules"))),
            () if policy is not None else (f"activation policy of {access}s of group {group}",),
        )


def guards_of(rules: list[Any]) -> Iterator[Guard]:
    """Yield what an activation policy demands of whoever activates; a justification stops nobody.

    An authentication context stands for a Conditional Access policy, which is not read. Source: Microsoft
    Graph, "Rules in PIM - mapping guide"
    (https://learn.microsoft.com/graph/identity-governance-pim-rules-overview, read 2026-11-22).
    """
    for rule in rules:
        id_ = text(rule, "/id").lower()
        if id_ == "enablement_enduser_assignment":
            enabled = {str(word).lower() for word in items(rule, "/enabledRules")}
            if "multifactorauthentication" in enabled:
                yield MFA
        elif id_ == "authenticationcontext_enduser_assignment" and at(rule, "/isEnabled") is True:
            yield Guard(CONTEXT, "in", (text(rule, "/claimValue"),), "ours")
        elif at(rule, "/setting/isApprovalRequired") is True:
            yield APPROVAL


def _guards_of_delegation(entry: Any) -> Iterator[Guard]:  # noqa: ANN401 - raw provider JSON
    """Approvers of a delegation are principals of the managing tenant: their side, and free."""
    if text(entry, "/justInTimeAccessPolicy/multiFactorAuthProvider").lower() == "azure":
        yield MFA
