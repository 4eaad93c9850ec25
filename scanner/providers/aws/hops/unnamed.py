"""Hops of whoever a resource policy may name that nobody could read.

A policy that was refused may let in anyone from outside: a vendor of the register, or an account that nobody
knows. All of them are one source, `outsiders.UNKNOWN_ACCOUNT`, with one possible hop into each resource, so
that a refusal for many resources is said once for each and for nobody in particular. Fixtures:
``bucket-policy-not-read``, ``endpoint-policy``, ``images``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.access import Unread
from scanner.providers.aws.outsiders import ANYONE, Caller, unseen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.model import Gain, Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.questions import Answer, Question

_WORTH: frozenset[Gain] = frozenset({"read", "invoke"})
"""What a resource is protected from: who may be let in to do that may as well be let in to write."""


def callers(estate: AwsEstate, question: Question) -> Iterator[Caller]:
    """Yield who may be let in, the widest first; nobody where the policy was read.

    A bucket can be open to anyone, unless it blocks public policies, which may still name an account: S3 User
    Guide, "Blocking public access", the meaning of "public" (access-control-block-public-access.html, read
    2026-11-22). Callers of all else that has a policy sign.
    """
    if isinstance(question.policy, Unread):
        if question.action.startswith("s3:") and question.block_public_access is not True:
            yield Caller(ANYONE, ANYONE)
        yield unseen(estate.organization)


def hops(
    estate: AwsEstate,
    node: str,
    way: tuple[str, Gain],
    question: Question,
    more: Callable[[Caller], tuple[Answer, ...]] = lambda _: (),
) -> Iterator[Hop]:
    """Yield the one hop by the unread policy of `question`, whose further answers are those of `more`.

    `way` is the type of the hop and what it yields. Where something else that was read holds the caller out
    there is none: nobody is known to be let in but for that.
    """
    type_, gain = way
    there = estate.library.naming(node)
    for caller in callers(estate, question) if gain in _WORTH else ():
        answers = (estate.oracle.admit(caller, question), *more(caller))
        found = estate.steps.hops(
            type_, caller.node, node, answers, foreign=True, gains=(gain,), evidence=(there,) if there else ()
        )
        possible = [hop for hop in found if hop.certainty == "possible"]
        yield from possible
        if possible:
            return
