"""Generated questions with parts of their policies left open, as code leaves them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

OURS, VENDOR = "100000000001", "200000000001"


def leave_open(rng: Random, line: dict[str, Any], caller: str) -> dict[str, Any]:
    """Return the line with up to two parts of its policies left open, as code leaves them."""
    found = copy.deepcopy(line)
    for number in range(rng.randint(1, 2)):
        places = list(statements_in(found))
        if not places:
            return found
        statements, at = rng.choice(places)
        statement = statements[at]
        part = rng.choice(["statement", "Effect", *statement])
        if part == "statement":
            statements[at] = unresolved(number, "*")
        elif part in {"Action", "NotAction"}:
            statement[part] = [unresolved(number, rng.choice(["*", "s3:*", "kms:*", "sts:Assume*"]))]
        elif part in {"Resource", "NotResource"}:
            likes = ["*", "arn:aws:s3:::*/*", "arn:aws:iam::*:role/*", "arn:aws:s3:::weights/red/model.???"]
            written = as_values(statement[part]) if rng.random() < 0.5 else []
            statement[part] = [*written, unresolved(number, rng.choice(likes))]
        elif part in {"Principal", "NotPrincipal"}:
            statement[part] = open_principal(rng, number, caller)
        elif part == "Condition":
            leave_value_open(rng, number, statement[part])
        elif part == "Effect" and "NotPrincipal" not in statement:  # to allow with one is not documented
            statement[part] = unresolved(number, "*")
    return found


def unresolved(number: int, like: str) -> dict[str, str]:
    """Return what stands for a part that code leaves open."""
    return {"sidedoor:unresolved": f"var.open{number}", "like": like}


def open_principal(rng: Random, number: int, caller: str) -> Any:  # noqa: ANN401 - a Principal element
    """Return a Principal element, or a part of one, that is left open."""
    if rng.random() < 0.2:
        return unresolved(number, "*")
    likes = [
        "*",
        "arn:aws:iam::*:root",
        f"arn:aws:iam::{OURS}:*",
        f"arn:aws:iam::{VENDOR}:user/*",
        "arn:aws:sts::*",
    ]
    name = unresolved(number, rng.choice(likes))
    if ":oidc-provider/" in caller or caller.endswith(".amazonaws.com"):
        return {"Federated" if caller.startswith("arn:") else "Service": unresolved(number, "*")}
    return {"AWS": [name, *rng.sample([f"arn:aws:iam::{OURS}:user/alice", VENDOR], rng.randint(0, 1))]}


def leave_value_open(rng: Random, number: int, block: dict[str, Any]) -> None:
    """Leave a value of a condition open, of the operators whose values are texts or addresses."""
    for operator, keys in block.items():
        if "For" in operator or not any(word in operator for word in ("String", "IpAddress", "Null", "Bool")):
            continue
        for key, values in keys.items():
            others = [] if operator == "Null" or "Bool" in operator else [*as_values(values)]
            keys[key] = [
                *rng.sample(others, min(len(others), rng.randint(0, 1))),
                unresolved(number, rng.choice(["*", "re*", "b*"])),
            ]
            return


def as_values(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    """Return one value or a list as a list."""
    return value if isinstance(value, list) else [value]


def statements_in(line: dict[str, Any]) -> Iterator[tuple[list[Any], int]]:
    """Yield the statements that are written out, each as its list and place."""
    pending: list[Any] = [value for field, value in line.items() if field != "request"]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            for index, statement in enumerate(value.get("Statement", ())):
                if "Effect" in statement:
                    yield value["Statement"], index
        elif isinstance(value, list):
            pending += value
