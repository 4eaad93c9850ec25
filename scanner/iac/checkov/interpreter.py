"""Where checkov is: in our own environment, or beside the program of that name on the search path.

A program that pip installs begins with its interpreter (``#!/venv/bin/python``), or with a shell that calls
it where that path is long or has blanks. pipx and uv install such programs too.
"""

from __future__ import annotations

import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

HOW_TO_INSTALL: Final = (
    "checkov is not installed: `pip install 'sidedoor[iac]'`, or `pipx install checkov` beside sidedoor"
)
_SHEBANG: Final = re.compile(rb"#!\s*(?P<path>\S*python[\w.]*)\s*(?:-\S+\s*)*$")
_BY_SHELL: Final = re.compile(rb"'''exec' (?P<quote>['\"]?)(?P<path>/.+?python[\w.]*)(?P=quote) ")


def find_interpreter(tree: Path, search: str | None = None) -> str | None:
    """Return the interpreter that has checkov, None when there is none.

    Args:
        tree: The scanned tree; a program that lies in it is somebody else's, and is not started.
        search: Directories to look for the program in, as `PATH` lists them; None is our own environment,
            and after it `PATH`.
    """
    if search is None and find_spec("checkov") is not None:
        return sys.executable
    program = shutil.which("checkov", path=search)
    place = Path(program).resolve() if program is not None else None
    if place is None or place.is_relative_to(tree.resolve()):
        return None
    try:
        head = place.read_bytes()[:1000].splitlines()[:3]
    except OSError:
        return None
    for line, pattern in zip(head, (_SHEBANG, _BY_SHELL), strict=False):
        said = pattern.match(line)
        named = said["path"].decode("utf-8", "replace") if said else ""
        if named and Path(named).exists():
            return named
    beside = (place.parent / name for name in ("python3", "python", "python.exe"))
    return next((str(path) for path in beside if path.exists()), None)
