"""The code keeps the layers, and each check sees what it is there for: a planted fault, not its near twin."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests import layering
from tests.layering import CHECKS
from tests.source_code import Code, Import, planted, read

ROOT = Path(__file__).parent.parent


@cache
def scanner() -> Code:
    return read(ROOT, "scanner")


@pytest.mark.parametrize("check", CHECKS)
def test_the_code(check: str) -> None:
    assert CHECKS[check](scanner()) == []


def test_no_test_is_named_like_the_standard_library() -> None:
    assert layering.standard_library_name(read(ROOT, "tests")) == []


IMPORTS = {
    "plain": ("import boto3.session as s", [Import("boto3.session", 1, False, False)]),
    "a name out of a module": ("from scanner.scan import Scan", [Import("scanner.scan", 1, False, False)]),
    "a module out of a package": ("from scanner import scan", [Import("scanner.scan", 1, False, False)]),
    "relative": (
        "from .table import row\nfrom .. import scan",
        [Import("scanner.report.table", 1, False, False), Import("scanner.scan", 2, False, False)],
    ),
    "inside a function": ("def f():\n    import rich", [Import("rich", 2, True, False)]),
    "inside a class": ("class C:\n    import rich", [Import("rich", 2, False, False)]),
    "inside try": ("try:\n    import rich\nexcept ImportError: pass", [Import("rich", 2, False, False)]),
    "for types": ("if TYPE_CHECKING:\n    import rich", [Import("rich", 2, False, True)]),
    "for types, dotted": ("if t.TYPE_CHECKING:\n    import rich", [Import("rich", 2, False, True)]),
    "else of for types": (
        "if TYPE_CHECKING:\n    pass\nelse:\n    import rich",
        [Import("rich", 4, False, False)],
    ),
    "under another if": ("if DEBUG:\n    import rich", [Import("rich", 2, False, False)]),
}


@pytest.mark.parametrize(("source", "expected"), IMPORTS.values(), ids=IMPORTS)
def test_imports(source: str, expected: list[Import]) -> None:
    code = planted({"scanner": "", "scanner.scan": "", "scanner.report": "", "scanner.report.table": source})
    assert list(code.imports(code.modules["scanner.report.table"])) == expected


# Per check: modules in which it finds so many faults, and near twins, one fact apart, in which it finds none.
PLANTED: dict[str, dict[str, tuple[dict[str, str], int]]] = {
    "every module has a layer": {
        "unknown module": ({"scanner.helpers": ""}, 1),
        "known module": ({"scanner.paths": ""}, 0),
    },
    "imports point down": {
        "model imports graph": ({"scanner.model": "import scanner.graph"}, 1),
        "model imports graph in a function": ({"scanner.model": "def f(): import scanner.graph"}, 1),
        "model imports graph for types": (
            {"scanner.model": "if TYPE_CHECKING:\n from scanner.graph import Graph"},
            1,
        ),
        "graph imports model": ({"scanner.graph": "from scanner.model import Hop"}, 0),
        "model imports verdict beside it": ({"scanner.model": "import scanner.verdict"}, 0),
        "anything imports the version": ({"scanner.errors": "from scanner import __version__"}, 0),
        "the package imports cli": ({"scanner": "import scanner.cli", "scanner.cli": ""}, 1),
    },
    "no circle of imports": {
        "two in a circle": (
            {"scanner.model": "import scanner.verdict", "scanner.verdict": "import scanner.model"},
            1,
        ),
        "circle closed for types": (
            {
                "scanner.model": "import scanner.verdict",
                "scanner.verdict": "if TYPE_CHECKING:\n import scanner.model",
            },
            0,
        ),
        "circle closed in a function": (
            {"scanner.model": "import scanner.verdict", "scanner.verdict": "def f(): import scanner.model"},
            0,
        ),
    },
    "rules, report and the search know no provider": {
        "a rule knows a cloud": ({"scanner.rules.match": "import scanner.providers.aws"}, 1),
        "a rule knows the search": ({"scanner.rules.match": "import scanner.paths"}, 0),
    },
    "one cloud does not know another": {
        "aws knows gcp": (
            {
                "scanner.providers.aws.trust": "from scanner.providers.gcp.roles import x",
                "scanner.providers.gcp.roles": "",
            },
            1,
        ),
        "aws knows the seam": (
            {"scanner.providers.aws.trust": "import scanner.providers.base", "scanner.providers.base": ""},
            0,
        ),
        "the table knows all clouds": (
            {"scanner.providers": "from scanner.providers import aws", "scanner.providers.aws.trust": ""},
            0,
        ),
    },
    "an offline scan imports no collector": {
        "a hop imports a collector": (
            {"scanner.providers.aws.hops.assume": "import scanner.providers.aws.collect"},
            1,
        ),
        "a provider asks a cloud": (
            {"scanner.providers.aws": "def f(): import scanner.providers.aws.collect"},
            0,
        ),
    },
    "heavy packages stay in their place": {
        "an SDK in deciding": ({"scanner.providers.aws.access": "def f(): import boto3"}, 1),
        "an SDK in collecting": ({"scanner.providers.aws.collect": "import boto3"}, 0),
        "rich at module level": ({"scanner.report.table": "import rich.table"}, 1),
        "rich in a function": ({"scanner.report.table": "def f(): import rich.table"}, 0),
        "rich for types": ({"scanner.report.table": "if TYPE_CHECKING:\n import rich.table"}, 0),
    },
    "every hop, collector and format is in its table": {
        "a hop that is not listed": (
            {
                "scanner.providers.aws.hops": "from x import a\nHOPS = (a.into,)",
                "scanner.providers.aws.hops.a": "def into(estate): ...",
                "scanner.providers.aws.hops.b": "def into(estate): ...",
            },
            1,
        ),
        "a hop that is, beside what hops share": (
            {
                "scanner.providers.aws.hops": "from x import a\nHOPS = (a.into,)",
                "scanner.providers.aws.hops.a": "def into(estate): ...",
                "scanner.providers.aws.hops.b": "def steps(): ...",
            },
            0,
        ),
        "no table at all": (
            {"scanner.report": "FORMATZ = {}", "scanner.report.csv_report": "def render(scan): ..."},
            1,
        ),
        "what says something else than a scan": (
            {"scanner.report": "FORMATS = {}", "scanner.report.comparison": "def render(diff): ..."},
            0,
        ),
        "in a typed table of pairs": (
            {
                "scanner.report": "FORMATS: dict = {'csv': Format(csv_report.render, True)}",
                "scanner.report.csv_report": "def render(scan): ...",
            },
            0,
        ),
    },
    "only cli prints, reads the environment or exits": {
        "print in a report": ({"scanner.report": "print(1)"}, 1),
        "print in cli": ({"scanner.cli": "print(1)"}, 0),
        "environment in a collector": ({"scanner.iac": "import os\nos.environ['A']"}, 1),
        "environment by name": ({"scanner.iac": "from os import environ, sep"}, 1),
        "another part of os": ({"scanner.iac": "import os\nos.sep"}, 0),
        "exit": ({"scanner.rules": "raise SystemExit(1)"}, 1),
    },
    "no module is named like the standard library": {
        "a report called json": ({"scanner.report.json": ""}, 1),
        "a report called json_report": ({"scanner.report.json_report": ""}, 0),
    },
    "every folder is a package": {
        "a folder without init": ({"scanner": "", "scanner.iac.plan": ""}, 1),
        "a folder with init": ({"scanner": "", "scanner.iac": "", "scanner.iac.plan": ""}, 0),
    },
    "files can be read in one sitting": {
        "401 lines": ({"scanner.scan": "x = 1\n" * 401}, 1),
        "400 lines": ({"scanner.scan": "x = 1\n" * 400}, 0),
    },
    "functions fit on a screen": {
        "a function of 61 lines": ({"scanner.scan": "def f():\n" + " x = 1\n" * 60}, 1),
        "a function of 60 lines": ({"scanner.scan": "def f():\n" + " x = 1\n" * 59}, 0),
    },
}


@pytest.mark.parametrize(
    ("check", "sources", "faults"),
    [pytest.param(check, *case, id=name) for check, cases in PLANTED.items() for name, case in cases.items()],
)
def test_planted(check: str, sources: dict[str, str], faults: int) -> None:
    assert len(CHECKS[check](planted(sources))) == faults


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_has_a_fault_and_a_twin(check: str) -> None:
    assert {bool(faults) for _, faults in PLANTED[check].values()} == {True, False}
