"""Writes the expected reports anew: ``python -m tests.report.write_expected``; read the diff."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from scanner.report import Options, render
from tests.report.sample import SCAN

EXPECTED: Final = Path(__file__).parent / "expected"

CASES: Final[dict[str, tuple[str, Options]]] = {
    "table.txt": ("table", Options(width=100)),
    "table-narrow.txt": ("table", Options(width=80)),
    "report.json": ("json", Options()),
    "github.sarif": ("sarif", Options()),
    "full.sarif": ("sarif", Options(full=True, category="nightly/aws")),
    "summary.md": ("markdown", Options()),
    "findings.csv": ("csv", Options()),
    "junit.xml": ("junit", Options()),
    "findings.ocsf.jsonl": ("ocsf", Options()),
    "explain.txt": ("explain", Options(finding=SCAN.findings[0].id[:8])),
    "explain-all.txt": ("explain", Options(width=0)),
}


def main() -> None:
    """Write every case's file."""
    EXPECTED.mkdir(exist_ok=True)
    for name, (form, options) in CASES.items():
        (EXPECTED / name).write_text(render(form, SCAN, options), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
