"""Policies as parsed: what is wrong is kept as its place, and who is named is listed."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import msgspec
import pytest

from scanner.providers.aws.access import (
    Policy,
    PolicyStore,
    PrincipalAtom,
    Request,
    decide,
    may_allow,
    principals_named,
)
from scanner.providers.aws.access.jsonl import read_request
from scanner.verdict import Denied, Unknown
from tests.providers.aws.access.generate import make_line

USER = "arn:aws:iam::100000000001:user/alice"
ALLOW: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DEEP = json.loads("[" * 500 + "]" * 500)


def policy(*statements: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"Version": "2012-10-17", "Statement": list(statements), **more}


def conditioned(operator: str, values: object, key: str = "k") -> dict[str, Any]:
    return policy({**ALLOW, "Condition": {operator: {key: values}}})


MALFORMED: dict[str, tuple[Any, tuple[str, ...]]] = {
    "nothing": (None, ("",)),
    "a list": ([], ("",)),
    "no JSON": ("{", ("",)),
    "bytes of no text": (b"\xff\xfe\x00", ("",)),
    "a name twice": ('{"Statement": [], "Statement": []}', ("",)),
    "text nested too deeply": ("[" * 200_000, ("",)),
    "values nested too deeply": ({"Statement": DEEP}, ("/Statement" + "/0" * 24,)),
    "half a character": (policy({**ALLOW, "Sid": "\ud800"}), ("/Statement/0/Sid",)),
    "half a character in a name": (policy({**ALLOW, "\ud800": 1}), ("/Statement/0",)),
    "a number without end": (policy({**ALLOW, "Sid": float("inf")}), ("/Statement/0/Sid",)),
    "no statements": ({"Version": "2012-10-17"}, ("/Statement",)),
    "an unknown version": ({"Version": "2020-01-01", "Statement": []}, ("/Version",)),
    "an unknown element": (policy(Comment="x"), ("/Comment",)),
    "a statement that is a text": (policy("Allow"), ("/Statement/0",)),
    "an unknown element of a statement": (policy({**ALLOW, "Actions": "*"}), ("/Statement/0/Actions",)),
    "an effect in lower case": (policy({**ALLOW, "Effect": "allow"}), ("/Statement/0/Effect",)),
    "an action without a service": (policy({**ALLOW, "Action": ["s3:*", "Get"]}), ("/Statement/0/Action/1",)),
    "no action": (policy({"Effect": "Allow", "Resource": "*"}), ("/Statement/0/Action",)),
    "action and its opposite": (policy({**ALLOW, "NotAction": "s3:*"}), ("/Statement/0/NotAction",)),
    "a resource that is a number": (policy({**ALLOW, "Resource": 7}), ("/Statement/0/Resource",)),
    "a resource that is no ARN": (policy({**ALLOW, "Resource": "weights/*"}), ("/Statement/0/Resource",)),
    "an unknown operator": (conditioned("StringEqual", "x"), ("/Statement/0/Condition/StringEqual",)),
    "an operator with too many suffixes": (
        conditioned("NullIfExists", "true"),
        ("/Statement/0/Condition/NullIfExists",),
    ),
    "a key with a slash": (
        conditioned("NumericLessThan", "five", "a/b"),
        ("/Statement/0/Condition/NumericLessThan/a~1b",),
    ),
    "an address that is none": (
        conditioned("IpAddress", ["203.0.113.0/24", "300.0.0.1"]),
        ("/Statement/0/Condition/IpAddress/k/1",),
    ),
    "a date that is none": (conditioned("DateLessThan", "soon"), ("/Statement/0/Condition/DateLessThan/k",)),
    "a boolean that is none": (conditioned("Bool", "yes"), ("/Statement/0/Condition/Bool/k",)),
    "a number with an endless exponent": (
        conditioned("NumericEquals", "1e99999999"),
        ("/Statement/0/Condition/NumericEquals/k",),
    ),
    "a value that is an object": (
        conditioned("StringEquals", {}),
        ("/Statement/0/Condition/StringEquals/k",),
    ),
    "a condition that is a list": (policy({**ALLOW, "Condition": []}), ("/Statement/0/Condition",)),
    "one statement without a list": (
        {"Version": "2012-10-17", "Statement": {**ALLOW, "Effect": 1}},
        ("/Statement/Effect",),
    ),
}


@pytest.mark.parametrize(("document", "places"), MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("mode", ["strict", "open"])
def test_what_is_malformed_is_never_allowed(document: Any, places: tuple[str, ...], mode: str) -> None:  # noqa: ANN401
    parsed = Policy.parse(document, name="p")
    assert parsed.malformed == places
    context = {"k": ("x",), "a/b": ("1",)} if mode == "strict" else {}
    request = Request("s3:GetObject", USER, "arn:aws:s3:::weights/m", context=context, identity=(parsed,))
    found = decide(msgspec.structs.replace(request, mode=mode))
    assert isinstance(found.verdict, Unknown | Denied)
    if isinstance(found.verdict, Unknown):
        assert all(missing.startswith("p") for missing in found.verdict.missing)


def test_what_is_well_formed_is_allowed() -> None:
    parsed = Policy.parse(policy(ALLOW), name="p")
    assert parsed.malformed == ()
    decision = decide(Request("s3:GetObject", USER, "arn:aws:s3:::weights/m", identity=(parsed,)))
    assert [(ref.policy, ref.index) for ref in decision.deciding] == [("p", 0)]


def test_a_megabyte_of_nested_garbage() -> None:
    garbage: Any = {
        "Statement": [{"Condition": {"StringEquals": {f"k{i}": [[[[i]]]]}}} for i in range(20_000)]
    }
    parsed = Policy.parse(json.dumps(garbage), name="p")
    assert len(parsed.malformed) >= 20_000
    decision = decide(Request("s3:GetObject", USER, "arn:aws:s3:::weights/m", identity=(parsed,)))
    assert isinstance(decision.verdict, Unknown)


def test_equal_documents_are_equal_policies() -> None:
    store = PolicyStore()
    one = Policy.parse(policy(ALLOW), name="one", interner=store)
    other = Policy.parse(json.dumps(policy(ALLOW), indent=3), name="other", interner=store)
    assert one == other
    assert hash(one) == hash(other)
    assert one.content is other.content
    assert len(store) == 1
    assert one != Policy.parse(policy({**ALLOW, "Action": "s3:*"}), name="one", interner=store)


NAMED: dict[str, tuple[Any, list[tuple[str, str]]]] = {
    "everyone": ("*", [("aws", "*")]),
    "everyone in a map": ({"AWS": "*"}, [("aws", "*")]),
    "an account by its id": ({"AWS": "200000000001"}, [("aws", "200000000001")]),
    "an account by its root": ({"AWS": "arn:aws:iam::200000000001:root"}, [("aws", "200000000001")]),
    "a role and a service": (
        {"AWS": ["arn:aws:iam::200000000001:role/r"], "Service": "Lambda.amazonaws.com"},
        [("aws", "arn:aws:iam::200000000001:role/r"), ("service", "lambda.amazonaws.com")],
    ),
    "providers": (
        {"Federated": ["accounts.google.com", "arn:aws:iam::100000000001:saml-provider/Corp"]},
        [("federated", "accounts.google.com"), ("federated", "arn:aws:iam::100000000001:saml-provider/Corp")],
    ),
    "a canonical user": ({"CanonicalUser": "ABC"}, [("canonical", "abc")]),
    "what cannot be read may be anyone": ({"AWS": 7}, [("aws", "*")]),
}


@pytest.mark.parametrize(("principal", "expected"), NAMED.values(), ids=NAMED)
def test_principals_named(principal: object, expected: list[tuple[str, str]]) -> None:
    named = principals_named(Policy.parse(policy({**ALLOW, "Principal": principal}), name="p"))
    assert [(atom.kind, atom.value) for atom in named] == expected
    denied = principals_named(
        Policy.parse(policy({**ALLOW, "Effect": "Deny", "Principal": principal}), name="p")
    )
    assert denied == ()


def test_not_principal_admits_everyone_else() -> None:
    excepted = {"AWS": "arn:aws:iam::100000000001:user/bob"}
    parsed = Policy.parse(policy(ALLOW | {"Principal": "*"}, {**ALLOW, "NotPrincipal": excepted}), name="p")
    assert principals_named(parsed) == (
        PrincipalAtom("aws", "*", False, (0,)),
        PrincipalAtom("aws", "*", True, (1,), (excepted["AWS"],)),
    )


def test_touches() -> None:
    parsed = Policy.parse(policy({**ALLOW, "Action": "S3:Get*"}), name="p")
    assert parsed.touches(["ec2:RunInstances", "s3:getobject"])
    assert not parsed.touches(["ec2:RunInstances", "s3:PutObject"])
    assert Policy.parse("{", name="p").touches(["s3:PutObject"])


@pytest.mark.parametrize("seed", range(40))
def test_what_may_not_allow_never_does(seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - test data
    for _ in range(25):
        request = read_request(make_line(rng))
        if may_allow(request.identity, request.action, request.resource):
            continue
        decision = decide(request)
        assert not any(ref.layer == "identity" for ref in decision.deciding) or decision.explicit
