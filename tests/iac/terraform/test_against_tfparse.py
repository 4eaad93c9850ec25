"""tfparse (Trivy's evaluator) as an oracle: the same resources, the same values wherever it has whole ones.

It loses what this project cannot do without, each of which is shown here so that an upgrade that mends it
shows too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from scanner.iac.settings import Settings
from scanner.iac.terraform.directory import Directories
from scanner.iac.terraform.reading import roots
from scanner.iac.terraform.root import Root
from scanner.iac.terraform.values import Encoded, Open, has_open
from scanner.iac.tree import walk
from tests.iac.terraform.trees import written
from tests.iac.worlds import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Check = Callable[[Any], bool]

pytest.importorskip("tfparse")
_CALL = (
    "import json, sys, tfparse;"
    "json.dump(tfparse.load_from_path(sys.argv[1], stop_on_hcl_error=True), sys.stdout)"
)
CODE = {path.parent.name: path for path in sorted(ROOT.glob("*/code")) if any(path.rglob("*.tf"))}


def told(place: Path) -> dict[str, dict[str, Any]]:
    """Return tfparse's blocks by address, from a process of its own: its runtime does not survive a fork."""
    done = subprocess.run(
        [sys.executable, "-c", _CALL, str(place)], capture_output=True, text=True, check=True
    )
    blocks = json.loads(done.stdout)
    listed = [block for several in blocks.values() for block in several if isinstance(block, dict)]
    return {block["__tfmeta"]["path"]: block for block in listed if block["__tfmeta"].get("type")}


def instances(place: Path, path: str) -> dict[str, Any]:
    tree = walk(place)
    root = Root(tree, Directories(tree, lambda *_: None), path, Settings(), lambda _: None)
    return {i.address: i for module in root.module.modules() for i in module.instances()}


@pytest.mark.parametrize("code", CODE.values(), ids=CODE)
def test_the_same_resources_and_values(code: Path) -> None:
    compared = 0
    tree = walk(code)
    for path in roots(tree, Directories(tree, lambda *_: None)):
        ours, theirs = instances(code, path), told(code / path)
        assert sorted(ours) == sorted(theirs)
        for address, block in theirs.items():
            ids = [other["id"] for other in theirs.values()]
            for name, value in block.items():
                text = json.dumps(value)
                unsure = any(mark in text for mark in ("null", "__", "${", *ids))
                unsure |= any(type_ in text for type_ in ("aws_", "google_"))
                if name in {"id", "count", "for_each", "__tfmeta"} or unsure:
                    continue
                found = ours[address].body.get(name)
                expected = json.loads(value) if isinstance(found, Encoded) else value
                found = found.value if isinstance(found, Encoded) else found
                assert plain(found) == expected, f"{address}.{name}"
                compared += 1
    assert compared > 3


def plain(value: Any) -> Any:  # noqa: ANN401 - a value of the language
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


LOST: dict[str, tuple[str, str, Check, Check]] = {
    "an object with one unknown part is lost as a whole": (
        'data "aws_caller_identity" "me" {}\nresource "aws_kms_key" "k" {\n'
        "  policy = jsonencode({ Statement = [\n"
        '    { Sid = data.aws_caller_identity.me.user_id, Action = "x" },\n  ] })\n}\n',
        "aws_kms_key.k",
        lambda block: json.loads(block["policy"])["Statement"] is None,
        lambda instance: instance.body.get("policy").value["Statement"][0]["Action"] == "x",
    ),
    "a dynamic block in a static one is lost": (
        'data "aws_iam_policy_document" "d" {\n  statement {\n    dynamic "condition" {\n'
        '      for_each = ["a"]\n      content {\n        test = "StringEquals"\n'
        '        variable = "k"\n        values = ["a"]\n      }\n'
        "    }\n  }\n}\n",
        "data.aws_iam_policy_document.d",
        lambda block: "condition" not in block["statement"],
        lambda instance: len(instance.body.blocks("statement")[0].blocks("condition")) == 1,
    ),
    "a template file is lost": (
        'resource "aws_iam_policy" "p" {\n  policy = templatefile("${path.module}/p.json", { b = "x" })\n}\n',
        "aws_iam_policy.p",
        lambda block: block["policy"] is None,
        lambda instance: instance.body.get("policy") == '{"Resource": "x"}',
    ),
}


@pytest.mark.parametrize(("code", "address", "lost", "kept"), LOST.values(), ids=LOST)
def test_what_it_loses_is_kept_here(
    tmp_path: Path, code: str, address: str, lost: Check, kept: Check
) -> None:
    written(tmp_path, {"main.tf": code, "p.json": '{"Resource": "${b}"}'})
    assert lost(told(tmp_path)[address])
    assert kept(instances(tmp_path, "")[address])


def test_a_dynamic_block_beside_a_static_one_is_kept(tmp_path: Path) -> None:
    code = (
        'resource "aws_security_group" "g" {\n  ingress {\n    from_port = 1\n  }\n  dynamic "ingress" {\n'
        "    for_each = [2, 3]\n    content {\n      from_port = ingress.value\n    }\n  }\n}\n"
    )
    written(tmp_path, {"main.tf": code})
    blocks = instances(tmp_path, "")["aws_security_group.g"].body.blocks("ingress")
    assert [block.get("from_port") for block in blocks] == [1, 2, 3]


def test_unset_variables_are_open_and_not_texts(tmp_path: Path) -> None:
    written(
        tmp_path, {"main.tf": 'variable "v" {}\nresource "aws_s3_bucket" "b" {\n  bucket = "a-${var.v}"\n}\n'}
    )
    value = instances(tmp_path, "")["aws_s3_bucket.b"].body.get("bucket")
    assert has_open(value)
    assert isinstance(value, Open)
    assert value.like == "a-*"
    assert told(tmp_path)["aws_s3_bucket.b"]["bucket"] == "a-${var.v}"
