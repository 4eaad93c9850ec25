"""What stands between a user and a complete scan: one line a thing that was checked."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from importlib import metadata
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from scanner import config as configuration
from scanner.errors import ScannerError
from scanner.rules import load_rules

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

State: TypeAlias = Literal["ok", "warning", "problem"]
"""A warning makes a scan incomplete or a report poorer; with a problem there is no scan."""

_SDKS: Final = (
    ("boto3", "scan aws"),
    ("google-cloud-asset", "scan gcp"),
    ("google-cloud-iam", "scan gcp"),
    ("azure-identity", "scan azure"),
)


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at. `detail` says what was found, and what to do unless `state` is ok."""

    name: str
    state: State
    detail: str


def installed() -> Iterator[Check]:
    """Yield what of the programs that scans need is there."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("python", "ok", version)
    for name, verb in _SDKS:
        found = _version(name)
        if found is None:
            yield Check(name, "problem", f"not installed; `{verb}` needs it: pip install {name}")
        else:
            yield Check(name, "ok", found)
    yield _checkov()


def configured(file: Path | None, rules: Path | None, today: dt.date) -> Iterator[Check]:
    """Yield whether configuration and rules can be read, and what of the register is over."""
    if file is None:
        yield Check("configuration", "warning", "none: every outsider is a stranger; `sidedoor vendors init`")
    else:
        try:
            read = configuration.load(file)
        except ScannerError as error:
            yield Check("configuration", "problem", str(error).splitlines()[0])
        else:
            over = [vendor.name for vendor in read.vendors if vendor.expires and vendor.expires < today]
            said = f"{file}: {len(read.vendors)} vendors, {len(read.assets)} asset labels"
            yield Check("configuration", "ok", said)
            if over:
                yield Check("register", "warning", f"agreements that are over: {', '.join(over)}")
    try:
        yield Check("rules", "ok", f"{len(load_rules(rules))} rules")
    except ScannerError as error:
        yield Check("rules", "problem", str(error).splitlines()[0])


def _checkov() -> Check:
    found = _version("checkov")
    if found is not None and importlib.util.find_spec("checkov") is not None:
        return Check("checkov", "ok", f"{found}, in this environment")
    program = shutil.which("checkov")
    if program is not None:
        return Check("checkov", "ok", f"{program}, in an environment of its own")
    return Check("checkov", "warning", "not found: pip install 'sidedoor[iac]', or checkov on PATH")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
