"""Hops by which one of our principals takes over another, or grants itself more.

Source: IAM User Guide, "Actions, resources, and condition keys for AWS Identity and Access Management" in the
Service Authorization Reference
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html,
read 2026-11-22).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from scanner.providers.aws.access import Policy, Unread
from scanner.providers.aws.hops import lifting
from scanner.providers.aws.hops.lifting import known_of
from scanner.providers.aws.questions import Answer, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.escalations import Credentials, Edit
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.snapshot import Snapshot

_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
EVERYTHING = Policy.parse(_EVERYTHING, name="self-granted")
_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
_MOST_KEYS = 2  # IAM User Guide, "IAM and AWS STS quotas", access keys of a user
_ATTACHABLE = "what the policies allow that it may attach"


class Allowed(NamedTuple):
    """Answers that are all yes, what was not read of them, and what they take for granted."""

    answers: tuple[Answer, ...]
    missing: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a role or user, or into a copy of one that widened itself; none for another node."""
    target = estate.identities.get(node)
    if target is None:
        return
    if target.self_granted:
        yield from _self_grants(estate, target)
    elif target.joined:
        yield from _joins(estate, target)
    elif target.unbounded:
        yield from lifting.by_itself(estate, target)
    elif target.is_protected:
        return
    elif target.kind == "role":
        question = Question(
            estate.escalations.edit_trust.action, target.arn, target.account, context=known_of(target)
        )
        for identity, answer in estate.oracle.insiders(question):
            if identity.node != target.node and not answer.is_denied:
                yield from estate.steps.hops("edit-trust", identity.node, target.node, (answer,))
    else:
        yield from _take_credentials(estate, target)


def credentials(estate: AwsEstate, identity: Identity, user: Identity) -> Iterator[Allowed]:
    """Yield each way in which one of our identities can make itself credentials of a user."""
    for way in estate.escalations.take_credentials:
        assumed = _room(estate, user, way)
        if assumed is None:
            continue
        questions = (Question(a, user.arn, user.account, context=known_of(user)) for a in way.actions)
        answers = tuple(estate.oracle.decide(identity, question) for question in questions)
        if not any(answer.is_denied for answer in answers):
            yield Allowed(answers, assumed=assumed)


def _room(estate: AwsEstate, user: Identity, way: Credentials) -> tuple[str, ...] | None:
    """Return what a way assumes of the user's access keys; None where it has another number of them."""
    if not way.keys:
        return ()
    held = estate.access_keys.get(user.arn)
    if held is None:
        return (f"the user has {way.keys} access keys",)
    return () if (held >= _MOST_KEYS) == (way.keys == "two") else None


def count_keys(snapshot: Snapshot) -> dict[str, int]:
    """Return the number of access keys of each user whose keys were listed, by ARN."""
    listed = {d.id.key: 0 for d in snapshot.all("aws", "iam", "ListAccessKeys")}
    for document in snapshot.all("aws", "iam", "ListAccessKeys.AccessKeyMetadata"):
        user = document.id.key.rpartition("/")[0]
        if user in listed:
            listed[user] += 1
    return listed


def _take_credentials(estate: AwsEstate, user: Identity) -> Iterator[Hop]:
    found: set[str] = set()
    for way in estate.escalations.take_credentials:
        question = Question(way.actions[0], user.arn, user.account, context=known_of(user))
        for identity, answer in estate.oracle.insiders(question):
            if identity.node in {*found, user.node} or answer.is_denied:
                continue
            allowed = next(credentials(estate, identity, user), None)
            if allowed is None:
                continue
            found.add(identity.node)
            yield from estate.steps.hops(
                "take-credentials", identity.node, user.node, allowed.answers, assumed=allowed.assumed
            )


