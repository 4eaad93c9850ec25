"""The least that a scan needs to be allowed, derived from the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.providers.aws.collect.sessions import role_arn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.providers.aws.collect.table import Service


def policy_of(tables: Iterable[Service], org_role: str | None = None) -> dict[str, Any]:
    """Return an IAM policy document; with `org_role`, for an account that assumes it in others."""
    actions = sorted({action for table in tables for action in table.actions()})
    statements: list[dict[str, Any]] = [
        {"Sid": "SidedoorReads", "Effect": "Allow", "Action": actions, "Resource": "*"}
    ]
    if org_role:
        statements.append(
            {
                "Sid": "SidedoorEntersAccounts",
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": role_arn("*", "*", org_role),
            }
        )
    return {"Version": "2012-10-17", "Statement": statements}
