"""Which conditions of one hop still bind the caller at the next, and whether they can all hold at once.

An intruder who is pinned to one address range by the first call cannot show another at the second: such
guards are conjoined along a path, and a contradiction ends it. Other guards speak of one call only (an
external id, MFA, the tags of the principal that calls: each hop has another one) and are not carried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.model import Hop
    from scanner.verdict import Guard

_NETWORK: Final = frozenset({"source-ip", "source-vpc", "source-vpce"})
# "The value that is set persists when a role is used to assume another role … cannot be changed during the
# role session": IAM User Guide, Monitor and control actions taken with assumed roles (read 2026-11).
_SESSION: Final = frozenset({"source-identity"})
CARRIED: Final = _NETWORK | _SESSION
"""Guard kinds that describe the caller itself across calls.

Not among them: ``principal-tag`` and ``source-org``, which describe the principal of one call (IAM User
Guide, AWS global condition context keys, aws:PrincipalTag and aws:PrincipalOrgID, read 2026-11), and the
principal is another one after every hop.
"""

_ENDED_BY: Final = {
    "pass-role": CARRIED,  # code runs on compute of ours: another address, another session
    "run-code": CARRIED,  # the same
    "widen": _SESSION,  # it may be by a user's key, see below
    "take-credentials": _SESSION,  # a user's key starts a new session, from wherever the caller is
}
_MADE_BY_COMPUTE: Final = frozenset({"relay"})
"""Calls that compute of ours makes itself: what they demand binds nobody who has it make them."""
# One value under two names: the parameter of the call that sets it, the session's key afterwards.
_ALIASES: Final = {"sts:sourceidentity": "aws:SourceIdentity"}


class Conjoin(Protocol):
    """Conjunction of guards: minimal and sorted, or None when no context meets them all."""

    def __call__(self, guards: Iterable[Guard], /) -> tuple[Guard, ...] | None:
        """Return the conjunction; equal meanings should give equal tuples."""


class Carrier:
    """Conjunctions of carried guards as small integers, joined once each; 0 is none at all."""

    def __init__(self, conjoin: Conjoin) -> None:
        self._conjoin = conjoin
        self._all: list[tuple[Guard, ...]] = [()]
        self._numbers: dict[tuple[Guard, ...], int] = {(): 0}
        self._own: dict[tuple[Guard, ...], int | None] = {(): 0}
        self._joined: dict[tuple[int, int], int | None] = {}

    def own(self, hop: Hop) -> int | None:
        """Return what one hop demands of the caller, None when it contradicts itself."""
        if hop.type in _MADE_BY_COMPUTE:
            return 0
        if hop.guards not in self._own:
            self._own[hop.guards] = self._number(_renamed(g) for g in hop.guards if g.kind in CARRIED)
        return self._own[hop.guards]

    def after(self, hop: Hop, carried: int) -> int:
        """Return what of `carried` binds on both sides of the hop, for walks in either direction."""
        ended = _ENDED_BY.get(hop.type) if carried else None
        if not ended:
            return carried
        kept = [guard for guard in self._all[carried] if guard.kind not in ended]
        return self._number(kept) or 0

    def join(self, one: int, other: int) -> int | None:
        """Return both at once, None for a contradiction."""
        if not one or not other or one == other:
            return one or other
        key = (one, other) if one < other else (other, one)
        if key not in self._joined:
            self._joined[key] = self._number((*self._all[one], *self._all[other]))
        return self._joined[key]

    def _number(self, guards: Iterable[Guard]) -> int | None:
        whole = self._conjoin(tuple(sorted(guards)))
        if whole is None:
            return None
        if whole not in self._numbers:
            self._numbers[whole] = len(self._all)
            self._all.append(whole)
        return self._numbers[whole]


def _renamed(guard: Guard) -> Guard:
    alias = _ALIASES.get(guard.key.lower())
    return msgspec.structs.replace(guard, key=alias) if alias else guard
