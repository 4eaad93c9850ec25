"""What code leaves open, by trying what it could be.

A part of a document may be ``{"sidedoor:unresolved": EXPRESSION, "like": GLOB}``. It is tried as something
that meets the request, where the glob allows that, and as something that does not. A ``?`` of the glob may
be a ``*`` of the text; a whole document is an unread one.
"""

from __future__ import annotations

import copy
import itertools
from typing import TYPE_CHECKING, Any

from tests.providers.aws.access.reference.contexts import given_context, meet
from tests.providers.aws.access.reference.patterns import matches, tokens
from tests.providers.aws.access.reference.principals import fixed_keys, parse_caller

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]
MARK = "sidedoor:unresolved"
NOBODY = {
    "AWS": "arn:aws:iam::999999999999:user/nobody",
    "Service": "nobody.amazonaws.com",
    "Federated": "arn:aws:iam::999999999999:oidc-provider/nobody.example",
    "CanonicalUser": "0" * 64,
}
EVERY_ADDRESS, NO_ADDRESS = ["0.0.0.0/0", "::/0"], "192.0.2.255/32"
ALLOW = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def is_open(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Return whether a value stands for a part that code leaves open."""
    return isinstance(value, dict) and MARK in value


def resolved(line: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the line with each combination of what its open parts could be."""
    paths = list(open_parts(line, ()))
    for combination in itertools.product(*[could_be(line, path) for path in paths]):
        found = copy.deepcopy(line)
        for path, value in sorted(
            zip(paths, combination, strict=True), key=lambda p: str(p[0]), reverse=True
        ):
            place: Any = found
            for part in path[:-1]:
                place = place[part]
            last: Any = path[-1]
            if isinstance(place, list) and isinstance(value, list):
                place[last : last + 1] = value
            else:
                place[last] = value
        yield found


def open_parts(value: Any, path: Path) -> Iterator[Path]:  # noqa: ANN401 - any JSON
    """Yield the paths of the open parts."""
    if is_open(value):
        yield path
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from open_parts(member, (*path, key))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from open_parts(member, (*path, index))


def could_be(line: dict[str, Any], path: Path) -> list[Any]:
    """Return what to try for the open part at a path."""
    part = at(line, path)
    named = [step for step in path if isinstance(step, str)]
    names_principals = path[0] in {"resourcePolicy", "vpcEndpointPolicies", "resourceControlPolicies"}
    if "Statement" not in named:
        return ["2008-10-17", "2012-10-17"] if named[-1] == "Version" else [{"unread": part[MARK]}]
    if named[-1] == "Statement":
        return [{**statement, **({"Principal": "*"} if names_principals else {})} for statement in STATEMENTS]
    if named[-1] == "Effect":
        return ["Allow", "Deny"]
    like = str(part.get("like", "*"))
    if "Condition" in named:
        return values(line, named[-2], named[-1], like)
    if named[-1] in {"Action", "NotAction", "Resource", "NotResource"}:
        return [like.replace("?", "*"), *fillings(like)]
    return principals(line, named[-1], like)


STATEMENTS: list[dict[str, Any]] = [
    ALLOW,
    {**ALLOW, "Effect": "Deny"},
    {**ALLOW, "Action": "none:Nothing"},
]


def texts(like: str, wanted: list[str]) -> list[Any]:
    """Return the wanted texts that the glob allows, and two that it allows and nobody asks for."""
    loose = tokens(like.replace("?", "*"))
    return list(dict.fromkeys([*(t for t in wanted if matches(loose, t)), *fillings(like)]))


def fillings(like: str) -> list[str]:
    """Return two texts that the glob allows; it may be that they are one."""
    return [like.replace("*", filler).replace("?", filler[0]) for filler in ("zz", "yy")]


def principals(line: dict[str, Any], kind: str, like: str) -> list[Any]:
    """Return the names of the caller, everyone and somebody else, of a kind or as a whole element."""
    caller = parse_caller(line["request"]["principal"], line["request"]["action"])
    root = f"arn:aws:iam::{caller.account}:root"
    own = [caller.arn, caller.role, caller.account, root] if caller.is_iam else [caller.arn]
    if kind in {"Principal", "NotPrincipal"}:
        of = {"service": "Service", "federated": "Federated"}.get(caller.kind, "AWS")
        return ["*", *({of: name} for name in own if name), {"AWS": NOBODY["AWS"]}]
    glob = tokens(like)
    return [*(name for name in ["*", *own] if name and matches(glob, name)), *fillings(like)]


def values(line: dict[str, Any], operator: str, key: str, like: str) -> list[Any]:
    """Return values of a condition that the request's key has, and one that it has not."""
    base = operator.rpartition(":")[2].removesuffix("IfExists")
    if base in {"Null", "Bool"}:
        return ["true", "false"]
    if base in {"IpAddress", "NotIpAddress"}:
        return [EVERY_ADDRESS, NO_ADDRESS]
    caller = parse_caller(line["request"]["principal"], line["request"]["action"])
    given = [*given_context(line).get(key.lower(), ()), *fixed_keys(caller).get(key.lower(), ())]
    others = sorted(tested(line, key))
    meetings = (meet(tokens(like), tokens(text)) for text in others)
    given += [*others, *(text for text in meetings if text is not None)]
    if base == "StringEqualsIgnoreCase":
        return texts(like.lower(), [text.lower() for text in given])
    return texts(like, given)


def tested(value: Any, key: str) -> set[str]:  # noqa: ANN401 - any JSON
    """Return the texts that any condition tests a key with."""
    found: set[str] = set()
    if isinstance(value, dict):
        for name, member in value.items():
            if name.lower() == key.lower():
                texts_of = member if isinstance(member, list) else [member]
                found |= {text for text in texts_of if isinstance(text, str)}
            found |= tested(member, key)
    elif isinstance(value, list):
        for member in value:
            found |= tested(member, key)
    return found


def at(value: Any, path: Path) -> Any:  # noqa: ANN401 - any JSON
    """Return what stands at a path."""
    for part in path:
        value = value[part]
    return value


def is_left_open(line: dict[str, Any]) -> bool:
    """Return whether some part of the line is open."""
    return any(True for _ in open_parts(line, ()))
