"""ARM templates: what expressions come to, where resources get their ids, and what is a gap."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.iac.arm import read
from scanner.iac.arm.drafting import identity_of
from scanner.iac.arm.kinds import is_told
from scanner.iac.settings import Settings
from scanner.iac.tree import walk
from scanner.iac.written import read_text
from scanner.snapshot import Snapshot, SnapshotWriter, Unresolved
from tests.worlds import FIXTURES

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/app"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


MACHINE = "resourceId('Microsoft.Compute/virtualMachines', 'm')"


def scan(directory: Path, template: Any) -> Snapshot:  # noqa: ANN401 - any JSON
    path = directory / "app" / "main.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(template if isinstance(template, str) else json.dumps(template), "utf-8")
    writer = SnapshotWriter(target="", collected_at="2026-11-20T06:00:00Z", tool_version="")
    read(walk(directory), Settings(), writer)
    return writer.snapshot()


def template(*resources: dict[str, Any], **parts: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"$schema": SCHEMA, **parts, "resources": list(resources)}


def rows(snapshot: Snapshot) -> dict[str, Any]:
    found = {d.id.key: d.body for d in snapshot if d.id.field != "resourcecontainers"}
    return {key.removeprefix(f"{GROUP}/providers/"): body for key, body in found.items()}


PARTS = {
    "parameters": {
        "env": {"type": "string", "defaultValue": "prod"},
        "key": {"type": "securestring"},
        "maybe": {"type": "string", "nullable": True},
    },
    "variables": {
        "name": "[concat(parameters('env'), '-x')]",
        "tiers": {"prod": 3},
        "loop": "[variables('loop')]",
        "copy": [{"name": "many", "count": 2, "input": "[concat('a', copyIndex('many'))]"}],
    },
}
VALUES: dict[str, tuple[str, Any]] = {
    "a text": ("plain", "plain"),
    "two brackets stand for one": ("[[not a function]", "[not a function]"),
    "a parameter": ("[parameters('ENV')]", "prod"),
    "a variable": ("[variables('name')]", "prod-x"),
    "a variable that needs itself": ("[variables('loop')]", "*"),
    "a secret without a value": ("[parameters('key')]", "*"),
    "a hole in a text": ("[concat('a-', parameters('key'), '-b')]", "a-*-b"),
    "format": ("[format('{0}/{1:D2}', parameters('env'), 7)]", "prod/7"),
    "a member": ("[variables('tiers')[parameters('env')]]", 3),
    "a condition": ("[if(equals(parameters('env'), 'prod'), 'a', 'b')]", "a"),
    "a condition that nobody can tell": ("[if(equals(parameters('key'), ''), 'a', 'b')]", "*"),
    "any of several, one open": ("[or(equals(parameters('key'), ''), true())]", True),
    "an id": (
        "[resourceId('Microsoft.Storage/storageAccounts', 'sa')]",
        f"{GROUP}/providers/Microsoft.Storage/storageAccounts/sa",
    ),
    "an id of another group": (
        "[resourceId('other', 'A.B/c/d', 'x', 'y')]",
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/other/providers/A.B/c/x/d/y",
    ),
    "a role's id": (
        "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'r')]",
        f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/r",
    ),
    "lists": ("[union(createArray('a'), split('b,a', ','))]", ["a", "b"]),
    "keys are only there once deployed": ("[listKeys('x', '2023-01-01').keys[0].value]", "*"),
    "no expression": ("[concat('a'", "[concat('a'"),
    "an expression that is none": ("[concat('a' 'b')]", "*"),
    "a function that nobody knows": ("[frobnicate('a')]", "*"),
    "a parameter that may be left out": ("[empty(parameters('maybe'))]", True),
    "the first that is there": ("[coalesce(parameters('maybe'), 'x')]", "x"),
    "a function over items": (
        "[map(createArray('a'), lambda('v', concat(lambdaVariables('v'), '!')))]",
        ["a!"],
    ),
    "items that are kept": ("[filter(range(0, 4), lambda('v', greater(lambdaVariables('v'), 1)))]", [2, 3]),
    "items that nobody can tell": (
        "[filter(createArray(parameters('key')), lambda('v', lambdaVariables('v')))]",
        "*",
    ),
    "a variable that is a loop": ("[variables('many')]", ["a0", "a1"]),
}


@pytest.mark.parametrize(("text", "expected"), VALUES.values(), ids=VALUES)
def test_values(text: str, expected: Any, tmp_path: Path) -> None:  # noqa: ANN401 - any JSON
    found = scan(tmp_path, template({"type": "A.B/c", "name": "n", "properties": {"x": text}}, **PARTS))
    value = rows(found)["A.B/c/n"]["properties"]["x"]
    opened = Unresolved.read(value)
    assert (opened.like if opened else value) == expected


IDS: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "nested resources": (
        [{"type": "A.B/c", "name": "x", "resources": [{"type": "d", "name": "y"}]}],
        ["A.B/c/x", "A.B/c/x/d/y"],
    ),
    "a name of two parts": ([{"type": "A.B/c/d", "name": "x/y"}], ["A.B/c/x/d/y"]),
    "an extension": (
        [{"type": "E.F/g", "name": "z", "scope": "[concat('A.B/c/', 'x')]"}],
        ["A.B/c/x/providers/E.F/g/z"],
    ),
    "a name that nobody can tell is made up": (
        [
            {"type": "A.B/c", "name": "[parameters('x')]"},
            {"type": "A.B/c", "name": "[last(split(resourceId('A.B/c', parameters('x')), '/'))]"},
        ],
        ["A.B/c/parameters-x"],
    ),
    "copies": (
        [{"type": "A.B/c", "name": "[concat('x', copyIndex())]", "copy": {"name": "n", "count": 2}}],
        ["A.B/c/x0", "A.B/c/x1"],
    ),
    "copies that begin at one": (
        [{"type": "A.B/c", "name": "[concat('x', copyIndex(1))]", "copy": {"name": "n", "count": 2}}],
        ["A.B/c/x1", "A.B/c/x2"],
    ),
    "a condition that does not hold": ([{"type": "A.B/c", "name": "x", "condition": "[equals(1, 2)]"}], []),
    "one that is there already": ([{"type": "A.B/c", "name": "x", "existing": True}], []),
    "a nested deployment": (
        [
            {
                "type": "Microsoft.Resources/deployments",
                "name": "d",
                "properties": {
                    "expressionEvaluationOptions": {"scope": "inner"},
                    "parameters": {"n": {"value": "given"}},
                    "template": {
                        "parameters": {"n": {"type": "string"}},
                        "resources": [{"type": "A.B/c", "name": "[parameters('n')]"}],
                    },
                },
            }
        ],
        ["A.B/c/given"],
    ),
}


@pytest.mark.parametrize(("resources", "expected"), IDS.values(), ids=IDS)
def test_ids(resources: list[dict[str, Any]], expected: list[str], tmp_path: Path) -> None:
    found = scan(tmp_path, template(*resources))
    assert (sorted(rows(found)), [g for g in found.gaps if g.id.service != "arm"]) == (expected, [])


def test_a_role_for_an_identity_of_the_same_code_finds_it(tmp_path: Path) -> None:
    machine = {
        "type": "Microsoft.Compute/virtualMachines",
        "name": "m",
        "identity": {"type": "SystemAssigned"},
    }
    role = {
        "type": "Microsoft.Authorization/roleAssignments",
        "name": "[guid('a')]",
        "properties": {"principalId": f"[reference({MACHINE}, '2023-01-01', 'full').identity.principalId]"},
    }
    found = scan(tmp_path, template(machine, role))
    bodies = rows(found)
    (assignment,) = (b for b in bodies.values() if b["type"] == "microsoft.authorization/roleassignments")
    identity = bodies["Microsoft.Compute/virtualMachines/m"]["identity"]["principalId"]
    assert assignment["properties"] == {"principalId": identity, "scope": GROUP}
    assert identity == identity_of(f"{GROUP}/providers/Microsoft.Compute/virtualMachines/m")
    assert {d.id.field for d in found} == {"resources", "authorizationresources", "resourcecontainers"}


def test_members_that_are_copied(tmp_path: Path) -> None:
    copies = [{"name": "rules", "count": 2, "input": {"n": "[copyIndex('rules')]"}}]
    found = scan(tmp_path, template({"type": "A.B/c", "name": "n", "properties": {"copy": copies, "x": 1}}))
    assert rows(found)["A.B/c/n"]["properties"] == {"rules": [{"n": 0}, {"n": 1}], "x": 1}


def nested(name: str, output: str, *resources: dict[str, Any]) -> dict[str, Any]:
    inner = {"resources": list(resources), "outputs": {"o": {"type": "string", "value": output}}}
    scope = {"expressionEvaluationOptions": {"scope": "inner"}, "template": inner}
    return {"type": "Microsoft.Resources/deployments", "name": name, "properties": scope}


@pytest.mark.parametrize("named", ["late", "other"])
def test_a_deployment_tells_its_outputs_wherever_it_stands(named: str, tmp_path: Path) -> None:
    reader = {"type": "A.B/c", "name": f"[reference('{named}').outputs.o.value]"}
    found = scan(tmp_path, template(reader, nested("late", "told")))
    assert ("A.B/c/told" in rows(found)) == (named == "late")


LINKS: dict[str, tuple[dict[str, str], list[str], int]] = {
    "by its place": ({"relativePath": "inner/part.json"}, ["A.B/c/given"], 0),
    "by how its address ends": (
        {"uri": "[uri(deployment().properties.templateLink.uri, 'inner/part.json')]"},
        ["A.B/c/given"],
        0,
    ),
    "elsewhere": ({"uri": "https://models.example/part.json"}, ["A.B/c/parameters-n"], 1),
}


@pytest.mark.parametrize(("link", "expected", "gaps"), LINKS.values(), ids=LINKS)
def test_linked_templates(link: dict[str, str], expected: list[str], gaps: int, tmp_path: Path) -> None:
    part = template({"type": "A.B/c", "name": "[parameters('n')]"}, parameters={"n": {"type": "string"}})
    (tmp_path / "app" / "inner").mkdir(parents=True)
    (tmp_path / "app" / "inner" / "part.json").write_text(json.dumps(part))
    properties = {"templateLink": link, "parameters": {"n": {"value": "given"}}}
    calling = {"type": "Microsoft.Resources/deployments", "name": "d", "properties": properties}
    found = scan(tmp_path, template(calling))
    names = [key.rpartition("/providers/")[2] for key in rows(found)]
    assert names == expected
    assert len([gap for gap in found.gaps if gap.id.service != "arm"]) == gaps


def given_files(names: dict[str, str], place: Path) -> list[str]:
    (place / "app").mkdir(parents=True, exist_ok=True)
    for name, value in names.items():
        body = {"$schema": SCHEMA.replace("Template", "Parameters"), "parameters": {"n": {"value": value}}}
        (place / "app" / name).write_text(json.dumps(body))
    text = template({"type": "A.B/c", "name": "[parameters('n')]"}, parameters={"n": {"type": "string"}})
    found = scan(place, text)
    keys = [d.id.key for d in found if d.id.field == "resources"]
    return [key.partition("/resourceGroups/")[2].replace("/providers/A.B/c", "") for key in keys]


DEPLOYED: dict[str, tuple[dict[str, str], list[str]]] = {
    "a file of parameters": ({"main.parameters.json": "x"}, ["app/x"]),
    "one for each place": (
        {"main.dev.parameters.json": "x", "main.prod.parameters.json": "y"},
        ["app-dev/x", "app-prod/y"],
    ),
    "one of another template": ({"other.parameters.json": "x"}, ["app/parameters-n"]),
    "one that an environment fills in": ({"main.parameters.json": "${NAME}"}, ["app/NAME"]),
}


@pytest.mark.parametrize(("names", "expected"), DEPLOYED.values(), ids=DEPLOYED)
def test_files_of_parameters(names: dict[str, str], expected: list[str], tmp_path: Path) -> None:
    assert given_files(names, tmp_path) == expected


OURS = "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    ("subscriptions", "expected"), [((OURS,), OURS), ((OURS, SUBSCRIPTION), SUBSCRIPTION)]
)
def test_the_only_subscription_of_ours_is_where_code_goes(
    subscriptions: tuple[str, ...], expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "main.json"
    path.write_text(
        json.dumps(template({"type": "A.B/c", "name": "x", "tags": {"t": "[tenant().tenantId]"}}))
    )
    writer = SnapshotWriter(target="", collected_at="2026-11-20T06:00:00Z", tool_version="")
    read(walk(tmp_path), Settings(subscriptions=subscriptions, tenants=("t-1",)), writer)
    (found,) = (d for d in writer.snapshot() if d.id.field == "resources")
    assert (found.id.scope, found.body["tags"]) == (expected, {"t": "t-1"})


def test_what_a_compiler_wrote_beside_its_source_is_not_read_twice(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    written = template({"type": "A.B/c", "name": "x"}, metadata={"_generator": {"name": "bicep"}})
    assert rows(scan(tmp_path, written)) != {}
    (tmp_path / "app" / "main.bicep").write_text("")
    assert rows(scan(tmp_path, written)) == {}


KINDS = {
    "one that is read": ("Microsoft.CognitiveServices/accounts/deployments", 0),
    "one that says nothing": ("Microsoft.Insights/components", 0),
    "one that nobody reads": ("Microsoft.Databricks/workspaces", 1),
}


@pytest.mark.parametrize(("type_", "gaps"), KINDS.values(), ids=KINDS)
def test_types(type_: str, gaps: int, tmp_path: Path) -> None:
    found = scan(tmp_path, template({"type": type_, "name": "/".join(["n"] * type_.count("/"))}))
    assert [gap.detail for gap in found.gaps] == [f"{type_} is not read"] * gaps


PROVIDER = Path(__file__).parents[3] / "scanner/providers/azure"
WRITTEN = re.compile(r'"(microsoft\.[a-z]+/[a-z]+)[a-z/]*"')
NEVER_DEPLOYED = {"microsoft.resources/tenants"}


def test_every_type_that_the_provider_looks_for_is_told() -> None:
    named = {type_ for path in PROVIDER.rglob("*.py") for type_ in WRITTEN.findall(path.read_text("utf-8"))}
    assert len(named) > 20
    assert {type_ for type_ in named if not is_told(type_)} == NEVER_DEPLOYED


ASKS = "<policies><inbound><validate-jwt header-name='a'/><!-- <choose/> --></inbound></policies>"
POLICIES: dict[str, tuple[dict[str, Any], Any]] = {
    "its elements": ({"value": ASKS, "format": "rawxml"}, ["inbound", "policies", "validate-jwt"]),
    "a text that nobody can tell": ({"value": "[parameters('policy')]"}, "*"),
    "a text that lies elsewhere": ({"value": "https://lab.example/policy.xml", "format": "xml-link"}, "*"),
}


@pytest.mark.parametrize(("given", "expected"), POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("type_", ["service/policies", "service/apis/policies"])
def test_of_a_gateways_policy_its_elements_are_kept(
    type_: str,
    given: dict[str, Any],
    expected: Any,  # noqa: ANN401 - any JSON
    tmp_path: Path,
) -> None:
    name = "/".join(["n"] * type_.count("/")) + "/policy"
    policy = {"type": f"Microsoft.ApiManagement/{type_}", "name": name.removeprefix("/"), "properties": given}
    found = scan(tmp_path, template(policy, parameters={"policy": {"type": "string"}}))
    kept = [d for d in found if d.id.field == "resources"]
    elements = kept[0].body["properties"]["elements"]
    open_ = Unresolved.read(elements)
    assert (elements if open_ is None else open_.like) == expected
    assert "value" not in kept[0].body["properties"]
    assert {place.pointer for place in kept[0].places} == {"", "/properties"}


GROWN = {
    "lists of lists": {
        f"v{n}": f"[createArray(variables('v{n - 1}'), variables('v{n - 1}'))]" for n in range(1, 60)
    },
    "lists behind lists": {
        f"v{n}": f"[concat(variables('v{n - 1}'), variables('v{n - 1}'))]" for n in range(1, 60)
    },
}


@pytest.mark.parametrize("variables", GROWN.values(), ids=GROWN)
def test_values_that_grow_without_end_stay_open(variables: dict[str, str], tmp_path: Path) -> None:
    resource = {"type": "A.B/c", "name": "n", "properties": {"x": "[variables('v59')]"}}
    found = scan(tmp_path, template(resource, variables={"v0": ["a", "b"], **variables}))
    assert Unresolved.read(rows(found)["A.B/c/n"]["properties"]["x"]) is not None


def test_copies_of_nested_copies_end(tmp_path: Path) -> None:
    inner: dict[str, Any] = {"type": "A.B/c", "name": "x", "copy": {"name": "l", "count": 100}}
    for depth in range(5):
        inner = {**nested(f"d{depth}", "o", inner), "copy": {"name": f"l{depth}", "count": 100}}
    found = scan(tmp_path, template(inner))
    assert "the tree makes too many resources" in [gap.detail for gap in found.gaps]


GAPS: dict[str, tuple[Any, str]] = {
    "broken": (f'{{"$schema": "{SCHEMA}",\n "resources": [}}', "app/main.json:2"),
    "a resource without a name": (template({"type": "A.B/c"}), "app/main.json:1"),
    "a linked template": (
        template(
            {"type": "Microsoft.Resources/deployments", "name": "d", "properties": {"templateLink": {}}}
        ),
        "app/main.json:1",
    ),
    "copies without end": (
        template({"type": "A.B/c", "name": "x", "copy": {"name": "n", "count": 10**9}}),
        "app/main.json:1",
    ),
}


@pytest.mark.parametrize(("text", "place"), GAPS.values(), ids=GAPS)
def test_gaps(text: Any, place: str, tmp_path: Path) -> None:  # noqa: ANN401 - any JSON
    gaps = [gap for gap in scan(tmp_path, text).gaps if gap.id.service != "arm"]
    assert [gap.id.key for gap in gaps] == [place]


JUNK: list[Any] = [None, True, 0, 1.5, "", "x", "[", "[]", "[concat()]", "[if(1)]", [], {}, [[]], {"a": {}}]
JUNK += [
    "[range(0, 99999999)]",
    "[mul(99999999, 'x')]",
    "[first('')]",
    "[resourceId('a')]",
    "[createObject('a')]",
]


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(choice=st.data())
def test_any_value_anywhere(choice: st.DataObject, tmp_path: Path) -> None:
    (root,) = read_text((FIXTURES / "iac/weights-deployment/code/models/main.json").read_bytes()).documents
    plain = root.plain()
    *steps, last = choice.draw(st.sampled_from(pointers(plain)[1:]))
    holder = plain
    for step in steps:
        holder = holder[step]
    holder[last] = choice.draw(st.sampled_from(JUNK))
    scan(tmp_path, plain)


def pointers(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - any JSON
    found = [at]
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in below:
        found += pointers(item, (*at, key))
    return found
