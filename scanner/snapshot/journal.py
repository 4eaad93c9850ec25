"""Documents on disk as they come, and which questions they answer: what a run that was killed has left.

One line a document, as the snapshot will hold it; after the documents of a question one line that marks it as
answered. A line that was being written when the process died is dropped. Documents are looked up by place, so
memory holds ids only, however many there are.
"""

from __future__ import annotations

import io
import weakref
from typing import TYPE_CHECKING, BinaryIO, Final

import msgspec

from scanner.errors import SnapshotError
from scanner.snapshot.documents import Document, DocumentId

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

JOURNAL: Final = "journal.jsonl"
"""Name of the file in a snapshot's directory; it is gone once everything that was asked is answered."""
_MARK: Final = b'{"answered"'


class Head(msgspec.Struct, frozen=True, tag_field="journal", tag="1"):
    """First line: what is asked for, as text that another run of the same kind repeats, and since when."""

    about: str
    started: str


class _Mark(msgspec.Struct, frozen=True):
    answered: str
    start: int
    calls: int


class Journal:
    """Lines by document id. Not safe for threads: the writer's callers take turns.

    Args:
        stream: Readable, writable and seekable; at its end.
    """

    def __init__(self, stream: BinaryIO | None = None) -> None:
        self._stream = stream if stream is not None else io.BytesIO()
        weakref.finalize(self, self._stream.close)
        self._end = self._stream.seek(0, io.SEEK_END)
        self._places: dict[DocumentId, tuple[int, int]] = {}
        self._answered: dict[str, _Mark] = {}

    @classmethod
    def start(cls, path: Path, head: Head) -> Journal:
        """Begin a journal file, in place of one that is there.

        Raises:
            SnapshotError: when it cannot be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            stream = path.open("w+b")
        except OSError as error:
            raise SnapshotError(f"cannot be written: {error.strerror or error}", file=str(path)) from None
        stream.write(msgspec.json.encode(head) + b"\n")
        return cls(stream)

    @classmethod
    def resume(cls, path: Path) -> tuple[Head, Journal] | None:
        """Read what an earlier run left; None when there is nothing, or nothing that can be used."""
        try:
            stream = path.open("r+b")
        except OSError:
            return None
        journal = cls(stream)
        stream.seek(0)
        try:
            head = msgspec.json.decode(stream.readline(), type=Head)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None
        journal._read(stream)
        return head, journal

    @property
    def questions(self) -> int:
        """How many questions are answered."""
        return len(self._answered)

    def ids(self) -> tuple[DocumentId, ...]:
        """Return the ids of all documents, sorted."""
        return tuple(sorted(self._places))

    def holds(self, id_: DocumentId) -> bool:
        """Tell whether there is a document under an id."""
        return id_ in self._places

    def put(self, id_: DocumentId, line: bytes) -> None:
        """Keep a document's line; of two under one id the last counts."""
        self._stream.seek(self._end)
        self._stream.write(line)
        self._places[id_] = (self._end, len(line))
        self._end += len(line)

    def drop(self, id_: DocumentId) -> None:
        """Forget a document."""
        self._places.pop(id_, None)

    def answer(self, question: str, lines: Sequence[tuple[DocumentId, bytes]], calls: int) -> None:
        """Keep all documents of a question and mark it as answered; from here on they outlive the process."""
        start = self._end
        for id_, line in lines:
            self.put(id_, line)
        mark = msgspec.json.encode(_Mark(question, start, calls)) + b"\n"
        self._stream.seek(self._end)  # an answer may have no documents, and reading moves the stream
        self._stream.write(mark)
        self._end += len(mark)
        self._stream.flush()

    def answered(self, question: str) -> tuple[tuple[Document, ...], int] | None:
        """Return the documents of a question that an earlier run answered and the calls it took, else None.

        They are the journal's documents from here on.
        """
        mark = self._answered.get(question)
        if mark is None:
            return None
        place = self._stream.seek(mark.start)
        decoder = msgspec.json.Decoder(Document)
        documents = []
        while not (line := self._stream.readline()).startswith(_MARK):
            documents.append(decoder.decode(line))
            self._places[documents[-1].id] = (place, len(line))
            place += len(line)
        return tuple(documents), mark.calls

    def line(self, id_: DocumentId) -> bytes:
        """Return a document's line."""
        place, length = self._places[id_]
        self._stream.seek(place)
        return self._stream.read(length)

    def _read(self, stream: BinaryIO) -> None:
        """Find the marks; what follows the last one was not answered and is cut off."""
        stream.seek(0)
        place = sound = len(stream.readline())
        for line in self._whole_lines(stream):
            place += len(line)
            if not line.startswith(_MARK):
                continue
            try:
                mark = msgspec.json.decode(line, type=_Mark)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                break
            self._answered[mark.answered] = mark
            sound = place
        stream.truncate(sound)
        self._end = stream.seek(sound)

    @staticmethod
    def _whole_lines(stream: BinaryIO) -> Iterator[bytes]:
        while (line := stream.readline()).endswith(b"\n"):
            yield line
