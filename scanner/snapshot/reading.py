"""A snapshot in memory: documents and gaps, by id and by field."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.snapshot.documents import Document, DocumentId, Gap, Place
from scanner.snapshot.files import read_manifest, read_shard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from scanner.snapshot.files import Manifest


class Snapshot:
    """Documents by id and by field, and gaps.

    Build with `Snapshot.load`, or in memory with `SnapshotWriter.snapshot`. Of two documents under one id the
    last counts.
    """

    def __init__(
        self,
        documents: Iterable[Document],
        gaps: Iterable[Gap] = (),
        *,
        target: str = "",
        collected_at: str = "",
        asked: int = 0,
        digest: str = "",
    ) -> None:
        by_id = {document.id: document for document in documents}
        self._by_id = dict(sorted(by_id.items()))
        self._by_field: dict[tuple[str, str, str], list[Document]] = defaultdict(list)
        for document in self._by_id.values():
            self._by_field[document.id.provider, document.id.service, document.id.field].append(document)
        self.gaps: tuple[Gap, ...] = tuple(sorted(set(gaps)))
        self._gap_by_id = {gap.id: gap for gap in self.gaps}
        self.target = target
        self.collected_at = collected_at
        self.asked = asked
        self.digest = digest

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Document]:
        return iter(self._by_id.values())

    def get(self, wanted: DocumentId) -> Document | Gap:
        """Return the document, else the gap that stands for it.

        A gap without a key stands for every key of its field, and one of an operation for the items of its
        lists: they come back under the wanted id. What nobody asked for has the reason ``not-collected``.
        """
        found = self._by_id.get(wanted)
        if found is not None:
            return found
        operation = wanted.field.partition(".")[0]
        for field, key in ((wanted.field, wanted.key), (wanted.field, ""), (operation, "")):
            gap = self._gap_by_id.get(msgspec.structs.replace(wanted, field=field, key=key))
            if gap is not None:
                return msgspec.structs.replace(gap, id=wanted)
        return Gap(wanted, "not-collected")

    def all(self, provider: str, service: str, field: str) -> tuple[Document, ...]:
        """Return every document of one operation or list field, over all scopes and regions, in id order."""
        return tuple(self._by_field.get((provider, service, field), ()))

    def place(self, document: str, pointer: str) -> Place | None:
        """Return the narrowest code around a JSON pointer of a document, by its id's text."""
        found = self._by_id.get(DocumentId.parse(document))
        return None if found is None else found.place(pointer)

    def cited(self, document: str, pointer: str) -> tuple[Any, Place | None] | None:
        """Return what stands at a JSON pointer of a document, by its id's text, and the code that made it.

        None when there is no such document, or nothing there.
        """
        found = self._by_id.get(DocumentId.parse(document))
        if found is None:
            return None
        part = found.body
        try:
            for step in pointer.split("/")[1:]:
                key = step.replace("~1", "/").replace("~0", "~")
                part = msgspec.json.decode(part) if isinstance(part, str) else part  # a policy as text
                part = part[int(key)] if isinstance(part, list) else part[key]
        except (KeyError, IndexError, ValueError, TypeError, msgspec.MsgspecError, RecursionError):
            return None
        return part, found.place(pointer)

    def gaps_of(self, provider: str, service: str | None = None) -> Iterator[Gap]:
        """Yield the gaps of a provider, or of one of its services."""
        return (g for g in self.gaps if g.id.provider == provider and service in (None, g.id.service))

    @property
    def providers(self) -> tuple[str, ...]:
        """Providers with a document or a gap, sorted."""
        return tuple(sorted({i.provider for i in self._by_id} | {g.id.provider for g in self.gaps}))

    @classmethod
    def load(cls, directory: Path) -> Snapshot:
        """Read and check a snapshot directory, one line at a time.

        Raises:
            SnapshotError: when it is none, of a newer version, or does not match its hashes.
        """
        manifest = read_manifest(directory)
        documents = (document for shard in manifest.shards for document in read_shard(directory, shard))
        return cls.of(manifest, documents)

    @classmethod
    def joined(cls, snapshots: Sequence[Snapshot]) -> Snapshot:
        """Return several snapshots as one: of two documents under one id the later snapshot's counts."""
        if len(snapshots) == 1:
            return snapshots[0]
        digest = hashlib.sha256("".join(s.digest for s in snapshots).encode()).hexdigest()
        return cls(
            (document for s in snapshots for document in s),
            (gap for s in snapshots for gap in s.gaps),
            target=" ".join(sorted({s.target for s in snapshots})),
            collected_at=max(s.collected_at for s in snapshots),
            asked=sum(s.asked for s in snapshots),
            digest=digest,
        )

    @classmethod
    def of(cls, manifest: Manifest, documents: Iterable[Document]) -> Snapshot:
        """Build from a manifest and the documents of its shards."""
        return cls(
            documents,
            manifest.gaps,
            target=manifest.target,
            collected_at=manifest.collected_at,
            asked=manifest.asked,
            digest=manifest.sha256,
        )
