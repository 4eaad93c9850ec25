"""Hops into KMS keys: decrypting with them, and editing what says who may.

Source: KMS Developer Guide, "Key policies", "Grants in AWS KMS", "kms:ViaService"
(https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.access import Decision, Unread
from scanner.providers.aws.arn import account_of
from scanner.providers.aws.hops import unnamed
from scanner.providers.aws.outsiders import Caller
from scanner.providers.aws.questions import Answer, Question
from scanner.verdict import Denied

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.model import Gain, Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.keys import Key

_WAYS: tuple[tuple[str, Gain, str], ...] = (
    ("read", "read", "kms:Decrypt"),
    ("edit-policy", "grant", "kms:PutKeyPolicy"),
    ("edit-policy", "grant", "kms:CreateGrant"),
)
_OWN_ACCOUNT_ONLY = "kms:PutKeyPolicy"  # KMS API Reference, "PutKeyPolicy": "Cross-account use: No"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a KMS key; none for another node."""
    key = estate.keys.get(node)
    if key is None:
        return
    for type_, gain, action in _WAYS:
        own_only = action == _OWN_ACCOUNT_ONLY
        question = _question(key, action)
        for identity, answer in estate.oracle.insiders(question):
            if not answer.is_denied and not (own_only and identity.account != key.account):
                said = estate.oracle.decide(identity, _question(key, action, _account_of(identity)))
                yield from estate.steps.hops(type_, identity.node, node, (said,), gains=(gain,))
        for caller, answer in () if own_only else estate.oracle.outsiders(question):
            if not answer.is_denied:
                said = estate.oracle.admit(caller, _question(key, action, _account_of(caller)))
                yield from estate.steps.hops(type_, caller.node, node, (said,), foreign=True, gains=(gain,))
        if not own_only:
            yield from unnamed.hops(estate, node, (type_, gain), question)
    yield from _by_grant(estate, key)


def decide(
    estate: AwsEstate,
    key: Key,
    action: str,
    who: Identity | Caller,
    *,
    via: str,
    context: Mapping[str, tuple[str, ...]],
) -> Answer:
    """Return whether a caller may use the key for `action` through the service `via`.

    Nobody without credentials may, whatever the key policy says: S3 User Guide, "Using server-side encryption
    with AWS KMS keys", "Requests must be signed" (read 2026-11-22).
    """
    question = _question(key, action, {"kms:viaservice": (via,), **_account_of(who), **context})
    if not isinstance(who, Caller):
        return estate.oracle.decide(who, question)
    if who.kind == "anonymous":
        return Answer(question, Decision(Denied(), short=("credentials",)))
    return estate.oracle.admit(who, question)


def _account_of(who: Identity | Caller) -> dict[str, tuple[str, ...]]:
    """Return what KMS says of a caller: KMS Developer Guide, "kms:CallerAccount"."""
    account = account_of(who.principal) if isinstance(who, Caller) else who.account
    return {"kms:calleraccount": (account,)} if account else {}


def _question(key: Key, action: str, context: Mapping[str, tuple[str, ...]] | None = None) -> Question:
    return Question(action, key.arn, key.account, key.policy, context=context or {}, kms_grants=key.grants)


def _by_grant(estate: AwsEstate, key: Key) -> Iterator[Hop]:
    """Yield hops of outsiders that hold a grant; our own grantees come with their identity's decision."""
    if isinstance(key.grants, Unread):
        return
    for grant in key.grants:
        if estate.organization.is_ours(account_of(grant.grantee)) or not account_of(grant.grantee):
            continue
        caller = Caller(grant.grantee, grant.grantee)
        for type_, gain, action in _WAYS:
            if action.removeprefix("kms:") not in grant.operations:
                continue
            answer = estate.oracle.admit(caller, _question(key, action, _account_of(caller)))
            if not answer.is_denied:
                yield from estate.steps.hops(
                    type_, caller.node, key.arn, (answer,), foreign=True, gains=(gain,)
                )