def edits(identity: Identity, estate: AwsEstate) -> Iterator[tuple[Edit, str]]:
    """Yield each edit that would widen what the identity may do, with the resource it is made on."""
    table = estate.escalations.self_grant
    for edit in () if identity.is_protected else table.user if identity.kind == "user" else table.role:
        yield edit, identity.arn
    for policy in identity.editable:
        for edit in table.policy:
            yield edit, policy
    for group in identity.groups:
        arn = next((a for a, name, _ in estate.identities.groups(identity.account) if name == group), None)
        for edit in table.group:
            yield edit, arn or f"arn:aws:iam::{identity.account}:group/{group}"


def editing(estate: AwsEstate, who: Identity, edit: Edit, resource: str, target: Identity) -> Allowed | None:
    """Return whether an identity may make an edit that gives `target` every permission; None: it may not.

    Which policies it may attach can be limited; then what they allow decides, and is not looked at.
    """
    if not estate.oracle.could(who, edit.action, resource):
        return None
    known = known_of(target) if resource == target.arn else {}
    attaches = edit.action.startswith("iam:Attach")
    if attaches:
        full = Question(
            edit.action, resource, target.account, context={**known, "iam:policyarn": (_ADMINISTRATOR,)}
        )
        answer = estate.oracle.decide(who, full)
        if not answer.is_denied:
            return Allowed((answer,))
    answer = estate.oracle.decide(who, Question(edit.action, resource, target.account, context=known))
    if answer.is_denied:
        return None
    return Allowed((answer,), (_ATTACHABLE,) if attaches else ())


def _self_grants(estate: AwsEstate, target: Identity) -> Iterator[Hop]:
    for before in estate.identities.with_arn(target.arn):
        if before.self_granted or (target.boundary is None and before.boundary is not None):
            continue  # what is bound rids itself of that first
        for edit, resource in edits(before, estate):
            allowed = editing(estate, before, edit, resource, before)
            if allowed is not None:
                yield from estate.steps.hops(
                    "self-grant", before.node, target.node, allowed.answers, missing=allowed.missing
                )
                if not allowed.missing:
                    break


def _joins(estate: AwsEstate, target: Identity) -> Iterator[Hop]:
    before = estate.identities.get(target.arn)
    group = next(
        (arn for arn, name, _ in estate.identities.groups(target.account) if name == target.joined), None
    )
    if before is None or group is None:
        return
    for edit in estate.escalations.self_grant.membership:
        answer = estate.oracle.decide(before, Question(edit.action, group, target.account))
        if not answer.is_denied:
            yield from estate.steps.hops("join-group", before.node, target.node, (answer,))


def joined(estate: AwsEstate) -> Iterator[Identity]:
    """Yield copies that are in a group they can add themselves to, or without a boundary they can lift."""
    yield from lifting.lifted(estate)
    for user in estate.identities:
        if user.kind != "user" or any(isinstance(policy, Unread) for policy in user.policies):
            continue
        for edit in estate.escalations.self_grant.membership:
            if not estate.oracle.could(user, edit.action, "*"):
                continue
            for arn, name, policies in estate.identities.groups(user.account):
                question = Question(edit.action, arn, user.account)
                if name in user.groups or not policies or estate.oracle.decide(user, question).is_denied:
                    continue
                has = tuple(dict.fromkeys((*user.policies, *policies)))
                yield replace(user, policies=has, groups=(*user.groups, name), joined=name)


def granted(estate: AwsEstate) -> Iterator[Identity]:
    """Yield, for each identity that can widen its own policies, its copy with every permission.

    The copy keeps the boundary and stands under the same organization policies, so that what those forbid
    stays forbidden. An identity that already has every permission needs none, nor one whose policies were not
    all read: it may have every permission as it is.
    """
    for identity in estate.identities:
        if identity.service_linked or EVERYTHING in identity.policies:
            continue
        if any(isinstance(policy, Unread) for policy in identity.policies):
            continue
        for edit, resource in edits(identity, estate):
            if editing(estate, identity, edit, resource, identity) is not None:
                yield with_everything(identity)
                break


def with_everything(identity: Identity) -> Identity:
    """Return the copy of an identity that has every permission."""
    return replace(identity, policies=(EVERYTHING,), self_granted=True, joined="", unbounded=False)
