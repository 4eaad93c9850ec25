"""Infrastructure as code, read into the documents that a cloud will answer with once it is deployed.

Nothing after the snapshot knows the difference, but for file and lines. Each language reads a scanned tree;
none runs what it reads.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol

from scanner.iac.tree import LINK
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from scanner.iac.settings import Settings
    from scanner.iac.tree import Tree
    from scanner.snapshot import Reason, SnapshotWriter


class Language(Protocol):
    """Reads what it knows of a tree; what it cannot tell is a gap, `Unresolved`, or a `ConfigError`."""

    def __call__(self, tree: Tree, settings: Settings, writer: SnapshotWriter) -> None:
        """Write documents and gaps; files that are not of the language are passed over."""


LANGUAGES: Final[dict[str, str]] = {
    "terraform": "scanner.iac.terraform:read",
    "cloudformation": "scanner.iac.cloudformation:read",
    "arm": "scanner.iac.arm:read",
    "bicep": "scanner.iac.bicep:read",
    "kubernetes": "scanner.iac.kubernetes:read",
    "checkov": "scanner.iac.checkov:read",
}
"""Function by language, as ``MODULE:FUNCTION``; imported when a tree is read."""


def read(tree: Tree, settings: Settings, writer: SnapshotWriter) -> None:
    """Read a tree in every language."""
    for path, why in tree.refused:
        if path in tree.links:
            continue  # another name of what is read
        if why != LINK or path.endswith((".tf", ".json", ".yaml", ".yml", ".bicep", ".tfvars")):
            writer.gap(unread(tree, path, why))
    for place in LANGUAGES.values():
        module, _, function = place.partition(":")
        loaded: Any = import_module(module)
        language: Language = getattr(loaded, function)
        language(tree, settings, writer)


def unread(tree: Tree, path: str, why: str) -> Gap:
    """Return the gap that stands for a file which was not read."""
    reason: Reason = "too-large" if why.startswith("more than") else "unparseable"
    return Gap(DocumentId("iac", "", "", "files", "ReadFile", tree.shown(path)), reason, why, "understated")
