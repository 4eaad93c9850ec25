"""Hops into images: pulling, pushing, sharing and copying them; and into roles, by what runs from an image.

Whoever may push to a tag that something runs from decides what runs there, as its role, when it is next
pulled. Sources, below https://docs.aws.amazon.com/AmazonECR/latest/userguide/, read 2026-11-22: "Private
repository policies" (repository-policies.html), "Pushing a Docker image" (image-push-iam.html), "Private
registry permissions" (registry-permissions.html), "Preventing image tags from being overwritten"
(image-tag-mutability.html), "Private image replication" (replication.html).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from scanner.model import Hop
from scanner.providers.aws.arn import root
from scanner.providers.aws.hops import asking
from scanner.providers.aws.hops.asking import GRANT, READ, WRITE, Way
from scanner.providers.aws.outsiders import Caller
from scanner.providers.aws.questions import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.questions import Answer
    from scanner.providers.aws.stores.images import Repository

_PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_PUSH = ("ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload")
_SHARE = ("ecr:SetRepositoryPolicy",)
_PULLED_AGAIN = "image-pulled-again"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a repository, or into a role by an image; none for another node."""
    repository = estate.stores.repositories.get(node)
    if repository is not None:
        yield from _may(estate, repository, READ, _PULL)
        if repository.mutable:
            yield from _may(estate, repository, WRITE, _PUSH)
        yield from _may(estate, repository, GRANT, _SHARE)
        for account, rule in repository.copied_to:
            if not estate.organization.is_ours(account):
                yield Hop(node, root(account), "copy", gains=("read",), evidence=(rule,))
    elif estate.identities.get(node) is not None:
        yield from _poisoning(estate, node)


def from_outside(estate: AwsEstate, role: Identity) -> Iterator[Hop]:
    """Yield the hops into a role by an image whose source is an outside caller."""
    for hop in _poisoning(estate, role.arn):
        if estate.identities.get(hop.source) is None:
            yield hop


def _may(estate: AwsEstate, repository: Repository, way: Way, actions: tuple[str, ...]) -> Iterator[Hop]:
    """Yield hops of all who may do every one of `actions`, by the repository's policy or the registry's."""
    own = [Question(action, repository.arn, repository.account, repository.policy) for action in actions]
    found = asking.hops(estate, repository.arn, way, own[0], partial(_rest, estate, own[1:]))
    if repository.registry_policy is None:
        yield from found
        return
    whole = [
        Question(action, repository.arn, repository.account, repository.registry_policy) for action in actions
    ]
    veto = partial(_vetoed, estate, own)
    doubt = (repository.registry_doubt,) if repository.registry_doubt else ()
    by_registry = (
        hop if not doubt else msgspec.structs.replace(hop, certainty="possible", missing=doubt)
        for hop in asking.hops(
            estate,
            repository.arn,
            way,
            whole[0],
            lambda who: (*_rest(estate, whole[1:], who), *veto(who)),
        )
    )
    yield from asking.once((found, by_registry))


def _rest(estate: AwsEstate, questions: list[Question], who: Identity | Caller) -> tuple[Answer, ...]:
    """Return the answers to the other actions, and for our own to the one that logs in to a registry."""
    answers = tuple(asking.answer(estate, who, question) for question in questions)
    if isinstance(who, Caller):
        return answers
    login = Question("ecr:GetAuthorizationToken", "*", who.account)
    return (*answers, estate.oracle.decide(who, login))


def _vetoed(estate: AwsEstate, questions: list[Question], who: Identity | Caller) -> tuple[Answer, ...]:
    """Return the answers of the repository's own policy that deny outright, whatever the registry's says."""
    answers = (asking.answer(estate, who, question) for question in questions)
    return tuple(said for said in answers if said.is_denied and said.decision.explicit)


def _poisoning(estate: AwsEstate, role: str) -> Iterator[Hop]:
    for repository, use in estate.stores.running_as.get(role, ()):
        for hop in _may(estate, repository, Way("replace-image", "write"), _PUSH):
            assumed = tuple(sorted({*hop.assumed, _PULLED_AGAIN}))
            proof = (*hop.evidence, use.evidence)
            yield msgspec.structs.replace(hop, target=role, gains=(), assumed=assumed, evidence=proof)
