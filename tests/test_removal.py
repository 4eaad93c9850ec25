"""Parts of documents taken out, and pointers mapped back."""

from __future__ import annotations

import pytest

from scanner.errors import ConfigError
from scanner.snapshot import Document, DocumentId, Removal, Snapshot, Without

ID = DocumentId("aws", "100000000001", "", "s3", "GetBucketPolicy", "b")
BODY = {
    "Statement": [{"Sid": "a"}, {"Sid": "b", "Action": ["x", "y", "z"]}, {"Sid": "c"}],
    "odd/key": {"~": 1},
}
WHOLE = Snapshot([Document(ID, BODY)])

CASES: dict[str, tuple[list[str], object, dict[str, str]]] = {
    "a list item": (
        ["/Statement/0"],
        [{"Sid": "b", "Action": ["x", "y", "z"]}, {"Sid": "c"}],
        {"/Statement/0/Sid": "/Statement/1/Sid", "/Statement/1": "/Statement/2"},
    ),
    "two items, the later first": (
        ["/Statement/2", "/Statement/0"],
        [{"Sid": "b", "Action": ["x", "y", "z"]}],
        {"/Statement/0": "/Statement/1"},
    ),
    "items of a list in an item behind a removed one": (
        ["/Statement/0", "/Statement/1/Action/0"],
        [{"Sid": "b", "Action": ["y", "z"]}, {"Sid": "c"}],
        {"/Statement/0/Action/0": "/Statement/1/Action/1", "/Statement/0/Action/1": "/Statement/1/Action/2"},
    ),
    "an item and a part of it": (
        ["/Statement/1", "/Statement/1/Action/0"],
        [{"Sid": "a"}, {"Sid": "c"}],
        {"/Statement/1": "/Statement/2"},
    ),
}


@pytest.mark.parametrize(("pointers", "statements", "mapped"), CASES.values(), ids=CASES)
def test_without(pointers: list[str], statements: object, mapped: dict[str, str]) -> None:
    without = Without(WHOLE, [Removal(str(ID), pointer) for pointer in pointers])
    assert next(iter(without.snapshot)).body["Statement"] == statements
    assert {new: without.original(str(ID), new) for new in mapped} == mapped
    assert len(BODY["Statement"]) == 3  # the whole snapshot is as it was


def test_keys_with_slashes() -> None:
    without = Without(WHOLE, [Removal(str(ID), "/odd~1key/~0")])
    assert next(iter(without.snapshot)).body["odd/key"] == {}
    assert without.original(str(ID), "/odd~1key") == "/odd~1key"


GRANT = DocumentId("aws", "100000000001", "", "kms", "ListGrants.Grants", "key/grant")


def test_an_item_of_a_list_goes_whole() -> None:
    whole = Snapshot([Document(ID, BODY), Document(GRANT, {"Operations": ["Decrypt"]})])
    removal = Removal.parse(f"{GRANT}#")
    assert removal.can_be_removed
    assert [d.id for d in Without(whole, [removal]).snapshot] == [ID]


def test_an_answer_of_its_own_does_not() -> None:
    """The near twin: without it, nobody could tell whether there is a policy."""
    assert not Removal(str(ID), "").can_be_removed
    with pytest.raises(ConfigError, match="an answer of its own"):
        Without(WHOLE, [Removal(str(ID), "")])


REFUSED: dict[str, tuple[str, str]] = {
    "no pointer": ("aws:1::s3:X/b", "does not read"),
    "no pointer behind the mark": ("aws:1::s3:X/b#x", "does not read"),
    "no such document": ("aws:1::s3:X/b#/Statement/0", "no document"),
    "nothing there": (f"{ID}#/Statement/9", "nothing at `/Statement/9`"),
    "a step into a text": (f"{ID}#/Statement/0/Sid/0/x", "nothing at"),
}


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED)
def test_refused(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Without(WHOLE, [Removal.parse(text)])


def test_a_removal_reads_as_it_is_written() -> None:
    removal = Removal(str(ID), "/Statement/0")
    assert Removal.parse(str(removal)) == removal


def test_a_policy_without_its_only_statement_is_empty() -> None:
    whole = Snapshot([Document(ID, {"Version": "2012-10-17", "Statement": {"Sid": "a"}})])
    without = Without(whole, [Removal(str(ID), "/Statement")])
    assert next(iter(without.snapshot)).body == {"Version": "2012-10-17", "Statement": []}
