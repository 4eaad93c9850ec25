"""Terraform's functions on texts, numbers and collections; pure, and as exact as their documentation.

Source: Terraform, "Built-in Functions" (https://developer.hashicorp.com/terraform/language/functions, read
2026-11). A function that is not here leaves its call open. Arguments may hold open values; a result that is
``Open("")`` becomes the call itself, open.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import math
import re
from itertools import product
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import yaml

from scanner.iac.terraform.values import Encoded, Open, has_open, joined, missing, plain, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.syntax import Node
    from scanner.iac.terraform.values import Value

_UNTOLD: Final = Open("")
_MOST: Final = 1_024  # "range": the same limit as Terraform's
_LONGEST: Final = 1_000_000


class Function(NamedTuple):
    """`takes_open`: it says itself what an open argument does."""

    call: Callable[..., Any]
    takes_open: bool = False


def _unique(values: list[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


def _to_set(values: Value) -> Value:
    elements = list(values.values()) if isinstance(values, dict) else list(values)
    unique = _unique(elements)
    return sorted(unique) if all(isinstance(v, str) for v in unique) else unique


def _flatten(values: Value) -> Value:
    found: list[Value] = []
    for value in values:
        found += _flatten(value) if isinstance(value, list) else [value]
    return found


def _merge(*values: Value) -> Value:
    found: dict[str, Value] = {}
    for value in values:
        if isinstance(value, Open):
            return _UNTOLD
        found |= value or {}
    return found


def _concat(*values: Value) -> Value:
    if any(isinstance(value, Open) for value in values):
        return _UNTOLD
    return [element for value in values for element in value]


def _urlencode(text: Value) -> Value:
    """Encode a text, or the known parts of an open one."""
    if isinstance(text, Open):
        parts = [part if isinstance(part, Open) else _urlencode(part) for part in text.parts]
        return joined(parts, f"urlencode({text.expression})") if parts else _UNTOLD
    return "".join(c if c.isalnum() or c in "-_.~" else f"%{ord(c):02X}" for c in text)


def _join(separator: Value, *lists: Value) -> Value:
    if isinstance(separator, Open) or any(isinstance(values, Open) for values in lists):
        return _UNTOLD
    parts: list[str | Open] = []
    for value in _flatten([list(values) for values in lists]):
        parts += [separator, text_of(value)] if parts else [text_of(value)]
    return joined(parts, "join(…)")


_VERB: Final = re.compile(r"%(?:%|\[(\d+)\])?([-+# 0]*)(\d*)(?:\.(\d+))?([sdqvfxXtge]|%)?")


def _format(spec: Value, *arguments: Value) -> Value:
    if isinstance(spec, Open):
        return _UNTOLD
    parts: list[str | Open] = []
    at = used = 0
    for found in _VERB.finditer(spec):
        parts.append(spec[at : found.start()])
        at = found.end()
        if found[0].startswith("%%"):
            parts.append("%")
            continue
        index = int(found[1]) - 1 if found[1] else used
        used = index + 1
        parts.append(_formatted(arguments[index], found))
    parts.append(spec[at:])
    return joined(parts, f"format({json.dumps(spec)}, …)")


def _formatted(value: Value, verb: re.Match[str]) -> str | Open:
    if has_open(value):
        return text_of(value) if isinstance(value, Open) else _UNTOLD
    kind = verb[5] or "v"
    if kind in "sv":
        text = text_of(value)
        return text if isinstance(text, Open) else text.rjust(int(verb[3] or 0))
    if kind == "q":
        return json.dumps(text_of(value))
    number = float(value)
    if kind == "d":
        return f"%{verb[2]}{verb[3]}d" % int(number)
    return verb[0] % (int(number) if kind in "xX" else number)


def _formatlist(spec: Value, *arguments: Value) -> Value:
    lengths = {len(a) for a in arguments if isinstance(a, list)}
    if len(lengths) > 1 or any(isinstance(a, Open) for a in arguments):
        return _UNTOLD
    size = lengths.pop() if lengths else 1
    return [_format(spec, *(a[i] if isinstance(a, list) else a for a in arguments)) for i in range(size)]


def _replace(text: Value, old: str, new: str) -> Value:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        return (
            _UNTOLD
            if len(text) > 10_000
            else re.sub(old[1:-1], re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", new), text)
        )
    return text.replace(old, new)


def _lookup(of: Value, key: Value, *default: Value) -> Value:
    if isinstance(of, Open) or isinstance(key, Open):
        return _UNTOLD
    return of[key] if key in of else default[0]


def _element(values: Value, index: Value) -> Value:
    return values[int(index) % len(values)]


def _coalesce(*values: Value) -> Value:
    for value in values:
        if isinstance(value, Open):
            return _UNTOLD
        if value is not None and value != "":
            return value
    raise ValueError


def _coalescelist(*values: Value) -> Value:
    for value in values:
        if isinstance(value, Open):
            return _UNTOLD
        if value:
            return value
    raise ValueError


def _contains(values: Value, wanted: Value) -> Value:
    if isinstance(values, Open):
        return _UNTOLD
    if wanted in values:
        return True
    return _UNTOLD if has_open(values) or has_open(wanted) else False


def _keys(of: Value) -> Value:
    return sorted(of)


def _values(of: Value) -> Value:
    return [of[key] for key in sorted(of)]


def _slice(values: Value, first: Value, last: Value) -> Value:
    return values[int(first) : int(last)]


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


def _compact(values: Value) -> Value:
    return [value for value in values if value not in ("", None)]


def _jsonencode(value: Value) -> Value:
    return Encoded(value)


def _jsondecode(text: Value) -> Value:
    return text.value if isinstance(text, Encoded) else json.loads(text)


def _yamldecode(text: str) -> Value:
    try:
        return yaml.safe_load(text) if len(text) < _LONGEST and "&" not in text else _UNTOLD
    except yaml.YAMLError:
        raise ValueError from None


def _tostring(value: Value) -> Value:
    return None if value is None else text_of(value)


def _tonumber(value: Value) -> Value:
    number = float(value)
    return int(number) if number.is_integer() else number


def _tobool(value: Value) -> Value:
    return {"true": True, "false": False, True: True, False: False}[value]


def _length(value: Value) -> Value:
    return len(value)


def _substr(text: str, offset: Value, length: Value) -> Value:
    start = int(offset) if offset >= 0 else len(text) + int(offset)
    return text[start:] if length < 0 else text[start : start + int(length)]


def _regex(pattern: str, text: str) -> Value:
    found = re.search(pattern, text) if len(text) < 10_000 and len(pattern) < 500 else None
    if found is None:
        raise ValueError
    return found.groupdict() or (list(found.groups()) if found.groups() else found[0])


def _cidrsubnet(prefix: str, bits: Value, number: Value) -> Value:
    network = ipaddress.ip_network(prefix, strict=False)
    size = network.prefixlen + int(bits)
    base = int(network.network_address) + (int(number) << (network.max_prefixlen - size))
    if not 0 <= int(number) < 1 << int(bits):
        raise ValueError
    return str(ipaddress.ip_network((base, size)))


def _cidrsubnets(prefix: str, *bits: Value) -> Value:
    network = ipaddress.ip_network(prefix, strict=False)
    found, at = [], int(network.network_address)
    for more in bits:
        size = network.prefixlen + int(more)
        step = 1 << (network.max_prefixlen - size)
        at = -(-at // step) * step
        found.append(str(ipaddress.ip_network((at, size))))
        at += step
    return found


def _cidrhost(prefix: str, number: Value) -> Value:
    network = ipaddress.ip_network(prefix, strict=False)
    at = int(number) if number >= 0 else network.num_addresses + int(number)
    return str(network.network_address + at)


def _arn_parse(arn: str) -> Value:
    parts = arn.split(":", 5)
    return dict(zip(("partition", "service", "region", "account_id", "resource"), parts[1:], strict=True))


def _try(thunks: list[Callable[[], Value]], node: Node) -> Value:
    for thunk in thunks:
        value = thunk()
        if not (isinstance(value, Open) and value.is_error):
            return value
    return missing(node)


def _can(thunks: list[Callable[[], Value]], node: Node) -> Value:
    del node
    value = thunks[0]()
    return not (isinstance(value, Open) and value.is_error)


LAZY: Final[dict[str, Callable[[list[Callable[[], Value]], Node], Value]]] = {"try": _try, "can": _can}

FUNCTIONS: Final[dict[str, Function]] = {
    "abs": Function(abs),
    "alltrue": Function(all),
    "anytrue": Function(any),
    "base64decode": Function(lambda t: base64.b64decode(t, validate=True).decode()),
    "base64encode": Function(lambda t: base64.b64encode(t.encode()).decode()),
    "ceil": Function(math.ceil),
    "chunklist": Function(lambda v, n: [v[i : i + int(n)] for i in range(0, len(v), int(n))]),
    "cidrhost": Function(_cidrhost),
    "cidrsubnet": Function(_cidrsubnet),
    "cidrsubnets": Function(_cidrsubnets),
    "coalesce": Function(_coalesce, takes_open=True),
    "coalescelist": Function(_coalescelist, takes_open=True),
    "compact": Function(_compact),
    "concat": Function(_concat, takes_open=True),
    "contains": Function(_contains, takes_open=True),
    "distinct": Function(_unique),
    "element": Function(_element),
    "endswith": Function(lambda t, e: t.endswith(e)),
    "flatten": Function(_flatten),
    "floor": Function(math.floor),
    "format": Function(_format, takes_open=True),
    "formatlist": Function(_formatlist, takes_open=True),
    "index": Function(lambda v, w: v.index(w)),
    "join": Function(_join, takes_open=True),
    "jsondecode": Function(_jsondecode),
    "jsonencode": Function(_jsonencode, takes_open=True),
    "keys": Function(_keys),
    "length": Function(_length),
    "lookup": Function(_lookup, takes_open=True),
    "lower": Function(lambda t: t.lower()),
    "max": Function(max),
    "md5": Function(lambda t: hashlib.md5(t.encode(), usedforsecurity=False).hexdigest()),
    "merge": Function(_merge, takes_open=True),
    "min": Function(min),
    "nonsensitive": Function(lambda v: v, takes_open=True),
    "one": Function(lambda v: v[0] if v else None),
    "provider::aws::arn_parse": Function(_arn_parse),
    "range": Function(_range),
    "regex": Function(_regex),
    "replace": Function(_replace),
    "reverse": Function(lambda v: v[::-1]),
    "sensitive": Function(lambda v: v, takes_open=True),
    "setintersection": Function(lambda *v: [e for e in v[0] if all(e in o for o in v[1:])]),
    "setproduct": Function(_setproduct),
    "setsubtract": Function(lambda a, b: [e for e in a if e not in b]),
    "setunion": Function(lambda *v: _to_set([e for o in v for e in o])),
    "sha1": Function(lambda t: hashlib.sha1(t.encode(), usedforsecurity=False).hexdigest()),
    "sha256": Function(lambda t: hashlib.sha256(t.encode()).hexdigest()),
    "slice": Function(_slice),
    "sort": Function(sorted),
    "split": Function(lambda s, t: t.split(s)),
    "startswith": Function(lambda t, b: t.startswith(b)),
    "strcontains": Function(lambda t, p: p in t),
    "substr": Function(_substr),
    "sum": Function(sum),
    "title": Function(lambda t: t.title()),
    "tobool": Function(_tobool),
    "tolist": Function(lambda v: list(v.values()) if isinstance(v, dict) else list(v)),
    "tomap": Function(dict),
    "tonumber": Function(_tonumber),
    "toset": Function(_to_set),
    "tostring": Function(_tostring),
    "transpose": Function(
        lambda m: {v: sorted(k for k in m if v in m[k]) for v in {e for x in m.values() for e in x}}
    ),
    "trim": Function(lambda t, c: t.strip(c)),
    "trimprefix": Function(lambda t, p: t.removeprefix(p)),
    "trimspace": Function(lambda t: t.strip()),
    "trimsuffix": Function(lambda t, s: t.removesuffix(s)),
    "upper": Function(lambda t: t.upper()),
    "urlencode": Function(_urlencode, takes_open=True),
    "values": Function(_values),
    "yamldecode": Function(_yamldecode),
    "yamlencode": Function(lambda v: yaml.safe_dump(plain(v))),
    "zipmap": Function(lambda k, v: dict(zip(k, v, strict=True))),
}
