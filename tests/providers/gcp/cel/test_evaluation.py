"""What conditions come to: one named case a behaviour, near twins beside each other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from scanner.providers.gcp.cel import (
    CelSyntaxError,
    Environment,
    Failed,
    Tags,
    Timestamp,
    Uint,
    Unknown,
    evaluate,
    holds,
    parse,
)

NOON = dt.datetime(2026, 11, 22, 12, 30, tzinfo=dt.UTC)  # a Sunday
OBJECT = "projects/_/buckets/weights/objects/prod/model-00001-of-00002.safetensors"
KNOWN = Environment(
    known={
        "resource.name": OBJECT,
        "resource.service": "storage.googleapis.com",
        "request.time": NOON,
        "request.auth.access_levels": ["accessPolicies/1/accessLevels/office"],
        "assertion": {
            "sub": "repo:acme/app:ref:refs/heads/main",
            "run": 3,
            "team": "ml",
            "https://a.example/x": "y",
        },
        "attribute.team": "ml",
        "destination.ip": "203.0.113.9",
        "iam.googleapis.com/modifiedGrantsByRole": ["roles/viewer", "roles/browser"],
    },
    absent=frozenset({"resource.type"}),
    closed=frozenset({"attribute"}),
    tags=Tags({"123/env": "prod"}),
    tag_ids=Tags({"tagKeys/1": "tagValues/2"}, complete=False),
)
ERROR = Failed("")


def answer(text: str, environment: Environment = KNOWN) -> Any:  # noqa: ANN401 - any value
    found = evaluate(parse(text), environment)
    return ERROR if isinstance(found, Failed) else found


def unread(*hinges: str) -> Unknown:
    return Unknown(frozenset(hinges))


LANGUAGE: dict[str, tuple[str, Any]] = {
    "escape n": (r"'a\nb'", "a\nb"),
    "raw string keeps it": (r"r'a\nb'", r"a\nb"),
    "escape u": (r"'\u00e9'", "é"),
    "escape U": (r"'\U0001F600'", "😀"),
    "escape x": (r"'\x41'", "A"),
    "escape octal": (r"'\101'", "A"),
    "escaped quote": (r"'it\'s'", "it's"),
    "double quotes": ('"it\'s"', "it's"),
    "triple quotes": ("'''it's\nlong'''", "it's\nlong"),
    "triple double quotes": ('"""a"b"""', 'a"b'),
    "bytes": (r"b'\xff\n'", b"\xff\n"),
    "comment": ("1 + // one\n 2", 3),
    "slashes in a string are none": ("'https://a.example'", "https://a.example"),
    "null": ("null == null", True),
    "null and a text": ("assertion.team == null", False),
    "hexadecimal": ("0x1F", 31),
    "unsigned": ("1u", Uint(1)),
    "double": ("1.5e1", 15.0),
    "smallest int": ("-9223372036854775808", -(2**63)),
    "map": ("{'a': 1, 'b': 2}['b']", 2),
    "key of a map": ("'a' in {'a': 1}", True),
    "list": ("[1, 2, 3][2]", 3),
    "trailing comma": ("[1, 2,].size()", 2),
    "index out of range": ("[1][1]", ERROR),
    "true is not the key one": ("{1: 'a'}[true]", ERROR),
    "precedence of and before or": ("true || false && false", True),
    "parentheses": ("(true || false) && false", False),
    "not binds tighter than and": ("!false && false", False),
    "ternary": ("1 < 2 ? 'a' : 'b'", "a"),
    "ternary to the right": ("false ? 1 : false ? 2 : 3", 3),
    "minus": ("5 -2", 3),
    "subtraction to the left": ("5 - 2 - 1", 2),
    "exists": ("[1, 2].exists(x, x > 1)", True),
    "all": ("[1, 2].all(x, x > 1)", False),
    "exists one": ("[1, 2, 2].exists_one(x, x == 2)", False),
    "filter": ("[1, 2, 3].filter(x, x != 2)", (1, 3)),
    "map macro": ("[1, 2].map(x, x * 2)", (2, 4)),
    "map macro with a filter": ("[1, 2].map(x, x > 1, x * 2)", (4,)),
    "macro over a map takes its keys": ("{'a': 1}.exists(k, k == 'a')", True),
    "a variable hides an attribute": ("['z'].exists(assertion, assertion == 'z')", True),
    "leading dot": (".assertion.team", "ml"),
}

