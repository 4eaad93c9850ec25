"""Hops into models behind further interfaces: presigned URLs of hub content, throughput, deployments, agents.

``CreateHubContentPresignedUrls`` returns links to the files of a model in a private hub: whoever has it reads
weights without ``s3:GetObject``. None of these has a resource policy of its own, so callers are of the
account. Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon
SageMaker" and "… for Amazon Bedrock"
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html, read 2026-11-22).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scanner.providers.aws.arn import Arn
from scanner.providers.aws.hops import asking
from scanner.providers.aws.hops.asking import INVOKE, READ
from scanner.providers.aws.questions import Question
from scanner.providers.aws.stores.services import AGENT, HUB_CONTENT, PROFILE, SERVED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.outsiders import Caller
    from scanner.providers.aws.questions import Answer

_PRESIGN = "sagemaker:CreateHubContentPresignedUrls"
_NAMED = 4
"""Parts of the ARN of hub content before its version: ``hub-content/HUB/TYPE/NAME``."""
_INVOKE_MODEL = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into hub content, a served Bedrock model or an agent; none for another node."""
    resource = estate.resources.get(node)
    if resource is None or resource.kind not in {HUB_CONTENT, SERVED, PROFILE, AGENT}:
        return
    arn = Arn.parse(node)
    if resource.kind == HUB_CONTENT:
        hub = node.replace(":hub-content/", ":hub/").split("/")
        within = Question(_PRESIGN, "/".join(hub[:2]), arn.account)
        # policies name content without its version, which the API adds: the same pages, "Resource types"
        named = dict.fromkeys(("/".join(node.split("/")[:_NAMED]), node))
        yield from asking.once(
            asking.hops(
                estate, node, READ, Question(_PRESIGN, name, arn.account), partial(_too, estate, within)
            )
            for name in named
        )
        return
    if resource.kind in {SERVED, PROFILE}:
        questions = [Question(action, node, arn.account) for action in _INVOKE_MODEL]
    else:
        aliases = f"{node.replace(':agent/', ':agent-alias/')}/*"
        questions = [Question("bedrock:InvokeAgent", aliases, arn.account, some_resource=True)]
    yield from asking.once(asking.hops(estate, node, INVOKE, question) for question in questions)


def _too(estate: AwsEstate, question: Question, who: Identity | Caller) -> tuple[Answer, ...]:
    """Return the answer to one further question."""
    return (asking.answer(estate, who, question),)
