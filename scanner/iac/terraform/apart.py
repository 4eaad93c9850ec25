"""The worker's side: reads a tree, which may be made to hang or to grow, and answers with documents."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from scanner.errors import ConfigError
from scanner.iac import google
from scanner.iac.aws import Drafts, write
from scanner.iac.settings import Settings  # noqa: TC001 - msgspec reads the annotations
from scanner.iac.terraform import Answer
from scanner.iac.terraform.reading import read_tree
from scanner.iac.tree import walk
from scanner.snapshot import SnapshotWriter

_DEEPEST: Final = 12_000
"""Python's frames for what `evaluation` lets be nested; a local that needs a local takes ten."""


class _Request(msgspec.Struct):
    root: str
    prefix: str
    only: str
    wanted: tuple[str, ...]
    settings: Settings


def answer(request: Any) -> Answer:  # noqa: ANN401 - JSON
    """Return what a tree makes."""
    asked = msgspec.convert(request, _Request)
    sys.setrecursionlimit(_DEEPEST)
    tree = walk(Path(asked.root, asked.only) if asked.only else Path(asked.root), prefix=asked.prefix)
    drafts = Drafts()
    try:
        read_tree(tree, asked.settings, drafts, asked.wanted)
    except ConfigError as error:
        return Answer(error=(error.file or "", error.message))
    writer = SnapshotWriter(target="", collected_at="", tool_version="")
    google.complete(drafts)
    write(drafts, writer)
    read = writer.snapshot()
    return Answer(list(read), list(read.gaps), read.asked)
