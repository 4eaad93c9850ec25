"""How a snapshot lies on disk: a manifest, and one object of lines a shard. What is read is not trusted."""

from __future__ import annotations

import hashlib
import io
import re
from typing import TYPE_CHECKING, Final

import msgspec

from scanner.errors import SnapshotError
from scanner.snapshot.documents import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FORMAT_VERSION: Final = 1
LONGEST_LINE: Final = 64 * 1024 * 1024
"""Bytes of one document. A longer one is written as a gap and refused when read."""
_LARGEST_MANIFEST: Final = 1024 * 1024 * 1024  # bytes
_COMPRESS_ABOVE: Final = 1_000_000  # bytes
_MANIFEST: Final = "manifest.json"
_OBJECTS: Final = "objects"
_UNFINISHED: Final = {"journal.jsonl", "objects"}  # what a run that was killed leaves
_OBJECT: Final = re.compile(r"([0-9a-f]{64})\.jsonl(\.zst)?", re.ASCII)


class _Version(msgspec.Struct, frozen=True):
    version: int


class Shard(msgspec.Struct, frozen=True, order=True):
    """One account, project or subscription: its object's name, the hash of its lines, how many they are."""

    provider: str
    scope: str
    object: str
    sha256: str
    documents: int

    @classmethod
    def of(cls, provider: str, scope: str, lines: Iterable[bytes]) -> Shard:
        """Return the shard that these lines make."""
        digest = hashlib.sha256()
        size = count = 0
        for line in lines:
            digest.update(line)
            size += len(line)
            count += 1
        suffix = "jsonl.zst" if size > _COMPRESS_ABOVE else "jsonl"
        return cls(provider, scope, f"{digest.hexdigest()}.{suffix}", digest.hexdigest(), count)


class Manifest(msgspec.Struct, frozen=True):
    """What a snapshot holds. `sha256` is the hash of everything else here."""

    version: int
    target: str
    collected_at: str
    tool_version: str
    shards: tuple[Shard, ...]
    gaps: tuple[Gap, ...]
    asked: int
    sha256: str = ""

    def digest(self) -> str:
        """Hash of everything but the hash."""
        encoded = msgspec.json.encode(msgspec.structs.replace(self, sha256=""))
        return hashlib.sha256(encoded).hexdigest()


def demand_room(directory: Path) -> None:
    """Refuse a directory that holds something else: its files are not ours to replace."""
    if not directory.exists() or (directory.is_dir() and not any(directory.iterdir())):
        return
    if not (directory / _MANIFEST).is_file() and {p.name for p in directory.iterdir()} <= _UNFINISHED:
        return
    if not (directory / _MANIFEST).is_file():
        raise SnapshotError("is not empty and holds no snapshot", file=str(directory))
    try:
        read_manifest(directory)
    except SnapshotError:
        message = "holds no snapshot that could be replaced; remove it or name another directory"
        raise SnapshotError(message, file=str(directory)) from None


def write_shard(directory: Path, shard: Shard, lines: Iterable[bytes]) -> None:
    """Write one shard's object, line by line."""
    (directory / _OBJECTS).mkdir(parents=True, exist_ok=True)
    parts = _compressed(lines) if shard.object.endswith(".zst") else lines
    _write(directory / _OBJECTS / shard.object, parts)


def _compressed(lines: Iterable[bytes]) -> Iterator[bytes]:
    import zstandard  # noqa: PLC0415 - only large snapshots pay for it

    compressor = zstandard.ZstdCompressor(level=9).compressobj()
    yield from map(compressor.compress, lines)
    yield compressor.flush()


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Write the manifest, which makes the objects before it a snapshot, and remove an older one's objects."""
    directory.mkdir(parents=True, exist_ok=True)
    _write(directory / _MANIFEST, [msgspec.json.format(msgspec.json.encode(manifest), indent=1), b"\n"])
    current = {shard.object for shard in manifest.shards}
    for stale in (directory / _OBJECTS).glob("*.jsonl*"):
        if _OBJECT.fullmatch(stale.name) and stale.name not in current:
            stale.unlink()


