"""Managed identities: which resource an identity is, what runs with it, and who federated tokens make it.

Sources: Managed identities for Azure resources, "How managed identities for Azure resources work"
(https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-managed-identities-work-vm);
Microsoft Entra Workload ID, "Workload identity federation" and "Flexible federated identity credentials"
(https://learn.microsoft.com/entra/workload-id/workload-identities-flexible-federated-identity-credentials),
both read 2026-11-22.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scanner.guards import Guard
from scanner.providers.azure.directory import identities_of
from scanner.providers.azure.documents import at, items, text
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.providers.azure.directory import Directory
    from scanner.providers.azure.documents import Documents
    from scanner.snapshot import Document

USER_ASSIGNED: Final = "microsoft.managedidentity/userassignedidentities"
_CREDENTIALS: Final = f"{USER_ASSIGNED}/federatedidentitycredentials"
_CLAIM: Final = re.compile(
    r"claims\['(?P<claim>[^']+)'\]\s+(?P<how>eq|matches)\s+'(?P<value>[^']*)'", re.IGNORECASE
)
_AND: Final = re.compile(r"\s+and\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Credential:
    """A federated credential: tokens of `issuer` whose subject matches `subject` are the principal `node`.

    `missing` says what of it could not be read; `guards` are other claims that it demands. `is_literal`: its
    subject has signs that are wildcards elsewhere, and here are none: "Important considerations and
    restrictions for federated identity credentials"
    (https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations).
    """

    node: str
    issuer: str
    subject: str
    document: Document
    pointer: str
    guards: tuple[Guard, ...] = ()
    missing: tuple[str, ...] = ()
    is_literal: bool = False


class Identities:
    """Managed identities by node, and federated credentials of identities and applications."""

    def __init__(self, documents: Documents, directory: Directory) -> None:
        self.resources: dict[str, str] = {}
        self._running: dict[str, list[Document]] = defaultdict(list)
        for document in documents.arm(USER_ASSIGNED):
            oid = text(document.body, "/properties/principalId")
            if oid:
                self.resources[directory.node(oid, "ServicePrincipal")] = document.id.key.lower()
        nodes = {id_: node for node, id_ in self.resources.items()}
        for type_ in documents.arm_types():
            for document in documents.arm(type_) if type_ != USER_ASSIGNED else ():
                for oid, _ in identities_of(document):
                    self._running[directory.node(oid, "ServicePrincipal")].append(document)
                for node in _named(document, nodes):
                    if document not in self._running[node]:
                        self._running[node].append(document)
        self.credentials: dict[str, list[Credential]] = defaultdict(list)
        for credential in (*_of_identities(documents, nodes), *_of_applications(documents, directory)):
            self.credentials[credential.node].append(credential)

    def running_as(self, node: str) -> tuple[Document, ...]:
        """Return the resources that run with an identity."""
        return tuple(self._running.get(node, ()))


def _named(document: Document, nodes: Mapping[str, str]) -> Iterator[str]:
    """Yield the identities that a resource names by id alone, as code does."""
    users = at(document.body, "/identity/userAssignedIdentities")
    for id_ in sorted(users) if isinstance(users, dict) else ():
        if id_.lower() in nodes:
            yield nodes[id_.lower()]


def _of_identities(documents: Documents, nodes: Mapping[str, str]) -> Iterator[Credential]:
    for document in documents.arm(_CREDENTIALS):
        node = nodes.get(document.id.key.lower().split("/federatedidentitycredentials/")[0])
        if node is not None:
            yield _credential(node, at(document.body, "/properties"), document, "/properties")


def _of_applications(documents: Documents, directory: Directory) -> Iterator[Credential]:
    apps = {d.id.key.lower(): text(d.body, "/appId") for d in documents.graph("applications")}
    for document in documents.graph("applications.federatedIdentityCredentials"):
        member = directory.by_app(apps.get(document.id.key.lower(), ""))
        inside = "/value" if isinstance(document.body, dict) else ""
        for n, entry in enumerate(items(document.body)):
            if member is not None:
                yield _credential(member.node, entry, document, f"{inside}/{n}")


def _credential(node: str, entry: Any, document: Document, pointer: str) -> Credential:  # noqa: ANN401 - raw JSON
    subject, unknown = at(entry, "/subject"), Unresolved.read(at(entry, "/issuer"))
    issuer = text(entry, "/issuer") if unknown is None else unknown.like
    unresolved = Unresolved.read(subject)
    if unresolved is not None or unknown is not None:
        hinges = [f"{document.id}: {u.expression}" for u in (unknown, unresolved) if u is not None]
        like = unresolved.like if unresolved is not None else text(entry, "/subject") or "*"
        return Credential(node, issuer, like, document, pointer, missing=tuple(hinges))
    if isinstance(subject, str) and subject:
        return Credential(node, issuer, subject, document, pointer, is_literal=bool({"*", "?"} & {*subject}))
    expression = text(entry, "/claimsMatchingExpression/value")
    glob, guards = read_expression(expression)
    missing = () if glob is not None else (f"what `{expression[:200]}` matches",)
    return Credential(node, issuer, glob or "*", document, pointer, guards, missing)


def read_expression(expression: str) -> tuple[str | None, tuple[Guard, ...]]:
    """Return the glob of subjects that a flexible credential takes, and guards for the other claims it names.

    None when the expression is of a form that the documentation does not have.
    """
    subject: str | None = None
    guards: list[Guard] = []
    for part in _AND.split(expression.strip()):
        found = _CLAIM.fullmatch(part.strip())
        if found is None:
            return None, ()
        exact, value = found["how"].lower() == "eq", found["value"]
        if found["claim"] == "sub" and subject is None:
            subject = value
        else:
            guards.append(Guard(found["claim"], "in" if exact else "like", (value,), "issuer", "subject"))
    return subject or "*", tuple(sorted(guards))
