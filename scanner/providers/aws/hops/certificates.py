"""Hops into a role by a certificate, through IAM Roles Anywhere.

A trust anchor takes every certificate of its authority; the role's trust policy may demand parts of the
subject. Every session is tagged and has a source identity, so the trust must let the service do these too.
Source: IAM Roles Anywhere User Guide, "Trust model", "Trust policy"
(https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.hops import session_tags
from scanner.providers.aws.outsiders import Caller
from scanner.providers.aws.questions import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity

_SERVICE = "rolesanywhere.amazonaws.com"
_ACTIONS = ("sts:AssumeRole", session_tags.TAGS, session_tags.SOURCE_IDENTITY)


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a role; none for another node."""
    role = estate.identities.get(node)
    if role is not None and not role.is_copy:
        yield from from_outside(estate, role)


def from_outside(estate: AwsEstate, role: Identity) -> Iterator[Hop]:
    """Yield the hops into a role from every trust anchor that a profile with this role goes with."""
    for profile in estate.anywhere.profiles:
        if role.arn not in profile.roles:
            continue
        for anchor in estate.anywhere.anchors:
            if (anchor.account, anchor.region) != (profile.account, profile.region):
                continue
            context = {"aws:sourceaccount": (anchor.account,), "aws:sourcearn": (anchor.arn,)}
            asked = (Question(a, role.arn, role.account, role.trust, context=context) for a in _ACTIONS)
            answers = tuple(estate.oracle.admit(Caller(anchor.arn, _SERVICE), question) for question in asked)
            for hop in estate.steps.hops(
                "assume-certificate",
                anchor.arn,
                role.arn,
                answers,
                evidence=(profile.evidence, anchor.evidence),
                missing=(f"what the session policies of {profile.arn} leave",) if profile.limited else (),
            ):
                yield _by_subject(hop)


def _by_subject(hop: Hop) -> Hop:
    """Return the hop with demands on the certificate as what they are: the authority's to grant."""
    guards = tuple(
        msgspec.structs.replace(guard, held_by="issuer", kind="subject")
        if guard.kind == "principal-tag"
        else guard
        for guard in hop.guards
    )
    return msgspec.structs.replace(hop, guards=guards)
