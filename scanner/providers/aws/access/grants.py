"""KMS grants: who may use a key by a grant, and for which encryption context.

From `Grants in AWS KMS <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html>`_ and
`GrantConstraints <https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html>`_ (read
2026-11-22). A grant only allows; an explicit Deny anywhere still denies. It names its grantee like a
resource policy's Principal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.access.environment import OPEN
from scanner.providers.aws.access.formula import Test, Unreadable, all_of, negation
from scanner.providers.aws.access.layers import Said
from scanner.providers.aws.access.principals import read_principals
from scanner.providers.aws.access.request import StatementRef, Unread
from scanner.stringset import StringSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.access.environment import Environment
    from scanner.providers.aws.access.formula import Formula
    from scanner.providers.aws.access.request import KmsGrant

_PREFIX: Final = "kms:encryptioncontext:"
_WITHOUT_CONTEXT: Final = frozenset({"describekey", "retiregrant", "getpublickey"})
"""Operations that take no encryption context, of which constraints are not asked."""

_KEYS: Final = "kms:encryptioncontextkeys"


def hear_grants(environment: Environment) -> Said:
    """Return what the key's grants allow."""
    said = Said(can_deny=False)
    if not environment.is_key:
        return said
    grants = environment.request.kms_grants
    if isinstance(grants, Unread):
        said.unread.append(Unreadable(grants.missing))
        return said
    operation = environment.action.partition(":")[2]
    for index, grant in enumerate(grants):
        if operation not in {o.lower() for o in grant.operations}:
            continue
        broken: list[str] = []
        kind = "AWS" if grant.grantee.startswith("arn:") or grant.grantee.isdecimal() else "Service"
        naming = read_principals({kind: grant.grantee}, "", broken).names_caller(environment.caller)
        constraints = () if operation in _WITHOUT_CONTEXT else _constraints(grant, environment)
        formula = all_of([*constraints, *(Unreadable(f"kmsGrants/{index}") for _ in broken)])
        if formula is not False and (naming or broken):
            ref = StatementRef("kms-grant", grant.name or f"kmsGrants/{index}", index)
            said.granting.setdefault(naming or "direct", []).append((formula, ref))
    return said


def _constraints(grant: KmsGrant, environment: Environment) -> Iterator[Formula]:
    for key, value in (*grant.encryption_context_equals, *grant.encryption_context_subset):
        yield _is(environment, f"{_PREFIX}{key.lower()}", value)
    if grant.encryption_context_equals:
        wanted = {key for key, _ in grant.encryption_context_equals}
        yield _only_keys(environment, wanted)


def _is(environment: Environment, key: str, value: str) -> Formula:
    given = environment.lookup(key)
    if given is OPEN:
        return Test(key, StringSet.literal(value))
    return given is not None and value in given


def _only_keys(environment: Environment, wanted: set[str]) -> Formula:
    """Return when the encryption context has no other key than these."""
    folded = {key.lower() for key in wanted}
    given = {
        key.removeprefix(_PREFIX) for key in environment.request.context if key.lower().startswith(_PREFIX)
    }
    if not {key.lower() for key in given} <= folded:
        return False
    listed = environment.lookup(_KEYS)
    if listed is OPEN:
        return negation(Test(_KEYS, ~StringSet.literal(*wanted), of_many=True))
    return listed is None or set(listed) <= wanted
