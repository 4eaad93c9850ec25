"""Functions of CEL's standard library and of Google's conditions, over values that are all known.

A function that is not here is Unknown under its name. Sources, read 2026-11-22: IAM, "Attribute reference
for IAM Conditions" (https://cloud.google.com/iam/docs/conditions-attribute-reference); CEL "List of Standard
Definitions"; Access Context Manager, "Custom access level specification"
(https://cloud.google.com/access-context-manager/docs/custom-access-level-spec).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Final

from scanner.providers.gcp.cel import times
from scanner.providers.gcp.cel.machine import found_in
from scanner.providers.gcp.cel.patterns import Unsupported
from scanner.providers.gcp.cel.values import (
    INT_MAX,
    INT_MIN,
    MISMATCH,
    NANO,
    UINT_MAX,
    Duration,
    Failed,
    Result,
    Timestamp,
    Uint,
    Unknown,
    Value,
    member,
)

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_TEXT: Final = 1_000_000
"""Characters of a text that an expression may put together."""
_TEMPLATE: Final = re.compile(r"([^{}]*)\{[^{}]*\}([^{}]*)")
_ADDRESSES: Final = 10_000


def call(name: str, receiver: Value, has_receiver: bool, args: tuple[Value, ...]) -> Result:
    """Return what a function comes to: Unknown under its name when it is not known here."""
    arguments = (receiver, *args) if has_receiver else args
    if name in times.ACCESSORS and has_receiver:
        return _accessor(name, receiver, args)
    found = (METHODS if has_receiver else GLOBALS).get(name)
    if found is None:
        return Unknown.on(f"{name}()")
    try:
        return found(*arguments)
    except Unsupported:
        return Unknown.on(f"{name}()")
    except TypeError:
        return MISMATCH


def _accessor(name: str, receiver: Value, args: tuple[Value, ...]) -> Result:
    match receiver, args:
        case Timestamp(), ():
            return times.accessed(receiver, name, "UTC")
        case Timestamp(), (str(zone),):
            return times.accessed(receiver, name, zone)
        case Duration(), ():
            return times.spanned(receiver, name)
    return MISMATCH


def _texts(*values: Value) -> None:
    """Refuse what is no text: `call` makes it a mismatch."""
    if not all(isinstance(v, str) for v in values):
        raise TypeError


def _on_texts(function: Callable[..., Result]) -> Callable[..., Result]:
    def checked(*values: Value) -> Result:
        _texts(*values)
        return function(*values)

    return checked


def size(value: Value) -> Result:
    """Return the length of a text in characters, of bytes, a list or a map."""
    return len(value) if isinstance(value, str | bytes | tuple | Mapping) else MISMATCH


def extract(text: str, template: str) -> Result:
    """Return what stands between the two parts of a template ``before{name}after``, or an empty text.

    The first place of what stands before counts, and after it the first place of what stands behind.
    """
    found = _TEMPLATE.fullmatch(template)
    if found is None:
        return Unknown.on("extract()")
    before, after = found.groups()
    start = text.find(before)
    if start < 0:
        return ""
    start += len(before)
    end = text.find(after, start) if after else len(text)
    return text[start:end] if end >= 0 else ""


def in_ip_range(address: Value, ranges: Value) -> Result:
    """Tell whether an address is in a block, or in any of a list of blocks."""
    blocks = ranges if isinstance(ranges, tuple) else (ranges,)
    if len(blocks) > _ADDRESSES:
        return Unknown.on("inIpRange()")
    if not isinstance(address, str) or not all(isinstance(b, str) for b in blocks):
        return MISMATCH
    try:
        where = ip_address(address)
        nets = [ip_network(b, strict=False) for b in blocks if isinstance(b, str)]
    except ValueError:
        return Failed("not an address")
    return any(where.version == net.version and where in net for net in nets)


def has_only(values: Value, allowed: Value) -> Result:
    """Tell whether every item of one list is in another; so it is of an empty list."""
    if not isinstance(values, tuple) or not isinstance(allowed, tuple):
        return MISMATCH
    found = [member(v, allowed) for v in values]
    if any(f is False for f in found):
        return False
    return Unknown.joined(found) or True


def _to_int(value: Value) -> Result:
    match value:
        case bool():
            return MISMATCH
        case int():
            return value
        case Uint(value=bare):
            return bare if bare <= INT_MAX else Failed("int out of range")
        case float():
            inside = math.isfinite(value) and INT_MIN < value < INT_MAX
            return int(value) if inside else Failed("int out of range")
        case Timestamp(nanos=nanos):
            return nanos // NANO
        case str():
            found = int(value) if re.fullmatch(r"[+-]?[0-9]{1,20}", value, re.ASCII) else None
            return found if found is not None and INT_MIN <= found <= INT_MAX else Failed("not an int")
    return MISMATCH


def _to_uint(value: Value) -> Result:
    match value:
        case bool():
            return MISMATCH
        case Uint():
            return value
        case int() | float():
            inside = math.isfinite(value) and 0 <= value <= UINT_MAX
            return Uint(int(value)) if inside else Failed("uint out of range")
        case str() if re.fullmatch(r"[0-9]{1,20}", value, re.ASCII) and int(value) <= UINT_MAX:
            return Uint(int(value))
        case str():
            return Failed("not a uint")
    return MISMATCH


def _to_double(value: Value) -> Result:
    match value:
        case bool():
            return MISMATCH
        case int() | float():
            return float(value)
        case Uint(value=bare):
            return float(bare)
        case str():
            try:
                return float(value)
            except ValueError:
                return Failed("not a double")
    return MISMATCH


def _to_string(value: Value) -> Result:
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
        case Uint(value=bare):
            return str(bare)
        case float() | Duration():
            return Unknown.on("string()")  # how many digits they are written with is not specified
        case bytes():
            try:
                return value.decode()
            except UnicodeDecodeError:
                return Failed("not UTF-8")
        case Timestamp():
            return times.text_of(value)
    return MISMATCH


def _to_bytes(value: Value) -> Result:
    return value.encode("utf-8", "replace") if isinstance(value, str) else _same(value, bytes)


def _to_bool(value: Value) -> Result:
    if isinstance(value, str):
        words = {"1": True, "t": True, "true": True, "TRUE": True, "True": True, "T": True}
        words |= {"0": False, "f": False, "false": False, "FALSE": False, "False": False, "F": False}
        return words.get(value, Failed("not a bool"))
    return _same(value, bool)


def _to_timestamp(value: Value) -> Result:
    if isinstance(value, int) and not isinstance(value, bool):
        return times.within(value * NANO)
    return times.timestamp(value) if isinstance(value, str) else _same(value, Timestamp)


def _to_duration(value: Value) -> Result:
    return times.duration(value) if isinstance(value, str) else _same(value, Duration)


def _same(value: Value, wanted: type) -> Result:
    return value if isinstance(value, wanted) else MISMATCH


def _join(items: Value, separator: str = "") -> Result:
    if not isinstance(items, tuple):
        return MISMATCH
    unknown = Unknown.joined(items)
    if unknown is not None:
        return unknown
    _texts(separator, *(i for i in items if not isinstance(i, Unknown | Failed)))
    joined = separator.join(str(i) for i in items)
    return joined if len(joined) <= LONGEST_TEXT else Unknown.on("too much work")


def _replace(text: str, old: str, new: str) -> Result:
    if len(text) + text.count(old) * len(new) > LONGEST_TEXT:
        return Unknown.on("too much work")
    return text.replace(old, new)


def _split(text: str, separator: str) -> Result:
    return tuple(text.split(separator)) if separator else tuple(text)


def _ascii(text: str, *, upper: bool) -> str:
    return "".join((c.upper() if upper else c.lower()) if c.isascii() else c for c in text)


GLOBALS: Final[Mapping[str, Callable[..., Result]]] = {
    "size": size,
    "matches": _on_texts(lambda text, pattern: found_in(pattern, text)),
    "inIpRange": in_ip_range,
    "int": _to_int,
    "uint": _to_uint,
    "double": _to_double,
    "string": _to_string,
    "bytes": _to_bytes,
    "bool": _to_bool,
    "timestamp": _to_timestamp,
    "duration": _to_duration,
    "dyn": lambda value: value,
}
METHODS: Final[Mapping[str, Callable[..., Result]]] = {
    "size": size,
    "startsWith": _on_texts(lambda text, part: text.startswith(part)),
    "endsWith": _on_texts(lambda text, part: text.endswith(part)),
    "contains": _on_texts(lambda text, part: part in text),
    "matches": GLOBALS["matches"],
    "extract": _on_texts(extract),
    "lowerAscii": _on_texts(lambda text: _ascii(text, upper=False)),
    "upperAscii": _on_texts(lambda text: _ascii(text, upper=True)),
    "trim": _on_texts(lambda text: text.strip()),
    "replace": _on_texts(_replace),
    "split": _on_texts(_split),
    "join": _join,
    "hasOnly": has_only,
}
