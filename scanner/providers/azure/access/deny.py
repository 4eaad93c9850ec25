"""Deny assignments: they win over every role assignment, of classic administrators too.

Azure makes them (deployment stacks, managed applications); nobody writes them into code. They stop nothing
that needs no role: shared keys and SAS that are held already. Source: Azure RBAC, "List Azure deny
assignments" (https://learn.microsoft.com/azure/role-based-access-control/deny-assignments, read 2026-11-22).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scanner.providers.azure.access.conditions import judge
from scanner.providers.azure.access.holding import joined
from scanner.providers.azure.documents import at, field_evidence, items, text, texts
from scanner.providers.azure.roles.definitions import Block
from scanner.providers.azure.scopes import subscription_of
from scanner.snapshot import Gap, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.providers.azure.access.holding import Holding
    from scanner.providers.azure.access.question import Question
    from scanner.providers.azure.directory import Directory
    from scanner.providers.azure.documents import Documents
    from scanner.providers.azure.membership import Membership
    from scanner.snapshot import Document

_TYPE: Final = "microsoft.authorization/denyassignments"
_FIELD: Final = "Microsoft.Authorization.denyAssignments"
_EVERYONE: Final = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Denial:
    """One deny assignment. `principals` and `spared` are nodes; None is everyone.

    `is_vague`: whom it stops could not be read, so that it makes a holding unknown and does not end it.
    """

    name: str
    scope: str
    only_here: bool
    blocks: tuple[Block, ...]
    principals: frozenset[str] | None
    spared: frozenset[str]
    document: Document
    is_vague: bool = False

    def blocks_of(self, question: Question) -> tuple[Block, ...]:
        """Return the blocks that deny an operation."""
        lowered = question.action.lower()
        return tuple(block for block in self.blocks if block.grants(question.plane, lowered))


class Denials:
    """Every deny assignment, by scope. `gaps` are of those that could not be taken as they are."""

    def __init__(self, documents: Documents, directory: Directory, membership: Membership) -> None:
        self._documents = documents
        self._membership = membership
        self._by_scope: dict[str, list[Denial]] = {}
        self.gaps: list[Gap] = []
        for document in documents.arm(_TYPE):
            denial = _read(document, directory)
            if denial.is_vague or not denial.blocks:
                words = "a deny assignment without principals or permissions"
                self.gaps.append(Gap(document.id, "unparseable", words, "overstated"))
            self._by_scope.setdefault(denial.scope, []).append(denial)
        self._unread = bool(list(documents.gaps("arm", _FIELD)))

    def applied(
        self, holdings: Mapping[str, Holding], question: Question, chain: tuple[str, ...]
    ) -> Mapping[str, Holding]:
        """Return the holdings as deny assignments leave them, in node order.

        A group of which some members are denied is replaced by its members.
        """
        missing = self._missing(chain[0])
        denials = list(self._matching(question, chain))
        if not missing and not denials:
            return holdings
        found: dict[str, Holding] = {}
        for node in sorted(holdings):
            for holding in self._split(holdings[node], denials):
                stopped = self._stopped(holding, denials, question)
                stopped = stopped._replace(missing=tuple(sorted({*stopped.missing, *missing})))
                held = found.get(stopped.node)
                found[stopped.node] = stopped if held is None else joined(held, stopped)
        return dict(sorted(found.items()))

    def _missing(self, resource: str) -> tuple[str, ...]:
        if not self._unread:
            return ()
        gap = self._documents.gap("arm", _FIELD, subscription_of(resource))
        return () if gap is None else (str(gap.id),)

    def _matching(self, question: Question, chain: tuple[str, ...]) -> Iterator[Denial]:
        for n, scope in enumerate(chain):
            for denial in self._by_scope.get(scope, ()):
                if (n == 0 or not denial.only_here) and denial.blocks_of(question):
                    yield denial

    def _split(self, holding: Holding, denials: list[Denial]) -> Iterator[Holding]:
        """Yield the holding, or a group's members' where a denial does not treat them all alike."""
        inside = self._membership.inside(holding.node)
        answers = {tuple(self._concerns(denial, node) for denial in denials) for node in inside}
        if len(answers) == 1 or len(inside) == 1:
            yield holding
            return
        for node in sorted(inside):
            if node != holding.node and "#" not in node and self._membership.document(node) is None:
                document = self._membership.document(holding.node)
                proof = (field_evidence(document, ""),) if document is not None else ()
                yield holding._replace(node=node, evidence=(*proof, *holding.evidence))

    def _concerns(self, denial: Denial, node: str) -> bool:
        held = self._membership.closure(node)
        named = denial.principals is None or bool(held & denial.principals)
        return named and not held & denial.spared

    def _stopped(self, holding: Holding, denials: list[Denial], question: Question) -> Holding:
        for denial in denials:
            if not self._concerns(denial, holding.node):
                continue
            words = f"deny assignment {denial.name} at {denial.scope}"
            for block in denial.blocks_of(question):
                judged = judge([block.condition] if block.condition else [], question)
                unsure = denial.is_vague or judged.missing or () not in judged.alternatives
                if judged.alternatives and unsure:
                    holding = holding._replace(missing=(*holding.missing, words))
                elif judged.alternatives and denial.spared and self._membership.is_unread(holding.node):
                    holding = holding._replace(missing=(*holding.missing, f"members of {holding.node}"))
                elif judged.alternatives:
                    proof = (*holding.evidence, field_evidence(denial.document, "/properties"))
                    return holding._replace(evidence=proof, blocked_by=(words,))
        return holding


def _read(document: Document, directory: Directory) -> Denial:
    body = document.body
    scope = text(body, "/properties/scope").lower().rstrip("/")
    if not scope:
        scope = document.id.key.lower().rpartition("/providers/")[0]
    listed = items(body, "/properties/principals")
    everyone = not listed or any(text(entry, "/id") == _EVERYONE for entry in listed)
    spared = at(body, "/properties/excludePrincipals")
    named = (*listed, *items(spared))
    vague = not listed or not all(text(entry, "/id") for entry in named)
    return Denial(
        name=text(body, "/properties/denyAssignmentName") or document.id.key.rpartition("/")[2],
        scope=scope or "/",
        only_here=at(body, "/properties/doNotApplyToChildScopes") is True,
        blocks=tuple(_block(entry) for entry in items(body, "/properties/permissions")),
        principals=None if everyone else _nodes(listed, directory),
        spared=_nodes(items(body, "/properties/excludePrincipals"), directory),
        document=document,
        is_vague=vague or not isinstance(spared, list | None),
    )


def _nodes(entries: list[Any], directory: Directory) -> frozenset[str]:
    return frozenset(directory.node(text(entry, "/id"), text(entry, "/type")) for entry in entries)


def _block(entry: object) -> Block:
    lists = tuple(
        tuple(pattern.lower() for pattern in texts(entry, f"/{name}"))
        for name in ("actions", "notActions", "dataActions", "notDataActions")
    )
    condition = at(entry, "/condition")
    unread = Unresolved.read(condition)
    if unread is not None or not isinstance(condition, str | None):
        condition = f"@Unknown {unread.expression if unread else 'no text'}"
    return Block(condition or None, lists)
