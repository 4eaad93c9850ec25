"""The engine under test, as a function from request line to answer line."""

from __future__ import annotations

import json
from typing import Any

from scanner.providers.aws.access.jsonl import answer_line


def answer(line: dict[str, Any]) -> dict[str, Any]:
    """Return the engine's answer to a request line, as a reader of its JSON sees both."""
    return json.loads(json.dumps(answer_line(json.dumps(line))))  # type: ignore[no-any-return]


def replay(line: dict[str, Any], witness: dict[str, Any]) -> dict[str, Any]:
    """Return the engine's answer to `line` in strict mode, with the witness added to its context."""
    return answer(in_context(line, witness))


def in_context(line: dict[str, Any], witness: dict[str, Any]) -> dict[str, Any]:
    """Return `line` in strict mode with the values of `witness` added to what it gives.

    A witness that names a resource is of a question about some resource, and asks about that one.
    """
    request = line["request"]
    context = {**(request.get("contextVariables") or {}), **witness}
    strict = {key: value for key, value in line.items() if key not in {"openKeys", "someResource"}}
    resource = {
        **request["resource"],
        "resource": context.pop("resource", [request["resource"]["resource"]])[0],
    }
    replayed = {**request, "contextVariables": context, "resource": resource}
    return {**strict, "mode": "strict", "request": replayed}


def guards_of(answered: dict[str, Any]) -> set[tuple[str, str, tuple[str, ...]]]:
    """Return the guards of an answer, keys lower-cased, without who holds them."""
    return {
        (guard["key"].lower(), guard["op"], tuple(sorted(guard["values"]))) for guard in answered["guards"]
    }
