"""Exported files in every spelling make the documents that the service's own answers make."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from scanner.analysis import analyse
from scanner.cli import cli
from scanner.config import Config, OursGcp, Vendor
from scanner.config import Ours as OursConfig
from scanner.errors import CollectError
from scanner.providers.gcp.collect import GcpTarget, collect
from scanner.providers.gcp.collect.bodies import camel, camel_name, plain
from scanner.rules import load_rules
from tests.providers.gcp.collect.conftest import bodies_of, gaps_of, writer
from tests.providers.gcp.collect.seed import seeded
from tests.providers.gcp.fakes.estate import COMMON, CONTENTS, Fault

if TYPE_CHECKING:
    from pathlib import Path

    from scanner.snapshot import Snapshot
    from tests.providers.gcp.collect.conftest import Google


SERVICES = ("ListPolicies", "ListPolicyBindings", "ListPrincipalAccess", "REST", "ListRoles", "ListAccess")
"""Everything but the inventory: what an export cannot hold."""


def snake(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON with snake_case keys, as ``gcloud asset export`` writes what is of the inventory itself."""
    if isinstance(value, dict):
        return {"".join(f"_{c.lower()}" if c.isupper() else c for c in k): snake(v) for k, v in value.items()}
    return [snake(part) for part in value] if isinstance(value, list) else value


