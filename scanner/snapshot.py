"""A snapshot: the providers' raw documents, and what could not be read. Everything after it is offline and pure.

On disk a directory: ``manifest.json`` and ``objects/SHA256.jsonl`` (``.jsonl.zst`` above 1 MB), one object a shard, one
document a line, sorted by id. A *shard* is one account, project or subscription. `Snapshot.digest` is the hash of the
manifest's content and so of everything in it.

A document is one provider answer, or one item of a list answer, under the id ``PROVIDER:SCOPE:REGION:SERVICE:FIELD/KEY``:

    aws:100000000001:us-east-1:sagemaker:DescribeEndpoint/sandbox
    aws:100000000001::iam:GetAccountAuthorizationDetails.RoleDetailList/arn:aws:iam::100000000001:role/ingest

A body of None means that the provider said "there is none" (no bucket policy). What could not be read is a `Gap` under
the same id; looking up what is neither gives a `Gap` too, with reason ``not-collected``: absent and unread never meet.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec

from scanner.errors import SnapshotError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FORMAT_VERSION: Final = 1
_COMPRESS_ABOVE: Final = 1_000_000  # bytes
_MANIFEST: Final = "manifest.json"

Reason: TypeAlias = Literal[
    "refused",
    "throttled",
    "not-implemented",
    "unparseable",
    "unsupported-by-sdk",
    "failed",
    "not-collected",
    "too-large",
]


class DocumentId(msgspec.Struct, frozen=True, order=True):
    """Where a document comes from. `scope` is an account, project or subscription; `region` may be empty.

    `field` is the operation (``GetBucketPolicy``) or, for one item of a list answer, ``OPERATION.FIELD``; `key` names
    the item or the parameters, and is empty when one scope and region has only one.
    """

    provider: str
    scope: str
    region: str
    service: str
    field: str
    key: str = ""

    def __str__(self) -> str:
        head = f"{self.provider}:{self.scope}:{self.region}:{self.service}:{self.field}"
        return f"{head}/{self.key}" if self.key else head


class Document(msgspec.Struct, frozen=True):
    """One raw provider answer. `file` and `lines` are set where it came from code."""

    id: DocumentId
    body: Any
    file: str | None = None
    lines: tuple[int, int] | None = None


class Gap(msgspec.Struct, frozen=True, order=True):
    """What could not be read, and why. `detail` is the provider's or parser's own words, without secrets.

    `effect` says what it does to findings: ``understated`` (some may be missing), ``overstated`` (some may be wrong)
    or ``both``.
    """

    id: DocumentId
    reason: Reason
    detail: str = ""
    effect: Literal["understated", "overstated", "both"] = "both"

    def __str__(self) -> str:
        return f"{self.id} ({self.reason}{': ' + self.detail if self.detail else ''})"


class _Shard(msgspec.Struct, frozen=True, order=True):
    provider: str
    scope: str
    object: str
    sha256: str
    documents: int


class _Manifest(msgspec.Struct, frozen=True):
    version: int
    target: str
    collected_at: str
    tool_version: str
    shards: tuple[_Shard, ...]
    gaps: tuple[Gap, ...]
    asked: int
    sha256: str = ""

    def digest(self) -> str:
        """Hash of everything but the hash."""
        return _sha256(msgspec.json.encode(msgspec.structs.replace(self, sha256="")))


class Snapshot:
    """Documents by id and by field, and gaps. Build with `Snapshot.load`, or in memory with `SnapshotWriter.snapshot`."""

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
        self._by_id: dict[DocumentId, Document] = {}
        self._by_field: dict[tuple[str, str, str], list[Document]] = defaultdict(list)
        for document in documents:
            self._by_id[document.id] = document
            self._by_field[document.id.provider, document.id.service, document.id.field].append(document)
        self.gaps: tuple[Gap, ...] = tuple(sorted(set(gaps)))
        self._gap_by_id = {gap.id: gap for gap in self.gaps}
        self.target = target
        self.collected_at = collected_at
        self.asked = asked
        self.digest = digest

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, wanted: DocumentId) -> Document | Gap:
        """Return the document, else the gap that stands for it (``not-collected`` when nobody asked)."""
        found = self._by_id.get(wanted)
        if found is not None:
            return found
        return self._gap_by_id.get(wanted) or Gap(wanted, "not-collected")

    def all(self, provider: str, service: str, field: str) -> tuple[Document, ...]:
        """Return every document of one operation or list field, over all scopes and regions, in id order."""
        return tuple(self._by_field.get((provider, service, field), ()))

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
        manifest = _read_manifest(directory)
        documents = (document for shard in manifest.shards for document in _read_shard(directory, shard))
        return cls(
            documents,
            manifest.gaps,
            target=manifest.target,
            collected_at=manifest.collected_at,
            asked=manifest.asked,
            digest=manifest.sha256,
        )


class SnapshotWriter:
    """Takes documents and gaps in any order from one thread at a time; `save` sorts and writes them."""

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
        self._gaps[gap.id] = gap

    def snapshot(self) -> Snapshot:
        """Return what was written so far as an in-memory snapshot, the same as saving and loading it."""
        manifest, _ = self._packed()
        documents = sorted(self._documents.values(), key=lambda d: d.id)
        return Snapshot(
            documents,
            manifest.gaps,
            target=manifest.target,
            collected_at=manifest.collected_at,
            asked=manifest.asked,
            digest=manifest.sha256,
        )

    def save(self, directory: Path) -> None:
        """Write the snapshot; an existing one in the same directory is replaced, anything else there is refused."""
        if directory.exists() and any(directory.iterdir()) and not (directory / _MANIFEST).exists():
            raise SnapshotError("directory is not empty and holds no snapshot", file=str(directory))
        manifest, objects = self._packed()
        (directory / "objects").mkdir(parents=True, exist_ok=True)
        for stale in (directory / "objects").iterdir():
            if stale.name not in objects:
                stale.unlink()
        for name, content in objects.items():
            (directory / "objects" / name).write_bytes(content)
        encoded = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        (directory / _MANIFEST).write_bytes(encoded + b"\n")

    def _packed(self) -> tuple[_Manifest, dict[str, bytes]]:
        by_shard: dict[tuple[str, str], list[Document]] = defaultdict(list)
        for document in self._documents.values():
            by_shard[document.id.provider, document.id.scope].append(document)
        shards: list[_Shard] = []
        objects: dict[str, bytes] = {}
        for (provider, scope), documents in sorted(by_shard.items()):
            documents.sort(key=lambda d: d.id)
            lines = b"".join(
                msgspec.json.encode(document, order="deterministic") + b"\n" for document in documents
            )
            digest = _sha256(lines)
            name, content = _compressed(digest, lines)
            objects[name] = content
            shards.append(_Shard(provider, scope, name, digest, len(documents)))
        manifest = _Manifest(
            version=FORMAT_VERSION,
            target=self._target,
            collected_at=self._collected_at,
            tool_version=self._tool_version,
            shards=tuple(shards),
            gaps=tuple(sorted(self._gaps.values())),
            asked=self._asked,
        )
        return msgspec.structs.replace(manifest, sha256=manifest.digest()), objects


def _read_manifest(directory: Path) -> _Manifest:
    path = directory / _MANIFEST
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SnapshotError(f"not a snapshot: {error.strerror or error}", file=str(path)) from None
    try:
        version = msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).get("version")
        if version is None or int(bytes(version)) > FORMAT_VERSION:
            have = "no version" if version is None else f"version {bytes(version).decode()}"
            raise SnapshotError(f"{have}; this sidedoor reads up to {FORMAT_VERSION}", file=str(path))
        manifest = msgspec.json.decode(raw, type=_Manifest)
    except (msgspec.MsgspecError, ValueError, UnicodeDecodeError) as error:
        raise SnapshotError(f"manifest is damaged: {error}", file=str(path)) from None
    if manifest.digest() != manifest.sha256:
        raise SnapshotError("manifest was edited: its hash does not match its content", file=str(path))
    return manifest


def _read_shard(directory: Path, shard: _Shard) -> Iterator[Document]:
    """Yield a shard's documents in order; the hash and the count are checked before the last is passed on."""
    path = directory / "objects" / Path(shard.object).name
    digest = hashlib.sha256()
    decoder = msgspec.json.Decoder(Document)
    count = 0
    for count, line in enumerate(_lines(path), start=1):
        digest.update(line)
        try:
            yield decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise SnapshotError(f"document is damaged: {error}", file=str(path), line=count) from None
    if count != shard.documents:
        raise SnapshotError(f"truncated: {count} documents of {shard.documents}", file=str(path))
    if digest.hexdigest() != shard.sha256:
        raise SnapshotError("was edited: its hash does not match the manifest", file=str(path))


def _lines(path: Path) -> Iterator[bytes]:
    import io  # noqa: PLC0415 - with zstandard, which only large snapshots pay for

    try:
        with path.open("rb") as stream:
            if path.suffix != ".zst":
                yield from stream
                return
            import zstandard  # noqa: PLC0415 - as above

            try:
                with zstandard.ZstdDecompressor().stream_reader(stream) as reader:
                    yield from io.BufferedReader(reader)  # type: ignore[type-var]
            except zstandard.ZstdError as error:
                raise SnapshotError(f"truncated or damaged: {error}", file=str(path)) from None
    except OSError as error:
        raise SnapshotError(f"cannot be read: {error.strerror or error}", file=str(path)) from None


def _compressed(digest: str, lines: bytes) -> tuple[str, bytes]:
    if len(lines) <= _COMPRESS_ABOVE:
        return f"{digest}.jsonl", lines
    import zstandard  # noqa: PLC0415 - only large snapshots pay for it

    return f"{digest}.jsonl.zst", zstandard.ZstdCompressor(level=9).compress(lines)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
