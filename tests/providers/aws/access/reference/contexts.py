"""Which contexts are worth trying when keys are open.

For each open key: absent, the values that the policies name, the values next to them, values that meet two
patterns at once, and one that nobody names. The product of the keys is every context that the policies can
tell apart, as far as the policies are of the kinds that the tests write; `answer` looks at each.
"""

from __future__ import annotations

import itertools
import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

from tests.providers.aws.access.reference.conditions import as_list, moment, number, parse_operator
from tests.providers.aws.access.reference.decide import every_policy, statements_of
from tests.providers.aws.access.reference.patterns import ANY, ONE, VARIABLE, Context, split_tokens, tokens
from tests.providers.aws.access.reference.principals import can_have, fixed_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.providers.aws.access.reference.decide import Question

ALWAYS_PRESENT = {
    "aws:currenttime",
    "aws:epochtime",
    "aws:requestedregion",
    "aws:securetransport",
    "aws:useragent",
    "aws:viaawsservice",
}
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, "Availability"."""

FRESH = "nobody-names-this"
FILLER = {ANY: "zz", ONE: "q"}


def given_context(line: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the context that the line gives, keys lower-cased, every value a list."""
    given = line["request"].get("contextVariables") or {}
    return {key.lower(): tuple(as_list(value)) for key, value in given.items()}


def every_context(question: Question) -> Iterator[Context]:
    """Yield the contexts of a question: the given keys with each combination of values of the open ones."""
    choices = open_values(question)
    for combination in itertools.product(*choices.values()):
        chosen = {key: values for key, values in zip(choices, combination, strict=True) if values}
        yield {**question.context, **chosen}


def open_values(question: Question) -> dict[str, list[tuple[str, ...]]]:
    """Return the open keys, each with the value lists to try; the empty list is an absent key."""
    atoms, several = named_values(question)
    listed = question.line.get("openKeys")
    wanted = None if listed is None else {key.lower() for key in listed}
    closed = set(given_context(question.line)) | set(fixed_keys(question.caller))
    point = question.line.get("accessPoint")
    if point is not None:
        closed |= {"s3:dataaccesspointarn", "s3:dataaccesspointaccount", "s3:accesspointnetworkorigin"}
        if point.get("vpc"):
            atoms.setdefault("aws:sourcevpc", set()).add(("StringEquals", point["vpc"]))
    found = {}
    for key, tests in sorted(atoms.items()):
        if key in closed or not can_have(question.caller, key) or (wanted is not None and key not in wanted):
            continue
        singles = [(value,) for value in sorted(candidates(tests))]
        pairs = list(itertools.combinations([value[0] for value in singles], 2)) if key in several else []
        found[key] = [*([()] if key not in ALWAYS_PRESENT else []), *singles, *pairs]
    return found


def named_values(question: Question) -> tuple[dict[str, set[tuple[str, str]]], set[str]]:
    """Return the (operator, value) tests of each key in all policies, and the keys under set operators."""
    atoms: dict[str, set[tuple[str, str]]] = {}
    several: set[str] = set()
    for policy, _ in every_policy(question):
        for statement in statements_of(policy):
            for name, keys in statement.get("Condition", {}).items():
                operator = parse_operator(name)
                if operator is None:
                    continue
                for key, values in keys.items():
                    atoms.setdefault(key.lower(), set()).update(
                        (operator.base, text) for text in as_list(values)
                    )
                    several |= {key.lower()} if operator.every or operator.some else set()
            for pattern in as_list(statement.get("Resource", statement.get("NotResource", []))):
                add_variables(atoms, pattern, question.resource)
    tie_variables(atoms, question)
    return atoms, several


def add_variables(atoms: dict[str, set[tuple[str, str]]], pattern: str, resource: str) -> None:
    """Add, for each variable of a Resource pattern, the values with which it fits the resource asked for."""
    for match in VARIABLE.finditer(pattern):
        key = match[1].partition(",")[0].strip().lower()
        if key in {"*", "?", "$"}:
            continue
        around = [
            re.escape(VARIABLE.sub("*", part)).replace(r"\*", ".*") for part in pattern.split(match[0], 1)
        ]
        fit = re.fullmatch(f"{around[0]}(.*?){around[1]}", resource, re.DOTALL)
        atoms.setdefault(key, set()).add(("StringEquals", fit[1] if fit and fit[1] else FRESH))


def tie_variables(atoms: dict[str, set[tuple[str, str]]], question: Question) -> None:
    """Give keys that a variable ties together each other's values, and the given value of a given one."""
    for key in list(atoms):
        for _, text in list(atoms[key]):
            for match in VARIABLE.finditer(text):
                other = match[1].partition(",")[0].strip().lower()
                if other in {"*", "?", "$"}:
                    continue
                given = {("StringEquals", value) for value in question.context.get(other, ())}
                atoms[key] |= given | atoms.get(other, set())
                own = {("StringEquals", value) for value in question.context.get(key, ())}
                atoms.setdefault(other, set()).update(atoms[key] | own | {("StringEquals", FRESH)})


