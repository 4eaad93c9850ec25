"""``sidedoor decide``: one access question a line in, one answer a line out."""

from __future__ import annotations

import sys

import click
import msgspec

from scanner.cli.verb import Verb

_VERDICTS = ("Allowed", "AllowedIf", "Denied", "Unknown")


@click.command(
    cls=Verb,
    examples=(
        ("answers, one a line", "sidedoor decide < requests.jsonl"),
        ("a test of your own policies", "sidedoor decide --expect Denied < must-be-denied.jsonl"),
    ),
    exits={
        0: "all answered, and as --expect says",
        1: "an answer is not what --expect says",
        2: "a line is no request",
    },
)
@click.option("--provider", type=click.Choice(["aws"]), default="aws", help="Whose policies. [default: aws]")
@click.option("--expect", type=click.Choice(_VERDICTS), help="Exit 1 unless every answer is this.")
def decide(provider: str, expect: str | None) -> None:
    """Read requests from standard input, JSON Lines, and write an answer for each.

    A line that is no request is answered with an `error`, and the rest is still answered. The README shows
    what a request may hold.
    """
    # other commands do not pay for the engine
    from scanner.providers.aws.access.jsonl import answer_line  # noqa: PLC0415

    del provider  # one provider decides so far
    failed = differed = False
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        answer = answer_line(line)
        failed |= "error" in answer
        differed |= expect is not None and answer.get("verdict") != expect
        sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()
    raise SystemExit(2 if failed else 1 if differed else 0)
