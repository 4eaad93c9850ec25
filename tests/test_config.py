"""What ``sidedoor.yaml`` may say, and the error a user reads when it says something else."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

from scanner.config import Config, Tier, config_schema, load
from scanner.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """\
version: 1
ours:
  aws:   {accounts: ["100000000001"], organization: o-ourlab, saml: ["arn:aws:iam::*:saml-provider/sso"]}
  gcp:   {organizations: ["900000000001"], projects: [ourlab-models], domains: [ourlab.example]}
  azure: {tenants: [11111111-1111-1111-1111-111111111111], subscriptions: []}
  oidc:  ["https://token.actions.githubusercontent.com sub=repo:ourlab/*"]
vendors:
  - name: labelworks
    owner: ml-platform@ourlab.example
    purpose: data labelling
    expires: 2027-01-31
    identities:
      aws: ["200000000001", "arn:aws:iam::200000000002:role/ingest"]
      gcp: ["domain:labelworks.example", "serviceAccount:ci@labelworks.iam.gserviceaccount.com"]
      azure: ["tenant:22222222-2222-2222-2222-222222222222", "guest:*@labelworks.example"]
      oidc: ["https://token.actions.githubusercontent.com sub=repo:labelworks/*"]
      networks: ["203.0.113.0/24", "2001:db8:1::/48"]
    demands: {external_id: true, networks: true}
    allowed:
      - {gains: [invoke], assets: ["arn:aws:sagemaker:*:100000000001:endpoint/sandbox-*"], until: 2027-01-31}
  - {name: coop, relation: partner}
assets:
  - {match: "arn:aws:s3:::ourlab-weights/*", class: model-weights, tier: frontier-unreleased}
tiers: {frontier-unreleased: {rank: 3}, internal: {rank: 2}, public: {rank: 0}}
suppressions:
  - {rule: weights-public-read, from: "*", to: "*", reason: demo, owner: me, expires: 2027-03-01}
