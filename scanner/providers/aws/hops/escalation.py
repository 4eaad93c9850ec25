"""Hops by which one of our principals acts as another: passing a role, taking over, granting itself more.

The permission sets are data, in ``escalations.yaml``. Source: IAM User Guide, "Grant a user permissions to
pass a role to an AWS service" (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html,
read 2026-11-22).
"""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from typing import TYPE_CHECKING

import msgspec
import yaml

from scanner.providers.aws.access import Policy, Unread
from scanner.providers.aws.outsiders import Caller
from scanner.providers.aws.questions import Answer, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identities, Identity
    from scanner.providers.aws.questions import Oracle

_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


class PassRole(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A service that runs the caller's code as a role. `actions` maps an action to the glob it acts on."""

    name: str
    service: str
    actions: dict[str, str]
    instance_profile: bool = False


class _TakeOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    actions: tuple[str, ...]


class _SelfGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    user: tuple[str, ...]
    role: tuple[str, ...]
    policy: tuple[str, ...]
    group: tuple[str, ...]


class Escalations(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The whole table."""

    pass_role: tuple[PassRole, ...]
    edit_trust: _TakeOver
    take_credentials: _TakeOver
    self_grant: _SelfGrant


def load() -> Escalations:
    """Read the shipped table."""
    text = resources.files(__package__).joinpath("escalations.yaml").read_text("utf-8")
    return msgspec.convert(yaml.safe_load(text), Escalations)


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a role, a user or the self-granted copy of either; none for another node."""
    target = estate.identities.get(node)
    if target is None:
        return
    if target.self_granted:
        yield from _self_grants(estate, target)
    elif target.kind == "role":
        for escalation in estate.escalations.pass_role:
            yield from _passing(estate, target, escalation)
        yield from _take_over(estate, target, "edit-trust", estate.escalations.edit_trust.actions)
    else:
        yield from _take_over(estate, target, "take-credentials", estate.escalations.take_credentials.actions)


def _passing(estate: AwsEstate, role: Identity, escalation: PassRole) -> Iterator[Hop]:
    if escalation.instance_profile and not role.instance_profile:
        return
    trusted = estate.oracle.admit(
        Caller(escalation.service, escalation.service),
        Question(
            "sts:AssumeRole",
            role.arn,
            role.account,
            role.trust,
            context={"aws:sourceaccount": (role.account,)},
        ),
    )
    if trusted.is_denied:
        return
    context = {"iam:passedtoservice": (escalation.service,)}
    passing = Question("iam:PassRole", role.arn, role.account, context=context)
    for identity, passed in estate.oracle.insiders(passing):
        if identity.node == role.node or identity.account != role.account:
            continue
        doing = tuple(_may(estate, identity, a, glob) for a, glob in escalation.actions.items())
        answers = (passed, *doing, trusted)
        if not any(a.is_denied for a in answers):
            yield from estate.steps.hops("pass-role", identity.node, role.node, answers)


def _may(estate: AwsEstate, identity: Identity, action: str, glob: str) -> Answer:
    resource = glob.replace("${account}", identity.account)
    return estate.oracle.decide(identity, Question(action, resource, identity.account, some_resource=True))


def _take_over(estate: AwsEstate, target: Identity, type_: str, actions: tuple[str, ...]) -> Iterator[Hop]:
    found: set[str] = set()
    for action in actions:
        for identity, answer in estate.oracle.insiders(Question(action, target.arn, target.account)):
            if identity.node in {*found, target.node} or answer.is_denied:
                continue
            found.add(identity.node)
            yield from estate.steps.hops(type_, identity.node, target.node, (answer,))


def _self_grants(estate: AwsEstate, target: Identity) -> Iterator[Hop]:
    before = estate.identities.get(target.arn)
    if before is None:
        return
    for action, resource in edits(before, estate.escalations.self_grant):
        answer = estate.oracle.decide(before, Question(action, resource, before.account))
        if not answer.is_denied:
            yield from estate.steps.hops("self-grant", before.node, target.node, (answer,))
            return


def edits(identity: Identity, table: _SelfGrant) -> Iterator[tuple[str, str]]:
    """Yield (action, resource) of every edit that would widen what the identity may do."""
    for action in table.user if identity.kind == "user" else table.role:
        yield action, identity.arn
    for policy in identity.editable:
        for action in table.policy:
            yield action, policy
    for group in identity.groups:
        for action in table.group:
            yield action, f"arn:aws:iam::{identity.account}:group/{group}"


def granted(identities: Identities, oracle: Oracle, table: _SelfGrant) -> Iterator[Identity]:
    """Yield, for each identity that can widen its own policies, its copy with every permission.

    The copy keeps the boundary and stands under the same organization policies, so that what those forbid
    stays forbidden. An identity that already has every permission needs none, nor one whose policies were not
    all read: it may have every permission as it is.
    """
    everything = Policy.parse(_EVERYTHING, name="self-granted")
    for identity in identities:
        if identity.service_linked or everything in identity.policies:
            continue
        if any(isinstance(policy, Unread) for policy in identity.policies):
            continue
        for action, resource in edits(identity, table):
            if not oracle.could(identity, action, resource):
                continue
            answer = oracle.decide(identity, Question(action, resource, identity.account))
            if not answer.is_denied:
                yield replace(identity, policies=(everything,), self_granted=True)
                break
