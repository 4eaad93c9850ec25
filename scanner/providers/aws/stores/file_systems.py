"""EFS file systems: what speaks for weights on them, and who may mount them.

Source: EFS User Guide, "Using IAM to control access to file systems"
(https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html, read 2026-11-22): without a policy
of its own a file system lets in any client that can connect to a mount target.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.catalog import load_weight_signals
from scanner.model import Resource, Signal
from scanner.providers.aws.identities import tags_of
from scanner.providers.aws.library import field_evidence
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from scanner.providers.aws.access import Policy, Unread
    from scanner.providers.aws.library import Library
    from scanner.snapshot import Document, Snapshot

KIND = "efs-file-system"
_LIKELY = 50
"""Score from which a file system is taken to hold weights, as in `scanner.assets`."""


@dataclass(frozen=True, slots=True)
class FileSystem:
    """One file system. `vpcs` are the networks that it has a mount target in."""

    arn: str
    account: str
    policy: Policy | Unread | None
    vpcs: tuple[str, ...]
    document: Document


def read_file_systems(snapshot: Snapshot, library: Library) -> dict[str, FileSystem]:
    """Return every file system by ARN, in ARN order."""
    vpcs: dict[str, set[str]] = {}
    for target in snapshot.all("aws", "efs", "DescribeMountTargets.MountTargets"):
        name = (target.body or {}).get("VpcId")
        if isinstance(name, str) and name:
            vpcs.setdefault(target.id.key.rpartition("/")[0], set()).add(name)
    found = {}
    for document in snapshot.all("aws", "efs", "DescribeFileSystems.FileSystems"):
        arn = document.id.key
        found[arn] = FileSystem(
            arn=arn,
            account=document.id.scope,
            policy=library.get(
                msgspec.structs.replace(document.id, field="DescribeFileSystemPolicy"), "/Policy"
            ),
            vpcs=tuple(sorted(vpcs.get(arn, ()))),
            document=document,
        )
    return dict(sorted(found.items()))


def resources(systems: Iterable[FileSystem]) -> Iterator[Resource]:
    """Yield each with what its name and tags say of weights."""
    signals = load_weight_signals()
    for system in systems:
        body = system.document.body or {}
        tags = tags_of(body)
        name = str(body.get("Name") or dict(tags).get("Name") or body.get("FileSystemId") or "")
        scored = {
            "/Name": signals.score_bucket_name("-".join(name.split())),
            "/Tags": signals.score_tags(tags),
        }
        found = [
            Signal(
                s.score,
                "model-weights",
                s.reason.replace("bucket", "file system"),
                field_evidence(system.document, pointer),
            )
            for pointer, s in scored.items()
            if s is not None
        ]
        yield Resource(
            system.arn,
            KIND,
            "aws",
            scope=system.account,
            name=name,
            tags=tags,
            signals=tuple(sorted(found, reverse=True)),
        )


def open_to_the_network(
    systems: Iterable[FileSystem], likely: Iterable[Resource], located: Container[str]
) -> Iterator[Gap]:
    """Yield a gap for each file system with weights that anyone near may mount, and nobody knows from where.

    `located` are those whose mount targets are known as interfaces: `hops.mounted` follows them.
    """
    weights = {r.id for r in likely if any(s.score >= _LIKELY for s in r.signals)}
    for system in systems:
        if system.policy is None and system.vpcs and system.arn in weights and system.arn not in located:
            why = f"whoever reaches a mount target in {', '.join(system.vpcs)} mounts it: not followed"
            yield Gap(system.document.id, "not-implemented", why, "understated")
