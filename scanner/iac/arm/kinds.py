"""Which types of Azure's resources the analysis reads, and which say nothing about who reaches what.

A type of neither is a gap. Sources: `scanner.providers.azure`, whose readers look for the first; the
resource reference of each namespace for the others
(https://learn.microsoft.com/azure/templates/, read 2026-11).
"""

from __future__ import annotations

from typing import Final

_READ: Final = (
    "microsoft.apimanagement/service",
    "microsoft.app/containerapps",
    "microsoft.app/jobs",
    "microsoft.app/managedenvironments",
    "microsoft.authorization/",
    "microsoft.automation/automationaccounts",
    "microsoft.batch/batchaccounts",
    "microsoft.cdn/profiles",
    "microsoft.cognitiveservices/accounts",
    "microsoft.compute/disks",
    "microsoft.compute/galleries",
    "microsoft.compute/snapshots",
    "microsoft.compute/virtualmachines",
    "microsoft.compute/virtualmachinescalesets",
    "microsoft.containerinstance/containergroups",
    "microsoft.containerregistry/registries",
    "microsoft.containerservice/managedclusters",
    "microsoft.datafactory/factories",
    "microsoft.hybridcompute/machines",
    "microsoft.keyvault/vaults",
    "microsoft.logic/workflows",
    "microsoft.machinelearningservices/registries",
    "microsoft.machinelearningservices/workspaces",
    "microsoft.management/managementgroups",
    "microsoft.managedidentity/",
    "microsoft.managedservices/",
    "microsoft.network/applicationgateways",
    "microsoft.network/loadbalancers",
    "microsoft.network/networkinterfaces",
    "microsoft.network/networksecuritygroups",
    "microsoft.network/networksecurityperimeters",
    "microsoft.network/privateendpoints",
    "microsoft.network/privatelinkservices",
    "microsoft.network/publicipaddresses",
    "microsoft.network/virtualnetworks",
    "microsoft.resources/deploymentscripts",
    "microsoft.resources/resourcegroups",
    "microsoft.resources/subscriptions",
    "microsoft.storage/storageaccounts",
    "microsoft.web/sites",
)
_APART: Final = (
    "microsoft.advisor/",
    "microsoft.alertsmanagement/",
    "microsoft.cache/",
    "microsoft.compute/availabilitysets",
    "microsoft.compute/proximityplacementgroups",
    "microsoft.compute/sshpublickeys",
    "microsoft.consumption/",
    "microsoft.costmanagement/",
    "microsoft.dbformariadb/",
    "microsoft.dbformysql/",
    "microsoft.dbforpostgresql/",
    "microsoft.devtestlab/schedules",
    "microsoft.documentdb/",
    "microsoft.insights/",
    "microsoft.loadtestservice/",
    "microsoft.maintenance/",
    "microsoft.monitor/",
    "microsoft.network/ddosprotectionplans",
    "microsoft.network/dnszones",
    "microsoft.network/ipgroups",
    "microsoft.network/natgateways",
    "microsoft.network/networkwatchers",
    "microsoft.network/privatednszones",
    "microsoft.network/publicipprefixes",
    "microsoft.network/routetables",
    "microsoft.operationalinsights/",
    "microsoft.operationsmanagement/",
    "microsoft.portal/",
    "microsoft.resources/tags",
    "microsoft.search/",
    "microsoft.security/",
    "microsoft.securityinsights/",
    "microsoft.sql/",
    "microsoft.web/serverfarms",
)
"""A type is apart when no document that the analysis reads would change with it."""


def is_told(type_: str) -> bool:
    """Tell whether a type is read, or apart."""
    return f"{type_.lower()}/".startswith((*_READ, *_APART))
