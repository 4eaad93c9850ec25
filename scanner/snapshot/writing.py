"""Collects documents and gaps, and writes them as a snapshot."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from scanner.errors import SnapshotError
from scanner.snapshot.documents import Document, DocumentId, Gap
from scanner.snapshot.files import (
    FORMAT_VERSION,
    LONGEST_LINE,
    Manifest,
    Shard,
    demand_room,
    write_manifest,
    write_shard,
)
from scanner.snapshot.journal import JOURNAL, Journal
from scanner.snapshot.reading import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class SnapshotWriter:
    """Takes documents and gaps in any order from one thread at a time; `save` sorts and writes them.

    A document that has no JSON form, or whose line would be longer than `LONGEST_LINE`, becomes a gap.

    Args:
        target: What is read.
        collected_at: ISO time in UTC.
        tool_version: Of this program.
        journal: Where documents wait: a file outlives the process, and memory stays flat. None: in memory.
    """

    def __init__(
        self, *, target: str, collected_at: str, tool_version: str, journal: Journal | None = None
    ) -> None:
        self._target = target
        self._collected_at = collected_at
        self._tool_version = tool_version
        self._journal = journal or Journal()
        self._gaps: dict[DocumentId, Gap] = {}
        self._asked = 0

    def asked(self, calls: int = 1) -> None:
        """Count calls made, for the coverage summary."""
        self._asked += calls

    def add(self, document: Document) -> None:
        """Keep a document; the last one under an id wins."""
        line = self._line(document)
        if line is None:
            self._journal.drop(document.id)
        else:
            self._journal.put(document.id, line)

    def assume(self, document: Document) -> None:
        """Keep a document unless there is one under its id: what holds when nobody says otherwise."""
        if not self._journal.holds(document.id):
            self.add(document)

    def gap(self, gap: Gap) -> None:
        """Keep a gap; the last one under an id wins."""
        gap = msgspec.structs.replace(gap, id=_encodable_id(gap.id), detail=_encodable(gap.detail))
        self._gaps[gap.id] = gap

    def answer(self, question: str, documents: Iterable[Document], calls: int = 1) -> None:
        """Keep everything that answers a question whole: a later run with the same journal need not ask it.

        Args:
            question: Names the call with all that decides its answer, whose credentials included.
            documents: The whole answer. One that becomes a gap leaves the question open.
            calls: Calls that it took.
        """
        self.asked(calls)
        lines = [(document.id, self._line(document)) for document in documents]
        whole = [(id_, line) for id_, line in lines if line is not None]
        if len(whole) == len(lines):
            self._journal.answer(question, whole, calls)
            return
        for id_, line in whole:
            self._journal.put(id_, line)

    def answered(self, question: str) -> tuple[Document, ...] | None:
        """Return an earlier run's answer to a question, kept as if it came now; None when it is open."""
        found = self._journal.answered(question)
        if found is None:
            return None
        documents, calls = found
        self.asked(calls)
        return documents

    def snapshot(self) -> Snapshot:
        """Return what was written so far as an in-memory snapshot, the same as saving and loading it."""
        decoder = msgspec.json.Decoder(Document)
        documents: list[Document] = []
        shards: list[Shard] = []
        for shard, ids in self._shards():
            shards.append(shard)
            documents += map(decoder.decode, self._lines(ids))
        return Snapshot.of(self._manifest(shards), documents)

    def save(self, directory: Path) -> None:
        """Write the snapshot; an older one in the directory is replaced, anything else there is refused.

        The manifest goes last: until then the older snapshot stays whole. A journal in the directory is
        removed once nothing is left to ask, and stays while there are gaps.

        Raises:
            SnapshotError: when the directory holds something else or cannot be written.
        """
        try:
            demand_room(directory)
            shards: list[Shard] = []
            for shard, ids in self._shards():
                write_shard(directory, shard, self._lines(ids))
                shards.append(shard)
            write_manifest(directory, self._manifest(shards))
            if not self._gaps:
                (directory / JOURNAL).unlink(missing_ok=True)
        except OSError as error:
            raise SnapshotError(
                f"cannot be written: {error.strerror or error}", file=str(directory)
            ) from None

    def _shards(self) -> Iterator[tuple[Shard, list[DocumentId]]]:
        """Yield each shard with its documents' ids, in order."""
        for (provider, scope), ids in groupby(self._journal.ids(), key=lambda id_: (id_.provider, id_.scope)):
            of_shard = list(ids)
            yield Shard.of(provider, scope, self._lines(of_shard)), of_shard

    def _lines(self, ids: Iterable[DocumentId]) -> Iterator[bytes]:
        return map(self._journal.line, ids)

    def _line(self, document: Document) -> bytes | None:
        try:
            line = msgspec.json.encode(document, order="deterministic") + b"\n"
        except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError) as error:
            self.gap(Gap(document.id, "unparseable", f"has no JSON form: {str(error)[:200]}"))
            return None
        if len(line) > LONGEST_LINE:
            self.gap(Gap(document.id, "too-large", f"{len(line)} bytes, more than {LONGEST_LINE}"))
            return None
        return line

    def _manifest(self, shards: list[Shard]) -> Manifest:
        manifest = Manifest(
            version=FORMAT_VERSION,
            target=self._target,
            collected_at=self._collected_at,
            tool_version=self._tool_version,
            shards=tuple(shards),
            gaps=tuple(sorted(self._gaps.values())),
            asked=self._asked,
        )
        return msgspec.structs.replace(manifest, sha256=manifest.digest())


def _encodable(text: str) -> str:
    """Replace lone surrogates, which have no UTF-8 form."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _encodable_id(id_: DocumentId) -> DocumentId:
    return id_ if str(id_).isascii() else DocumentId(*map(_encodable, msgspec.structs.astuple(id_)))
