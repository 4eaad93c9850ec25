"""Collects documents and gaps, and writes them as a snapshot."""

from __future__ import annotations

from collections import defaultdict
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
from scanner.snapshot.reading import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class SnapshotWriter:
    """Takes documents and gaps in any order from one thread at a time; `save` sorts and writes them.

    A document that has no JSON form, or whose line would be longer than `LONGEST_LINE`, becomes a gap.
    """

    def __init__(self, *, target: str, collected_at: str, tool_version: str) -> None:
        self._target = target
        self._collected_at = collected_at
        self._tool_version = tool_version
        self._documents: dict[DocumentId, Document] = {}
        self._gaps: dict[DocumentId, Gap] = {}
        self._asked = 0

    def asked(self, calls: int = 1) -> None:
        """Count calls made, for the coverage summary."""
        self._asked += calls

    def add(self, document: Document) -> None:
        """Keep a document; the last one under an id wins."""
        self._documents[document.id] = document

    def gap(self, gap: Gap) -> None:
        """Keep a gap; the last one under an id wins."""
        gap = msgspec.structs.replace(gap, id=_encodable_id(gap.id), detail=_encodable(gap.detail))
        self._gaps[gap.id] = gap

    def snapshot(self) -> Snapshot:
        """Return what was written so far as an in-memory snapshot, the same as saving and loading it."""
        decoder = msgspec.json.Decoder(Document)
        documents: list[Document] = []
        shards: list[Shard] = []
        for shard, lines in self._packed():
            shards.append(shard)
            documents += map(decoder.decode, lines)
        manifest = self._manifest(shards)
        return Snapshot.of(manifest, documents)

    def save(self, directory: Path) -> None:
        """Write the snapshot; an older one in the directory is replaced, anything else there is refused.

        The manifest goes last: until then the older snapshot stays whole.

        Raises:
            SnapshotError: when the directory holds something else or cannot be written.
        """
        try:
            demand_room(directory)
            shards: list[Shard] = []
            for shard, lines in self._packed():
                write_shard(directory, shard, lines)
                shards.append(shard)
            write_manifest(directory, self._manifest(shards))
        except OSError as error:
            raise SnapshotError(
                f"cannot be written: {error.strerror or error}", file=str(directory)
            ) from None

    def _packed(self) -> Iterator[tuple[Shard, list[bytes]]]:
        """Yield each shard with its lines, in order. What cannot be written is by then among the gaps."""
        by_shard: dict[tuple[str, str], list[Document]] = defaultdict(list)
        for document in self._documents.values():
            by_shard[document.id.provider, document.id.scope].append(document)
        for (provider, scope), documents in sorted(by_shard.items()):
            documents.sort(key=lambda d: d.id)
            lines = [line for line in map(self._line, documents) if line is not None]
            yield Shard.of(provider, scope, lines), lines

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
