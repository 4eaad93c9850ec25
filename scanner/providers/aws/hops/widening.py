"""Hops by which one of our principals gives another one every permission and becomes it.

Each takes two things of the same principal: an edit of the other's policies, and a way to act as it. What
needs two principals (one edits, another assumes) is not followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.access import Unread
from scanner.providers.aws.hops import lifting
from scanner.providers.aws.hops.easiest import easiest
from scanner.providers.aws.hops.escalation import (
    EVERYTHING,
    Allowed,
    credentials,
    editing,
    edits,
    with_everything,
)
from scanner.providers.aws.hops.lifting import known_of
from scanner.providers.aws.questions import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into the widened copy of a role or user; none for another node."""
    target = estate.identities.get(node)
    before = estate.identities.get(target.arn) if target is not None else None
    if target is None or before is None or not (target.self_granted or target.unbounded):
        return
    for who in estate.editors:
        if who.account == before.account and who.arn != before.arn:
            yield from easiest(
                hop
                for allowed in (_unbinding if target.unbounded else _widening)(estate, who, before)
                for hop in estate.steps.hops(
                    "widen",
                    who.node,
                    target.node,
                    allowed.answers,
                    missing=allowed.missing,
                    assumed=allowed.assumed,
                )
            )


def editors(estate: AwsEstate, self_granting: frozenset[str]) -> tuple[Identity, ...]:
    """Return the identities that may edit somebody's policies and have not every permission anyway.

    A self-granted copy has, unless a boundary caps it: then a principal without one can do more.
    """
    table = estate.escalations.self_grant
    lift = estate.escalations.lift_boundary
    groups = (table.user, table.role, table.policy, table.group, lift.user, lift.role, lift.policy)
    actions = {edit.action for group in groups for edit in group}
    found = []
    for policies, held in estate.identities.by_policies().items():
        if any(isinstance(policy, Unread) for policy in policies):
            continue
        if any(estate.oracle.could(held[0], action, "*") for action in actions):
            found += [who for who in held if not who.service_linked and not _has_all(who, self_granting)]
    return tuple(sorted(found, key=lambda who: who.node))


def _has_all(who: Identity, self_granting: frozenset[str]) -> bool:
    return who.boundary is None and (EVERYTHING in who.policies or who.arn in self_granting)


def widened(estate: AwsEstate) -> Iterator[Identity]:
    """Yield copies of what an editor can change and become: without a boundary, or with every permission."""
    for target in estate.identities:
        others = (w for w in estate.editors if w.account == target.account and w.arn != target.arn)
        if lifting.can_be_lifted(target) and any(next(_unbinding(estate, w, target), None) for w in others):
            yield lifting.without_boundary(target)
    for target in estate.identities:
        if target.is_copy or target.service_linked or EVERYTHING in target.policies:
            continue
        for who in estate.editors:
            if who.account != target.account or who.arn == target.arn:
                continue
            if next(_widening(estate, who, target), None) is not None:
                yield with_everything(target)
                break


def _widening(estate: AwsEstate, who: Identity, target: Identity) -> Iterator[Allowed]:
    """Yield each pair of an edit and a way to become the target."""
    for edit, resource in edits(target, estate):
        allowed = editing(estate, who, edit, resource, target)
        if allowed is None:
            continue
        for way in _becoming(estate, who, target):
            answers = (*allowed.answers, *way.answers)
            yield Allowed(answers, allowed.missing, way.assumed)


def _unbinding(estate: AwsEstate, who: Identity, target: Identity) -> Iterator[Allowed]:
    """Yield each pair of an edit that lifts the target's boundary and a way to become the target."""
    for answer in lifting.lifting(estate, who, target):
        for way in _becoming(estate, who, target):
            yield Allowed((answer, *way.answers), way.missing, way.assumed)


def _becoming(estate: AwsEstate, who: Identity, target: Identity) -> Iterator[Allowed]:
    if target.kind == "user":
        yield from credentials(estate, who, target)
        return
    edit = Question(
        estate.escalations.edit_trust.action, target.arn, target.account, context=known_of(target)
    )
    assume = Question("sts:AssumeRole", target.arn, target.account, target.trust)
    for question in (assume,) if target.is_protected else (assume, edit):
        answer = estate.oracle.decide(who, question)
        if not answer.is_denied:
            yield Allowed((answer,))
