"""Snapshots for unit tests: documents and gaps by their ids as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.snapshot import Document, Gap, Snapshot
from tests.worlds import parse_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OURS, OTHER, MANAGEMENT = "100000000001", "100000000002", "100000000010"
VENDOR = "200000000001"


def snapshot(documents: Mapping[str, Any], gaps: Iterable[str] = ()) -> Snapshot:
    """Return a snapshot; every gap is a refusal."""
    read = [Document(parse_id(id_), body) for id_, body in documents.items()]
    return Snapshot(read, [Gap(parse_id(id_), "refused") for id_ in gaps], collected_at="2026-11-20")


def policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    """Return a policy."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(principal: object = "*", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    """Return a statement of a resource policy; keywords replace its elements."""
    return {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*", **more}
