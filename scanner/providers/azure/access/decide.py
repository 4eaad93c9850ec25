"""Decides backward: for one operation on one resource, everybody who may.

What a scope and those above it grant is worked out once an operation, and shared by all resources below that
have no assignments of their own. Nothing is asked of principals that no assignment names.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.providers.azure.access.conditions import judge
from scanner.providers.azure.access.holding import Holding, joined
from scanner.providers.azure.access.question import Question
from scanner.providers.azure.assignments import ANY_ROLE
from scanner.providers.azure.documents import field_evidence
from scanner.providers.azure.roles import built_in
from scanner.providers.azure.scopes import is_group, subscription_of
from scanner.wildcards import matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scanner.model import Evidence
    from scanner.providers.azure.access.deny import Denials
    from scanner.providers.azure.assignments import Assignment
    from scanner.providers.azure.roles import Block, Plane, Role, Roles
    from scanner.providers.azure.scopes import Scopes
    from scanner.snapshot import Document

_UNPLACED: Final = "management groups above the subscription"


class Access:
    """Answers questions. Assignments of copies of principals are added before anything is asked."""

    def __init__(self, scopes: Scopes, roles: Roles, denials: Denials) -> None:
        self._scopes = scopes
        self._roles = roles
        self._denials = denials
        self._by_scope: dict[str, list[Assignment]] = defaultdict(list)
        self._open: list[Assignment] = []
        self._here: dict[tuple[str, Plane, str], tuple[Grant, ...]] = {}
        self._merged: dict[tuple[str, Question], Mapping[str, Holding]] = {}
        self._conditional: dict[tuple[str, Plane, str], bool] = {}
        self._anywhere: dict[tuple[str, Plane, str], Mapping[str, Holding]] = {}
        self._evidence: dict[tuple[str, str], Evidence] = {}

    def add(self, assignments: Iterable[Assignment]) -> None:
        """Take in assignments; what was asked before is forgotten."""
        for assignment in assignments:
            if "*" in assignment.scope:
                self._open.append(assignment)
            else:
                self._by_scope[assignment.scope].append(assignment)
        self._here.clear()
        self._merged.clear()
        self._conditional.clear()
        self._anywhere.clear()

    def assignments(self) -> Iterator[Assignment]:
        """Yield everything that was taken in, by scope."""
        for scope in sorted(self._by_scope):
            yield from self._by_scope[scope]
        yield from self._open

    def scopes_below(self, parent: str) -> tuple[str, ...]:
        """Return the scopes with assignments inside another one, sorted and in lower case."""
        return tuple(sorted(scope for scope in self._by_scope if scope.startswith(f"{parent}/")))

    def holders(self, question: Question) -> Mapping[str, Holding]:
        """Return who may, by node in order; those whom a deny assignment stops are blocked."""
        chain = self._scopes.chain(question.resource)
        found = self._along(chain, question)
        maybe = self._perhaps(chain, question)
        if maybe:
            found = _merge([found, maybe])
        return self._denials.applied(found, question, chain)

    def anywhere(self, action: str, plane: Plane, above: str) -> Mapping[str, Holding]:
        """Return who may do something to a resource of a type, wherever: at a scope that can hold one.

        Args:
            action: The operation.
            plane: Its plane.
            above: Lower-case type of what it is done to: scopes inside another type hold none.
        """
        key = (action, plane, above)
        if key not in self._anywhere:
            self._anywhere[key] = _merge(self._wherever(action, plane, above))
        return self._anywhere[key]

    def _wherever(self, action: str, plane: Plane, above: str) -> Iterator[Mapping[str, Holding]]:
        for scope in sorted(self._by_scope):
            if "/providers/" in scope and not is_group(scope) and f"/{above}/" not in f"{scope}/":
                continue
            question = Question(action, scope, plane)
            holdings = self._held(self._grants(scope, plane, action), question)
            yield self._denials.applied(holdings, question, self._scopes.chain(scope))

    def _along(self, chain: tuple[str, ...], question: Question) -> Mapping[str, Holding]:
        """Return what the chain's scopes grant together."""
        scope = chain[0]
        plain = not self._is_conditional(chain, question)
        asked = Question(question.action, "", question.plane, () if plain else question.known)
        key = (scope, asked)
        found = self._merged.get(key)
        if found is None:
            here = self._held(self._grants(scope, question.plane, question.action), question)
            above = self._along(chain[1:], question) if len(chain) > 1 else {}
            found = _merge([here, above]) if here and above else here or above
            self._merged[key] = found
        return found

    def _is_conditional(self, chain: tuple[str, ...], question: Question) -> bool:
        key = (chain[0], question.plane, question.action)
        found = self._conditional.get(key)
        if found is None:
            grants = self._grants(chain[0], question.plane, question.action)
            found = any(grant.conditions for grant in grants)
            found = found or (len(chain) > 1 and self._is_conditional(chain[1:], question))
            self._conditional[key] = found
        return found

    def _perhaps(self, chain: tuple[str, ...], question: Question) -> Mapping[str, Holding]:
        """Return what would be granted if open scopes, and management groups nobody placed, hold it."""
        parts: list[Mapping[str, Holding]] = []
        open_ = [a for a in self._open if any(matches(a.scope, scope) for scope in chain)]
        if open_:
            parts.append(self._held(self.granted(open_, question.plane, question.action), question))
        if not self._scopes.is_placed(chain[0]):
            for scope in [s for s in self._by_scope if is_group(s) and s not in chain]:
                grants = self._grants(scope, question.plane, question.action)
                unplaced = (f"{_UNPLACED} {subscription_of(chain[0])}",)
                parts.append(self._held(grants, question, unplaced))
        return _merge(parts) if parts else {}

    def _grants(self, scope: str, plane: Plane, action: str) -> tuple[Grant, ...]:
        key = (scope, plane, action)
        found = self._here.get(key)
        if found is None:
            assigned = self._by_scope.get(scope, ())
            found = tuple(self.granted(assigned, plane, action)) if assigned else ()
            self._here[key] = found
        return found

    def granted(self, assigned: Iterable[Assignment], plane: Plane, action: str) -> Iterator[Grant]:
        """Yield the grants of an operation that assignments amount to, their conditions left aside."""
        lowered = action.lower()
        for assignment in assigned:
            if assignment.role == ANY_ROLE:
                yield Grant(assignment, None, None)
                continue
            role = self._roles.get(assignment.role) if assignment.role else None
            if role is None:
                yield Grant(assignment, None, None, self._missing(assignment))
                continue
            blocks = self._roles.granting(role, plane, lowered)
            for block in blocks:
                missing = (*_open(assignment), *(words for of, words in block.doubts if of == plane))
                yield Grant(assignment, role, block, missing, (plane, lowered))
            if not blocks and (
                open_ := tuple(words for b in role.blocks for of, words in b.open_ if of == plane)
            ):
                yield Grant(assignment, role, None, open_)

    def _missing(self, assignment: Assignment) -> tuple[str, ...]:
        if assignment.open_:
            return _open(assignment)
        gap = self._roles.unknown(assignment.role, assignment.document.id.scope)
        return (str(gap.id),)

    def _held(
        self, grants: Iterable[Grant], question: Question, unplaced: tuple[str, ...] = ()
    ) -> Mapping[str, Holding]:
        """Return what grants at one scope amount to, by node."""
        found: dict[str, Holding] = {}
        for grant in grants:
            judged = judge(grant.conditions, question)
            if not judged.alternatives:
                continue
            holding = Holding(
                node=grant.assignment.holder,
                alternatives=judged.alternatives,
                evidence=self.proof(grant),
                missing=tuple(sorted({*grant.missing, *judged.missing, *unplaced})),
                assumed=() if grant.role is None or grant.role.document else (_of_table(),),
            )
            held = found.get(holding.node)
            found[holding.node] = holding if held is None else joined(held, holding)
        return found

    def proof(self, grant: Grant) -> tuple[Evidence, ...]:
        """Return the assignment, and what of the role grants, where the role was read."""
        proof = [self._field(grant.assignment.document, grant.assignment.pointer)]
        role, block = grant.role, grant.block
        if role is not None and role.document is not None and block is not None:
            proof.append(self._field(role.document, self._roles.place(role, block, *grant.asked)))
            if block.condition is not None:
                proof.append(self._field(role.document, f"{block.pointer}/condition"))
        return tuple(proof)

    def _field(self, document: Document, pointer: str) -> Evidence:
        key = (str(document.id), pointer)
        if key not in self._evidence:
            self._evidence[key] = field_evidence(document, pointer)
        return self._evidence[key]


class Grant(NamedTuple):
    """An assignment whose role grants what was `asked`, by one block; `missing`: if at all."""

    assignment: Assignment
    role: Role | None
    block: Block | None
    missing: tuple[str, ...] = ()
    asked: tuple[Plane, str] = ("control", "")

    @property
    def conditions(self) -> tuple[str, ...]:
        """Return what must hold: of the assignment, and inside the role."""
        inside = self.block.condition if self.block else None
        return tuple(text for text in (self.assignment.condition, inside) if text is not None)


def _merge(parts: Iterable[Mapping[str, Holding]]) -> Mapping[str, Holding]:
    """Return what several scopes grant, the first part's proof first."""
    found: dict[str, Holding] = {}
    for part in parts:
        for node, holding in part.items():
            held = found.get(node)
            found[node] = holding if held is None else joined(held, holding)
    return found


def _open(assignment: Assignment) -> tuple[str, ...]:
    return tuple(f"{assignment.document.id}: {expression}" for expression in assignment.open_)


def _of_table() -> str:
    return f"built-in role definitions of {built_in().date}"
