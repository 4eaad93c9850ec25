"""One page a verb in ``.github/docs``, made from the program: its help, and what it prints on a world.

``python -m tests.verb_pages`` writes them anew; `test_verb_pages` fails when one is not what this makes.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

import click

from scanner import cli

ROOT: Final = Path(__file__).parent.parent
PAGES: Final = ROOT / ".github" / "docs"
_WIDTH: Final = 100
_WORLD: Final = "fixtures/aws/labelling-vendor"
_ON: Final = f"--snapshot {_WORLD}/snapshot --config {_WORLD}/sidedoor.yaml"
_HUB: Final = (
    "aws:100000000001::iam:GetAccountAuthorizationDetails.RoleDetailList/"
    "arn:aws:iam::100000000001:role/training-hub#/RolePolicyList/0/PolicyDocument/Statement/0"
)


class Shown(NamedTuple):
    """A command run from the root of a checkout, and how many lines of what it prints are shown."""

    command: str
    lines: int = 40


class Page(NamedTuple):
    """What a page says besides the program's own words."""

    prose: str
    shown: tuple[Shown, ...] = ()


PROSE: Final[dict[str, Page]] = {
    "scan": Page(
        "The verb of a scheduled job. It reads a cloud, code or snapshots, walks backward from models to\n"
        "whoever is outside, and reports access minus what the register agrees to. Every report of one run\n"
        "comes from one scan: repeat `--format`.",
        (
            Shown(f"sidedoor scan snapshot {_WORLD}/snapshot --config {_WORLD}/sidedoor.yaml", 24),
            Shown(
                f"sidedoor scan snapshot {_WORLD}/snapshot --config {_WORLD}/sidedoor.yaml --format csv", 3
            ),
        ),
    ),
    "collect": Page(
        "Use it to keep the credentials that read a cloud away from the people who see the findings: the\n"
        "snapshot is a directory of the provider's answers and of what could not be read, and everything\n"
        "after it is offline."
    ),
    "explain": Page(
        "A finding as a proof that can be checked without the tool: each hop with the statement that allows\n"
        "it, the calls that it takes, its conditions and who holds them, and what was assumed.",
        (Shown(f"sidedoor explain e004 {_ON}", 45),),
    ),
    "who-can": Page(
        "A question without rules, of ours and of outsiders alike. With `--expect` it is a test for your CI.",
        (Shown(f"sidedoor who-can invoke '*sandbox*' {_ON}"),),
    ),
    "can": Page(
        "The blast radius of one principal: everything it reaches if it is breached.",
        (Shown(f"sidedoor can arn:aws:iam::200000000001:root {_ON}"),),
    ),
    "vendors": Page(
        "The third-party inventory. `init` drafts a register from it; `least-privilege` says what a vendor\n"
        "should have instead of what it has, and proves it on the snapshot. It is a verb of `vendors`, not\n"
        "an option of `cut`: its answer is documents to write for one vendor, where `cut` answers for\n"
        "the estate with statements to remove.",
        (
            Shown(f"sidedoor vendors {_ON}", 30),
            Shown(f"sidedoor vendors least-privilege labelworks {_ON}", 60),
        ),
    ),
    "cut": Page(
        "The fewest statements without which no unwanted path is left, agreed access kept. It is found by\n"
        "trying on the snapshot, so a second statement that grants the same does not go unseen.",
        (Shown(f"sidedoor cut {_ON} --asset '*weights/*'"),),
    ),
    "what-if": Page(
        "The proof of a cut, or of an edit that you have in mind.",
        (Shown(f"sidedoor what-if {_ON} --remove '{_HUB}'"),),
    ),
    "paths": Page(
        "Every way in, agreed or not, whatever the rules say of it. `--format mermaid` draws them.",
        (
            Shown(f"sidedoor paths {_ON} --from evalhouse"),
            Shown(f"sidedoor paths {_ON} --from evalhouse --format mermaid"),
        ),
    ),
    "decide": Page(
        "The decision engine alone: policies in, a verdict out. The fields of a request are in the README.",
        (
            Shown(
                'echo \'{"id": "1", "request": {"action": "s3:GetObject", "principal":'
                ' "arn:aws:iam::200000000001:role/x", "resource": {"resource": "arn:aws:s3:::weights/a",'
                ' "accountId": "100000000001"}}, "resourcePolicy": {"Statement": []}}\' | sidedoor decide'
            ),
        ),
    ),
    "diff": Page(
        "What changed between two scans. Of two snapshots it also names the statement that did it.",
        (Shown(f"sidedoor diff {_WORLD}/snapshot {_WORLD}/snapshot --config {_WORLD}/sidedoor.yaml"),),
    ),
    "baseline": Page(
        "The file holds fingerprints and dates only, so that it can be committed. A finding that gets surer\n"
        "is reported again; one that is gone is said, so that the file is written anew."
    ),
    "rules": Page(
        "One rule is one file with examples of its own; `check` runs them, and fails when a selector could\n"
        "be left out without any example noticing. All rules: [rules/README.md](../../rules/README.md).",
    ),
    "doctor": Page("Run it first, and when a scan exits 3."),
    "schema": Page(
        "Editors check `sidedoor.yaml` and rules with these; a reader of reports relies on the last."
    ),
    "completion": Page("Completes verbs and options."),
    "permissions": Page(
        "Derived from the tables that the collectors themselves run on, so that it cannot fall behind."
    ),
}


def page(verb: str) -> str:
    """Return the page of a verb."""
    names = ["-h", "--help"]
    root = click.Context(cli.cli, info_name="sidedoor", terminal_width=_WIDTH, help_option_names=names)
    command = cli.cli.get_command(root, verb)
    assert command is not None, verb
    said = PROSE[verb]
    parts = [f"# sidedoor {verb}", "", said.prose, ""]
    for shown in said.shown:
        parts += ["```console", f"$ {shown.command}", *_printed(shown), "```", ""]
    parts += _helped(command, verb, root)
    made = "Made by `python -m tests.verb_pages` from the program's own help and output."
    return "\n".join([*parts, made, ""])


def _helped(command: click.Command, name: str, parent: click.Context) -> list[str]:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=_WIDTH)
    parts = [f"## {context.command_path}", "", "```text", command.get_help(context), "```", ""]
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            parts += _helped(found, inner, context)
    return parts


def _printed(shown: Shown) -> list[str]:
    program = f"{shlex.quote(sys.executable)} -c 'from scanner.cli import main; main()'"
    done = subprocess.run(
        ["bash", "-c", f'sidedoor() {{ {program} "$@"; }}\n{shown.command}'],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    assert not done.stderr, done.stderr
    lines = done.stdout.rstrip("\n").split("\n")
    cut = [*lines[: shown.lines], "…"] if len(lines) > shown.lines else lines
    return [*cut, f"# exit code {done.returncode}"]


def main() -> None:
    """Write every page."""
    PAGES.mkdir(exist_ok=True)
    for verb in cli.COMMANDS:
        (PAGES / f"{verb}.md").write_text(page(verb), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
