"""From cubes to guards: the alternatives of an `AllowedIf` and a witness.

The alternatives are prime implicants without those the others cover, so each is satisfiable and minimal,
and they depend on what the policies mean, not on how they are written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Final

from scanner.globs import text_of
from scanner.guards import PROTECTING, Guard, meets
from scanner.providers.aws.access.keys import RESOURCE, traits_of
from scanner.providers.aws.access.spaces import TOO_MANY, Undecidable
from scanner.providers.aws.access.ties_witness import tie_witness
from scanner.stringset import StringSet
from scanner.verdict import AllowedIf, ease
from scanner.wording import barring, common, sample_of, wording_of
from scanner.wording import worded as worded_set

if TYPE_CHECKING:
    from scanner.providers.aws.access.formula import Tie
    from scanner.providers.aws.access.spaces import Space, Spaces
    from scanner.wording import Clause, ValueSet, Wording

MAX_ALTERNATIVES: Final = 256

_FLAGS: Final = frozenset({"aws:multifactorauthpresent", "aws:viaawsservice", "aws:principalisawsservice"})
"""Keys whose value ``false`` protects nothing."""


@dataclass(slots=True)
class Choice:
    """One alternative while it is put together: its guards, and the values of a context that meets it."""

    guards: list[Guard] = field(default_factory=list)
    context: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def also(self, guards: list[Guard], context: dict[str, tuple[str, ...]]) -> Choice:
        """Return the choice with more of both."""
        return Choice([*self.guards, *guards], {**self.context, **context})


def worded(spaces: Spaces, cubes: list[int]) -> AllowedIf:
    """Return the verdict of a function that is neither always nor never true.

    Raises:
        Undecidable: when a set of values does not read as guards, or the alternatives are too many.
    """
    primes = spaces.algebra.primes(cubes)
    ordered = sorted(primes, key=lambda cube: (-cube.bit_count(), -cube))
    choices = [choice for cube in spaces.algebra.fewest(ordered) for choice in _choices(spaces, cube, cubes)]
    if len(choices) > MAX_ALTERNATIVES:
        raise Undecidable(TOO_MANY)
    choices = _merged(choices)
    choices.sort(key=_ease)
    witness = {**_always(spaces), **choices[0].context}
    return AllowedIf(
        tuple(tuple(sorted(choice.guards)) for choice in choices),
        tuple(sorted(witness.items())),
    )


def _ease(choice: Choice) -> tuple[int, int, list[Guard]]:
    guards = sorted(choice.guards)
    return ease(tuple(guards)), len(guards), guards


def _always(spaces: Spaces) -> dict[str, tuple[str, ...]]:
    """Return a value for each key that no request lacks, whatever it is."""
    return {
        key: (sample_of(space.classes[0], dates=_is_date(space, key)),)
        for space in spaces.spaces.values()
        if not space.absent
        for key in space.spelled
    }


def _choices(spaces: Spaces, cube: int, function: list[int]) -> list[Choice]:
    """Return the alternatives that a cube reads as: several where a guard cannot say "absent or one of"."""
    algebra = spaces.algebra
    options: list[list[Choice]] = []
    for space in spaces.spaces.values():
        if space.many:
            options.append([_many(spaces, space, cube, function)])
        elif algebra.values(cube, space.first) != algebra.values(algebra.full, space.first):
            options.append(_single(space, algebra.values(cube, space.first)))
    for tie, variable in spaces.ties.items():
        chosen = algebra.values(cube, variable)
        if chosen != 0b11:
            options.append([_tied(tie, holds=chosen == 0b10)])
    found = []
    for combination in product(*options):
        choice = Choice()
        for part in combination:
            choice = choice.also(part.guards, part.context)
        found.append(choice)
        if len(found) > MAX_ALTERNATIVES:
            raise Undecidable(TOO_MANY)
    return found


def _guard(space_key: str, clause: Clause, *, many: bool = False) -> Guard:
    op, values = clause
    traits = traits_of(space_key)
    protects = op in PROTECTING and not (space_key in _FLAGS and "false" in values)
    return Guard(traits.name, op, values, traits.held_by, traits.kind if protects else "other", many)


def _single(space: Space, chosen: int) -> list[Choice]:
    """Return the choices of a key with one value: some classes, and perhaps "absent"."""
    inside = [c for i, c in enumerate(space.classes) if chosen >> i & 1]
    outside = [c for i, c in enumerate(space.classes) if not chosen >> i & 1]
    absent = space.absent and bool(chosen >> len(space.classes) & 1)
    if not inside:
        return [Choice([_guard(space.key, ("absent", ()))])]
    if not outside:
        return [Choice([_guard(space.key, ("present", ()))], _context(space, inside[0]))]
    wording = _within(space, inside, outside) if space.key == RESOURCE else None
    wording = wording or worded_set(
        _union(inside),
        _union(outside),
        absent=absent,
        may_lack=space.absent,
        dates=space.dates,
        hints=space.hints,
    )
    if wording is None:
        wording = []
        for values in inside:
            clauses = _class_clauses(space, values, _union(outside), absent=absent)
            wording += [clauses] if clauses not in wording else []
        if absent and not any(all(op.startswith("not-") for op, _ in clauses) for clauses in wording):
            wording.insert(0, [("absent", ())])
    choices = [Choice([_guard(space.key, clause) for clause in clauses]) for clauses in wording]
    for choice in choices:
        choice.context = _met(space, choice.guards, inside)
    return choices


def _within(space: Space, inside: list[ValueSet], outside: list[ValueSet]) -> Wording | None:
    """Return how resources that are let in read by the policies' own globs, which may mean others too."""
    universe = space.universe
    if not isinstance(universe, StringSet):
        return None
    globs = {text_of(tokens): StringSet.patterns([tokens]) for tokens in space.hints.globs}
    words = {text for text, strings in globs.items() if strings.words is not None and "${" not in text}
    for op, wanted, other in (("like", inside, outside), ("not-like", outside, inside)):
        rest = _union(other)
        chosen = {
            text: strings & universe for text, strings in globs.items() if common(strings, rest).is_empty
        }
        covered = StringSet.empty()
        texts: list[str] = []
        for text in sorted(chosen, key=lambda text: (len(text), text)):
            if not covered.includes(chosen[text]):
                covered |= chosen[text]
                texts.append(text)
        if texts and covered == _union(wanted):
            exact = op.replace("like", "in") if words.issuperset(texts) else op
            return [[(exact, tuple(sorted(texts)))]]
    return None


