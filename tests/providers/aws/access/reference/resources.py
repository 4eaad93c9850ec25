"""Which resources are worth trying when only a glob of them is asked for.

Real ARNs only: their first five parts hold no colon, and the last one does for object keys, log streams and
secrets. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.providers.aws.access.reference.conditions import as_list
from tests.providers.aws.access.reference.contexts import FRESH, filled, given_context, meet
from tests.providers.aws.access.reference.decide import ask, every_policy, statements_of
from tests.providers.aws.access.reference.patterns import ANY, ONE, VARIABLE, matches, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

WITH_COLONS = {"s3", "logs", "secretsmanager"}


def for_each_resource(line: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the line for each resource to try; itself where one resource is asked for."""
    if not line.get("someResource"):
        yield line
        return
    asked = line["request"]["resource"]["resource"]
    found = {filled(tokens(asked), {ANY: filler, ONE: "q"}) for filler in ("zz", "")}
    for pattern in patterns_of(line):
        meeting = meet(tokens(asked), tokens(pattern))
        found |= {meeting} if meeting is not None and is_asked_for(asked, meeting) else set()
    for resource in sorted(found):
        one = copy.deepcopy(line)
        one["request"]["resource"]["resource"] = resource
        del one["someResource"]
        yield one


def patterns_of(line: dict[str, Any]) -> Iterator[str]:
    """Yield the resources of all statements, variables replaced by what they may be."""
    given = given_context(line)
    for policy, _ in every_policy(ask(line, given)):
        for statement in statements_of(policy):
            for text in as_list(statement.get("Resource", statement.get("NotResource", []))):
                values = [(match[0], given.get(match[1].lower())) for match in VARIABLE.finditer(text)]
                for fresh in (FRESH, "zz"):
                    found = text
                    for variable, value in values:
                        found = found.replace(variable, value[0] if value else fresh)
                    yield found


def is_asked_for(asked: str, resource: str) -> bool:
    """Return whether the glob means a resource, part by part."""
    globs, parts = asked.split(":", 5), resource.split(":", 5)
    if len(globs) != 6 or len(parts) != 6:
        return matches(tokens(asked), resource)
    if globs[2] not in WITH_COLONS and parts[5].count(":") != globs[5].count(":"):
        return False
    return all(matches(tokens(glob), part) for glob, part in zip(globs, parts, strict=True))
