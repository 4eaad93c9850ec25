"""Hops into a role by its trust policy: AssumeRole, web identity and SAML.

Sources: STS API Reference, "AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"
(https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, read 2026-11-22). Within an
account a trust that names the account needs the caller's own permission too, one that names the caller does
not; from another account both sides must allow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.access import Unread
from scanner.providers.aws.arn import Arn
from scanner.providers.aws.cognito import guests
from scanner.providers.aws.hops import session_tags
from scanner.providers.aws.outsiders import ANY_ACCOUNT, ANYONE, Caller, issuer_of, subject_node
from scanner.providers.aws.questions import Answer, Question
from scanner.wildcards import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.access import Policy
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.verdict import Guard

_ANY_SUBJECT = "*"
_OF_AWS = ("aws-service-role/", "aws-reserved/")
_CLUSTERS = "oidc-provider/oidc.eks."
_COGNITO = "https://cognito-identity.amazonaws.com"
_GUEST, _USER = "unauthenticated", "authenticated"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a role; none for another node."""
    role = estate.identities.get(node)
    if role is None or role.trust is None or role.is_copy:
        return  # whoever only assumes a role has not widened it
    yield from from_outside(estate, role)
    for identity, answer in estate.oracle.insiders(_question(role, "sts:AssumeRole")):
        if identity.node != role.node:
            yield from session_tags.hops(estate, "assume", identity.node, identity, answer)


def from_outside(estate: AwsEstate, role: Identity) -> Iterator[Hop]:
    """Yield the hops into a role whose source is an outside caller."""
    if isinstance(role.trust, Unread):
        yield from _by_unread_trust(estate, role)
        return
    for action, types in _ACTIONS.items():
        question = _question(role, action)
        for caller, answer, doubt in _callers(estate, role.trust, question):
            if caller.kind not in types or _is_our_cluster(estate, caller):
                continue
            directory = estate.sign_on.behind(caller.principal)
            if directory is not None and directory.is_ours:
                yield from _by_people(estate, role, caller, answer)
                continue
            hops = session_tags.hops(
                estate,
                types[caller.kind],
                directory.source if directory else caller.node,
                caller,
                answer,
                foreign=True,
                missing=(*doubt, *_missing(estate, caller), *(directory.missing if directory else ())),
            )
            issuer = issuer_of(caller.principal) if caller.kind == "oidc" else None
            # code seldom says which providers there are; only an account that was read does
            door = None if role.document.places else estate.token_issuers.door(caller.principal, role.account)
            for hop in hops:
                behind = _behind(hop, door)
                yield from (_by_subject(estate, behind, issuer) if issuer else (behind,))


def _callers(
    estate: AwsEstate, trust: Policy | None, question: Question
) -> Iterator[tuple[Caller, Answer, tuple[str, ...]]]:
    """Yield who may come in from outside, and what makes it doubtful.

    Whether ``*`` means identity providers too no page of AWS says.
    """
    for caller, answer in estate.oracle.outsiders(question):
        yield caller, answer, ()
    if trust is None:
        return
    for caller in estate.token_issuers.meant_by_anyone(trust, question.action, question.account):
        doubt = f"whether {ANYONE} lets in tokens of {caller.principal}"
        yield caller, estate.oracle.admit(caller, question), (doubt,)


def _behind(hop: Hop, door: str | None) -> Hop:
    """Return the hop as it is behind a door; one that is blocked already has two, and is as it was."""
    if door is None or hop.certainty == "blocked":
        return hop
    return msgspec.structs.replace(hop, certainty="blocked", missing=(), blocked_by=(door,))


def _by_people(estate: AwsEstate, role: Identity, caller: Caller, answer: Answer) -> Iterator[Hop]:
    """Yield the hops of the people from outside to whom our single sign-on assigns a role."""
    for person in estate.assignees.outside(role):
        yield from session_tags.hops(
            estate,
            "assume-saml",
            person.node,
            caller,
            answer,
            foreign=True,
            evidence=person.evidence,
            missing=person.missing,
        )


def _by_unread_trust(estate: AwsEstate, role: Identity) -> Iterator[Hop]:
    """Yield the hop of any account, which a trust policy that was not read may let in.

    Roles of AWS's own are trusted to AWS alone, whatever else cannot be read. Fixture:
    ``entry-role-not-read``.
    """
    if not role.arn.partition(":role/")[2].startswith(_OF_AWS):
        answer = estate.oracle.admit(Caller(ANY_ACCOUNT, ANY_ACCOUNT), _question(role, "sts:AssumeRole"))
        yield from estate.steps.hops("assume", ANY_ACCOUNT, role.arn, (answer,), foreign=True)


