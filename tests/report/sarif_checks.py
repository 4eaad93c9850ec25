"""What makes GitHub refuse or garble an upload that neither schema nor Microsoft's validator objects to."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# "SARIF support for code scanning", "SARIF results exceed one or more limits", GitHub Docs, 2026-11-22.
_MOST_RESULTS: Final = 5_000
_MOST_STEPS: Final = 10_000
_MOST_RUNS: Final = 20
_MOST_TAGS: Final = 20
_LONGEST_DESCRIPTION: Final = 1_024
_LARGEST_GZ: Final = 10_000_000
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9%/._~-]|%(?![0-9A-Fa-f]{2})")
_HIDDEN: Final = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)

Log = dict[str, Any]


def problems(content: bytes, root: Path | None = None) -> Iterator[str]:
    """Yield everything wrong with a SARIF file, one line each.

    Args:
        content: The file.
        root: The repository it belongs to; None: whether files and lines exist is not looked at.
    """
    if len(gzip.compress(content)) > _LARGEST_GZ:
        yield "the compressed file is larger than 10 MB"
    log: Log = json.loads(content)
    if not 1 <= len(log["runs"]) <= _MOST_RUNS:
        yield f"{len(log['runs'])} runs"
    for run in log["runs"]:
        yield from _rules(run)
        yield from _results(run, root)
        if not run.get("automationDetails", {}).get("id", "").endswith("/"):
            yield "automationDetails.id is no category"
        if not all(i["executionSuccessful"] for i in run.get("invocations", [])):
            yield "executionSuccessful is false: GitHub processes no result of such a file"


def _rules(run: Log) -> Iterator[str]:
    for rule in run["tool"]["driver"]["rules"]:
        where = f"rule {rule['id']}"
        properties = rule.get("properties", {})
        score = properties.get("security-severity")
        if not isinstance(score, str) or not re.fullmatch(r"(10|[0-9])\.[0-9]", score):
            yield f"{where}: security-severity {score!r} is not a string of a number"
        if properties.get("precision") not in {"very-high", "high", "medium", "low"}:
            yield f"{where}: precision {properties.get('precision')!r}"
        if len(properties.get("tags", [])) > _MOST_TAGS:
            yield f"{where}: {len(properties['tags'])} tags"
        if "security" not in properties.get("tags", []):
            yield f"{where}: without the tag `security` its score is not read"
        for name in ("shortDescription", "fullDescription", "help"):
            text = rule.get(name, {}).get("text", "")
            if not text.strip():
                yield f"{where}: no {name}.text"
            if name != "help" and len(text) > _LONGEST_DESCRIPTION:
                yield f"{where}: {name} has {len(text)} characters"


def _results(run: Log, root: Path | None) -> Iterator[str]:
    results: list[Log] = run["results"]
    if len(results) > _MOST_RESULTS:
        yield f"{len(results)} results"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for number, result in enumerate(results):
        where = f"result {number}"
        if result["ruleId"] not in rules:
            yield f"{where}: rule {result['ruleId']} is not described"
        elif "ruleIndex" in result and rules[result["ruleIndex"]] != result["ruleId"]:
            yield f"{where}: ruleIndex points to {rules[result['ruleIndex']]}"
        if not result.get("locations"):
            yield f"{where}: no location"
        for location in _locations(result):
            yield from (f"{where}: {problem}" for problem in _location(location, root))
        if not result.get("message", {}).get("text") or _HIDDEN.search(result["message"]["text"]):
            yield f"{where}: message is empty or has hidden characters"
    hashes = Counter(r.get("partialFingerprints", {}).get("primaryLocationLineHash") for r in results)
    if None in hashes:
        yield f"{hashes.pop(None)} results without primaryLocationLineHash"
    yield from (f"{count} results share the line hash {name}" for name, count in hashes.items() if count > 1)
    yield from (
        f"line hash {h} is not `hex:number`" for h in hashes if not re.fullmatch(r"[0-9a-f]{16}:\d+", str(h))
    )


def _locations(result: Log) -> Iterator[Log]:
    yield from result.get("locations", [])
    for flow in result.get("codeFlows", []):
        for thread in flow["threadFlows"]:
            yield from (step["location"] for step in thread["locations"][:_MOST_STEPS])


def _location(location: Log, root: Path | None) -> Iterator[str]:
    place = location.get("physicalLocation")
    if place is None:
        yield "a location without a physical one: GitHub refuses the whole file"
        return
    uri = place.get("artifactLocation", {}).get("uri", "")
    line = place.get("region", {}).get("startLine", 0)
    last = place.get("region", {}).get("endLine", line)
    if "://" in uri or not uri or uri.startswith("/") or _UNSAFE.search(uri):
        yield f"uri {uri!r} is not relative and percent-encoded"
        return
    if ".." in uri.split("/"):
        yield f"uri {uri!r} leaves the repository"
        return
    if line < 1 or last < line:
        yield f"lines {line} to {last} of {uri}"
    if root is None:
        return
    file = root / unquote(uri, errors="surrogateescape")
    if not file.is_file():
        yield f"{uri} is not in the repository"
    elif (have := len(file.read_bytes().splitlines())) < last:
        yield f"{uri} ends at line {have}, before {last}"
