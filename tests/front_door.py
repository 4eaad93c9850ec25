"""The command line as a test runs it: arguments in; exit code, standard output and standard error out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import pytest

from scanner.cli import main
from scanner.snapshot import Document, SnapshotWriter
from tests.worlds import parse_id, read_world

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent
WORLD = ROOT / "fixtures" / "aws" / "labelling-vendor"
SNAPSHOT, CONFIG = WORLD / "snapshot", WORLD / "sidedoor.yaml"
ON_WORLD = ("scan", "snapshot", str(SNAPSHOT), "--config", str(CONFIG))


class Said(NamedTuple):
    """What a run left behind."""

    code: int
    out: str
    err: str


Run: TypeAlias = Callable[..., Said]
"""Runs the command with the arguments given."""


def one_line(said: Said) -> str:
    """Return the only line of an error that costs no report, exit code 2."""
    assert (said.code, said.out) == (2, ""), said
    assert said.err.startswith("sidedoor: ")
    assert said.err.count("\n") == 1, said.err
    return said.err.removeprefix("sidedoor: ").rstrip("\n")


def sidedoor(capsys: pytest.CaptureFixture[str], *arguments: object) -> Said:
    """Run the command in this process."""
    capsys.readouterr()
    code: object = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["sidedoor", *map(str, arguments)])
        try:
            main()
        except SystemExit as left:
            code = left.code
    out, err = capsys.readouterr()
    assert isinstance(code, int), code
    return Said(code, out, err)


def in_a_shell(script: str, **environment: str) -> Said:
    """Run a script of the shell, in which ``sidedoor`` is the command, as a process of its own."""
    command = f"{sys.executable} -c 'from scanner.cli import main; main()'"
    done = subprocess.run(
        ["bash", "-c", f'sidedoor() {{ {command} "$@"; }}\n{script}'],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=False,
        capture_output=True,
        text=True,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def world_with(directory: Path, changes: Mapping[str, Any]) -> Path:
    """Save the world's snapshot with some documents changed or added; returns its directory."""
    world = read_world(WORLD)[0]
    writer = SnapshotWriter(target=world.target, collected_at=world.collected_at, tool_version="fixture")
    for id_, body in {**world.documents, **changes}.items():
        writer.add(Document(parse_id(id_), body))
    writer.save(directory)
    return directory
