"""A snapshot is read back as it was written, or refused with one line that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import SnapshotError
from scanner.snapshot import (
    JOURNAL,
    Document,
    DocumentId,
    Gap,
    Head,
    Journal,
    Place,
    Snapshot,
    SnapshotWriter,
)
from scanner.snapshot import writing as on_writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OURS, OTHER = "100000000001", "100000000002"


def bucket(name: str, operation: str = "GetBucketPolicy", scope: str = OURS) -> DocumentId:
    return DocumentId("aws", scope, "", "s3", operation, name)


def writer() -> SnapshotWriter:
    return SnapshotWriter(target="aws", collected_at="2026-11-22T10:00:00Z", tool_version="0.1.0")


def small() -> SnapshotWriter:
    written = writer()
    written.add(Document(bucket("b"), {"Policy": {"Statement": []}}))
    written.add(Document(bucket("a"), None))
    written.add(Document(bucket("c", scope=OTHER), {"Policy": "text"}, (Place("", "main.tf", (3, 9)),)))
    written.gap(Gap(bucket("d"), "refused", "AccessDenied"))
    written.asked(4)
    return written


def large() -> SnapshotWriter:
    written = writer()
    for number in range(3000):
        written.add(Document(bucket(f"b{number:05}"), {"Policy": {"Id": "x" * 500}}))
    return written


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    directory = tmp_path / "snapshot"
    small().save(directory)
    return directory


def contents(snapshot: Snapshot) -> tuple[Any, ...]:
    documents = snapshot.all("aws", "s3", "GetBucketPolicy")
    return documents, snapshot.gaps, snapshot.target, snapshot.collected_at, snapshot.asked, snapshot.digest


# Reading back


@pytest.mark.parametrize("build", [small, large, writer], ids=["small", "compressed", "empty"])
def test_what_is_loaded_is_what_was_written(build: Callable[[], SnapshotWriter], tmp_path: Path) -> None:
    build().save(tmp_path / "s")
    assert contents(Snapshot.load(tmp_path / "s")) == contents(build().snapshot())


def test_only_a_large_shard_is_compressed(tmp_path: Path) -> None:
    suffixes = {}
    for build in (small, large):
        build().save(tmp_path / build.__name__)
        suffixes[build.__name__] = {path.suffix for path in (tmp_path / build.__name__ / "objects").iterdir()}
    assert suffixes == {"small": {".jsonl"}, "large": {".zst"}}


def test_bytes_do_not_depend_on_the_order_of_writing(tmp_path: Path) -> None:
    forward, backward = writer(), writer()
    documents = [
        Document(bucket(name, scope=scope), {"b": 1, "a": [2]}) for name in "ab" for scope in (OURS, OTHER)
    ]
    for document in documents:
        forward.add(document)
    for document in reversed(documents):
        backward.add(Document(document.id, dict(reversed(document.body.items()))))
    forward.save(tmp_path / "f")
    backward.save(tmp_path / "b")
    assert _tree(tmp_path / "f") == _tree(tmp_path / "b")


def _tree(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(bodies=st.dictionaries(st.text(max_size=8), JSON, max_size=6))
def test_any_names_and_bodies_survive(
    bodies: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    written = writer()
    for name, body in bodies.items():
        written.add(Document(bucket(name), body))
    directory = tmp_path_factory.mktemp("any") / "s"
    written.save(directory)
    loaded = {d.id.key: d.body for d in Snapshot.load(directory).all("aws", "s3", "GetBucketPolicy")}
    assert loaded == bodies


def test_in_memory_bodies_are_those_of_the_file() -> None:
    written = writer()
    written.add(Document(bucket("a"), {"Statement": ({"Sid": "tuple"},), "n": 1.0}))
    found = written.snapshot().get(bucket("a"))
    assert isinstance(found, Document)
    assert found.body == {"Statement": [{"Sid": "tuple"}], "n": 1.0}


# Absent and unread

DENIED = Gap(bucket("", "GetBucketPolicy"), "refused", "AccessDenied")
LISTING = Gap(DocumentId("aws", OURS, "", "iam", "ListRoles"), "throttled")

LOOKUPS: dict[str, tuple[list[Gap], DocumentId, tuple[str, str]]] = {
    "its own gap": ([Gap(bucket("a"), "refused", "x")], bucket("a"), ("refused", "x")),
    "another key's gap is not its own": ([Gap(bucket("a"), "refused")], bucket("b"), ("not-collected", "")),
    "a gap without a key stands for all keys": ([DENIED], bucket("b"), ("refused", "AccessDenied")),
    "its own gap wins": ([DENIED, Gap(bucket("b"), "throttled")], bucket("b"), ("throttled", "")),
    "an operation's gap stands for its items": (
        [LISTING],
        DocumentId("aws", OURS, "", "iam", "ListRoles.Roles", "arn"),
        ("throttled", ""),
    ),
    "another operation's does not": (
        [LISTING],
        DocumentId("aws", OURS, "", "iam", "ListRolesX.Roles", "arn"),
        ("not-collected", ""),
    ),
    "another account's does not": ([DENIED], bucket("b", scope=OTHER), ("not-collected", "")),
    "nobody asked": ([], bucket("b"), ("not-collected", "")),
}


@pytest.mark.parametrize(("gaps", "wanted", "expected"), LOOKUPS.values(), ids=LOOKUPS)
def test_what_is_missing_comes_back_as_a_gap_under_its_id(
    gaps: list[Gap], wanted: DocumentId, expected: tuple[str, str]
) -> None:
    found = Snapshot([], gaps).get(wanted)
    assert isinstance(found, Gap)
    assert (found.id, found.reason, found.detail) == (wanted, *expected)


def test_there_is_none_is_a_document() -> None:
    found = Snapshot([Document(bucket("a"), None)], [Gap(bucket("", "GetBucketPolicy"), "refused")]).get(
        bucket("a")
    )
    assert isinstance(found, Document)
    assert found.body is None


def test_the_last_document_under_an_id_counts() -> None:
    snapshot = Snapshot([Document(bucket("a"), 1), Document(bucket("a"), 2)])
    assert [d.body for d in snapshot.all("aws", "s3", "GetBucketPolicy")] == [2]


def test_all_is_in_id_order_whatever_came_first() -> None:
    snapshot = Snapshot([Document(bucket(name), None) for name in "cab"])
    assert [d.id.key for d in snapshot.all("aws", "s3", "GetBucketPolicy")] == ["a", "b", "c"]


def test_providers_and_gaps_of() -> None:
    snapshot = Snapshot(
        [Document(bucket("a"), None)], [Gap(DocumentId("gcp", "p", "", "iam", "x"), "failed")]
    )
    assert snapshot.providers == ("aws", "gcp")
    assert [g.id.service for g in snapshot.gaps_of("gcp")] == ["iam"]
    assert list(snapshot.gaps_of("gcp", "storage")) == []


# What cannot be written becomes a gap


class Opaque:
    """Has no JSON form."""


UNWRITABLE: dict[str, tuple[Any, str]] = {
    "no JSON value": ({"a": Opaque()}, "unparseable"),
    "a lone surrogate": ({"a": "\ud800"}, "unparseable"),
    "too long a line": ({"a": "x" * 2000}, "too-large"),
}


@pytest.mark.parametrize(("body", "reason"), UNWRITABLE.values(), ids=UNWRITABLE)
def test_an_unwritable_document_is_a_gap_and_the_others_stay(
    body: Any,  # noqa: ANN401 - that is the point
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(on_writing, "LONGEST_LINE", 1000)
    written = writer()
    written.add(Document(bucket("bad"), body))
    written.add(Document(bucket("good"), {"a": "x" * 800}))
    written.save(tmp_path / "s")
    snapshot = Snapshot.load(tmp_path / "s")
    assert [(g.id.key, g.reason) for g in snapshot.gaps] == [("bad", reason)]
    assert [d.id.key for d in snapshot.all("aws", "s3", "GetBucketPolicy")] == ["good"]


def test_a_gap_with_a_lone_surrogate_is_written(tmp_path: Path) -> None:
    written = writer()
    written.gap(Gap(bucket("na\udc80me"), "failed", "de\ud800tail"))
    written.save(tmp_path / "s")
    assert [(g.id.key, g.detail) for g in Snapshot.load(tmp_path / "s").gaps] == [("na?me", "de?tail")]


# Writing where something is


def test_saving_again_replaces_and_leaves_no_old_objects(saved: Path) -> None:
    other = writer()
    other.add(Document(bucket("new"), None))
    other.save(saved)
    assert len(Snapshot.load(saved)) == 1
    assert len(list((saved / "objects").iterdir())) == 1


def test_saving_does_not_touch_files_of_others(saved: Path) -> None:
    (saved / "objects" / "mine.jsonl").write_text("keep")
    (saved / "notes.txt").write_text("keep")
    small().save(saved)
    assert (saved / "objects" / "mine.jsonl").read_text() == (saved / "notes.txt").read_text() == "keep"


OCCUPIED: dict[str, Callable[[Path], object]] = {
    "a file of another kind": lambda d: (d / "thesis.tex").write_text("x"),
    "another program's manifest": lambda d: (d / "manifest.json").write_text('{"name": "app"}'),
    "a damaged manifest": lambda d: (d / "manifest.json").write_text("{"),
}


@pytest.mark.parametrize("occupy", OCCUPIED.values(), ids=OCCUPIED)
def test_a_directory_with_something_else_is_refused(occupy: Callable[[Path], object], tmp_path: Path) -> None:
    occupy(tmp_path)
    before = _tree(tmp_path)
    with pytest.raises(SnapshotError, match="holds no snapshot"):
        small().save(tmp_path)
    assert _tree(tmp_path) == before


def test_a_file_in_the_way_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("")
    with pytest.raises(SnapshotError):
        small().save(tmp_path / "s")


def test_half_a_save_leaves_the_older_snapshot_whole(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(Snapshot.load(saved))

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(on_writing, "write_manifest", fail)
    other = writer()
    other.add(Document(bucket("new"), None))
    with pytest.raises(SnapshotError, match="cannot be written: No space left on device"):
        other.save(saved)
    assert contents(Snapshot.load(saved)) == before


def test_half_a_first_save_is_no_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(on_writing, "write_manifest", lambda *_: None)
        small().save(tmp_path / "s")
    with pytest.raises(SnapshotError, match="not a snapshot"):
        Snapshot.load(tmp_path / "s")


PLACES = (
    Place("", "main.tf", (1, 30)),
    Place("/Policy", "policy.tf", (1, 9)),
    Place("/Policy/Statement/1", "policy.tf", (5, 8)),
)
POINTERS = {
    "a statement of its own": ("/Policy/Statement/1/Action/0", ("policy.tf", (5, 8))),
    "one whose number begins alike": ("/Policy/Statement/10", ("policy.tf", (1, 9))),
    "what no block of its own made": ("/Tags", ("main.tf", (1, 30))),
}


@pytest.mark.parametrize(("pointer", "expected"), POINTERS.values(), ids=POINTERS)
def test_the_narrowest_code_is_the_place(pointer: str, expected: tuple[str, tuple[int, int]]) -> None:
    place = Document(bucket("a"), {}, PLACES).place(pointer)
    assert place is not None
    assert (place.file, place.lines) == expected


BODY = {
    "Policy": {"Statement": [{"Sid": "a"}, {"Sid": "b"}]},
    "Text": '{"Statement": [{"Sid": "c"}]}',
    "a/b": 1,
}
CITED: dict[str, tuple[str, object]] = {
    "the whole": ("", BODY),
    "a statement": ("/Policy/Statement/1", {"Sid": "b"}),
    "inside a policy that is a text": ("/Text/Statement/0/Sid", "c"),
    "a key with a slash": ("/a~1b", 1),
    "one past the end": ("/Policy/Statement/2", None),
    "inside a name": ("/Policy/Statement/1/Sid/x", None),
    "no number": ("/Policy/Statement/x", None),
}


@pytest.mark.parametrize(("pointer", "expected"), CITED.values(), ids=CITED)
def test_what_is_cited(pointer: str, expected: object) -> None:
    written = writer()
    written.add(Document(bucket("a/b:c"), BODY, (Place("", "main.tf", (1, 2)),)))
    cited = written.snapshot().cited(str(bucket("a/b:c")), pointer)
    assert cited == (None if expected is None else (expected, Place("", "main.tf", (1, 2))))


@pytest.mark.parametrize("name", ["", "aws", "aws:1::s3:GetBucketPolicy/other", "::::/"])
def test_what_is_no_document_cites_nothing(name: str) -> None:
    assert small().snapshot().cited(name, "") is None


def test_joined_snapshots_keep_what_each_read() -> None:
    first, second = writer(), writer()
    first.add(Document(bucket("a"), {"from": "first"}))
    second.add(Document(bucket("a"), {"from": "second"}))
    second.add(Document(bucket("b"), {}))
    first.gap(Gap(bucket("c"), "refused"))
    whole = Snapshot.joined([first.snapshot(), second.snapshot()])
    assert [(d.id.key, d.body) for d in whole] == [("a", {"from": "second"}), ("b", {})]
    assert whole.gaps == (Gap(bucket("c"), "refused"),)
    assert whole.digest not in {first.snapshot().digest, second.snapshot().digest, ""}


# Journals

HEAD = Head("a question", "2026-11-22T10:00:00Z")


def journaled(path: Path) -> SnapshotWriter:
    found = Journal.resume(path)
    journal = Journal.start(path, HEAD) if found is None else found[1]
    return SnapshotWriter(
        target="aws", collected_at="2026-11-22T10:00:00Z", tool_version="0.1.0", journal=journal
    )


TORN: dict[str, tuple[Callable[[bytes], bytes], set[str]]] = {
    "nothing": (lambda b: b, {"one", "two"}),
    "the last mark half written": (lambda b: b[:-5], {"one"}),
    "a mark without its line feed": (lambda b: b[:-1], {"one"}),
    "documents of a question without a mark": (lambda b: b + b'{"id":{"provider":"aws"', {"one", "two"}),
    "garbage at the end": (lambda b: b + b'{"answered":7}\n', {"one", "two"}),
}


@pytest.mark.parametrize(("damage", "kept"), TORN.values(), ids=TORN)
def test_what_was_answered_outlives_the_process(
    damage: Callable[[bytes], bytes], kept: set[str], tmp_path: Path
) -> None:
    path = tmp_path / JOURNAL
    first = journaled(path)
    first.answer("one", [Document(bucket("a"), {"n": 1}), Document(bucket("b"), None)], calls=2)
    first.add(Document(bucket("x"), "of no question"))
    first.answer("two", [Document(bucket("c"), {"n": 3})])
    path.write_bytes(damage(path.read_bytes()))
    second = journaled(path)
    answered = {name: second.answered(name) for name in ("one", "two", "three")}
    assert {name for name, found in answered.items() if found is not None} == kept
    assert answered["one"] == (Document(bucket("a"), {"n": 1}), Document(bucket("b"), None))
    second.answer("three", [Document(bucket("d"), {"n": 4})])
    read = second.snapshot()
    assert "x" not in {d.id.key for d in read}
    assert {"a", "b", "d"} <= {d.id.key for d in read}
    assert read.asked == 3 + ("two" in kept)
    assert journaled(path).answered("three") is not None


def test_an_answer_with_a_document_that_cannot_be_kept_stays_open(tmp_path: Path) -> None:
    first = journaled(tmp_path / JOURNAL)
    first.answer("one", [Document(bucket("a"), {"n": 1j}), Document(bucket("b"), {"n": 1})])
    assert [gap.id for gap in first.snapshot().gaps] == [bucket("a")]
    assert journaled(tmp_path / JOURNAL).answered("one") is None


def test_a_complete_snapshot_leaves_no_journal(tmp_path: Path) -> None:
    written = journaled(tmp_path / JOURNAL)
    written.answer("one", [Document(bucket("a"), {})])
    written.save(tmp_path)
    assert not (tmp_path / JOURNAL).exists()
    assert [d.id.key for d in Snapshot.load(tmp_path)] == ["a"]


def test_a_snapshot_with_gaps_keeps_it(tmp_path: Path) -> None:
    written = journaled(tmp_path / JOURNAL)
    written.gap(Gap(bucket("a"), "throttled"))
    written.save(tmp_path)
    assert (tmp_path / JOURNAL).exists()


def test_what_is_assumed_gives_way_to_what_is_said() -> None:
    for said_first in (True, False):
        written = writer()
        steps = [
            lambda w: w.add(Document(bucket("a"), "said")),
            lambda w: w.assume(Document(bucket("a"), "assumed")),
        ]
        for step in steps if said_first else reversed(steps):
            step(written)
        assert [d.body for d in written.snapshot()] == ["said"]
