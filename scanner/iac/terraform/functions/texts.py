"""Functions on texts: what of a text is known stays, where the rest is open."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from scanner.iac.terraform.functions.function import UNTOLD, Function, spelled
from scanner.iac.terraform.functions.lists import flatten
from scanner.iac.terraform.operators import number_of
from scanner.iac.terraform.values import LONGEST_TEXT, Encoded, Open, has_open, joined, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.values import Value

_SEARCHED: Final = 10_000
_VERB: Final = re.compile(r"%(?:%|(?:\[(\d+)\])?([-+# 0]*)(\d{0,4})(?:\.(\d{1,3}))?([bdeEfgGoqstvxX]))")
_OF_GO: Final = re.compile(r"\[\[:|\\[CQEpPz]|\(\?<[^=!]|\(\?U")
"""What Go's patterns have and Python's read otherwise or not at all."""


def _urlencode(text: Value) -> Value:
    """Encode a text, or the known parts of an open one."""
    if isinstance(text, Open):
        parts = [part if isinstance(part, Open) else _urlencode(part) for part in text.parts]
        return joined(parts, f"urlencode({text.expression})") if parts else UNTOLD
    return "".join(c if c.isalnum() or c in "-_.~" else f"%{ord(c):02X}" for c in spelled(text))


def _join(separator: Value, *lists: Value) -> Value:
    if isinstance(separator, Open) or all(isinstance(values, Open) for values in lists):
        return UNTOLD
    parts: list[str | Open] = []
    for value in flatten([v if isinstance(v, Open) else list(v) for v in lists]):
        parts += [separator, text_of(value)] if parts else [text_of(value)]
    return joined(parts, "join(…)")


def _format(spec: Value, *arguments: Value) -> Value:
    if isinstance(spec, Open):
        return UNTOLD
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
    flags, width, precision, kind = verb[2], int(verb[3] or 0), verb[4], verb[5]
    if kind in "sqv" and isinstance(value, dict | list):
        value = Encoded(value)
    if has_open(value):
        text = text_of(value)
        return text if isinstance(text, Open) and kind in "sv" else UNTOLD
    if kind in "stv":
        found = text_of(value)
        found = "null" if value is None else found
    elif kind == "q":
        found = json.dumps(text_of(value), ensure_ascii=False)
    else:
        number = number_of(value)
        number = int(number) if kind in "bdoxX" else number
        body = format(number, f".{precision}{kind}" if precision and kind in "eEfgG" else kind)
        found = f"+{body}" if "+" in flags and number >= 0 else body
    if isinstance(found, Open):
        return found
    if "-" in flags:
        return found.ljust(width)
    return found.zfill(width) if "0" in flags and kind not in "qstv" else found.rjust(width)


def _formatlist(spec: Value, *arguments: Value) -> Value:
    lengths = {len(a) for a in arguments if isinstance(a, list)}
    if len(lengths) > 1 or any(isinstance(a, Open) for a in arguments):
        return UNTOLD
    size = lengths.pop() if lengths else 1
    return [_format(spec, *(a[i] if isinstance(a, list) else a for a in arguments)) for i in range(size)]


def _pattern(pattern: str) -> re.Pattern[str] | None:
    """Return a pattern of Go's, None when it may not mean the same to Python."""
    if len(pattern) > 500 or _OF_GO.search(pattern):
        return None
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _replace(text: Value, old: Value, new: Value) -> Value:
    """Replace in a text; in one that is open, within its known parts, unless an old text may lie across."""
    if isinstance(old, Open) or isinstance(new, Open):
        return UNTOLD
    is_pattern = len(old) > 1 and old.startswith("/") and old.endswith("/")
    if isinstance(text, Open):
        known = [part for part in text.parts if isinstance(part, str)]
        if not known or is_pattern or any(_may_lie_across(part, old) for part in known):
            return UNTOLD
        return _piecewise(text, lambda part: part.replace(old, new))
    text = spelled(text)
    if not is_pattern:
        return text.replace(old, new)
    found = _pattern(old[1:-1])
    if found is None or len(text) > _SEARCHED:
        return UNTOLD
    return found.sub(lambda match: _expanded(new, match), text)


def _may_lie_across(part: str, old: str) -> bool:
    return any(part.endswith(old[:n]) or part.startswith(old[-n:]) for n in range(1, len(old)))


def _piecewise(text: Value, change: Callable[[str], str]) -> Value:
    """Change a text, or the known parts of an open one."""
    if not isinstance(text, Open):
        return change(spelled(text))
    if not text.parts:
        return UNTOLD
    parts = [part if isinstance(part, Open) else change(part) for part in text.parts]
    return Open(text.expression, tuple(parts), text.is_error, text.lines)


def _expanded(new: str, match: re.Match[str]) -> str:
    """Return a replacement with ``$1`` and ``${name}`` filled in; a group that is not there is empty."""

    def group(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        try:
            return match[int(name) if name.isdecimal() else name] or ""
        except IndexError:
            return ""

    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", group, new)


def _captured(found: re.Match[str]) -> Value:
    return found.groupdict() or (list(found.groups()) if found.groups() else found[0])


def _regex(pattern: str, text: str) -> Value:
    compiled = _pattern(pattern)
    if compiled is None or len(text) > _SEARCHED:
        return UNTOLD
    found = compiled.search(text)
    if found is None:
        raise ValueError
    return _captured(found)


def _regexall(pattern: str, text: str) -> Value:
    compiled = _pattern(pattern)
    if compiled is None or len(text) > _SEARCHED:
        return UNTOLD
    return [_captured(found) for found in compiled.finditer(text)]


def _substr(text: str, offset: Value, length: Value) -> Value:
    start = int(offset) if offset >= 0 else max(len(text) + int(offset), 0)
    return text[start:] if length < 0 else text[start : start + int(length)]


def _title(text: str) -> str:
    return re.sub(r"(?<!\w)\w", lambda found: found[0].upper(), text)


def _indent(spaces: Value, text: str) -> Value:
    gap = " " * min(int(spaces), 1_000)
    made = text.replace("\n", f"\n{gap}") if text.count("\n") * len(gap) < LONGEST_TEXT else None
    return UNTOLD if made is None else made


TEXTS: Final[dict[str, Function]] = {
    "chomp": Function(lambda t: t.rstrip("\r\n")),
    "endswith": Function(lambda t, e: t.endswith(e)),
    "format": Function(_format, takes_open=True),
    "formatlist": Function(_formatlist, takes_open=True),
    "indent": Function(_indent),
    "join": Function(_join, takes_open=True),
    "lower": Function(lambda t: _piecewise(t, str.lower), takes_open=True),
    "regex": Function(_regex),
    "regexall": Function(_regexall),
    "replace": Function(_replace, takes_open=True),
    "split": Function(lambda s, t: t.split(s) if s else list(t)),
    "startswith": Function(lambda t, b: t.startswith(b)),
    "strcontains": Function(lambda t, p: p in t),
    "strrev": Function(lambda t: t[::-1]),
    "substr": Function(_substr),
    "title": Function(_title),
    "tostring": Function(lambda v: None if v is None else text_of(v)),
    "trim": Function(lambda t, c: t.strip(c)),
    "trimprefix": Function(lambda t, p: t.removeprefix(p)),
    "trimspace": Function(lambda t: t.strip()),
    "trimsuffix": Function(lambda t, s: t.removesuffix(s)),
    "upper": Function(lambda t: _piecewise(t, str.upper), takes_open=True),
    "urlencode": Function(_urlencode, takes_open=True),
}
