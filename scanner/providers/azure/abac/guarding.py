"""What is left of a condition, as guards of a hop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.guards import PROTECTING, Guard, conjoin
from scanner.stringset import StringSet
from scanner.wording import worded

if TYPE_CHECKING:
    from scanner.guards import Holder
    from scanner.providers.azure.abac.residual import Clause, Residual
    from scanner.providers.azure.abac.tree import Attribute, Origin
    from scanner.wording import Clause as GuardClause
    from scanner.wording import Wording

_HOLDERS: dict[Origin, Holder] = {
    "request": "vendor",
    "resource": "ours",
    "principal": "ours",
    "environment": "ours",
}


def guards_of(residual: Residual) -> tuple[tuple[Guard, ...], ...] | None:
    """Return the alternatives as guards, each sorted, without those that contradict themselves.

    Keys are attributes as conditions write them. One empty alternative: nothing is left to meet. None when a
    clause has no set of values, or one that guards have no words for: the caller takes that for unknown.
    """
    found: list[tuple[Guard, ...]] = []
    for clauses in residual.alternatives:
        ways: list[tuple[Guard, ...]] = [()]
        for clause in clauses:
            wording = _wording(clause)
            if wording is None:
                return None
            more = [tuple(_guard(clause.attributes[0], op, values) for op, values in way) for way in wording]
            ways = [(*one, *other) for one in ways for other in more]
        found += [joined for way in ways if (joined := conjoin(way)) is not None]
    return tuple(sorted(set(found)))


def _wording(clause: Clause) -> Wording | None:
    values = clause.values
    if values is None:
        return None
    if (~values).is_empty:
        return [[]] if clause.absent else [[("present", ())]]
    if values.is_empty:
        return [[("absent", ())]] if clause.absent else []
    listed = _listed(clause, values) if isinstance(values, StringSet) else None
    if listed is not None:
        return listed
    dates = "datetime" in clause.text.lower()
    return worded(values, ~values, absent=clause.absent, may_lack=True, dates=dates, hints=clause.hints)


def _listed(clause: Clause, values: StringSet) -> Wording | None:
    """Return the wording of a list of texts, None for any other set: globs take long to search for."""
    present: list[GuardClause] = [] if clause.absent else [("present", ())]
    absent: Wording = [[("absent", ())]] if clause.absent else []
    if clause.spelt and clause.spelt[0] in values:
        return [[("in-any-case", clause.spelt)], *absent]
    if clause.spelt:
        return [[("not-in-any-case", clause.spelt), *present]]
    if clause.hints.folded:
        return None
    if values.words is not None:
        return [[("in", values.words)], *absent]
    barred = (~values).words
    return None if barred is None else [[("not-in", barred), *present]]


def _guard(attribute: Attribute, op: str, values: tuple[str, ...]) -> Guard:
    kind = _kind(attribute) if op in PROTECTING else "other"
    return Guard(attribute.text, op, values, held_by=_HOLDERS[attribute.origin], kind=kind)


def _kind(attribute: Attribute) -> str:
    match attribute.origin, attribute.name:
        case "environment", "utcnow":
            return "expiry"
        case "environment", "isprivatelink" | "microsoft.network/privateendpoints":
            return "source-vpce"
        case "environment", "microsoft.network/virtualnetworks/subnets":
            return "source-vpc"
        case "principal", _:
            return "principal-tag"
        case "request", name if "/tags:" in name:
            return "request-tag"
        case "resource", name if "/tags:" in name:
            return "resource-tag"
    return "other"