def candidates(tests: set[tuple[str, str]]) -> set[str]:
    """Return the values to try of a key that is tested so."""
    found: set[str] = set()
    bases = {base for base, _ in tests}
    found |= around_ranges([text for base, text in tests if base == "IpAddress"])
    found |= around_numbers([text for base, text in tests if base.startswith("Numeric")])
    found |= around_moments([text for base, text in tests if base.startswith("Date")])
    if "Bool" in bases:
        found |= {"true", "false"}
    texts = [
        text for base, text in tests if base.startswith(("String", "Binary")) and not VARIABLE.search(text)
    ]
    arns = [text for base, text in tests if base == "ArnLike" and not VARIABLE.search(text)]
    found |= around_texts(texts) | around_arns(arns)
    if bases & {"StringEquals", "StringLike", "StringEqualsIgnoreCase"} or not found:
        found.add(FRESH)
    return found


def around_ranges(ranges: list[str]) -> set[str]:
    """Return the first and last addresses of the ranges, their outer neighbours, and one of each family."""
    found = {"198.18.0.1", "2001:db8:ffff::1"} if ranges else set()
    for text in ranges:
        network = ip_network(text, strict=False)
        first, last = int(network.network_address), int(network.broadcast_address)
        top = 2**network.max_prefixlen - 1
        build = type(network.network_address)
        found |= {str(build(place)) for place in (first - 1, first, last, last + 1) if 0 <= place <= top}
    return {str(ip_address(text)) for text in found}


def around_numbers(bounds: list[str]) -> set[str]:
    """Return the bounds, one to each side, and what lies between each two."""
    values = sorted({value for text in bounds if (value := number(text)) is not None})
    return {str(value) for value in between(values, Decimal(1))}


def around_moments(bounds: list[str]) -> set[str]:
    """Return the moments, one second to each side, and what lies between each two."""
    seconds = sorted({value for text in bounds if (value := moment(text)) is not None})
    start = datetime(1970, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(seconds=float(value)) for value in between(seconds, Decimal(1))]
    return {when.isoformat().replace("+00:00", "Z") for when in moments}


def between(values: list[Decimal], step: Decimal) -> Iterator[Decimal]:
    """Yield each value, its neighbours at `step`, and the middles."""
    for value in values:
        yield from (value - step, value, value + step)
    yield from ((left + right) / 2 for left, right in itertools.pairwise(values))


def around_texts(patterns: list[str]) -> set[str]:
    """Return texts that match each pattern alone and each two at once, and their other letter case."""
    found: set[str] = set()
    for pattern in patterns:
        found |= {filled(tokens(pattern), FILLER), filled(tokens(pattern), {ANY: "", ONE: "w"}), pattern}
    for left, right in itertools.combinations(sorted(set(patterns)), 2):
        found |= {meeting for meeting in (meet(tokens(left), tokens(right)),) if meeting is not None}
    found |= {text.upper() for text in found} | {text.lower() for text in found}
    return {text for text in found if text}


def around_arns(patterns: list[str]) -> set[str]:
    """Return ARNs that match each pattern alone and each two at once, and one of an unnamed account."""
    found = {"arn:aws:sns:eu-north-1:999999999999:nobody-names-this"} if patterns else set()
    found |= {filled(tokens(pattern), FILLER) for pattern in patterns}
    for left, right in itertools.combinations(sorted(set(patterns)), 2):
        parts = list(zip(split_tokens(tokens(left)), split_tokens(tokens(right)), strict=False))
        meetings = [meet(one, other) for one, other in parts]
        if len(parts) == 6 and None not in meetings:
            found.add(":".join(text or "" for text in meetings))
    return found


def filled(pattern: Iterable[str], filler: dict[str, str]) -> str:
    """Return a text of a pattern, its wildcards replaced."""
    return "".join(filler.get(token, token) for token in pattern)


def meet(left: list[str], right: list[str]) -> str | None:
    """Return a shortest text that matches both patterns, or None when there is none."""
    reached: dict[tuple[int, int], str] = {(0, 0): ""}
    waiting = [(0, 0)]
    while waiting:
        place = waiting.pop(0)
        if place == (len(left), len(right)):
            return reached[place]
        for following, added in steps(left, right, place):
            if following not in reached:
                reached[following] = reached[place] + added
                waiting = [*waiting, following] if added else [following, *waiting]
    return None


def steps(left: list[str], right: list[str], place: tuple[int, int]) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the places that one more character, or leaving a star, leads to."""
    here, there = place
    one = left[here] if here < len(left) else ""
    other = right[there] if there < len(right) else ""
    if one == ANY:
        yield (here + 1, there), ""
    if other == ANY:
        yield (here, there + 1), ""
    if not one or not other:
        return
    wild = {ANY, ONE}
    if one in wild or other in wild or one == other:
        character = "m" if one in wild and other in wild else (other if one in wild else one)
        yield (here if one == ANY else here + 1, there if other == ANY else there + 1), character


def as_variables(context: Context) -> dict[str, Any]:
    """Return a context in the request form: one value as a text, several as a list."""
    plain: dict[str, Any] = {
        key: values[0] if len(values) == 1 else list(values) for key, values in context.items()
    }
    return json.loads(json.dumps(plain))  # type: ignore[no-any-return]
