"""A snapshot as it would be with some parts of documents written anew: what a proposal is tried on."""

from __future__ import annotations

import copy
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.errors import ConfigError
from scanner.snapshot.documents import Document, DocumentId
from scanner.snapshot.reading import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable


class Change(msgspec.Struct, frozen=True):
    """A part of a document, or with an empty pointer all of it, and what stands there afterwards.

    `pointer` is a JSON pointer (RFC 6901) whose last step may be ``-``: after the last item of a list. A
    document that is not there yet is made.
    """

    document: str
    pointer: str
    value: Any


def changed(whole: Snapshot, changes: Iterable[Change]) -> Snapshot:
    """Return the snapshot with changes made, in order; places of code stay with what they are of.

    Raises:
        ConfigError: when a pointer leads nowhere.
    """
    by_document: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_document[change.document].append(change)
    if not by_document:
        return whole
    documents = {str(document.id): document for document in whole}
    for name, wanted in by_document.items():
        there = documents.get(name)
        body = None if there is None else copy.deepcopy(there.body)
        for change in wanted:
            body = _made(body, change)
        id_ = DocumentId.parse(name) if there is None else there.id
        documents[name] = Document(id_, body, () if there is None else there.places)
    return Snapshot(
        documents.values(),
        whole.gaps,
        target=whole.target,
        collected_at=whole.collected_at,
        asked=whole.asked,
        digest=whole.digest,
    )


def _made(body: Any, change: Change) -> Any:  # noqa: ANN401 - any document
    value = copy.deepcopy(change.value)
    steps = [s.replace("~1", "/").replace("~0", "~") for s in change.pointer.split("/")[1:]]
    if not steps:
        return value
    holder = body
    try:
        for step in steps[:-1]:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        if not isinstance(holder, list):
            holder[steps[-1]] = value
        elif steps[-1] == "-":
            holder.append(value)
        else:
            holder[int(steps[-1])] = value
    except (KeyError, IndexError, ValueError, TypeError):
        raise ConfigError(f"nothing at `{change.pointer}` of `{change.document}`") from None
    return body
