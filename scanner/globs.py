"""How a set of strings reads: as words, as globs, or as globs without other globs; the same text for the same set.

The text is derived from the minimal automaton, so two policies that mean the same read the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scanner.stringset import ANY_CHARACTER, ANY_STRING, StringSet, TooManyStates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.stringset import Automaton, Token

_MAX_STEPS: Final = 20_000
_MAX_GLOBS: Final = 200
_MAX_PIECES: Final = 4


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """The strings that match one of `like` and none of `unlike`. `exact`: no text in `like` holds a wildcard."""

    like: tuple[str, ...]
    unlike: tuple[str, ...] = ()
    exact: bool = False


def pieces_of(strings: StringSet) -> tuple[Piece, ...] | None:
    """Return pieces that together are the set; none for the empty set; None when it does not read as globs."""
    try:
        return _pieces(strings)
    except TooManyStates:
        return None


def globs_of(strings: StringSet) -> tuple[str, ...] | None:
    """Return the globs that together are the set, sorted, or None when it is no union of globs."""
    if strings.words is not None:
        return tuple(sorted(map(_escaped, strings.words)))
    try:
        globs = _union_of(strings)
    except TooManyStates:
        return None
    return None if globs is None else tuple(sorted(text for text, _ in globs))


def _pieces(strings: StringSet) -> tuple[Piece, ...] | None:
    if strings.words is not None:
        return (Piece(strings.words, exact=True),) if strings.words else ()
    pieces: list[Piece] = []
    rest = strings
    while not rest.is_empty:
        if len(pieces) == _MAX_PIECES:
            return None
        inside = _largest(rest)
        if inside is None:
            return None
        left = rest - _joined(s for _, s in inside)
        if inside and left != rest:
            chosen = _needed(inside)
            pieces.append(Piece(tuple(sorted(t for t, _ in chosen))))
            rest = left
            if left.is_empty or len(pieces) == 1:
                if not left.is_empty and left.words is not None:
                    return (*pieces, Piece(left.words, exact=True))
                if left.is_empty:
                    return tuple(pieces)
        cut = _without(rest)
        if cut is None:
            return None
        pieces.append(cut[0])
        rest -= cut[1]
    return tuple(pieces)


def _without(strings: StringSet) -> tuple[Piece, StringSet] | None:
    """Return the set as globs without other globs, with the strings that the piece stands for."""
    outside = _largest(~strings)
    if not outside:
        return None
    barred = _joined(s for _, s in outside)
    around = _largest(strings | barred)
    if not around:
        return None
    around = [(text, s) for text, s in around if s.meets(strings)]
    wanted = _joined(s for _, s in around)
    outside = [(text, s) for text, s in outside if s.meets(wanted)]
    found = wanted - _joined(s for _, s in outside)
    if found.is_empty or not strings.includes(found):
        return None
    like, unlike = _needed(around), _needed(outside)
    return Piece(tuple(sorted(t for t, _ in like)), tuple(sorted(t for t, _ in unlike))), found


def _union_of(strings: StringSet) -> list[tuple[str, StringSet]] | None:
    found = _largest(strings)
    if found is None or _joined(s for _, s in found) != strings:
        return None
    return _needed(found)


def _joined(sets: Iterable[StringSet]) -> StringSet:
    found = StringSet.empty()
    for s in sets:
        found |= s
    return found


def _largest(strings: StringSet) -> list[tuple[str, StringSet]] | None:
    """Return the globs inside the set that are inside no other such glob; None when they are too many to look at."""
    if strings.words is not None:
        return [(_escaped(word), StringSet.literal(word)) for word in strings.words]
    found: dict[str, StringSet] = {}
    for tokens in _inside(strings.automaton):
        if tokens is None or len(found) > _MAX_GLOBS:
            return None
        found[_text(tokens)] = StringSet.patterns([tokens])
    globs = sorted(found.items())
    return [
        (text, mine)
        for text, mine in globs
        if not any(other != mine and other.includes(mine) for _, other in globs if _may_meet(mine, other))
    ]


def _may_meet(left: StringSet, right: StringSet) -> bool:
    return left.words is None or any(word in right for word in left.words)


def _needed(globs: list[tuple[str, StringSet]]) -> list[tuple[str, StringSet]]:
    """Return the globs without those that the others cover, longest texts dropped first."""
    kept = sorted(globs, key=lambda glob: (len(glob[0]), glob[0]))
    for glob in reversed(list(kept)):
        meeting = [s for text, s in kept if text != glob[0] and s.meets(glob[1])]
        if meeting and _joined(meeting).includes(glob[1]):
            kept.remove(glob)
    return kept


def _inside(automaton: Automaton) -> Iterator[list[Token] | None]:
    """Yield the globs whose strings the automaton all accepts, at least every largest one; None to give up."""
    reach = _reach(automaton)
    hopeless = frozenset(
        state for state in range(len(automaton.rows)) if not any(automaton.accepting[t] for t in reach[state])
    )
    steps = 0
    start = frozenset({0})
    pending: list[tuple[frozenset[int], list[Token], frozenset[frozenset[int]]]] = [(start, [], frozenset({start}))]
    while pending:
        steps += 1
        if steps > _MAX_STEPS:
            yield None
            return
        states, tokens, seen = pending.pop()
        if all(automaton.accepting[s] for s in states):
            yield tokens
        for token, after in _moves(automaton, states, reach):
            again = (bool(tokens) and tokens[-1] == ANY_STRING) if token == ANY_STRING else after in seen
            if again or after & hopeless:
                continue
            pending.append((after, [*tokens, token], seen | {after}))


def _moves(
    automaton: Automaton, states: frozenset[int], reach: list[frozenset[int]]
) -> Iterator[tuple[Token, frozenset[int]]]:
    yield ANY_STRING, frozenset().union(*(reach[s] for s in states))
    named = sorted({c for s in states for c, _ in automaton.rows[s][0]})
    yield ANY_CHARACTER, frozenset(automaton.step(s, c) for s in states for c in (*named, None))
    for character in named:
        yield character, frozenset(automaton.step(s, character) for s in states)


def _reach(automaton: Automaton) -> list[frozenset[int]]:
    found = []
    for start in range(len(automaton.rows)):
        seen = {start}
        pending = [start]
        while pending:
            named, default = automaton.rows[pending.pop()]
            for target in (default, *(t for _, t in named)):
                if target not in seen:
                    seen.add(target)
                    pending.append(target)
        found.append(frozenset(seen))
    return found


def _escaped(text: str) -> str:
    """Return the text with its own ``*`` and ``?`` written as policies write them."""
    return text.replace("$", "${$}").replace("*", "${*}").replace("?", "${?}") if set(text) & set("*?") else text


def _text(tokens: list[Token]) -> str:
    """Return a glob: each run of wildcards as its ``?`` before one ``*``."""
    text = ""
    run: list[Token] = []
    for token in [*tokens, ""]:
        if isinstance(token, str):
            text += "?" * run.count(ANY_CHARACTER) + ("*" if ANY_STRING in run else "") + _escaped(token)
            run = []
        else:
            run.append(token)
    return text
