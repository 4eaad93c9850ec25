"""All of it from the command line: the cloud on loopback, its answers in files, and the same findings.

What is found is the world's story: a guest, a vendor's app in a nested group and a workload of another
organisation read the weights; of ours many may, and are not told of.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from scanner.cli import main
from scanner.snapshot import Snapshot
from tests.providers.azure.fakes.server import fault, serving
from tests.providers.azure.fakes.tenant import FEW, GUEST, WEIGHTS, documents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.providers.azure.fakes.server import Fake

CONFIG = """
version: 1
vendors:
  - name: labelworks
    identities:
      azure: ["guest:*@labelworks.example", "tenant:22222222-2222-2222-2222-222222222222"]
      oidc: ["https://token.actions.githubusercontent.com sub=repo:labelworks/*"]
assets:
  - match: "*/blobservices/default/containers/weights*"
    class: model-weights
    tier: frontier-unreleased
"""
READERS = {
    "guest:ada@labelworks.example",
    "app:77777777-0000-0000-0000-000000000001",
    "https://token.actions.githubusercontent.com sub=repo:labelworks/ingest:ref:refs/heads/main",
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "sidedoor.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def scan(config: Path, where: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Run a scan in this process; returns its exit code and report."""
    report = where / "report.json"
    report.unlink(missing_ok=True)
    arguments = [*options, "--config", str(config), "--format", f"json={report}"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["sidedoor", "scan", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
    assert isinstance(left.value.code, int)
    found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return left.value.code, found


def endpoints(fake: Fake) -> list[str]:
    """Return options that lead to a fake."""
    return ["azure", "--quiet", "--arm-endpoint", fake.url, "--graph-endpoint", fake.url]


def readers(report: dict[str, Any]) -> dict[str, str]:
    """Return the certainty with which each outsider reads the weights."""
    return {
        f["source"]["id"]: f["certainty"]
        for f in report["findings"]
        if f["asset"]["id"].lower() == WEIGHTS.lower() and f["gains"] == ["read"]
    }


def exports(fake: Fake, where: Path) -> Iterator[str]:
    """Write what a fake answered as somebody would who has fetched it, and yield options."""
    rows = [document.body for document in documents() if document.id.service == "resourcegraph"]
    graph = {"count": len(rows), "data": rows, "skip_token": None, "total_records": len(rows)}
    for name, content in (("graph", graph), ("answers", fake.answers)):
        (where / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        yield f"--export={where / name}.json"


def test_the_cloud_and_its_answers_in_files_tell_the_same(config: Path, tmp_path: Path) -> None:
    """With pages, throttled calls and a refused one: the gap is in both, and so are the findings."""
    slow = fault("/users$|resourcegraph", 429, "TooManyRequests", times=2, retry_after_s=1)
    refused = fault("/logs003/privateendpointconnections", 403, "AuthorizationFailed")
    with serving(documents(), faults=[slow, refused]) as fake:
        saved = ["--save", str(tmp_path / "snapshot")]
        code, live = scan(config, tmp_path, *endpoints(fake), "--retries", "4", *saved)
        files = list(exports(fake, tmp_path))
    assert (code, fake.changes) == (3, [])
    assert readers(live) == dict.fromkeys(READERS, "proven")
    assert [gap["reason"] for gap in live["coverage"]["gaps"]] == ["refused"]

    offline_code, offline = scan(config, tmp_path, "azure", "--quiet", *files)
    assert offline_code == code
    assert offline["findings"] == live["findings"]
    assert offline["assets"] == live["assets"]
    assert [gap["document"] for gap in offline["coverage"]["gaps"]] == [
        gap["document"] for gap in live["coverage"]["gaps"]
    ]

    again_code, again = scan(config, tmp_path, "snapshot", str(tmp_path / "snapshot"))
    assert (again_code, again["findings"]) == (code, live["findings"])


def test_the_guest_that_is_gone_is_not_told_of(config: Path, tmp_path: Path) -> None:
    """The near twin: the same tenant without the one assignment."""
    fewer = [d for d in documents(FEW) if GUEST not in json.dumps(d.body) or d.id.service == "graph"]
    with serving(fewer) as fake:
        _, live = scan(config, tmp_path, *endpoints(fake))
    assert set(readers(live)) == READERS - {"guest:ada@labelworks.example"}


def test_what_hangs_on_an_unread_group_is_not_silently_gone(config: Path, tmp_path: Path) -> None:
    refused = fault("/groups/.*/members", 403, "Authorization_RequestDenied")
    with serving(documents(FEW), faults=[refused]) as fake:
        code, live = scan(config, tmp_path, *endpoints(fake))
    assert (code, live["coverage"]["complete"]) == (3, False)
    assert "app:77777777-0000-0000-0000-000000000001" not in {
        source for source, certainty in readers(live).items() if certainty == "proven"
    }


def test_collect_writes_what_can_be_read_back(config: Path, tmp_path: Path) -> None:
    saved = tmp_path / "snapshot"
    with serving(documents(FEW)) as fake, pytest.MonkeyPatch.context() as patch:
        options = [*endpoints(fake), "--config", str(config), "--output", str(saved)]
        patch.setattr(sys, "argv", ["sidedoor", "collect", *options])
        with pytest.raises(SystemExit) as left:
            main()
    assert left.value.code == 0
    assert len(Snapshot.load(saved)) == len(documents(FEW)) - 1


def test_files_need_no_sdk(config: Path, tmp_path: Path) -> None:
    """In a process of its own, because this one has the SDK loaded."""
    rows = [document.body for document in documents(FEW) if document.id.service == "resourcegraph"]
    (tmp_path / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    program = (
        "import sys\nfrom scanner.cli import main\n"
        "try:\n    main()\nexcept SystemExit as left:\n    code = left.code\n"
        "heavy = sorted(m for m in sys.modules if m.split('.')[0] in {'azure', 'msal', 'requests'})\n"
        "assert not heavy, heavy[:5]\nsys.exit(code)\n"
    )
    options = ["scan", "azure", f"--export={tmp_path / 'rows.json'}", "--quiet", "--config", str(config)]
    done = subprocess.run(
        [sys.executable, "-c", program, *options], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (3, "")


def test_a_mistake_is_one_line(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        options = ["--tenant", "ourlab", "--config", str(config), "--quiet"]
        patch.setattr(sys, "argv", ["sidedoor", "scan", "azure", *options])
        with pytest.raises(SystemExit) as left:
            main()
    assert left.value.code == 2
    assert capsys.readouterr().err.strip().count("\n") == 0
    assert not list(tmp_path.glob("*.json"))


def test_permissions_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["sidedoor", "permissions", "azure"])
        main()
    assert json.loads(capsys.readouterr().out)["role"]["Actions"] == ["*/read"]
