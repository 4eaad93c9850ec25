"""Where a finding is shown: code scanning refuses a result without a file, and a live cloud has none.

In order: the line of code that made the access, the vendor's line in sidedoor.yaml (whoever answers for the
vendor owns it), the scope file. Only relative paths below the repository's root count as real.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.model import Evidence, Finding
    from scanner.report.options import Options
    from scanner.scan import Anchor, Scan

LAST_RESORT: Final = "sidedoor.yaml"
_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]")


class Place(msgspec.Struct, frozen=True, order=True):
    """A range of lines, both ends included, of the file at a relative, percent-encoded `uri`."""

    uri: str
    first: int
    last: int

    def physical(self) -> dict[str, object]:
        """Return it as a SARIF physicalLocation."""
        region: dict[str, object] = {"startLine": self.first}
        if self.last > self.first:
            region["endLine"] = self.last
        return {"artifactLocation": {"uri": self.uri}, "region": region}


def relative_uri(file: str, tree: str = "") -> str | None:
    """Return the address of `file` below the repository's root, or None when it lies outside or is no file.

    Args:
        file: Path with forward slashes, relative to `tree`; bytes that are no UTF-8 as surrogate escapes.
        tree: Relative path from the root; empty: the root itself.
    """
    if not file or file.endswith("/") or file.startswith("/") or "://" in file or _DRIVE.match(file):
        return None
    path = posixpath.normpath(posixpath.join(tree, file))
    if path in {".", ".."} or path.startswith(("../", "/")):
        return None
    try:
        return quote(path, safe="/", errors="surrogateescape")
    except UnicodeEncodeError:
        return None


def of_evidence(evidence: Iterable[Evidence], tree: str) -> Place | None:
    """Return the narrowest place in code among `evidence`, the first of equals, or None if there is none."""
    places = [place for item in evidence if (place := _of_code(item, tree)) is not None]
    return min(places, key=lambda place: place.last - place.first, default=None)


def of_finding(finding: Finding, scan: Scan, options: Options) -> Place:
    """Return where the finding is shown: its first hop that is code, else whoever answers for its source."""
    for hop in finding.path.hops:
        place = of_evidence(hop.evidence, options.tree)
        if place is not None:
            return place
    anchor = scan.anchors.get(finding.path.source.vendor or "")
    return (anchor and of_anchor(anchor)) or of_anchor(scan.scope_anchor) or Place(LAST_RESORT, 1, 1)


def of_anchor(anchor: Anchor) -> Place | None:
    """Return an anchor as a place, or None when it lies outside the repository."""
    uri = relative_uri(anchor.file)
    line = max(anchor.line, 1)
    return None if uri is None else Place(uri, line, line)


def _of_code(evidence: Evidence, tree: str) -> Place | None:
    uri = None if evidence.file is None else relative_uri(evidence.file, tree)
    if uri is None:
        return None
    first, last = evidence.lines or (1, 1)
    first = max(first, 1)
    return Place(uri, first, max(last, first))
