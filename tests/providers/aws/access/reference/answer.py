"""A whole request line: unread documents, parts that code leaves open, and open keys, by trying them all.

An unread document is tried as each of the documents that it could be: none, one that allows nothing, one that
allows everything, one that denies everything. What is the same for all of them is settled; what is not is
Unknown. A document that is no policy is an unread one.
"""

from __future__ import annotations

import copy
import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.providers.aws.access.reference.contexts import every_context, given_context
from tests.providers.aws.access.reference.decide import ask, decide
from tests.providers.aws.access.reference.resources import for_each_resource
from tests.providers.aws.access.reference.shapes import is_policy
from tests.providers.aws.access.reference.unresolved import resolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.providers.aws.access.reference.patterns import Context

PATHS = {
    "identityPolicies": 1,
    "permissionBoundaryPolicies": 1,
    "vpcEndpointPolicies": 1,
    "serviceControlPolicies": 2,
    "resourceControlPolicies": 2,
    "sessionPolicy": 0,
    "resourcePolicy": 0,
    "kmsGrants": 0,
    "blockPublicAccess": 0,
    "ignorePublicAcls": 0,
    "objectOwnership": 0,
    "acl": 0,
}
"""The fields that hold documents, and how many lists deep."""

NAMES_PRINCIPALS = {"accessPoint", "resourcePolicy", "vpcEndpointPolicies", "resourceControlPolicies"}
NOTHING: dict[str, Any] = {"Version": "2012-10-17", "Statement": []}


class Answer(NamedTuple):
    """What the reference says; `explicit` only where it is the same in every context."""

    verdict: str
    explicit: bool | None = None


def answer(line: dict[str, Any]) -> Answer:
    """Answer a request line."""
    read = [reading for found in resolved(line) for reading in readings(found, unread(found))]
    tried = [list(for_each_resource(reading)) for reading in read]
    contexts = contexts_of(line, [one for every in tried for one in every])
    outcomes = [[decide(one, context) for one in every for context in contexts] for every in tried]
    each = [{outcome.allowed for outcome in of_context} for of_context in zip(*outcomes, strict=True)]
    explicit = {outcome.explicit for tried in outcomes for outcome in tried}
    if all(found == {True} for found in each):
        return Answer("Allowed", explicit=False)
    if all(found == {False} for found in each):
        return Answer("Denied", explicit=explicit.pop() if len(explicit) == 1 else None)
    return Answer("Unknown" if any(len(found) == 2 for found in each) else "AllowedIf")


def contexts_of(line: dict[str, Any], read: list[dict[str, Any]]) -> list[Context]:
    """Return the contexts to try: those that any of the lines, every document read, can tell apart."""
    given = given_context(line)
    if line.get("mode", "strict") == "strict":
        return [given]
    found = [context for reading in read for context in every_context(ask(reading, given))]
    return list({tuple(sorted(context.items())): context for context in found}.values())


def unread(line: dict[str, Any]) -> list[tuple[str | int, ...]]:
    """Return the paths of the documents that are unread, or are not of their kind."""
    found: list[tuple[str | int, ...]] = []
    is_trust = line["request"]["action"].lower().startswith("sts:")
    for field, depth in PATHS.items():
        for path, value in at_depth(line.get(field), (field,), depth):
            is_list = field in {"kmsGrants", "acl"} and isinstance(value, list)
            is_setting = field == "objectOwnership" and isinstance(value, str)
            if value is None or is_list or is_setting or isinstance(value, bool):
                continue
            document = value["policy"] if isinstance(value, dict) and "policy" in value else value
            names_principals = field in NAMES_PRINCIPALS
            trust = field == "resourcePolicy" and is_trust
            if not is_policy(document, names_principals=names_principals, is_trust=trust):
                found.append(path)
    policy = (line.get("accessPoint") or {}).get("policy")
    if policy is not None and not is_policy(policy, names_principals=True):
        found.append(("accessPoint", "policy"))
    return found


def at_depth(
    value: Any,  # noqa: ANN401 - any JSON
    path: tuple[str | int, ...],
    depth: int,
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield the values that lie `depth` lists deep, each with its path."""
    if depth == 0 or not isinstance(value, list):
        yield path, value
        return
    for place, item in enumerate(value):
        yield from at_depth(item, (*path, place), depth - 1)


def readings(line: dict[str, Any], paths: list[tuple[str | int, ...]]) -> Iterator[dict[str, Any]]:
    """Yield the line with its unread documents replaced by each combination of what they could be."""
    for combination in itertools.product(*[possible(path, line) for path in paths]):
        read = copy.deepcopy(line)
        for path, document in zip(paths, combination, strict=True):
            place: Any = read
            for part in path[:-1]:
                place = place[part]
            place[path[-1]] = document
        yield read


def possible(path: tuple[str | int, ...], line: dict[str, Any]) -> list[Any]:
    """Return what the unread document at `path` could be; of grants, none or just the one that is needed."""
    field = path[0]
    if field in {"blockPublicAccess", "ignorePublicAcls"}:
        return [False, True]
    if field == "objectOwnership":
        return ["BucketOwnerEnforced", "ObjectWriter"]
    if field == "acl":
        account = ask(line, {}).caller.account or "AllUsers"
        grants = [{"grantee": account, "permission": "FULL_CONTROL", "on": on} for on in ("object", "bucket")]
        return [[], grants]
    if field == "kmsGrants":
        operation = line["request"]["action"].partition(":")[2]
        return [[], [{"GranteePrincipal": line["request"]["principal"], "Operations": [operation]}]]
    documents: list[Any] = [NOTHING, everything("Allow", field), everything("Deny", field)]
    return [None, *documents] if len(path) == 1 else documents


def everything(effect: str, field: str | int) -> dict[str, Any]:
    """Return a policy that covers every action, resource and, where it names them, principal."""
    statement = {"Effect": effect, "Action": "*", "Resource": "*"}
    if field in NAMES_PRINCIPALS:
        statement["Principal"] = "*"
    return {"Version": "2012-10-17", "Statement": [statement]}
