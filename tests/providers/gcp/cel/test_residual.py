"""Which choices meet a condition: exact where it is simple, never wrong where it is not."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from scanner.intervals import Intervals
from scanner.netset import AddressSet
from scanner.providers.gcp.cel import (
    Environment,
    Free,
    States,
    Tags,
    Term,
    Unknown,
    parse,
    residual,
    satisfiable,
    substitute,
    tag_term,
)
from scanner.stringset import StringSet
from scanner.wording import wording_of

OWNED = {
    # What an outsider cannot have: the claims that only acme's repositories get.
    "assertion.repository": Free(~StringSet.glob("acme/*")),
    "assertion.repository_owner": Free(~StringSet.literal("acme")),
    "assertion.sub": Free(~StringSet.glob("repo:acme/*")),
}
CHOSEN = {
    "assertion.ref": Free(StringSet.everything()),
    "assertion.environment": Free(StringSet.everything(), may_lack=True),
    "assertion.run_attempt": Free(),
    "assertion.groups": Free(),
}
OUTSIDER = Environment(known={"assertion.iss": "https://token.actions.githubusercontent.com"})


def unread(*hinges: str) -> Unknown:
    return Unknown(frozenset(hinges))


SATISFIABLE: dict[str, tuple[str, bool | Unknown]] = {
    "the owner": ("assertion.repository_owner == 'acme'", False),
    "the owner, mirrored": ("'acme' == assertion.repository_owner", False),
    "not the owner": ("assertion.repository_owner != 'acme'", True),
    "an owner of several": ("assertion.repository_owner in ['acme', 'acme-labs']", True),
    "ours of several": ("assertion.repository_owner in ['acme']", False),
    "a branch": ("assertion.ref == 'refs/heads/main'", True),
    "the owner or a branch": ("assertion.repository_owner == 'acme' || assertion.ref == 'main'", True),
    "the owner and a branch": ("assertion.repository_owner == 'acme' && assertion.ref == 'main'", False),
    "a prefix without a slash": ("assertion.repository.startsWith('acme')", True),
    "a prefix with a slash": ("assertion.repository.startsWith('acme/')", False),
    "a subject": ("assertion.sub.startsWith('repo:acme/')", False),
    "a subject without a slash": ("assertion.sub.startsWith('repo:acme')", True),
    "a part anywhere": ("assertion.sub.contains('acme/')", True),
    "an end": ("assertion.repository.endsWith('/weights')", True),
    "an anchored pattern": ("assertion.repository.matches('^acme/.*$')", False),
    "a pattern without an anchor": ("assertion.repository.matches('acme/.*')", True),
    "a pattern with alternatives": ("assertion.sub.matches('^repo:acme/(a|b):')", False),
    "a pattern over part of a name": ("assertion.repository.matches('^acme/[^/]+$')", False),
    "a pattern that is not read as globs": (
        "assertion.repository.matches('^acme/[a-z]+$')",
        unread("assertion.repository"),
    ),
    "lower case": ("assertion.repository_owner.lowerAscii() == 'acme'", True),  # ACME is not acme here
    "lower case of what has capitals": ("assertion.ref.lowerAscii() == 'Main'", unread("assertion.ref")),
    "a contradiction": ("assertion.ref == 'a' && assertion.ref == 'b'", False),
    "a negated contradiction": ("!(assertion.ref != 'a' || assertion.ref == 'a')", False),
    "a tautology": ("assertion.ref == 'a' || assertion.ref != 'a'", True),
    "two types": (
        "assertion.run_attempt == 3 && assertion.run_attempt == 'a'",
        unread("type of assertion.run_attempt"),
    ),
    "numbers that meet": ("assertion.run_attempt > 3 && assertion.run_attempt < 5", True),
    "numbers that do not": ("assertion.run_attempt > 5 && assertion.run_attempt < 3", False),
    "a known claim": ("assertion.iss == 'https://gitlab.com' && assertion.ref == 'a'", False),
    "an unread claim": ("assertion.actor == 'a' && assertion.ref == 'a'", unread("assertion.actor")),
    "an unread claim beside a choice": ("assertion.actor == 'a' || assertion.ref == 'a'", True),
    "never, beside an unread claim": (
        "assertion.actor == 'a' && assertion.repository_owner == 'acme'",
        False,
    ),
    "a group": ("'admins' in assertion.groups", True),
    "a group and not": ("'admins' in assertion.groups && !('admins' in assertion.groups)", False),
    "two groups": ("'a' in assertion.groups && !('b' in assertion.groups)", True),
    "has what may lack": ("has(assertion.environment)", True),
    "has not what may lack": ("!has(assertion.environment)", True),
    "has not, and compares": ("!has(assertion.environment) && assertion.environment == 'a'", False),
    "has not what is always there": ("!has(assertion.ref)", False),
    "a ternary": ("assertion.ref == 'a' ? assertion.repository_owner == 'acme' : false", False),
    "a ternary with a way": ("assertion.ref == 'a' ? false : assertion.repository.startsWith('acme')", True),
    "a list of constants": ("['acme/a', 'acme/b'].exists(r, assertion.repository == r)", False),
    "a list with another": ("['acme/a', 'other/b'].exists(r, assertion.repository == r)", True),
    "all of a list": ("['a', 'b'].all(r, assertion.ref != r)", True),
    "compared with true": ("(assertion.repository_owner == 'acme') == true", False),
    "compared with false": ("(assertion.repository_owner == 'acme') == false", True),
    "two attributes": (
        "assertion.ref == assertion.repository",
        unread("assertion.ref", "assertion.repository"),
    ),
    "an unknown function": ("frob(assertion.ref)", unread("assertion.ref")),
    "an error": ("1 / 0 == 1 && assertion.ref == 'a'", False),
    "an error beside a choice": ("1 / 0 == 1 || assertion.ref == 'a'", True),
}


@pytest.mark.parametrize(("text", "expected"), SATISFIABLE.values(), ids=SATISFIABLE)
def test_what_an_outsider_may_choose(text: str, expected: bool | Unknown) -> None:
    assert satisfiable(parse(text), OUTSIDER, {**OWNED, **CHOSEN}) == expected


ALWAYS: dict[str, tuple[str, bool]] = {
    "true": ("true", True),
    "a tautology": ("assertion.ref == 'a' || assertion.ref != 'a'", True),
    "one value short": ("assertion.ref in ['a', 'b'] || assertion.ref != 'a' && assertion.ref != 'c'", False),
    "all foreign owners": ("assertion.repository_owner != 'acme'", True),
    "one of them": ("assertion.repository_owner != 'other'", False),
    "present or absent": ("has(assertion.environment) || !has(assertion.environment)", True),
    "only present": ("has(assertion.environment)", False),
}


@pytest.mark.parametrize(("text", "expected"), ALWAYS.values(), ids=ALWAYS)
def test_what_every_choice_meets(text: str, *, expected: bool) -> None:
    assert residual(parse(text), OUTSIDER, {**OWNED, **CHOSEN}).always == expected


PREFIX = "projects/_/buckets/weights/objects/"
NOW = Fraction(int(dt.datetime(2026, 11, 22, tzinfo=dt.UTC).timestamp()))
REQUEST = {
    "resource.name": Free.under(PREFIX),
    "request.time": Free(Intervals.between((NOW, 0), None), dates=True),
    "request.auth.access_levels": Free(),
    "origin.ip": Free(AddressSet.everything()),
    tag_term("1/env"): Free(StringSet.literal("prod", "test"), may_lack=True),
    "iam.googleapis.com/modifiedGrantsByRole": Free(),
}
BUCKET = Environment(
    known={"resource.type": "storage.googleapis.com/Object"}, tags=Tags({"1/team": "ml"}, complete=False)
)
TIME = "request.time"
NEVER: list[object] = []
ALWAYS_MET = [()]

CHOICES: dict[str, tuple[str, object]] = {
    "known": ("resource.type == 'storage.googleapis.com/Object'", ALWAYS_MET),
    "known otherwise": ("resource.type == 'storage.googleapis.com/Bucket'", NEVER),
    "a folder of objects": (
        f"resource.name.startsWith('{PREFIX}prod/')",
        [(("resource.name", "like", (f"{PREFIX}prod/*",)),)],
    ),
    "the bucket that they are in": ("resource.name.startsWith('projects/_/buckets/weights')", ALWAYS_MET),
    "another bucket": ("resource.name.startsWith('projects/_/buckets/other/')", NEVER),
    "a folder by extract": (
        "resource.name.extract('/objects/{path}').startsWith('prod/')",
        [(("resource.name", "like", (f"{PREFIX}prod/*",)),)],
    ),
    "the bucket by extract": ("resource.name.extract('/buckets/{b}/') == 'weights'", unread("resource.name")),
    "until a day": (
        "request.time < timestamp('2027-01-01T00:00:00Z')",
        [((TIME, "range", ("2026-11-22T00:00:00Z..2026-12-31T23:59:59Z",)),)],
    ),
    "from a day on": (
        "request.time >= timestamp('2027-01-01T00:00:00Z')",
        [((TIME, "range", ("2027-01-01T00:00:00Z..",)),)],
    ),
    "expired": ("request.time < timestamp('2026-01-01T00:00:00Z')", NEVER),
    "office hours": (
        "request.time.getHours('Europe/Berlin') >= 9 && request.time.getHours('Europe/Berlin') <= 17",
        [((f"{TIME}.getHours('Europe/Berlin')", "range", ("9..17",)),)],
    ),
    "no hour": ("request.time.getHours('UTC') > 9 && request.time.getHours('UTC') < 10", NEVER),
    "hour 24": ("request.time.getHours('UTC') == 24", NEVER),
    "hours in two zones": (
        "request.time.getHours('UTC') == 9 && request.time.getHours('Asia/Tokyo') == 9",
        unread(TIME),
    ),
    "an hour of one day": (
        "request.time.getHours('UTC') == 9 && request.time < timestamp('2026-11-22T08:00:00Z')",
        unread(TIME),
    ),
    "an access level": (
        "'accessPolicies/1/accessLevels/vpn' in request.auth.access_levels",
        [(("request.auth.access_levels[accessPolicies/1/accessLevels/vpn]", "in", ("true",)),)],
    ),
    "addresses": (
        "inIpRange(origin.ip, ['203.0.113.0/24', '203.0.112.0/24'])",
        [(("origin.ip", "cidr", ("203.0.112.0/23",)),)],
    ),
    "addresses that contradict each other": (
        "inIpRange(origin.ip, ['203.0.113.0/24']) && inIpRange(origin.ip, ['198.51.100.0/24'])",
        NEVER,
    ),
    "a tag that may be bound": (
        "resource.matchTag('1/env', 'prod')",
        [((tag_term("1/env"), "in", ("prod",)),)],
    ),
    "a tag that may be missing": (
        "!resource.matchTag('1/env', 'prod')",
        [((tag_term("1/env"), "in or absent", ("test",)),)],
    ),
    "a value that the tag has not": ("resource.matchTag('1/env', 'dev')", NEVER),
    "a known tag": ("resource.matchTag('1/team', 'ml')", ALWAYS_MET),
    "a tag that was not read": ("resource.matchTag('1/owner', 'ml')", unread(tag_term("1/owner"))),
    "roles to grant": (
        "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/viewer'])",
        [(("iam.googleapis.com/modifiedGrantsByRole", "in", ("roles/viewer",)),)],
    ),
    "two at once": (
        f"resource.name.startsWith('{PREFIX}prod/') && inIpRange(origin.ip, '203.0.113.7/32')",
        [
            (
                ("origin.ip", "cidr", ("203.0.113.7/32",)),
                ("resource.name", "like", (f"{PREFIX}prod/*",)),
            )
        ],
    ),
    "either": (
        "resource.matchTag('1/env', 'prod') || inIpRange(origin.ip, '203.0.113.7/32')",
        [((tag_term("1/env"), "in", ("prod",)),), (("origin.ip", "cidr", ("203.0.113.7/32",)),)],
    ),
    "an attribute nobody has": ("request.host == 'a'", unread("request.host")),
}


def clause(term: Term, states: States) -> tuple[str, str, tuple[str, ...]]:
    """Return what is left of a term, in the words of guards."""
    words = wording_of(states.values, dates=states.kind == "time")
    assert words is not None
    ((op, values),) = words[0]
    name = term.path if term.member is None else f"{term.path}[{term.member}]"
    return name, f"{op} or absent" if states.absent else op, values


@pytest.mark.parametrize(("text", "expected"), CHOICES.values(), ids=CHOICES)
def test_choices(text: str, expected: object) -> None:
    found = residual(parse(text), BUCKET, REQUEST)
    if isinstance(expected, Unknown):
        assert found.satisfiable == expected
        return
    assert not any(conjunct.hinges for conjunct in found.alternatives)
    assert [
        tuple(sorted(clause(term, states) for term, states in conjunct.states.items()))
        for conjunct in found.alternatives
    ] == expected


def test_attributes_are_replaced_by_what_makes_them() -> None:
    mapping = {
        "attribute.owner": parse("assertion.repository_owner"),
        "google.subject": parse("assertion.sub"),
    }
    tree = substitute(
        parse("attribute.owner == 'acme' && has(attribute.owner) && google.subject != ''"), mapping
    )
    assert tree == parse(
        "assertion.repository_owner == 'acme' && has(assertion.repository_owner) && assertion.sub != ''"
    )


def test_a_free_field_of_a_known_token_is_open() -> None:
    known = Environment(known={"assertion": {"ref": "refs/heads/main", "repository_owner": "acme"}})
    tree = parse("assertion.ref == 'x' && assertion.repository_owner == 'acme' && !has(assertion.team)")
    assert satisfiable(tree, known, {}) is False
    assert satisfiable(tree, known, CHOSEN) is True


@pytest.mark.parametrize("joined", [" || ", " && "])
def test_many_distinct_conditions_end_as_unknown(joined: str) -> None:
    text = joined.join(f"(assertion.a{i} == '1' || assertion.b{i} == '2')" for i in range(300))
    free = {f"assertion.{letter}{i}": Free() for letter in "ab" for i in range(300)}
    assert satisfiable(parse(text), Environment(), free) == unread("too many distinct conditions")


def test_many_values_of_one_attribute_are_one_condition() -> None:
    text = " || ".join(f"assertion.ref == '{i}'" for i in range(500))
    found = residual(parse(text), Environment(), CHOSEN)
    assert len(found.alternatives) == 1
    assert found.satisfiable is True
