"""Hops into a role of IAM Identity Center by who administers it: assignments, groups, permission sets.

Who may make assignments in the account that has the instance opens every role that it has made, in all
accounts; who may put users into a group, the roles that the group is assigned; who may edit a permission set,
what its roles allow. An account that the instance is delegated to does the same, but for the roles of the
management account, where an organization's instance is. Sources: IAM Identity Center API Reference,
"CreateAccountAssignment"; User Guide, "Delegated administration"; Service Authorization Reference, "Actions,
resources, and condition keys for AWS IAM Identity Center" and "... AWS Identity Store"
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenter.html, read
2026-11-22). Fixtures: ``single-sign-on-assignment``, ``single-sign-on-administration``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scanner.providers.aws.access import Unread
from scanner.providers.aws.assignees import SSO_ROLES
from scanner.providers.aws.hops.choosing import is_glob
from scanner.providers.aws.hops.escalation import with_everything
from scanner.providers.aws.library import at, field_evidence
from scanner.providers.aws.questions import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence, Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.questions import Answer
    from scanner.snapshot import Document

_ASSIGN, _JOIN = "sso:CreateAccountAssignment", "identitystore:CreateGroupMembership"
_EDITS = ("sso:PutInlinePolicyToPermissionSet", "sso:AttachManagedPolicyToPermissionSet")
_PROVISION = "sso:ProvisionPermissionSet"
_USER = "it has a user in the directory"


class Center(NamedTuple):
    """An instance as one account administers it, for the roles of one permission set in another account."""

    instance: str
    document: Document
    administrator: str
    account: str
    set: str
    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...]

    def asked(self, action: str, *, on_account: bool = True) -> tuple[Question, ...]:
        """Return what must be allowed for an action: on the account, the instance and the permission set."""
        account = (f"arn:aws:sso:::account/{self.account}",) if on_account else ()
        places = (*account, self.instance, self.set)
        return tuple(Question(action, on, self.administrator, some_resource=is_glob(on)) for on in places)


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a role that a permission set made, or into its widened copy; none for another node."""
    role = estate.identities.get(node)
    if role is None or role.joined or SSO_ROLES not in role.arn:
        return
    for center in _centers(estate, role):
        if role.self_granted:
            yield from _edited(estate, role, center)
        else:
            yield from _assigned(estate, role, center)
    if not role.is_copy:
        yield from _joined(estate, role)


def widened(estate: AwsEstate) -> Iterator[Identity]:
    """Yield a copy with every permission of each role whose permission set someone may edit and enter."""
    for role in estate.identities:
        if role.is_copy or SSO_ROLES not in role.arn:
            continue
        copy = with_everything(role)
        if estate.identities.get(copy.node) is None and any(
            True for center in _centers(estate, role) for _ in _edited(estate, copy, center)
        ):
            yield copy


def directors(estate: AwsEstate) -> dict[str, tuple[Identity, ...]]:
    """Return who may do something to an instance, by the account that administers it."""
    accounts = {a for instance in estate.sign_on.instances for a in estate.sign_on.administrators(instance)}
    found: dict[str, list[Identity]] = {account: [] for account in accounts}
    for policies, held in estate.identities.by_policies().items() if accounts else ():
        if any(isinstance(policy, Unread) for policy in policies) or any(
            estate.oracle.could(held[0], action, "*") for action in (_ASSIGN, _JOIN, *_EDITS)
        ):
            for identity in held:
                if identity.account in accounts and not identity.service_linked:
                    found[identity.account].append(identity)
    return {account: tuple(sorted(held, key=lambda who: who.node)) for account, held in found.items()}


def _centers(estate: AwsEstate, role: Identity) -> Iterator[Center]:
    """Yield whoever administers the instances that may have made a role."""
    for instance, document in estate.sign_on.instances.items():
        sets = [s for s in estate.assignees.permission_sets(role) if s.instance == instance]
        known = [(s.arn, s.missing) for s in sets] or [
            (f"{instance.replace(':instance/', ':permissionSet/')}/*", ())
        ]
        proof = (field_evidence(document, "/InstanceArn"),)
        for account in estate.sign_on.administrators(instance):
            if account == document.id.scope or role.account != document.id.scope:
                for arn, missing in known:
                    yield Center(instance, document, account, role.account, arn, proof, missing)


def _assigned(estate: AwsEstate, role: Identity, center: Center) -> Iterator[Hop]:
    for identity, answers in _able(estate, center, center.asked(_ASSIGN)):
        if identity.node != role.node:
            yield from estate.steps.hops(
                "edit-trust",
                identity.node,
                role.node,
                answers,
                evidence=center.evidence,
                missing=center.missing,
                assumed=_signs_in(identity),
            )


def _edited(estate: AwsEstate, copy: Identity, center: Center) -> Iterator[Hop]:
    """Yield the hops of who edits a permission set and has a role of it, or assigns itself one."""
    provision = center.asked(_PROVISION)
    for edit in _EDITS:
        for identity, answers in _able(estate, center, (*center.asked(edit, on_account=False), *provision)):
            own = identity.arn == copy.arn
            if identity.self_granted:
                continue
            assigning = () if own else _all(estate, identity, center.asked(_ASSIGN))
            if assigning is not None:
                yield from estate.steps.hops(
                    "self-grant" if own else "widen",
                    identity.node,
                    copy.node,
                    (*answers, *assigning),
                    evidence=center.evidence,
                    missing=center.missing,
                    assumed=_signs_in(identity),
                )


def _joined(estate: AwsEstate, role: Identity) -> Iterator[Hop]:
    """Yield the hops of who puts users into a group that is assigned the role."""
    for found, group, proof in estate.assignees.groups(role):
        document = estate.sign_on.instances.get(found.instance)
        if document is None:
            continue
        store = str(at(document.body, "/IdentityStoreId") or "*")
        places = (
            f"arn:aws:identitystore:::group/{group}",
            f"arn:aws:identitystore::{document.id.scope}:identitystore/{store}",
            "arn:aws:identitystore:::user/*",
        )
        for account in estate.sign_on.administrators(found.instance):
            asked = tuple(Question(_JOIN, on, account, some_resource=is_glob(on)) for on in places)
            center = Center(
                found.instance, document, account, role.account, found.arn, (proof,), found.missing
            )
            for identity, answers in _able(estate, center, asked):
                if identity.node != role.node:
                    yield from estate.steps.hops(
                        "join-group",
                        identity.node,
                        role.node,
                        answers,
                        evidence=center.evidence,
                        missing=center.missing,
                        assumed=_signs_in(identity),
                    )


def _able(
    estate: AwsEstate, center: Center, asked: tuple[Question, ...]
) -> Iterator[tuple[Identity, tuple[Answer, ...]]]:
    """Yield the identities of the administering account to whom nothing that is asked is denied."""
    for identity in estate.directors.get(center.administrator, ()):
        answers = _all(estate, identity, asked)
        if answers is not None:
            yield identity, answers


def _all(estate: AwsEstate, identity: Identity, asked: tuple[Question, ...]) -> tuple[Answer, ...] | None:
    """Return the answers to what is asked; None when one is no."""
    answers = tuple(estate.oracle.decide(identity, question) for question in asked)
    return None if any(answer.is_denied for answer in answers) else answers


def _signs_in(identity: Identity) -> tuple[str, ...]:
    return () if SSO_ROLES in identity.arn else (_USER,)
