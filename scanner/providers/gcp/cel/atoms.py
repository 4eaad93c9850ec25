"""Comparisons that speak of one open term, as the states of it that meet them and those that do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias

from scanner.intervals import Intervals
from scanner.netset import AddressSet
from scanner.providers.gcp.cel.evaluation import tag_term
from scanner.providers.gcp.cel.globbing import matched_by
from scanner.providers.gcp.cel.syntax import Binary, Call, Index, Literal, Name, Select, path_of
from scanner.providers.gcp.cel.terms import (
    BOTH,
    NEVER,
    Conjunct,
    Formula,
    Free,
    Kind,
    States,
    Term,
    beside,
    nothing_like,
)
from scanner.providers.gcp.cel.values import NANO, Failed, Result, Timestamp, Unknown, number
from scanner.stringset import ANY_STRING, StringSet, Token, TooManyStates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.providers.gcp.cel.syntax import Node
    from scanner.wording import ValueSet

Split: TypeAlias = tuple[Formula, Formula]
"""When an expression is true, and when false. It may be neither: an error."""

Constant: TypeAlias = Callable[["Node"], Result]
"""What a tree comes to, Unknown when it hinges on anything open."""

_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_CLOCK: Final = {
    "getMonth": 11, "getDate": 31, "getDayOfMonth": 30, "getDayOfWeek": 6, "getDayOfYear": 365,
    "getHours": 23, "getMinutes": 59, "getSeconds": 59, "getMilliseconds": 999,
}  # fmt: skip
"""Accessors that come round again, with the highest number each has."""


@dataclass(frozen=True, slots=True)
class View:
    """A text that an expression makes of an open attribute: what is behind `skipped`, in one letter case."""

    path: str
    skipped: str = ""
    case: str = ""


class Atoms:
    """Recognises comparisons over what is free; `constant` evaluates everything else."""

    def __init__(self, free: Mapping[str, Free], constant: Constant) -> None:
        self._free = free
        self._constant = constant

    def split(self, node: Node) -> Split | None:
        """Return when a comparison holds and when not; None when it is not one that is read here."""
        try:
            match node:
                case Binary(op="in"):
                    return self._member(node)
                case Binary(op=op, left=left, right=right) if op in _MIRRORED:
                    return self._compared(op, left, right) or self._compared(_MIRRORED[op], right, left)
                case Name() | Index() | Select():
                    return self._bare(node)
                case Call():
                    return self._called(node)
        except TooManyStates:
            return None
        return None

    def _bare(self, node: Name | Index | Select) -> Split | None:
        """``has(a)``, or an attribute that is itself the condition."""
        path = path_of(node)
        if path not in self._free or path is None:
            return None
        free = self._free[path]
        if isinstance(node, Select) and node.tested:
            if free.values is None and free.may_lack:
                return None  # present with what type of value?
            there = self._all(free)
            gone = (Conjunct({Term(path): States(there.kind, nothing_like(there.values), absent=True)}),)
            here = (Conjunct({Term(path): replace(there, absent=False)}),) if free.may_lack else (Conjunct(),)
            return here, gone if free.may_lack else NEVER
        return self._states(Term(path), "bool", StringSet.literal("true"), BOTH)

    def _compared(self, op: str, left: Node, right: Node) -> Split | None:
        value = self._constant(right)
        if isinstance(value, Unknown | Failed):
            return None
        clock = self._clock(left)
        if clock is not None:
            amount = number(value)
            if amount is None or isinstance(value, float):
                return None
            term, highest = clock
            span = Intervals.between((Fraction(0), 0), (Fraction(highest), 1))
            return self._states(term, "whole", beside(op, Fraction(amount)), span)
        path = path_of(left)
        if path in self._free and path is not None and not isinstance(value, str):
            return self._ordered(Term(path), op, value)
        view = self._view(left)
        if view is None or not isinstance(value, str) or op not in {"==", "!="}:
            return None
        found = self._texts(view, [[value]])
        return found if found is None or op == "==" else (found[1], found[0])

    def _ordered(self, term: Term, op: str, value: Result) -> Split | None:
        match value:
            case bool():
                truth = StringSet.literal("true" if value else "false")
                found = self._states(term, "bool", truth, BOTH) if op in {"==", "!="} else None
                return found if found is None or op == "==" else (found[1], found[0])
            case Timestamp(nanos=nanos):
                everything: ValueSet = Intervals(starts_inside=True)
                return self._states(term, "time", beside(op, Fraction(nanos, NANO)), everything)
        amount = number(value)
        if amount is None or amount != amount or abs(amount) == float("inf"):  # noqa: PLR0124 - NaN
            return None
        return self._states(term, "number", beside(op, Fraction(amount)), Intervals(starts_inside=True))

    def _member(self, node: Binary) -> Split | None:
        """``a in ['x', 'y']`` of an open text, or ``'x' in a`` of an open list."""
        items = self._constant(node.right)
        if isinstance(items, tuple):
            view = self._view(node.left)
            words = [item for item in items if isinstance(item, str)]
            if view is not None and len(words) == len(items):
                return self._texts(view, [[word] for word in words])
            return None
        path, item = path_of(node.right), self._constant(node.left)
        if path is None or path not in self._free or not isinstance(item, str):
            return None
        return self._states(Term(path, item), "bool", StringSet.literal("true"), BOTH)

    def _called(self, node: Call) -> Split | None:
        args = [self._constant(arg) for arg in node.args]
        match node.function, args:
            case ("matchTag" | "matchTagId", [str(key), str(value)]) if node.receiver == Name("resource"):
                return self._tag(key, StringSet.literal(value))
            case ("hasTagKey" | "hasTagKeyId", [str(key)]) if node.receiver == Name("resource"):
                return self._tag(key, StringSet.everything())
            case (("startsWith" | "endsWith" | "contains" | "matches"), [str(text)]):
                return self._on_receiver(node, _patterns(node.function, text))
            case "inIpRange", [_, ranges] if len(node.args) == 2:
                return self._in_range(path_of(node.args[0]), ranges)
            case "hasOnly", [tuple(items)]:
                return self._only(node.receiver, items)
        return None

    def _on_receiver(self, node: Call, patterns: list[list[Token]] | None) -> Split | None:
        view = None if node.receiver is None else self._view(node.receiver)
        return None if view is None or patterns is None else self._texts(view, patterns)

    def _tag(self, key: str, values: StringSet) -> Split | None:
        """A tag that is not there answers false, and is no error."""
        term = Term(tag_term(key))
        free = self._free.get(term.path) or self._free.get("resource.tags")
        if free is None or not isinstance(free.values, StringSet | None):
            return None
        domain = StringSet.everything() if free.values is None else free.values
        met = States("string", values & domain)
        other = States("string", domain - values, absent=free.may_lack)
        return _formula(term, met), _formula(term, other)

    def _in_range(self, path: str | None, ranges: Result) -> Split | None:
        blocks = ranges if isinstance(ranges, tuple) else (ranges,)
        if path is None or path not in self._free or not all(isinstance(b, str) for b in blocks):
            return None
        try:
            values = AddressSet.of(b for b in blocks if isinstance(b, str))
        except ValueError:
            return None
        return self._states(Term(path), "address", values, AddressSet.everything())

    def _only(self, receiver: Node | None, items: tuple[Result, ...]) -> Split | None:
        """``api.getAttribute('x', []).hasOnly([...])``: what is outside the list is not said exactly."""
        match receiver:
            case Call(function="getAttribute", args=(Literal(value=str(name)), _)) if name in self._free:
                words = [item for item in items if isinstance(item, str)]
                if len(words) != len(items):
                    return None
                met = Conjunct({Term(name): States("only", StringSet.literal(*words))})
                return (met,), (Conjunct(hinges=frozenset({name})),)
        return None

    def _clock(self, node: Node) -> tuple[Term, int] | None:
        """Return the term of ``request.time.getHours('Europe/Berlin')`` and its highest value."""
        match node:
            case Call(function=function, receiver=receiver, args=args) if function in _CLOCK and receiver:
                path = path_of(receiver)
                zone = [self._constant(arg) for arg in args]
                named = [z for z in zone if isinstance(z, str)]
                if path in self._free and len(named) == len(zone) <= 1:
                    quoted = ", ".join(f"'{z}'" for z in named)
                    return Term(f"{path}.{function}({quoted})"), _CLOCK[function]
        return None

    def _view(self, node: Node) -> View | None:
        """Return the text that a tree makes of an open attribute."""
        path = path_of(node)
        if path is not None:
            return View(path) if path in self._free else None
        match node:
            case Call(function="lowerAscii" | "upperAscii", receiver=inner, args=()) if inner is not None:
                view = self._view(inner)
                return None if view is None or view.case else replace(view, case=node.function[:5])
            case Call(function="extract", receiver=inner, args=(Literal(value=str(template)),)) if inner:
                view = self._view(inner)
                return None if view is None or view.case or view.skipped else self._extracted(view, template)
        return None

    def _extracted(self, view: View, template: str) -> View | None:
        """Return the rest behind a part that all values of the attribute begin with."""
        before, brace, rest = template.partition("{")
        if not brace or not rest.endswith("}") or "}" in before or not before:
            return None
        prefix = self._free[view.path].prefix
        at = prefix.find(before)
        return None if at < 0 else replace(view, skipped=prefix[: at + len(before)])

    def _texts(self, view: View, patterns: list[list[Token]]) -> Split | None:
        if view.case:
            texts = [token for pattern in patterns for token in pattern if isinstance(token, str)]
            if view.skipped or not all(text.isascii() for text in texts):
                return None
            folded = [t for t in texts if t == (t.lower() if view.case == "lower" else t.upper())]
            if len(folded) != len(texts):
                return None
        values = StringSet.patterns(
            [[view.skipped, *p] if view.skipped else p for p in patterns], ignore_case=bool(view.case)
        )
        return self._states(Term(view.path), "string", values, StringSet.everything())

    def _states(self, term: Term, kind: Kind, values: ValueSet, everything: ValueSet) -> Split | None:
        """Return the states inside a set, and those of the same kind outside of it, of what is free."""
        free = self._free.get(term.path) if term.member is None else None
        inside, outside = States(kind, values & everything), States(kind, everything - values)  # type: ignore[operator]  # of one kind
        if free is not None and free.values is not None:
            domain = States(_kind_of(free), free.values)
            met, other = inside.common(domain), outside.common(domain)
            if met is None or other is None:
                return None
            inside, outside = met, other
        return _formula(term, inside), _formula(term, outside)

    @staticmethod
    def _all(free: Free) -> States:
        values = StringSet.everything() if free.values is None else free.values
        return States(_kind_of(free), values)


def _patterns(function: str, text: str) -> list[list[Token]] | None:
    match function:
        case "startsWith":
            return [[text, ANY_STRING]]
        case "endsWith":
            return [[ANY_STRING, text]]
        case "contains":
            return [[ANY_STRING, text, ANY_STRING]]
    return matched_by(text)


def _kind_of(free: Free) -> Kind:
    if isinstance(free.values, AddressSet):
        return "address"
    if isinstance(free.values, Intervals):
        return "time" if free.dates else "number"
    return "string"


def _formula(term: Term, states: States) -> Formula:
    return NEVER if states.is_empty else (Conjunct({term: states}),)