def _class_clauses(space: Space, values: ValueSet, outside: ValueSet, *, absent: bool) -> list[Clause]:
    """Return what conditions on the key say of one class, as few of them as keep all values outside out."""
    sides = [t.values if common(values, ~t.values).is_empty else ~t.values for t in space.tests]
    kept = list(range(len(sides)))
    for index in reversed(range(len(sides))):
        others = [i for i in kept if i != index]
        left = space.universe
        for i in others:
            left = common(left, sides[i])
        if common(left, outside).is_empty:
            kept = others
    clauses: list[Clause] = []
    for index in kept:
        wording = wording_of(sides[index], dates=space.dates, hints=space.hints)
        if wording is None or len(wording) != 1:
            raise Undecidable(f"conditions on `{space.key}` do not read as globs")
        clauses += wording[0]
    plain = sorted({clause for clause in clauses if clause[0] != "present"})
    needs_present = space.absent and not absent and all(op.startswith("not-") for op, _ in plain)
    return [*plain, *([("present", ())] if needs_present or not plain else [])]


def _met(space: Space, guards: list[Guard], inside: list[ValueSet]) -> dict[str, tuple[str, ...]]:
    """Return a context that meets the guards.

    None of the key where it may be absent, else of the first class that does.
    """
    if space.absent and all(meets(guard, None) for guard in guards):
        return {}
    for values in inside:
        if all(meets(guard, (sample_of(values, dates=space.dates),)) for guard in guards):
            return _context(space, values)
    return _context(space, inside[0])


def _context(space: Space, values: ValueSet) -> dict[str, tuple[str, ...]]:
    return {key: (sample_of(values, dates=_is_date(space, key)),) for key in space.spelled}


