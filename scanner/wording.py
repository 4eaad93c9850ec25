"""Sets of values in the words of guards: which operators and values stand for exactly these values.

Sets are exact: `StringSet`, `AddressSet`, numbers and dates as `Line`. Equal sets get equal words, in the
shorter of the ways to say them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final, NamedTuple, TypeAlias

from scanner.globs import Piece, pieces_of
from scanner.intervals import Intervals, Line, LinePoint, show_date, show_number
from scanner.netset import AddressSet
from scanner.stringset import StringSet, Token

ValueSet: TypeAlias = StringSet | AddressSet | Line

Clause: TypeAlias = tuple[str, tuple[str, ...]]
"""The operator and the values of a guard."""

_MANY_WORDS: Final = 64
"""Spellings of a text, beyond which a guard says that letter case does not matter."""


class Hints(NamedTuple):
    """What a set of strings may have been built from.

    Globs as tokens, and texts compared without letter case.
    """

    globs: tuple[tuple[Token, ...], ...] = ()
    folded: tuple[str, ...] = ()


Wording: TypeAlias = list[list[Clause]]
"""Alternatives, each of clauses that hold together."""


def common(left: ValueSet, right: ValueSet) -> ValueSet:
    """Return the values in both sets.

    Raises:
        TypeError: when one holds strings and the other addresses or numbers.
    """
    return left & right  # type: ignore[operator]  # sets of two types refuse each other


def wording_of(values: ValueSet, *, dates: bool = False, hints: Hints | None = None) -> Wording | None:
    """Return how a set reads as guards of a key that is present; None when it does not.

    `hints`: see `pieces_of`.
    """
    if isinstance(values, AddressSet):
        return [[("cidr", values.cidrs())]]
    if isinstance(values, StringSet):
        folded = _in_any_case(values, hints.folded) if hints else None
        if folded is not None:
            return [[folded]]
        pieces = pieces_of(values, hints.globs if hints else ())
        if pieces is None:
            return None
        return [_piece_clauses(piece) for piece in pieces]
    return _line_wording(values, dates=dates)


def _in_any_case(values: StringSet, texts: tuple[str, ...]) -> Clause | None:
    """Return the clause that lists texts without regard to letter case, for a set that is just that."""
    if values.words is not None and len(values.words) <= _MANY_WORDS:
        return None
    listed = {text.lower(): StringSet.patterns([[text]], ignore_case=True) for text in texts}
    inside = sorted(text for text, spellings in listed.items() if values.includes(spellings))
    found = StringSet.patterns([[text] for text in inside], ignore_case=True)
    return ("in-any-case", tuple(inside)) if inside and found == values else None


def barring(values: ValueSet, *, hints: Hints | None = None) -> Clause | None:
    """Return the clause that bars exactly these values, and not an absent key, if there is one."""
    if isinstance(values, AddressSet):
        return "not-cidr", values.cidrs()
    if isinstance(values, Intervals):
        return None  # one number has many texts, which a list of words would not mean
    wording = wording_of(values, hints=hints)
    if wording is None or len(wording) != 1 or len(wording[0]) != 1:
        return None
    op, texts = wording[0][0]
    return (f"not-{op}", texts) if op in {"in", "in-any-case", "like", "arn-like"} else None


def worded(
    inside: ValueSet,
    outside: ValueSet,
    *,
    absent: bool,
    may_lack: bool,
    dates: bool = False,
    hints: Hints | None = None,
) -> Wording | None:
    """Return the alternatives that let a key have the values `inside`, said the shorter way.

    Args:
        inside: The values let through; not empty.
        outside: All other values; not empty.
        absent: Whether an absent key is let through too.
        may_lack: Whether the key can be absent at all.
        dates: Whether numbers are dates.
        hints: See `pieces_of`.
    """
    positive = wording_of(inside, dates=dates, hints=hints)
    if positive is not None and not absent and _size(positive) == 1:
        return positive  # nothing is shorter, and how the rest reads is dear to find out
    negative = barring(outside, hints=hints)
    if negative is not None and (positive is None or len(negative[1]) <= _size(positive) - (not absent)):
        return [[negative] if absent or not may_lack else [negative, ("present", ())]]
    if positive is None:
        return None
    if not may_lack:
        positive = [[c for c in clauses if c[0] != "present"] or clauses for clauses in positive]
    return [[("absent", ())], *positive] if absent else positive


def sample_of(values: ValueSet, *, dates: bool = False) -> str:
    """Return one value of a set that is not empty."""
    if isinstance(values, AddressSet | StringSet):
        return values.witness() or ""
    number = _inside(values)
    return show_date(number) if dates else show_number(number)


def everything_like(values: ValueSet) -> ValueSet:
    """Return every value of the type that the set holds."""
    if isinstance(values, StringSet):
        return StringSet.everything()
    return AddressSet.everything() if isinstance(values, AddressSet) else Intervals(starts_inside=True)


def _size(wording: Wording) -> int:
    return sum(len(values) or 1 for clauses in wording for _, values in clauses)


def _piece_clauses(piece: Piece) -> list[Clause]:
    clauses: list[Clause] = []
    if piece.exact:
        clauses.append(("in", piece.like))
    elif piece.like != ("*",):
        clauses.append(("arn-like" if piece.segmented else "like", piece.like))
    if piece.unlike:
        op = "not-in" if piece.unlike_exact else "not-arn-like" if piece.unlike_segmented else "not-like"
        clauses.append((op, piece.unlike))
    return clauses if piece.exact or piece.like != ("*",) else [*clauses, ("present", ())]


def _line_wording(line: Line, *, dates: bool) -> Wording:
    return [_range(low, high, dates=dates) for low, high in line.spans()]


def _range(low: LinePoint | None, high: LinePoint | None, *, dates: bool) -> list[Clause]:
    """Return a span as a range with both ends included.

    Dates are whole seconds, numbers bar an end left out.
    """
    show = show_date if dates else show_number
    first, last = (None if low is None else low[0]), (None if high is None else high[0])
    barred = [show(low[0])] if low is not None and low[1] else []
    barred += [show(high[0])] if high is not None and not high[1] else []
    if dates and barred:
        whole_first = None if low is None else Fraction(-(-(low[0].numerator) // low[0].denominator))
        whole_last = None if high is None else Fraction(high[0].numerator // high[0].denominator)
        if whole_first is not None and low == (whole_first, 1):
            whole_first += 1
        if whole_last is not None and high == (whole_last, 0):
            whole_last -= 1
        if whole_first is None or whole_last is None or whole_first <= whole_last:
            first, last, barred = whole_first, whole_last, []
    text = f"{'' if first is None else show(first)}..{'' if last is None else show(last)}"
    return [("range", (text,)), *([("not-in", tuple(sorted(barred)))] if barred else [])]


def _inside(line: Line) -> Fraction:
    low, high = next(line.spans())
    if low is None:
        return Fraction(0) if high is None else high[0] - (0 if high[1] else 1)
    if not low[1]:
        return low[0]
    if high is None:
        return low[0] + 1
    return high[0] if high[1] else (low[0] + high[0]) / 2
