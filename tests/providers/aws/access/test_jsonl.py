"""The line form: every field is read, and a line that asks nothing is answered with what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanner.providers.aws.access import answer_line

USER = "arn:aws:iam::100000000001:user/alice"
OBJECT = {"resource": "arn:aws:s3:::weights/m", "accountId": "100000000001"}
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def line(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    request = {"action": "s3:GetObject", "principal": USER, "resource": OBJECT, **fields.pop("request", {})}
    return {"id": 7, "request": request, **fields}


BAD: dict[str, tuple[Any, Any, str]] = {
    "no JSON": ("{", None, "not JSON"),
    "no object": ("[]", None, "a request line is a JSON object"),
    "nested too deeply": ("[" * 100_000, None, "not JSON"),
    "no request": ({"id": 7}, 7, "`request` is missing or no object"),
    "no action": (line(request={"action": ""}), 7, "`request/action` is missing or no text"),
    "an unknown field": (
        line(identityPolicy=[]),
        7,
        "unknown field `identityPolicy`; did you mean `identityPolicies`?",
    ),
    "an unknown mode": (line(mode="lax"), 7, "`mode` is strict or open, not `lax`"),
    "levels that are no list": (
        line(serviceControlPolicies=ALLOW),
        7,
        "`serviceControlPolicies` is a list of levels",
    ),
    "a context value that is an object": (
        line(request={"contextVariables": {"a": {}}}),
        7,
        "`request/contextVariables/a` is a value or a list of values",
    ),
    "a grant to nobody": (line(kmsGrants=[{}]), 7, "`kmsGrants/0/GranteePrincipal` is missing or no text"),
}


@pytest.mark.parametrize(("asked", "identifier", "problem"), BAD.values(), ids=BAD)
def test_a_bad_line(asked: Any, identifier: object, problem: str) -> None:  # noqa: ANN401
    text = asked if isinstance(asked, str) else json.dumps(asked)
    assert answer_line(text) == {"id": identifier, "error": problem}


def test_a_good_line() -> None:
    asked = line(identityPolicies=[{"name": "admin", "policy": ALLOW}])
    answer = answer_line(json.dumps(asked).encode())
    assert answer == {
        "id": 7,
        "verdict": "Allowed",
        "explicit": False,
        "guards": [],
        "witness": {},
        "deciding": [{"policy": "admin", "statement": 0, "sid": "", "layer": "identity"}],
        "missing": [],
    }


UNREAD = {
    "one of the identity policies": {"identityPolicies": [{"unread": "GetRolePolicy refused"}]},
    "all identity policies": {"identityPolicies": {"unread": "GetRolePolicy refused"}},
    "an SCP level": {
        "identityPolicies": [ALLOW],
        "serviceControlPolicies": [[{"unread": "GetRolePolicy refused"}]],
    },
    "all SCPs": {"identityPolicies": [ALLOW], "serviceControlPolicies": {"unread": "GetRolePolicy refused"}},
    "the bucket policy": {"identityPolicies": [ALLOW], "resourcePolicy": {"unread": "GetRolePolicy refused"}},
    "the boundary": {
        "identityPolicies": [ALLOW],
        "permissionBoundaryPolicies": [{"unread": "GetRolePolicy refused"}],
    },
}


@pytest.mark.parametrize("fields", UNREAD.values(), ids=UNREAD)
def test_what_is_unread_is_named(fields: dict[str, Any]) -> None:
    answer = answer_line(json.dumps(line(**fields)))
    assert (answer["verdict"], answer["missing"]) == ("Unknown", ["GetRolePolicy refused"])
