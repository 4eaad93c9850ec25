"""Holds rules to their examples, and the examples to the rules: each selector key must matter to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.rules.match import match
from scanner.rules.sketch import AS_OF, read_sketch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.rules.schema import Rule

_SELECTORS: Final = ("from_", "through", "avoid", "to")
_KEYS: Final = ("gains", "max_hops", "certainty", "agreement")


def check_rule(rule: Rule) -> list[str]:
    """Return what is wrong between a rule and its examples, one line each, empty when nothing is."""
    wrong = [
        f"{rule.path}:{example.line}: `{example.name}` {_SAID[fires]}, but says it {_SAID[example.fires]}"
        for example, fires in zip(rule.examples, outcomes(rule), strict=True)
        if fires is not example.fires
    ]
    if not wrong:
        expected = outcomes(rule)
        for key, mutant in mutants(rule):
            if outcomes(mutant) == expected:
                wrong.append(f"{rule.path}: no example needs {key}; add one that flips without it")
    return wrong


_SAID: Final = {True: "fires", False: "does not fire"}


def outcomes(rule: Rule) -> tuple[bool, ...]:
    """Tell for each example whether the rule fires on it."""
    fired = []
    for example in rule.examples:
        sketch = read_sketch(example.facts)
        fired.append(bool(match(rule, sketch.graph, as_of=AS_OF, agreement=sketch.agreement)))
    return tuple(fired)


def mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Yield what was dropped, as a rule's author would call it, and the rule without that key."""
    for name in _KEYS:
        if name in _given(rule):
            yield f"`{name}`", msgspec.structs.replace(rule, **{name: _default(rule, name)})
    for name in _SELECTORS:
        selector = getattr(rule, name)
        shown = name.rstrip("_")
        if isinstance(selector, tuple):
            for i, one in enumerate(selector):
                rest = (*selector[:i], *selector[i + 1 :])
                yield f"`{shown}[{i}]`", msgspec.structs.replace(rule, **{name: rest})
                for key, mutant in _without(one, f"{shown}[{i}]"):
                    changed = (*selector[:i], mutant, *selector[i + 1 :])
                    yield key, msgspec.structs.replace(rule, **{name: changed})
            continue
        if name in {"through", "avoid"}:
            yield f"`{shown}`", msgspec.structs.replace(rule, **{name: ()})
        for key, mutant in _without(selector, shown):
            yield key, msgspec.structs.replace(rule, **{name: mutant})


def _without(selector: msgspec.Struct, shown: str) -> Iterator[tuple[str, Any]]:
    """Yield the selector without each of its keys, inside `not` too, and the key's name."""
    for name in _given(selector):
        label = f"{shown}.{name.rstrip('_')}"
        yield f"`{label}`", msgspec.structs.replace(selector, **{name: _default(selector, name)})
        if name != "not_":
            continue
        negated = getattr(selector, name)
        many = negated if isinstance(negated, tuple) else (negated,)
        for i, traits in enumerate(many):
            if len(_given(traits)) == 1:
                continue  # without its one key it is dropped as a whole, which is tried above
            for key, mutant in _without(traits, label):
                yield key, msgspec.structs.replace(selector, not_=(*many[:i], mutant, *many[i + 1 :]))


def _given(struct: msgspec.Struct) -> list[str]:
    """The keys that do not have their default."""
    return [name for name in struct.__struct_fields__ if getattr(struct, name) != _default(struct, name)]


def _default(struct: msgspec.Struct, name: str) -> object:
    field = next(f for f in msgspec.structs.fields(struct) if f.name == name)
    return field.default
