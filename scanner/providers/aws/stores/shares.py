"""Resource shares: with whom a resource is shared by Resource Access Manager.

Source: RAM API Reference, "ListResources" and "ListPrincipals"
(https://docs.aws.amazon.com/ram/latest/APIReference/API_ListPrincipals.html, read 2026-11-22).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.library import field_evidence
from scanner.snapshot import Document

if TYPE_CHECKING:
    from scanner.model import Evidence
    from scanner.snapshot import Snapshot

_ENDED = {"DELETED", "DELETING", "FAILED"}


def read_shares(snapshot: Snapshot) -> dict[str, tuple[tuple[str, tuple[Evidence, ...]], ...]]:
    """Return by the ARN of a resource the principals it is shared with, each with what says so."""
    found: dict[str, list[tuple[str, tuple[Evidence, ...]]]] = defaultdict(list)
    for document in snapshot.all("aws", "ram", "ListResources"):
        principals = _principals(snapshot, document)
        for index, resource in enumerate((document.body or {}).get("resources") or ()):
            share = snapshot.get(
                msgspec.structs.replace(
                    document.id,
                    field="GetResourceShares.resourceShares",
                    key=str(resource.get("resourceShareArn", "")),
                )
            )
            if isinstance(share, Document) and (share.body or {}).get("status") in _ENDED:
                continue
            shared = field_evidence(document, f"/resources/{index}")
            for name, proof in principals.get(resource.get("resourceShareArn", ""), ()):
                found[str(resource.get("arn", ""))].append((name, (shared, proof)))
    return {arn: tuple(sorted(with_)) for arn, with_ in sorted(found.items())}


def _principals(snapshot: Snapshot, listed: Document) -> dict[str, list[tuple[str, Evidence]]]:
    """Return the principals of each share of one account and region."""
    found: dict[str, list[tuple[str, Evidence]]] = defaultdict(list)
    document = snapshot.get(msgspec.structs.replace(listed.id, field="ListPrincipals"))
    if isinstance(document, Document):
        for index, principal in enumerate((document.body or {}).get("principals") or ()):
            proof = field_evidence(document, f"/principals/{index}")
            found[str(principal.get("resourceShareArn", ""))].append((str(principal.get("id", "")), proof))
    return found
