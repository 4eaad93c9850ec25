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
from scanner.providers.aws.arn import account_of, root
from scanner.providers.aws.hops import asking
from scanner.providers.aws.hops.asking import GRANT, READ, WRITE, Way
from scanner.providers.aws.outsiders import Caller
from scanner.providers.aws.questions import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.questions import Answer
    from scanner.providers.aws.stores.images import Repository

_PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_PUSH = ("ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload")
_SHARE = ("ecr:SetRepositoryPolicy",)
_PULLED_AGAIN = "image-pulled-again"
_REPLICATE, _EDIT_REGISTRY = "ecr:PutReplicationConfiguration", "ecr:PutRegistryPolicy"
_COPY, _REPLACE = Way("copy", "read"), Way("replace-image", "write")
# "Only repository content pushed to a repository after replication is configured is replicated"
_PUSHED_LATER = "images are pushed after the rule is set"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a repository, or into a role by an image; none for another node."""
    repository = estate.stores.repositories.get(node)
    if repository is not None:
        yield from asking.once((_may(estate, repository, READ, _PULL), _replicating(estate, repository)))
        if repository.mutable:
            yield from _may(estate, repository, WRITE, _PUSH)
        yield from asking.once((_may(estate, repository, GRANT, _SHARE), _registering(estate, repository)))
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
    by_registry = (
        _doubted(hop, repository)
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


def _replicating(estate: AwsEstate, repository: Repository) -> Iterator[Hop]:
    """Yield the hops of those who set the rules of the registry, by which images are copied elsewhere."""
    rules = Question(_REPLICATE, "*", repository.account)
    for hop in asking.hops(estate, repository.arn, _COPY, rules, own_account_only=True):
        yield msgspec.structs.replace(hop, assumed=tuple(sorted({*hop.assumed, _PUSHED_LATER})))


def _registering(estate: AwsEstate, repository: Repository) -> Iterator[Hop]:
    """Yield the hops of those who edit the registry's policy, where that counts for every action."""
    if repository.registry_counts:
        edit = Question(_EDIT_REGISTRY, "*", repository.account)
        hops = asking.hops(estate, repository.arn, GRANT, edit, own_account_only=True)
        yield from (_doubted(hop, repository) for hop in hops)


def _doubted(hop: Hop, repository: Repository) -> Hop:
    """Return a hop by the registry's policy, only possible where nobody knows whether that counts."""
    if repository.registry_doubt is None:
        return hop
    missing = tuple(sorted({*hop.missing, repository.registry_doubt}))
    return msgspec.structs.replace(hop, certainty="possible", missing=missing)


def _poisoning(estate: AwsEstate, role: str) -> Iterator[Hop]:
    for repository, use in estate.stores.running_as.get(role, ()):
        yield from _pushing(estate, repository, role, (use.evidence,))
    for cached in estate.stores.cached.get(role, ()):
        owner = account_of(cached.upstream or "")
        upstream = estate.stores.repositories.get(cached.upstream or "")
        proof = (cached.rule, cached.use.evidence)
        if upstream is not None and upstream.mutable:
            yield from _pushing(estate, upstream, role, proof)
        elif owner is not None and not estate.organization.is_ours(owner):
            yield Hop(role, root(owner), _REPLACE.type, evidence=proof, assumed=(_PULLED_AGAIN,))


def _pushing(
    estate: AwsEstate, repository: Repository, role: str, proof: tuple[Evidence, ...]
) -> Iterator[Hop]:
    """Yield the hops into a role of those who may push to where something pulls an image that runs as it."""
    for hop in _may(estate, repository, _REPLACE, _PUSH):
        assumed = tuple(sorted({*hop.assumed, _PULLED_AGAIN}))
        yield msgspec.structs.replace(
            hop, target=role, gains=(), assumed=assumed, evidence=(*hop.evidence, *proof)
        )
