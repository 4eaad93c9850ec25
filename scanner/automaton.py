"""Deterministic automata over all characters: built from patterns, multiplied, minimised, searched.

A state names the characters it treats apart; every other character takes its *default* transition. The
alphabet is taken
to be endless, which it is for all policies purposes: no set of patterns names every character.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Final, TypeAlias, TypeVar

MAX_STATES: Final = 2_000
"""States of one automaton, before it is minimised; beyond it `TooManyStates` is raised."""

MAX_WORDS: Final = 4_096
"""A set of at most so many words is listed."""

SPARE: Final = "xyzabcdefghijklmnopqrstuvw0123456789"
"""Characters a witness is filled up with, in order of preference."""


class TooManyStates(Exception):  # noqa: N818 - it is no fault of the caller's input, only too large to decide
    """An automaton would exceed `MAX_STATES`; the caller answers that it does not know."""


@dataclass(frozen=True, slots=True)
class Wild:
    """A wildcard: one character, or any number of them, none of which is in `barred`."""

    many: bool
    barred: frozenset[str] = frozenset()


Token: TypeAlias = str | Wild
"""A literal piece of text, of any length, or a wildcard."""

Row: TypeAlias = tuple[tuple[tuple[str, int], ...], int]
"""Where one state goes: by named character, sorted, and by every other character."""

_State = TypeVar("_State", bound=Hashable)
_OpenRow: TypeAlias = tuple[dict[str, int], int]


@dataclass(frozen=True, slots=True)
class Automaton:
    """A complete deterministic automaton, minimal and numbered from its start 0 in breadth-first order."""

    rows: tuple[Row, ...]
    accepting: tuple[bool, ...]

    def step(self, state: int, character: str | None) -> int:
        """Return the next state; None stands for a character that the state does not name."""
        named, default = self.rows[state]
        return next((target for c, target in named if c == character), default)

    def flipped(self) -> Automaton:
        """Return the automaton of all other strings."""
        return Automaton(self.rows, tuple(not a for a in self.accepting))


def of_patterns(patterns: Sequence[Sequence[Token]], *, ignore_case: bool = False) -> Automaton:
    """Return the automaton of the strings that match any pattern."""
    spelled = [_spelled(pattern) for pattern in patterns]
    starts = [0]
    for pattern in spelled[:-1]:
        starts.append(starts[-1] + len(pattern) + 1)
    flat: list[str | Wild | None] = []
    for pattern in spelled:
        flat += [*pattern, None]
    return _determined(flat, starts if spelled else [], ignore_case=ignore_case)


def of_words(words: Iterable[str]) -> Automaton:
    """Return the automaton of exactly these strings."""
    known = frozenset(words)
    children: dict[str | None, dict[str, str | None]] = {None: {}}
    for word in known:
        for end in range(len(word)):
            children.setdefault(word[:end], {})[word[end]] = word[: end + 1]

    def step(state: str | None) -> tuple[dict[str, str | None], str | None]:
        return children.get(state, {}), None

    start: str | None = ""
    return _minimal(start, step, lambda state: state in known, limit=sum(map(len, known)) + 2)


def product(a: Automaton, b: Automaton) -> Automaton:
    """Return the automaton of the strings that both accept."""

    def step(state: tuple[int, int]) -> tuple[dict[str, tuple[int, int]], tuple[int, int]]:
        (named_a, default_a), (named_b, default_b) = a.rows[state[0]], b.rows[state[1]]
        by_a, by_b = dict(named_a), dict(named_b)
        both = by_a.keys() | by_b.keys()
        return {c: (by_a.get(c, default_a), by_b.get(c, default_b)) for c in both}, (default_a, default_b)

    return _minimal((0, 0), step, lambda state: a.accepting[state[0]] and b.accepting[state[1]])


def few_words(automaton: Automaton, *, negated: bool) -> list[str] | None:
    """Return all strings it accepts (rejects, when negated), or None when they are more than `MAX_WORDS`."""
    wanted = [a != negated for a in automaton.accepting]
    alive = _leading_to(automaton, wanted)
    if any(alive[default] for _, default in automaton.rows):
        return None  # every state can be reached, and the default stands for endlessly many characters
    words: list[str] = []
    pending = [(0, "")] if alive[0] else []
    while pending:
        state, word = pending.pop()
        if len(word) > len(automaton.rows):  # longer than there are states: a loop
            return None
        if wanted[state]:
            words.append(word)
        pending += [(t, word + c) for c, t in automaton.rows[state][0] if alive[t]]
        if len(words) + len(pending) > MAX_WORDS:
            return None
    return words


def shortest(automaton: Automaton) -> str | None:
    """Return a shortest string it accepts, the empty one only when there is no other.

    None when there is none.
    """
    reached: dict[tuple[int, bool], str] = {(0, False): ""}
    queue = [(0, False)]
    for node in queue:  # grows while it is read
        word = reached[node]
        if automaton.accepting[node[0]] and node[1]:
            return word
        named, default = automaton.rows[node[0]]
        taken = dict(named)
        spare = next(c for c in chain(SPARE, map(chr, range(0x100, 0x10000))) if c not in taken)
        for character, target in (*named, (spare, default)):
            if (target, True) not in reached:
                reached[target, True] = word + character
                queue.append((target, True))
    return "" if automaton.accepting[0] else None


def _leading_to(automaton: Automaton, wanted: list[bool]) -> list[bool]:
    """Tell of each state whether a wanted one can be reached from it."""
    before = _predecessors([(dict(named), default) for named, default in automaton.rows])
    alive = list(wanted)
    pending = [state for state, is_wanted in enumerate(wanted) if is_wanted]
    while pending:
        for state in before[pending.pop()]:
            if not alive[state]:
                alive[state] = True
                pending.append(state)
    return alive


def _spelled(pattern: Sequence[Token]) -> list[str | Wild]:
    """Return the pattern with one token a character."""
    return [part for token in pattern for part in (token if isinstance(token, str) else (token,))]


def _determined(flat: list[str | Wild | None], starts: Iterable[int], *, ignore_case: bool) -> Automaton:
    """Return the automaton of patterns laid end to end, None after each.

    A state is the set of places reached.
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
        wilds = [(place, token) for place in state if isinstance(token := flat[place], Wild)]
        named: dict[str, set[int]] = {c: set() for _, wild in wilds for c in wild.barred}
        for place in state:
            token = flat[place]
            if isinstance(token, str):
                for form in forms(token):
                    named.setdefault(form, set()).add(place + 1)
        for character, targets in named.items():
            targets.update(p if w.many else p + 1 for p, w in wilds if character not in w.barred)
        free = {p if w.many else p + 1 for p, w in wilds}
        return {c: closed(t) for c, t in named.items()}, closed(free)

    return _minimal(closed(starts), step, lambda state: any(flat[p] is None for p in state))


