"""Code and cloud together: a change laid over what is there, and what is there located at its code.

Both compare documents of one id. A change is two snapshots of the same code, before it and after it: what it
does not speak of stays as it is, whoever made it. Lists are compared item by item, an item by the name it
carries (``Sid``, ``PolicyName`` …) or else by its content; one value stands for a list of it, as in policies.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.snapshot.documents import Document, Place
from scanner.snapshot.reading import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot.documents import DocumentId

_NAMES: Final = ("PolicyName", "PolicyArn", "Sid", "Key", "id", "name", "role", "Arn")
_GONE: Final = object()


def laid_over(live: Snapshot, before: Snapshot, after: Snapshot) -> Snapshot:
    """Return the live snapshot as it will be once the code that made `before` makes `after`."""
    old, new = _by_id(before), _by_id(after)
    documents = _by_id(live)
    for id_ in old.keys() - new.keys():
        documents.pop(id_, None)
    for id_, document in new.items():
        there = documents.get(id_)
        if there is None:
            documents[id_] = document
        elif id_ in old or document.body is not None:
            was = old[id_].body if id_ in old else _GONE
            documents[id_] = _replaced(there, _merged(was, document.body, there.body), document)
    return Snapshot(
        documents.values(),
        (*live.gaps, *(gap for gap in after.gaps if gap.id not in documents)),
        target=live.target,
        collected_at=live.collected_at,
        asked=live.asked,
        digest=live.digest,
    )


def located(live: Snapshot, code: Snapshot) -> Snapshot:
    """Return the live snapshot with the places of the code that made its documents.

    A part that the cloud has otherwise than the code says is at the narrowest part around it that has a
    place.
    """
    made = _by_id(code)
    documents = (
        msgspec.structs.replace(d, places=_places(d.body, made[d.id])) if d.id in made else d for d in live
    )
    return Snapshot(
        documents,
        live.gaps,
        target=live.target,
        collected_at=live.collected_at,
        asked=live.asked,
        digest=live.digest,
    )


def _by_id(snapshot: Snapshot) -> dict[DocumentId, Document]:
    return {document.id: document for document in snapshot}


def _replaced(there: Document, body: Any, code: Document) -> Document:  # noqa: ANN401 - any document
    whole = Document(there.id, body)
    return msgspec.structs.replace(whole, places=_places(body, code))


def _merged(before: Any, after: Any, live: Any) -> Any:  # noqa: ANN401 - any part of a document
    """Return the live part with the change from `before` to `after` made on it."""
    if _same(before, after):
        return live
    if _same(before, live):
        return after
    old, new = (
        _nothing_like(live) if part is _GONE else part for part in (before, after)
    )  # said nothing of it
    if isinstance(old, dict) and isinstance(new, dict) and isinstance(live, dict):
        keys = dict.fromkeys([*live, *new])
        merged = {key: _merged(*(part.get(key, _GONE) for part in (old, new, live))) for key in keys}
        return {key: value for key, value in merged.items() if value is not _GONE}
    if isinstance(old, list) and isinstance(new, list) and isinstance(live, list):
        return list(_merged_items(old, new, live))
    return after


def _nothing_like(live: Any) -> Any:  # noqa: ANN401 - any part of a document
    """Return what stands for a part that the code said nothing of."""
    return type(live)() if isinstance(live, dict | list) else _GONE


def _merged_items(before: list[Any], after: list[Any], live: list[Any]) -> Iterator[Any]:
    old, new = {_name(item): item for item in before}, {_name(item): item for item in after}
    seen = set()
    for item in live:
        name = _name(item)
        seen.add(name)
        if name in new:
            yield _merged(old.get(name, _GONE), new[name], item) if name in old else new[name]
        elif name not in old:
            yield item
    yield from (item for name, item in new.items() if name not in seen)


def _name(item: Any) -> str:  # noqa: ANN401 - any part of a document
    """Return what an item of a list is known by."""
    if isinstance(item, dict):
        for name in _NAMES:
            if isinstance(item.get(name), str):
                return f"{name}={item[name]}"
    return json.dumps(_plain(item), sort_keys=True)


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any parts of documents
    if one is _GONE or other is _GONE:
        return one is other
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:  # noqa: ANN401 - any part of a document
    """Return a value in the form in which two spellings of it are equal."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    items = sorted((_plain(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return items[0] if len(items) == 1 and not isinstance(items[0], dict) else items


def _places(body: Any, code: Document) -> tuple[Place, ...]:  # noqa: ANN401 - any document
    """Return the places of the code with pointers into `body`; those of parts that it lacks are left out."""
    found: dict[str, Place] = {}
    for place in code.places:
        pointer = _pointer(body, code.body, place.pointer)
        if pointer is not None:
            found.setdefault(pointer, msgspec.structs.replace(place, pointer=pointer))
    return tuple(found.values())


def _pointer(body: Any, code: Any, pointer: str) -> str | None:  # noqa: ANN401 - any documents
    """Return where in `body` the part of `code` at a pointer is, None where it is not."""
    taken = ""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(code, list) and isinstance(body, list) and key.isdigit() and int(key) < len(code):
            code = code[int(key)]
            index = next((i for i, item in enumerate(body) if _name(item) == _name(code)), None)
            if index is None:
                return None
            body = body[index]
            taken = f"{taken}/{index}"
        elif isinstance(code, dict) and isinstance(body, dict) and key in code and key in body:
            code, body = code[key], body[key]
            taken = f"{taken}/{step}"
        else:
            return None
    return taken
