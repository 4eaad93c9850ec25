"""Roles that somebody may activate (Privileged Identity Management), and what stands before the activation.

Each principal has a copy for every set of conditions under which it can activate something; the copy has all
roles that those conditions open. Sources: Microsoft Entra PIM, "Configure Azure resource role settings"
(https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-resource-roles-configure-role-settings)
and Azure Lighthouse, "Create eligible authorizations"
(https://learn.microsoft.com/azure/lighthouse/how-to/create-eligible-authorizations), both read 2026-11-22.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.guards import Guard
from scanner.providers.azure.assignments import AssignmentReader, Eligible, delegated_role
from scanner.providers.azure.documents import at, items, text
from scanner.providers.azure.scopes import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.azure.documents import Documents

ACTIVATED: Final = "#activated"
MFA: Final = Guard("multi-factor authentication", "in", ("true",), "vendor", "mfa")
APPROVAL: Final = Guard("approval of the activation", "in", ("true",), "ours")
_INSTANCES: Final = "microsoft.authorization/roleeligibilityscheduleinstances"
_POLICIES: Final = "microsoft.authorization/rolemanagementpolicyassignments"


def copy_node(principal: str, guards: Iterable[Guard]) -> str:
    """Return the node of a principal that has activated what it may under these guards."""
    words = sorted({"mfa" if guard == MFA else "approval" for guard in guards})
    return "+".join((f"{principal}{ACTIVATED}", *words))


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
        guards = () if policy is None else tuple(_guards(items(policy.body, "/properties/effectiveRules")))
        missing = () if policy else (f"activation policy of role {assignment.role} at {assignment.scope}",)
        yield Eligible(assignment.holder, assignment, guards, missing)
    for document, definition, pointer in reader.delegations():
        for n, entry in enumerate(items(definition, "/eligibleAuthorizations")):
            holder = reader.delegate(definition, entry)
            assignment = delegated_role(document, holder, entry, f"{pointer}/eligibleAuthorizations/{n}")
            guards = tuple(_guards_of_delegation(entry))
            yield Eligible(assignment.holder, assignment, guards)


def _guards(rules: list[Any]) -> Iterator[Guard]:
    for rule in rules:
        if text(rule, "/id").lower() == "enablement_enduser_assignment":
            enabled = {str(word).lower() for word in items(rule, "/enabledRules")}
            if "multifactorauthentication" in enabled:
                yield MFA
        elif at(rule, "/setting/isApprovalRequired") is True:
            yield APPROVAL


def _guards_of_delegation(entry: Any) -> Iterator[Guard]:  # noqa: ANN401 - raw provider JSON
    """Approvers of a delegation are principals of the managing tenant: their side, and free."""
    if text(entry, "/justInTimeAccessPolicy/multiFactorAuthProvider").lower() == "azure":
        yield MFA