def _minimal(
    start: _State,
    step: Callable[[_State], tuple[dict[str, _State], _State]],
    accepts: Callable[[_State], bool],
    limit: int = MAX_STATES,
) -> Automaton:
    """Explore from `start`, merge states that accept the same strings, and number what is left."""
    number: dict[_State, int] = {start: 0}
    order = [start]
    rows: list[_OpenRow] = []
    for state in order:  # grows while it is read
        named, default = step(state)
        for target in (*named.values(), default):
            if target not in number:
                if len(order) >= limit:
                    raise TooManyStates
                number[target] = len(order)
                order.append(target)
        rows.append(({c: number[t] for c, t in named.items()}, number[default]))
    accepting = [accepts(state) for state in order]
    return _numbered(rows, _blocks(rows, accepting), accepting)


def _predecessors(rows: Sequence[_OpenRow]) -> list[set[int]]:
    before: list[set[int]] = [set() for _ in rows]
    for state, (named, default) in enumerate(rows):
        for target in (default, *named.values()):
            before[target].add(state)
    return before


def _blocks(rows: list[_OpenRow], accepting: list[bool]) -> list[int]:
    """Return a block number a state: equal for states that accept the same strings.

    All states of a block look alike until one of their targets moves to another block; only those are
    looked at again.
    """
    before = _predecessors(rows)
    block = [int(a) for a in accepting]
    members: dict[int, set[int]] = {b: {i for i, own in enumerate(block) if own == b} for b in set(block)}
    looks: dict[int, Hashable] = {}
    numbers = count(2)
    dirty = set(range(len(rows)))
    while dirty:
        by_block: dict[int, dict[Hashable, list[int]]] = {}
        for state in dirty:
            by_block.setdefault(block[state], {}).setdefault(_look(rows[state], block), []).append(state)
        moved: list[int] = []
        for own, groups in by_block.items():
            touched = sum(map(len, groups.values()))
            if touched < len(members[own]):
                stays = looks[own]  # the states that were not touched look as before
            else:
                stays = max(groups, key=lambda look: len(groups[look]))
                looks[own] = stays
            for look, states in groups.items():
                if look == stays:
                    continue
                fresh = next(numbers)
                members[fresh] = set(states)
                members[own] -= members[fresh]
                looks[fresh] = look
                moved += states
                for state in states:
                    block[state] = fresh
        dirty = {source for state in moved for source in before[state]}
    return block


def _look(row: _OpenRow, block: list[int]) -> Hashable:
    named, default = row
    home = block[default]
    return home, frozenset((c, b) for c, t in named.items() if (b := block[t]) != home)


def _numbered(rows: list[_OpenRow], block: list[int], accepting: list[bool]) -> Automaton:
    member = {b: i for i, b in enumerate(block)}
    number = {block[0]: 0}
    order = [block[0]]
    final: list[Row] = []
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
