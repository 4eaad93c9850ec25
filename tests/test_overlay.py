"""A change laid over what is there, and what is there located at its code."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.snapshot import Document, DocumentId, Gap, Place, Snapshot, laid_over, located

ROLE = DocumentId("aws", "100000000001", "", "iam", "GetAccountAuthorizationDetails.RoleDetailList", "ingest")


def statement(sid: str | None, action: object = "s3:GetObject") -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, **({"Sid": sid} if sid else {})}


def policy(name: str, *statements: object) -> dict[str, object]:
    return {"PolicyName": name, "PolicyDocument": {"Statement": list(statements)}}


def role(*policies: object, **more: object) -> dict[str, object]:
    return {"RolePolicyList": list(policies), **more}


def only(body: object) -> Snapshot:
    return Snapshot([Document(ROLE, body)] if body is not None else [])


A, B, C = policy("a", statement("x")), policy("b", statement("y")), policy("c", statement("z"))
A2 = policy("a", statement("x"), statement("new"))

# before, after, live, what will be
CHANGES: dict[str, tuple[Any, Any, Any, Any]] = {
    "nothing": (role(A), role(A), role(A, B), role(A, B)),
    "a policy more": (role(A), role(A, C), role(A, B), role(A, B, C)),
    "a policy less": (role(A, C), role(A), role(A, B, C), role(A, B)),
    "a statement more": (role(A), role(A2), role(A, B), role(A2, B)),
    "a new role": (None, role(A), None, role(A)),
    "a role that is there though the code made none": (None, role(A), role(B), role(B, A)),
    "a list that the code did not speak of before": ({}, role(C), role(A, B), role(A, B, C)),
    "a list that the code speaks of no more": (role(A), {}, role(A, B), role(B)),
    "that there is none, where the code was read for the first time": ("absent", "none", role(A), role(A)),
    "a role less": (role(A), None, role(A, B), None),
    "a field that the code never spoke of": (
        role(A),
        role(A2),
        role(A, MaxSession=1),
        role(A2, MaxSession=1),
    ),
    "a field less": (role(A, Path="/x/"), role(A), role(A, Path="/x/"), role(A)),
    "a list that is written as one value": (
        role(policy("a", statement(None, ["s3:GetObject"]))),
        role(policy("a", statement(None, "s3:GetObject")), C),
        role(policy("a", statement(None, "s3:GetObject"))),
        role(policy("a", statement(None, "s3:GetObject")), C),
    ),
}


@pytest.mark.parametrize(("before", "after", "live", "expected"), CHANGES.values(), ids=CHANGES)
def test_laid_over(before: object, after: object, live: object, expected: object) -> None:
    new = Snapshot([Document(ROLE, None)]) if after == "none" else only(after)
    found = laid_over(only(live), only(None if before == "absent" else before), new)
    assert [document.body for document in found] == ([] if expected is None else [expected])


BODIES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.text("ab", max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("pqr"), inner, max_size=3),
    max_leaves=8,
)


@given(BODIES, BODIES)
def test_laid_over_what_the_code_made_it_is_what_the_code_will_make(before: object, after: object) -> None:
    assert [d.body for d in laid_over(only({"r": before}), only({"r": before}), only({"r": after}))] == [
        {"r": after}
    ]


@given(BODIES, BODIES)
def test_no_change_changes_nothing(code: object, live: object) -> None:
    assert [d.body for d in laid_over(only({"r": live}), only({"r": code}), only({"r": code}))] == [
        {"r": live}
    ]


def test_what_the_code_leaves_open_is_a_gap_unless_the_cloud_says_it() -> None:
    other = DocumentId("aws", "100000000001", "", "s3", "GetBucketPolicy", "new")
    after = Snapshot([], [Gap(ROLE, "unparseable"), Gap(other, "unparseable")])
    assert laid_over(only(role(A)), only(None), after).gaps == (Gap(other, "unparseable"),)


CODE = Document(
    ROLE,
    role(policy("a", statement("x"), statement(None, ["s3:PutObject"]), statement("gone"))),
    (
        Place("", "main.tf", (1, 40)),
        Place("/RolePolicyList/0", "main.tf", (10, 30)),
        Place("/RolePolicyList/0/PolicyDocument/Statement/0", "main.tf", (12, 15)),
        Place("/RolePolicyList/0/PolicyDocument/Statement/1", "main.tf", (16, 20)),
        Place("/RolePolicyList/0/PolicyDocument/Statement/2", "main.tf", (21, 25)),
    ),
)
LIVE = role(B, policy("a", statement(None, "s3:PutObject"), statement("x")))
POINTERS: dict[str, tuple[str, tuple[int, int]]] = {
    "a statement that moved": ("/RolePolicyList/1/PolicyDocument/Statement/1", (12, 15)),
    "one without a Sid, written otherwise": ("/RolePolicyList/1/PolicyDocument/Statement/0/Action", (16, 20)),
    "the policy around them": ("/RolePolicyList/1/PolicyDocument/Version", (10, 30)),
    "a policy that the code did not make": ("/RolePolicyList/0/PolicyDocument/Statement/0", (1, 40)),
}


@pytest.mark.parametrize(("pointer", "lines"), POINTERS.values(), ids=POINTERS)
def test_located(pointer: str, lines: tuple[int, int]) -> None:
    (found,) = located(only(LIVE), Snapshot([CODE]))
    place = found.place(pointer)
    assert place is not None
    assert place.lines == lines


def test_what_no_code_made_has_no_place() -> None:
    other = Document(DocumentId("aws", "100000000001", "", "s3", "GetBucketPolicy", "b"), {})
    (found,) = located(Snapshot([other]), Snapshot([CODE]))
    assert found.places == ()
