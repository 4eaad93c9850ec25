"""Bicep: what its values come to, where resources get their ids, and files that do not parse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.iac.bicep import read
from scanner.iac.bicep.lexer import BicepFault
from scanner.iac.bicep.parser import parse
from scanner.iac.settings import Settings
from scanner.iac.tree import walk
from scanner.snapshot import Snapshot, SnapshotWriter, Unresolved
from tests.worlds import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/app"
PARTS = """
param env string = 'prod'
@secure()
param key string
param sizes object = { prod: 3, dev: 1 }
param maybe string?
var name = '${env}-x'
var loop = loop
resource sa 'A.B/c@2023-01-01' = { name: 'sa', properties: { p: 1 } }
"""


def scan(directory: Path, files: dict[str, str]) -> Snapshot:
    for name, text in files.items():
        path = directory / "app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    writer = SnapshotWriter(target="", collected_at="2026-11-20T06:00:00Z", tool_version="")
    read(walk(directory), Settings(), writer)
    return writer.snapshot()


def rows(snapshot: Snapshot) -> dict[str, Any]:
    found = {d.id.key: d.body for d in snapshot if d.id.field != "resourcecontainers"}
    return {key.removeprefix(f"{GROUP}/providers/"): body for key, body in found.items()}


VALUES: dict[str, tuple[str, Any]] = {
    "a text": ("'plain'", "plain"),
    "a text of a name's letters": ("'env'", "env"),
    "a name": ("env", "prod"),
    "a text with expressions": ("'a-${name}-${sizes[env]}'", "a-prod-x-3"),
    "a text within a text": ("'${'${env}!'}?'", "prod!?"),
    "escapes": (r"'it\'s \u{41} \${env}'", "it's A ${env}"),
    "lines as they are": ("'''\nraw ${env}'''", "raw ${env}"),
    "a secret without a value": ("key", "*"),
    "a hole in a text": ("'a-${key}-b'", "a-*-b"),
    "a variable that needs itself": ("loop", "*"),
    "a member": ("sizes.prod", 3),
    "a condition": ("env == 'prod' ? 'a' : 'b'", "a"),
    "how firmly operators bind": ("env == 'dev' || 1 + 2 * 3 == 7 && !false", True),
    "a condition that nobody can tell": ("key == 'x' ? 'a' : 'b'", "*"),
    "the first that is there": ("null ?? env", "prod"),
    "a loop": ("[for (x, i) in ['a', 'b']: '${x}${i}']", ["a0", "b1"]),
    "an object": ("{ a: [1, 2], 'b-c': { d: env } }", {"a": [1, 2], "b-c": {"d": "prod"}}),
    "a resource's id": ("sa.id", f"{GROUP}/providers/A.B/c/sa"),
    "a resource's property": ("sa.properties.p", 1),
    "a property that only a deployment tells": ("sa.properties.endpoint", "*"),
    "keys are only there once deployed": ("sa.listKeys().keys[0].value", "*"),
    "a function of the language": ("toUpper(env)", "PROD"),
    "a function by its namespace": ("az.resourceId('A.B/c', 'n')", f"{GROUP}/providers/A.B/c/n"),
    "another group": ("resourceGroup('other').id", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/other"),
    "a function over items": ("map(['a'], x => '${x}!')", ["a!"]),
    "a function of two parameters": ("reduce([1, 2], 0, (sum, n) => sum + n)", 3),
    "an object by its items": ("toObject(['a'], x => x, x => '${x}!')", {"a": "a!"}),
    "items that nobody can tell": ("map([key], x => '${x}!')", [{"like": "*!"}]),
    "members of another object": ("{ ...sizes, dev: 2 }", {"prod": 3, "dev": 2}),
    "a parameter that may be left out": ("maybe ?? 'none'", "none"),
    "over lines": ("env == 'prod'\n  ? 'a'\n  : 'b'", "a"),
}


@pytest.mark.parametrize(("text", "expected"), VALUES.values(), ids=VALUES)
def test_values(text: str, expected: Any, tmp_path: Path) -> None:  # noqa: ANN401 - any JSON
    probe = f"resource probe 'A.B/c@1' = {{\n  name: 'n'\n  properties: {{\n    x: {text}\n  }}\n}}\n"
    found = scan(tmp_path, {"main.bicep": PARTS + probe})
    value = rows(found)["A.B/c/n"]["properties"]["x"]
    opened = Unresolved.read(value)
    if isinstance(value, list):
        value = [{"like": left.like} if (left := Unresolved.read(item)) else item for item in value]
    assert (opened.like if opened else value) == expected


INNER = "param n string\nresource r 'A.B/c@1' = { name: n }\noutput id string = r.id\n"
IDS: dict[str, tuple[dict[str, str], list[str]]] = {
    "a parent": (
        {
            "main.bicep": "resource a 'A.B/c@1' = { name: 'x' }\n"
            "resource b 'A.B/c/d@1' = { parent: a\n name: 'y' }"
        },
        ["A.B/c/x", "A.B/c/x/d/y"],
    ),
    "nested": (
        {"main.bicep": "resource a 'A.B/c@1' = {\n name: 'x'\n resource b 'd' = { name: 'y' }\n}"},
        ["A.B/c/x", "A.B/c/x/d/y"],
    ),
    "nested in one that is there already": (
        {"main.bicep": "resource a 'A.B/c@1' existing = {\n name: 'x'\n resource b 'd' = { name: 'y' }\n}"},
        ["A.B/c/x/d/y"],
    ),
    "an extension": (
        {
            "main.bicep": "resource a 'A.B/c@1' = { name: 'x' }\n"
            "resource b 'E.F/g@1' = { name: 'z'\n scope: a }"
        },
        ["A.B/c/x", "A.B/c/x/providers/E.F/g/z"],
    ),
    "a loop": (
        {"main.bicep": "resource a 'A.B/c@1' = [for i in range(0, 2): { name: 'x${i}' }]"},
        ["A.B/c/x0", "A.B/c/x1"],
    ),
    "a condition that does not hold": ({"main.bicep": "resource a 'A.B/c@1' = if (false) { name: 'x' }"}, []),
    "parents in a circle": (
        {
            "main.bicep": "resource a 'A.B/c@1' = { parent: b\n name: 'x' }\n"
            "resource b 'A.B/c@1' = { parent: a\n name: 'y' }"
        },
        [],
    ),
    "a module and its output": (
        {
            "main.bicep": "module m 'inner.bicep' = { name: 'm'\n params: { n: 'x' } }\n"
            "resource a 'E.F/g@1' = { name: last(split(m.outputs.id, '/')) }",
            "inner.bicep": INNER,
        },
        ["A.B/c/x", "E.F/g/x"],
    ),
    "a module that stands behind what refers to it": (
        {
            "main.bicep": "module n 'inner.bicep' = { name: 'n'\n params: { n: m.outputs.id } }\n"
            "module m 'inner.bicep' = { name: 'm'\n params: { n: 'x' } }\n",
            "inner.bicep": INNER.replace("name: n", "name: last(split(n, '/'))").replace("r.id", "'${n}-y'"),
        },
        ["A.B/c/x", "A.B/c/x-y"],
    ),
    "one of many modules": (
        {
            "main.bicep": "module m 'inner.bicep' = [for x in ['a', 'b']: {\n name: x\n params: { n: x }}]\n"
            "resource a 'E.F/g@1' = { name: last(split(m[1].outputs.id, '/')) }",
            "inner.bicep": INNER,
        },
        ["A.B/c/a", "A.B/c/b", "E.F/g/b"],
    ),
    "one of many parents": (
        {
            "main.bicep": "resource a 'A.B/c@1' = [for x in ['x', 'y']: { name: x }]\n"
            "resource b 'A.B/c/d@1' = { parent: a[1]\n name: 'z' }"
        },
        ["A.B/c/x", "A.B/c/y", "A.B/c/y/d/z"],
    ),
    "a parent that nobody can tell": (
        {"main.bicep": "resource b 'A.B/c/d@1' = { parent: a[1]\n name: 'z' }"},
        [],
    ),
    "values of a parameters file": (
        {
            "main.bicep": INNER,
            "main.bicepparam": "using './main.bicep'\nvar x = 'given'\nparam n = '${x}-1'\n",
        },
        ["A.B/c/given-1"],
    ),
    "values of an environment": (
        {
            "main.bicep": INNER,
            "main.bicepparam": "using 'main.bicep'\nparam n = readEnvironmentVariable('HOME')\n",
        },
        ["A.B/c/r"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), IDS.values(), ids=IDS)
def test_ids(files: dict[str, str], expected: list[str], tmp_path: Path) -> None:
    assert sorted(rows(scan(tmp_path, files))) == expected


FAULTS: dict[str, tuple[str, int]] = {
    "a brace that is missing": ("var a = {\n  b: 1\n", 2),
    "a string that goes on": ("var a = 'b\nvar c = 1", 1),
    "a wrong escape": (r"var a = '\q'", 1),
    "an expression in a string that goes on": ("\nvar a = '${b'", 2),
    "two values": ("var a = 1 2", 1),
    "no type": ("resource a = { name: 'x' }", 1),
    "a type that is worked out": ("resource a '${b}' = { name: 'x' }", 1),
    "a character that Bicep has not": ("var a = #", 1),
    "too deep": ("var a = " + "[" * 200, 1),
    "strings too deep": ("var a = " + "'${" * 50, 1),
}


@pytest.mark.parametrize(("text", "line"), FAULTS.values(), ids=FAULTS)
def test_a_file_that_does_not_parse_is_a_gap_with_its_line(text: str, line: int, tmp_path: Path) -> None:
    found = scan(tmp_path, {"main.bicep": text})
    assert rows(found) == {}
    assert [gap.id.key for gap in found.gaps] == [f"app/main.bicep:{line}"]


PASSED_OVER = {
    "a type": "type t = { a: string, b: 'x' | 'y' }",
    "a function": "func f(a string) string => '${a}!'",
    "a function over lines": "func f(a string, b int?) string =>\n  empty(a) ? 'x' : a\n",
    "a type over lines": "type t =\n  | 'a'\n  | 'b'\nvar x = 1",
    "a hint for the linter": "#disable-next-line no-unused-params\nparam p string",
    "a function of two parameters": "var x = reduce([], 0, (a, b) => a + b)",
    "a member of an object": "var x = {\n  a: 1\n}[?y]",
    "an import": "import { x as y } from 'z.bicep'",
    "decorators": "@description('''\na\n''')\n@allowed([\n  'a'\n])\nparam p string = 'a'",
    "comments": "/* a\n b */ // c\nvar x = 1 // d",
    "a scope": "targetScope = 'subscription'",
    "types of parameters": "param p { a: string\n b: int? }[] = []",
}


@pytest.mark.parametrize("text", PASSED_OVER.values(), ids=PASSED_OVER)
def test_what_says_nothing_of_resources_parses(text: str) -> None:
    assert parse(text)


def test_lines(tmp_path: Path) -> None:
    text = (
        "// one\nresource a 'A.B/c@1' = {\n  name: 'x'\n"
        "  properties: {\n    rules: [\n      { y: 1 }\n    ]\n  }\n}\n"
    )
    found = scan(tmp_path, {"main.bicep": text})
    document = next(d for d in found if d.id.field == "resources")
    places = {place.pointer: (place.file, *place.lines) for place in document.places}
    assert places[""] == ("app/main.bicep", 2, 9)
    assert places["/properties/rules/0"] == ("app/main.bicep", 6, 6)


SOURCE = (FIXTURES / "iac/weights-bicep/code/deploy/main.bicep").read_text("utf-8")


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    at=st.integers(0, len(SOURCE)), cut=st.integers(0, 6), junk=st.text("'${}[]():?=@.\n\\ a1|", max_size=4)
)
def test_any_damage_is_read_or_a_fault(at: int, cut: int, junk: str, tmp_path: Path) -> None:
    text = SOURCE[:at] + junk + SOURCE[at + cut :]
    found = scan(tmp_path, {"main.bicep": text})
    if list(found):
        assert parse(text)
        return
    with pytest.raises(BicepFault) as fault:
        parse(text)
    assert 1 <= fault.value.line <= text.count("\n") + 1


@pytest.mark.parametrize(("resources", "gaps"), [("[]", 0), ("[{ type: 'A.B/c' }]", 1)])
def test_a_template_within_a_file(resources: str, gaps: int, tmp_path: Path) -> None:
    inner = f"properties: {{ template: {{ resources: {resources} }} }}"
    text = f"resource d 'Microsoft.Resources/deployments@1' = {{ name: 'd'\n {inner} }}"
    assert len(scan(tmp_path, {"main.bicep": text}).gaps) == gaps


def test_files_of_parameters_are_deployments_of_their_own(tmp_path: Path) -> None:
    files = {"main.bicep": INNER}
    files |= {f"main.{n}.bicepparam": f"using 'main.bicep'\nparam n = '{n}'\n" for n in ("dev", "prod")}
    keys = [d.id.key for d in scan(tmp_path, files) if d.id.field == "resources"]
    ends = [key.partition("/resourceGroups/")[2] for key in keys]
    assert ends == ["app-dev/providers/A.B/c/dev", "app-prod/providers/A.B/c/prod"]


def test_modules_that_call_each_other_a_hundredfold_end(tmp_path: Path) -> None:
    def calling(other: str) -> str:
        return f"module m '{other}' = [for i in range(0, 100): {{ name: 'm${{i}}' }}]\n"

    files = {f"{name}.bicep": calling(f"{after}.bicep") for name, after in zip("abcd", "bcde", strict=True)}
    files["e.bicep"] = "resource r 'A.B/c@1' = { name: 'x' }\n"
    found = scan(tmp_path, files)
    assert "the tree makes too many resources" in [gap.detail for gap in found.gaps]


LOADED: dict[str, tuple[str, Any]] = {
    "a text": ("loadTextContent('policy.xml')", "<a/>"),
    "JSON": ("loadJsonContent('sizes.json').prod", 3),
    "a file that is not there": ("loadTextContent('none.xml')", "*"),
    "a file outside of the tree": ("loadTextContent('../../secret')", "*"),
    "JSON that is none": ("loadJsonContent('policy.xml')", "*"),
    "part of a file": ("loadJsonContent('sizes.json', '$.prod')", "*"),
}


@pytest.mark.parametrize(("expression", "expected"), LOADED.values(), ids=LOADED)
def test_files_that_are_loaded(expression: str, expected: Any, tmp_path: Path) -> None:  # noqa: ANN401
    (tmp_path / "secret").write_text("x", "utf-8")
    code = f"resource r 'A.B/c@2023-01-01' = {{ name: 'r', properties: {{ v: {expression} }} }}"
    files = {"main.bicep": code, "policy.xml": "<a/>", "sizes.json": '{"prod": 3}'}
    value = rows(scan(tmp_path / "tree", files))["A.B/c/r"]["properties"]["v"]
    open_ = Unresolved.read(value)
    assert (value if open_ is None else open_.like) == expected


def test_a_resource_within_one_within_another_has_all_their_types(tmp_path: Path) -> None:
    code = """
