"""Any principal of an account, of its owner's choosing: what is fixed of it, and what it can be made to be.

Whoever owns an account makes roles and users of any name in it, so a policy that names the account and
demands a role of a certain name demands nothing that the owner lacks. Such a caller is written
``arn:aws:iam::ACCOUNT:*``. The keys are taken for independent of each other: that a user has a name and a
role none is not used against a caller. Values are those of `AWS JSON policy elements: Principal key values
<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>`_ (read
2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.access.patterns import Template
from scanner.stringset import StringSet

if TYPE_CHECKING:
    from scanner.providers.aws.access.caller import Caller

CHOSEN: Final = frozenset({"aws:principalarn", "aws:principaltype", "aws:userid"})
"""Keys that every such caller has, whichever value it chose."""

_TYPES: Final = ("Account", "User", "AssumedRole", "FederatedUser")


def values_of(caller: Caller, key: str) -> StringSet | None:
    """Return the values that the key can have for any principal of an account; None: no such limit."""
    if caller.kind != "account" or key not in CHOSEN:
        return None
    if key == "aws:principaltype":
        return StringSet.literal(*_TYPES)
    account, partition = caller.account or "", caller.partition
    here = f"arn:{partition}:iam::{account}"
    if key == "aws:userid":
        return _like(account, f"{account}:*", "A*")
    return _like(
        f"{here}:root",
        f"{here}:user/?*",
        f"{here}:role/?*",
        f"arn:{partition}:sts::{account}:federated-user/*",
    )


def _like(*globs: str) -> StringSet:
    return StringSet.patterns(
        [Template(glob, wildcards=True, variables=False).pattern.tokens for glob in globs]
    )
