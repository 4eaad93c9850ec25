"""How a set of strings reads: as words, as globs, or as globs without other globs.

The text is derived from the minimal automaton, so sets that are equal read the same, however they were put
together. Where that search would take too long, the globs that the set was built from serve instead
(`hints`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from scanner.overlap import meets
from scanner.stringset import ANY_CHARACTER, ANY_STRING, StringSet, TooManyStates, Wild, in_segments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scanner.automaton import Automaton
    from scanner.stringset import Token

_MAX_PREFIXES: Final = 250
_MAX_GLOBS: Final = 80
_SMALL: Final = 10
"""States of an automaton that is searched before hints are looked at."""
_FRESH: Final = "\uffff"
"""Stands for a character that no glob names."""


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """The strings that match one of `like` and none of `unlike`.

    Attributes:
        like: Globs, sorted.
        unlike: The same.
        exact: `like` holds plain words.
        segmented: Wildcards of `like` do not cross a colon but in the sixth segment, as in ARN conditions.
        unlike_segmented: The same for `unlike`.
        unlike_exact: `unlike` holds plain words.
    """

    like: tuple[str, ...]
    unlike: tuple[str, ...] = ()
    exact: bool = False
    segmented: bool = False
    unlike_segmented: bool = False
    unlike_exact: bool = False


def pieces_of(strings: StringSet, hints: Iterable[Sequence[Token]] = ()) -> tuple[Piece, ...] | None:
    """Return pieces that together are the set: none for the empty set; None when it does not read as globs.

    Args:
        strings: The set.
        hints: Globs, as tokens, from which the set may have been built.
    """
    if strings.words is not None:
        return (Piece(strings.words, exact=True),) if strings.words else ()
    given = [_Glob(tuple(tokens)) for tokens in hints]
    orders: tuple[list[_Glob] | None, ...] = (None, given) if given else (None,)
    if len(strings.automaton.rows) > _SMALL:
        orders = orders[::-1]
    for candidates in orders:
        try:
            found = _pieces(strings, candidates)
        except TooManyStates:
            continue
        if found is not None:
            return found
    return None


@dataclass(frozen=True)
class _Glob:
    tokens: tuple[Token, ...]

    @cached_property
    def strings(self) -> StringSet:
        return StringSet.patterns([self.tokens])

    @cached_property
    def text(self) -> str:
        """The glob as text."""
        return text_of(self.tokens)

    @property
    def word(self) -> str | None:
        """The only string it matches, or None."""
        if not all(isinstance(t, str) for t in self.tokens):
            return None
        return "".join(t for t in self.tokens if isinstance(t, str))

    @cached_property
    def ends(self) -> tuple[str, str]:
        """The plain text before the first wildcard and after the last."""
        plain = "".join(t if isinstance(t, str) else "\0" for t in self.tokens)
        return plain.partition("\0")[0], plain.rpartition("\0")[2]

    @cached_property
    def accepts(self) -> re.Pattern[str]:
        """The same as a regular expression."""
        return _expression(self.tokens)

    def seems_in(self, other: _Glob) -> bool:
        """Tell whether the other glob matches a short and a long sample of this one, so almost always all."""
        return all(
            other.accepts.fullmatch(_sample(self.tokens, filling))
            for filling in ("", _FRESH * (len(other.text) + 1))
        )

    def meets(self, other: _Glob) -> bool:
        """Tell whether some string matches both."""
        (head, tail), (its_head, its_tail) = self.ends, other.ends
        if not head.startswith(its_head) and not its_head.startswith(head):
            return False
        if not tail.endswith(its_tail) and not its_tail.endswith(tail):
            return False
        return meets(self.tokens, other.tokens)


def _expression(tokens: tuple[Token, ...]) -> re.Pattern[str]:
    text = ""
    for token in tokens:
        if isinstance(token, str):
            text += re.escape(token)
        else:
            one = f"[^{re.escape(''.join(sorted(token.barred)))}]" if token.barred else "."
            text += f"{one}*" if token.many else one
    return re.compile(text, re.DOTALL)


def _sample(tokens: tuple[Token, ...], filling: str) -> str:
    return "".join(t if isinstance(t, str) else filling if t.many else _FRESH for t in tokens)


def text_of(tokens: Sequence[Token]) -> str:
    """Return a glob as text: each run of wildcards as its ``?`` before one ``*``."""
    text = ""
    run: list[Token] = []
    for token in (*tokens, ""):
        if isinstance(token, str):
            text += "?" * sum(not t.many for t in run if not isinstance(t, str))
            text += "*" if any(t.many for t in run if not isinstance(t, str)) else ""
            text += escaped(token)
            run = []
        else:
            run.append(token)
    return text


def escaped(text: str) -> str:
    """Return plain text as it stands in a glob: its own wildcard characters as policies write them."""
    if not set(text) & set("*?"):
        return text
    return text.replace("$", "${$}").replace("*", "${*}").replace("?", "${?}")


def _pieces(strings: StringSet, candidates: list[_Glob] | None) -> tuple[Piece, ...] | None:
    """Return the pieces, made of the candidates or, when None, of whatever globs fit."""
    inside = _largest(strings, candidates)
    if inside is None:
        return None
    rest = strings - _joined(inside)
    if rest.is_empty:
        return _found(_needed(inside))
    whole = _without(strings, strings, candidates)
    if whole is not None:
        return (whole,)
    part = _without(strings, rest, candidates) if inside else None
    first = _found(_needed(inside)) if part is not None else None
    return None if part is None or first is None else (*first, part)


def _found(globs: list[_Glob]) -> tuple[Piece, ...] | None:
    segmented = _segmented(globs)
    return None if segmented is None else (Piece(_texts(globs), segmented=segmented),)


def _segmented(globs: list[_Glob]) -> bool | None:
    """Tell whether the globs are to be read segment by segment; None when some are and others cannot be."""
    if not any(isinstance(t, Wild) and t.barred for glob in globs for t in glob.tokens):
        return False
    for glob in globs:
        plain = [t if isinstance(t, str) else Wild(t.many) for t in glob.tokens]
        if glob.tokens != (ANY_STRING,) and in_segments(plain, ":", 6) != list(glob.tokens):
            return None
    return True


def _without(strings: StringSet, wanted: StringSet, hints: list[_Glob] | None) -> Piece | None:
    """Return globs without other globs that lie in the set and hold at least the strings wanted, or None."""
    outside = _largest(~strings, hints)
    if not outside:
        return None
    around = _largest(strings | _joined(outside), hints)
    if not around:
        return None
    around = _needed([glob for glob in around if glob.strings.meets(wanted)])
    reached = _joined(around)
    left_out = reached - strings
    barred = _largest(left_out, hints)
    if barred is None or _joined(barred) != left_out:
        barred = [glob for glob in outside if any(glob.meets(other) for other in around)]
    found = reached - _joined(barred)
    if not strings.includes(found) or not found.includes(wanted):
        return None
    barred = _needed(barred)
    segmented, unlike = _segmented(around), _segmented(barred)
    if segmented is None or unlike is None:
        return None
    words = [glob.word for glob in barred if glob.word is not None]
    exact = len(words) == len(barred)
    return Piece(
        _texts(around),
        tuple(sorted(words)) if exact else _texts(barred),
        segmented=segmented,
        unlike_segmented=unlike,
        unlike_exact=exact,
    )


def _texts(globs: list[_Glob]) -> tuple[str, ...]:
    return tuple(sorted(glob.text for glob in globs))


def _joined(globs: list[_Glob]) -> StringSet:
    return StringSet.patterns([glob.tokens for glob in globs])


def _largest(strings: StringSet, hints: list[_Glob] | None) -> list[_Glob] | None:
    """Return the globs inside the set that are inside no other such glob; None when they are too many."""
    if strings.words is not None:
        return [_Glob((word,)) for word in strings.words]
    if strings.is_everything:
        return [_Glob((ANY_STRING,))]
    if hints is None:
        tokens = list(_inside(strings.automaton))
        if None in tokens or len(tokens) > _MAX_GLOBS:
            return None
        found = {glob.text: glob for glob in (_Glob(t) for t in tokens if t is not None)}
    else:
        candidates = {*hints, _Glob((ANY_STRING,))}
        found = {glob.text: glob for glob in candidates if strings.includes(glob.strings)}
    globs = [glob for _, glob in sorted(found.items())]
    return [
        mine
        for mine in globs
        if not any(mine.seems_in(other) and not other.seems_in(mine) for other in globs if other is not mine)
    ]


def _needed(globs: list[_Glob]) -> list[_Glob]:
    """Return the globs without those that the others cover, longest texts dropped first."""
    kept = sorted(globs, key=lambda glob: (len(glob.text), glob.text))
    for glob in reversed(list(kept)):
        meeting = [other for other in kept if other is not glob and other.meets(glob)]
        if meeting and _joined(meeting).includes(glob.strings):
            kept.remove(glob)
    return kept


@dataclass(frozen=True, slots=True)
class _Prefix:
    """The beginning of a glob, the states in which a string that matches it may be, and those on the way."""

    tokens: tuple[Token, ...]
    states: frozenset[int]
    passed: frozenset[frozenset[int]]
    accepts: re.Pattern[str]

    def makes_needless(self, other: _Prefix) -> bool:
        """Tell whether whatever can follow the other can follow this one, which matches more."""
        return self.states <= other.states and all(
            self.accepts.fullmatch(_sample(other.tokens, filling)) for filling in ("", _FRESH * 8)
        )

    def then(self, token: Token, states: frozenset[int]) -> _Prefix:
        tokens = (*self.tokens, token)
        return _Prefix(tokens, states, self.passed | {states}, _expression(tokens))


def _inside(automaton: Automaton) -> Iterator[tuple[Token, ...] | None]:
    """Yield globs whose strings the automaton all accepts, at least every largest one; None to give up.

    A prefix that comes back to all the states of a shorter one is left out: what can repeat in a union of
    globs is a ``*``. Should that leave out too much, the union falls short of the set, which the caller
    checks.
    """
    reach = _reach(automaton)
    hopeless = frozenset(s for s in range(len(reach)) if not any(automaton.accepting[t] for t in reach[s]))
    start = frozenset({0})
    pending = [_Prefix((), start, frozenset({start}), re.compile(""))]
    kept: list[_Prefix] = []
    for prefix in pending:  # grows while it is read
        if any(known.makes_needless(prefix) for known in kept):
            continue
        kept.append(prefix)
        if len(kept) > _MAX_PREFIXES:
            yield None
            return
        if all(automaton.accepting[s] for s in prefix.states):
            yield prefix.tokens
        starred = bool(prefix.tokens) and prefix.tokens[-1] == ANY_STRING
        for token, after in _moves(automaton, prefix.states, reach):
            if after & hopeless or (starred and not isinstance(token, str)):
                continue
            if token == ANY_STRING or not any(passed <= after for passed in prefix.passed):
                pending.append(prefix.then(token, after))


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