ARITHMETIC: dict[str, tuple[str, Any]] = {
    "integer division": ("7 / 2", 3),
    "towards zero": ("-7 / 2", -3),
    "remainder has the sign of the left": ("-7 % 2", -1),
    "double division": ("7.0 / 2.0", 3.5),
    "division by zero": ("1 / 0", ERROR),
    "overflow": ("9223372036854775807 + 1", ERROR),
    "unsigned below zero": ("1u - 2u", ERROR),
    "mixed types do not add": ("1 + 1.0", ERROR),
    "but compare": ("1 < 1.5 && 1u == 1", True),
    "true is not one": ("1 == true", ERROR),
    "nor added": ("true + true", ERROR),
    "text and number": ("'1' == 1", ERROR),
    "nor in a list": ("1 in [true, '1']", False),
    "order of texts": ("'a' < 'b'", True),
    "order of a text and a number": ("'a' < 1", ERROR),
    "texts add": ("'a' + 'b'", "ab"),
    "lists add": ("[1] + [2]", (1, 2)),
    "lists differ": ("[1, 2] == [1, 3]", False),
    "int of a text": ("int('42')", 42),
    "int of a word": ("int('x')", ERROR),
    "string of an int": ("string(42)", "42"),
}

TIMES: dict[str, tuple[str, Any]] = {
    "before": ("request.time < timestamp('2026-12-01T00:00:00Z')", True),
    "after": ("request.time > timestamp('2026-12-01T00:00:00.000Z')", False),
    "offset of a timestamp": ("timestamp('2026-11-22T14:30:00+02:00') == request.time", True),
    "no such day": ("timestamp('2026-02-30T00:00:00Z')", ERROR),
    "hours in UTC": ("request.time.getHours()", 12),
    "hours in a zone": ("request.time.getHours('Europe/Berlin')", 13),
    "hours at an offset": ("request.time.getHours('+02:00')", 14),
    "hours at a negative offset": ("request.time.getHours('-02:30')", 10),
    "a zone nobody knows": ("request.time.getHours('Mars/Base')", unread("time zone 'Mars/Base'")),
    "Sunday is 0": ("request.time.getDayOfWeek()", 0),
    "months from 0": ("request.time.getMonth()", 10),
    "days from 0": ("request.time.getDayOfMonth()", 21),
    "dates from 1": ("request.time.getDate()", 22),
    "days of the year from 0": ("timestamp('2026-01-01T00:00:00Z').getDayOfYear()", 0),
    "year": ("request.time.getFullYear()", 2026),
    "compound duration": ("duration('1h30m') == duration('90m')", True),
    "duration with a fraction": ("duration('1.5s') == duration('1500ms')", True),
    "not a duration": ("duration('1 hour')", ERROR),
    "a duration later": ("request.time + duration('30m') == timestamp('2026-11-22T13:00:00Z')", True),
    "between": ("timestamp('2026-11-22T13:00:00Z') - request.time == duration('30m')", True),
    "a duration in hours": ("duration('90m').getHours()", 1),
    "beyond the calendar": ("timestamp('9999-12-31T23:59:59Z') + duration('1s')", ERROR),
    "seconds since 1970": ("int(timestamp('1970-01-01T00:01:00Z'))", 60),
    "a timestamp": ("timestamp('1970-01-01T00:00:01Z')", Timestamp(1_000_000_000)),
}

TEXTS: dict[str, tuple[str, Any]] = {
    "startsWith": ("resource.name.startsWith('projects/_/buckets/weights/')", True),
    "startsWith of another bucket": ("resource.name.startsWith('projects/_/buckets/weights2/')", False),
    "endsWith": ("resource.name.endsWith('.safetensors')", True),
    "contains": ("resource.name.contains('/prod/')", True),
    "size in characters": ("size('é😀')", 2),
    "extract to the end": (
        "resource.name.extract('/objects/{name}')",
        "prod/model-00001-of-00002.safetensors",
    ),
    "extract between": ("resource.name.extract('/buckets/{name}/')", "weights"),
    "extract from the start": ("resource.name.extract('{all}/buckets/')", "projects/_"),
    "extract of what is not there": ("resource.name.extract('/topics/{name}')", ""),
    "extract without its end": ("resource.name.extract('/objects/{name}?')", ""),
    "matches anywhere": ("resource.name.matches('model-[0-9]+-of')", True),
    "matches anchored": ("resource.name.matches('^model')", False),
    "matches as a function": ("matches('abc', 'b')", True),
    "a pattern that is not read": (r"'a'.matches('\\pL')", unread("matches()")),
    "lowerAscii": ("'AcmE'.lowerAscii()", "acme"),
    "split": ("'a:b'.split(':')[1]", "b"),
    "join": ("['a', 'b'].join('-')", "a-b"),
    "a number has no beginning": ("(1).startsWith('1')", ERROR),
    "an address in a block": ("inIpRange(destination.ip, '203.0.113.0/24')", True),
    "in none of several": ("inIpRange(destination.ip, ['198.51.100.0/24', '2001:db8::/32'])", False),
    "no block": ("inIpRange(destination.ip, 'office')", ERROR),
}

