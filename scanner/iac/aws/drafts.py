"""AWS documents while code is read: several resources of code can make one of them.

A `Piece` is a JSON value with the lines that make it. Builders (`scanner.iac.aws.iam` and its like) put
pieces where AWS's answers have them; whoever reads a language only says what the code declares. Values that
nobody can tell are `scanner.snapshot.Unresolved(...).body` wherever AWS answers with a text.

INVARIANT: a document with places was made by code. One without is what AWS has where code says nothing
("no bucket policy"); laying code over a live snapshot must leave those out.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from scanner.snapshot import Document, DocumentId, Gap, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot import SnapshotWriter

UNKNOWN_ACCOUNT = "000000000000"
"""Stands for the account where neither code nor configuration says which one it is."""


_LONGEST_DETAIL = 2_000


class Home(NamedTuple):
    """Where a resource will live."""

    account: str = UNKNOWN_ACCOUNT
    region: str = "us-east-1"
    partition: str = "aws"

    def arn(self, service: str, resource: str, *, regional: bool = True) -> str:
        """Return the ARN that a resource will have; IAM's have no region."""
        return f"arn:{self.partition}:{service}:{self.region if regional else ''}:{self.account}:{resource}"

    def id(self, service: str, field: str, key: str = "", *, regional: bool = True) -> DocumentId:
        """Return the id of one of this account's documents."""
        return DocumentId("aws", self.account, self.region if regional else "", service, field, key)


class Piece(NamedTuple):
    """A JSON value and what made it; the places' pointers are relative to the value, the empty one is all."""

    body: Any
    places: tuple[Place, ...] = ()

    @classmethod
    def of(cls, body: Any, file: str, first: int, last: int) -> Piece:  # noqa: ANN401 - raw JSON
        """Return a value that one block of lines makes."""
        return cls(body, (Place("", file, (first, last)),))

    def below(self, pointer: str) -> tuple[Place, ...]:
        """Return the places as they are once the value stands at a pointer."""
        return tuple(msgspec.structs.replace(p, pointer=pointer + p.pointer) for p in self.places)

    def wrapped(self, *names: str) -> Piece:
        """Return the piece as a field of nested objects, whose lines are its own."""
        body = self.body
        for name in reversed(names):
            body = {name: body}
        whole = tuple(p for p in self.places if not p.pointer)
        pointer = "".join(f"/{_escaped(name)}" for name in names)
        return Piece(body, (*whole, *self.below(pointer)))

    def with_fields(self, **fields: Any) -> Piece:  # noqa: ANN401 - raw JSON
        """Return an object with further fields; those that are None are left out."""
        return Piece({**self.body, **{k: v for k, v in fields.items() if v is not None}}, self.places)


class Draft:
    """One document in the making."""

    def __init__(self, id_: DocumentId) -> None:
        self.id = id_
        self.body: Any = None
        self._places: dict[str, Place] = {}

    @property
    def is_from_code(self) -> bool:
        """Whether any line of code made it."""
        return bool(self._places)

    def set(self, pointer: str, piece: Piece) -> None:
        """Put a value at a pointer, the whole body for an empty one; objects on the way are made."""
        for place in piece.below(pointer):
            self._places[place.pointer] = place
        if not pointer:
            self.body = piece.body
            return
        holder, last = self._holder(pointer)
        holder[last] = piece.body

    def set_place(self, place: Place) -> None:
        """Say which lines made what is at a pointer, where a value is there already."""
        self._places[place.pointer] = place

    def append(self, pointer: str, piece: Piece) -> None:
        """Add a value to the list at a pointer, which is made when there is none."""
        holder, last = self._holder(pointer)
        items = holder.setdefault(last, [])
        items.append(piece.body)
        for place in piece.below(f"{pointer}/{len(items) - 1}"):
            self._places[place.pointer] = place

    def document(self) -> Document:
        """Return it as a snapshot keeps it."""
        return Document(self.id, self.body, tuple(place for _, place in sorted(self._places.items())))

    def _holder(self, pointer: str) -> tuple[dict[str, Any], str]:
        *steps, last = [s.replace("~1", "/").replace("~0", "~") for s in pointer.split("/")[1:]]
        if self.body is None:
            self.body = {}
        holder = self.body
        for step in steps:
            holder = holder[int(step)] if isinstance(holder, list) else holder.setdefault(step, {})
        return holder, last


class Drafts:
    """All documents in the making, by id. `gap` keeps what could not be told.

    `marks` are a builder's own notes on a document, until it is complete.
    """

    def __init__(self) -> None:
        self._by_id: dict[DocumentId, Draft] = {}
        self._by_field: dict[tuple[str, str], dict[DocumentId, Draft]] = defaultdict(dict)
        self._gaps: dict[DocumentId, Gap] = {}
        self.homes: set[Home] = set()
        self.marks: defaultdict[DocumentId, set[str]] = defaultdict(set)

    def at(self, id_: DocumentId) -> Draft:
        """Return the draft with this id, an empty one when it is new."""
        found = self._by_id.get(id_)
        if found is None:
            found = self._by_id[id_] = Draft(id_)
            self._by_field[id_.service, id_.field][id_] = found
        return found

    def get(self, id_: DocumentId) -> Draft | None:
        """Return the draft with this id, None when nothing made one."""
        return self._by_id.get(id_)

    def put(self, id_: DocumentId, piece: Piece) -> None:
        """Make the whole document, over what was there."""
        self.at(id_).set("", piece)

    def of(self, service: str, field: str) -> tuple[Draft, ...]:
        """Return the drafts of one operation or list field, in id order."""
        return tuple(draft for _, draft in sorted(self._by_field[service, field].items()))

    def assume(self, id_: DocumentId, body: Any = None) -> None:  # noqa: ANN401 - raw JSON
        """Say what AWS has where code says nothing, unless code said something or a gap stands there."""
        if id_ not in self._by_id and id_ not in self._gaps:
            self.at(id_).body = body

    def gap(self, gap: Gap) -> None:
        """Keep what could not be told; what is said twice of one thing is one gap, whose effect is both's."""
        known = self._gaps.get(gap.id)
        if known is not None and known.detail and gap.detail not in known.detail:
            effect = known.effect if known.effect == gap.effect else "both"
            detail = f"{known.detail}; {gap.detail}"[:_LONGEST_DETAIL]
            gap = msgspec.structs.replace(known, detail=detail, effect=effect)
        self._gaps[gap.id] = gap

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What could not be told, in order of the ids."""
        return tuple(gap for _, gap in sorted(self._gaps.items()))

    def lived_in(self, home: Home) -> None:
        """Note an account and region that code puts something into."""
        self.homes.add(home)

    def write(self, writer: SnapshotWriter) -> None:
        """Hand everything to a writer."""
        for draft in self._by_id.values():
            document = draft.document()
            (writer.add if document.places else writer.assume)(document)
        for gap in self._gaps.values():
            writer.gap(gap)
        writer.asked(len(self._by_id) + len(self._gaps))

    def __iter__(self) -> Iterator[Draft]:
        return iter(self._by_id.values())


def pairs(tags: Any) -> list[dict[str, Any]] | None:  # noqa: ANN401 - raw JSON
    """Return ``{key: value}`` tags as AWS lists them; texts only, None for anything else or none at all."""
    if not isinstance(tags, dict) or not tags:
        return None
    return [{"Key": str(k), "Value": v} for k, v in sorted(tags.items()) if isinstance(v, str)]


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
