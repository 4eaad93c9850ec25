"""Hops into an asset by deciding who may reach it: assigning a role there that opens it.

An application that acts for who may do so at Azure Resource Manager, or rules the directory so, does it too.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from scanner.model import Hop
from scanner.providers.azure.access import Question
from scanner.providers.azure.consents import ACTING
from scanner.providers.azure.hops import acting, becoming
from scanner.providers.azure.steps import certain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.estate import AzureEstate
    from scanner.providers.azure.roles import Plane

_OPENINGS: Final[dict[str, tuple[str, Plane]]] = {
    "blob-container": ("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read", "data"),
    "model-deployment": (
        "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action",
        "data",
    ),
    "ml-online-endpoint": (
        "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action",
        "control",
    ),
    "ml-model": ("Microsoft.MachineLearningServices/workspaces/models/versions/read", "control"),
    "ml-registry": ("Microsoft.MachineLearningServices/registries/assets/read", "control"),
    "container-registry": ("Microsoft.ContainerRegistry/registries/pull/read", "control"),
    "disk": ("Microsoft.Compute/disks/beginGetAccess/action", "control"),
    "snapshot": ("Microsoft.Compute/snapshots/beginGetAccess/action", "control"),
    "gallery-image": ("Microsoft.Compute/galleries/images/versions/read", "control"),
    "vault-key": ("Microsoft.KeyVault/vaults/keys/unwrap/action", "data"),
    "file-share": ("Microsoft.Storage/storageAccounts/fileServices/fileshares/files/read", "data"),
}
"""The operation that opens a resource of each kind, and its plane: what a granted role must have."""


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield a hop from whoever may assign itself a role that opens an asset; none for another node."""
    resource = estate.resources.get(node)
    if resource is None or resource.kind not in _OPENINGS:
        return
    action, plane = _OPENINGS[resource.kind]
    for holder, holding in estate.access.holders(Question(action, node, plane)).items():
        copy = estate.copies.get(holder)
        if copy is not None and copy.type == "self-grant" and not holding.blocked_by:
            by_client = acting.into(estate, f"{holder}{ACTING}arm")
            for hop in chain(becoming.into(estate, holder), acting.into(estate, holder), by_client):
                missing = tuple(sorted({*hop.missing, *holding.missing}))
                yield Hop(
                    target=node,
                    source=hop.source,
                    type="edit-policy",
                    gains=("grant",),
                    guards=hop.guards,
                    certainty=certain(missing),
                    evidence=hop.evidence,
                    missing=missing,
                )
