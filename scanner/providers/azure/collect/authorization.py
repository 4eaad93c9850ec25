"""What decides beside role assignments: deny assignments, eligible roles, delegations to other tenants.

Fields: ``Microsoft.Authorization.denyAssignments``, ``…roleEligibilityScheduleInstances``,
``…roleManagementPolicyAssignments`` (only of roles that somebody is eligible for) and
``Microsoft.ManagedServices.registrationAssignments`` with their definitions inside.

Resource Graph has none of these, see `resource_graph`. Sources: "Deny Assignments - List For Scope", "Role
Eligibility Schedule Instances - List For Scope" (https://learn.microsoft.com/rest/api/authorization) and
"Registration Assignments - List" (https://learn.microsoft.com/rest/api/managedservices), read 2026-11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.azure.collect.table import SUBSCRIPTION, Row, Service

if TYPE_CHECKING:
    from scanner.providers.azure.collect.table import Body

GROUP = "microsoft.management/managementgroups"
_ELIGIBLE = "Microsoft.Authorization.roleEligibilityScheduleInstances"
# Privileged Identity Management needs a licence (Entra ID P2); a tenant without one has no eligible roles.
_UNLICENSED = ("AadPremiumLicenseRequired",)


def _is_of_role(policy: Body, instance: Body) -> bool:
    """Tell whether a policy is about the role of the instance: a scope has one for each of 900 roles."""
    return _role(policy) == _role(instance)


def _role(body: Body) -> str:
    properties = body.get("properties") if isinstance(body, dict) else None
    role = properties.get("roleDefinitionId") if isinstance(properties, dict) else None
    return role.rpartition("/")[2].lower() if isinstance(role, str) else ""


TABLE = Service(
    name="authorization",
    api="arm",
    rows=(
        Row(
            field="Microsoft.Authorization.denyAssignments",
            each=SUBSCRIPTION,
            path="/subscriptions/{subscription}/providers/Microsoft.Authorization/denyAssignments",
            version="2022-04-01",
            needs="Microsoft.Authorization/denyAssignments/read",
            effect="overstated",
        ),
        *(
            Row(
                field=_ELIGIBLE,
                each=each,
                path=f"{path}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances",
                version="2020-10-01",
                needs="Microsoft.Authorization/roleEligibilityScheduleInstances/read",
                none=_UNLICENSED,
            )
            for each, path in ((SUBSCRIPTION, "/subscriptions/{subscription}"), (GROUP, "{id}"))
        ),
        Row(
            field="Microsoft.Authorization.roleManagementPolicyAssignments",
            each=_ELIGIBLE,
            path="{properties.scope}/providers/Microsoft.Authorization/roleManagementPolicyAssignments",
            version="2020-10-01",
            needs="Microsoft.Authorization/roleManagementPolicyAssignments/read",
            keep=_is_of_role,
            effect="overstated",
        ),
        Row(
            field="Microsoft.ManagedServices.registrationAssignments",
            each=SUBSCRIPTION,
            path="/subscriptions/{subscription}/providers/Microsoft.ManagedServices/registrationAssignments",
            version="2022-10-01",
            query={"$expandRegistrationDefinition": "true"},
            needs="Microsoft.ManagedServices/registrationAssignments/read",
        ),
    ),
)
