"""What each policy layer says to a request: which statements allow, which deny, and under what conditions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from scanner.providers.aws.access.formula import (
    All,
    Any,
    Expression,
    Not,
    Unreadable,
    all_of,
    any_of,
    negation,
)
from scanner.providers.aws.access.request import StatementRef, Unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.aws.access.environment import Environment
    from scanner.providers.aws.access.formula import Formula
    from scanner.providers.aws.access.policy import Policy
    from scanner.providers.aws.access.principals import Naming
    from scanner.providers.aws.access.request import Layer
    from scanner.providers.aws.access.statement import Statement

WITH_PRINCIPALS: Final = frozenset({"resource", "trust", "rcp", "vpc-endpoint"})
"""Layers whose statements have a Principal element."""


@dataclass(slots=True)
class Said:
    """What one layer says. `granting` is kept by how directly the caller is named; grants cannot deny."""

    granting: dict[Naming, list[tuple[Formula, StatementRef]]] = field(default_factory=dict)
    denying: list[tuple[Formula, StatementRef]] = field(default_factory=list)
    unread: list[Unreadable] = field(default_factory=list)
    can_deny: bool = True

    def allows(self, *namings: Naming) -> Formula:
        """Return when it allows, through any of these namings; through any at all when none is given."""
        chosen = namings or tuple(self.granting)
        return any_of([*self.unread, *(f for n in chosen for f, _ in self.granting.get(n, ()))])

    def denies(self) -> Formula:
        """Return when it denies."""
        return any_of([*(self.unread if self.can_deny else ()), *(f for f, _ in self.denying)])

    def grants(self) -> Iterator[tuple[Formula, StatementRef]]:
        """Yield what allows."""
        for granting in self.granting.values():
            yield from granting


def hear(layer: Layer, policies: Iterable[Policy | Unread], environment: Environment) -> Said:
    """Return what the policies of one layer say together."""
    said = Said()
    bounded = bool(environment.request.boundary)
    for policy in policies:
        if isinstance(policy, Unread):
            said.unread.append(Unreadable(policy.missing))
            continue
        said.unread += [_placed_leaf(Unreadable(place), policy.name) for place in policy.content.broken]
        for statement in policy.statements:
            _hear_statement(said, layer, policy, statement, environment, bounded=bounded)
    return said


def _hear_statement(
    said: Said, layer: Layer, policy: Policy, statement: Statement, environment: Environment, *, bounded: bool
) -> None:
    formula = statement.applies(environment)
    if formula is False:
        return
    wrong = _out_of_place(layer, statement)
    if wrong:
        formula = all_of([formula, *map(Unreadable, wrong)])
    ref = StatementRef(layer, policy.name, statement.index, statement.sid)
    for denies in (False, True):
        if not (statement.denies if denies else statement.allows):
            continue
        for naming, named in _named(layer, statement, environment, denies=denies, bounded=bounded):
            whole = _placed(all_of([formula, named]), policy.name)
            if whole is not False and denies:
                said.denying.append((whole, ref))
            elif whole is not False:
                said.granting.setdefault(naming, []).append((whole, ref))


def _named(
    layer: Layer, statement: Statement, environment: Environment, *, denies: bool, bounded: bool
) -> list[tuple[Naming, Formula]]:
    """Return the ways in which the statement names the caller, how directly and whether it does."""
    if layer not in WITH_PRINCIPALS:
        return [("direct", True)]
    if statement.broken_principals:
        naming = statement.names(environment, denies=denies, bounded=bounded)
        if not naming or statement.not_principals:
            return [("direct", any_of(map(Unreadable, statement.broken_principals)))]
        return [(naming, True)]
    return statement.namings(environment, denies=denies, bounded=bounded)


def _out_of_place(layer: Layer, statement: Statement) -> list[str]:
    """Return the places of elements that must not, or must, stand in a policy of this layer."""
    at = f"/Statement/{statement.index}"
    if layer in WITH_PRINCIPALS:
        missing = statement.principals is None and not statement.broken
        return [f"{at}/Principal"] if missing else []
    wrong = [f"{at}/Principal"] if statement.principals is not None else []
    if statement.resources is None and not statement.broken:
        wrong.append(f"{at}/Resource")
    return wrong


def _placed_leaf(leaf: Unreadable, name: str) -> Unreadable:
    """Return the leaf with the policy's name before its place, unless that is an expression."""
    return leaf if isinstance(leaf.place, Expression) else Unreadable(f"{name}{leaf.place}")


def _placed(formula: Formula, name: str) -> Formula:
    """Return the formula with the policy's name before each place inside it."""
    if isinstance(formula, Unreadable):
        return _placed_leaf(formula, name) if formula.place.startswith("/") else formula
    if isinstance(formula, Not):
        return negation(_placed(formula.part, name))
    if isinstance(formula, All):
        return all_of(_placed(part, name) for part in formula.parts)
    if isinstance(formula, Any):
        return any_of(_placed(part, name) for part in formula.parts)
    return formula
