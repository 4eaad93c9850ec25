"""How often an independent evaluator agrees with the documented answers, and where it does not.

Install it outside the checkout and name the folder:

    npm install --prefix FOLDER @cloud-copilot/iam-simulate
    python -m tests.providers.aws.access.oracle.compare FOLDER [--generated N] [--engine]

It is licensed AGPL-3.0-or-later: it is run as a separate program, never imported, shipped or imitated. Every
disagreement must be in ``disagreements.yaml`` with the AWS page that settles it; one that is not ends with
exit 1.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.providers.aws.access import engine
from tests.providers.aws.access.cases import load
from tests.providers.aws.access.generate import sample
from tests.providers.aws.access.reference.answer import answer, unread
from tests.providers.aws.access.reference.principals import fixed_keys, parse_caller
from tests.providers.aws.access.reference.unresolved import is_left_open

HERE = Path(__file__).parent
_NOT_TAKEN = {"acl", "objectOwner", "accessPoint", "someResource"}
VERDICTS = {"Allowed": "Allowed", "ExplicitlyDenied": "Denied", "ImplicitlyDenied": "Denied"}


class Difference(NamedTuple):
    """One question on which the other evaluator answers something else."""

    id: str
    line: dict[str, Any]
    ours: str
    theirs: str


def comparable(line: dict[str, Any]) -> bool:
    """Return whether the other evaluator takes such a question: strict, every document read, no grants."""
    if line.get("mode") != "strict" or _NOT_TAKEN & set(line) or is_left_open(line):
        return False
    return not line.get("kmsGrants") and not unread(line)


def with_fixed_keys(line: dict[str, Any]) -> dict[str, Any]:
    """Return `line` with the keys that the principal fixes, which the other's core takes from its caller."""
    request = line["request"]
    fixed = fixed_keys(parse_caller(request["principal"], request["action"]))
    present = {key: values[0] for key, values in fixed.items() if values}
    return {
        **line,
        "request": {**request, "contextVariables": {**request.get("contextVariables", {}), **present}},
    }


def ask(lines: list[dict[str, Any]], folder: str) -> dict[str, str]:
    """Return the other evaluator's answer to each line, by id."""
    done = subprocess.run(
        ["node", str(HERE / "driver.mjs"), folder],
        input="\n".join(json.dumps(with_fixed_keys(line)) for line in lines),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(text) for text in done.stdout.splitlines()]
    return {item["id"]: item["result"] for item in answers}


def compare(lines: list[dict[str, Any]], folder: str, *, with_engine: bool) -> tuple[int, list[Difference]]:
    """Return how many answers agree, and the differences; ours is the reference's or the engine's answer."""
    theirs = ask(lines, folder)
    agreed, found = 0, []
    for line in lines:
        ours = engine.answer(line)["verdict"] if with_engine else answer(line).verdict
        other = VERDICTS.get(theirs[line["id"]], theirs[line["id"]])
        if ours in {other, "Unknown"}:  # the other has no such answer; it takes what AWS would refuse to save
            agreed += 1
        else:
            found.append(Difference(line["id"], line, ours, other))
    return agreed, found


def excuse(difference: Difference, entries: list[dict[str, Any]]) -> str | None:
    """Return the name of the entry that explains a difference, or None."""
    text = json.dumps(difference.line)
    for entry in entries:
        fits_id = difference.id in entry.get("cases", ()) or (
            "where" in entry and all(re.search(pattern, text) for pattern in entry["where"])
        )
        if fits_id and difference.ours in entry["documented"]:
            return str(entry["behaviour"])
    return None


def generated(count: int, seed: int) -> list[dict[str, Any]]:
    """Return those of `count` generated questions that the other evaluator takes."""
    lines = [{**line, "id": f"generated {place}"} for place, line in enumerate(sample(count, seed))]
    return [line for line in lines if comparable(line)]


def main() -> int:
    """Compare and print the agreement; 1 when a difference is in no entry."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", help="the folder whose node_modules holds the evaluator")
    parser.add_argument(
        "--generated", type=int, default=0, metavar="N", help="compare N generated questions too"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="generate other questions")
    parser.add_argument("--engine", action="store_true", help="compare the engine instead of the reference")
    options = parser.parse_args()
    entries = yaml.safe_load((HERE / "disagreements.yaml").read_text(encoding="utf-8"))["disagreements"]
    lines = [case.line for case in load() if comparable(case.line)] + generated(
        options.generated, options.seed
    )
    agreed, found = compare(lines, options.folder, with_engine=options.engine)
    excused = Counter(excuse(difference, entries) for difference in found)
    print(f"{agreed} of {len(lines)} answers agree")  # noqa: T201 - the report of a development tool
    for behaviour, times in sorted(excused.items(), key=str):
        print(f"{times:6} {behaviour or 'not explained'}")  # noqa: T201 - as above
    for difference in [item for item in found if excuse(item, entries) is None][:40]:
        print(f"       {difference.id}: {difference.ours}, but {difference.theirs}")  # noqa: T201 - as above
    return 1 if None in excused else 0


if __name__ == "__main__":
    sys.exit(main())
