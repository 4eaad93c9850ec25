"""Which files of a scanned tree are read, and how: nothing outside it, nothing that is too large.

The tree is somebody else's. Special files are not opened, and symbolic links not followed: one that leads to
what is in the tree is another name for it, any other is refused. A file is read through a descriptor that was
checked to be a plain file, so that exchanging it meanwhile gains nothing.
"""

from __future__ import annotations

import os
import posixpath
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

LARGEST_FILE: Final = 4 * 1024 * 1024
"""Bytes of one source file; a plan may have `LARGEST_PLAN`."""
LARGEST_PLAN: Final = 100 * 1024 * 1024
MOST_FILES: Final = 200_000
_DEEPEST: Final = 60
_SKIPPED: Final = {".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__"}
_DOWNLOADED: Final = (".terraform/providers",)
"""Where Terraform keeps the programs that it downloads; a directory of that name elsewhere is code."""
_LONGEST_NAME: Final = 1_000
LINK: Final = "a symbolic link"
OUTSIDE: Final = "a symbolic link to a directory outside"


class Refused(Exception):  # noqa: N818 - a refusal is a result here, which becomes a gap
    """A file that is not read, with the reason for people."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of one scanned directory, by path relative to it with forward slashes, in order.

    `refused` are those that were left out, each with the reason. `prefix` stands before a path in reports:
    how the directory was called. `only` is the one file that was asked for, where it was no directory.
    `links` are other names of files and directories of the tree, with what they are names of.
    """

    root: Path
    files: tuple[str, ...]
    refused: tuple[tuple[str, str], ...] = ()
    prefix: str = ""
    only: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    _known: frozenset[str] = field(default_factory=frozenset)

    def shown(self, path: str) -> str:
        """Return a path as reports have it."""
        return posixpath.join(self.prefix, path) if self.prefix else path

    def with_ending(self, *endings: str) -> tuple[str, ...]:
        """Return the files whose names end so."""
        return tuple(path for path in self.files if path.endswith(endings))

    def __contains__(self, path: str) -> bool:
        return path in self._known

    def resolve(self, base: str, path: str) -> str | None:
        """Return what `path` names from directory `base`, links resolved; None: it lies outside the tree."""
        if posixpath.isabs(path) or "\x00" in path or "\\" in path:
            return None
        found = posixpath.normpath(posixpath.join(base, path))
        if found == ".." or found.startswith("../"):
            return None
        return "" if found == "." else self.real(found)

    def real(self, path: str) -> str:
        """Return a path without the links of the tree that it goes through."""
        steps = path.split("/") if self.links else []
        for count in range(len(steps), 0, -1):
            target = self.links.get("/".join(steps[:count]))
            if target is not None:
                return "/".join((target, *steps[count:]))
        return path

    def read(self, path: str, limit: int = LARGEST_FILE) -> bytes:
        """Return a file's bytes.

        Raises:
            Refused: when it is not one of the tree's files, larger than `limit` bytes, or cannot be read.
        """
        if path not in self:
            raise Refused("no file of the scanned tree")
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            descriptor = os.open(self.root / path, flags)
            with os.fdopen(descriptor, "rb") as stream:
                status = os.fstat(stream.fileno())
                if not stat.S_ISREG(status.st_mode):
                    raise Refused("no plain file")
                found = stream.read(limit + 1)
        except OSError as error:
            raise Refused(f"cannot be read: {error.strerror or error}") from None
        if len(found) > limit:
            raise Refused(f"more than {limit} bytes")
        return found

    def text(self, path: str, limit: int = LARGEST_FILE) -> str:
        """Return a file as text, see `read`; other encodings than UTF-8 are refused."""
        try:
            return self.read(path, limit).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Refused(f"no UTF-8 text: {error.reason} at byte {error.start}") from None


def walk(root: Path, *, prefix: str = "") -> Tree:
    """Return the tree below a directory, or one file together with those beside it."""
    only = ""
    if root.is_file():
        only, root = root.name, root.parent
    base = root.resolve()
    files: list[str] = []
    refused: list[tuple[str, str]] = []
    for path, why in _entries(base):
        if why:
            refused.append((path, why))
        else:
            files.append(path)
    files.sort()
    known = frozenset(files)
    links = _links(base, known, (path for path, why in refused if why == LINK))
    return Tree(base, tuple(files), tuple(sorted(refused)), prefix, only, links, known)


def _links(base: Path, files: frozenset[str], links: Iterable[str]) -> dict[str, str]:
    """Return links by what they lead to, where that is a file that is read, or a directory of such files."""
    folders = {folder for file in files for folder in _above(file)}
    found: dict[str, str] = {}
    for path in links:
        target = os.path.relpath(os.path.realpath(base / path), base).replace(os.sep, "/")
        if target in files or target in folders:
            found[path] = target
    return found


def _above(path: str) -> Iterator[str]:
    """Yield the directories that a path goes through."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _entries(base: Path) -> Iterator[tuple[str, str]]:
    """Yield (path, why it is refused or nothing) of every file."""
    pending = [""]
    seen = 0
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(base / folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield folder, f"cannot be listed: {error.strerror or error}"
            continue
        for entry in entries:
            seen += 1
            if seen > MOST_FILES:
                yield folder, f"more than {MOST_FILES} files; the rest is not read"
                return
            yield from _entry(entry, folder, pending, base)


def _entry(entry: os.DirEntry[str], folder: str, pending: list[str], base: Path) -> Iterable[tuple[str, str]]:
    path = posixpath.join(folder, entry.name)
    if not entry.name.isprintable() or not _is_utf8(entry.name) or len(path) > _LONGEST_NAME:
        return [(ascii(path)[1:-1][:200], "a name that is not printable text, or too long")]
    if entry.is_symlink():
        return [(path, OUTSIDE if _leads_out(entry, base) else LINK)]
    if entry.is_dir(follow_symlinks=False):
        if entry.name in _SKIPPED or path.endswith(_DOWNLOADED):
            return []
        if path.count("/") >= _DEEPEST:
            return [(path, f"a directory more than {_DEEPEST} levels deep")]
        pending.append(path)
        return []
    if not entry.is_file(follow_symlinks=False):
        return [(path, "no plain file")]
    return [(path, "")]


def _leads_out(entry: os.DirEntry[str], base: Path) -> bool:
    """Tell whether a link is to a directory that is not read where it really lies."""
    try:
        return entry.is_dir() and not os.path.realpath(entry.path).startswith(f"{base}{os.sep}")
    except OSError:
        return False


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
