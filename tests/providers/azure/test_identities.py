"""Flexible federated credentials, and which mail a guest's name says."""

from __future__ import annotations

import pytest

from scanner.providers.azure.directory import guest_mail
from scanner.providers.azure.identities import read_expression
from scanner.snapshot import Document, DocumentId

EXPRESSIONS: dict[str, tuple[str, str | None, list[str]]] = {
    "a pattern": ("claims['sub'] matches 'repo:acme/*'", "repo:acme/*", []),
    "one subject": (
        "claims['sub'] eq 'repo:acme/app:ref:refs/heads/main'",
        "repo:acme/app:ref:refs/heads/main",
        [],
    ),
    "another claim too": (
        "claims['sub'] matches 'repo:acme/*' and claims['job_workflow_ref'] matches 'acme/flows/*'",
        "repo:acme/*",
        ["job_workflow_ref like acme/flows/*"],
    ),
    "no subject": ("claims['environment'] eq 'prod'", "*", ["environment = prod"]),
    "of another form": ("startswith(claims['sub'], 'repo:acme')", None, []),
    "nothing": ("", None, []),
}


@pytest.mark.parametrize(("expression", "subject", "guards"), EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_expressions(expression: str, subject: str | None, guards: list[str]) -> None:
    glob, found = read_expression(expression)
    assert (glob, [str(guard) for guard in found]) == (subject, guards)


MAILS: dict[str, tuple[dict[str, object], str]] = {
    "on file": (
        {"mail": "Ada@Labelworks.example", "userPrincipalName": "x#EXT#@y"},
        "ada@labelworks.example",
    ),
    "another address on file": ({"otherMails": ["ada@labelworks.example"]}, "ada@labelworks.example"),
    "in the name": ({"userPrincipalName": "ada_labelworks.example#EXT#@o.example"}, "ada@labelworks.example"),
    "with an underscore of its own": (
        {"userPrincipalName": "ada_b_labelworks.example#EXT#@o.example"},
        "ada_b@labelworks.example",
    ),
    "nowhere": ({"userPrincipalName": "ada@o.example"}, ""),
}


@pytest.mark.parametrize(("body", "mail"), MAILS.values(), ids=MAILS)
def test_mail_of_a_guest(body: dict[str, object], mail: str) -> None:
    assert guest_mail(Document(DocumentId("azure", "t", "", "graph", "users", "1"), body)) == mail
