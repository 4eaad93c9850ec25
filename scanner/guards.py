"""Guards, the sets of values they stand for, and their conjunction.

A guard speaks of one key of the request. Sets of values are exact (`StringSet`, `AddressSet`, numbers and
dates as `Line`), so two guards contradict each other exactly when no value meets both. Equal sets get equal
guards.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from scanner.intervals import Intervals, Line, LinePoint, read_date
from scanner.netset import AddressSet
from scanner.stringset import ANY_STRING, StringSet, Token, TooManyStates, glob_tokens, in_segments
from scanner.wording import Clause, ValueSet, common, everything_like, sample_of, worded

if TYPE_CHECKING:
    from collections.abc import Iterable

Holder: TypeAlias = Literal["vendor", "issuer", "ours", "fixed"]
"""Who chooses the value of a context key.

The outside caller, the token issuer, our side or the environment, or nobody (the principal itself fixes
it).
"""

HOLDERS: tuple[Holder, ...] = ("vendor", "issuer", "ours", "fixed")


class Guard(msgspec.Struct, frozen=True, order=True):
    """One condition that must hold: `key` `op` any of `values`.

    `op` is one of ``in`` (exact strings), ``not-in``, ``in-any-case``, ``like`` (globs), ``not-like``,
    ``cidr`` (address ranges), ``not-cidr``, ``range`` (one ``low..high`` of numbers or dates, ends
    included, either may be empty), ``present``, ``absent``. The ``not-`` forms hold for an absent key too.
    `values` are sorted; empty for ``present`` and ``absent``. In globs ``${*}`` and ``${?}`` are plain
    characters. `kind` is the glossary word a rule selects by: ``external-id``, ``source-ip``, ``mfa``,
    ``other`` … A guard that bars some values or demands that the key be absent protects nothing, and is
    always ``other``. `many`: the key may hold several values. ``in``, ``like`` and ``cidr`` then ask that
    some value is meant, the ``not-`` forms that none is, ``only-in``, ``only-like`` … that no other is, and
    ``any-not-in`` … that some other is.
    """

    key: str
    op: str
    values: tuple[str, ...] = ()
    held_by: Holder = "ours"
    kind: str = "other"
    many: bool = False

    def __str__(self) -> str:
        words = {
            "in": "=",
            "not-in": "!=",
            "in-any-case": "= (any case)",
            "like": "like",
            "not-like": "not like",
            "arn-like": "like",
            "not-arn-like": "not like",
            "cidr": "in",
            "not-cidr": "not in",
        }
        if self.op in {"present", "absent"}:
            return f"{self.key} {self.op}"
        return f"{self.key} {words.get(self.op, self.op)} {' | '.join(self.values)}"


def meets(guard: Guard, values: tuple[str, ...] | None) -> bool:
    """Tell whether a key with these values, or none at all, meets the guard.

    References to other keys never do.
    """
    bare = guard.op.removeprefix("any-").removeprefix("only-").removeprefix("not-")
    if guard.op == "absent" or not values:
        return (guard.op == "absent" and not values) or (
            not values and guard.op.startswith(("not-", "only-"))
        )
    if guard.op == "present":
        return True
    wanted = _set_of(bare, guard.values)
    inside = [_holds(wanted, value) for value in values]
    if guard.op.startswith("only-"):
        return all(inside)
    if guard.op.startswith("any-"):
        return not all(inside)
    return not any(inside) if guard.op.startswith("not-") else any(inside)


def is_over(guard: Guard, day: dt.date) -> bool:
    """Tell whether a guard demands a time that was over before a day: nobody meets it any more."""
    if guard.kind != "expiry" or guard.op != "range" or not guard.values:
        return False
    end = read_date(guard.values[0].partition("..")[2])
    return end is not None and end < dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp()


def conjoin(guards: Iterable[Guard]) -> tuple[Guard, ...] | None:
    """Return the conjunction, sorted and without repeats; None when no context meets them all.

    Guards of one single-valued key are joined into as few as their common values need.
    """
    by_key: dict[str, list[Guard]] = {}
    for guard in sorted(set(guards)):
        by_key.setdefault(guard.key.lower(), []).append(guard)
    found: list[Guard] = []
    for same in by_key.values():
        if len(same) == 1:
            found += same
            continue
        joined = _joined_many(same) if any(g.many for g in same) else _joined(same)
        if joined is None:
            return None
        found += joined
    return tuple(sorted(found))


def sample_for(guards: list[Guard]) -> tuple[str, ...] | None:
    """Return values of a key that meet guards of that one key.

    None when no value was found, or none is needed.
    """
    if all(meets(guard, None) for guard in guards):
        return None
    candidates: list[str] = []
    for guard in guards:
        try:
            if guard.op not in {"present", "absent"} and not guard.op.startswith(("not-", "any-")):
                candidates.append(sample_of(_set_of(guard.op.removeprefix("only-"), guard.values)))
                candidates += guard.values
            elif guard.op.startswith(("not-", "any-")):
                candidates.append(
                    sample_of(~_set_of(guard.op.removeprefix("any-").removeprefix("not-"), guard.values))
                )
        except (ValueError, TooManyStates):
            continue
    candidates.append("x")
    many = any(guard.many for guard in guards)
    tries = [(c,) for c in candidates] + ([tuple(sorted({*candidates}))] if many else [])
    return next((t for t in tries if all(meets(guard, t) for guard in guards)), None)


def _joined(guards: list[Guard]) -> list[Guard] | None:
    """Return the guards of one single-valued key as few guards, None when they contradict each other."""
    absent = all(g.op == "absent" or g.op.startswith("not-") for g in guards)
    if any(g.op == "absent" for g in guards):
        gone = [g for g in guards if g.op == "absent"]
        return gone[:1] if absent else None
    if any(
        "${" in value and "${*}" not in value and "${?}" not in value for g in guards for value in g.values
    ):
        return guards  # names another key
    try:
        sets = [_set_of(g.op.removeprefix("not-"), g.values) for g in guards if g.op != "present"]
        sets = _of_one_type(sets)
        inside = everything_like(sets[0])
        for guard, values in zip([g for g in guards if g.op != "present"], sets, strict=True):
            inside = common(inside, ~values if guard.op.startswith("not-") else values)
        if inside.is_empty:
            return [_like(guards, ("absent", ()))] if absent else None
        dates = any(g.op == "range" and "T" in g.values[0] for g in guards)
        outside = common(everything_like(inside), ~inside)
        wording = worded(inside, outside, absent=absent, may_lack=True, dates=dates)
    except (ValueError, TypeError, IndexError, TooManyStates):
        return guards
    if wording is None or len(wording) != 1:
        return guards
    return [_like(guards, clause) for clause in wording[0]]


def _joined_many(guards: list[Guard]) -> list[Guard] | None:
    """Return the guards of a key with many values unless some value is demanded that no value may have."""
    if any(g.op == "absent" for g in guards):
        return guards if all(g.op == "absent" or g.op.startswith(("not-", "only-")) for g in guards) else None
    try:
        allowed: ValueSet | None = None
        for guard in guards:
            if guard.op.startswith(("not-", "only-")):
                values = _set_of(guard.op.partition("-")[2], guard.values)
                values = values if guard.op.startswith("only-") else ~values
                allowed = values if allowed is None else common(allowed, values)
        for guard in guards:
            if allowed is not None and not guard.op.startswith(("not-", "only-", "present")):
                values = _set_of(guard.op.removeprefix("any-not-"), guard.values)
                values = ~values if guard.op.startswith("any-not-") else values
                if common(allowed, values).is_empty:
                    return None
    except (ValueError, TypeError, TooManyStates):
        return guards
    return guards


def _like(guards: list[Guard], clause: Clause) -> Guard:
    """Return a guard with the key and traits of the guards it joins."""
    kinds = sorted({g.kind for g in guards} - {"other"})
    kind = kinds[0] if kinds and clause[0] in PROTECTING else "other"
    return msgspec.structs.replace(guards[0], op=clause[0], values=clause[1], kind=kind)


PROTECTING: Final = frozenset(
    {
        "in",
        "in-any-case",
        "like",
        "arn-like",
        "cidr",
        "range",
        "present",
        "only-in",
        "only-like",
        "only-arn-like",
    }
)
"""Operators that demand something of the caller; the others only bar some values."""


def _set_of(op: str, values: tuple[str, ...]) -> ValueSet:
    if op == "in":
        return StringSet.literal(*values)
    if op == "in-any-case":
        return StringSet.patterns([[value] for value in values], ignore_case=True)
    if op == "like":
        return StringSet.patterns([_glob(value) for value in values])
    if op == "arn-like":
        segmented = (in_segments(_glob(value), ":", 6) if value != "*" else [ANY_STRING] for value in values)
        return StringSet.patterns([tokens for tokens in segmented if tokens is not None])
    if op == "cidr":
        return AddressSet.of(values)
    if op == "range":
        low, _, high = values[0].partition("..")
        return Intervals.between(_cut(low, 0), _cut(high, 1))
    raise ValueError(op)


def _glob(text: str) -> list[Token]:
    """Return a glob as tokens, with escaped characters as text."""
    marks = {"${*}": "\ue000", "${?}": "\ue001", "${$}": "\ue002"}
    for escape, mark in marks.items():
        text = text.replace(escape, mark)
    plain = str.maketrans({mark: escape[2] for escape, mark in marks.items()})
    return [t.translate(plain) if isinstance(t, str) else t for t in glob_tokens(text)]


def _cut(text: str, after: int) -> LinePoint | None:
    if not text:
        return None
    value = read_date(text)
    if value is None:
        raise ValueError(text)
    return value, after


def _holds(values: ValueSet, value: str) -> bool:
    if isinstance(values, Intervals):
        number = read_date(value)
        return number is not None and values.holds((number, 0))
    try:
        return value in values
    except ValueError:
        return False


def _of_one_type(sets: list[ValueSet]) -> list[ValueSet]:
    """Return the sets with lists of words read as what the other sets hold."""
    if any(isinstance(s, AddressSet) for s in sets):
        return [AddressSet.of(s.words or ()) if isinstance(s, StringSet) else s for s in sets]
    if any(isinstance(s, Intervals) for s in sets):
        return [_points(s.words or ()) if isinstance(s, StringSet) else s for s in sets]
    return sets


def _points(words: Iterable[str]) -> Line:
    return Intervals.union(Intervals.between(_cut(word, 0), _cut(word, 1)) for word in words)
