"""Conditions as they are written, and every trap that a reader of them may fall into."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.providers.azure.abac import ConditionError, Request, Unsettled, decide, matches, parse
from scanner.providers.azure.abac.tokens import LONGEST
from tests.providers.azure.abac.documented import documented

HERE = Path(__file__).parent
BUILT_IN = json.loads((HERE / "built_in_conditions.json").read_text("utf-8"))["blocks"]
ASSIGN = "Microsoft.Authorization/roleAssignments/write"
READ = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
ROLE = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
X = "@Resource[x]"


def told(answer: bool | Unsettled) -> bool | str:
    return "open" if isinstance(answer, Unsettled) else answer


@pytest.mark.parametrize(("condition", "case"), documented())
def test_a_documented_example(
    condition: str, case: tuple[str, str | None, dict[str, Any], bool | str]
) -> None:
    action, sub_operation, known, expected = case
    assert told(decide(parse(condition), Request.of(action, known, sub_operation=sub_operation))) == expected


@pytest.mark.parametrize("block", BUILT_IN, ids=lambda b: f"{b['role'][:8]}-{b['block']}")
def test_a_built_in_role_is_read_and_does_not_hand_out_owner(block: dict[str, Any]) -> None:
    known = {ROLE: OWNER, ROLE.replace("Request", "Resource"): OWNER, "@Resource[HasObotoken]": "true"}
    answer = decide(parse(block["condition"]), Request.of(ASSIGN, known))
    if block["assigns"]:
        assert answer is False


def test_one_role_that_a_built_in_condition_allows_is_allowed() -> None:
    condition = next(b["condition"] for b in BUILT_IN if b["role"] == "66f75aeb-eabe-4b70-9f1e-c350c4c9ad04")
    assert (
        decide(parse(condition), Request.of(ASSIGN, {ROLE: "1C0163C0-47e6-4577-8991-ea5c82e286e4"})) is True
    )


# Each trap beside its near twin: condition, what is known, the answer.
TRAPS: dict[str, tuple[str, dict[str, Any], bool | str]] = {
    "a comma in a string does not end it": (
        f"{X} ForAnyOfAnyValues:StringEquals {{'v,1'}}",
        {X: "v,1"},
        True,
    ),
    "what stands before the comma is no value": (
        f"{X} ForAnyOfAnyValues:StringEquals {{'v,1'}}",
        {X: "v"},
        False,
    ),
    "a brace in a string does not end the set": (
        f"{X} ForAnyOfAnyValues:StringEquals {{'x}}', 'y'}}",
        {X: "y"},
        True,
    ),
    "a doubled quote is one": (f"{X} StringEquals 'it''s'", {X: "it's"}, True),
    "a doubled quote is not two": (f"{X} StringEquals 'it''s'", {X: "it''s"}, False),
    "a backslash before a quote is none": (rf"{X} StringEquals 'it\'s'", {X: "it's"}, True),
    "a backslash before a backslash is one": (rf"{X} StringEquals 'a\\b'", {X: r"a\b"}, True),
    "a backslash before a letter means nothing known": (rf"{X} StringEquals 'a\b'", {X: r"a\b"}, "open"),
    "a star is a wildcard to Like": (f"{X} StringLike 'a*'", {X: "abc"}, True),
    "a star is a star to Equals": (f"{X} StringEquals 'a*'", {X: "abc"}, False),
    "a star that starts is a star": (f"{X} StringStartsWith 'a*'", {X: "abc"}, False),
    "an escaped star is a star": (rf"{X} StringLike 'a\*'", {X: "abc"}, False),
    "an escaped star matches itself": (rf"{X} StringLike 'a\*'", {X: "a*"}, True),
    "an escaped question mark is one": (rf"{X} StringLike 'a\?'", {X: "ab"}, False),
    "a question mark is one character": (f"{X} StringLike 'a?'", {X: "ab"}, True),
    "a question mark is not none": (f"{X} StringLike 'a?'", {X: "a"}, False),
    "stars find their way back": (f"{X} StringLike '*ab*ab'", {X: "abab ab"}, True),
    "like without letter case": (f"{X} StringLikeIgnoreCase 'OUT/*'", {X: "out/a"}, True),
    "not like": (f"{X} StringNotLike 'out/*'", {X: "out/a"}, False),
    "not starting with, without letter case": (
        f"{X} StringNotStartsWithIgnoreCase 'OUT'",
        {X: "output"},
        False,
    ),
    "half a second is more than none": (
        f"{X} DateTimeGreaterThan '2026-01-01T00:00:00Z'",
        {X: "2026-01-01T00:00:00.5Z"},
        True,
    ),
    "a zone is reckoned with": (
        f"{X} DateTimeEquals '2026-01-01T00:00:00Z'",
        {X: "2026-01-01T02:00:00+02:00"},
        True,
    ),
    "an instant without a zone is no instant": (
        f"{X} DateTimeEquals '2026-01-01T00:00:00'",
        {X: "2026-01-01T00:00:00Z"},
        "open",
    ),
    "a month that is none": (
        f"{X} DateTimeLessThan '2026-13-01T00:00:00Z'",
        {X: "2026-01-01T00:00:00Z"},
        "open",
    ),
    "a fraction is no integer": (f"{X} NumericEquals 1.5", {X: "1"}, "open"),
    "an integer is one": (f"{X} NumericGreaterThanEquals 2", {X: "10"}, True),
    "a text is no integer": (f"{X} NumericEquals 1", {X: "one"}, "open"),
    "an operator nobody documented": (f"{X} TimeOfDayEquals '10:00'", {X: "10:00"}, "open"),
    "a quantifier nobody documented": (f"{X} ForNoneOfAnyValues:StringEquals {{'a'}}", {X: "b"}, "open"),
    "all of no values": (f"{X} ForAllOfAllValues:StringEquals {{'a'}}", {X: []}, "open"),
    "any of no values": (f"{X} ForAnyOfAnyValues:StringEquals {{'a'}}", {X: []}, False),
    "several values that differ, and no quantifier": (f"{X} StringEquals 'a'", {X: ["a", "b"]}, "open"),
    "several values that agree, and no quantifier": (f"{X} StringEquals 'a'", {X: ["b", "c"]}, False),
    "a set that disagrees, and no quantifier": (f"{X} StringEquals {{'a', 'b'}}", {X: "a"}, "open"),
    "an attribute that is absent equals nothing": (f"{X} StringEquals 'a'", {X: None}, False),
    "whether it differs from something is open": (f"{X} StringNotEquals 'a'", {X: None}, "open"),
    "whether all of an absent one match is open": (
        f"{X} ForAllOfAnyValues:StringEquals {{'a'}}",
        {X: None},
        "open",
    ),
    "an absent one does not exist": (f"Exists {X}", {X: None}, False),
    "an unread one may exist": (f"NOT Exists {X}", {}, "open"),
    "a present one exists": (f"Exists {X}", {X: ""}, True),
    "a false part settles what is unread": (
        f"{X} StringEquals 'a' AND Exists @Request[y]",
        {"@Request[y]": None},
        False,
    ),
    "a true part settles what is unread": (
        f"{X} StringEquals 'a' || Exists @Request[y]",
        {"@Request[y]": "1"},
        True,
    ),
    "not binds to one part": (f"NOT {X} StringEquals 'a' AND Exists {X}", {X: "b"}, True),
    "a GUID without dashes": (
        f"{X} GuidEquals 8b9dfcab4b774632a6df94bd07820648",
        {X: "8B9DFCAB-4b77-4632-a6df-94bd07820648"},
        True,
    ),
    "a role by its whole id": (
        f"{X} GuidEquals {OWNER}",
        {X: f"/providers/Microsoft.Authorization/roleDefinitions/{OWNER}"},
        True,
    ),
    "a name is no GUID": (f"{X} GuidEquals Owner", {X: OWNER}, "open"),
    "operators in any letter case": (f"{X} boolequals TRUE && {X} BOOLNOTEQUALS false", {X: "True"}, True),
    "neither true nor false": (f"{X} BoolEquals 1", {X: "true"}, "open"),
    "a pattern out of an attribute": (f"{X} StringLike @Request[y]", {X: "ab", "@Request[y]": "a*"}, "open"),
    "an action with several stars": ("ActionMatches{'Microsoft.*/x/*'}", {}, "open"),
}


@pytest.mark.parametrize(("condition", "known", "expected"), TRAPS.values(), ids=TRAPS)
def test_a_trap(condition: str, known: dict[str, Any], expected: bool | str) -> None:
    assert told(decide(parse(condition), Request.of("Microsoft.Storage/x/y", known))) == expected


INVALID: dict[str, tuple[str, int]] = {
    "AND and OR without parentheses": (
        f"{X} StringEquals 'a' AND {X} StringEquals 'b' OR {X} StringEquals 'c'",
        64,
    ),
    "nothing": ("", 0),
    "a string that does not end": (f"{X} StringEquals 'a", 26),
    "a parenthesis that does not end": (f"({X} StringEquals 'a'", 30),
    "a parenthesis too many": (f"{X} StringEquals 'a')", 29),
    "an empty set": (f"{X} ForAnyOfAnyValues:StringEquals {{}}", 45),
    "a comma that ends a set": (f"{X} ForAnyOfAnyValues:StringEquals {{'a',}}", 49),
    "an origin that is not known": ("@Cloud[x] StringEquals 'a'", 0),
    "an attribute that does not end": ("Exists @Request[x", 7),
    "the portal's null": (f"{X} null", 17),
    "Exists of a value": ("Exists 'a'", 7),
    "an action without its set": ("ActionMatches 'a'", 14),
    "double quotes": (f'{X} StringEquals "a"', 26),
    "a lone ampersand": (f"{X} StringEquals 'a' & {X} StringEquals 'b'", 30),
}


@pytest.mark.parametrize(("condition", "offset"), INVALID.values(), ids=INVALID)
def test_an_invalid_condition_says_where(condition: str, offset: int) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(condition)
    assert caught.value.offset == offset


HOSTILE = {
    "very deep": "(" * 30_000 + f"{X} StringEquals 'a'" + ")" * 30_000,
    "very negative": "!" * 60_000 + f"Exists {X}",
    "very long": "'" + "a" * LONGEST + "'",
    "nothing but braces": "{" * 60_000,
    "a string of backslashes": "'" + "\\" * 60_001 + "'",
}


@pytest.mark.parametrize("condition", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_condition_ends_as_an_error(condition: str) -> None:
    with pytest.raises(ConditionError):
        parse(condition)


def test_a_pattern_of_stars_is_matched_in_time() -> None:
    condition = f"{X} StringLike '{'*a' * 300}*b'"
    assert decide(parse(condition), Request.of("x", {X: "a" * 3_000})) is False


def test_an_unsettled_answer_is_no_truth_value() -> None:
    answer = decide(parse(f"Exists {X}"), Request.of("x"))
    with pytest.raises(TypeError, match="unsettled"):
        bool(answer)


ACTIONS: dict[str, tuple[str, str, bool]] = {
    "the same": ("Microsoft.Storage/storageAccounts/read", "microsoft.storage/STORAGEACCOUNTS/read", True),
    "a star alone": ("*", "Microsoft.Storage/storageAccounts/listKeys/action", True),
    "a star in front": ("*/read", "Microsoft.Storage/storageAccounts/read", True),
    "a star in front needs its slash": ("*/read", "read", False),
    "a star behind": ("Microsoft.Storage/*", "Microsoft.Storage/storageAccounts/read", True),
    "a star behind needs its slash": ("Microsoft.Storage/*", "Microsoft.StorageSync/x", False),
    "slashes around a star overlap": (
        "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
        "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
        True,
    ),
    "only the slash overlaps": ("Microsoft.X/aa/*/aa/read", "Microsoft.X/aa/read", False),
    "not a whole segment": ("Microsoft.X/ab*ab/read", "Microsoft.X/ab/read", False),
    "another verb": ("Microsoft.Storage/*/read", "Microsoft.Storage/storageAccounts/write", False),
    "several stars": ("Microsoft.*/x/*/read", "Microsoft.Y/x/z/read", True),
    "several stars and another end": ("Microsoft.*/x/*/read", "Microsoft.Y/x/z/write", False),
}


@pytest.mark.parametrize(("pattern", "action", "expected"), ACTIONS.values(), ids=ACTIONS)
def test_an_action_matches(pattern: str, action: str, expected: bool) -> None:
    assert matches(pattern, action) is expected