ATTRIBUTES: dict[str, tuple[str, Any]] = {
    "known": ("resource.service == 'storage.googleapis.com'", True),
    "not read": ("request.path == '/'", unread("request.path")),
    "absent": ("resource.type == 'x'", ERROR),
    "has a known one": ("has(resource.name)", True),
    "has an absent one": ("has(resource.type)", False),
    "has one that was not read": ("has(request.path)", unread("request.path")),
    "a field of a known map": ("assertion.team == 'ml'", True),
    "a field that a known map lacks": ("assertion.org == 'x'", ERROR),
    "has a field that a known map lacks": ("has(assertion.org)", False),
    "a field by its key": ("assertion['https://a.example/x']", "y"),
    "a key of a known map": ("'team' in assertion", True),
    "an attribute below a closed one": ("attribute.team", "ml"),
    "absent below a closed one": ("has(attribute.repository)", False),
    "key of a closed one": ("'repository' in attribute", False),
    "of another type than the constant": ("assertion.run == 'x'", unread("type of assertion.run")),
    "an access level": ("'accessPolicies/1/accessLevels/office' in request.auth.access_levels", True),
    "another access level": ("'accessPolicies/1/accessLevels/vpn' in request.auth.access_levels", False),
    "items that are not known": ("'a' in ['b', request.path]", unread("request.path")),
    "an item that is known beside them": ("'a' in ['a', request.path]", True),
    "granted roles": (
        "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', [])"
        ".hasOnly(['roles/viewer', 'roles/browser'])",
        True,
    ),
    "one role more": (
        "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/viewer'])",
        False,
    ),
    "an attribute nobody read": ("api.getAttribute('x', 1)", unread("x")),
    "the default of an absent one": ("api.getAttribute('resource.type', 'none')", "none"),
    "an unknown function": ("compute.matchLoadBalancingSchemes(['INTERNAL'])", unread("compute")),
    "an unknown function of constants": ("frobnicate(1)", unread("frobnicate()")),
}

TAGS: dict[str, tuple[str, Any]] = {
    "matchTag": ("resource.matchTag('123/env', 'prod')", True),
    "matchTag of another value": ("resource.matchTag('123/env', 'test')", False),
    "matchTag of a key that is not there": ("resource.matchTag('123/team', 'prod')", False),
    "hasTagKey": ("resource.hasTagKey('123/env')", True),
    "hasTagKey of none": ("resource.hasTagKey('123/team')", False),
    "matchTagId": ("resource.matchTagId('tagKeys/1', 'tagValues/2')", True),
    "matchTagId of another value": ("resource.matchTagId('tagKeys/1', 'tagValues/3')", False),
    "matchTagId that may be unread": (
        "resource.matchTagId('tagKeys/9', 'tagValues/2')",
        unread("resource.tag(tagKeys/9)"),
    ),
    "hasTagKeyId": ("resource.hasTagKeyId('tagKeys/1')", True),
    "hasTagKeyId that may be unread": (
        "resource.hasTagKeyId('tagKeys/9')",
        unread("resource.tag(tagKeys/9)"),
    ),
    "an argument that is not known": ("resource.matchTag(request.path, 'prod')", unread("request.path")),
    "one argument too few": ("resource.matchTag('123/env')", ERROR),
}

