"""What policies say to one action on one resource, as numbers: equal numbers say the same.

Of most policies that is nothing. Statements that say the same get one number whatever their place and
whoever wrote them, so that a decision on one role's policies serves every role whose policies say the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scanner.providers.aws.access.caller import Caller
from scanner.providers.aws.access.environment import Environment
from scanner.providers.aws.access.patterns import Template
from scanner.providers.aws.access.request import Unread
from scanner.providers.aws.access.resources import may_meet

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from scanner.providers.aws.access.formula import Formula
    from scanner.providers.aws.access.policy import Content, Policy
    from scanner.providers.aws.access.request import Request
    from scanner.providers.aws.access.statement import Statement

_NOBODY = Caller("", "other")


class Slice(NamedTuple):
    """What one policy says.

    Attributes:
        numbers: What is said; empty when nothing is.
        statements: Those that count, in order.
        broken: Places of what could say anything.
        of_resource: The numbers mean something else for another resource.
        may_allow: Something of it may allow.
    """

    numbers: tuple[int, ...] = ()
    statements: tuple[Statement, ...] = ()
    broken: tuple[str, ...] = ()
    of_resource: bool = False
    may_allow: bool = False


_NOTHING = Slice()


class _Covering(NamedTuple):
    """A statement that means an action, and the numbers of what its resources and all else of it say."""

    statement: Statement
    base: int
    element: int
    has_variables: bool


class Slices:
    """Numbers for whatever policies say, and what each says to each action."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._covering: dict[tuple[Content, str, bool], tuple[_Covering, ...]] = {}

    def number(self, said: Hashable) -> int:
        """Return the number of something said."""
        return self._numbers.setdefault(said, len(self._numbers))

    def covering(self, content: Content, action: str, *, names_principals: bool) -> tuple[_Covering, ...]:
        """Return the statements of a policy that mean an action; of some layers they name principals."""
        key = (content, action, names_principals)
        found = self._covering.get(key)
        if found is None:
            found = self._covering[key] = tuple(self._covered(content, action, names_principals))
        return found

    def _covered(self, content: Content, action: str, names_principals: bool) -> list[_Covering]:
        found = []
        for statement in content.statements:
            covered = statement.covers(action)
            if covered is False:
                continue
            # a statement out of place is named by its index in what is missing
            is_usual = (statement.principals is not None) == names_principals
            is_usual = is_usual and (names_principals or statement.resources is not None)
            base = self.number((covered, statement.shape, None if is_usual else statement.index))
            element = (
                statement.resources,
                statement.open_resources,
                statement.not_resources,
                statement.broken_resources,
            )
            has_variables = any(t.variables for t in statement.templates)
            found.append(_Covering(statement, base, self.number(("resources", element)), has_variables))
        return found


class Asked:
    """One action on one resource, and what policies say to it."""

    def __init__(self, slices: Slices, request: Request) -> None:
        self.action = request.action.lower()
        self.matches: dict[tuple[int, str], Formula] = {}
        self._slices = slices
        self._environment = Environment(request, _NOBODY)
        self._environment.known_matches = self.matches
        self.pattern = self._environment.resource_pattern
        self._wanted = (
            self.pattern
            if request.some_resource
            else Template(request.resource, wildcards=False, variables=False).pattern
        )
        self._found: tuple[dict[Content, Slice], dict[Content, Slice]] = ({}, {})
        self._meant: dict[int, Formula] = {}

    def said(self, policy: Policy | Unread, *, names_principals: bool = False) -> Slice:
        """Return what a policy says."""
        if isinstance(policy, Unread):
            return Slice((self._slices.number(("unread", policy.missing)),), may_allow=True)
        found = self._found[names_principals]
        known = found.get(policy.content)
        if known is None:
            known = found[policy.content] = self._said(policy.content, names_principals)
        return known

    def together(self, policies: Iterable[Policy | Unread]) -> tuple[tuple[tuple[int, ...], ...], bool]:
        """Return what policies without principals say, and whether something of it may allow."""
        said = [slice_ for slice_ in map(self.said, policies) if slice_.numbers]
        return tuple([slice_.numbers for slice_ in said]), any(slice_.may_allow for slice_ in said)

    def _said(self, content: Content, names_principals: bool) -> Slice:
        covering = self._slices.covering(content, self.action, names_principals=names_principals)
        if not covering and not content.broken:
            return _NOTHING
        numbers = [self._slices.number(("broken", content.broken))] if content.broken else []
        statements = []
        of_resource = False
        for statement, base, element, has_variables in covering:
            if has_variables:
                if not statement.not_resources and not self._may_mean(statement):
                    continue
                number, of_resource = self._slices.number((base, element)), True
            else:
                meant = self._meant.get(element)
                if meant is None:
                    meant = self._meant[element] = statement.means(self._environment)
                if meant is False:
                    continue
                number = base
                if meant is not True:
                    number, of_resource = self._slices.number((base, element)), True
            numbers.append(number)
            statements.append(statement)
        if not numbers:
            return _NOTHING
        may_allow = bool(content.broken) or any(statement.allows for statement in statements)
        return Slice(tuple(numbers), tuple(statements), content.broken, of_resource, may_allow)

    def _may_mean(self, statement: Statement) -> bool:
        return bool(statement.broken_resources) or any(
            may_meet(template.loosest, self._wanted) for template in statement.templates
        )
