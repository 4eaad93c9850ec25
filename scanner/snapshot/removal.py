"""A snapshot as it would be without some statements: what a cut is tried on.

A removal names part of a document by JSON pointer. Items behind a removed list item move up by one, so
pointers into the changed snapshot are not those of the snapshot that people see; `Without.original` maps
them back.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.errors import ConfigError, did_you_mean
from scanner.snapshot.documents import DocumentId
from scanner.snapshot.reading import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.snapshot.documents import Document

_SEPARATOR = "#"
_ONLY = "Statement"  # a policy's only one may stand for a list of it; without it the policy is empty


class Removal(msgspec.Struct, frozen=True, order=True):
    """What to take out: a snapshot document's id as text, and a JSON pointer into its body (RFC 6901).

    The empty pointer is the whole document, which must be an item of a list: the list then lacks it.
    """

    document: str
    pointer: str

    def __str__(self) -> str:
        return f"{self.document}{_SEPARATOR}{self.pointer}"

    @classmethod
    def parse(cls, text: str) -> Removal:
        """Read ``DOCUMENT#/POINTER``, or ``DOCUMENT#`` for the whole.

        Raises:
            ConfigError: when it does not read like that.
        """
        document, _, pointer = text.rpartition(_SEPARATOR)
        if not document or (pointer and not pointer.startswith("/")):
            raise ConfigError(f"`{text}` does not read `DOCUMENT#/POINTER`, as reports show evidence")
        return cls(document, pointer)

    @property
    def can_be_removed(self) -> bool:
        """Tell whether the provider could have answered without it."""
        return bool(self.pointer) or is_item(self.document)


def is_item(document: str) -> bool:
    """Tell whether a document, given by its id's text, is an item of a list and not an answer of its own.

    Rows of Azure's resource graph are.
    """
    id_ = DocumentId.parse(document)
    return "." in id_.field or id_.service == "resourcegraph"


class Without:
    """`snapshot` is the changed snapshot; `original` maps pointers into it back.

    Raises:
        ConfigError: when a removal names nothing.
    """

    def __init__(self, whole: Snapshot, removals: Iterable[Removal]) -> None:
        self._removed: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for removal in sorted(removals):
            self._removed[removal.document].append(_steps(removal.pointer))
        self._whole = whole
        self.snapshot = self._changed() if self._removed else whole

    def original(self, document: str, pointer: str) -> str:
        """Return the pointer in the whole snapshot of what is at `pointer` in the changed one."""
        steps = _steps(pointer)
        removed = self._removed.get(document, ())
        for depth in range(len(steps)):
            gone = sorted(
                int(other[depth])
                for other in removed
                if len(other) == depth + 1 and other[:depth] == steps[:depth] and other[depth].isdigit()
            )
            if steps[depth].isdigit():
                index = int(steps[depth])
                for number in gone:
                    index += number <= index
                steps = (*steps[:depth], str(index), *steps[depth + 1 :])
        return "".join(f"/{_escaped(step)}" for step in steps)

    def _changed(self) -> Snapshot:
        names = {str(document.id) for document in self._whole}
        for name in self._removed:
            if name not in names:
                raise ConfigError(f"no document `{name}` in this snapshot{did_you_mean(name, names)}")
        whole_ones = {name for name, gone in self._removed.items() if () in gone}
        for name in whole_ones:
            if not is_item(name):
                raise ConfigError(f"`{name}` is an answer of its own; name a part of it by a pointer")
        documents = [
            self._without(d) if str(d.id) in self._removed else d
            for d in self._whole
            if str(d.id) not in whole_ones
        ]
        whole = self._whole
        return Snapshot(
            documents,
            whole.gaps,
            target=whole.target,
            collected_at=whole.collected_at,
            asked=whole.asked,
            digest=whole.digest,
        )

    def _without(self, document: Document) -> Document:
        body = copy.deepcopy(document.body)
        gone = self._removed[str(document.id)]
        for steps in sorted(gone, key=_last_first, reverse=True):
            _remove(body, steps, str(document.id))
        return msgspec.structs.replace(document, body=body)


def _last_first(steps: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """A key by which, reversed, later list items come before earlier ones, and parts before their whole."""
    return tuple((int(step), "") if step.isdigit() else (-1, step) for step in steps)


def _remove(body: Any, steps: tuple[str, ...], document: str) -> None:  # noqa: ANN401 - any document
    holder = body
    try:
        for step in steps[:-1]:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        if isinstance(holder, dict) and steps[-1] == _ONLY and not isinstance(holder[_ONLY], list):
            holder[_ONLY] = []
        else:
            del holder[int(steps[-1]) if isinstance(holder, list) else steps[-1]]
    except (KeyError, IndexError, ValueError, TypeError):
        raise ConfigError(f"nothing at `{''.join(f'/{s}' for s in steps)}` of `{document}`") from None


def _steps(pointer: str) -> tuple[str, ...]:
    return tuple(s.replace("~1", "/").replace("~0", "~") for s in pointer.split("/")[1:])


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