LOGIC: dict[str, tuple[str, Any]] = {
    "false and unknown": ("false && request.path == ''", False),
    "unknown and false": ("request.path == '' && false", False),
    "true and unknown": ("true && request.path == ''", unread("request.path")),
    "true or unknown": ("true || request.path == ''", True),
    "unknown or true": ("request.path == '' || true", True),
    "two unknowns": ("request.path == '' || request.host == ''", unread("request.path", "request.host")),
    "true or error": ("true || 1 / 0 == 1", True),
    "error or true": ("1 / 0 == 1 || true", True),
    "error or false": ("1 / 0 == 1 || false", ERROR),
    "error and false": ("1 / 0 == 1 && false", False),
    "error and true": ("1 / 0 == 1 && true", ERROR),
    "error or error": ("1 / 0 == 1 || resource.type == ''", ERROR),
    "error and unknown": ("1 / 0 == 1 && request.path == ''", unread("request.path")),
    "not of an error": ("!(1 / 0 == 1)", ERROR),
    "not of unknown": ("!(request.path == '')", unread("request.path")),
    "a number is no condition": ("1 && true", ERROR),
    "ternary on unknown, branches differ": (
        "request.path == '' ? true : false",
        unread("request.path"),
    ),
    "ternary on unknown, branches agree": ("request.path == '' ? true : 1 < 2", True),
    "ternary on an error": ("1 / 0 == 1 ? true : true", ERROR),
    "both sides of a tautology": ("request.path == 'a' || request.path != 'a'", unread("request.path")),
}

CASES = {
    f"{table}: {name}": case
    for table, cases in {
        "language": LANGUAGE,
        "arithmetic": ARITHMETIC,
        "times": TIMES,
        "texts": TEXTS,
        "attributes": ATTRIBUTES,
        "tags": TAGS,
        "logic": LOGIC,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_evaluate(text: str, expected: Any) -> None:  # noqa: ANN401 - any value
    found = answer(text)
    assert (type(found), found) == (type(expected), expected)


HOLDS: dict[str, tuple[str, bool | Unknown, bool | Unknown]] = {
    "met": ("resource.service == 'storage.googleapis.com'", True, True),
    "not met": ("resource.service == 'x'", False, False),
    "an error": ("resource.type == 'x'", False, unread("error: no such attribute: resource.type")),
    "not of an error": ("!(resource.type == 'x')", False, unread("error: no such attribute: resource.type")),
    "no condition": ("'true'", False, unread("error: not a condition")),
    "not known": ("request.path == ''", unread("request.path"), unread("request.path")),
}


@pytest.mark.parametrize(("text", "allow", "deny"), HOLDS.values(), ids=HOLDS)
def test_holds(text: str, allow: bool | Unknown, deny: bool | Unknown) -> None:
    assert holds(parse(text), KNOWN) == allow
    assert holds(parse(text), KNOWN, failing="unknown") == deny


NO_CEL = {
    "nothing": "",
    "two values": "'a' 'b'",
    "no end of a string": "'abc",
    "a line break in a string": "'a\nb'",
    "unknown escape": r"'\q'",
    "a surrogate": r"'\ud800'",
    "single equals": "a = b",
    "single and": "a & b",
    "no closing parenthesis": "(a == b",
    "a reserved word": "for == 1",
    "a message": "google.protobuf.Duration{seconds: 1}",
    "a number too large": "9223372036854775808",
    "a character CEL has not": "a == @b",
    "has of no field": "has(a)",
    "a macro without a variable": "[1].exists(1, true)",
    "nested too deep": "(" * 200 + "true" + ")" * 200,
    "denied too often": "!" * 5_000 + "true",
    "a run of operators too deep": "1" + " + 1" * 5_000,
    "too long": "true" + " " * 20_000,
}


@pytest.mark.parametrize("text", NO_CEL.values(), ids=NO_CEL)
def test_what_is_no_cel_is_an_error_with_its_place(text: str) -> None:
    with pytest.raises(CelSyntaxError, match=r"at character \d+$") as raised:
        parse(text)
    assert 0 <= raised.value.position <= len(text)


HOSTILE = {
    "a pattern that backtracks": ("'" + "a" * 25 + "b'.matches('(a+)+$')", False),
    "counted groups inside each other": ("'a'.matches('((a{1000}){1000}){1000}')", unread("matches()")),
    "nothing, counted": ("'a'.matches('((){1000}){1000}')", unread("matches()")),
    "a long text under a large pattern": (
        "('" + "a" * 9_000 + "').matches('" + "(a|b|c|d)?" * 200 + "$')",
        unread("matches()"),
    ),
    "macros inside each other": (
        "".join(f"[1,2,3,4,5,6,7,8,9].all({v}, " for v in "abcdef") + "a + f > 0" + ")" * 6,
        unread("too much work"),
    ),
    "a thousand alternatives": (" || ".join(f"resource.name == '{i}'" for i in range(600)), False),
}


@pytest.mark.parametrize(("text", "expected"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_is_bounded(text: str, expected: bool | Unknown) -> None:
    assert answer(text) == expected
