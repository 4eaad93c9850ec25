"""What a scan found: everything that a report says, and nothing that it has to look up."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec reads the annotations

import msgspec

from scanner.model import Asset, Finding, Severity, Source  # noqa: TC001 - msgspec reads the annotations
from scanner.snapshot import Gap  # noqa: TC001 - msgspec reads the annotations


class RuleInfo(msgspec.Struct, frozen=True, order=True):
    """What a report says of a rule. `help` is Markdown; `file` is relative to the rules directory."""

    id: str
    title: str
    severity: Severity
    help: str
    file: str
    tags: tuple[str, ...] = ()


class Anchor(msgspec.Struct, frozen=True, order=True):
    """A place in a committed file: relative path with forward slashes, 1-based line."""

    file: str
    line: int = 1


class Scan(msgspec.Struct, frozen=True):
    """The whole result, sorted: findings by severity, rule, asset, source; the rest by id.

    `complete` is False when a gap could hide or invent a finding. `anchors` maps a vendor's name to its
    line in sidedoor.yaml, for formats that need a file; `scope_anchor` is for all others.
    """

    target: str
    time: str
    as_of: dt.date
    tool_version: str
    snapshot: str
    complete: bool
    asked: int
    gaps: tuple[Gap, ...]
    assets: tuple[Asset, ...]
    sources: tuple[Source, ...]
    findings: tuple[Finding, ...]
    rules: tuple[RuleInfo, ...]
    anchors: dict[str, Anchor] = {}
    scope_anchor: Anchor = Anchor("sidedoor.yaml", 1)
    notes: tuple[str, ...] = ()
