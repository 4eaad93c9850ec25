"""The README says what the program does: its commands, verbs, options, exit codes and links are real."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
import pytest

from scanner import cli
from scanner.report import EXIT_MEANINGS
from tests.readme_commands import README, ReadmeError, blocks, commands

if TYPE_CHECKING:
    from pathlib import Path

ROOT = README.parent
TEXT = README.read_text(encoding="utf-8") if README.exists() else ""

GOOD = """\
# Title
## Quick start
### 1. Scan
```bash
# a comment, not a heading
sidedoor scan
```
```text
what it prints
```
### 2. Test
```bash
pytest
```
## Later
```bash
other
```
"""

CONVENTION = {
    "kept": (GOOD, ("# a comment, not a heading\nsidedoor scan\n", "pytest\n")),
    "a third block": (GOOD.replace("## Later", "```bash\nrm\n```\n## Later"), None),
    "a console block beside": (GOOD.replace("```text", "```console"), None),
    "no second block": (GOOD.replace("```bash\npytest\n```\n", ""), None),
    "swapped numbers": (GOOD.replace("### 1.", "### 3.").replace("### 2.", "### 1."), None),
    "no quick start": (GOOD.replace("## Quick start", "## Start"), None),
}


@pytest.mark.parametrize(("text", "expected"), CONVENTION.values(), ids=CONVENTION)
def test_commands(text: str, expected: tuple[str, str] | None) -> None:
    if expected is None:
        with pytest.raises(ReadmeError):
            commands(text)
    else:
        assert commands(text) == expected


def test_the_readme_has_its_two_commands() -> None:
    scan, test = commands(TEXT)
    assert "sidedoor scan snapshot fixtures/" in scan
    assert "pytest" in test


def test_every_verb_is_in_the_readme() -> None:
    missing = [verb for verb in cli.COMMANDS if not re.search(rf"`(sidedoor )?{verb}\b", TEXT)]
    assert missing == []


def test_the_readme_has_no_verb_that_is_not_there() -> None:
    shell = [b.code for b in blocks(TEXT) if b.language in {"bash", "console", "sh"}]
    in_blocks = re.findall(r"^(?:\$ )?(?:.*&& )?sidedoor ([a-z][\w-]*)", "\n".join(shell), re.MULTILINE)
    in_text = re.findall(r"`sidedoor ([a-z][\w-]*)", TEXT)
    assert set(in_blocks) | set(in_text) <= set(cli.COMMANDS)


def options_of(command: click.Command, context: click.Context) -> set[str]:
    """Return every long option of `command` and of what stands below it."""
    found = {o for p in command.params for o in (*p.opts, *p.secondary_opts) if o.startswith("--")}
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found |= options_of(inner, context)
    return found


def test_every_option_in_the_readme_is_there() -> None:
    ours = options_of(cli.cli, click.Context(cli.cli)) | {"--help"}
    lines = [line for line in TEXT.splitlines() if "sidedoor " in line and "pip" not in line]
    lines = [re.sub(r"`(kubectl|gcloud|az|terraform) [^`]*`", "", line) for line in lines]  # theirs
    named = {option for line in lines for option in re.findall(r"(?<![\w-])--[a-z][\w-]+", line)}
    assert named - ours == set()


def test_exit_codes_are_those_of_the_code() -> None:
    rows = dict(re.findall(r"^\| *`?(\d)`? *\| *(.+?) *\|", TEXT, re.MULTILINE))
    assert {int(code) for code in rows} == set(EXIT_MEANINGS)


# GitHub's anchors: lower case, words and hyphens only, a hyphen for each space.
def anchor(heading: str) -> str:
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")


def dead_links(document: Path, text: str) -> list[str]:
    """Return the links of `text` to files or headings of this repository that are not there."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    anchors = {anchor(title) for title in re.findall(r"^#+ (.+?)\s*$", prose, re.MULTILINE)}
    dead = []
    for target in re.findall(r"\[[^\]]*\]\(([^)\s]+)[^)]*\)", prose):
        path, _, fragment = target.partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        if path and not (document.parent / path).exists():
            dead.append(target)
        if fragment and not path and fragment not in anchors:
            dead.append(target)
    return dead


DOCUMENTS = [
    path
    for path in [README, ROOT / "CHANGELOG.md", *ROOT.glob(".github/**/*.md"), *ROOT.glob("scanner/**/*.md")]
    if path.exists()
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_inside_the_repository_lead_somewhere(document: Path) -> None:
    assert dead_links(document, document.read_text(encoding="utf-8")) == []


LINKS = {
    "a file that is there": ("[x](pyproject.toml)", []),
    "a file that is not": ("[x](setup.py)", ["setup.py"]),
    "a heading that is there": ("## What it *does*, `now`\n[x](#what-it-does-now)", []),
    "a heading that is not": ("## What\n[x](#which)", ["#which"]),
    "another site": ("[x](https://example.com/setup.py)", []),
    "in a code block": ("```\n[x](setup.py)\n```", []),
}


@pytest.mark.parametrize(("text", "expected"), LINKS.values(), ids=LINKS)
def test_dead_links(text: str, expected: list[str]) -> None:
    assert dead_links(README, text) == expected
