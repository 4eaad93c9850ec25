"""Worlds: fixture estates as readable YAML, each with near twins one fact apart, and what a scan must find.

``fixtures/PROVIDER/WORLD/world.yaml`` holds raw documents under their snapshot ids; ``twins`` holds named
patches on them. ``sidedoor.yaml`` is the configuration, ``expected.json`` maps ``world`` and every twin to
its findings.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scanner.snapshot import Document, DocumentId, Gap, Snapshot, SnapshotWriter

FIXTURES = Path(__file__).parent.parent / "fixtures"


@dataclass(frozen=True)
class World:
    """One world or twin, ready to scan."""

    name: str
    about: str
    directory: Path
    documents: dict[str, Any]
    gaps: dict[str, str]
    target: str
    collected_at: str

    def __str__(self) -> str:
        return self.name

    def writer(self) -> SnapshotWriter:
        """Return its documents and gaps, to save or to analyse."""
        writer = SnapshotWriter(target=self.target, collected_at=self.collected_at, tool_version="fixture")
        for id_, body in self.documents.items():
            writer.add(Document(parse_id(id_), body))
        for id_, reason in self.gaps.items():
            writer.gap(Gap(parse_id(id_), reason))  # type: ignore[arg-type]  # a reason of the fixture's
        writer.asked(len(self.documents) + len(self.gaps))
        return writer

    def snapshot(self) -> Snapshot:
        """Return the same, in memory."""
        return self.writer().snapshot()

    def expected(self) -> list[dict[str, str]]:
        """Return the findings that a scan must report, no more and no less."""
        found: dict[str, list[dict[str, str]]] = json.loads(
            (self.directory / "expected.json").read_text("utf-8")
        )
        return found[self.name.partition(":")[2] or "world"]


def parse_id(text: str) -> DocumentId:
    """Read ``PROVIDER:SCOPE:REGION:SERVICE:FIELD/KEY``."""
    provider, scope, region, service, rest = text.split(":", 4)
    field, _, key = rest.partition("/")
    return DocumentId(provider, scope, region, service, field, key)


def read_world(directory: Path) -> list[World]:
    """Return the world in a directory and after it its twins."""
    raw = yaml.safe_load((directory / "world.yaml").read_text("utf-8"))
    documents = {d["id"]: d["body"] for d in raw["documents"]}
    gaps = {g["id"]: g["reason"] for g in raw.get("gaps", [])}
    name = f"{directory.parent.name}/{directory.name}"
    worlds = [World(name, raw["about"], directory, documents, gaps, raw["target"], raw["collected_at"])]
    for twin in raw.get("twins", []):
        changed, unread = copy.deepcopy(documents), dict(gaps)
        for operation in twin["patch"]:
            _patch(changed, unread, operation)
        worlds.append(
            World(
                f"{name}:{twin['name']}",
                twin["about"],
                directory,
                changed,
                unread,
                raw["target"],
                raw["collected_at"],
            )
        )
    return worlds


def all_worlds() -> list[World]:
    """Return every world below ``fixtures/``, in path order."""
    return [world for path in sorted(FIXTURES.glob("*/*/world.yaml")) for world in read_world(path.parent)]


def _patch(documents: dict[str, Any], gaps: dict[str, str], operation: dict[str, Any]) -> None:
    """Add, replace or remove what is ``at`` a pointer ``in`` a document, or refuse the document."""
    id_, pointer = operation["in"], operation.get("at", "")
    if operation["op"] == "refuse":
        del documents[id_]
        gaps[id_] = operation.get("reason", "refused")
        return
    if not pointer:
        if operation["op"] == "remove":
            del documents[id_]
        else:
            documents[id_] = operation["value"]
        return
    *steps, last = [s.replace("~1", "/").replace("~0", "~") for s in pointer.split("/")[1:]]
    holder = documents[id_]
    for step in steps:
        holder = holder[int(step) if isinstance(holder, list) else step]
    key: Any = int(last) if isinstance(holder, list) and last != "-" else last
    if operation["op"] == "remove":
        del holder[key]
    elif isinstance(holder, list) and operation["op"] == "add":
        holder.insert(len(holder) if key == "-" else key, operation["value"])
    else:
        holder[key] = operation["value"]