def split(assets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return assets with one content each, as exports of one content type have them."""
    return [
        {name: asset[name] for name in (*COMMON, *fields) if name in asset}
        for fields in CONTENTS.values()
        for asset in assets
        if any(name in asset for name in fields)
    ]


def in_snake_case(assets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    made = []
    for asset in assets:
        entry = snake({k: v for k, v in asset.items() if k != "resource"})
        if "resource" in asset:
            resource = snake({k: v for k, v in asset["resource"].items() if k != "data"})
            entry["resource"] = {**resource, "data": asset["resource"]["data"]}
        made.append(entry)
    return made


def lines(assets: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(asset) + "\n" for asset in assets)


SPELLINGS = {
    "lines in camelCase": lambda assets: lines(split(assets)),
    "lines in snake_case": lambda assets: lines(in_snake_case(split(assets))),
    "an array": lambda assets: json.dumps(split(assets)),
    "an answer of the service": lambda assets: json.dumps({"assets": split(assets), "readTime": "x"}),
    "all contents in one entry": lines,
    "an array in snake_case over several lines": lambda assets: json.dumps(in_snake_case(assets), indent=1),
}


def exported(tmp_path: Path, *contents: str) -> Snapshot:
    files = []
    for number, content in enumerate(contents):
        file = tmp_path / f"export-{number}.json"
        file.write_text(content)
        files.append(str(file))
    written = writer()
    collect(GcpTarget(export=tuple(files)), written)
    return written.snapshot()


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_makes_the_same_documents(read: Snapshot, tmp_path: Path, spelling: Any) -> None:  # noqa: ANN401 - a function
    assets = seeded().assets
    found = exported(tmp_path, spelling(assets))
    listed = {asset["name"] for asset in assets}
    for field in ("RESOURCE", "IAM_POLICY", "ORG_POLICY", "ACCESS_POLICY"):
        from_files = bodies_of(found, "cloudasset", f"ListAssets.{field}")
        from_service = bodies_of(read, "cloudasset", f"ListAssets.{field}")
        assert from_files == {k: v for k, v in from_service.items() if k.partition(" ")[2] in listed}


def test_what_an_export_cannot_hold_is_a_gap(tmp_path: Path) -> None:
    read = exported(tmp_path, lines([a for a in split(seeded().assets) if "orgPolicy" not in a]))
    found = gaps_of(read)
    scope = "gcp:organizations/900000000001"
    assert found[f"{scope}::iam:ListDenyPolicies"] == "not-collected, overstated"
    assert found[f"{scope}::cloudidentity:ListMemberships"] == "not-collected, understated"
    assert found[f"{scope}::cloudasset:ListAssets.ORG_POLICY"] == "not-collected, overstated"
    assert f"{scope}::cloudasset:ListAssets.IAM_POLICY" not in found


def test_several_files_are_one_estate(tmp_path: Path) -> None:
    assets = split(seeded().assets)
    whole = exported(tmp_path, lines(assets))
    parts = exported(tmp_path, lines(assets[100:]), json.dumps(in_snake_case(assets[:100])))
    assert {str(d.id): d.body for d in whole} == {str(d.id): d.body for d in parts}


BROKEN: dict[str, tuple[str, int]] = {
    "a line that is no JSON": ('{"name": "//a/b", "assetType": "a/B", "resource": {}}\n{"name": \n', 1),
    "a line that is no object": ('{"name": "//a/b", "assetType": "a/B", "resource": {}}\n[1]\n', 1),
    "every line is one": ('{"name": "//a/b", "assetType": "a/B", "resource": {}}\n', 0),
}


@pytest.mark.parametrize(("content", "broken"), BROKEN.values(), ids=BROKEN)
def test_a_broken_line_is_a_gap_and_the_rest_is_read(tmp_path: Path, content: str, broken: int) -> None:
    read = exported(tmp_path, content)
    assert sum(gap.reason == "unparseable" for gap in read.gaps) == broken
    assert len(read) == 1


@pytest.mark.parametrize("content", ["", "{}", "[]", "nothing", '{"findings": []}'])
def test_a_file_without_assets_is_an_error(tmp_path: Path, content: str) -> None:
    with pytest.raises(CollectError, match="holds no exported assets"):
        exported(tmp_path, content)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="cannot be read"):
        collect(GcpTarget(export=(str(tmp_path / "none.json"),)), writer())


def test_reading_an_export_loads_no_sdk(tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text(lines(seeded().assets))
    given = ["collect", "gcp", "--export", str(file), "--output", str(tmp_path / "out"), "--allow-partial"]
    script = f"""
import sys
from scanner.cli import cli
try:
    cli.main({given!r}, standalone_mode=False)
except SystemExit:
    pass
print(sorted(name for name in sys.modules if name.split(".")[0] in ("google", "grpc", "requests")))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", done.stderr
    assert (tmp_path / "out" / "manifest.json").exists()


NAMES = {"iam_policy": "iamPolicy", "iamPolicy": "iamPolicy", "asset_type": "assetType", "a": "a", "_x": "_x"}


@pytest.mark.parametrize(("given", "expected"), NAMES.items())
def test_names(given: str, expected: str) -> None:
    assert camel_name(given) == expected


def test_numbers_and_nested_names() -> None:
    assert plain({"n": 3.0, "f": [1.5, 2.0], "s": "3.0", "b": True}) == {
        "n": 3,
        "f": [1.5, 2],
        "s": "3.0",
        "b": True,
    }
    assert camel({"a_b": [{"c_d": {"e_f": 1}}]}) == {"aB": [{"cD": {"eF": 1}}]}


def test_the_command_line_finds_the_same_in_both(google: Google, tmp_path: Path) -> None:
    google.estate.faults += [Fault(call, "PERMISSION_DENIED") for call in SERVICES]
    (tmp_path / "export.json").write_text(lines(split(google.estate.assets)))
    config = tmp_path / "sidedoor.yaml"
    config.write_text(
        'version: 1\nours: {gcp: {organizations: ["900000000001"], domains: [ourlab.example]}}\n'
    )
    endpoints = ["--organization", "900000000001", "--endpoint", google.grpc, "--endpoint", google.rest]
    found = []
    for given in (endpoints, ["--export", str(tmp_path / "export.json")]):
        common = ["--config", str(config), "--format", "json", "--quiet", "--allow-partial"]
        result = CliRunner().invoke(cli, ["scan", "gcp", *given, *common])
        assert result.exit_code == 1, result.stderr
        report = json.loads(result.stdout)
        found.append([(f["id"], f["rule"], f["source"]["id"], f["asset"]["id"]) for f in report["findings"]])
    assert found[0] == found[1]
    assert {"serviceAccount:ci@labelworks.iam.gserviceaccount.com"} <= {
        source for _, _, source, _ in found[0]
    }


def test_findings_of_live_and_exported_assets_are_equal(google: Google, tmp_path: Path) -> None:
    """What an export cannot hold is refused to the live run, but for what the inventory has anyway."""
    google.estate.faults += [Fault(call, "PERMISSION_DENIED") for call in SERVICES]
    config = Config(
        ours=OursConfig(gcp=OursGcp(organizations=("900000000001",), domains=("ourlab.example",))),
        vendors=(Vendor(name="labelworks"), Vendor(name="evalhouse")),
    )
    rules = load_rules()
    by_service = analyse(google.collected(), config, rules)
    by_file = analyse(exported(tmp_path, lines(split(google.estate.assets))), config, rules)
    assert [f.id for f in by_service.findings] == [f.id for f in by_file.findings]
    assert len(by_file.findings) >= 2
    assert [(f.id, f.path.certainty) for f in by_service.findings] == [
        (f.id, f.path.certainty) for f in by_file.findings
    ]
