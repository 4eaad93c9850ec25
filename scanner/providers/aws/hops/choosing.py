"""Answers about a resource that the caller will choose or make, and what limits the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.arn import Arn
from scanner.providers.aws.questions import Answer, Question
from scanner.verdict import AllowedIf

if TYPE_CHECKING:
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity

_CHOSEN = "resource"


def may(estate: AwsEstate, identity: Identity, action: str, glob: str) -> Answer:
    """Return whether an identity may do something to some resource that `glob` matches, in its own account.

    What the resource must be is a guard under the name of its kind (``ecs:cluster``), so that one access may
    choose a cluster and a service, but not two clusters.
    """
    answer = estate.oracle.decide(
        identity, Question(action, glob, identity.account, some_resource=is_glob(glob))
    )
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


def is_glob(resource: str) -> bool:
    """Tell whether any resource that matches will do; ``*`` alone is for actions without resources."""
    return "*" in resource and resource != "*"


def _kind(glob: str) -> str:
    arn = Arn.parse(glob)
    return f"{arn.service}:{arn.resource.partition('/')[0].partition(':')[0].rstrip('*')}"
