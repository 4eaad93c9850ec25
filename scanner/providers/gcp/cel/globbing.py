"""Regular expressions as patterns of a `StringSet`, where they are no more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.gcp.cel.patterns import (
    Characters,
    Edge,
    Either,
    Pattern,
    Repeat,
    Run,
    Unsupported,
    read,
)
from scanner.stringset import ANY_STRING, Token, Wild

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_PATTERNS: Final = 64
_MAX_BARRED: Final = 16
_BEGIN, _END = "\0^", "\0$"
"""Stand for the edges among tokens; no policy holds a null character, and a pattern with one is not read."""


def matched_by(pattern: str) -> list[list[Token]] | None:
    """Return patterns of the texts in which a regular expression is found; None when it is not so simple."""
    if "\0" in pattern:
        return None
    try:
        spelled = _spelled(read(pattern))
    except (Unsupported, _NotSoSimple):
        return None
    found = [_anchored(tokens) for tokens in spelled]
    return None if None in found else [tokens for tokens in found if tokens is not None]


class _NotSoSimple(Exception):  # noqa: N818 - the pattern is fine, only no glob
    pass


def _anchored(tokens: list[Token]) -> list[Token] | None:
    """Let a pattern begin and end anywhere unless an edge says otherwise; None for an edge elsewhere."""
    begins, ends = bool(tokens) and tokens[0] == _BEGIN, bool(tokens) and tokens[-1] == _END
    inner = tokens[begins : len(tokens) - ends]
    if any(t in {_BEGIN, _END} for t in inner if isinstance(t, str)):
        return None
    return [*([] if begins else [ANY_STRING]), *inner, *([] if ends else [ANY_STRING])]


def _spelled(pattern: Pattern) -> list[list[Token]]:
    match pattern:
        case Characters():
            return [[token] for token in _characters(pattern)]
        case Edge(at="^" | "$", lines=False):
            return [[_BEGIN if pattern.at == "^" else _END]]
        case Run(parts=parts):
            found: list[list[Token]] = [[]]
            for part in parts:
                found = _bounded([*head, *tail] for head in found for tail in _spelled(part))
            return found
        case Either(options=options):
            return _bounded(tokens for option in options for tokens in _spelled(option))
        case Repeat(part=part, least=least, most=None):
            single = _spelled(part)
            match single:
                case [[Wild(many=False, barred=barred)]]:
                    return [[*([single[0][0]] * least), Wild(many=True, barred=barred)]]
            raise _NotSoSimple
        case Repeat(part=part, least=least, most=int(most)):
            return _bounded(
                tokens for count in range(least, most + 1) for tokens in _spelled(Run((part,) * count))
            )
    raise _NotSoSimple


def _characters(one: Characters) -> list[Token]:
    """Return single characters: as they are when they are few, or all but a few."""
    count = sum(high - low + 1 for low, high in one.ranges)
    if count > (_MAX_BARRED if one.negated else _MAX_PATTERNS):
        raise _NotSoSimple
    listed = [chr(code) for low, high in one.ranges for code in range(low, high + 1)]
    return [Wild(many=False, barred=frozenset(listed))] if one.negated else list(dict.fromkeys(listed))


def _bounded(found: Iterable[list[Token]]) -> list[list[Token]]:
    kept = []
    for tokens in found:
        kept.append(tokens)
        if len(kept) > _MAX_PATTERNS or len(tokens) > 10 * _MAX_PATTERNS:
            raise _NotSoSimple
    return kept
