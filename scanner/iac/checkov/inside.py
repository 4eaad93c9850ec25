"""Runs in checkov's own interpreter, which may be another one than ours: what checkov says of some files.

Imports nothing but the standard library and checkov. The request and the answer are JSON files in the current
directory. checkov's graph managers and checks are called in this process alone: nothing forks, nothing is
downloaded, and no code of the scanned tree is loaded.
"""

from __future__ import annotations

import ctypes
import json
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

REQUEST, ANSWER = "request.json", "answer.json"
_RUNNERS = {
    "terraform": "checkov.terraform.runner",
    "cloudformation": "checkov.cloudformation.runner",
    "kubernetes": "checkov.kubernetes.runner",
    "bicep": "checkov.bicep.runner",
    "arm": "checkov.arm.runner",
}
_NEW_NETWORK = 0x10000000 | 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET
_REFUSED = frozenset(
    {
        *("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto", "subprocess.Popen"),
        *("os.system", "os.exec", "os.posix_spawn", "os.fork"),
    }
)


def main() -> None:
    """Answer the request in the current directory."""
    asked = json.loads(Path(REQUEST).read_text("utf-8"))
    sys.path += asked["path"]
    _limit(asked["seconds"], asked["memory"])
    _cut_off()
    answer: dict[str, Any] = {"error": "", "findings": [], "read": [], "failed": []}
    try:
        for framework, files in asked["files"].items():
            _run(framework, files, asked, answer)
    except Exception as error:
        answer["error"] = f"{type(error).__name__}: {str(error)[:500]}"
    Path(ANSWER).write_text(json.dumps(answer), "utf-8")


def _run(framework: str, files: list[str], asked: dict[str, Any], answer: dict[str, Any]) -> None:
    filters = import_module("checkov.runner_filter")
    runner = import_module(_RUNNERS[framework]).Runner()
    sys.addaudithook(_refuse)  # after the imports: one of them asks git for its version
    chosen = filters.RunnerFilter(framework=[framework], download_external_modules=False)
    # a module of Terraform is a directory; all others stand alone
    where = (
        {"root_folder": asked["root"]} if framework == "terraform" else {"root_folder": None, "files": files}
    )
    found = runner.run(external_checks_dir=asked["policies"], runner_filter=chosen, **where)
    for report in found if isinstance(found, list) else [found]:
        answer["failed"] += map(str, report.parsing_errors)
        answer["findings"] += [_finding(record) for record in report.failed_checks]
    answer["read"] += sorted({str(getattr(key, "file_path", key)) for key in runner.definitions or ()})


def _finding(record: Any) -> dict[str, Any]:  # noqa: ANN401 - checkov's record
    first, last = record.file_line_range
    return {
        "file": str(record.file_abs_path),
        "address": str(record.resource),
        "first": int(first),
        "last": int(last),
        "id": str(record.check_id),
        "name": str(record.check_name),
        "url": str(record.guideline or ""),
    }


def _limit(seconds: int, memory: int) -> None:
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds * 2),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


def _cut_off() -> None:
    """Enter a network namespace without interfaces, where that is possible."""
    if sys.platform.startswith("linux"):
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).unshare(_NEW_NETWORK)


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    if event in _REFUSED:
        raise PermissionError(f"`{event}` is refused here")


if __name__ == "__main__":
    main()
