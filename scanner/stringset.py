"""Exact sets of strings: literals, globs, their unions, intersections and complements.

Is every subject of ``repo:acme/*`` inside what a trust admits? Do two conditions on one key contradict each
other? The answer is exact over all strings, not over samples: a small set (or the complement of one) is
kept as a list of words, any other as the minimal automaton, so that equal sets are equal values whatever
they were built from. Characters that no pattern names behave alike and share one *default* transition. How
a set reads as globs is `scanner.globs`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias, TypeVar

MAX_STATES: Final = 2_000
"""States of one automaton, before it is minimised; beyond it `TooManyStates` is raised."""

MAX_WORDS: Final = 4_096
"""A set of at most so many words is kept as words; a larger one as an automaton."""

_SPARE: Final = "xyzabcdefghijklmnopqrstuvw0123456789"
"""Characters a witness is filled up with, in order of preference."""


class TooManyStates(Exception):  # noqa: N818 - it is no fault of the caller's input, only too large to decide
    """An automaton would exceed `MAX_STATES`; the caller answers that it does not know."""


@dataclass(frozen=True, slots=True)
class Wild:
    """A wildcard: one character, or any number of them, none of which is in `barred`."""

    many: bool
    barred: frozenset[str] = frozenset()


ANY_CHARACTER: Final = Wild(many=False)
ANY_STRING: Final = Wild(many=True)

Token: TypeAlias = str | Wild
"""A literal piece of text, of any length, or a wildcard."""

_Row: TypeAlias = tuple[tuple[tuple[str, int], ...], int]
"""Where one state goes: by named character, sorted, and by every other character."""

_State = TypeVar("_State", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Automaton:
    """A complete deterministic automaton, minimal and numbered from its start 0 in breadth-first order."""

    rows: tuple[_Row, ...]
    accepting: tuple[bool, ...]

    def step(self, state: int, character: str | None) -> int:
        """Return the next state; None stands for a character that the state does not name."""
        named, default = self.rows[state]
        return next((target for c, target in named if c == character), default)


class StringSet:
    """An immutable set of strings. Combine with ``|``, ``&``, ``-`` and ``~``; test with ``in`` and
    `includes`.
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
        """Return the strings that match any of the globs: ``*`` any number of characters, ``?`` exactly
        one.
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
        spelled = [_spelled(pattern) for pattern in patterns]
        starts = [0]
        for pattern in spelled[:-1]:
            starts.append(starts[-1] + len(pattern) + 1)
        flat: list[str | Wild | None] = []
        for pattern in spelled:
            flat += [*pattern, None]
        return _of(_determined(flat, starts, ignore_case=ignore_case))

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
        return _of(_product(self.automaton, other.automaton))

    def __sub__(self, other: StringSet) -> StringSet:
        return self & ~other

    def __invert__(self) -> StringSet:
        if self._automaton is None:
            return StringSet(self._words, None, negated=not self._negated)
        flipped = Automaton(self._automaton.rows, tuple(not a for a in self._automaton.accepting))
        return StringSet(None, flipped, negated=False)

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
        """Return a shortest string of the set, the empty one only when there is no other; None when there
        is none.
        """
        if self._words is not None and not self._negated:
            return min(self._words, key=lambda w: (not w, len(w), w)) if self._words else None
        if self._words is not None:
            return next(w for w in _spare_words() if w not in self._words)
        return _shortest(self.automaton)

    @cached_property
    def automaton(self) -> Automaton:
        """The minimal automaton of the set."""
        if self._automaton is not None:
            return self._automaton
        trie = _trie(self._words or ())
        return Automaton(trie.rows, tuple(not a for a in trie.accepting)) if self._negated else trie


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
    """Return the tokens with each wildcard kept inside its segment, but for the last segment, which has no end.

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


def _spelled(pattern: Sequence[Token]) -> list[str | Wild]:
    """Return the pattern with one token a character."""
    return [part for token in pattern for part in (token if isinstance(token, str) else (token,))]


def _spare_words() -> Iterator[str]:
    yield from _SPARE
    length = 2
    while True:
        yield from (c * length for c in _SPARE)
        length += 1


def _determined(flat: list[str | Wild | None], starts: Iterable[int], *, ignore_case: bool) -> Automaton:
    """Return the automaton of patterns laid end to end, None after each; a state is the set of places
    reached.
    """

    def closed(places: Iterable[int]) -> frozenset[int]:
        found = set()
        for place in places:
            reached = place
            found.add(reached)
            while isinstance(token := flat[reached], Wild) and token.many:
                reached += 1
                found.add(reached)
        return frozenset(found)

    def forms(character: str) -> Iterable[str]:
        if not ignore_case:
            return (character,)
        return {f for f in (character, character.lower(), character.upper()) if len(f) == 1}

    def step(state: frozenset[int]) -> tuple[dict[str, frozenset[int]], frozenset[int]]:
        free: set[int] = set()
        named: dict[str, set[int]] = {}
        for place in state:
            token = flat[place]
            if isinstance(token, Wild):
                free.add(place if token.many else place + 1)
                for character in token.barred:
                    named.setdefault(character, set())
            elif token is not None:
                for form in forms(token):
                    named.setdefault(form, set()).add(place + 1)
        for character, targets in named.items():
            for place in state:
                token = flat[place]
                if isinstance(token, Wild) and character not in token.barred:
                    targets.add(place if token.many else place + 1)
        return {c: closed(t) for c, t in named.items()}, closed(free)

    return _minimal(closed(starts), step, lambda state: any(flat[p] is None for p in state))