resource a 'A.B/c@2023-01-01' = {
  name: 'a'
  resource b 'd' = {
    name: 'b'
    resource c 'e' = {
      name: 'c'
      resource a 'f' = { name: 'd' }
    }
  }
}
"""
    found = rows(scan(tmp_path, {"main.bicep": code}))
    assert {id_: body["type"] for id_, body in found.items()} == {
        "A.B/c/a": "a.b/c",
        "A.B/c/a/d/b": "a.b/c/d",
        "A.B/c/a/d/b/e/c": "a.b/c/d/e",
        "A.B/c/a/d/b/e/c/f/d": "a.b/c/d/e/f",
    }


WITHIN: dict[str, tuple[str, str]] = {
    "a sibling": ("b.id", f"{GROUP}/providers/A.B/c/a/d/b"),
    "one of another's": ("other::e.id", f"{GROUP}/providers/A.B/c/o/d/e"),
    "one of two that are called so": ("twice.id", "*"),
}


@pytest.mark.parametrize(("reference", "expected"), WITHIN.values(), ids=WITHIN)
def test_resources_within_others_are_known_by_name(reference: str, expected: str, tmp_path: Path) -> None:
    code = f"""
resource a 'A.B/c@2023-01-01' = {{
  name: 'a'
  resource b 'd' = {{ name: 'b' }}
  resource twice 'd' = {{ name: 'two' }}
  resource r 'd' = {{ name: 'r', properties: {{ v: {reference} }} }}
}}
resource other 'A.B/c@2023-01-01' = {{
  name: 'o'
  resource e 'd' = {{ name: 'e' }}
  resource twice 'd' = {{ name: 'two' }}
}}
"""
    value = rows(scan(tmp_path, {"main.bicep": code}))["A.B/c/a/d/r"]["properties"]["v"]
    open_ = Unresolved.read(value)
    assert (value if open_ is None else open_.like) == expected
