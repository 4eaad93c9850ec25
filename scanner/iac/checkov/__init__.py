"""What checkov finds in a scanned tree: its own policies and ours of `rules/checkov`, as documents.

``iac:::checkov:findings/FILE:ADDRESS`` holds what it says of one resource of code. Such findings are about
one resource and know no path, so they are never findings here: those on the resources of a path are remarks
on it. checkov costs seconds to start, and is asked only when the user says so.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from scanner.errors import ConfigError
from scanner.iac.checkov.interpreter import HOW_TO_INSTALL, find_interpreter
from scanner.iac.checkov.process import ask
from scanner.iac.tree import Refused
from scanner.iac.worker import Failed
from scanner.snapshot import Document, DocumentId, Gap, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.iac.settings import Settings
    from scanner.iac.tree import Tree
    from scanner.snapshot import SnapshotWriter

FIELD: Final = "findings"
_SNIFFED: Final = {
    "cloudformation": (b"Resources", b"AWS::"),
    "kubernetes": (b"apiVersion", b"kind"),
    "arm": (b"$schema", b"eploymentTemplate.json"),  # a group's, or a subscription's
}
_ENDINGS: Final = {
    "cloudformation": (".yaml", ".yml", ".json", ".template"),
    "kubernetes": (".yaml", ".yml", ".json"),
    "arm": (".json",),
}


def read(tree: Tree, settings: Settings, writer: SnapshotWriter) -> None:
    """Write what checkov finds, when `settings` asks for it.

    Raises:
        ConfigError: when checkov was asked for and is not there.
    """
    if not settings.checkov:
        return
    python = find_interpreter(tree.root)
    if python is None:
        raise ConfigError(HOW_TO_INSTALL)
    files = wanted(tree)
    if not files:
        return
    writer.asked()
    answer = ask(python, tree, files, settings)
    if isinstance(answer, Failed):
        why = f"checkov {answer.reason}: {answer.detail}"
        writer.gap(Gap(DocumentId("iac", "", "", "checkov", FIELD), "failed", why, "understated"))
        return
    for document in _documents(tree, answer["findings"]):
        writer.add(document)
    for path, why in dropped(tree, files, answer):
        id_ = DocumentId("iac", "", "", "checkov", FIELD, tree.shown(path))
        writer.gap(Gap(id_, "unparseable", why, "understated"))


def wanted(tree: Tree) -> dict[str, list[str]]:
    """Return the files that each of checkov's frameworks is for."""
    chosen = (tree.only,) if tree.only else tree.files
    found: dict[str, list[str]] = {
        "terraform": [path for path in chosen if path.endswith(".tf")],
        "bicep": [path for path in chosen if path.endswith(".bicep")],
    }
    for framework, marks in _SNIFFED.items():
        found[framework] = [
            path for path in chosen if path.endswith(_ENDINGS[framework]) and _holds(tree, path, marks)
        ]
    return {framework: files for framework, files in found.items() if files}


def dropped(tree: Tree, files: dict[str, list[str]], answer: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """Yield (path, why) of files that were handed over and did not come back."""
    failed = {_relative(tree, name) for name in answer["failed"]}
    read_ = {_relative(tree, name) for name in answer["read"]}
    for path in sorted({path for framework in files for path in files[framework]}):
        if path in failed:
            yield path, "checkov cannot parse it; its findings on it are missing"
        elif path not in read_ and path.endswith((".tf", ".bicep")):
            yield path, "checkov gave no answer on it; its findings on it are missing"


def _documents(tree: Tree, findings: list[dict[str, Any]]) -> Iterable[Document]:
    """Yield a document a resource, with its findings in order; files outside of the tree are left out."""
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for finding in findings:
        path = _relative(tree, finding["file"])
        if path in tree:
            grouped[path, finding["address"]].append(finding)
    for (path, address), found in sorted(grouped.items()):
        found.sort(key=lambda finding: finding["id"])
        lines = (min(f["first"] for f in found), max(f["last"] for f in found))
        shown = tree.shown(path)
        said = [{"id": f["id"], "name": f["name"], "url": f["url"]} for f in found]
        yield Document(
            DocumentId("iac", "", "", "checkov", FIELD, f"{shown}:{address}"),
            {"address": address, "findings": said},
            (Place("", shown, (max(lines[0], 1), max(lines))),),
        )


def _holds(tree: Tree, path: str, marks: tuple[bytes, ...]) -> bool:
    try:
        raw = tree.read(path)
    except Refused:
        return False
    return all(mark in raw for mark in marks)


def _relative(tree: Tree, name: str) -> str:
    """Return a path as the tree has it, empty for one outside of it."""
    root = f"{tree.root}/"
    return name.removeprefix(root) if name.startswith(root) else ""
