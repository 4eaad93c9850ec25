"""A snapshot that was damaged, edited or made to harm is refused with one line that says why."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from scanner.errors import SnapshotError
from scanner.snapshot import FORMAT_VERSION, Document, DocumentId, Snapshot
from scanner.snapshot import files as on_disk
from tests.test_snapshot import OTHER, OURS, large, small

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    directory = tmp_path / "snapshot"
    small().save(directory)
    return directory


ONE_ID = b'{"provider":"aws","scope":"100000000001","region":"","service":"s3","field":"F","key":"k"}'
ONE_LINE = b'{"id":' + ONE_ID + b',"body":1}\n'


def _object(directory: Path, scope: str = OURS) -> Path:
    manifest = json.loads((directory / "manifest.json").read_text())
    name = next(shard["object"] for shard in manifest["shards"] if shard["scope"] == scope)
    return directory / "objects" / str(name)


def _edit(directory: Path, change: Callable[[dict[str, Any]], None], *, sign: bool = True) -> None:
    """Change a manifest; with `sign` as somebody would who knows the format."""
    path = directory / "manifest.json"
    raw = json.loads(path.read_text())
    change(raw)
    if sign:
        decoded = msgspec.convert({**raw, "sha256": ""}, on_disk.Manifest)
        raw["sha256"] = decoded.digest()
    path.write_text(json.dumps(raw))


def _set(key: str, value: Any) -> Callable[[dict[str, Any]], None]:  # noqa: ANN401 - wrong types too
    return lambda raw: raw.__setitem__(key, value)


def _set_shard(**values: Any) -> Callable[[dict[str, Any]], None]:  # noqa: ANN401 - wrong types too
    return lambda raw: raw["shards"][0].update(values)


def _replace_lines(directory: Path, lines: bytes) -> None:
    """Put other lines in a shard, with hashes that fit."""
    digest = hashlib.sha256(lines).hexdigest()
    (directory / "objects" / f"{digest}.jsonl").write_bytes(lines)
    count = lines.count(b"\n")
    _edit(directory, _set_shard(object=f"{digest}.jsonl", sha256=digest, documents=count))


def _cut(path: Path, by: int) -> None:
    path.write_bytes(path.read_bytes()[:-by])


def _write_manifest(directory: Path, content: str | bytes) -> None:
    (directory / "manifest.json").write_bytes(content.encode() if isinstance(content, str) else content)


NESTED = '{"version":1,"target":' + "[" * 100_000

DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no such directory": (shutil.rmtree, "not a snapshot: No such file"),
    "no manifest": (lambda d: (d / "manifest.json").unlink(), "not a snapshot: No such file"),
    "manifest is a directory": (
        lambda d: [
            (d / "manifest.json").rename(d / "m"),
            shutil.copytree(d / "objects", d / "manifest.json"),
        ],
        "not a snapshot: Is a directory",
    ),
    "manifest is empty": (lambda d: _write_manifest(d, ""), "not a snapshot, or damaged"),
    "manifest is cut": (lambda d: _cut(d / "manifest.json", 40), "not a snapshot, or damaged"),
    "manifest is another program's": (
        lambda d: _write_manifest(d, '{"name": "app"}'),
        "not a snapshot, or damaged: Object missing required field `version`",
    ),
    "manifest is a list": (lambda d: _write_manifest(d, "[]"), "not a snapshot, or damaged"),
    "manifest is no UTF-8": (lambda d: _write_manifest(d, b'{"version": 1, "\xff": 1}'), "damaged"),
    "manifest is nested without end": (lambda d: _write_manifest(d, NESTED), "not a snapshot, or damaged"),
    "a future version": (
        lambda d: _edit(d, _set("version", FORMAT_VERSION + 1)),
        f"version 2; this sidedoor reads version {FORMAT_VERSION}",
    ),
    "a future version with other fields": (
        lambda d: _write_manifest(d, '{"version": 7, "segments": {}}'),
        "version 7; this sidedoor reads version 1",
    ),
    "version zero": (lambda d: _edit(d, _set("version", 0)), "version 0; this sidedoor reads version 1"),
    "version as text": (lambda d: _edit(d, _set("version", "1"), sign=False), "not a snapshot, or damaged"),
    "version as a truth value": (
        lambda d: _edit(d, _set("version", True), sign=False),
        "not a snapshot, or damaged",
    ),
    "gaps of a wrong type": (lambda d: _edit(d, _set("gaps", {"a": 1}), sign=False), "manifest is damaged"),
    "a reason that does not exist": (
        lambda d: _edit(d, lambda raw: raw["gaps"][0].update(reason="fine"), sign=False),
        "manifest is damaged",
    ),
    "an edited target": (lambda d: _edit(d, _set("target", "x"), sign=False), "manifest was edited"),
    "a gap taken out": (lambda d: _edit(d, _set("gaps", []), sign=False), "manifest was edited"),
    "an object is missing": (lambda d: _object(d).unlink(), "cannot be read: No such file"),
    "an object is cut within a line": (lambda d: _cut(_object(d), 10), "document is damaged"),
    "an object lacks its last line": (
        lambda d: _object(d).write_bytes(_object(d).read_bytes().splitlines(keepends=True)[0]),
        "truncated: 1 documents of 2",
    ),
    "an object has a line more": (
        lambda d: _object(d).write_bytes(_object(d).read_bytes() + ONE_LINE),
        "documents are out of order",
    ),
    "an object was edited": (
        lambda d: _object(d).write_bytes(_object(d).read_bytes().replace(b"[]", b"[1]")),
        "was edited: its hash does not match",
    ),
    "a document of a wrong type": (
        lambda d: _replace_lines(d, b'{"id":[],"body":1}\n'),
        "document is damaged",
    ),
    "a line that is no JSON": (lambda d: _replace_lines(d, b"hello\n"), "document is damaged"),
    "a line that is no UTF-8": (
        lambda d: _replace_lines(d, ONE_LINE.replace(b'"k"', b'"\xff"')),
        "document is damaged",
    ),
    "a body nested without end": (
        lambda d: _replace_lines(d, ONE_LINE.replace(b":1}", b":" + b"[" * 100_000 + b"}")),
        "document is damaged",
    ),
    "a document of another account": (
        lambda d: _replace_lines(d, ONE_LINE.replace(OURS.encode(), b"999999999999")),
        "document is of another shard",
    ),
    "the same document twice": (lambda d: _replace_lines(d, ONE_LINE * 2), "documents are out of order"),
}


@pytest.mark.parametrize(("damage", "message"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_snapshot_is_refused_with_one_line(
    damage: Callable[[Path], object], message: str, saved: Path
) -> None:
    damage(saved)
    with pytest.raises(SnapshotError) as caught:
        Snapshot.load(saved)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_line_that_fits_is_read(saved: Path) -> None:
    """The near twin of the damaged ones: other lines, hashes that fit."""
    _replace_lines(saved, ONE_LINE)
    assert isinstance(Snapshot.load(saved).get(DocumentId("aws", OURS, "", "s3", "F", "k")), Document)


HOSTILE = ["../manifest.json", "/etc/passwd", "..", "", "a/../../x.jsonl", "x" * 64 + ".jsonl", "con\n.jsonl"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_manifest_cannot_name_other_files(name: str, saved: Path) -> None:
    (saved.parent / "x.jsonl").write_bytes(ONE_LINE)
    _edit(saved, _set_shard(object=name))
    with pytest.raises(SnapshotError, match="names an object that is none of a snapshot") as caught:
        Snapshot.load(saved)
    assert "\n" not in str(caught.value)


def test_an_object_is_named_by_its_own_hash(saved: Path) -> None:
    _edit(saved, _set_shard(object=_object(saved, OTHER).name))
    with pytest.raises(SnapshotError, match="names an object that is none of a snapshot"):
        Snapshot.load(saved)


def test_shards_cannot_repeat(saved: Path) -> None:
    _edit(saved, lambda raw: raw["shards"].append(raw["shards"][-1]))
    with pytest.raises(SnapshotError, match="shards out of order or twice"):
        Snapshot.load(saved)


def test_an_endless_line_is_not_read_into_memory(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_disk, "LONGEST_LINE", len(ONE_LINE))
    _replace_lines(saved, ONE_LINE)
    assert isinstance(next(iter(on_disk.read_shard(saved, on_disk.read_manifest(saved).shards[0]))), Document)
    _replace_lines(saved, ONE_LINE.replace(b":1}", b":12}"))
    with pytest.raises(SnapshotError, match="a line of more than"):
        Snapshot.load(saved)


COMPRESSED = {
    "cut in the middle": lambda content: content[: len(content) // 2],
    "a byte changed": lambda content: content[:100] + bytes([content[100] ^ 0xFF]) + content[101:],
    "not compressed at all": lambda _: ONE_LINE,
    "empty": lambda _: b"",
}


@pytest.mark.parametrize("change", COMPRESSED.values(), ids=COMPRESSED)
def test_a_damaged_compressed_object_is_refused(change: Callable[[bytes], bytes], tmp_path: Path) -> None:
    large().save(tmp_path / "s")
    path = _object(tmp_path / "s")
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(SnapshotError):
        Snapshot.load(tmp_path / "s")


def test_reading_is_streaming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first document of a shard is there before the rest of it was decoded."""
    large().save(tmp_path / "s")
    shard = on_disk.read_manifest(tmp_path / "s").shards[0]
    read = 0

    def counted(*arguments: Any) -> Any:  # noqa: ANN401 - passes everything on
        nonlocal read
        for line in original(*arguments):
            read += 1
            yield line

    original = on_disk._bounded
    monkeypatch.setattr(on_disk, "_bounded", counted)
    assert next(on_disk.read_shard(tmp_path / "s", shard)).id.key == "b00000"
    assert read == 1
