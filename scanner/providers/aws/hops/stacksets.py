"""Hops into the execution role of a CloudFormation stack set, which takes any template the caller gives.

The caller passes an administration role to CloudFormation, which with it assumes the execution role in each
account of the set. Source: CloudFormation User Guide, "Grant self-managed permissions"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html, read
2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scanner.providers.aws.hops.choosing import may
from scanner.providers.aws.hops.easiest import easiest
from scanner.providers.aws.hops.passing import trust_in
from scanner.providers.aws.library import at, field_evidence
from scanner.providers.aws.questions import Question
from scanner.snapshot import DocumentId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence, Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.questions import Answer
    from scanner.snapshot import Snapshot

_SERVICE = "cloudformation.amazonaws.com"


class StackSet(NamedTuple):
    """An existing stack set: its roles, and the accounts in which it has instances."""

    arn: str
    account: str
    administration: str
    execution: str
    accounts: frozenset[str]
    evidence: Evidence


def read_stack_sets(snapshot: Snapshot) -> tuple[StackSet, ...]:
    """Return every active stack set that has an administration role of its own, in ARN order."""
    found = []
    for document in snapshot.all("aws", "cloudformation", "DescribeStackSet"):
        body = at(document.body, "/StackSet") or {}
        if not body.get("AdministrationRoleARN") or body.get("Status") == "DELETED":
            continue
        id_ = DocumentId(
            "aws",
            document.id.scope,
            document.id.region,
            "cloudformation",
            "ListStackInstances",
            document.id.key,
        )
        instances = snapshot.get(id_)
        summaries = getattr(instances, "body", None) or {}
        found.append(
            StackSet(
                str(body.get("StackSetARN") or ""),
                document.id.scope,
                body["AdministrationRoleARN"],
                str(body.get("ExecutionRoleName") or "AWSCloudFormationStackSetExecutionRole"),
                frozenset(str(i.get("Account")) for i in summaries.get("Summaries") or ()),
                field_evidence(document, "/StackSet/ExecutionRoleName"),
            )
        )
    return tuple(sorted(found))


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a role that an administration role for stack sets may assume; none for another node."""
    role = estate.identities.get(node)
    if role is None or role.kind != "role" or role.is_copy:
        return
    assuming = Question("sts:AssumeRole", role.arn, role.account, role.trust)
    for admin, assumed in estate.oracle.insiders(assuming):
        if assumed.is_denied or admin.kind != "role" or admin.is_copy:
            continue
        trusted = trust_in(estate, admin, _SERVICE)
        if not trusted.is_denied:
            yield from _through(estate, role, admin, (assumed, trusted))


def _through(
    estate: AwsEstate, role: Identity, admin: Identity, known: tuple[Answer, Answer]
) -> Iterator[Hop]:
    account = admin.account
    passing = Question("iam:PassRole", admin.arn, account, context={"iam:passedtoservice": (_SERVICE,)})
    for identity, passed in estate.oracle.insiders(passing):
        if passed.is_denied or identity.node == role.node or identity.account != account:
            continue
        fresh = f"arn:aws:cloudformation:*:{account}:stackset/*:*"
        ways: list[tuple[dict[str, str], tuple[Evidence, ...]]] = [
            ({"cloudformation:CreateStackSet": "*", "cloudformation:CreateStackInstances": fresh}, ())
        ]
        ways += [
            ({"cloudformation:UpdateStackSet": existing.arn}, (existing.evidence,))
            for existing in estate.stack_sets
            if _runs(existing, role, admin)
        ]
        yield from easiest(
            hop
            for doing, evidence in ways
            for hop in estate.steps.hops(
                "pass-role",
                identity.node,
                role.node,
                (passed, *(may(estate, identity, action, on) for action, on in doing.items()), *known),
                evidence=evidence,
            )
            if hop.certainty != "blocked"
        )


def _runs(existing: StackSet, role: Identity, admin: Identity) -> bool:
    name = role.arn.rpartition("/")[2]
    same = (existing.administration, existing.execution) == (admin.arn, name)
    return same and role.account in existing.accounts
