"""Policy variables whose key is open: what the key must be for a text to match.

Where only the variable is open, the answer is exact: each way to split the text among the variables is one
alternative. Where the compared key is open too, the two keys are tied (`Tie`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.access.environment import OPEN
from scanner.providers.aws.access.formula import Present, Test, Unreadable, all_of, any_of, negation
from scanner.providers.aws.access.patterns import Pattern, Variable, as_arn
from scanner.stringset import StringSet, Wild

if TYPE_CHECKING:
    from scanner.providers.aws.access.environment import Environment
    from scanner.providers.aws.access.formula import Formula
    from scanner.providers.aws.access.patterns import Part, Template

MAX_SPLITS: Final = 64
"""Ways to split a text among open variables, beyond which the answer is unknown."""

_Split = tuple[tuple[Variable, str | None], ...]


def open_variables(template: Template, environment: Environment) -> tuple[str, ...]:
    """Return the keys of the template's variables that nobody has fixed."""
    return tuple(v.key for v in template.variables if environment.lookup(v.key) is OPEN)


def value_in(environment: Environment, variable: Variable) -> str | None:
    """Return what stands for a variable: its key's value, else its default; None when it has neither.

    A key with several values cannot stand in a text, and is as good as absent.
    """
    values = environment.lookup(variable.key)
    if isinstance(values, tuple) and len(values) == 1:
        return values[0]
    return variable.default


def known_part(template: Template, environment: Environment) -> tuple[Part, ...] | None:
    """Return the template's parts with the known variables filled in; None when one of them has no value."""
    parts: list[Part] = []
    for part in template.parts:
        if not isinstance(part, Variable) or environment.lookup(part.key) is OPEN:
            parts.append(part)
            continue
        value = value_in(environment, part)
        if value is None:
            return None
        parts.append(value)
    return tuple(parts)


def matches_text(
    template: Template, text: str, environment: Environment, *, is_arn: bool, fold: bool
) -> Formula:
    """Return when the template matches a known text."""
    if not open_variables(template, environment):
        pattern = template.filled(lambda variable: value_in(environment, variable))
        return pattern is not None and _matches(pattern, text, is_arn=is_arn, fold=fold)
    parts = known_part(template, environment)
    if parts is None:
        return False
    loosest = Pattern(Wild(many=True) if isinstance(p, Variable) else p for p in parts)
    if not fold and not loosest.matches(text):
        return False
    if fold:
        return Unreadable(f"a value of `{template.text}`, compared without regard to case")
    found = splits(parts, text, is_arn=is_arn)
    if found is None:
        return Unreadable(f"values of the variables in `{template.text}`")
    return any_of(
        all_of(
            negation(Present(variable.key)) if value is None else Test(variable.key, StringSet.literal(value))
            for variable, value in split
        )
        for split in found
    )


def _matches(pattern: Pattern, text: str, *, is_arn: bool, fold: bool) -> bool:
    if is_arn:
        found = as_arn(pattern)
        return found is not None and found.matches(text)
    if fold:
        return (pattern.literal or "").lower() == text.lower()
    return pattern.matches(text)


def splits(parts: tuple[Part, ...], text: str, *, is_arn: bool = False) -> list[_Split] | None:
    """Return each way to give the variables a value so that the parts match the text.

    None when they are too many.
    """
    found: dict[_Split, None] = {}
    pending: list[tuple[int, int, _Split]] = [(0, 0, ())]
    seen = set(pending)
    while pending:
        index, at, split = pending.pop()
        if index == len(parts):
            if at == len(text) and _fits(parts, dict(split), text, is_arn=is_arn):
                found[split] = None
            continue
        for state in _moves(parts[index], index, at, split, text):
            if state not in seen:
                seen.add(state)
                pending.append(state)
        if len(found) > MAX_SPLITS or len(seen) > MAX_SPLITS * 500:
            return None
    return sorted(found, key=repr)


def _moves(part: Part, index: int, at: int, split: _Split, text: str) -> list[tuple[int, int, _Split]]:
    if isinstance(part, str):
        return [(index + 1, at + len(part), split)] if text.startswith(part, at) else []
    if isinstance(part, Wild):
        if part.many:
            return [(index + 1, end, split) for end in range(at, len(text) + 1)]
        return [(index + 1, at + 1, split)] if at < len(text) else []
    chosen = {variable.key: value for variable, value in split}
    if part.key in chosen:
        value = part.default if chosen[part.key] is None else chosen[part.key]
        return (
            [(index + 1, at + len(value), split)] if value is not None and text.startswith(value, at) else []
        )
    moves = [(index + 1, end, (*split, (part, text[at:end]))) for end in range(at, len(text) + 1)]
    if part.default is not None and text.startswith(part.default, at):
        moves.append((index + 1, at + len(part.default), (*split, (part, None))))
    return moves


def _fits(parts: tuple[Part, ...], chosen: dict[Variable, str | None], text: str, *, is_arn: bool) -> bool:
    """Tell whether the filled-in pattern matches as an ARN too, where wildcards stay inside their segment."""
    if not is_arn:
        return True
    by_key = {variable.key: value for variable, value in chosen.items()}
    filled = ((by_key.get(p.key) or p.default or "") if isinstance(p, Variable) else p for p in parts)
    return _matches(Pattern(filled), text, is_arn=True, fold=False)
