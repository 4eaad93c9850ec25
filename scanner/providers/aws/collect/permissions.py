"""The least that a scan needs to be allowed, derived from the tables, in policies that IAM takes.

Source: IAM User Guide, "IAM and AWS STS quotas", "IAM and STS character limits"
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, read 2026-11-22): a managed
policy has at most 6,144 characters, white space not counted, and a role takes ten of them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scanner.providers.aws.collect.sessions import role_arn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.aws.collect.table import Service

MOST_CHARACTERS = 6_144
"""Of a managed policy, white space not counted."""


def policies_of(tables: Iterable[Service], org_role: str | None = None) -> list[dict[str, Any]]:
    """Return as few managed policies as it takes, each with ``PolicyName`` and ``PolicyDocument``.

    Attach all of them. With `org_role`, they are for an account that assumes it in others.
    """
    entering = [_entering(org_role)] if org_role else []
    actions = sorted({action for table in tables for action in table.actions()})
    documents = [_document([_reading(part)]) for part in _parts(actions, entering)]
    documents[-1]["Statement"] += entering
    return [
        {"PolicyName": f"SidedoorScan{number}", "PolicyDocument": document}
        for number, document in enumerate(documents, 1)
    ]


def length(document: dict[str, Any]) -> int:
    """Return a policy's characters as IAM counts them."""
    return len(json.dumps(document, separators=(",", ":")))


def _parts(actions: list[str], more: list[dict[str, Any]]) -> Iterator[list[str]]:
    """Yield the actions in order, each part as many as fit beside the statements of `more`."""
    part: list[str] = []
    for action in actions:
        if part and length(_document([_reading([*part, action]), *more])) > MOST_CHARACTERS:
            yield part
            part = []
        part.append(action)
    yield part


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _reading(actions: list[str]) -> dict[str, Any]:
    return {"Sid": "SidedoorReads", "Effect": "Allow", "Action": actions, "Resource": "*"}


def _entering(org_role: str) -> dict[str, Any]:
    return {
        "Sid": "SidedoorEntersAccounts",
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Resource": role_arn("*", "*", org_role),
    }
