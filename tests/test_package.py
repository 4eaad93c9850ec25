"""The wheel as users get it: complete, working where no checkout is, and quick to start.

The wheel is unpacked into an empty directory and run from another one, with nothing of the checkout in reach;
the dependencies are those of the test environment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from statistics import median

import pytest

import scanner

ROOT = Path(__file__).parent.parent
WORLD = ROOT / "fixtures" / "aws" / "labelling-vendor"
SCAN = ("scan", "snapshot", str(WORLD / "snapshot"), "--config", str(WORLD / "sidedoor.yaml"))

HEAVY = frozenset(
    {"boto3", "botocore", "google", "azure", "checkov", "tfparse", "jinja2", "rich", "zstandard"}
)

# What the installed command runs, and the same with a note of the modules that it loaded.
COMMAND = "from scanner.cli import main; main()"
OBSERVED = """
import json, os, sys
try:
    from scanner.cli import main
    main()
finally:
    with open(os.environ["SEEN"], "w") as out:
        json.dump(sorted({name.split(".")[0] for name in sys.modules}), out)
"""


def build(target: str, out: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(out)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def checkout(package: str, *patterns: str) -> set[str]:
    found = (path for pattern in patterns for path in (ROOT / package).rglob(pattern))
    return {
        path.relative_to(ROOT).as_posix()
        for path in found
        if path.is_file() and "__pycache__" not in path.parts
    }


def run(installed: Path, cwd: Path, *arguments: str, code: str = COMMAND) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed), "SEEN": str(cwd / "seen.json")}
    call = [sys.executable, "-c", code, *arguments]
    return subprocess.run(call, cwd=cwd, env=environment, check=False, capture_output=True, text=True)


def loaded(installed: Path, cwd: Path, *arguments: str) -> set[str]:
    """Return the packages that running the command loads."""
    done = run(installed, cwd, *arguments, code=OBSERVED)
    assert done.returncode in {0, 1}, done.stderr
    return set(json.loads((cwd / "seen.json").read_text(encoding="utf-8")))


def test_every_module_and_data_file_is_in_the_wheel(wheel: Path) -> None:
    ours = checkout("scanner", "*.py", "*.yaml", "*.json", "*.typed", "*.j2")
    assert "scanner/py.typed" in ours
    assert ours - names(wheel) == set()


def test_the_rules_are_in_the_wheel(wheel: Path) -> None:
    rules = checkout("rules", "*.yaml")
    assert len(rules) >= 12
    shipped = {name.removeprefix("scanner/rules/shipped/") for name in names(wheel) if "/shipped/" in name}
    assert {rule.removeprefix("rules/") for rule in rules} - shipped == set()


def test_an_editable_install_has_no_copy_of_the_rules(tmp_path: Path) -> None:
    """A copy in site-packages would be the rules as they were on the day of the install."""
    assert [name for name in names(build("wheel:editable", tmp_path)) if name.endswith(".yaml")] == []


def test_the_licence_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        licence = archive.read(f"sidedoor-{scanner.__version__}.dist-info/licenses/LICENSE")
    assert licence == (ROOT / "LICENSE").read_bytes()


def test_the_wheel_has_nothing_else(wheel: Path) -> None:
    """No tests, worlds or development files; `rules` and `tests` at the top would be other people's names."""
    tops = {name.split("/")[0] for name in names(wheel)}
    assert tops == {"scanner", f"sidedoor-{scanner.__version__}.dist-info"}


def test_it_runs_where_no_checkout_is(installed: Path, tmp_path: Path) -> None:
    where = run(installed, tmp_path, code="import scanner; print(scanner.__file__)").stdout.strip()
    assert Path(where).is_relative_to(installed)
    assert scanner.__version__ in run(installed, tmp_path, "--version").stdout


def test_the_shipped_rules_are_found(installed: Path, tmp_path: Path) -> None:
    listed = run(installed, tmp_path, "rules", "list")
    assert listed.returncode == 0, listed.stderr
    assert [
        r for r in checkout("rules", "*.yaml") if Path(r).stem not in listed.stdout and "checkov" not in r
    ] == []


def test_both_copies_of_the_rules_find_the_same(installed: Path, tmp_path: Path) -> None:
    """The packaged rules in the wheel, the files in `rules/` in a checkout."""
    scan = (
        "scan",
        "snapshot",
        str(WORLD / "snapshot"),
        "--config",
        str(WORLD / "sidedoor.yaml"),
        "--format",
        "json",
    )
    packaged, in_checkout = run(installed, tmp_path, *scan), run(ROOT, tmp_path, *scan)
    assert packaged.returncode == 1, packaged.stderr
    assert packaged.stdout == in_checkout.stdout
    assert json.loads(packaged.stdout)["findings"]


def test_version_loads_nothing_heavy(installed: Path, tmp_path: Path) -> None:
    assert loaded(installed, tmp_path, "--version") & HEAVY == set()


def test_an_offline_scan_loads_nothing_heavy(installed: Path, tmp_path: Path) -> None:
    assert loaded(installed, tmp_path, *SCAN) & HEAVY == set()


def test_what_is_heavy_would_be_noticed(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "--version", code=f"import boto3\n{OBSERVED}")
    assert done.returncode == 0, done.stderr
    assert "boto3" in json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))


@pytest.mark.benchmark
def test_version_is_quick(installed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Under 0.3 s on a quiet machine, with the interpreter's start; three times that is a fault anywhere."""
    times_s = []
    for _ in range(9):
        began = time.perf_counter()
        assert run(installed, tmp_path, "--version").returncode == 0
        times_s.append(time.perf_counter() - began)
    with capsys.disabled():
        sys.stdout.write(f"\nsidedoor --version: {median(times_s):.3f} s, median of {len(times_s)}\n")
    assert median(times_s) < 0.9