def _product(a: Automaton, b: Automaton) -> Automaton:
    """Return the automaton of the strings that both accept."""

    def step(state: tuple[int, int]) -> tuple[dict[str, tuple[int, int]], tuple[int, int]]:
        (named_a, default_a), (named_b, default_b) = a.rows[state[0]], b.rows[state[1]]
        by_a, by_b = dict(named_a), dict(named_b)
        both = by_a.keys() | by_b.keys()
        return {c: (by_a.get(c, default_a), by_b.get(c, default_b)) for c in both}, (default_a, default_b)

    return _minimal((0, 0), step, lambda state: a.accepting[state[0]] and b.accepting[state[1]])


def _trie(words: Iterable[str]) -> Automaton:
    known = frozenset(words)
    children: dict[str | None, dict[str, str | None]] = {None: {}}
    for word in known:
        for end in range(len(word)):
            children.setdefault(word[:end], {})[word[end]] = word[: end + 1]

    def step(state: str | None) -> tuple[dict[str, str | None], str | None]:
        return children.get(state, {}), None

    return _minimal("", step, lambda state: state in known, limit=sum(map(len, known)) + 2)


def _minimal(
    start: _State,
    step: Callable[[_State], tuple[dict[str, _State], _State]],
    accepts: Callable[[_State], bool],
    limit: int = MAX_STATES,
) -> Automaton:
    """Explore from `start`, merge states that accept the same strings, and number what is left."""
    number: dict[_State, int] = {start: 0}
    order = [start]
    rows: list[tuple[dict[str, int], int]] = []
    for state in order:  # grows while it is read
        named, default = step(state)
        for target in (*named.values(), default):
            if target not in number:
                if len(order) >= limit:
                    raise TooManyStates
                number[target] = len(order)
                order.append(target)
        rows.append(({c: number[t] for c, t in named.items()}, number[default]))
    block = [int(accepts(state)) for state in order]
    count = len(set(block))
    while True:
        shapes: dict[Hashable, int] = {}
        refined = [
            shapes.setdefault((block[i], _shape(row, block)), len(shapes)) for i, row in enumerate(rows)
        ]
        block = refined
        if len(shapes) == count:
            return _numbered(rows, block, [accepts(state) for state in order])
        count = len(shapes)


def _shape(row: tuple[dict[str, int], int], block: list[int]) -> Hashable:
    named, default = row
    home = block[default]
    return home, frozenset((c, block[t]) for c, t in named.items() if block[t] != home)


def _numbered(rows: list[tuple[dict[str, int], int]], block: list[int], accepting: list[bool]) -> Automaton:
    member = {b: i for i, b in reversed(list(enumerate(block)))}
    number = {block[0]: 0}
    order = [block[0]]
    final: list[_Row] = []
    for b in order:  # grows while it is read
        named, default = rows[member[b]]
        home = block[default]
        moves = sorted((c, block[t]) for c, t in named.items() if block[t] != home)
        for target in (*(t for _, t in moves), home):
            if target not in number:
                number[target] = len(order)
                order.append(target)
        final.append((tuple((c, number[t]) for c, t in moves), number[home]))
    return Automaton(tuple(final), tuple(accepting[member[b]] for b in order))


def _of(automaton: Automaton) -> StringSet:
    """Return the set of an automaton, as words when they or the words left out are few."""
    for negated in (False, True):
        words = _few_words(automaton, negated=negated)
        if words is not None:
            return StringSet(frozenset(words), None, negated=negated)
    return StringSet(None, automaton, negated=False)


def _few_words(automaton: Automaton, *, negated: bool) -> list[str] | None:
    """Return all strings the automaton accepts (rejects, when negated), or None when they are more than
    `MAX_WORDS`.
    """
    alive = [a != negated for a in automaton.accepting]
    wanted = list(alive)
    changed = True
    while changed:  # a state is alive when a wanted one can be reached
        changed = False
        for state, (named, default) in enumerate(automaton.rows):
            if not alive[state] and (alive[default] or any(alive[t] for _, t in named)):
                alive[state] = changed = True
    words: list[str] = []
    pending = [(0, "")] if alive[0] else []
    while pending:
        state, word = pending.pop()
        named, default = automaton.rows[state]
        # more states than characters on a path means a loop, and the default stands for endlessly many
        # characters
        if alive[default] or len(word) > len(automaton.rows):
            return None
        if wanted[state]:
            words.append(word)
        pending += [(t, word + c) for c, t in named if alive[t]]
        if len(words) + len(pending) > MAX_WORDS:
            return None
    return words


def _shortest(automaton: Automaton) -> str | None:
    reached: dict[tuple[int, bool], str] = {(0, False): ""}
    queue = [(0, False)]
    for node in queue:  # grows while it is read
        word = reached[node]
        if automaton.accepting[node[0]] and node[1]:
            return word
        named, default = automaton.rows[node[0]]
        spare = next(c for c in (*_SPARE, *map(chr, range(0x100, 0x10000))) if c not in dict(named))
        for character, target in (*named, (spare, default)):
            if (target, True) not in reached:
                reached[target, True] = word + character
                queue.append((target, True))
    return "" if automaton.accepting[0] else None
