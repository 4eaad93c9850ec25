"""Hops by which a principal takes a permissions boundary away, its own or another's.

What the boundary held then is held no longer: the copy without one has the same policies. A boundary is
deleted, replaced by one that allows everything, or is a policy of ours that gets a new version. Source: IAM
User Guide, "Permissions boundaries for IAM entities", Delegating responsibility to others using permissions
boundaries (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html, read
2026-11-22). Fixture: ``permissions-boundary-lifted``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scanner.providers.aws.access import Unread
from scanner.providers.aws.arn import account_of
from scanner.providers.aws.identities import tags_of
from scanner.providers.aws.questions import Answer, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity

_KEY = "iam:permissionsboundary"
_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def known_of(target: Identity) -> dict[str, tuple[str, ...]]:
    """Return the context that a role or user fixes for calls on it: its boundary and its tags.

    Source: IAM User Guide, "IAM and AWS STS condition context keys", iam:PermissionsBoundary and
    iam:ResourceTag (reference_policies_iam-condition-keys.html, read 2026-11-22).
    """
    body = target.document.body or {}
    if set(body) <= {"Arn"}:
        return {}  # it was not read
    boundary = (body.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    known: dict[str, tuple[str, ...]] = {"iam:permissionsboundary": (boundary,) if boundary else ()}
    for key, value in tags_of(body):
        known[f"aws:resourcetag/{key.lower()}"] = known[f"iam:resourcetag/{key.lower()}"] = (value,)
    return known


def by_itself(estate: AwsEstate, target: Identity) -> Iterator[Hop]:
    """Yield the hop into the copy without a boundary of who can lift its own."""
    before = estate.identities.get(target.arn)
    answer = None if before is None else next(lifting(estate, before, before), None)
    if before is not None and answer is not None:
        yield from estate.steps.hops("self-grant", before.node, target.node, (answer,))


def lifted(estate: AwsEstate) -> Iterator[Identity]:
    """Yield, for each identity that can lift its own boundary, its copy without one."""
    for identity in estate.identities:
        if can_be_lifted(identity) and next(lifting(estate, identity, identity), None) is not None:
            yield without_boundary(identity)


def can_be_lifted(identity: Identity) -> bool:
    """Tell whether an identity is as it is, and has a boundary that its own account edits."""
    is_read = not any(isinstance(policy, Unread) for policy in identity.policies)
    return identity.boundary is not None and is_read and not identity.is_copy and not identity.is_protected


def without_boundary(identity: Identity) -> Identity:
    """Return the copy of an identity without its boundary."""
    return replace(identity, boundary=None, unbounded=True)


def lifting(estate: AwsEstate, who: Identity, target: Identity) -> Iterator[Answer]:
    """Yield a yes for each edit by which `who` lifts the boundary of `target`."""
    table = estate.escalations.lift_boundary
    known = known_of(target)
    asked = []
    for edit in table.user if target.kind == "user" else table.role:
        context = {**known, _KEY: (_ADMINISTRATOR,)} if edit.action.startswith("iam:Put") else known
        asked.append(Question(edit.action, target.arn, target.account, context=context))
    for arn in known.get(_KEY, ()):
        if account_of(arn) == target.account:
            asked += [Question(edit.action, arn, target.account) for edit in table.policy]
    for question in asked:
        if estate.oracle.could(who, question.action, question.resource):
            answer = estate.oracle.decide(who, question)
            if not answer.is_denied:
                yield answer
