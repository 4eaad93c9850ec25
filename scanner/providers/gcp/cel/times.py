"""Timestamps, durations and their accessors, with time zones.

Source: Common Expression Language, "Language Definition", "List of Standard Definitions"
(https://github.com/google/cel-spec/blob/master/doc/langdef.md#list-of-standard-definitions) and IAM,
"Attribute reference for IAM Conditions", "Date/time functions"
(https://cloud.google.com/iam/docs/conditions-attribute-reference, read 2026-11-22).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from scanner.providers.gcp.cel.values import NANO, Duration, Failed, Timestamp, Unknown

_STAMP: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
_PART: Final = re.compile(r"(\d*\.?\d*)(ns|us|µs|μs|ms|h|m|s)")
_UNITS: Final = {
    "h": 3_600 * NANO,
    "m": 60 * NANO,
    "s": NANO,
    "ms": 1_000_000,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ns": 1,
}
_OFFSET: Final = re.compile(r"([+-]?)(\d\d):(\d\d)", re.ASCII)
_FIRST, _LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST: Final = Timestamp((_FIRST - _EPOCH) // timedelta(seconds=1) * NANO)
LATEST: Final = Timestamp((_LAST - _EPOCH) // timedelta(seconds=1) * NANO + NANO - 1)
LONGEST: Final = 315_576_000_000 * NANO
"""A duration either way: "approximately 10,000 years"."""

ACCESSORS: Final = {
    "getFullYear": lambda t: t.year,
    "getMonth": lambda t: t.month - 1,
    "getDate": lambda t: t.day,
    "getDayOfMonth": lambda t: t.day - 1,
    "getDayOfWeek": lambda t: t.isoweekday() % 7,
    "getDayOfYear": lambda t: t.timetuple().tm_yday - 1,
    "getHours": lambda t: t.hour,
    "getMinutes": lambda t: t.minute,
    "getSeconds": lambda t: t.second,
    "getMilliseconds": lambda t: t.microsecond // 1_000,
}
"""Accessors of a timestamp. Months, days of the month, of the year and of the week (Sunday) begin at 0."""

SPANS: Final = {"getHours": 3_600 * NANO, "getMinutes": 60 * NANO, "getSeconds": NANO}
"""Accessors of a duration, which count the whole of it; milliseconds are only the part of a second."""


def timestamp(text: str) -> Timestamp | Failed:
    """Read an RFC 3339 timestamp."""
    found = _STAMP.fullmatch(text)
    if found is None:
        return Failed("not a timestamp")
    *fields, fraction, sign, hours, minutes = found.groups()
    try:
        at = datetime(*map(int, fields), tzinfo=UTC)  # type: ignore[arg-type, misc]  # six fields of digits
    except ValueError:
        return Failed("not a timestamp")
    shift = (int(hours or 0) * 3_600 + int(minutes or 0) * 60) * (-1 if sign == "-" else 1)
    nanos = ((at - _EPOCH) // timedelta(seconds=1) - shift) * NANO + int((fraction or "0").ljust(9, "0"))
    return within(nanos)


def within(nanos: int) -> Timestamp | Failed:
    """Return a timestamp of the years 1 to 9999."""
    return Timestamp(nanos) if EARLIEST.nanos <= nanos <= LATEST.nanos else Failed("timestamp out of range")


def duration(text: str) -> Duration | Failed:
    """Read a duration as Go writes them: ``1h30m``, ``-1.5s``, ``0``."""
    sign = -1 if text.startswith("-") else 1
    rest = text[1:] if text[:1] in {"+", "-"} else text
    if rest == "0":
        return Duration(0)
    total, at = Fraction(0), 0
    while at < len(rest):
        part = _PART.match(rest, at)
        if part is None or part[1] in {"", "."} or len(part[1]) > 40:
            return Failed("not a duration")
        total += Fraction(part[1]) * _UNITS[part[2]]
        at = part.end()
    nanos = sign * int(total)
    if not rest:
        return Failed("not a duration")
    return Duration(nanos) if abs(nanos) <= LONGEST else Failed("duration out of range")


def accessed(moment: Timestamp, accessor: str, zone: str) -> int | Unknown | Failed:
    """Return one field of a moment in a time zone: a name of IANA's, or ``+02:00``."""
    where = _zone(zone)
    if not isinstance(where, tzinfo):
        return where
    try:
        local = (_EPOCH + timedelta(microseconds=moment.nanos // 1_000)).astimezone(where)
    except OverflowError:
        return Failed("timestamp out of range")
    return int(ACCESSORS[accessor](local))


def spanned(span: Duration, accessor: str) -> int | Failed:
    """Return a duration in one unit, towards zero."""
    sign, nanos = (-1 if span.nanos < 0 else 1), abs(span.nanos)
    if accessor == "getMilliseconds":
        return sign * (nanos % NANO // 1_000_000)
    unit = SPANS.get(accessor)
    return Failed("no such overload") if unit is None else sign * (nanos // unit)


def text_of(moment: Timestamp) -> str:
    """Return a timestamp as RFC 3339 in UTC."""
    at = _EPOCH + timedelta(seconds=moment.nanos // NANO)
    fraction = f".{moment.nanos % NANO:09d}".rstrip("0") if moment.nanos % NANO else ""
    return f"{at.replace(tzinfo=None).isoformat()}{fraction}Z"


def _zone(name: str) -> tzinfo | Unknown | Failed:
    offset = _OFFSET.fullmatch(name)
    if offset:
        hours, minutes = int(offset[2]), int(offset[3])
        if hours > 23 or minutes > 59:
            return Failed("not a time zone")
        shift = timedelta(hours=hours, minutes=minutes)
        return timezone(-shift if offset[1] == "-" else shift)
    if name in {"UTC", "Z", ""}:
        return UTC
    # The machine's own list may be shorter than Google's: what it lacks is not known to be wrong.
    return ZoneInfo(name) if name in available_timezones() else Unknown.on(f"time zone {name[:60]!a}")
