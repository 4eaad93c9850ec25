"""Hops into endpoints, Bedrock models and model registries: calling, replacing, sharing.

Sources: Service Authorization Reference, "Actions, resources, and condition keys for Amazon SageMaker" and
"… for Amazon Bedrock"
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html, read
2026-11-22). An endpoint without a resource policy is reached with the caller's own permissions in the
account only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from scanner.providers.aws.arn import Arn
from scanner.providers.aws.hops import unnamed
from scanner.providers.aws.questions import Question
from scanner.providers.aws.stores.services import PROFILE, SERVED
from scanner.snapshot import DocumentId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Gain, Hop, Resource
    from scanner.providers.aws.access import Policy, Unread
    from scanner.providers.aws.estate import AwsEstate


class _Way(NamedTuple):
    type: str
    gain: Gain
    actions: tuple[str, ...]


class _Kind(NamedTuple):
    """What can be done to one kind of resource, and the operation and field that hold its resource policy.

    `edit` is the action that replaces that policy. `inner` are actions on what the resource holds: packages,
    whose ARNs are the group's with ``model-package/GROUP/VERSION``.
    """

    ways: tuple[_Way, ...]
    service: str
    operation: str
    pointer: str
    edit: str
    inner: tuple[str, ...] = ()


_INVOKE_ENDPOINT = (
    "sagemaker:InvokeEndpoint",
    "sagemaker:InvokeEndpointWithResponseStream",
    "sagemaker:InvokeEndpointAsync",
)
_READ_PACKAGES = ("sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages")
_INVOKE_MODEL = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
_KINDS = {
    "sagemaker-endpoint": _Kind(
        (_Way("invoke", "invoke", _INVOKE_ENDPOINT), _Way("write", "write", ("sagemaker:UpdateEndpoint",))),
        "sagemaker",
        "GetEndpointPolicy",
        "/ResourcePolicy",
        "sagemaker:PutEndpointPolicy",
    ),
    "bedrock-model": _Kind(
        (_Way("invoke", "invoke", _INVOKE_MODEL),),
        "bedrock",
        "GetResourcePolicy",
        "/resourcePolicy",
        "bedrock:PutResourcePolicy",
    ),
    "sagemaker-model-package-group": _Kind(
        (
            _Way("read", "read", _READ_PACKAGES),
            _Way("write", "write", ("sagemaker:CreateModelPackage",)),
        ),
        "sagemaker",
        "GetModelPackageGroupPolicy",
        "/ResourcePolicy",
        "sagemaker:PutModelPackageGroupPolicy",
        inner=_READ_PACKAGES,
    ),
}


def invocations(estate: AwsEstate, node: str) -> tuple[Question, ...]:
    """Return the questions whoever calls an endpoint or model may pass one of; none for another node."""
    resource = estate.resources.get(node)
    if resource is None:
        return ()
    account = Arn.parse(node).account
    if resource.kind in {SERVED, PROFILE}:
        return tuple(Question(action, node, account) for action in _INVOKE_MODEL)
    kind = _KINDS.get(resource.kind)
    if kind is None:
        return ()
    policy = _policy(estate, resource, kind)
    actions = [action for way in kind.ways if way.type == "invoke" for action in way.actions]
    return tuple(Question(action, node, account, policy) for action in actions)


def _policy(estate: AwsEstate, resource: Resource, kind: _Kind) -> Policy | Unread | None:
    arn = Arn.parse(resource.id)
    key = resource.id if kind.service == "bedrock" else resource.name
    place = DocumentId("aws", arn.account, arn.region, kind.service, kind.operation, key)
    return estate.library.get(place, kind.pointer)


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into an endpoint, a Bedrock model or a model package group; none for another node."""
    resource = estate.resources.get(node)
    kind = _KINDS.get(resource.kind) if resource else None
    if resource is None or kind is None:
        return
    arn = Arn.parse(node)
    policy = _policy(estate, resource, kind)
    for way in (*kind.ways, _Way("edit-policy", "grant", (kind.edit,))):
        let_in: set[str] = set()
        for action in way.actions:
            question = Question(action, node, arn.account, policy)
            if action in kind.inner:
                inner = node.replace(":model-package-group/", ":model-package/") + "/*"
                question = replace(question, resource=inner, some_resource=True)
            hops = [h for h in _by_policy(estate, node, question, way) if h.source not in let_in]
            let_in.update(h.source for h in hops)
            yield from hops


def _by_policy(estate: AwsEstate, node: str, question: Question, way: _Way) -> Iterator[Hop]:
    for identity, answer in estate.oracle.insiders(question):
        yield from estate.steps.hops(way.type, identity.node, node, (answer,), gains=(way.gain,))
    for caller, answer in estate.oracle.outsiders(question):
        yield from estate.steps.hops(way.type, caller.node, node, (answer,), foreign=True, gains=(way.gain,))
    yield from unnamed.hops(estate, node, (way.type, way.gain), question)
