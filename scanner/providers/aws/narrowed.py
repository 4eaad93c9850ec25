"""Whom conditions on the caller itself leave of a source: of an account, the principals that they name.

What a caller is called, and which tags it has, is its owner's choice. The id that AWS gives it is not, and
nobody else has it: IAM User Guide, "IAM identifiers", Unique identifiers; of a session ``aws:userid`` is the
role's id, a colon and the session's name ("Principal key values", read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.access.resources import glob_pattern, meet
from scanner.providers.aws.arn import Arn, account_of
from scanner.providers.aws.outsiders import ANY_ACCOUNT
from scanner.wildcards import covers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.identities import Identities
    from scanner.verdict import Guard

_CHOSEN = {"aws:principalarn", "aws:principaltype", "aws:username"}
_NAMED = {"role", "user", "federated-user"}
_UNIQUE = "aws:userid"
_ACCOUNT_PART = 4


class Callers:
    """Answers with the identities of one estate."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._ours = frozenset(identity.unique_id for identity in identities) - {""}

    def left(
        self, source: str, guards: tuple[Guard, ...], *, foreign: bool
    ) -> Iterator[tuple[str, tuple[Guard, ...]]]:
        """Yield (source, guards) for whom the guards leave of a source."""
        if foreign:
            guards = tuple(map(self._without_ours, guards))
            if all(guard.values or guard.op not in {"in", "like"} for guard in guards):
                yield from _narrowed(source, guards)
            return
        identity = self._identities.get(source)
        kept = _met_by(identity.unique_id, guards) if identity is not None else guards
        if kept is not None:
            yield source, kept

    def _without_ours(self, guard: Guard) -> Guard:
        if guard.key != _UNIQUE or guard.op not in {"in", "like"}:
            return guard
        others = tuple(value for value in guard.values if value.partition(":")[0] not in self._ours)
        return msgspec.structs.replace(guard, values=others)


def _met_by(unique_id: str, guards: tuple[Guard, ...]) -> tuple[Guard, ...] | None:
    """Return what is left of the guards for the sessions of a role with an id; None: it meets them never."""
    kept: list[Guard] = []
    for guard in guards:
        if guard.key != _UNIQUE or not unique_id or guard.op not in {"in", "like", "not-in", "not-like"}:
            kept.append(guard)
            continue
        sessions = f"{unique_id}:*"
        meeting = tuple(v for v in guard.values if meet(glob_pattern(v), glob_pattern(sessions)))
        is_barred = guard.op.startswith("not-")
        every = any(covers(value, sessions) for value in meeting)
        if every if is_barred else not meeting:
            return None
        if meeting and not every:
            kept.append(msgspec.structs.replace(guard, values=meeting))
    return tuple(kept)


def _narrowed(source: str, guards: tuple[Guard, ...]) -> Iterator[tuple[str, tuple[Guard, ...]]]:
    """Yield (source, guards) of a caller from outside; an account of certain principals only is these.

    Of any account at all nothing is demanded by a name: whoever has one gives a role any name.
    """
    guards = tuple(map(_held_outside, guards))
    account = account_of(source)
    if source == ANY_ACCOUNT:
        guards = tuple(g for g in guards if g.key.lower() not in _CHOSEN)
    elif account is not None and not account.isdecimal():
        guards = tuple(_of_any_such(g, account) for g in guards)
    demanded = next((g for g in guards if g.key == "aws:PrincipalArn" and g.op in {"in", "like"}), None)
    if demanded is None or account is None or Arn.parse(source).resource != "root":
        yield source, guards
        return
    rest = tuple(g for g in guards if g != demanded)
    for value in demanded.values:
        arn = Arn.parse(value)
        is_name = arn.account == account and arn.resource.partition("/")[0] in _NAMED
        yield (value, rest) if is_name else (source, guards)


def _of_any_such(guard: Guard, glob: str) -> Guard:
    """Return a guard on a caller's ARN as it is for every account that a glob means, not for one of them."""
    if guard.key != "aws:PrincipalArn":
        return guard
    arns = (value.split(":", 5) for value in guard.values)
    values = (
        ":".join([*arn[:4], glob, *arn[5:]]) if len(arn) > _ACCOUNT_PART else ":".join(arn) for arn in arns
    )
    return msgspec.structs.replace(guard, values=tuple(dict.fromkeys(values)))


def _held_outside(guard: Guard) -> Guard:
    """Return a guard on who the caller is as what it is for one from outside: its owner's to meet."""
    chosen = guard.key.lower() in _CHOSEN or guard.kind == "principal-tag"
    return msgspec.structs.replace(guard, held_by="vendor") if chosen else guard
