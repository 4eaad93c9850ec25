"""The Condition element: one `Condition` an operator and key, held against a request.

Values OR; values of a negated operator NOR; keys AND. How absent, several and single values count is from
`Set operators for multivalued context keys
<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>`_
and `Condition operators, ...IfExists
<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists>`_
(read 2026-11-22). A plain operator on a key with several values asks whether any of them matches.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from scanner.intervals import Intervals, read_date, read_number
from scanner.netset import AddressSet
from scanner.providers.aws.access.environment import OPEN
from scanner.providers.aws.access.formula import Present, Test, Tie, Unreadable, all_of, any_of, negation
from scanner.providers.aws.access.operators import (
    Operator,
    line_of,
    read_binary,
    read_boolean,
    read_operator,
)
from scanner.providers.aws.access.patterns import Pattern, Template, Variable, as_arn
from scanner.providers.aws.access.ties import known_part, matches_text, open_variables
from scanner.providers.aws.access.unresolved import OpenText, expression_of, open_text
from scanner.stringset import StringSet, TooManyStates
from scanner.wording import Hints

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from scanner.providers.aws.access.environment import Environment, Looked
    from scanner.providers.aws.access.formula import Formula
    from scanner.wording import ValueSet

_EMPTY: Final = StringSet.literal("")


@dataclass(frozen=True)
class Condition:
    """One operator on one key. Equal conditions say the same.

    Attributes:
        operator: With qualifier and IfExists.
        key: Lower-cased.
        templates: Values of a string or ARN operator.
        values: The set that all other values make, or None for those operators.
        broken: Places of values that cannot be read; each could match anything.
        open: Values that code leaves open.
    """

    operator: Operator
    key: str
    templates: tuple[Template, ...]
    values: ValueSet | None
    broken: tuple[str, ...] = ()
    open: tuple[OpenText, ...] = ()

    @cached_property
    def has_variables(self) -> bool:
        """Whether a value holds a policy variable, so that other keys count too."""
        return any(template.variables for template in self.templates)

    def holds(self, environment: Environment) -> Formula:
        """Return when the condition is met."""
        return self.holds_for(environment.lookup(self.key), environment)

    def holds_for(self, given: Looked, environment: Environment | None = None) -> Formula:
        """Return when the condition is met by what is known of its key; variables need the environment."""
        if self.operator.family == "null":
            return self._null(Present(self.key) if given is OPEN else given is not None)
        if given is OPEN:
            return self._open(environment)
        if given is None:
            operator = self.operator
            return (
                operator.if_exists
                or operator.qualifier == "all"
                or (operator.negated and not operator.qualifier)
            )
        return self._given(given, environment)

    def _null(self, present: Formula) -> Formula:
        wanted = [negation(present) if value else present for value in self._null_values]
        return any_of([*wanted, *self._doubts])

    @cached_property
    def _doubts(self) -> tuple[Unreadable, ...]:
        """What could be among the values, whatever it is."""
        return (*map(Unreadable, self.broken), *(text.leaf for text in self.open))

    @cached_property
    def _null_values(self) -> tuple[bool, ...]:
        words = self.values.words if isinstance(self.values, StringSet) else ()
        return tuple(word == "true" for word in words or ())

    def _given(self, given: tuple[str, ...], environment: Environment | None) -> Formula:
        qualifier = self.operator.qualifier
        matched = [self._matches(value, environment) for value in given]
        if not qualifier:
            found = any_of(matched)
            return negation(found) if self.operator.negated else found
        # an empty string counts as no value at all for the set operators
        held = [negation(m) if self.operator.negated else m for m, v in zip(matched, given, strict=True) if v]
        return all_of(held) if qualifier == "all" else any_of(held)

    def _matches(self, value: str, environment: Environment | None) -> Formula:
        if self.values is not None:
            found: Formula = _in_set(self.operator, value, self.values)
        else:
            family = self.operator.family
            found = any_of(
                self._fixed_match(template, value)
                if environment is None or not template.variables
                else matches_text(
                    template, value, environment, is_arn=family == "arn", fold=family == "folded"
                )
                for template in self.templates
            )
        if found is True or not self._doubts:
            return found
        possible = (text.leaf for text in self.open if self._may_be(text, value))
        return any_of([found, *map(Unreadable, self.broken), *possible])

    def _may_be(self, text: OpenText, value: str) -> bool:
        if not self.operator.takes_variables:
            return True
        return text.may_be(value.lower() if self.operator.family == "folded" else value)

    def _fixed_match(self, template: Template, value: str) -> bool:
        if self.operator.family == "folded":
            return (
                template.text.lower() == value.lower()
                or (template.pattern.literal or "").lower() == value.lower()
            )
        pattern = template.arn_pattern if self.operator.family == "arn" else template.pattern
        return pattern is not None and pattern.matches(value)

    def _open(self, environment: Environment | None) -> Formula:
        found, tied = self._open_values(environment)
        if found is None:
            return Unreadable(f"conditions on `{self.key}`: patterns too large to compare")
        operator, qualifier = self.operator, self.operator.qualifier
        leaves: list[Formula] = [*self._doubts]
        if not qualifier and operator.takes_variables:
            leaves = [*map(Unreadable, self.broken), *map(self._open_test, self.open)]
        if qualifier:
            leaves += [Unreadable(f"`{tie.template.text}` tied to `{self.key}`") for tie in tied]
            tied = ()
        inside, outside = self._test(found), self._test(~found)
        if not qualifier:
            positive = any_of([inside, *tied, *leaves])
            met = negation(positive) if operator.negated else positive
        else:
            wanted, barred = (outside, inside) if operator.negated else (inside, outside)
            met = wanted if qualifier == "any" else negation(barred)
            met = all_of([met, *leaves]) if operator.negated else any_of([met, *leaves])
        return any_of([negation(Present(self.key)), met]) if operator.if_exists else met

    def _open_test(self, text: OpenText) -> Formula:
        """Return when an open value may be what the open key has."""
        try:
            like = text.like.loosest.tokens
            strings = StringSet.patterns([like], ignore_case=self.operator.family == "folded")
        except TooManyStates:
            return text.leaf
        return all_of([self._test(strings), text.leaf])

    def _test(self, found: ValueSet) -> Formula:
        if self.operator.qualifier and isinstance(found, StringSet):
            found -= _EMPTY
        if found.is_empty:
            return False
        family = self.operator.family
        return Test(
            self.key, found, bool(self.operator.qualifier), family == "boolean", family == "date", self._hints
        )

    @cached_property
    def _hints(self) -> Hints:
        fixed = [template for template in self.templates if not template.variables]
        if self.operator.family == "folded":
            return Hints(folded=tuple(template.pattern.literal or "" for template in fixed))
        patterns = [t.arn_pattern if self.operator.family == "arn" else t.pattern for t in fixed]
        return Hints(tuple(pattern.tokens for pattern in patterns if pattern is not None))

    def _open_values(self, environment: Environment | None) -> tuple[ValueSet | None, tuple[Tie, ...]]:
        """Return the set that the values make and the ties to other open keys.

        None when the set is too large.
        """
        if self.values is not None:
            return self.values, ()
        if environment is None or not self.has_variables:
            return self._fixed_values, ()
        patterns: list[Pattern] = []
        tied: list[Tie] = []
        family = self.operator.family
        for template in self.templates:
            if open_variables(template, environment):
                if known_part(template, environment) is not None:
                    tied.append(Tie(self.key, template, family == "arn", family == "folded"))
                continue
            parts = known_part(template, environment)
            if parts is not None:
                patterns.append(Pattern(p for p in parts if not isinstance(p, Variable)))
        return _string_set(self.operator, patterns), tuple(tied)

    @cached_property
    def _fixed_values(self) -> StringSet | None:
        return _string_set(self.operator, [t.pattern for t in self.templates])


def _string_set(operator: Operator, patterns: list[Pattern]) -> StringSet | None:
    if operator.family == "arn":
        patterns = [p for p in map(as_arn, patterns) if p is not None]
    try:
        return StringSet.patterns([p.tokens for p in patterns], ignore_case=operator.family == "folded")
    except TooManyStates:
        return None


def _in_set(operator: Operator, value: str, values: ValueSet) -> bool:
    """Tell whether a given value is in the set; one of another type is in none."""
    if isinstance(values, AddressSet):
        try:
            return value in values
        except ValueError:
            return False
    if isinstance(values, StringSet):
        read = read_boolean if operator.family == "boolean" else read_binary
        text = read(value)
        return text is not None and text in values
    number = read_date(value) if operator.family == "date" else read_number(value)
    return number is not None and values.holds((number, 0))


def read_conditions(raw: Any, place: str, broken: list[str], *, variables: bool) -> Iterator[Condition]:  # noqa: ANN401
    """Yield the conditions of a statement; places that could be any condition are added to `broken`."""
    if not isinstance(raw, dict) or expression_of(raw) is not None:
        broken.append(expression_of(raw) or place)
        return
    for word, keys in raw.items():
        operator = read_operator(word) if isinstance(word, str) else None
        if operator is None or not isinstance(keys, dict) or expression_of(keys) is not None:
            broken.append(expression_of(keys) or f"{place}/{escaped(word)}")
            continue
        for key, values in keys.items():
            where = f"{place}/{escaped(word)}/{escaped(key)}"
            if not isinstance(key, str) or not key:
                broken.append(where)
                continue
            yield _condition(operator, key.lower(), values, where, variables=variables)


def escaped(step: object) -> str:
    """Return one step of a JSON pointer."""
    return str(step).replace("~", "~0").replace("/", "~1")


def _condition(operator: Operator, key: str, raw: Any, where: str, *, variables: bool) -> Condition:  # noqa: ANN401
    broken: list[str] = []
    left_open: list[OpenText] = []
    texts: list[tuple[str, str]] = []
    for index, value in enumerate(raw if isinstance(raw, list) else [raw]):
        at = f"{where}/{index}" if isinstance(raw, list) else where
        text = _text_of(value)
        unresolved = open_text(value, variables=variables, fold=operator.family == "folded")
        if unresolved is not None:
            left_open.append(unresolved)
        elif text is None:
            broken.append(at)
        else:
            texts.append((text, at))
    if operator.takes_variables:
        wildcards = operator.family in {"glob", "arn"}
        templates = tuple(Template(text, wildcards=wildcards, variables=variables) for text, _ in texts)
        return Condition(operator, key, templates, None, tuple(broken), tuple(left_open))
    found: list[Any] = []
    for text, at in texts:
        value = _typed(operator, text)
        if value is None:
            broken.append(at)
        else:
            found.append(value)
    return Condition(operator, key, (), _union(operator, found), tuple(broken), tuple(left_open))


def _text_of(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else None


def _typed(operator: Operator, text: str) -> Any:  # noqa: ANN401 - str, Fraction or AddressSet by the operator
    if operator.family == "number":
        return read_number(text)
    if operator.family == "date":
        return read_date(text)
    if operator.family in {"boolean", "null"}:
        return read_boolean(text)
    if operator.family == "binary":
        return read_binary(text)
    try:
        return AddressSet.of([text])
    except ValueError:
        return None


def _union(operator: Operator, found: list[Any]) -> ValueSet:
    if operator.family == "address":
        return AddressSet(
            Intervals.union(part.v4 for part in found), Intervals.union(part.v6 for part in found)
        )
    if operator.family in {"number", "date"}:
        numbers: list[Fraction] = found
        return Intervals.union(line_of(operator.relation, number) for number in numbers)
    return StringSet.literal(*found)
