"""From what botocore answers to what a snapshot keeps: JSON values only, policies as objects, no secrets."""

from __future__ import annotations

import base64
import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import msgspec

from scanner.providers.aws.collect.failures import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.providers.aws.collect.table import Body

LONGEST_POLICY: Final = 131_072
"""Characters. The largest documented policy is a KMS key policy of 32 KB:
https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html (read 2026-11)."""
LARGEST_BODY: Final = 32 * 1024 * 1024
"""Characters of text in one document. 50,000 grants, KMS's quota for one key, are about 25 million."""
_DEEPEST_POLICY: Final = 32

WITHHELD: Final = frozenset(
    {
        "Arguments",
        "BuildCommand",
        "ClientSecret",
        "ContainerArguments",
        "ContainerEntrypoint",
        "CustomerMetadataProperties",
        "DefaultArguments",
        "FsxAdminPassword",
        "ModelCardContent",
        "NonOverridableArguments",
        "OutputValue",
        "ParameterValue",
        "RuntimeEnvironmentSecrets",
        "RuntimeEnvironmentVariables",
        "StartCommand",
        "UserData",
        "buildspec",
        "secret",
        "secretOptions",
        "secrets",
    }
)
"""Fields in which users keep passwords and tokens: their texts are replaced, the names of variables stay."""
_VARIABLES: Final = re.compile(r"(?i)(?:environment|hyper_?parameters)$")
"""Names of maps of variables and of hyperparameters, of which every job has some of its own."""
_MASK: Final = "(withheld)"


def is_withheld(field: str) -> bool:
    """Tell whether the texts of a field are never kept."""
    return field in WITHHELD or _VARIABLES.search(field) is not None


class Budget:
    """Characters that a document may still have."""

    def __init__(self, characters: int = LARGEST_BODY) -> None:
        self._left = characters

    def take(self, characters: int) -> None:
        """Count; raises `Unreadable` (too-large) when there were too many."""
        self._left -= characters
        if self._left < 0:
            raise Unreadable("too-large", f"the answer has more than {LARGEST_BODY} characters")


def plain(value: Body, budget: Budget | None = None, *, withhold: bool = False) -> Body:
    """Return a copy of JSON values: times as ISO 8601 in UTC, bytes as base64, no ``ResponseMetadata``."""
    budget = budget or Budget()
    match value:
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else str(value)  # JSON has no NaN; Python's reader takes it
        case str():
            budget.take(len(value))
            if withhold:
                return _MASK
            # A lone surrogate, which JSON's \u escapes can make, has no UTF-8 form.
            return value if value.isascii() else value.encode("utf-8", "replace").decode()
        case dict():
            return {
                str(plain(str(key), budget)): plain(inner, budget, withhold=withhold or is_withheld(str(key)))
                for key, inner in value.items()
                if key != "ResponseMetadata"
            }
        case list() | tuple():
            return [
                {"name": plain(inner["name"], budget), **_rest(inner, budget)}
                if withhold and _is_variable(inner)
                else plain(inner, budget, withhold=withhold)
                for inner in value
            ]
        case bytes():
            budget.take(len(value))
            return _MASK if withhold else base64.b64encode(value).decode()
        case dt.datetime():
            aware = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
            return aware.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        case _:
            raise Unreadable("unparseable", f"the answer holds a {type(value).__name__}")


def _is_variable(entry: Body) -> bool:
    """Tell whether an entry of a list is ``{name, value}`` or ``{name, valueFrom}``, whose name stays."""
    return isinstance(entry, dict) and set(entry) in ({"name", "value"}, {"name", "valueFrom"})


def _rest(variable: dict[str, Body], budget: Budget) -> Body:
    return plain({k: v for k, v in variable.items() if k != "name"}, budget, withhold=True)


def parse_policies(body: Body, paths: tuple[str, ...]) -> list[str]:
    """Replace the JSON texts at `paths` in `body` by what they say; return what does not parse, and why.

    A text that does not parse stays as it is. One that is longer than any policy can be raises `Unreadable`
    (too-large).
    """
    problems: list[str] = []
    for path in paths:
        for holder, name in _places(body, path.split(".")):
            text = holder[name]
            if not isinstance(text, str):
                continue  # botocore decodes IAM's policies itself
            if len(text) > LONGEST_POLICY:
                raise Unreadable("too-large", f"{path} has {len(text)} characters, more than any policy")
            try:
                holder[name] = _policy(text)
            except (msgspec.MsgspecError, UnicodeError, ValueError, RecursionError) as error:
                problems.append(f"{path}: {error}")
    return problems


def _policy(text: str) -> dict[str, Body]:
    if text.lstrip().startswith("%"):
        text = unquote(text, errors="strict")  # IAM's policies travel URL-encoded (RFC 3986)
    policy = msgspec.json.decode(text.encode())
    if not isinstance(policy, dict):
        raise ValueError("a policy is a JSON object")  # noqa: TRY004 - the same as malformed JSON
    if text.count("[") + text.count("{") > _DEEPEST_POLICY and _depth(policy) > _DEEPEST_POLICY:
        raise ValueError(f"nested more than {_DEEPEST_POLICY} deep")
    return policy


def _depth(value: Body) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)


def _places(body: Body, path: list[str]) -> Iterator[tuple[dict[str, Body], str]]:
    """Yield (mapping, name) of every place that `path` names; what is absent is passed over."""
    first, rest = path[0], path[1:]
    if first == "*":
        for inner in body if isinstance(body, list) else ():
            yield from _places(inner, rest)
    elif isinstance(body, dict) and body.get(first) is not None:
        if rest:
            yield from _places(body[first], rest)
        else:
            yield body, first


def at(body: Mapping[str, Body] | Body, path: str) -> Body:
    """Return what a dotted path leads to, the body itself for an empty path, None when there is nothing."""
    for name in path.split(".") if path else ():
        body = body.get(name) if isinstance(body, dict) else None
    return body
