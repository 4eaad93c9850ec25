"""Parts of policies that code leaves open: parsed as what they are, and never sifted out."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.providers.aws.access import (
    Cohort,
    Decider,
    Policy,
    PrincipalAtom,
    Request,
    decide,
    may_allow,
    principals_named,
    principals_possible,
)
from scanner.snapshot import Unresolved
from scanner.verdict import Allowed, Denied, Unknown

ALLOW: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
OURS, VENDOR = "100000000001", "200000000001"
TRAINER = f"arn:aws:iam::{OURS}:role/trainer"


def policy(*statements: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"Version": "2012-10-17", "Statement": list(statements)}


def var(name: str, like: str = "*") -> dict[str, str]:
    return Unresolved(f"var.{name}", like).body


OPEN: dict[str, tuple[Any, tuple[str, ...]]] = {
    "a whole document": (var("document"), ("var.document",)),
    "all statements": ({"Version": "2012-10-17", "Statement": var("all")}, ("var.all",)),
    "a statement": (policy(ALLOW, var("one")), ("var.one",)),
    "an effect": (policy({**ALLOW, "Effect": var("effect")}), ("var.effect",)),
    "an action and a resource": (
        policy({**ALLOW, "Action": var("action"), "Resource": ["*", var("resource")]}),
        ("var.action", "var.resource"),
    ),
    "a principal": (policy({**ALLOW, "Principal": {"AWS": var("who")}}), ("var.who",)),
    "a condition": (policy({**ALLOW, "Condition": var("condition")}), ("var.condition",)),
    "a test": (policy({**ALLOW, "Condition": {"StringEquals": var("test")}}), ("var.test",)),
    "a value": (policy({**ALLOW, "Condition": {"Bool": {"k": var("value")}}}), ("var.value",)),
    "a Sid, which says nothing": (policy({**ALLOW, "Sid": var("sid")}), ()),
}


@pytest.mark.parametrize(("document", "expressions"), OPEN.values(), ids=OPEN)
def test_what_is_left_open_is_not_malformed(document: Any, expressions: tuple[str, ...]) -> None:  # noqa: ANN401
    parsed = Policy.parse(document, name="p")
    assert parsed.malformed == ()
    assert parsed.unresolved == expressions
    found = decide(Request("s3:GetObject", TRAINER, "arn:aws:s3:::weights/m", identity=(parsed,)))
    assert isinstance(found.verdict, Unknown | Allowed)


def test_what_is_malformed_beside_it_is_named_by_its_place() -> None:
    parsed = Policy.parse(policy({**ALLOW, "Resource": [var("resource"), 7]}), name="p")
    assert parsed.malformed == ("/Statement/0/Resource/1",)
    assert parsed.unresolved == ("var.resource",)


MAY: dict[str, tuple[dict[str, Any], bool]] = {
    "a resource that the glob could be": ({"Resource": var("r", "arn:aws:s3:::weights/*")}, True),
    "a resource that it could not": ({"Resource": var("r", "arn:aws:s3:::logs/*")}, False),
    "an action that the glob could be": ({"Action": var("a", "s3:*")}, True),
    "an action that it could not": ({"Action": var("a", "sqs:*")}, False),
    "a deny": ({"Effect": "Deny", "Resource": var("r")}, False),
    "perhaps a deny": ({"Effect": var("e")}, True),
}


@pytest.mark.parametrize(("more", "expected"), MAY.values(), ids=MAY)
def test_may_allow(more: dict[str, Any], expected: bool) -> None:
    parsed = (Policy.parse(policy({**ALLOW, **more}), name="p"),)
    assert may_allow(parsed, "s3:GetObject", "arn:aws:s3:::weights/*") is expected
    assert Decider().may_allow(parsed, "s3:GetObject", "arn:aws:s3:::weights/*") is expected


def test_names_left_open_are_listed_as_globs() -> None:
    likely = f"arn:aws:iam::{VENDOR}:role/*"
    parsed = Policy.parse(
        policy(
            {**ALLOW, "Principal": {"AWS": [var("vendor", likely), VENDOR]}},
            {**ALLOW, "Principal": {"AWS": var("vendor", likely)}},
            {**ALLOW, "Effect": "Deny", "Principal": {"AWS": var("other")}},
        ),
        name="p",
    )
    assert principals_named(parsed) == (PrincipalAtom("aws", VENDOR, statements=(0,)),)
    assert principals_possible(parsed) == (PrincipalAtom("aws", likely, statements=(0, 1), is_open=True),)


def test_a_cohort_is_told_apart_by_a_name_left_open() -> None:
    trust = Policy.parse(
        policy({**ALLOW, "Principal": {"AWS": var("role", f"arn:aws:iam::{OURS}:role/train*")}}), name="p"
    )
    names = ["trainer", "tester"]
    cohort = Cohort([Request("", f"arn:aws:iam::{OURS}:role/{name}", "*") for name in names])
    question = Request(
        "s3:GetObject", "*", "arn:aws:s3:::weights/m", resource_account=OURS, resource_policy=trust
    )
    found = Decider().decide_all(cohort, question)
    assert [decision.verdict for decision in found] == [Unknown(("var.role",)), found[1].verdict]
    assert isinstance(found[1].verdict, Denied)
    assert found == [decide(cohort.asking(index, question)) for index in range(2)]