def _is_date(space: Space, key: str) -> bool:
    """Tell whether the key's values are written as dates."""
    return key == "aws:currenttime" or (space.dates and key != "aws:epochtime")


def _many(spaces: Spaces, space: Space, cube: int, function: list[int]) -> Choice:
    """Return the choice of a key with many values: classes some value must fall into, and which none may."""
    some: list[int] = []
    none: list[ValueSet] = []
    for index, values in enumerate(space.classes):
        chosen = spaces.algebra.values(cube, space.first + index)
        if chosen == 0b10:
            some.append(index)
        elif chosen == 0b01:
            none.append(values)
    guards: list[Guard] = []
    for index in some:
        clause = _any_clause(space, space.classes[index], none)
        clauses = [clause] if clause is not None else _looser(spaces, space, index, cube, function)
        guards += [_guard(space.key, c, many=True) for c in clauses]
    if none:
        guards.append(_guard(space.key, _none_clause(space, _union(none)), many=True))
    samples = tuple(sorted(sample_of(space.classes[i], dates=space.dates) for i in some))
    return Choice(guards, dict.fromkeys(space.spelled, samples) if samples else {})


def _looser(spaces: Spaces, space: Space, index: int, cube: int, function: list[int]) -> list[Clause]:
    """Return one clause a condition that a class meets.

    More than the class, and right if the function allows it.
    """
    algebra = spaces.algebra
    loose = [cube | algebra.fields[space.first + index]]
    clauses: list[Clause] = []
    for test in space.tests:
        hit = [i for i, c in enumerate(space.classes) if common(c, ~test.values).is_empty]
        clause = _any_clause(space, common(space.universe, test.values), []) if index in hit else None
        if clause is not None:
            meant = [only for i in hit for only in algebra.literal(space.first + i, 0b10)]
            loose = algebra.conjunction(loose, meant)
            clauses.append(clause)
    if not clauses or not all(algebra.covers(function, part) for part in loose):
        raise Undecidable(f"conditions on `{space.key}` do not read as globs")
    return clauses


def _any_clause(space: Space, values: ValueSet, none: list[ValueSet]) -> Clause | None:
    """Return the clause that some value is in the set, or also among those no value may be in."""
    for wanted in (values, _union([values, *none])):
        wording = wording_of(wanted, dates=space.dates, hints=space.hints)
        if wording is not None and len(wording) == 1 and len(wording[0]) == 1:
            return wording[0][0]
        negative = barring(_outside(space, wanted), hints=space.hints)
        if negative is not None:
            return f"any-{negative[0]}", negative[1]
    return None


def _none_clause(space: Space, values: ValueSet) -> Clause:
    if values == space.universe:
        return "absent", ()
    negative = barring(values, hints=space.hints)
    only = barring(_outside(space, values), hints=space.hints)
    if negative is not None and (only is None or len(negative[1]) <= len(only[1])):
        return negative
    if only is None:
        raise Undecidable(f"conditions on `{space.key}` do not read as globs")
    return only[0].replace("not-", "only-"), only[1]


def _outside(space: Space, values: ValueSet) -> ValueSet:
    return common(space.universe, ~values)


def _tied(tie: Tie, *, holds: bool) -> Choice:
    op = ("like" if tie.is_arn or "*" in tie.template.text else "in") if holds else "not-in"
    guards = [_guard(tie.key, (op, (tie.template.text,)))]
    if tie.within is not None and holds:  # whoever holds the variables' keys holds the door, not who asks
        guards += [_guard(v.key, ("present", ())) for v in tie.template.variables if v.default is None]
    return Choice(guards, tie_witness(tie, holds=holds))


def _union(sets: list[ValueSet]) -> ValueSet:
    found = sets[0]
    for values in sets[1:]:
        found = found | values  # type: ignore[operator]  # the classes of one key are of one type
    return found


def _merged(choices: list[Choice]) -> list[Choice]:
    """Return the choices without repeats."""
    found: dict[tuple[Guard, ...], Choice] = {}
    for choice in choices:
        found.setdefault(
            tuple(sorted(set(choice.guards))), Choice(sorted(set(choice.guards)), choice.context)
        )
    return list(found.values())
