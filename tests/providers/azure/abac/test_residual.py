"""What is left of a condition, and that hiding an attribute never makes an answer wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.guards import meets
from scanner.intervals import Intervals, read_date
from scanner.providers.azure.abac import (
    Attribute,
    Clause,
    Request,
    Unsettled,
    decide,
    guards_of,
    parse,
    residual,
)
from scanner.providers.azure.abac.residual import MAX_ALTERNATIVES
from scanner.stringset import StringSet

READ = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
ASSIGN = "Microsoft.Authorization/roleAssignments/write"
PATH = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path]"
NAME = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name]"
ROLE = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]"
TYPE = "@Request[Microsoft.Authorization/roleAssignments:PrincipalType]"
ENDPOINT = "@Environment[Microsoft.Network/privateEndpoints]"
X, Y, Z = "@Resource[x]", "@Request[y]", "@Environment[z]"
ONE, TWO = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"

# Condition, what is known, and the guards as people read them: alternatives, each with its parts.
LEFT: dict[str, tuple[str, dict[str, Any], list[list[str]] | None]] = {
    "a path below a prefix": (f"{PATH} StringStartsWith 'out/'", {}, [[f"{PATH} like out/*"]]),
    "a path like one": (
        f"{NAME} StringEquals 'drop' AND {PATH} StringLike 'out/*.bin'",
        {NAME: "drop"},
        [[f"{PATH} like out/*.bin"]],
    ),
    "another container": (f"{NAME} StringEquals 'drop' AND {PATH} StringLike 'out/*'", {NAME: "weights"}, []),
    "what is met needs nothing": (
        f"{NAME} StringEquals 'drop' OR {PATH} StringLike 'out/*'",
        {NAME: "drop"},
        [[]],
    ),
    "roles and types": (
        f"{ROLE} ForAnyOfAnyValues:GuidEquals {{{ONE}, {TWO.replace('-', '')}}}"
        f" AND {TYPE} StringEquals 'User'",
        {},
        [[f"{ROLE} = {ONE} | {TWO}", f"{TYPE} = User"]],
    ),
    "all roles but two": (
        f"{ROLE} ForAnyOfAllValues:GuidNotEquals {{{ONE}, {TWO}}}",
        {},
        [[f"{ROLE} != {ONE} | {TWO}"]],
    ),
    "either of two": (f"{X} StringEquals 'a' OR {Y} StringEquals 'b'", {}, [[f"{Y} = b"], [f"{X} = a"]]),
    "what contradicts itself": (f"{X} StringEquals 'a' AND {X} StringEquals 'b'", {}, []),
    "the common part": (
        f"{X} StringLike 'a*' AND {X} ForAnyOfAnyValues:StringEquals {{'ab', 'b'}}",
        {},
        [[f"{X} = ab"]],
    ),
    "not, inside": (f"NOT ({X} StringEquals 'a' OR Exists {Y})", {}, [[f"{Y} absent", f"{X} != a"]]),
    "a date to come": (
        "@Environment[UtcNow] DateTimeLessThan '2027-01-01T00:00:00Z'",
        {},
        [["@Environment[UtcNow] range ..2026-12-31T23:59:59Z"]],
    ),
    "until a date, said by its opposite": (
        "NOT @Environment[UtcNow] DateTimeGreaterThanEquals '2027-01-01T00:00:00Z'",
        {},
        [["@Environment[UtcNow] range ..2026-12-31T23:59:59Z"]],
    ),
    "an old version, or none": (
        f"NOT {Y} DateTimeGreaterThanEquals '2027-01-01T00:00:00Z'",
        {},
        [[f"{Y} absent"], [f"{Y} range ..2026-12-31T23:59:59Z"]],
    ),
    "an endpoint": (
        f"{ENDPOINT} StringEqualsIgnoreCase '/privateEndpoints/pe1'",
        {},
        [[f"{ENDPOINT} = (any case) /privateendpoints/pe1"]],
    ),
    "a switch": (f"{X} BoolNotEquals true", {}, [[f"{X} != true"]]),
    "that it exists": (f"Exists {X}", {}, [[f"{X} present"]]),
    "a sub-operation": (
        "SubOperationMatches{'Blob.List'}",
        {},
        [["@Request[subOperation] = (any case) blob.list"]],
    ),
    "sub-operations with a star": ("SubOperationMatches{'Blob.*'}", {}, None),
    "two attributes": (f"{X} StringEquals {Y}", {}, None),
    "many values": ("@Principal[p] ForAnyOfAnyValues:StringEquals {'a'}", {}, None),
    "an operator nobody documented": (f"{X} TimeOfDayEquals '10:00'", {}, None),
}


def shown(guards: tuple[tuple[Any, ...], ...] | None) -> list[list[str]] | None:
    return None if guards is None else [[str(guard) for guard in way] for way in guards]


@pytest.mark.parametrize(("condition", "known", "expected"), LEFT.values(), ids=LEFT)
def test_what_is_left(condition: str, known: dict[str, Any], expected: list[list[str]] | None) -> None:
    left = residual(parse(condition), Request.of("x", known))
    found = shown(guards_of(left))
    if expected is None:
        assert (found, left.is_simple) == (None, False)
    else:
        assert found is not None
        assert sorted(map(sorted, found)) == sorted(map(sorted, expected))


HOLDERS = {
    "the caller writes the request": (f"{ROLE} GuidEquals {ONE}", ("vendor", "other")),
    "a path is ours": (f"{PATH} StringLike 'a/*'", ("ours", "other")),
    "a private endpoint is a place": (f"{ENDPOINT} StringEquals 'a'", ("ours", "source-vpce")),
    "a private link too": ("@Environment[isPrivateLink] BoolEquals true", ("ours", "source-vpce")),
    "the end of time": ("@Environment[UtcNow] DateTimeLessThan '2027-01-01T00:00:00Z'", ("ours", "expiry")),
    "what is barred protects nothing": (f"{ENDPOINT} StringNotEquals 'a'", ("ours", "other")),
}


@pytest.mark.parametrize(("condition", "expected"), HOLDERS.values(), ids=HOLDERS)
def test_who_holds_a_guard(condition: str, expected: tuple[str, str]) -> None:
    guards = guards_of(residual(parse(condition), Request.of("x")))
    assert guards is not None
    assert [(g.held_by, g.kind) for g in guards[0]] == [expected]


def test_a_condition_with_too_many_ways_is_one_clause() -> None:
    either = " AND ".join(
        f"(@Resource[a{i}] StringEquals 'a' OR @Resource[b{i}] StringEquals 'b')" for i in range(12)
    )
    left = residual(parse(either), Request.of("x"))
    assert len(left.alternatives) == 1 <= MAX_ALTERNATIVES
    assert (left.is_simple, guards_of(left)) == (False, None)


def test_many_parts_are_read_in_time() -> None:
    parts = " AND ".join(f"{X} StringLike '*{chr(97 + i % 26)}{i}*'" for i in range(1_200))
    left = residual(parse(parts), Request.of("x"))
    assert [clause.values for clause in left.alternatives[0]] == [None]


# Properties

VALUES = ("a", "ab", "b", "A", "1", "true", ONE, "2026-01-01T00:00:00Z", "2026-06-01T00:00:00.5Z")
LEAVES = st.builds(
    lambda attribute, operator, value: f"{attribute} {operator} {value}",
    st.sampled_from((X, Y, Z)),
    st.one_of(
        st.sampled_from(
            (
                *(
                    "StringEquals",
                    "StringNotEquals",
                    "StringLike",
                    "StringNotStartsWithIgnoreCase",
                    "GuidEquals",
                ),
                *("NumericLessThan", "DateTimeGreaterThanEquals", "BoolEquals", "TimeOfDayEquals"),
                *("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringNotLike"),
            )
        ),
        st.builds(
            lambda quantifier, operator: f"{quantifier}:{operator}",
            st.sampled_from(
                ("ForAnyOfAnyValues", "ForAllOfAnyValues", "ForAnyOfAllValues", "ForAllOfAllValues")
            ),
            st.sampled_from(
                (
                    "StringEquals",
                    "StringNotEqualsIgnoreCase",
                    "StringLike",
                    "GuidNotEquals",
                    "NumericLessThan",
                )
            ),
        ),
    ),
    st.one_of(
        st.sampled_from([f"'{value}'" for value in (*VALUES, "a*", "*b", "?")]),
        st.lists(st.sampled_from([f"'{value}'" for value in VALUES]), min_size=1, max_size=3).map(
            lambda values: "{" + ", ".join(values) + "}"
        ),
        st.sampled_from((X, Y)),
    ),
)
CONDITIONS = st.recursive(
    st.one_of(
        LEAVES,
        st.sampled_from(
            (f"Exists {X}", f"NOT Exists {Y}", "SubOperationMatches{'L'}", "ActionMatches{'m.x/*'}")
        ),
    ),
    lambda inner: st.one_of(
        inner.map(lambda one: f"!({one})"),
        st.lists(inner, min_size=2, max_size=3).map(
            lambda many: "(" + " AND ".join(f"({m})" for m in many) + ")"
        ),
        st.lists(inner, min_size=2, max_size=3).map(
            lambda many: "(" + " OR ".join(f"({m})" for m in many) + ")"
        ),
    ),
    max_leaves=6,
)
HELD = st.one_of(
    st.none(),
    st.sampled_from(VALUES).map(lambda value: (value,)),
    st.lists(st.sampled_from(VALUES), max_size=3).map(tuple),
)
WORLDS = st.fixed_dictionaries({Attribute.of(name): HELD for name in (X, Y, Z)})


@settings(max_examples=400, deadline=None)
@given(CONDITIONS, WORLDS, st.sampled_from(("", "L", "other")), st.sets(st.sampled_from((X, Y, Z, "sub"))))
def test_hiding_never_makes_an_answer_wrong(
    condition: str, world: dict[Attribute, Any], sub_operation: str, hidden: set[str]
) -> None:
    """What is answered without an attribute is answered with it, whatever it is."""
    node = parse(condition)
    whole = decide(node, Request("m.x/read", sub_operation, world))
    seen = {attribute: values for attribute, values in world.items() if attribute.text not in hidden}
    part = decide(node, Request("m.x/read", None if "sub" in hidden else sub_operation, seen))
    if not isinstance(part, Unsettled):
        assert whole is part
    elif not isinstance(whole, Unsettled):
        assert part.hinges


@settings(max_examples=400, deadline=None)
@given(CONDITIONS, WORLDS, st.sampled_from(("", "L", "other")))
def test_what_is_left_is_what_would_meet_it(
    condition: str, world: dict[Attribute, Any], sub_operation: str
) -> None:
    """Inside an alternative a condition is not denied; outside all of them it is not met."""
    node = parse(condition)
    left = residual(node, Request("m.x/read"))
    if not left.is_simple or any(values is not None and len(values) != 1 for values in world.values()):
        return
    request = Request("m.x/read", sub_operation, world)
    whole = decide(node, request)
    inside = any(all(_meets(clause, request) for clause in way) for way in left.alternatives)
    assert whole is not (not inside)
    held = {attribute.text: values for attribute, values in world.items()}
    held["@Request[subOperation]"] = (sub_operation,) if sub_operation else None
    guards = guards_of(left)
    if guards is not None:
        guarded = any(all(meets(guard, held[guard.key]) for guard in way) for way in guards)
        assert whole is not (not guarded)


def _meets(clause: Clause, request: Request) -> bool:
    (attribute,) = clause.attributes
    values = request.values(attribute)
    if values is None:
        return clause.absent
    text = values[0]
    if isinstance(clause.values, StringSet):
        return text in clause.values
    number = read_date(text)
    return number is None or not isinstance(clause.values, Intervals) or clause.values.holds((number, 0))
