"""File systems that may let in whoever reaches them: FSx, and EFS, unless its policy says otherwise.

Sources: FSx for Lustre User Guide, "File system access control with Amazon VPC"
(https://docs.aws.amazon.com/fsx/latest/LustreGuide/limit-access-security-groups.html); FSx for OpenZFS
and ONTAP User Guides, the same chapter (read 2026-11-22): security groups decide, and there is no login.
A file system for Windows asks for a login of a directory.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.catalog import load_weight_signals
from scanner.model import Resource, Signal
from scanner.providers.aws.identities import tags_of
from scanner.providers.aws.library import at, field_evidence
from scanner.providers.aws.storage import objects_arn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.aws.stores.file_systems import FileSystem
    from scanner.snapshot import Document, Snapshot

KIND = "fsx-file-system"
_PORTS = {"LUSTRE": 988, "OPENZFS": 2049, "ONTAP": 2049}
_NFS = 2049
_MIRRORED = 55


@dataclass(frozen=True, slots=True)
class Mounted:
    """Where a file system is mounted from: its interfaces, and the port that clients come to."""

    arn: str
    interfaces: tuple[str, ...]
    port: int


def read_mounted(snapshot: Snapshot, systems: Iterable[FileSystem]) -> dict[str, Mounted]:
    """Return every such file system by ARN."""
    found = {}
    for document in snapshot.all("aws", "fsx", "DescribeFileSystems.FileSystems"):
        arn, body = _arn(document), document.body or {}
        port = _PORTS.get(str(body.get("FileSystemType", "")))
        if arn and port is not None:
            found[arn] = Mounted(arn, tuple(body.get("NetworkInterfaceIds") or ()), port)
    targets: dict[str, list[str]] = defaultdict(list)
    for target in snapshot.all("aws", "efs", "DescribeMountTargets.MountTargets"):
        name = (target.body or {}).get("NetworkInterfaceId")
        if isinstance(name, str) and name:
            targets[target.id.key.rpartition("/")[0]].append(name)
    for system in systems:
        found[system.arn] = Mounted(system.arn, tuple(sorted(targets[system.arn])), _NFS)
    return found


def resources(snapshot: Snapshot) -> Iterator[Resource]:
    """Yield each FSx file system with what its name, its tags and the buckets it mirrors say of weights."""
    mirrored: dict[str, list[tuple[str, Document]]] = defaultdict(list)
    for document in snapshot.all("aws", "fsx", "DescribeDataRepositoryAssociations.Associations"):
        path = at(document.body, "/DataRepositoryPath")
        if isinstance(path, str) and path:
            mirrored[str(at(document.body, "/FileSystemId"))].append((path, document))
    signals = load_weight_signals()
    for document in snapshot.all("aws", "fsx", "DescribeFileSystems.FileSystems"):
        arn, tags = _arn(document), tags_of(document.body or {})
        if not arn:
            continue
        found = [
            Signal(_MIRRORED, "model-weights", f"mirrors {path}", field_evidence(of, "/DataRepositoryPath"))
            for path, of in mirrored[document.id.key]
        ]
        scored = signals.score_tags(tags)
        if scored is not None:
            reason = scored.reason.replace("bucket", "file system")
            found.append(Signal(scored.score, "model-weights", reason, field_evidence(document, "/Tags")))
        uses = (objects_arn(path, prefix=True) for path, _ in mirrored[document.id.key])
        yield Resource(
            arn,
            KIND,
            "aws",
            scope=document.id.scope,
            name=dict(tags).get("Name", document.id.key),
            tags=tags,
            signals=tuple(sorted(found, reverse=True)),
            uses=tuple(sorted(arn for arn in uses if arn)),
        )


def _arn(document: Document) -> str:
    arn = at(document.body, "/ResourceARN")
    return arn if isinstance(arn, str) else ""
