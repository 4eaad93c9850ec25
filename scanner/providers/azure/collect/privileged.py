"""Microsoft Graph: who may activate a membership of a group, and what policies demand of whoever activates.

Fields: ``identityGovernance.privilegedAccess.group.eligibilityScheduleInstances`` by id, and
``policies.roleManagementPolicyAssignments`` by id, with the policy's rules inside: of the directory's roles,
and of groups that somebody is eligible for.

Sources: "List eligibilityScheduleInstances"
(https://learn.microsoft.com/graph/api/privilegedaccessgroup-list-eligibilityscheduleinstances), which answers
for one group at a time, and "List roleManagementPolicyAssignments"
(https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicyassignments), read 2026-11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.azure.collect.directory import V1
from scanner.providers.azure.collect.table import Row, Service

if TYPE_CHECKING:
    from scanner.providers.azure.collect.table import Body

_INSTANCES = "identityGovernance.privilegedAccess.group.eligibilityScheduleInstances"
_POLICIES = "policies.roleManagementPolicyAssignments"
_RULES = "policy($expand=rules)"
_UNLICENSED = ("AadPremiumLicenseRequired",)


def _has_assigned_members(group: Body) -> bool:
    """Tell whether a group may be under Privileged Identity Management: dynamic ones may not."""
    kinds = group.get("groupTypes")
    return not isinstance(kinds, list) or "DynamicMembership" not in kinds


TABLE = Service(
    name="privileged",
    api="graph",
    rows=(
        Row(
            field=_INSTANCES,
            each="groups",
            path="/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances"
            "?$filter=groupId%20eq%20'{id}'",
            version=V1,
            needs="PrivilegedEligibilitySchedule.Read.AzureADGroup",
            when=_has_assigned_members,
            none=_UNLICENSED,
        ),
        Row(
            field=_POLICIES,
            path="/policies/roleManagementPolicyAssignments"
            "?$filter=scopeId%20eq%20'/'%20and%20scopeType%20eq%20'DirectoryRole'",
            version=V1,
            query={"$expand": _RULES},
            needs="RoleManagementPolicy.Read.Directory",
            none=_UNLICENSED,
            effect="overstated",
        ),
        Row(
            field=_POLICIES,
            each=_INSTANCES,
            path="/policies/roleManagementPolicyAssignments"
            "?$filter=scopeId%20eq%20'{groupId}'%20and%20scopeType%20eq%20'Group'",
            version=V1,
            query={"$expand": _RULES},
            needs="RoleManagementPolicy.Read.AzureADGroup",
            effect="overstated",
        ),
    ),
)
