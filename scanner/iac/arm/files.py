"""The ARM templates of one tree, parsed: which are deployed, and which others link to.

What `bicep build` writes beside its source is not read twice. A link is followed where it leads within the
tree; an address that is put together is known by how it ends.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from scanner.iac import unread
from scanner.iac.arm.drafting import gap
from scanner.iac.arm.parameters import MARK
from scanner.iac.arm.places import Room
from scanner.iac.tree import Refused
from scanner.iac.written import MAX_BYTES, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.tree import Tree
    from scanner.iac.written import Node
    from scanner.snapshot import SnapshotWriter

_MARKS: Final = (b"deploymentTemplate.json", b"DeploymentTemplate.json")
_LITERAL: Final = re.compile(r"'([^']*\.jsonc?)'")


class Files:
    """The templates of one tree, parsed, and the room that they have."""

    def __init__(self, tree: Tree, writer: SnapshotWriter) -> None:
        self.tree = tree
        self.writer = writer
        self.room = Room()
        self.parsed: dict[str, Node] = {}
        for path in (tree.only,) if tree.only else tree.with_ending(".json", ".jsonc"):
            if path.endswith((".json", ".jsonc")):
                self._parse(path)

    def roots(self) -> list[str]:
        """Return the templates that no other one links to, or all where they link in a circle."""
        linked = {
            found
            for path, root in self.parsed.items()
            for link in _links(root)
            if (found := self.linked(path, link)) is not None
        }
        return [path for path in self.parsed if path not in linked] or list(self.parsed)

    def linked(self, path: str, link: Node) -> str | None:
        """Return the template of the tree that a link is to: by its place, or by how an address ends."""
        relative = link.text("relativePath")
        if relative:
            found = self.tree.resolve(posixpath.dirname(path), relative)
            return found if found in self.parsed and found != path else None
        told = link.text("uri")
        names = _LITERAL.findall(told) if told.startswith("[") else []
        tail = names[-1].lstrip("/") if names else ""
        ending = [other for other in self.parsed if f"/{other}".endswith(f"/{tail}")] if tail else []
        return ending[0] if len(ending) == 1 and ending[0] != path else None

    def _parse(self, path: str) -> None:
        try:
            raw = self.tree.read(path, MAX_BYTES)
        except Refused as why:
            self.writer.gap(unread(self.tree, path, str(why)))
            return
        if not any(mark in raw for mark in _MARKS) or (MARK in raw and b'"resources"' not in raw):
            return
        stream, shown = read_text(raw, is_json=True), self.tree.shown(path)
        if stream.broken is not None:
            gap(self.writer, shown, stream.broken.line, stream.broken.message)
            return
        for root in stream.documents[:1]:
            if not root.text("$schema").lower().rstrip("#").endswith("deploymenttemplate.json"):
                continue
            written = root.text("metadata", "_generator", "name") == "bicep"
            if not (written and f"{path.rpartition('.')[0]}.bicep" in self.tree):
                self.parsed[path] = root
                for found in stream.repeated:
                    gap(self.writer, shown, found.line, found.message)


def _links(node: Node) -> Iterator[Node]:
    """Yield the links to other templates anywhere below a node."""
    pending = [node]
    while pending:
        here = pending.pop()
        pending += here.below()
        link = here.get("templateLink")
        if link is not None:
            yield link
