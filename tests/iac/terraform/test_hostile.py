"""Scanned code is somebody else's: nothing outside the tree is read, nothing runs, nothing runs for ever."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from scanner.iac import read, worker
from scanner.iac.settings import Settings
from scanner.iac.tree import Refused, walk
from scanner.snapshot import SnapshotWriter
from tests.iac.terraform.trees import documents, written

if TYPE_CHECKING:
    from pathlib import Path

    from scanner.snapshot import Snapshot

SECRET = "top-secret-of-the-runner"
ROLE = 'resource "aws_iam_role" "r" {\n  name = "r"\n  assume_role_policy = %s\n}\n'


def snapshot(place: Path, settings: Settings | None = None) -> Snapshot:
    writer = SnapshotWriter(target="iac", collected_at="2026-11-20T06:00:00Z", tool_version="test")
    read(walk(place), settings or Settings(), writer)
    return writer.snapshot()


def everything(found: Snapshot) -> str:
    return json.dumps([d.body for d in found]) + " ".join(map(str, found.gaps))


def test_variables_of_the_environment_reach_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_VAR_secret", SECRET)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    written(
        tmp_path,
        {"main.tf": 'variable "secret" {}\n' + ROLE % "jsonencode({ Statement = [{ Sid = var.secret }] })"},
    )
    found = everything(snapshot(tmp_path))
    assert "var.secret" in found
    assert SECRET not in found


ESCAPES = {
    "upward": 'file("../outside.txt")',
    "upward from the module": 'file("${path.module}/../outside.txt")',
    "a template": 'templatefile("../outside.txt", {})',
    "by an absolute path": 'file("%s")',
    "through a link": 'file("link.txt")',
    "through a linked directory": 'file("linked/outside.txt")',
    "encoded": 'filebase64("../outside.txt")',
    "a name with a null": 'file("../outside.txt\\u0000")',
}


@pytest.mark.parametrize("expression", ESCAPES.values(), ids=ESCAPES)
def test_a_file_outside_the_tree_is_not_read(tmp_path: Path, expression: str) -> None:
    (tmp_path / "outside.txt").write_text(json.dumps({"Statement": [{"Sid": SECRET}]}))
    place = tmp_path / "tree"
    written(place, {"main.tf": ROLE % expression.replace("%s", str(tmp_path / "outside.txt"))})
    (place / "link.txt").symlink_to(tmp_path / "outside.txt")
    (place / "linked").symlink_to(tmp_path)
    found = everything(snapshot(place))
    assert "sidedoor:unresolved" in found
    assert SECRET not in found


def test_a_file_of_the_tree_is_read(tmp_path: Path) -> None:
    files = {
        "main.tf": ROLE % 'file("${path.module}/trust.json")',
        "trust.json": '{"Statement": [\n{"Sid": "in"}]}',
    }
    found, _ = documents(tmp_path, files)
    role = found["GetAccountAuthorizationDetails.RoleDetailList/r"]
    assert role.body["AssumeRolePolicyDocument"]["Statement"] == [{"Sid": "in"}]
    place = role.place("/AssumeRolePolicyDocument/Statement/0")
    assert place is not None
    assert (place.file, place.lines) == ("trust.json", (2, 2))


def test_a_linked_module_and_one_outside_are_gaps(tmp_path: Path) -> None:
    outside = written(tmp_path / "outside", {"main.tf": ROLE % f'"{SECRET}"'})
    place = written(
        tmp_path / "tree",
        {"main.tf": 'module "a" {\n  source = "../outside"\n}\nmodule "b" {\n  source = "./b"\n}\n'},
    )
    (place / "b").symlink_to(outside)
    found = snapshot(place)
    assert SECRET not in everything(found)
    assert [gap.id.key for gap in found.gaps] == ["b", 'main.tf:1:module "a"', 'main.tf:4:module "b"']


GROWING = {
    "modules that call themselves": {"main.tf": 'module "m" {\n  source = "./"\n}\n'},
    "modules that call each other": {
        "main.tf": 'module "a" {\n  source = "./a"\n}\n',
        "a/main.tf": 'module "b" {\n  source = "../b"\n}\n',
        "b/main.tf": 'module "a" {\n  source = "../a"\n}\n',
    },
    "locals that need each other": {
        "main.tf": "locals {\n  a = local.b\n  b = local.a\n}\n" + ROLE % "local.a"
    },
    "lists of lists of lists": {
        "main.tf": "locals {\n  l0 = [1, 1, 1, 1, 1, 1, 1, 1]\n"
        + "".join(
            f"  l{i} = [for x in local.l{i - 1} : [for y in local.l0 : local.l{i - 1}]]\n"
            for i in range(1, 30)
        )
        + "}\n"
        + ROLE % "jsonencode(local.l29)"
    },
    "a count of millions": {"main.tf": ROLE.replace("{\n", "{\n  count = 100000000\n") % '"{}"'},
    "a range of millions": {"main.tf": ROLE % "jsonencode(range(100000000))"},
    "a pattern that backtracks": {"main.tf": ROLE % ('replace("' + "a" * 60 + '!", "/(a+)+$/", "")')},
    "modules in modules in modules": {
        "main.tf": 'module "a" {\n  source = "./a"\n  count = 2000\n}\n',
        "a/main.tf": 'module "b" {\n  source = "../b"\n  count = 2000\n}\n',
        "b/main.tf": ROLE.replace("{\n", "{\n  count = 2000\n") % '"{}"',
    },
    "numbers that square": {
        "main.tf": "locals {\n  n0 = 10\n"
        + "".join(f"  n{i} = local.n{i - 1} * local.n{i - 1}\n" for i in range(1, 60))
        + "}\n"
        + ROLE % '"x${local.n59}"'
    },
    "a wide number": {"main.tf": ROLE % 'format("%999999999d${var.x}", 1)'},
    "locals in a long row": {
        "main.tf": 'locals {\n  a0 = "1"\n'
        + "".join(f'  a{i} = "${{local.a{i - 1}}}"\n' for i in range(1, 3_000))
        + "}\n"
        + ROLE % '"x${local.a2999}"'
    },
    "lists in lists in JSON": {
        "main.tf.json": '{"resource":' + "[" * 5_000 + "]" * 5_000 + "}",
        "main.tf": ROLE % f'jsondecode("{"[" * 50_000}")',
    },
    "aliases in YAML": {
        "main.tf": "locals {\n  y = yamldecode(<<E\na0: &a0 [x, x, x, x, x, x, x, x]\n"
        + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 8)}]\n" for i in range(1, 12))
        + "E\n  )\n}\n"
        + ROLE % "jsonencode(local.y)"
    },
    "marks of our own in a text": {
        "main.tf": ROLE % '"{\\"Statement\\": \\"\ue000\ue001 \ue0009\ue001${var.x}\\"}"'
    },
    "a text that doubles": {
        "main.tf": 'locals {\n  t0 = "xxxxxxxxxxxxxxxx"\n'
        + "".join(f'  t{i} = "${{local.t{i - 1}}}${{local.t{i - 1}}}"\n' for i in range(1, 60))
        + "}\n"
        + ROLE % "local.t59"
    },
}


@pytest.mark.parametrize("files", GROWING.values(), ids=GROWING)
def test_a_tree_that_grows_without_end_is_read_in_time(tmp_path: Path, files: dict[str, str]) -> None:
    started = time.monotonic()
    found = snapshot(written(tmp_path, files), Settings(seconds=8))
    assert time.monotonic() - started < 20
    assert found.gaps or "sidedoor:unresolved" in everything(found)


def test_control_characters_of_a_key_are_not_in_an_address(tmp_path: Path) -> None:
    code = (
        'resource "aws_security_group" "g" {\n  for_each = toset(["q\\u001b[2J\\n"])\n  vpc_id = var.v\n}\n'
    )
    found = snapshot(written(tmp_path, {"main.tf": code}))
    assert [gap.id.key for gap in found.gaps] == [r'main.tf:1:aws_security_group.g["q\u001b[2J\n"]']


def test_a_large_file_is_a_gap(tmp_path: Path) -> None:
    written(tmp_path, {"good.tf": ROLE % '"{}"'})
    (tmp_path / "large.tf").write_bytes(b"# " + b"x" * 50 * 1024 * 1024)
    found = snapshot(tmp_path)
    assert [(gap.id.key, gap.reason) for gap in found.gaps] == [("large.tf", "unparseable")]
    assert any("role/r" in str(d.id) for d in found)


def test_special_files_and_odd_names_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.tf")
    (tmp_path / "new\nline.tf").write_text(ROLE % '"{}"')
    written(tmp_path, {"good.tf": ROLE % '"{}"'})
    tree = walk(tmp_path)
    assert tree.files == ("good.tf",)
    assert dict(tree.refused) == {
        "new\\nline.tf": "a name that is not printable text, or too long",
        "pipe.tf": "no plain file",
    }
    with pytest.raises(Refused):
        tree.read("../outside")


FORBIDDEN = {
    "a connection": "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
    "a name": "import socket; socket.getaddrinfo('example.com', 80)",
    "a program": "import subprocess; subprocess.run(['true'])",
    "a shell": "import os; os.system('true')",
}


@pytest.mark.parametrize("code", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_worker_may_not(code: str) -> None:
    setup = "from scanner.iac import worker; worker._forbid(worker.Limits())"
    done = subprocess.run(
        [sys.executable, "-c", f"{setup}; {code}"], capture_output=True, text=True, check=False
    )
    assert "is refused here" in done.stderr


def test_a_worker_has_an_environment_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    built = worker._environment("/private", other=False)
    assert set(built) == {
        "HOME",
        "LANG",
        "LOG_LEVEL",
        "PATH",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONPATH",
        "TMPDIR",
    }
    assert SECRET not in built.values()


ENDED = {
    "a function that is not ours": ("os:getcwd", worker.Limits(), "error"),
    "one that fails": ("scanner.iac.terraform.apart:answer", worker.Limits(), "error"),
    "one that grows": (
        "scanner.iac.terraform.apart:answer",
        worker.Limits(memory=30 * 1024**2),
        "killed or error",
    ),
    "one that writes without end": ("scanner.iac.terraform.apart:answer", worker.Limits(answer=10), "killed"),
}


@pytest.mark.parametrize(("function", "limits", "reason"), ENDED.values(), ids=ENDED)
def test_what_a_worker_cannot_answer_is_said(function: str, limits: worker.Limits, reason: str) -> None:
    found = worker.ask(function, {}, limits)
    assert isinstance(found, worker.Failed)
    assert found.reason in reason.split(" or ")


def test_one_hostile_root_module_costs_itself_only(tmp_path: Path) -> None:
    grown = GROWING["a pattern that backtracks"]["main.tf"]
    found = snapshot(
        written(tmp_path, {"bad/main.tf": grown, "good/main.tf": ROLE % '"{}"'}), Settings(seconds=5)
    )
    assert [gap.id.key for gap in found.gaps] == ["bad"]
    assert any("role/r" in str(d.id) for d in found)
