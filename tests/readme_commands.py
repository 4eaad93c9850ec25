"""The README's two commands, as its readers see them; `.ci/run` runs these and nothing of its own.

The convention: under ``## Quick start`` stand the headings ``### 1. …`` and ``### 2. …``, each with
one ```` ```bash ```` block. Standard library only, because this runs before anything is installed.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

README = Path(__file__).parent.parent / "README.md"
QUICK_START = "Quick start"

_FENCE = re.compile(r"^(```+)(\w*)")
_HEADING = re.compile(r"^(#+) (.+?)\s*$")


class ReadmeError(Exception):
    """The README does not keep the convention."""


class Block(NamedTuple):
    """A fenced block, with the second and third level headings it stands under."""

    section: str
    subsection: str
    language: str
    code: str


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks in order; a ``#`` line inside one is no heading."""
    section = subsection = ""
    lines = iter(text.splitlines())
    for line in lines:
        if heading := _HEADING.match(line):
            level, title = len(heading[1]), heading[2]
            if level <= 2:
                section, subsection = (title if level == 2 else ""), ""
            elif level == 3:
                subsection = title
        elif fence := _FENCE.match(line):
            code = []
            for inner in lines:
                if inner.rstrip() == fence[1]:
                    break
                code.append(inner + "\n")
            yield Block(section, subsection, fence[2], "".join(code))


def commands(text: str) -> tuple[str, str]:
    """Return the scan command and the test command, each a block of shell as it stands.

    Raises:
        ReadmeError: when the quick start has other shell blocks than one under each of the headings 1 and 2.
    """
    shell = [b for b in blocks(text) if b.section == QUICK_START and b.language in {"bash", "sh", "console"}]
    places = [block.subsection.split(".")[0] for block in shell]
    if places != ["1", "2"] or any(block.language != "bash" for block in shell):
        found = ", ".join(f"{block.language} under `{block.subsection}`" for block in shell) or "none"
        raise ReadmeError(
            f"the quick start needs a bash block under `### 1. …` and one under `### 2. …`; it has {found}"
        )
    return shell[0].code, shell[1].code


def main() -> None:
    """Write the command whose number, 1 or 2, is the first argument."""
    sys.stdout.write(commands(README.read_text(encoding="utf-8"))[int(sys.argv[1]) - 1])


if __name__ == "__main__":
    main()
