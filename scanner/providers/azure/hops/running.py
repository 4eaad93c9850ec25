"""Hops into a managed identity: running code on what has it, attaching it to what one runs, trusting a token.

Sources: Azure RBAC, "Azure permissions" of each provider
(https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations); "Run scripts in a
Windows or Linux VM by using managed Run Commands"
(https://learn.microsoft.com/azure/virtual-machines/run-command-overview); Managed identities, "Assign a
managed identity access" and "Manage user-assigned managed identities", read 2026-11-22.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from scanner.providers.azure.access import Question
from scanner.providers.azure.documents import field_evidence, text
from scanner.providers.azure.steps import Lock, Way, hops

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.azure.estate import AzureEstate
    from scanner.snapshot import Document

_ASSIGN: Final = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
_TRUST: Final = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write"
_WORKSPACES: Final = "microsoft.machinelearningservices/workspaces"

CODE: Final[dict[str, tuple[str, ...]]] = {
    "microsoft.compute/virtualmachines": (
        "Microsoft.Compute/virtualMachines/runCommand/action",
        "Microsoft.Compute/virtualMachines/runCommands/write",
        "Microsoft.Compute/virtualMachines/extensions/write",
    ),
    "microsoft.compute/virtualmachinescalesets": (
        "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommand/action",
        "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommands/write",
        "Microsoft.Compute/virtualMachineScaleSets/extensions/write",
        "Microsoft.Compute/virtualMachineScaleSets/write",
    ),
    "microsoft.app/containerapps": (
        "Microsoft.App/containerApps/write",
        "Microsoft.App/containerApps/getAuthToken/action",
    ),
    "microsoft.app/jobs": ("Microsoft.App/jobs/write",),
    "microsoft.web/sites": (
        "Microsoft.Web/sites/publish/action",
        "Microsoft.Web/sites/publishxml/action",
        "Microsoft.Web/sites/config/list/action",
        "Microsoft.Web/sites/hostruntime/host/action",
        "Microsoft.Web/sites/write",
    ),
    "microsoft.web/sites/slots": (
        "Microsoft.Web/sites/slots/publish/action",
        "Microsoft.Web/sites/slots/publishxml/action",
        "Microsoft.Web/sites/slots/config/list/action",
        "Microsoft.Web/sites/slots/write",
    ),
    "microsoft.hybridcompute/machines": (
        "Microsoft.HybridCompute/machines/runCommands/write",
        "Microsoft.HybridCompute/machines/extensions/write",
    ),
    "microsoft.containerregistry/registries/tasks": ("Microsoft.ContainerRegistry/registries/tasks/write",),
    "microsoft.containerinstance/containergroups": (
        "Microsoft.ContainerInstance/containerGroups/containers/exec/action",
        "Microsoft.ContainerInstance/containerGroups/write",
    ),
    "microsoft.logic/workflows": ("Microsoft.Logic/workflows/write",),
    "microsoft.datafactory/factories": ("Microsoft.DataFactory/factories/pipelines/write",),
    "microsoft.machinelearningservices/workspaces/computes": (
        "Microsoft.MachineLearningServices/workspaces/jobs/write",
    ),
    "microsoft.machinelearningservices/workspaces/onlineendpoints": (
        "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/write",
    ),
}
"""What runs code of the caller's on a resource of a type, any one of which is enough."""

NEW: Final[dict[str, str]] = {
    "microsoft.compute/virtualmachines": "Microsoft.Compute/virtualMachines/write",
    "microsoft.compute/virtualmachinescalesets": "Microsoft.Compute/virtualMachineScaleSets/write",
    "microsoft.app/containerapps": "Microsoft.App/containerApps/write",
    "microsoft.app/jobs": "Microsoft.App/jobs/write",
    "microsoft.web/sites": "Microsoft.Web/sites/write",
    "microsoft.containerinstance/containergroups": "Microsoft.ContainerInstance/containerGroups/write",
    _WORKSPACES: "Microsoft.MachineLearningServices/workspaces/computes/write",
    "microsoft.resources/deploymentscripts": "Microsoft.Resources/deploymentScripts/write",
    "microsoft.logic/workflows": "Microsoft.Logic/workflows/write",
    "microsoft.batch/batchaccounts": "Microsoft.Batch/batchAccounts/pools/write",
    "microsoft.containerregistry/registries": "Microsoft.ContainerRegistry/registries/tasks/write",
}
"""What makes a resource that runs with an identity, or gives one to it, by type."""

_RUNBOOKS: Final = (
    "Microsoft.Automation/automationAccounts/runbooks/write",
    "Microsoft.Automation/automationAccounts/jobs/write",
)
_LOGINS: Final = ("loginAsAdmin/action", "login/action")
_EXTENSIONS: Final = "microsoft.compute/virtualmachines/extensions"
_BY_ENTRA: Final = {"aadsshloginforlinux", "aadloginforwindows", "aadloginforlinux"}


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a managed identity; none for another node."""
    found: set[str] = set()
    for document in estate.identities.running_as(node):
        for hop in _by_code(estate, node, document):
            if hop.source not in found or hop.certainty == "proven":
                found.add(hop.source)
                yield hop
    resource = estate.identities.resources.get(node)
    if resource is not None:
        trusting = estate.may(Question(_TRUST, resource))
        yield from hops(node, Way("take-credentials"), trusting.values(), estate.sides.of)
        yield from _by_attaching(estate, node, resource)


def _by_code(estate: AzureEstate, node: str, document: Document) -> Iterator[Hop]:
    type_ = text(document.body, "/type").lower()
    id_ = document.id.key.lower()
    lock = Lock(evidence=(field_evidence(document, "/identity"),))
    way = Way("run-code", lock=lock)
    found: set[str] = set()
    for action in CODE.get(type_, ()):
        holdings = [h for n, h in estate.may(Question(action, id_)).items() if n not in found]
        found |= {h.node for h in holdings if h.is_plain}
        yield from hops(node, way, holdings, estate.sides.of)
    if type_ == "microsoft.automation/automationaccounts":
        writing, starting = (estate.may(Question(action, id_)) for action in _RUNBOOKS)
        yield from hops(node, way, estate.joint(writing, starting), estate.sides.of)
    if type_ == "microsoft.compute/virtualmachines":
        installed = [
            text(d.body, "/properties/type").lower() for d in estate.documents.below(_EXTENSIONS, id_)
        ]
        for verb in _LOGINS if _BY_ENTRA.intersection(installed) else ():
            question = Question(f"Microsoft.Compute/virtualMachines/{verb}", id_, "data")
            holdings = [h for n, h in estate.may(question).items() if n not in found]
            yield from hops(node, replace(way, api=""), holdings, estate.sides.of)


def _by_attaching(estate: AzureEstate, node: str, resource: str) -> Iterator[Hop]:
    """Yield hops of who may attach the identity and make, or change, something that runs code with it."""
    attaching = estate.may(Question(_ASSIGN, resource))
    if not attaching:
        return
    both = (joint for joint in estate.joint(attaching, estate.makers()) if not joint.blocked_by)
    yield from hops(node, Way("pass-role"), both, estate.sides.of)