fail_on: medium
"""


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "sidedoor.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def errors(tmp_path: Path, text: str | bytes) -> list[str]:
    """The lines of the error, without the directory."""
    with pytest.raises(ConfigError) as raised:
        load(written(tmp_path, text))
    return str(raised.value).replace(f"{tmp_path}/", "").splitlines()


def test_the_whole_of_it(tmp_path: Path) -> None:
    config = load(written(tmp_path, WHOLE))
    assert [(v.name, v.relation, v.line) for v in config.vendors] == [
        ("labelworks", "vendor", 8),
        ("coop", "partner", 21),
    ]
    assert config.vendors[0].allowed[0].until == dt.date(2027, 1, 31)
    assert config.vendors[0].demands.external_id
    assert (config.assets[0].class_, config.assets[0].line) == ("model-weights", 23)
    assert config.tiers["internal"] == Tier(2)
    assert config.suppressions[0].line == 26
    assert config.fail_on == "medium"
    assert config.path == str(tmp_path / "sidedoor.yaml")


def test_resource_ids_of_azure_compare_in_lower_case(tmp_path: Path) -> None:
    path = tmp_path / "sidedoor.yaml"
    path.write_text(
        "version: 1\nassets:\n"
        "  - {match: /subscriptions/S/resourceGroups/ML/*, class: model-weights}\n"
        '  - {match: "arn:aws:s3:::Weights/*", class: model-weights}\n',
        "utf-8",
    )
    assert [label.match for label in load(path).assets] == [
        "/subscriptions/s/resourcegroups/ml/*",
        "arn:aws:s3:::Weights/*",
    ]


def test_only_the_version_is_needed(tmp_path: Path) -> None:
    path = written(tmp_path, "version: 1\n")
    assert load(path) == Config(path=str(path))


V = "version: 1\n"
AWS = "vendors: [{name: a, identities: {aws: [%s]}}]"

ERRORS: dict[str, tuple[str | bytes, list[str]]] = {
    "an empty file": ("", ["sidedoor.yaml:1: key `version` is missing; write `version: 1`"]),
    "a future version": ("version: 2", ["sidedoor.yaml:1: `version` cannot be `2`; one of: 1"]),
    "an unknown key": (
        V + "ours:\n  aws: {organisation: o-1}",
        ["sidedoor.yaml:3: unknown key `organisation`; did you mean `organization`?"],
    ),
    "an unknown key near nothing": (
        V + "tiers:\n  a: {xyz: 1}",
        ["sidedoor.yaml:3: key `rank` is missing in `a`", "sidedoor.yaml:3: unknown key `xyz`; one of: rank"],
    ),
    "a key that only the reader fills": (
        V + "assets: [{match: a, class: model-weights, line: 3}]",
        ["sidedoor.yaml:2: unknown key `line`; one of: match, class, tier"],
    ),
    "a word outside the vocabulary": (
        V + "fail_on: hgih",
        ["sidedoor.yaml:2: `fail_on` cannot be `hgih`; did you mean `high`?"],
    ),
    "a list where a mapping is due": (
        V + "ours: []",
        ["sidedoor.yaml:2: `ours` must be a mapping of keys to values, not a list"],
    ),
    "text where a list is due": (
        V + 'ours: {aws: {accounts: "100000000001"}}',
        ["sidedoor.yaml:2: `accounts` must be a list, not `100000000001`"],
    ),
    "nothing where a list is due": (
        V + "vendors:",
        ["sidedoor.yaml:2: `vendors` must be a list, not nothing"],
    ),
    "an unquoted account": (
        V + "ours: {aws: {accounts: [100000000001]}}",
        ['sidedoor.yaml:2: `accounts` is a number to YAML; quote it: "100000000001"'],
    ),
    "an account with a leading zero, which YAML reads as octal": (
        V + "ours:\n  aws:\n    accounts:\n      - 012345670001",
        ['sidedoor.yaml:5: `accounts` is a number to YAML; quote it: "012345670001"'],
    ),
    "an account with a digit too few": (
        V + 'ours: {aws: {accounts: ["10000000001"]}}',
        ["sidedoor.yaml:2: `10000000001` is no account id; write its 12 digits"],
    ),
    "a vendor named no": (
        V + "vendors: [{name: no}]",
        ['sidedoor.yaml:2: `name` is a truth value to YAML; quote it: "no"'],
    ),
    "an owner without a value": (V + "vendors: [{name: a, purpose: ~, owner: }]", []),
    "a name without a value": (V + "vendors: [{name: }]", ["sidedoor.yaml:2: `name` has no value"]),
    "a truth value in old YAML": (
        V + "vendors: [{name: a, demands: {external_id: yes}}]",
        ["sidedoor.yaml:2: `external_id` must be true or false, not `yes`"],
    ),
    "a date of another order": (
        V + "vendors: [{name: a, expires: 31.1.2027}]",
        ["sidedoor.yaml:2: `expires` must be a date as YYYY-MM-DD, not `31.1.2027`"],
    ),
    "a day that is not": (
        V + "vendors: [{name: a, expires: 2027-02-30}]",
        ["sidedoor.yaml:2: `expires` must be a date as YYYY-MM-DD, not `2027-02-30`"],
    ),
    "a rank in words": (
        V + "tiers: {a: {rank: high}}",
        ["sidedoor.yaml:2: `rank` must be a whole number, not `high`"],
    ),
    "a vendor twice": (
        V + "vendors:\n  - name: a\n  - name: a",
        ["sidedoor.yaml:4: vendor `a` is registered twice; first on line 3"],
    ),
    "an account of two vendors": (
        V + 'vendors:\n  - {name: a, identities: {aws: ["200000000001"]}}\n'
        '  - {name: b, identities: {aws: ["200000000001"]}}',
        ["sidedoor.yaml:4: `200000000001` belongs to vendor `a` already"],
    ),
    "an account of ours and a vendor's": (
        V + 'ours: {aws: {accounts: ["200000000001"]}}\n' + AWS % '"200000000001"',
        ["sidedoor.yaml:3: `200000000001` is listed in `ours`"],
    ),
    "an identity that is no ARN": (
        V + AWS % "role/x",
        ["sidedoor.yaml:2: `role/x` is neither an account id (12 digits) nor an ARN with an account in it"],
    ),
    "an Azure identity of no kind": (
        V + "vendors: [{name: a, identities: {azure: ['tennant:x']}}]",
        ["sidedoor.yaml:2: `tennant:x` is no azure identity; did you mean `tenant`?"],
    ),
    "a Google identity without a prefix": (
        V + "vendors: [{name: a, identities: {gcp: [x.example]}}]",
        [
            "sidedoor.yaml:2: `x.example` is no gcp identity; it starts with one of: domain:, group:, "
            "principal:, principalSet:, serviceAccount:, user:"
        ],
    ),
    "an OIDC subject without its issuer": (
        V + "ours: {oidc: ['repo:acme/*']}",
        ["sidedoor.yaml:2: `repo:acme/*` does not read `https://ISSUER sub=GLOB`"],
    ),
    "a network with bits below its mask": (
        V + "vendors: [{name: a, identities: {networks: [203.0.113.7/24]}}]",
        ["sidedoor.yaml:2: `203.0.113.7/24` is no network: 203.0.113.7/24 has host bits set"],
    ),
    "demanded networks that are not listed": (
        V + "vendors:\n  - name: a\n    demands: {networks: true}",
        ["sidedoor.yaml:4: `a` must come from its networks, but `identities.networks` lists none"],
    ),
    "an agreement to nothing": (
        V + "vendors: [{name: a, allowed: [{gains: [], assets: ['*']}]}]",
        ["sidedoor.yaml:2: `gains` is empty; nothing is agreed by it"],
    ),
    "a tier that is not there": (
        V + "assets: [{match: a, class: model-weights, tier: internl}]",
        ["sidedoor.yaml:2: tier `internl` is not in `tiers`; did you mean `internal`?"],
    ),
    "a tier that the file's own tiers leave out": (
        V + "tiers: {secret: {rank: 1}}\nassets: [{match: a, class: model-weights, tier: public}]",
        ["sidedoor.yaml:3: tier `public` is not in `tiers`; one of: secret"],
    ),
    "a suppression without a reason": (
        V + "suppressions: [{rule: r, from: a, to: b, reason: ' ', owner: me, expires: 2027-01-01}]",
        ["sidedoor.yaml:2: `reason` is empty; a suppression says what, why and whose it is"],
    ),
    "a key twice": (
        V + "fail_on: low\nfail_on: high",
        ["sidedoor.yaml:3: key `fail_on` is given twice; first on line 2"],
    ),
    "all errors at once, in order": (
        V + "fail_on: x\nvendrs: []\nours: 1",
        [
            "sidedoor.yaml:2: `fail_on` cannot be `x`; one of: critical, high, info, low, medium",
            "sidedoor.yaml:3: unknown key `vendrs`; did you mean `vendors`?",
            "sidedoor.yaml:4: `ours` must be a mapping of keys to values, not `1`",
        ],
    ),
    "an alias, and with it every alias bomb": (
        V + "ours: &a {}\nvendors: [*a, *a]",
        ["sidedoor.yaml:2: anchors and aliases are not read here; write the value out"],
    ),
    "a tag": (
        V + "fail_on: !!python/name:os.system x",
        ["sidedoor.yaml:2: tags such as `tag:yaml.org,2002:python/name:os.system` are not read here"],
    ),
    "a second document": (V + "---\nversion: 1", ["sidedoor.yaml:2: holds a second document; one is read"]),
    "deep nesting": (
        V + "ours: " + "[" * 40 + "]" * 40,
        ["sidedoor.yaml:2: is nested more than 32 levels deep"],
    ),
    "a list as a key": (V + "? [a]\n: b", ["sidedoor.yaml:2: a key must be a word"]),
    "no YAML": (V + "ours: [", ["sidedoor.yaml:2: is not YAML: did not find expected node content"]),
    "a tab": (
        V + "ours:\n\taws: 1",
        ["sidedoor.yaml:3: is not YAML: found character that cannot start any token"],
    ),
    "a control character": (
        V + "fail_on: \x07",
        ["sidedoor.yaml: is not YAML: unacceptable character #x0007: control characters are not allowed"],
    ),
    "no UTF-8": (b"version: 1\n\xff", ["sidedoor.yaml:2: is not UTF-8 text"]),
}


@pytest.mark.parametrize(("text", "expected"), ERRORS.values(), ids=ERRORS)
def test_errors(text: str | bytes, expected: list[str], tmp_path: Path) -> None:
    if expected:
        assert errors(tmp_path, text) == expected
    else:
        load(written(tmp_path, text))


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    with pytest.raises(ConfigError, match="is 50,000,000 bytes; the limit is 8,000,000"):
        load(path)


def test_many_errors_are_counted(tmp_path: Path) -> None:
    lines = errors(tmp_path, V + "".join(f"key{i}: 1\n" for i in range(200)))
    assert len(lines) == 51
    assert lines[-1] == "sidedoor.yaml: 150 further problems"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: no such file or directory"):
        load(tmp_path / "none.yaml")


def test_the_schema_for_editors_agrees() -> None:
    validator = jsonschema.Draft202012Validator(config_schema())
    whole = yaml.load(WHOLE, Loader=yaml.BaseLoader)  # noqa: S506 - text only; the schema takes JSON types
    whole["version"] = 1
    whole["vendors"][0]["demands"] = {"external_id": True, "networks": True}
    whole["tiers"] = {"internal": {"rank": 2}}
    assert list(validator.iter_errors(whole)) == []
    whole["vendors"][0]["line"] = 3
    assert [e.validator for e in validator.iter_errors(whole)] == ["additionalProperties"]
