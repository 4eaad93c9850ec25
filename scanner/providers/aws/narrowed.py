"""Whom conditions on the caller itself leave of a source: of an account, the principals that they name.

What a caller is called, and which tags it has, is its owner's choice; the id that AWS gives it is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.arn import Arn, account_of
from scanner.providers.aws.outsiders import ANY_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.verdict import Guard

_CHOSEN = {"aws:principalarn", "aws:principaltype", "aws:username"}
_NAMED = {"role", "user", "federated-user"}


def narrowed(source: str, guards: tuple[Guard, ...]) -> Iterator[tuple[str, tuple[Guard, ...]]]:
    """Yield (source, guards) of a caller from outside; an account of certain principals only is these.

    Of any account at all nothing is demanded by a name: whoever has one gives a role any name.
    """
    guards = tuple(map(_held_outside, guards))
    account = account_of(source)
    if source == ANY_ACCOUNT:
        guards = tuple(g for g in guards if g.key.lower() not in _CHOSEN)
    demanded = next((g for g in guards if g.key == "aws:PrincipalArn" and g.op in {"in", "like"}), None)
    if demanded is None or account is None or Arn.parse(source).resource != "root":
        yield source, guards
        return
    rest = tuple(g for g in guards if g != demanded)
    for value in demanded.values:
        arn = Arn.parse(value)
        is_name = arn.account == account and arn.resource.partition("/")[0] in _NAMED
        yield (value, rest) if is_name else (source, guards)


def _held_outside(guard: Guard) -> Guard:
    """Return a guard on who the caller is as what it is for one from outside: its owner's to meet."""
    chosen = guard.key.lower() in _CHOSEN or guard.kind == "principal-tag"
    return msgspec.structs.replace(guard, held_by="vendor") if chosen else guard
