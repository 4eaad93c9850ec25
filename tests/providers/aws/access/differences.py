"""Where the engine and the reference differ on a question, and the smallest question that shows it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.providers.aws.access import engine
from tests.providers.aws.access.reference.answer import answer as reference_answer
from tests.providers.aws.access.reference.contexts import (
    as_variables,
    every_context,
    given_context,
    open_values,
)
from tests.providers.aws.access.reference.decide import ask, decide
from tests.providers.aws.access.reference.guards import meets
from tests.providers.aws.access.reference.unresolved import is_left_open, resolved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.providers.aws.access.reference.patterns import Context

MOST_CONTEXTS = 200
"""A question with more contexts is left to another seed."""


def strict_difference(line: dict[str, Any]) -> str:
    """Return what is wrong with the engine's strict answer, or nothing."""
    if is_left_open(line):
        return open_part_difference({**line, "mode": "strict"})
    found = engine.answer(line)
    wanted = decide(line, given_context(line))
    verdict = "Allowed" if wanted.allowed else "Denied"
    if found["verdict"] != verdict or found["explicit"] != wanted.explicit:
        return f"strict: engine {found['verdict']} explicit={found['explicit']}, reference {verdict} {wanted}"
    return ""


def open_difference(line: dict[str, Any]) -> str:
    """Return what is wrong with the engine's open answer, or nothing.

    Allowed must hold in every context and Denied in none; the witness of AllowedIf must be allowed, what
    meets all of its guards too, and without any one of them something must not be.
    """
    line = {**line, "mode": "open"}
    if is_left_open(line) or line.get("someResource"):
        found = engine.answer(line)
        witnessed = found["verdict"] == "AllowedIf"
        return open_part_difference(line) or (witness_difference(line, found) if witnessed else "")
    question = ask(line, given_context(line))
    if size_of(open_values(question)) > MOST_CONTEXTS:
        return ""
    tried = [(context, decide(line, context).allowed) for context in every_context(question)]
    found = engine.answer(line)
    verdict = found["verdict"]
    if verdict == "AllowedIf":
        return witness_difference(line, found) or guards_difference(line, found["guards"], tried)
    if verdict == "Unknown":
        return "" if is_tied(line) or has_lists(line) else f"open: engine Unknown {found['missing']}"
    wrong = [context for context, allowed in tried if allowed != (verdict == "Allowed")]
    return f"open: engine {verdict}, but not with {as_variables(wrong[0])}" if wrong else ""


def open_part_difference(line: dict[str, Any]) -> str:
    """Return what is wrong with the verdict on a line of which code leaves parts open, or nothing."""
    if (
        line["mode"] == "open"
        and size_of(open_values(ask(next(resolved(line)), given_context(line)))) > MOST_CONTEXTS
    ):
        return ""
    found = engine.answer(line)["verdict"]
    wanted = reference_answer(line).verdict
    # what fixes who is meant, and so is not public, is not tried for statements that are left open
    may_be_unknown = bool(line.get("blockPublicAccess"))
    may_be_unknown |= line["mode"] == "open" and (is_tied(line) or has_lists(line))
    if found == wanted or (found == "Unknown" and may_be_unknown):
        return ""
    return f"{line['mode']}: engine {found}, reference {wanted}, of what is left open"


def witness_difference(line: dict[str, Any], found: dict[str, Any]) -> str:
    """Return what is wrong with a witness, or nothing."""
    replayed = engine.in_context(line, found["witness"])
    if not decide(replayed, given_context(replayed)).allowed:
        return f"open: witness denied: {found['witness']}"
    if engine.answer(replayed)["verdict"] != "Allowed":
        return f"open: witness denied by the engine itself: {found['witness']}"
    return ""


def guards_difference(
    line: dict[str, Any], guards: list[dict[str, Any]], tried: list[tuple[Context, bool]]
) -> str:
    """Return what is wrong with guards, or nothing.

    Lists, ties and the encryption contexts of grants are not judged.
    """
    if has_lists(line) or is_tied(line) or "Constraints" in str(line):
        return ""
    if not guards:
        return "open: no guards in an AllowedIf"
    for context, allowed in tried:
        if not allowed and all(meets(context, guard) for guard in guards):
            return f"open: guards met, but denied: {guards} {as_variables(context)}"
    for guard in guards:
        others = [other for other in guards if other is not guard]
        without = [allowed for context, allowed in tried if all(meets(context, other) for other in others)]
        if all(without):
            return f"open: guard not needed: {guard} beside {others}"
    return ""


def size_of(choices: dict[str, list[tuple[str, ...]]]) -> int:
    """Return how many contexts a choice of values for each key makes."""
    size = 1
    for values in choices.values():
        size *= len(values)
    return size


def is_tied(line: dict[str, Any]) -> bool:
    """Return whether a policy variable ties keys; there, as on lists, the engine may answer Unknown."""
    return "${" in str(line)


def has_lists(line: dict[str, Any]) -> bool:
    """Return whether a set operator tests a key with several values."""
    return ("For" in str(line) and "Values:" in str(line)) or "ForAnyValue:" in str(line)


def shrink(line: dict[str, Any], differs: Callable[[dict[str, Any]], str]) -> dict[str, Any]:
    """Return a line that still differs in the same way and from which nothing more can be left out."""
    way, smaller = way_of(line, differs), True
    while smaller:
        smaller = False
        for candidate in smaller_lines(line):
            if way_of(candidate, differs) == way:
                line, smaller = candidate, True
                break
    return line


def way_of(line: dict[str, Any], differs: Callable[[dict[str, Any]], str]) -> str:
    """Return the first words of a difference; nothing for a line that is no question any more."""
    try:
        return " ".join(differs(line).split()[:3])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return ""


def smaller_lines(line: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the line without one field, document, statement, test, key or value, larger parts first."""
    for path in sorted(removable(line, ()), key=len):
        smaller = copy.deepcopy(line)
        place: Any = smaller
        for part in path[:-1]:
            place = place[part]
        del place[path[-1]]
        yield smaller


REQUIRED = {"request", "mode", "action", "principal", "resource", "Version", "Effect", "Statement", "Action"}
REQUIRED |= {
    "Resource",
    "Principal",
    "NotAction",
    "NotResource",
    "NotPrincipal",
    "accountId",
    "AWS",
    "Operations",
    "Service",
    "Federated",
}


def removable(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - JSON
    """Yield the paths of the members that a line can do without; the last value of a list stays."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key not in REQUIRED:
                yield (*path, key)
            yield from removable(member, (*path, key))
    elif isinstance(value, list):
        keeps_one = path[-1] not in {"Statement", "identityPolicies"}
        for place, member in enumerate(value):
            if len(value) > 1 or not keeps_one:
                yield (*path, place)
            yield from removable(member, (*path, place))