_ACTIONS = {
    "sts:AssumeRole": {"aws": "assume"},
    "sts:AssumeRoleWithWebIdentity": {"oidc": "assume-web-identity"},
    "sts:AssumeRoleWithSAML": {"saml": "assume-saml"},
}


def _question(role: Identity, action: str) -> Question:
    return Question(action, role.arn, role.account, role.trust)


def _is_our_cluster(estate: AwsEstate, caller: Caller) -> bool:
    """Tell whether the tokens are those of a cluster of ours, whose pods `hops.clusters` follows."""
    issuer = issuer_of(caller.principal) if caller.kind == "oidc" else None
    return issuer is not None and estate.clusters.of_issuer(issuer) is not None


def _missing(estate: AwsEstate, caller: Caller) -> tuple[str, ...]:
    """Name what would tell whether a cluster's issuer is ours; without it the caller may be our own pod."""
    resource = Arn.parse(caller.principal).resource
    if resource.startswith(_CLUSTERS):
        return estate.clusters.unread(region=resource.removeprefix(_CLUSTERS).partition(".")[0])
    return ()


def _by_subject(estate: AwsEstate, hop: Hop, issuer: str) -> Iterator[Hop]:
    """Split a web identity hop by the subjects it demands: each glob is a source of its own.

    The subject then is who the source is, and no longer a guard in its way.
    """
    key = f"{issuer.removeprefix('https://').lower()}:sub"
    subjects = [g for g in hop.guards if g.key.lower() == key and g.op in {"in", "like"}]
    rest = tuple(
        g for g in hop.guards if g not in subjects and not (g.key.lower() == key and g.op == "present")
    )  # every token has a subject (OpenID Connect Core, "ID Token"): demanding any demands nothing
    if issuer == _COGNITO and not subjects and _is_for(_GUEST, rest):
        found = list(_guests(estate, hop, rest))
        yield from found
        if found or any(g.key.lower().endswith(":amr") for g in rest):
            return
    if issuer == _COGNITO and not subjects and _is_for(_USER, rest):
        for pool in _pools(rest):
            yield from estate.user_pools.through(hop, pool, estate.organization.accounts)
    for subject in _spellings(subjects[0].values) if subjects else (_ANY_SUBJECT,):
        yield msgspec.structs.replace(hop, source=subject_node(issuer, subject), guards=rest)


def _spellings(subjects: tuple[str, ...]) -> Iterator[str]:
    """Yield the subjects; where all spellings of one are among them, letter case aside, one stands for all.

    ``StringEqualsIgnoreCase`` demands a subject in any of them: that is one source, not thousands.
    """
    alike: dict[str, list[str]] = {}
    for subject in subjects:
        alike.setdefault(subject.lower(), []).append(subject)
    for lower, spelled in alike.items():
        every = 2 ** sum(c.lower() != c.upper() for c in lower)
        yield from (lower,) if len(spelled) == every else spelled


def _is_for(whom: str, guards: tuple[Guard, ...]) -> bool:
    """Tell whether a Cognito identity that nobody, or somebody, logged in for meets the guards.

    Source: IAM User Guide, "Available keys for AWS OIDC federation", ``cognito-identity.amazonaws.com:amr``;
    Amazon Cognito Developer Guide, "Role trust and permissions" (read 2026-11-22).
    """
    amr = [g for g in guards if g.key.lower().endswith(":amr") and g.op in {"in", "like"}]
    return all(any(matches(value, whom) for value in guard.values) for guard in amr)


def _pools(guards: tuple[Guard, ...]) -> tuple[str, ...]:
    """Return the identity pools that guards demand one of, ``*`` for any."""
    pools = [g.values for g in guards if g.key.lower().endswith(":aud") and g.op == "in"]
    return pools[0] if pools else ("*",)


def _guests(estate: AwsEstate, hop: Hop, guards: tuple[Guard, ...]) -> Iterator[Hop]:
    """Yield the hop of anyone who knows an identity pool's id, as far as the pool lets guests in."""
    for pool in _pools(guards):
        found = guests(estate.snapshot, pool, hop.target, estate.organization.accounts)
        if found.let_in:
            missing = tuple(sorted({*hop.missing, *found.missing}))
            certainty = "possible" if missing else hop.certainty
            yield msgspec.structs.replace(
                hop, source=ANYONE, guards=guards, certainty=certainty, missing=missing
            )
