"""Hops into a role of IAM Identity Center by assigning its permission set to a user of one's own.

Who may make assignments in the account that has the instance opens every role that it has made, in all
accounts; roles in the management account only from there, which is where an organization's instance is.
Assignments made by a delegated administrator, and edits of permission sets, are not followed. Sources: IAM
Identity Center API Reference, "CreateAccountAssignment"; Service Authorization Reference, "Actions,
resources, and condition keys for AWS IAM Identity Center"
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenter.html, read
2026-11-22): it takes the instance, the account and the permission set. Fixture:
``single-sign-on-assignment``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.hops.choosing import is_glob
from scanner.providers.aws.library import field_evidence
from scanner.providers.aws.questions import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate

_ROLES = ":role/aws-reserved/sso.amazonaws.com/"
_ASSIGN = "sso:CreateAccountAssignment"
_USER = "it has a user in the directory"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a role that a permission set made; none for another node."""
    role = estate.identities.get(node)
    if role is None or role.is_copy or _ROLES not in role.arn:
        return
    for instance, document in estate.sign_on.instances.items():
        owner = document.id.scope
        sets = f"{instance.replace(':instance/', ':permissionSet/')}/*"
        places = (f"arn:aws:sso:::account/{role.account}", instance, sets)
        first, *rest = (Question(_ASSIGN, on, owner, some_resource=is_glob(on)) for on in places)
        for identity, said in estate.oracle.insiders(first):
            if identity.account != owner or identity.node == role.node:
                continue
            answers = (said, *(estate.oracle.decide(identity, question) for question in rest))
            if not any(answer.is_denied for answer in answers):
                yield from estate.steps.hops(
                    "edit-trust",
                    identity.node,
                    role.node,
                    answers,
                    evidence=(field_evidence(document, "/InstanceArn"),),
                    assumed=() if _ROLES in identity.arn else (_USER,),
                )
