"""Hops into a role with what its session must be given: tags, or a source identity.

Whoever passes session tags needs ``sts:TagSession`` too, and who sets a source identity
``sts:SetSourceIdentity``, of the role's trust policy as of its own: IAM User Guide, "Pass session tags in AWS
STS", Permissions required to add session tags; "Monitor and control actions taken with assumed roles",
Permissions required to set source identity
(https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html, read 2026-11-22).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scanner.providers.aws.hops import asking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence, Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.outsiders import Caller
    from scanner.providers.aws.questions import Answer
    from scanner.verdict import Guard

TAGS, SOURCE_IDENTITY = "sts:TagSession", "sts:SetSourceIdentity"
_GIVES = {"in", "like", "arn-like", "in-any-case", "present"}


def hops(
    estate: AwsEstate,
    type_: str,
    source: str,
    who: Identity | Caller,
    answer: Answer,
    *,
    foreign: bool = False,
    evidence: tuple[Evidence, ...] = (),
    missing: tuple[str, ...] = (),
) -> Iterator[Hop]:
    """Yield the hops that an answer to assuming a role amounts to, with what the guards make one pass."""
    role = answer.question.resource

    def made(answers: tuple[Answer, ...]) -> Iterator[Hop]:
        return estate.steps.hops(
            type_, source, role, answers, foreign=foreign, evidence=evidence, missing=missing
        )

    for hop in made((answer,)):
        more = tuple(sorted({action for guard in hop.guards for action in _takes(guard)}))
        if not more:
            yield hop
            continue
        asked = (replace(answer.question, action=action) for action in more)
        for whole in made((answer, *(asking.answer(estate, who, question) for question in asked))):
            if whole.source == hop.source and set(hop.guards) <= set(whole.guards):
                yield whole


def _takes(guard: Guard) -> Iterator[str]:
    """Yield what a guard makes the caller do beside assuming the role."""
    key = guard.key.lower()
    if guard.op not in _GIVES and not guard.op.startswith("any-"):
        return
    if key.startswith("aws:requesttag/") or key in {"aws:tagkeys", "sts:transitivetagkeys"}:
        yield TAGS
    if key == "sts:sourceidentity":
        yield SOURCE_IDENTITY
