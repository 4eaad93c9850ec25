"""Conditions on assignments and inside role definitions, as guards of a grant.

The request is the plainest that takes the operation: what it says of sub-operations is none, since a caller
who need not name one does not. Reading a blob is one of those that ``Blob.Read.WithTagConditions``
names, which conditions of old have: "Example Azure role assignment conditions for Blob Storage"
(https://learn.microsoft.com/azure/storage/blobs/storage-auth-abac-examples, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.guards import conjoin
from scanner.providers.azure.abac import ConditionError, Request, guards_of, parse, residual

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.providers.azure.access.question import Question
    from scanner.verdict import Guard


_BY_NATURE: Final = {
    "microsoft.storage/storageaccounts/blobservices/containers/blobs/read": "Blob.Read.WithTagConditions"
}


class Judged(NamedTuple):
    """What is left of a condition: alternatives, none for one that cannot be met; or why it is not known."""

    alternatives: tuple[tuple[Guard, ...], ...] = ((),)
    missing: tuple[str, ...] = ()


def judge(conditions: Iterable[str], question: Question) -> Judged:
    """Return what is left of several conditions, all of which must hold."""
    whole = Judged()
    for condition in conditions:
        judged = _judge(condition, question)
        alternatives = [
            guards
            for mine in whole.alternatives
            for theirs in judged.alternatives
            if (guards := conjoin((*mine, *theirs))) is not None
        ]
        missing = tuple(sorted({*whole.missing, *judged.missing}))
        whole = Judged(tuple(sorted(set(alternatives), key=lambda g: (len(g), g))), missing)
    return whole


def _judge(condition: str, question: Question) -> Judged:
    try:
        node = parse(condition)
    except ConditionError as error:
        return Judged(missing=(f"a condition that does not read: {error}",))
    kind = _BY_NATURE.get(question.action.lower(), "")
    request = Request.of(question.action, dict(question.known), sub_operation=kind)
    left = residual(node, request)
    guards = guards_of(left)
    if guards is None:
        texts = sorted({clause.text for clauses in left.alternatives for clause in clauses})
        return Judged(missing=(f"whether a condition holds: {'; '.join(texts)[:300]}",))
    return Judged(guards)
