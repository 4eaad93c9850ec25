"""The documented examples as cases of tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

EXAMPLES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "documented.yaml").read_text("utf-8")
)["examples"]


def documented() -> list[Any]:
    """Return each case with its condition; the names are the examples'."""
    return [
        pytest.param(example["condition"], tuple(case), id=f"{example['title']} {number}")
        for example in EXAMPLES
        for number, case in enumerate(example["cases"])
    ]
