"""Answers about a resource that the caller will choose or make, and what limits the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.arn import Arn
from scanner.providers.aws.questions import Answer, Question
from scanner.verdict import AllowedIf

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity

_CHOSEN = "resource"


def may(estate: AwsEstate, identity: Identity, action: str, glob: str) -> Answer:
    """Return whether an identity may do something to some resource that `glob` matches, in its own account.

    What the resource must be is a guard under the name of its kind (``ecs:cluster``), so that one access may
    choose a cluster and a service, but not two clusters.
    """
    asked = (Question(action, on, identity.account, some_resource=is_glob(on)) for on in names(action, glob))
    answer = first_yes(estate.oracle.decide(identity, question) for question in asked)
    verdict = answer.decision.verdict
    if not isinstance(verdict, AllowedIf):
        return answer
    kind = _kind(glob)
    alternatives = tuple(
        tuple(msgspec.structs.replace(g, key=kind) if g.key == _CHOSEN else g for g in guards)
        for guards in verdict.alternatives
    )
    witness = tuple((kind if key == _CHOSEN else key, values) for key, values in verdict.witness)
    renamed = AllowedIf(alternatives, tuple(sorted(witness)))
    return answer._replace(decision=msgspec.structs.replace(answer.decision, verdict=renamed))


def names(action: str, resource: str) -> tuple[str, ...]:
    """Return the resource as the action may name it: a function is called as itself or as its newest code.

    Source: Lambda Developer Guide, "Fine-tuning the Resources and Conditions sections of policies"
    (https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html, read 2026-11-22): a
    qualified ARN is another resource than the unqualified one. Fixture: ``pass-role-to-lambda``.
    """
    return (resource, f"{resource}:$LATEST") if action == "lambda:InvokeFunction" else (resource,)


def first_yes(answers: Iterable[Answer]) -> Answer:
    """Return the first answer that is not no, else the first one."""
    asked: list[Answer] = []
    for answer in answers:
        if not answer.is_denied:
            return answer
        asked.append(answer)
    return asked[0]


def is_glob(resource: str) -> bool:
    """Tell whether any resource that matches will do; ``*`` alone is for actions without resources."""
    return "*" in resource and resource != "*"


def _kind(glob: str) -> str:
    arn = Arn.parse(glob)
    return f"{arn.service}:{arn.resource.partition('/')[0].partition(':')[0].rstrip('*')}"