def _write(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("wb") as stream:
        stream.writelines(parts)
    unfinished.replace(path)


def read_manifest(directory: Path) -> Manifest:
    """Return a checked manifest.

    Raises:
        SnapshotError: when there is none, or it is damaged, edited, of another version, or names strange
            objects.
    """
    path = directory / _MANIFEST
    try:
        if path.stat().st_size > _LARGEST_MANIFEST:
            raise SnapshotError("not a snapshot: the manifest is too large", file=str(path))
        raw = path.read_bytes()
    except OSError as error:
        raise SnapshotError(f"not a snapshot: {error.strerror or error}", file=str(path)) from None
    try:
        version = msgspec.json.decode(raw, type=_Version).version
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise SnapshotError(f"not a snapshot, or damaged: {error}", file=str(path)) from None
    if version != FORMAT_VERSION:
        raise SnapshotError(
            f"version {version}; this sidedoor reads version {FORMAT_VERSION}", file=str(path)
        )
    try:
        manifest = msgspec.json.decode(raw, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise SnapshotError(f"manifest is damaged: {error}", file=str(path)) from None
    if manifest.digest() != manifest.sha256:
        raise SnapshotError("manifest was edited: its hash does not match its content", file=str(path))
    _check_shards(manifest, path)
    return manifest


def _check_shards(manifest: Manifest, path: Path) -> None:
    previous: tuple[str, str] | None = None
    for shard in manifest.shards:
        name = _OBJECT.fullmatch(shard.object)
        if name is None or name[1] != shard.sha256:
            raise SnapshotError(
                f"names an object that is none of a snapshot: {shard.object[:80]!a}", file=str(path)
            )
        if previous is not None and (shard.provider, shard.scope) <= previous:
            raise SnapshotError("names its shards out of order or twice", file=str(path))
        previous = (shard.provider, shard.scope)


def read_shard(directory: Path, shard: Shard) -> Iterator[Document]:
    """Yield a shard's documents in order; hash and count are checked after the last."""
    path = directory / _OBJECTS / shard.object
    digest = hashlib.sha256()
    decoder = msgspec.json.Decoder(Document)
    previous: DocumentId | None = None
    count = 0
    for count, line in enumerate(_lines(path), start=1):
        digest.update(line)
        try:
            document = decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise SnapshotError(f"document is damaged: {error}", file=str(path), line=count) from None
        if (document.id.provider, document.id.scope) != (shard.provider, shard.scope):
            raise SnapshotError("document is of another shard", file=str(path), line=count)
        if previous is not None and document.id <= previous:
            raise SnapshotError("documents are out of order", file=str(path), line=count)
        previous = document.id
        yield document
    if count != shard.documents:
        raise SnapshotError(f"truncated: {count} documents of {shard.documents}", file=str(path))
    if digest.hexdigest() != shard.sha256:
        raise SnapshotError("was edited: its hash does not match the manifest", file=str(path))


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            if path.suffix != ".zst":
                yield from _bounded(stream, path)
                return
            import zstandard  # noqa: PLC0415 - only large snapshots pay for it

            try:
                with zstandard.ZstdDecompressor().stream_reader(stream) as reader:
                    yield from _bounded(io.BufferedReader(reader), path)
            except zstandard.ZstdError as error:
                raise SnapshotError(f"truncated or damaged: {error}", file=str(path)) from None
    except OSError as error:
        raise SnapshotError(f"cannot be read: {error.strerror or error}", file=str(path)) from None


def _bounded(stream: io.BufferedReader, path: Path) -> Iterator[bytes]:
    """Yield lines; a line that no writer of ours makes is refused before it fills the memory."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise SnapshotError(f"a line of more than {LONGEST_LINE} bytes", file=str(path), line=number)
        yield line
