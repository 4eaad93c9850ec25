"""What other scanners say of the resources of code that a path leads over.

They look at one resource at a time and know no path; on a path their findings make it worse. What is about
how well something runs, and not about who reaches it or what an intruder gains there, is left aside.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from scanner.model import Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Path
    from scanner.snapshot import Document, Snapshot

_TOOL: Final = "checkov"
# checkov's policies on probes, resources, image tags and pulls and namespaces of Kubernetes objects, and on
# versions, retention of logs and copies in other regions of what clouds keep
_ASIDE: Final = frozenset(
    {
        *(f"CKV_K8S_{number}" for number in (8, 9, 10, 11, 12, 13, 14, 15, 21, 43)),
        *(
            "CKV_AWS_18",
            "CKV_AWS_21",
            "CKV_AWS_66",
            "CKV_AWS_144",
            "CKV_AWS_338",
            "CKV2_AWS_61",
            "CKV2_AWS_62",
        ),
        *("CKV_AWS_115", "CKV_AWS_116", "CKV_AWS_50", "CKV_AZURE_206", "CKV_GCP_62", "CKV_GCP_78"),
    }
)


class Remarks:
    """What is said of the code of one snapshot, by file."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._by_file: dict[str, list[tuple[tuple[int, int], tuple[Remark, ...]]]] = defaultdict(list)
        for document in snapshot.all("iac", _TOOL, "findings"):
            for place in document.places[:1]:
                remarks = tuple(_remarks(document, place.file, place.lines))
                self._by_file[place.file].append((place.lines, remarks))

    def on(self, path: Path) -> tuple[Remark, ...]:
        """Return what is said of the resources that prove a path's hops, each once, in order."""
        if not self._by_file:
            return ()
        found: set[Remark] = set()
        for hop in path.hops:
            for evidence in hop.evidence:
                if evidence.file is None or evidence.lines is None:
                    continue
                first, last = evidence.lines
                for lines, remarks in self._by_file.get(evidence.file, ()):
                    if lines[0] <= last and first <= lines[1]:
                        found.update(remarks)
        return tuple(sorted(found, key=lambda remark: (remark.file, remark.lines, remark.id)))


def _remarks(document: Document, file: str, lines: tuple[int, int]) -> Iterator[Remark]:
    body: Any = document.body
    said = body.get("findings") if isinstance(body, dict) else None
    for finding in said if isinstance(said, list) else ():
        if isinstance(finding, dict) and str(finding.get("id")) not in _ASIDE:
            yield Remark(
                tool=_TOOL,
                id=str(finding.get("id")),
                text=str(finding.get("name", "")),
                resource=str(body.get("address", "")),
                file=file,
                lines=lines,
                url=str(finding.get("url", "")),
            )
