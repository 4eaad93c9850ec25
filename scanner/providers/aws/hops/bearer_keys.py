"""Hops into Bedrock models by an API key that somebody makes for a user: calls with it are the user's.

Source: IAM User Guide, "API keys for Amazon Bedrock"
(https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_bedrock.html, read 2026-11-22): a long-term
key is a service-specific credential of a user, and calls with one take ``bedrock:CallWithBearerToken`` too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.arn import Arn
from scanner.providers.aws.hops import models
from scanner.providers.aws.hops.asking import INVOKE
from scanner.providers.aws.hops.lifting import known_of
from scanner.providers.aws.questions import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.questions import Answer

_SERVICE = "bedrock.amazonaws.com"
_BEARER = {"bedrock:bearertokentype": ("LONG_TERM",)}


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a Bedrock model; none for another node."""
    if Arn.parse(node).service != "bedrock":
        return
    for user in estate.identities:
        if user.kind != "user" or user.is_copy:
            continue
        calling = _calling(estate, node, user)
        if calling is None:
            continue
        context = {**known_of(user), "iam:servicespecificcredentialservicename": (_SERVICE,)}
        making = Question("iam:CreateServiceSpecificCredential", user.arn, user.account, context=context)
        for identity, said in estate.oracle.insiders(making):
            if not said.is_denied and identity.node != user.node:
                answers = (said, *calling)
                yield from estate.steps.hops(INVOKE.type, identity.node, node, answers, gains=(INVOKE.gain,))


def _calling(estate: AwsEstate, node: str, user: Identity) -> tuple[Answer, ...] | None:
    """Return that a user may call the model with a key, None when it may not."""
    account = Arn.parse(node).account
    for question in models.invocations(estate, node):
        calling = estate.oracle.decide(user, question)
        bearing = estate.oracle.decide(
            user, Question("bedrock:CallWithBearerToken", "*", account, context=_BEARER)
        )
        if not calling.is_denied and not bearing.is_denied:
            return calling, bearing
    return None
