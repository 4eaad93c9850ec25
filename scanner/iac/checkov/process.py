"""Runs `inside` in a process of its own, with the interpreter that has checkov.

Like `scanner.iac.worker`, whose code needs our own packages: a built environment, an empty private directory,
JSON files as the only channel, limits on time and memory, no network.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.iac.checkov import inside
from scanner.iac.worker import Failed

if TYPE_CHECKING:
    from scanner.iac.settings import Settings
    from scanner.iac.tree import Tree

_MEMORY: Final = 6 * 1024**3
_LARGEST: Final = 512 * 1024**2
POLICIES: Final = "checkov"


def ask(python: str, tree: Tree, files: dict[str, list[str]], settings: Settings) -> dict[str, Any] | Failed:
    """Return what checkov says of files: ``findings``, ``read`` and ``failed``.

    Args:
        python: Interpreter that has checkov.
        tree: The scanned tree.
        files: Paths of the tree, by checkov's name of their framework.
        settings: How long it may take.
    """
    request = {
        "root": str(tree.root),
        "files": {name: [str(tree.root / path) for path in paths] for name, paths in files.items()},
        "policies": [settings.policies] if settings.policies else [],
        "path": [entry for entry in sys.path if entry] if python == sys.executable else [],
        "seconds": settings.seconds,
        "memory": _MEMORY,
    }
    with tempfile.TemporaryDirectory(prefix="sidedoor-") as private:
        place = Path(private)
        (place / inside.REQUEST).write_bytes(msgspec.json.encode(request))
        process = subprocess.Popen(  # noqa: S603 - the interpreter that has checkov, and our own code
            [python, "-I", str(Path(inside.__file__).resolve())],
            cwd=private,
            env=_environment(private),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = process.wait(settings.seconds)
        except subprocess.TimeoutExpired:
            return Failed("timeout", f"took more than {settings.seconds} seconds")
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return _answer(place / inside.ANSWER, code)


def _environment(private: str) -> dict[str, str]:
    """Return checkov's environment: nothing of ours in it, quiet, one process, no reports to anyone."""
    return {
        "HOME": private,
        "TMPDIR": private,
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "LOG_LEVEL": "CRITICAL",
        "CHECKOV_PARALLELIZATION_TYPE": "none",
        "GIT_PYTHON_REFRESH": "quiet",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _answer(path: Path, code: int) -> dict[str, Any] | Failed:
    try:
        if code or path.stat().st_size > _LARGEST:
            return Failed("killed", f"ended with exit code {code}")
        found = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError) as error:
        return Failed("killed", f"left no readable answer: {error}")
    return Failed("error", str(found["error"])) if found.get("error") else found
