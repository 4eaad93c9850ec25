"""Exact sets of strings: literals, globs, their unions, intersections and complements.

Is every subject of ``repo:acme/*`` inside what a trust admits? Do two conditions on one key contradict each
other? The answer is exact over all strings, not over samples: a small set (or the complement of one) is
kept as a list of words, any other as the minimal automaton, so that equal sets are equal values whatever
they were built from. How a set reads as globs is `scanner.globs`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from scanner.automaton import (
    MAX_STATES,
    MAX_WORDS,
    SPARE,
    Automaton,
    Token,
    TooManyStates,
    Wild,
    few_words,
    of_patterns,
    of_words,
    product,
    shortest,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = [
    "ANY_CHARACTER",
    "ANY_STRING",
    "MAX_STATES",
    "MAX_WORDS",
    "StringSet",
    "Token",
    "TooManyStates",
    "Wild",
    "glob_tokens",
    "in_segments",
]

ANY_CHARACTER: Final = Wild(many=False)
ANY_STRING: Final = Wild(many=True)


class StringSet:
    """An immutable set of strings.

    Combine with ``|``, ``&``, ``-`` and ``~``; test with ``in`` and `includes`.
    """

    def __init__(self, words: frozenset[str] | None, automaton: Automaton | None, *, negated: bool) -> None:
        self._words = words
        self._automaton = automaton
        self._negated = negated
        self._hash = hash((words, automaton, negated))

    @classmethod
    def empty(cls) -> StringSet:
        """Return the set of no string."""
        return cls(frozenset(), None, negated=False)

    @classmethod
    def everything(cls) -> StringSet:
        """Return the set of every string."""
        return cls(frozenset(), None, negated=True)

    @classmethod
    def literal(cls, *words: str) -> StringSet:
        """Return the set of exactly these strings."""
        if len(words) > MAX_WORDS:
            return cls.patterns([[word] for word in words])
        return cls(frozenset(words), None, negated=False)

    @classmethod
    def glob(cls, *globs: str) -> StringSet:
        """Return the strings that match any of the globs.

        ``*`` any number of characters, ``?`` exactly one.
        """
        return cls.patterns([glob_tokens(glob) for glob in globs])

    @classmethod
    def patterns(cls, patterns: Sequence[Sequence[Token]], *, ignore_case: bool = False) -> StringSet:
        """Return the strings that match any of the token sequences.

        Raises:
            TooManyStates: when the automaton would be too large.
        """
        if (
            not ignore_case
            and all(isinstance(t, str) for p in patterns for t in p)
            and len(patterns) <= MAX_WORDS
        ):
            return cls(
                frozenset("".join(t for t in p if isinstance(t, str)) for p in patterns), None, negated=False
            )
        return _of(of_patterns(patterns, ignore_case=ignore_case))

    def __or__(self, other: StringSet) -> StringSet:
        return ~(~self & ~other)

    def __and__(self, other: StringSet) -> StringSet:
        few = next((s for s in (self, other) if s._words is not None and not s._negated), None)
        if few is not None:
            rest = other if few is self else self
            return StringSet(frozenset(w for w in few._words or () if w in rest), None, negated=False)
        if (
            self._words is not None
            and other._words is not None
            and len(self._words | other._words) <= MAX_WORDS
        ):
            return StringSet(self._words | other._words, None, negated=True)
        return _of(product(self.automaton, other.automaton))

    def __sub__(self, other: StringSet) -> StringSet:
        return self & ~other

    def __invert__(self) -> StringSet:
        if self._automaton is None:
            return StringSet(self._words, None, negated=not self._negated)
        return StringSet(None, self._automaton.flipped(), negated=False)

    def __contains__(self, text: str) -> bool:
        if self._words is not None:
            return (text in self._words) != self._negated
        state = 0
        for character in text:
            state = self.automaton.step(state, character)
        return self.automaton.accepting[state]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StringSet):
            return NotImplemented
        mine, theirs = (
            (self._words, self._automaton, self._negated),
            (other._words, other._automaton, other._negated),
        )
        return mine == theirs

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        if self._words is not None:
            return f"StringSet({'not ' if self._negated else ''}{sorted(self._words)})"
        return f"StringSet({len(self.automaton.rows)} states)"

    @property
    def is_empty(self) -> bool:
        """Whether no string is in it."""
        return self._words is not None and not self._words and not self._negated

    @property
    def is_everything(self) -> bool:
        """Whether every string is in it."""
        return self._words is not None and not self._words and self._negated

    @property
    def words(self) -> tuple[str, ...] | None:
        """The strings, sorted, when they are few; None for any other set."""
        return tuple(sorted(self._words)) if self._words is not None and not self._negated else None

    def includes(self, other: StringSet) -> bool:
        """Tell whether every string of `other` is in this set."""
        return (other - self).is_empty

    def meets(self, other: StringSet) -> bool:
        """Tell whether some string is in both."""
        return not (self & other).is_empty

    def witness(self) -> str | None:
        """Return a shortest string of the set, the empty one only if there is no other.

        None if there is none.
        """
        return self._witness

    @cached_property
    def _witness(self) -> str | None:
        if self._words is not None and not self._negated:
            return min(self._words, key=lambda w: (not w, len(w), w)) if self._words else None
        if self._words is not None:
            return next(w for w in _spare_words() if w not in self._words)
        return shortest(self.automaton)

    @cached_property
    def automaton(self) -> Automaton:
        """The minimal automaton of the set."""
        if self._automaton is not None:
            return self._automaton
        automaton = of_words(self._words or ())
        return automaton.flipped() if self._negated else automaton


def glob_tokens(glob: str) -> list[Token]:
    """Return a glob as tokens: runs of text, ``*`` and ``?``."""
    tokens: list[Token] = []
    for character in glob:
        if character in "*?":
            tokens.append(ANY_STRING if character == "*" else ANY_CHARACTER)
        elif tokens and isinstance(tokens[-1], str):
            tokens[-1] += character
        else:
            tokens.append(character)
    return tokens


def in_segments(tokens: Iterable[Token], separator: str, segments: int) -> list[Token] | None:
    """Return the tokens with each wildcard kept inside its segment, but for the last segment.

    None when the literal text has too few separators for so many segments.
    """
    found: list[Token] = []
    passed = 0
    for token in tokens:
        if isinstance(token, str):
            passed += token.count(separator)
            found.append(token)
        else:
            found.append(token if passed >= segments - 1 else Wild(token.many, frozenset(separator)))
    return found if passed >= segments - 1 else None


def _spare_words() -> Iterator[str]:
    yield from SPARE
    length = 2
    while True:
        yield from (c * length for c in SPARE)
        length += 1


def _of(automaton: Automaton) -> StringSet:
    """Return the set of an automaton, as words when they or the words left out are few."""
    for negated in (False, True):
        words = few_words(automaton, negated=negated)
        if words is not None:
            return StringSet(frozenset(words), None, negated=negated)
    return StringSet(None, automaton, negated=False)
