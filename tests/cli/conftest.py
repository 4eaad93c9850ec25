"""The command, run in a directory of the test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.front_door import Run, sidedoor

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in an empty directory, where no sidedoor.yaml is."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: sidedoor(capsys, *arguments)
