"""What an owner removes: a row as a whole where it is a grant, nothing where Microsoft wrote the role.

A setting that is no grant is not removed either.

Source: Azure RBAC, "Azure built-in roles" and "Remove Azure role assignments"
(https://learn.microsoft.com/azure/role-based-access-control/role-assignments-remove, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.azure.documents import text
from scanner.providers.narrowing import as_cited
from scanner.snapshot import Removal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence
    from scanner.snapshot import Snapshot

_GRANTS: Final = (
    "/providers/microsoft.authorization/roleassignments/",
    "/providers/microsoft.authorization/roleeligibilityscheduleinstances/",
    "/providers/microsoft.managedservices/registrationassignments/",
)
_MODES: Final = frozenset(
    f"/properties/{name}"
    for name in (
        *("roleassignmentmode", "authmode", "networkacls", "publicnetworkaccess", "disablelocalauth"),
        *("allowsharedkeyaccess", "ishnsenabled", "enablerbacauthorization"),
    )
)
"""What says how a resource decides, and grants nothing: without it there is a default, often a wider one."""
_DEFINITION: Final = "/providers/microsoft.authorization/roledefinitions/"


def removable(snapshot: Snapshot, evidence: Evidence) -> Iterator[Removal]:
    """Yield what to remove for evidence to be gone."""
    document = evidence.document.lower()
    if any(kind in document for kind in _GRANTS):
        whole = Removal(evidence.document, "")
        yield from (whole,) if whole.can_be_removed else as_cited(evidence)
        return
    if _DEFINITION in document:
        found = snapshot.cited(evidence.document, "")
        if found is None or text(found[0], "/properties/type").lower() != "customrole":
            return
    if evidence.pointer.lower() not in _MODES:
        yield from as_cited(evidence)
