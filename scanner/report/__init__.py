"""Says what a scan found. A format is one file with a pure ``render(scan, options)`` and a line of `FORMATS`.

Nothing here prints, opens a file or knows a cloud.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from scanner.errors import ReportError, did_you_mean
from scanner.report import (
    comparison,
    csv_table,
    cutting,
    diagram,
    inventory,
    json_report,
    junit,
    markdown,
    ocsf,
    page,
    privilege,
    proof,
    sarif,
    table,
)
from scanner.report.clean import json_text
from scanner.report.cutting import Advice
from scanner.report.options import Options
from scanner.report.outcome import EXIT_MEANINGS, exit_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scanner.access import AccessKey
    from scanner.changes import Diff
    from scanner.model import Path
    from scanner.narrowing import LeastPrivilege
    from scanner.scan import Scan
    from scanner.vendors import Inventory

__all__ = [
    "EXIT_MEANINGS",
    "FORMATS",
    "Advice",
    "Format",
    "Options",
    "cut_as_json",
    "diff_as_json",
    "exit_code",
    "explain",
    "explain_as",
    "flowchart",
    "privilege_as_json",
    "render",
    "render_cut",
    "render_diff",
    "render_inventory",
    "render_privilege",
    "report_schema",
]


class Format(NamedTuple):
    """One way to say a scan. `is_text` is False when it is meant for programs; `suffix` is of its file."""

    render: Callable[[Scan, Options], str]
    is_text: bool
    suffix: str


FORMATS: Final[dict[str, Format]] = {
    "table": Format(table.render, True, ".txt"),
    "json": Format(json_report.render, False, ".json"),
    "sarif": Format(sarif.render, False, ".sarif"),
    "markdown": Format(markdown.render, True, ".md"),
    "html": Format(page.render, False, ".html"),
    "csv": Format(csv_table.render, False, ".csv"),
    "junit": Format(junit.render, False, ".xml"),
    "ocsf": Format(ocsf.render, False, ".jsonl"),
    "explain": Format(proof.render, True, ".txt"),
}


def render(name: str, scan: Scan, options: Options | None = None) -> str:
    """Return `scan` in the format called `name`, with a line feed at the end.

    Raises:
        ReportError: when there is no such format, or it cannot say this scan.
    """
    found = FORMATS.get(name)
    if found is None:
        raise ReportError(f"unknown format `{name}`{did_you_mean(name, FORMATS)}")
    return found.render(scan, options or Options())


def explain(scan: Scan, finding_id_prefix: str, options: Options | None = None) -> str:
    """Return one finding told hop by hop.

    Raises:
        ReportError: when the prefix names no finding, or several.
    """
    finding = proof.named(scan, finding_id_prefix)
    return proof.told(scan, finding, options or Options())


def explain_as(form: str, scan: Scan, finding_id_prefix: str) -> str:
    """Return one finding as ``json``, as it stands in the JSON report, or as a ``mermaid`` flowchart.

    Raises:
        ReportError: when the prefix names no finding, or several.
    """
    finding = proof.named(scan, finding_id_prefix)
    if form == "mermaid":
        return diagram.flowchart((finding.path,))
    return json_text(json_report.finding_json(finding))


def diff_as_json(diff: Diff, lost: Iterable[AccessKey] = ()) -> str:
    """Return two compared scans as one JSON object, and agreed access that is `lost` between them."""
    gone = [{"source": source, "gain": gain, "asset": asset} for source, gain, asset in lost]
    return json_text({**msgspec.to_builtins(diff), **({"agreed_access_lost": gone} if gone else {})})


def render_diff(diff: Diff, options: Options | None = None) -> str:
    """Return two compared scans as text."""
    return comparison.render(diff, options or Options())


def render_inventory(found: Inventory, options: Options | None = None) -> str:
    """Return the third-party inventory as text."""
    return inventory.render(found, options or Options())


def render_cut(advice: Advice, options: Options | None = None) -> str:
    """Return what to cut as text."""
    return cutting.render(advice, options or Options())


def cut_as_json(advice: Advice) -> bytes:
    """Return what to cut as one JSON object."""
    return cutting.as_json(advice)


def render_privilege(found: LeastPrivilege, options: Options | None = None) -> str:
    """Return the least privilege of a vendor as text."""
    return privilege.render(found, options or Options())


def privilege_as_json(found: LeastPrivilege) -> bytes:
    """Return the least privilege of a vendor as one JSON object."""
    return privilege.as_json(found)


def flowchart(paths: Iterable[Path]) -> str:
    """Return paths as a Mermaid flowchart."""
    return diagram.flowchart(paths)


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of the JSON report."""
    found: dict[str, Any] = json.loads(json_report.SCHEMA_FILE.read_bytes())
    return found
