"""What a caller may ask of a report; every format takes the same options and ignores what it does not use."""

from __future__ import annotations

from typing import Final

import msgspec

from scanner.model import Severity  # noqa: TC001 - msgspec reads the annotations

PROJECT_URL: Final = "https://pypi.org/project/sidedoor/"


class Options(msgspec.Struct, frozen=True):
    """How to render.

    Attributes:
        width: Columns of text formats; 0: lines are never wrapped.
        terminal: The output is a terminal: `table` may draw with rich.
        colour: Colours may be used on a terminal (the caller knows ``NO_COLOR``).
        full: Nothing is left out: all gaps, all paths, and in SARIF the suppressed findings, marked as such.
        fail_on: Findings of this severity or a worse one fail the run.
        allow_partial: An incomplete scan does not fail the run.
        finding: Start of a finding's id, for `explain`; empty: every finding.
        tree: Where the scanned tree lies in the repository, forward slashes; evidence files are relative to
            it.
        category: Code scanning category; empty: made from the scan's target. Uploads of one category replace
            each other.
        rule_url: Address of a rule's documentation, ``{rule}`` stands for its id.
    """

    width: int = 100
    terminal: bool = False
    colour: bool = False
    full: bool = False
    fail_on: Severity = "high"
    allow_partial: bool = False
    finding: str = ""
    tree: str = ""
    category: str = ""
    rule_url: str = PROJECT_URL + "#{rule}"
