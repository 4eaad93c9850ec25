"""Which ways in were seen used, by what the logs of a provider say. Knows no cloud and reads no log.

A provider's reader gives `Uses` one `Event` after the other; memory grows with the ways in that are asked
about, never with the logs. Three-valued: used; not seen in so many days; and, where the logs that were read
could not have shown it, nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.model import GAINS, Use
from scanner.wildcards import matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scanner.model import Hop

ENTERING: Final = ("assume", "assume-web-identity", "assume-saml")
"""Hop types that a log shows by themselves; any other hop is shown by what it gains."""


class Event(NamedTuple):
    """One successful call from outside, or, without `callers`, one that only shows that its kind is logged.

    `how` is a hop type of `ENTERING` or a gain; `scope` whose log it is in; `callers` are ids that the caller
    is or belongs to, `maybe` are globs over those that it may be; `by` is how a report names it.
    """

    day: str
    scope: str
    how: str
    target: str
    callers: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    by: str = ""


@dataclass(slots=True)
class _Days:
    """The first and the last of the days seen, both ISO."""

    first: str
    last: str

    @property
    def count(self) -> int:
        """How many days that are, both ends included."""
        return (dt.date.fromisoformat(self.last) - dt.date.fromisoformat(self.first)).days + 1


@dataclass(slots=True)
class _Way:
    hop: Hop
    last: str = ""
    by: str = ""


@dataclass(slots=True)
class Uses:
    """What became of the ways in that were asked about.

    `scope_of` names the log that a call to enter a principal is in, None when that is not known.
    """

    scope_of: Callable[[str], str | None]
    _ways: dict[tuple[str, str], list[_Way]] = field(default_factory=lambda: defaultdict(list))
    _logged: dict[tuple[str, str], _Days] = field(default_factory=dict)
    _asked: dict[tuple[str, str, str], _Way] = field(default_factory=dict)

    def ask(self, hops: Iterable[Hop]) -> None:
        """Ask about first hops of paths."""
        for hop in hops:
            if _key(hop) in self._asked:
                continue
            way = self._asked[_key(hop)] = _Way(hop)
            for how in _shown_by(hop):
                self._ways[_at(how, hop.target)].append(way)

    def take(self, event: Event) -> None:
        """Take one event of a log."""
        if event.how in ENTERING:
            self._saw(("", event.scope), event.day)
        at = _at(event.how, event.target)
        if at not in self._ways:
            return
        if event.how in GAINS:
            self._saw(at, event.day)
        for way in self._ways[at]:
            fits = matches(way.hop.target, event.target) and _is_from(way.hop.source, event)
            if fits and event.day >= way.last:
                way.last, way.by = event.day, event.by

    def covers(self, scope: str, day: str) -> None:
        """Take note that the log of a scope reaches to a day."""
        self._saw(("", scope), day)

    def of(self, hop: Hop) -> Use | None:
        """Return what was seen of a way in, None when the logs could not have shown it."""
        way = self._asked.get(_key(hop))
        days = self._days(hop)
        if way is None or days is None:
            return None
        return Use(way.last or None, way.by, days.count)

    def _days(self, hop: Hop) -> _Days | None:
        """Return the days that the logs cover for a hop."""
        if hop.type in ENTERING:
            return self._logged.get(("", self.scope_of(hop.target) or "?"))
        known = (self._logged.get(_at(how, hop.target)) for how in _shown_by(hop))
        return next((days for days in known if days is not None), None)

    def _saw(self, key: tuple[str, str], day: str) -> None:
        days = self._logged.setdefault(key, _Days(day, day))
        days.first, days.last = min(days.first, day), max(days.last, day)


def _key(hop: Hop) -> tuple[str, str, str]:
    return hop.source, hop.target, hop.type


def _shown_by(hop: Hop) -> tuple[str, ...]:
    return (hop.type,) if hop.type in ENTERING else hop.gains


def _at(how: str, target: str) -> tuple[str, str]:
    """Return where to look an event up: what is entered has one id; no glob hides the start of any other."""
    return how, target if how in ENTERING else target.partition("/")[0]


def _is_from(source: str, event: Event) -> bool:
    """Tell whether the caller is one that a source, which may be a glob, stands for."""
    known = any(matches(source, caller) for caller in event.callers)
    return known or any(matches(pattern, source) for pattern in event.maybe)
