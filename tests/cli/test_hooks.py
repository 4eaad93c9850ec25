"""The hook that others name in their pre-commit configuration: it finds what is open and passes the rest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.iac.worlds import all_worlds

if TYPE_CHECKING:
    from tests.front_door import Run

TEXT = (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
HOOK: dict[str, Any] = yaml.safe_load(TEXT)[0]
WORLDS = all_worlds()
OPEN, CLOSED = "iac/labelling-vendor", "iac/api-before-an-endpoint:private"


@pytest.mark.parametrize(("name", "code"), [(OPEN, 1), (CLOSED, 0)])
def test_the_hook(name: str, code: int, run: Run, tmp_path: Path) -> None:
    words: list[str] = [*HOOK["entry"].split(), *HOOK["args"]]
    WORLDS[name].written(tmp_path)
    found = run(*words[1:])
    assert (words[0], found.code) == ("sidedoor", code)
    assert f"exit {code}" in found.out


FILES = {"main.tf": True, "plan.tf.json": True, "a/main.bicep": True, "chart.yml": True, "README.md": False}


@pytest.mark.parametrize(("file", "is_meant"), FILES.items())
def test_what_makes_it_run(file: str, is_meant: bool) -> None:
    assert bool(re.search(HOOK["files"], file)) == is_meant
