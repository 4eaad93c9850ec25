"""How verdicts and guards combine: named cases with near twins, and the laws they keep."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.guards import is_over
from scanner.verdict import (
    Allowed,
    AllowedIf,
    Denied,
    Guard,
    Unknown,
    Verdict,
    both,
    conjoin,
    either,
    meets,
)

IP, ORG, ID = "aws:SourceIp", "aws:PrincipalOrgID", "sts:ExternalId"


def ranges(*blocks: str) -> Guard:
    return Guard(IP, "cidr", blocks, "vendor", "source-ip")


CONJUNCTIONS: dict[str, tuple[list[Guard], tuple[Guard, ...] | None]] = {
    "ranges that overlap": (
        [ranges("203.0.113.0/24"), ranges("203.0.113.64/26")],
        (ranges("203.0.113.64/26"),),
    ),
    "ranges that do not": ([ranges("203.0.113.0/25"), ranges("203.0.113.128/25")], None),
    "two keys stay two guards": (
        [ranges("203.0.113.0/24"), Guard(ORG, "in", ("o-1",))],
        (Guard(ORG, "in", ("o-1",)), ranges("203.0.113.0/24")),
    ),
    "a word that matches the glob": (
        [Guard(ID, "in", ("red", "blue")), Guard(ID, "like", ("r*",))],
        (Guard(ID, "in", ("red",)),),
    ),
    "a word that does not": ([Guard(ID, "in", ("blue",)), Guard(ID, "like", ("r*",))], None),
    "absent and a value": ([Guard(ID, "absent"), Guard(ID, "in", ("red",))], None),
    "absent and a barred value": (
        [Guard(ID, "absent"), Guard(ID, "not-in", ("red",))],
        (Guard(ID, "absent"),),
    ),
    "present and a barred value": (
        [Guard(ID, "present"), Guard(ID, "not-in", ("red",))],
        (Guard(ID, "not-in", ("red",)), Guard(ID, "present")),
    ),
    "periods that meet": (
        [
            Guard("aws:CurrentTime", "range", ("..2027-01-01T00:00:00Z",)),
            Guard("aws:CurrentTime", "range", ("2026-01-01T00:00:00Z..",)),
        ],
        (Guard("aws:CurrentTime", "range", ("2026-01-01T00:00:00Z..2027-01-01T00:00:00Z",)),),
    ),
    "periods that do not": (
        [
            Guard("aws:CurrentTime", "range", ("..2026-01-01T00:00:00Z",)),
            Guard("aws:CurrentTime", "range", ("2027-01-01T00:00:00Z..",)),
        ],
        None,
    ),
    "two words of a key with one value": ([Guard(ID, "in", ("a",)), Guard(ID, "in", ("b",))], None),
    "two words of a key with many": (
        [Guard("aws:TagKeys", "in", ("a",), many=True), Guard("aws:TagKeys", "in", ("b",), many=True)],
        (Guard("aws:TagKeys", "in", ("a",), many=True), Guard("aws:TagKeys", "in", ("b",), many=True)),
    ),
    "a word and only others": (
        [Guard("aws:TagKeys", "in", ("a",), many=True), Guard("aws:TagKeys", "only-in", ("b",), many=True)],
        None,
    ),
}


@pytest.mark.parametrize(("guards", "expected"), CONJUNCTIONS.values(), ids=CONJUNCTIONS)
def test_conjoin(guards: list[Guard], expected: tuple[Guard, ...] | None) -> None:
    assert conjoin(guards) == expected
    assert conjoin(reversed(guards)) == expected


MEETS = {
    "a word": (Guard(ID, "in", ("red",)), ("red",), True),
    "another word": (Guard(ID, "in", ("red",)), ("Red",), False),
    "another case where it does not matter": (Guard(ID, "in-any-case", ("red",)), ("Red",), True),
    "an absent key and a barred word": (Guard(ID, "not-in", ("red",)), None, True),
    "an absent key and a wanted word": (Guard(ID, "in", ("red",)), None, False),
    "a plain star in a glob": (Guard(ID, "like", ("a${*}*",)), ("a*b",), True),
    "no plain star in the text": (Guard(ID, "like", ("a${*}*",)), ("ab",), False),
    "an address in the range": (ranges("2001:db8::/32"), ("2001:0db8:0::1",), True),
    "what is no address": (ranges("2001:db8::/32"), ("models",), False),
    "an ARN segment for a wildcard": (
        Guard("aws:SourceArn", "arn-like", ("arn:aws:sns:*:1:t",)),
        ("arn:aws:sns:eu:1:t",),
        True,
    ),
    "two segments for one wildcard": (
        Guard("aws:SourceArn", "arn-like", ("arn:aws:sns:*:t",)),
        ("arn:aws:sns:eu:1:t",),
        False,
    ),
    "only listed values": (Guard("aws:TagKeys", "only-in", ("a", "b"), many=True), ("a",), True),
    "one that is not listed": (Guard("aws:TagKeys", "only-in", ("a",), many=True), ("a", "b"), False),
    "some other value": (Guard("aws:TagKeys", "any-not-in", ("a",), many=True), ("a", "b"), True),
    "no other value": (Guard("aws:TagKeys", "any-not-in", ("a",), many=True), ("a",), False),
    "the end of a period": (
        Guard("aws:CurrentTime", "range", ("..2027-01-01T00:00:00Z",)),
        ("2027-01-01T01:00:00+01:00",),
        True,
    ),
    "a second after it": (
        Guard("aws:CurrentTime", "range", ("..2027-01-01T00:00:00Z",)),
        ("2027-01-01T00:00:01Z",),
        False,
    ),
}


@pytest.mark.parametrize(("guard", "values", "expected"), MEETS.values(), ids=MEETS)
def test_meets(guard: Guard, values: tuple[str, ...] | None, expected: bool) -> None:
    assert meets(guard, values) is expected


def test_contradicting_guards_deny() -> None:
    one = AllowedIf(((Guard(ID, "in", ("a",)),),), (("sts:externalid", ("a",)),))
    other = AllowedIf(((Guard(ID, "in", ("b",)),),), (("sts:externalid", ("b",)),))
    assert both(one, other) == Denied(("conditions that contradict each other",))
    assert isinstance(either(one, other), AllowedIf)


def test_the_witness_of_a_conjunction_meets_both() -> None:
    one = AllowedIf(((ranges("203.0.113.0/24"),),), (("aws:sourceip", ("203.0.113.0",)),))
    other = AllowedIf(((ranges("203.0.113.64/26"),),), (("aws:sourceip", ("203.0.113.64",)),))
    for joined in (both(one, other), both(other, one)):
        assert isinstance(joined, AllowedIf)
        assert joined.guards == (ranges("203.0.113.64/26"),)
        assert joined.witness == (("aws:sourceip", ("203.0.113.64",)),)


GUARDS = st.builds(
    Guard,
    st.sampled_from(["k", "l"]),
    st.sampled_from(["in", "not-in", "like"]),
    st.sampled_from([("a",), ("a", "b"), ("b*",)]),
) | st.builds(Guard, st.sampled_from(["k", "l"]), st.sampled_from(["present", "absent"]))
SOME = (
    st.lists(GUARDS, min_size=1, max_size=2, unique=True)
    .map(lambda guards: conjoin(guards) or ())
    .filter(bool)
)
VERDICTS = st.sampled_from([Allowed(), Denied(("x",)), Unknown(("doc",))]) | st.lists(
    SOME, min_size=1, max_size=2, unique=True
).map(lambda a: AllowedIf(tuple(sorted(a))))
CONTEXTS = st.fixed_dictionaries(
    {},
    optional={
        "k": st.sampled_from([("a",), ("b",), ("bc",), ("c",)]),
        "l": st.sampled_from([("a",), ("b",)]),
    },
)


def allows(verdict: Verdict, context: dict[str, tuple[str, ...]]) -> bool | None:
    if isinstance(verdict, AllowedIf):
        return any(all(meets(g, context.get(g.key)) for g in guards) for guards in verdict.alternatives)
    return None if isinstance(verdict, Unknown) else isinstance(verdict, Allowed)


@given(one=VERDICTS, other=VERDICTS, context=CONTEXTS)
@settings(max_examples=400, deadline=None)
def test_both_and_either_follow_the_guards(
    one: Verdict, other: Verdict, context: dict[str, tuple[str, ...]]
) -> None:
    a, b = allows(one, context), allows(other, context)
    conjunction, disjunction = both(one, other), either(one, other)
    if a is not None and b is not None:
        assert allows(conjunction, context) == (a and b)
        assert allows(disjunction, context) == (a or b)
    if isinstance(one, Denied) or isinstance(other, Denied):
        assert isinstance(conjunction, Denied)
    if isinstance(one, Allowed) or isinstance(other, Allowed):
        assert isinstance(disjunction, Allowed)


@given(guards=st.lists(GUARDS, max_size=4), context=CONTEXTS)
@settings(max_examples=400, deadline=None)
def test_a_conjunction_is_met_when_all_are(guards: list[Guard], context: dict[str, tuple[str, ...]]) -> None:
    joined = conjoin(guards)
    met = all(meets(g, context.get(g.key)) for g in guards)
    assert (joined is not None and all(meets(g, context.get(g.key)) for g in joined)) == met


def until(values: str, op: str = "range") -> Guard:
    return Guard("aws:CurrentTime", op, (values,), "ours", "expiry")


OVER: dict[str, tuple[Guard, bool]] = {
    "a date of last year": (until("..2025-06-30T00:00:00Z"), True),
    "the second before the day": (until("..2026-11-19T23:59:59Z"), True),
    "the day itself": (until("..2026-11-20T00:00:00Z"), False),
    "no end": (until("2025-06-30T00:00:00Z.."), False),
    "an exclusion": (until("2025-06-30", "not-in"), False),
    "a range of another key": (Guard("s3:max-keys", "range", ("..10",), "vendor"), False),
}


@pytest.mark.parametrize(("guard", "expected"), OVER.values(), ids=OVER)
def test_a_time_that_is_over(guard: Guard, expected: bool) -> None:
    assert is_over(guard, dt.date(2026, 11, 20)) is expected
