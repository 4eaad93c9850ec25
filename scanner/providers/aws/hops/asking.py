"""What the hop files share: one access that takes several answers, and the key of what is accessed."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from scanner.providers.aws.access import Decision, Unread
from scanner.providers.aws.hops import decrypting, unnamed
from scanner.providers.aws.outsiders import Caller
from scanner.providers.aws.questions import Answer, Question
from scanner.verdict import Allowed, Denied, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from scanner.model import Gain, Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity


class Way(NamedTuple):
    """A hop type and what it yields."""

    type: str
    gain: Gain


READ, WRITE = Way("read", "read"), Way("write", "write")
INVOKE, GRANT = Way("invoke", "invoke"), Way("edit-policy", "grant")


class Lock(NamedTuple):
    """What encrypts a thing in `account` and `region`: the name of a KMS key, or ``""`` for none.

    `service` is the part of ``kms:ViaService`` before the region.
    """

    key: str | Unread
    account: str
    region: str
    service: str


def answer(estate: AwsEstate, who: Identity | Caller, question: Question) -> Answer:
    """Return whether one of our identities, or an outside caller, may."""
    if isinstance(who, Caller):
        return estate.oracle.admit(who, question)
    return estate.oracle.decide(who, question)


def hops(
    estate: AwsEstate,
    node: str,
    way: Way,
    first: Question,
    more: Callable[[Identity | Caller], tuple[Answer, ...]] = lambda _: (),
    *,
    own_account_only: bool = False,
) -> Iterator[Hop]:
    """Yield a hop into `node` for everyone who may do `first`, and whom all that `more` returns lets in too.

    Args:
        estate: Answers.
        node: Where the hops lead.
        way: What they are.
        first: Says who is asked about at all.
        more: The further answers that a caller needs.
        own_account_only: For calls that no other account can make, whatever policies say.
    """
    for identity, said in estate.oracle.insiders(first):
        if not said.is_denied and not (own_account_only and identity.account != first.account):
            answers = (said, *more(identity))
            yield from estate.steps.hops(way.type, identity.node, node, answers, gains=(way.gain,))
    for caller, said in () if own_account_only else estate.oracle.outsiders(first):
        if not said.is_denied:
            answers = (said, *more(caller))
            yield from estate.steps.hops(
                way.type, caller.node, node, answers, foreign=True, gains=(way.gain,)
            )
    if not own_account_only:
        yield from unnamed.hops(estate, node, way, first, more)


def once(ways: Iterable[Iterable[Hop]]) -> Iterator[Hop]:
    """Yield the hops of one call after another, none for a source that an earlier call let in already."""
    let_in: set[str] = set()
    for found in ways:
        hops_ = [hop for hop in found if hop.source not in let_in]
        let_in.update(hop.source for hop in hops_ if hop.certainty != "blocked")
        yield from hops_


def unlocking(
    estate: AwsEstate,
    lock: Lock,
    action: str | None,
    who: Identity | Caller,
    context: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> tuple[Answer, ...]:
    """Return the decision on the key that a lock names; nothing when none does or no action is asked for.

    `context` is what is known of the request beside who calls.
    """
    if action is None or lock.key == "":
        return ()
    if isinstance(lock.key, Unread):
        return (_without_key(lock, action, lock.key.missing, Unknown((lock.key.missing,))),)
    key = estate.keys.find(lock.key, lock.account, lock.region)
    managed = f"alias/aws/{lock.service}"
    if key is None and lock.key.endswith(managed):
        # one serves its own account only: KMS Developer Guide, "AWS managed keys" (concepts.html, read
        # 2026-11-22)
        same = getattr(who, "account", None) == lock.account
        return (_without_key(lock, action, managed, Allowed() if same else Denied()),)
    if key is None:
        missing = f"aws:{lock.account}:{lock.region}:kms:DescribeKey/{lock.key}"
        return (_without_key(lock, action, lock.key, Unknown((missing,))),)
    via = f"{lock.service}.{lock.region}.amazonaws.com"
    return (decrypting.decide(estate, key, action, who, via=via, context=context),)


def _without_key(lock: Lock, action: str, name: str, verdict: Allowed | Denied | Unknown) -> Answer:
    """Return the answer about a key whose policy is not there to ask."""
    return Answer(Question(action, name, lock.account), Decision(verdict, short=(name,)))
