"""Worlds of code: ``fixtures/iac/WORLD/code`` with near twins one fact apart, and what a scan must find.

``iac.yaml`` holds the twins as replacements of text in the code or in ``sidedoor.yaml``; ``expected.json``
maps ``world`` and every twin to its findings. ``python -m tests.iac.worlds DIR`` prints what a scan finds,
for authors, who must check every line by hand before it becomes an expectation.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from scanner import config
from scanner.analysis import analyse
from scanner.iac import read
from scanner.iac.settings import Settings
from scanner.iac.tree import walk
from scanner.rules import load_rules
from scanner.snapshot import SnapshotWriter
from tests.worlds import FIXTURES

if TYPE_CHECKING:
    from scanner.model import Hop
    from scanner.scan import Scan
    from scanner.snapshot import Snapshot

ROOT = FIXTURES / "iac"


@dataclass(frozen=True)
class CodeWorld:
    """One world or twin. `replaced`: (file of the code, old, new); `configured`: of sidedoor.yaml."""

    name: str
    about: str
    directory: Path
    collected_at: str
    replaced: tuple[tuple[str, str, str], ...] = ()
    configured: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.name

    def expected(self) -> list[dict[str, str]]:
        """Return the findings that a scan must report, no more and no less."""
        found: dict[str, list[dict[str, str]]] = json.loads(
            (self.directory / "expected.json").read_text("utf-8")
        )
        return found[self.name.partition(":")[2] or "world"]

    def written(self, place: Path) -> Path:
        """Write the world's code and configuration into a directory; returns the directory of the code."""
        code = place / "code"
        shutil.copytree(self.directory / "code", code)
        for file, old, new in self.replaced:
            path = code / file
            text = path.read_text("utf-8")
            assert text.count(old) == 1, f"{file} has {text.count(old)} times: {old}"
            path.write_text(text.replace(old, new), "utf-8")
        text = (self.directory / "sidedoor.yaml").read_text("utf-8")
        for old, new in self.configured:
            assert text.count(old) == 1, f"sidedoor.yaml has {text.count(old)} times: {old}"
            text = text.replace(old, new)
        (place / "sidedoor.yaml").write_text(text, "utf-8")
        return code


def read_world(directory: Path) -> list[CodeWorld]:
    """Return the world in a directory and after it its twins."""
    raw: dict[str, Any] = yaml.safe_load((directory / "iac.yaml").read_text("utf-8"))
    name = f"{directory.parent.name}/{directory.name}"
    worlds = [CodeWorld(name, raw["about"], directory, raw["collected_at"])]
    worlds += [
        CodeWorld(
            f"{name}:{twin['name']}",
            twin["about"],
            directory,
            raw["collected_at"],
            tuple((change["in"], change["old"], change["new"]) for change in twin.get("replace", ())),
            tuple((change["old"], change["new"]) for change in twin.get("config", ())),
        )
        for twin in raw.get("twins", [])
    ]
    return worlds


def all_worlds() -> dict[str, CodeWorld]:
    """Return every world of code by name."""
    found = [world for path in sorted(ROOT.glob("*/iac.yaml")) for world in read_world(path.parent)]
    return {world.name: world for world in found}


def snapshot_of(code: Path, settings: config.Config, collected_at: str) -> Snapshot:
    """Read code as the command line does."""
    writer = SnapshotWriter(target="iac", collected_at=collected_at, tool_version="test")
    ours = settings.ours
    read(
        walk(code),
        Settings(
            accounts=ours.aws.accounts,
            projects=ours.gcp.projects,
            organizations=ours.gcp.organizations,
            subscriptions=ours.azure.subscriptions,
            tenants=ours.azure.tenants,
        ),
        writer,
    )
    return writer.snapshot()


@cache
def scanned(world: CodeWorld) -> Scan:
    """Scan a world once for all tests."""
    with tempfile.TemporaryDirectory() as place:
        code = world.written(Path(place))
        settings = config.load(Path(place) / "sidedoor.yaml")
        snapshot = snapshot_of(code, settings, world.collected_at)
        return analyse(snapshot, settings, tuple(load_rules()))


def outline(scan: Scan) -> list[dict[str, str]]:
    """Reduce findings to what a world's author states, and the line of the way in."""
    return [
        {
            "rule": finding.rule,
            "source": finding.path.source.id,
            "asset": finding.path.asset.id,
            "hops": " ".join(hop.type for hop in finding.path.hops),
            "certainty": finding.path.certainty,
            "agreement": finding.agreement,
            "entry": _line(finding.path.hops[0]),
        }
        for finding in scan.findings
    ]


def _line(hop: Hop) -> str:
    located = next((e for e in hop.evidence if e.file), None)
    return "" if located is None or located.lines is None else f"{located.file}:{located.lines[0]}"


if __name__ == "__main__":
    shown = {
        world.name.partition(":")[2] or "world": outline(scanned(world))
        for world in read_world(Path(sys.argv[1]).resolve())
    }
    sys.stdout.write(json.dumps(shown, indent=1) + "\n")
