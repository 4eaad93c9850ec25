"""Odd values cost the resource that has them only, and Terragrunt is said to be unread."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from scanner.iac import google as google_documents
from scanner.iac import read
from scanner.iac.aws import Drafts, write
from scanner.iac.settings import Settings
from scanner.iac.terraform import instances
from scanner.iac.terraform.aws import tables as aws
from scanner.iac.terraform.azure import tables as azure
from scanner.iac.terraform.google import tables as google
from scanner.iac.terraform.google.kinds import KINDS
from scanner.iac.terraform.reading import read_tree
from scanner.iac.terraform.values import Encoded, Open, Rest
from scanner.iac.tree import walk
from scanner.snapshot import Place, SnapshotWriter
from tests.iac.terraform.trees import documents, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scanner.iac.terraform.bodies import Body
    from scanner.snapshot import Snapshot

ODD: list[Any] = [
    *(None, True, 0, -1, 10**30, 1.5, float("inf"), float("nan"), "", "x", "*", "/", ":::", "${", "%"),
    *(
        "arn:aws:s3:::",
        "arn:aws:iam::1:role/",
        "300.1.1.1/99",
        "0.0.0.0/0",
        "{",
        "{}",
        "[1]",
        "null",
        "é\u2028",
    ),
    *([], [None], [[]], ["x", 1, None], [{}], {}, {"a": None}, {"": []}, {"Statement": 7}, {"value": [3]}),
    *(Open("var.x"), Open("var.y", ("arn:aws:", Open("z"))), Rest("var.list"), [Rest("var.z"), "x"]),
    *(Encoded({"Statement": [1]}), Encoded([Open("v")]), Encoded("x"), "/subscriptions/1", "serviceAccount:"),
]


class OddBody:
    """A block that has whatever it is asked for, and none of it as its type is documented."""

    def __init__(self, dice: random.Random, place: Place, depth: int = 0) -> None:
        self._dice = dice
        self._depth = depth
        self._values: dict[str, Any] = {}
        self.place = place
        self.is_open = depth > 0 and dice.random() < 0.1

    def has(self, name: str) -> bool:
        """See `Body`."""
        return self.get(name) is not None

    def get(self, name: str) -> Any:  # noqa: ANN401 - a value of the language
        """See `Body`."""
        return self._values.setdefault(name, self._dice.choice(ODD))

    def blocks(self, name: str) -> list[Body]:
        """See `Body`."""
        del name
        several = self._dice.choice([0, 1, 1, 2]) if self._depth < 4 else 0
        return [OddBody(self._dice, self.place, self._depth + 1) for _ in range(several)]


MAPPED = sorted(
    {
        *(type_ for readers in (*aws.ROUNDS, *azure.ROUNDS, google.FIRST, google.TYPES) for type_ in readers),
        *(f"{base}_iam_{kind}" for base in KINDS for kind in ("member", "binding", "policy")),
    }
)


@pytest.mark.parametrize("seed", range(20))
def test_odd_values_of_every_type_are_read_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same odd values in every run
    monkeypatch.setattr(
        instances,
        "HclBody",
        lambda block, scope, module, **_: OddBody(dice, module.place(block)),
    )
    lines = [f'resource "{type_}" "n{n}" {{}}' for type_ in MAPPED for n in range(2)]
    drafts = Drafts()
    assert read_tree(walk(written(tmp_path, {"main.tf": "\n".join(lines)})), Settings(), drafts) == len(lines)
    writer = SnapshotWriter(target="", collected_at="", tool_version="")
    google_documents.complete(drafts)
    write(drafts, writer)
    assert len(writer.snapshot()) > len(MAPPED)


def test_a_resource_that_fails_is_a_gap_with_its_line_and_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise KeyError("port")

    monkeypatch.setitem(aws.TYPES, "aws_kms_alias", broken)
    code = {"a/main.tf": 'resource "aws_s3_bucket" "b" { bucket = "b" }\n\nresource "aws_kms_alias" "k" {}\n'}
    found, gaps = documents(tmp_path, code)
    assert "ListBuckets.Buckets/b" in found
    assert [(g.reason, g.id.key, "KeyError" in g.detail, g.effect) for g in gaps] == [
        ("unparseable", "a/main.tf:3:aws_kms_alias.k", True, "both")
    ]


MODULE = {"modules/b/main.tf": 'resource "aws_s3_bucket" "b" { bucket = "b" }\n'}
TERRAGRUNT = {
    "beside modules": (
        {**MODULE, "live/terragrunt.hcl": 'terraform { source = "../modules/b" }'},
        ["live/terragrunt.hcl"],
    ),
    "alone": ({"terragrunt.hcl": "inputs = {}"}, ["terragrunt.hcl"]),
    "a file of another name": ({**MODULE, "live/my-terragrunt.hcl": "inputs = {}"}, []),
    "none": (MODULE, []),
}


@pytest.mark.parametrize(("files", "named"), TERRAGRUNT.values(), ids=TERRAGRUNT)
def test_terragrunt_is_a_gap_that_names_the_file(
    tmp_path: Path, files: dict[str, str], named: list[str]
) -> None:
    written(tmp_path, files)
    found = taken(lambda writer: read(walk(tmp_path), Settings(), writer))
    assert [gap.id.key for gap in found.gaps if "Terragrunt" in gap.detail] == named


def taken(reading: Callable[[SnapshotWriter], None]) -> Snapshot:
    writer = SnapshotWriter(target="iac", collected_at="2026-11-20T06:00:00Z", tool_version="test")
    reading(writer)
    return writer.snapshot()
