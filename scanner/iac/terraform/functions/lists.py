"""Functions on lists, sets, objects and numbers.

An element that is open may, in a list, stand for any number of them (`Rest`); what counts or picks elements
is open then.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, Final

from scanner.iac.terraform.functions.function import UNTOLD, Function
from scanner.iac.terraform.operators import number_of, truth_of
from scanner.iac.terraform.values import Open, Rest, Set, has_open, text_of

if TYPE_CHECKING:
    from scanner.iac.terraform.values import Value

_MOST: Final = 1_024  # "range": the same limit as Terraform's


def _unique(values: list[Value]) -> list[Value]:
    if all(isinstance(value, str) for value in values):
        return list(dict.fromkeys(values))
    found: list[Value] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


def to_set(values: Value) -> Set:
    """Return the elements as a set; texts where any of them is one."""
    elements = list(values.values()) if isinstance(values, dict) else list(values)
    if any(isinstance(v, str) for v in elements):
        elements = [text_of(v) if isinstance(v, int | float) else v for v in elements]
    unique = _unique(elements)
    return Set(_sorted(unique))


def _sorted(values: list[Value]) -> list[Value]:
    """Return texts in order, what is open behind them."""
    if all(isinstance(v, str | Open) for v in values):
        return sorted(v for v in values if isinstance(v, str)) + [v for v in values if isinstance(v, Open)]
    return sorted(values) if all(type(v) in {int, float} for v in values) else values


def flatten(values: Value) -> Value:
    """Return the elements of all lists in lists; an open one may be a list."""
    found: list[Value] = []
    for value in values:
        if isinstance(value, Open):
            found.append(Rest.of(value))
        else:
            found += flatten(value) if isinstance(value, list) else [value]
    return found


def _merge(*values: Value) -> Value:
    found: dict[str, Value] = {}
    for value in values:
        if isinstance(value, Open):
            return UNTOLD
        found |= value or {}
    return found


def _concat(*values: Value) -> Value:
    if all(isinstance(value, Open) for value in values):
        return UNTOLD
    return [e for value in values for e in ([Rest.of(value)] if isinstance(value, Open) else value)]


def _lookup(of: Value, key: Value, *default: Value) -> Value:
    if of == {} and default:
        return default[0]
    if isinstance(of, Open) or isinstance(key, Open):
        return UNTOLD
    key = text_of(key)
    return of[key] if key in of else default[0]


def _has_rest(values: Value) -> bool:
    return isinstance(values, list) and any(isinstance(value, Rest) for value in values)


def _element(values: Value, index: Value) -> Value:
    return UNTOLD if _has_rest(values) else values[int(index) % len(values)]


def _slice(values: Value, first: Value, last: Value) -> Value:
    return UNTOLD if _has_rest(values) else values[int(first) : int(last)]


def _length(value: Value) -> Value:
    return UNTOLD if _has_rest(value) else len(value)


def _one(value: Value) -> Value:
    if _has_rest(value):
        return UNTOLD
    if isinstance(value, list) and len(value) > 1:
        raise ValueError
    return value[0] if value else None


def _coalesce(*values: Value) -> Value:
    for value in values:
        if isinstance(value, Open):
            return UNTOLD
        if value is not None and value != "":
            return value
    raise ValueError


def _coalescelist(*values: Value) -> Value:
    for value in values:
        if isinstance(value, Open):
            return UNTOLD
        if value:
            return value
    raise ValueError


def _contains(values: Value, wanted: Value) -> Value:
    if isinstance(values, Open):
        return UNTOLD
    if wanted in values:
        return True
    return UNTOLD if has_open(values) or has_open(wanted) else False


def _all_true(values: Value) -> Value:
    truths = [truth_of(value) for value in values]
    return False if False in truths else (UNTOLD if has_open(values) else None not in truths)


def _any_true(values: Value) -> Value:
    truths = [truth_of(value) for value in values]
    return True if True in truths else (UNTOLD if has_open(values) else False)


def _range(*bounds: Value) -> Value:
    found = range(*map(int, bounds))
    if len(found) > _MOST:
        raise ValueError
    return list(found)


def _setproduct(*sets: Value) -> Value:
    size = math.prod(map(len, sets))
    if size > _MOST * 10:
        raise ValueError
    return [list(row) for row in product(*sets)]


def _intersection(*sets: Value) -> Value:
    if has_open(list(sets)):
        return UNTOLD
    return to_set([e for e in sets[0] if all(e in o for o in sets[1:])])


def _subtract(left: Value, right: Value) -> Value:
    return UNTOLD if has_open(right) else to_set([e for e in left if e not in right])


def _matchkeys(values: Value, keys: Value, wanted: Value) -> Value:
    if has_open(keys) or has_open(wanted):
        return UNTOLD
    return [value for value, key in zip(values, keys, strict=True) if key in wanted]


def _chunks(values: Value, size: Value) -> Value:
    step = int(size)
    return UNTOLD if _has_rest(values) else [values[i : i + step] for i in range(0, len(values), step)]


def _index(values: Value, wanted: Value) -> Value:
    return UNTOLD if has_open(values) else values.index(wanted)


def _transpose(of: Value) -> Value:
    if has_open(of):
        return UNTOLD
    return {v: sorted(k for k in of if v in of[k]) for v in sorted({e for x in of.values() for e in x})}


def _tonumber(value: Value) -> Value:
    return None if value is None else number_of(value)


def _tobool(value: Value) -> Value:
    found = truth_of(value)
    if found is None and value is not None:
        raise ValueError
    return found


def _spread(least: bool, *values: Value) -> Value:
    return (min if least else max)(map(number_of, values))


LISTS: Final[dict[str, Function]] = {
    "abs": Function(lambda n: abs(number_of(n))),
    "alltrue": Function(_all_true),
    "anytrue": Function(_any_true),
    "ceil": Function(lambda n: math.ceil(number_of(n))),
    "chunklist": Function(_chunks),
    "coalesce": Function(_coalesce, takes_open=True),
    "coalescelist": Function(_coalescelist, takes_open=True),
    "compact": Function(lambda v: [e for e in v if e not in ("", None)]),
    "concat": Function(_concat, takes_open=True),
    "contains": Function(_contains, takes_open=True),
    "distinct": Function(_unique),
    "element": Function(_element),
    "ephemeralasnull": Function(lambda v: v, takes_open=True),
    "flatten": Function(flatten),
    "floor": Function(lambda n: math.floor(number_of(n))),
    "index": Function(_index),
    "keys": Function(sorted),
    "length": Function(_length),
    "list": Function(lambda *v: list(v), takes_open=True),
    "lookup": Function(_lookup, takes_open=True),
    "map": Function(lambda *v: dict(zip(v[::2], v[1::2], strict=True)), takes_open=True),
    "matchkeys": Function(_matchkeys),
    "max": Function(lambda *v: _spread(False, *v)),
    "merge": Function(_merge, takes_open=True),
    "min": Function(lambda *v: _spread(True, *v)),
    "nonsensitive": Function(lambda v: v, takes_open=True),
    "one": Function(_one),
    "range": Function(_range),
    "reverse": Function(lambda v: v[::-1]),
    "sensitive": Function(lambda v: v, takes_open=True),
    "setintersection": Function(_intersection),
    "setproduct": Function(_setproduct),
    "setsubtract": Function(_subtract),
    "setunion": Function(lambda *v: to_set([e for o in v for e in o])),
    "signum": Function(lambda n: (number_of(n) > 0) - (number_of(n) < 0)),
    "slice": Function(_slice),
    "sort": Function(lambda v: UNTOLD if has_open(v) else sorted(map(text_of, v))),
    "sum": Function(lambda v: sum(map(number_of, v))),
    "tobool": Function(_tobool),
    "tolist": Function(lambda v: list(v.values()) if isinstance(v, dict) else list(v)),
    "tomap": Function(lambda v: v if isinstance(v, dict) else dict(v)),
    "tonumber": Function(_tonumber),
    "toset": Function(to_set),
    "transpose": Function(_transpose),
    "values": Function(lambda of: [of[key] for key in sorted(of)]),
    "zipmap": Function(lambda k, v: dict(zip(map(text_of, k), v, strict=True))),
}
