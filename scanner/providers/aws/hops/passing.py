"""Hops into a role by passing it to new compute, or by running code on compute that has it.

The permission sets are data, see `scanner.providers.aws.escalations`. Source: IAM User Guide, "Grant a user
permissions to pass a role to an AWS service"
(https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html, read 2026-11-22).
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

from scanner.providers.aws.access import Unread
from scanner.providers.aws.hops import asking
from scanner.providers.aws.hops.choosing import first_yes, is_glob, may, names
from scanner.providers.aws.hops.easiest import easiest
from scanner.providers.aws.outsiders import Caller
from scanner.providers.aws.questions import Answer, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.escalations import Code
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.workloads import Workload


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a role; none for another node."""
    role = estate.identities.get(node)
    if role is None or role.kind != "role" or role.is_copy:
        return
    by_service = sorted(estate.escalations.pass_role, key=lambda way: way.service)
    for service, ways in groupby(by_service, key=lambda way: way.service):
        yield from _passing(estate, role, service, tuple(ways))
    running: dict[str, list[Hop]] = defaultdict(list)
    for way in estate.escalations.run_code:
        for workload in estate.workloads.of_role(role.arn, way.compute or ""):
            for hop in _running(estate, role, way, workload):
                running[hop.source].append(hop)
    for source in sorted(running):
        yield from easiest(running[source])


def from_outside(estate: AwsEstate, role: Identity) -> Iterator[Hop]:
    """Yield the hops into a role by compute whose resource policy lets outside callers change its code."""
    for way in estate.escalations.run_code:
        for workload in estate.workloads.of_role(role.arn, way.compute or ""):
            yield from _running(estate, role, way, workload, outsiders_only=True)


def trust_in(estate: AwsEstate, role: Identity, service: str, workload: str | None = None) -> Answer:
    """Return whether a role lets a service of its own account take it, for one piece of compute if given."""
    context = {"aws:sourceaccount": (role.account,)}
    if workload is not None:
        context["aws:sourcearn"] = (workload,)
    question = Question("sts:AssumeRole", role.arn, role.account, role.trust, context=context)
    return estate.oracle.admit(Caller(service, service), question)


def _passing(estate: AwsEstate, role: Identity, service: str, ways: tuple[Code, ...]) -> Iterator[Hop]:
    trusted = trust_in(estate, role, service)
    if trusted.is_denied:
        return
    context = {"iam:passedtoservice": (service,)}
    passing = Question("iam:PassRole", role.arn, role.account, context=context)
    for identity, passed in estate.oracle.insiders(passing):
        if passed.is_denied or identity.node == role.node or identity.account != role.account:
            continue
        yield from easiest(
            hop for way in ways for hop in _by_way(estate, role, identity, way, (passed, trusted))
        )


def _by_way(
    estate: AwsEstate, role: Identity, identity: Identity, way: Code, both: tuple[Answer, Answer]
) -> Iterator[Hop]:
    if way.instance_profile and not role.instance_profile:
        return
    for workload, missing in _compute(estate, role, way):
        doing = []
        for action, glob in way.places(role.account, workload):
            answer = may(estate, identity, action, glob or "*")
            if answer.is_denied:
                break
            doing.append(answer)
        else:
            yield from estate.steps.hops(
                "pass-role",
                identity.node,
                role.node,
                (both[0], *doing, both[1]),
                missing=missing,
                assumed=way.assumes,
            )


def _compute(
    estate: AwsEstate, role: Identity, way: Code
) -> Iterator[tuple[Workload | None, tuple[str, ...]]]:
    """Yield the compute that a way needs, with what was not read of it; once None where it needs none."""
    if way.compute is None:
        yield None, ()
        return
    found = estate.workloads.of_kind(way.compute, role.account)
    for workload in found:
        missing = _facts(way, workload)
        if missing is not None:
            yield workload, missing
    unread = estate.workloads.unread(way.compute, role.account)
    if not found and unread is not None:
        yield None, (unread,)


def _facts(way: Code, workload: Workload) -> tuple[str, ...] | None:
    """Return the documents that would tell whether the compute is as the way demands; None: it is not."""
    lacking = [fact for fact in way.where if fact not in workload.facts]
    if any(fact not in workload.unread for fact in lacking):
        return None
    return tuple(workload.unread[fact] for fact in lacking)


def _running(
    estate: AwsEstate, role: Identity, way: Code, workload: Workload, *, outsiders_only: bool = False
) -> Iterator[Hop]:
    if outsiders_only and (workload.policy is None or isinstance(workload.policy, Unread)):
        return
    missing = _facts(way, workload)
    trusted = trust_in(estate, role, way.service, workload.arn)
    if missing is None or trusted.is_denied:
        return
    (action, _), *rest = way.places(workload.account, workload)
    first = Question(
        action, workload.arn, workload.account, workload.policy, some_resource=is_glob(workload.arn)
    )
    callers: list[tuple[Identity | Caller, Answer]] = []
    if not outsiders_only:
        callers += estate.oracle.insiders(first)
    callers += [(c, a) for c, a in estate.oracle.outsiders(first) if c.kind == "aws"]
    for who, said in callers:
        foreign = isinstance(who, Caller)
        if said.is_denied or who.node == role.node:
            continue
        doing = [_doing(estate, who, action, on, workload) for action, on in rest]
        if any(answer.is_denied for answer in doing):
            continue
        yield from estate.steps.hops(
            "run-code",
            who.node,
            role.node,
            (said, *doing, trusted),
            foreign=foreign,
            evidence=(workload.evidence,),
            missing=missing,
            assumed=way.assumes,
        )


def _doing(estate: AwsEstate, who: Identity | Caller, action: str, on: str, workload: Workload) -> Answer:
    if on != workload.arn and not isinstance(who, Caller):
        return may(estate, who, action, on)
    policy = workload.policy if on == workload.arn else None
    asked = (
        Question(action, name, workload.account, policy, some_resource=is_glob(name))
        for name in names(action, on)
    )
    return first_yes(asking.answer(estate, who, question) for question in asked)
