"""Do two globs match some string in common, and which.

A search over places in both patterns, so without an automaton; wildcards may bar characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from scanner.automaton import SPARE, Wild

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.automaton import Token

_Place: TypeAlias = tuple[int, int]


def meets(left: Sequence[Token], right: Sequence[Token]) -> bool:
    """Tell whether two patterns match some string in common."""
    return _way(_spelled(left), _spelled(right)) is not None


def meeting(left: Sequence[Token], right: Sequence[Token]) -> str | None:
    """Return a string that two patterns match in common, None when there is none."""
    a, b = _spelled(left), _spelled(right)
    came_from = _way(a, b)
    return None if came_from is None else _spelled_out(a, b, came_from)


def _way(a: list[str | Wild], b: list[str | Wild]) -> dict[_Place, _Place] | None:
    """Return from where each place in both patterns was reached, their end too; None when that cannot be."""
    shared = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y or isinstance(x, Wild)), 0)
    start, end = (shared, shared), (len(a), len(b))
    came_from = {start: start}
    pending = [start]
    while pending:
        place = pending.pop()
        if place == end:
            return came_from
        for move in _moves_of_two(a, b, *place):
            if move not in came_from:
                came_from[move] = place
                pending.append(move)
    return None


def _moves_of_two(a: list[str | Wild], b: list[str | Wild], i: int, j: int) -> list[tuple[int, int]]:
    """Return the places in two patterns that a character, or leaving a wildcard, leads to."""
    x, y = a[i] if i < len(a) else None, b[j] if j < len(b) else None
    moves = []
    if isinstance(x, Wild) and x.many:
        moves += [(i + 1, j), *([(i, j + 1)] if y is not None and _fits(y, x) else [])]
    if isinstance(y, Wild) and y.many:
        moves += [(i, j + 1), *([(i + 1, j)] if x is not None and _fits(x, y) else [])]
    if not moves and x is not None and y is not None and (x == y or _fits(x, y) or _fits(y, x)):
        moves.append((i + 1, j + 1))
    return moves


def _spelled_out(a: list[str | Wild], b: list[str | Wild], came_from: dict[_Place, _Place]) -> str:
    """Return the string of the moves that led to the end of both patterns."""
    text: list[str] = []
    place = len(a), len(b)
    while (before := came_from[place]) != place:
        (i, j), (next_i, next_j) = before, place
        passed = [*a[i:next_i], *b[j:next_j]]
        barred = frozenset(
            c for token in (*a[i : i + 1], *b[j : j + 1]) if isinstance(token, Wild) for c in token.barred
        )
        literal = next((token for token in passed if isinstance(token, str)), None)
        if literal is not None:
            text.append(literal)
        elif not any(isinstance(token, Wild) and token.many for token in passed):
            text.append(next(c for c in SPARE if c not in barred))
        place = before
    return "".join(map(str, a[: place[0]])) + "".join(reversed(text))


def _spelled(pattern: Sequence[Token]) -> list[str | Wild]:
    """Return a pattern with one token a character."""
    return [part for t in pattern for part in (t if isinstance(t, str) else (t,))]


def _fits(token: str | Wild, wild: str | Wild) -> bool:
    """Tell whether what a token matches can be a character of the wildcard."""
    return isinstance(wild, Wild) and (isinstance(token, Wild) or token not in wild.barred)
