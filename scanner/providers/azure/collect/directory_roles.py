"""Microsoft Graph: roles of the directory, who holds them or may activate them, and where they reach.

Fields: ``roleManagement.directory.roleDefinitions``, ``….roleAssignments`` and
``….roleEligibilityScheduleInstances`` by id, ``directory.administrativeUnits`` by id, and their members as a
list under the unit's id, ``directory.administrativeUnits.members``.
"""

from __future__ import annotations

from scanner.providers.azure.collect.directory import V1
from scanner.providers.azure.collect.table import Row, Service

TABLE = Service(
    name="directory roles",
    api="graph",
    rows=(
        Row(
            field="roleManagement.directory.roleDefinitions",
            path="/roleManagement/directory/roleDefinitions",
            version=V1,
            needs="RoleManagement.Read.Directory",
        ),
        Row(
            field="roleManagement.directory.roleAssignments",
            path="/roleManagement/directory/roleAssignments",
            version=V1,
            needs="RoleManagement.Read.Directory",
        ),
        Row(
            field="roleManagement.directory.roleEligibilityScheduleInstances",
            path="/roleManagement/directory/roleEligibilityScheduleInstances",
            version=V1,
            needs="RoleEligibilitySchedule.Read.Directory",
            none=("AadPremiumLicenseRequired",),
        ),
        Row(
            field="directory.administrativeUnits",
            path="/directory/administrativeUnits",
            version=V1,
            needs="AdministrativeUnit.Read.All",
        ),
        Row(
            field="directory.administrativeUnits.members",
            each="directory.administrativeUnits",
            path="/directory/administrativeUnits/{id}/members",
            version=V1,
            needs="AdministrativeUnit.Read.All",
            shape="whole",
        ),
    ),
)
