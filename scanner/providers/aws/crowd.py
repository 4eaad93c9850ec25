"""Who can be meant by the policies of resources: our identities as one cohort, and strangers by open names.

A principal that code leaves open (`scanner.snapshot.Unresolved`) may be anyone that its glob allows. Ours
are decided like all others, and come out as Unknown. Outside it stands for an unknown account, or for the
account or identity provider that the glob fixes. That a value left open is the star, and lets in callers
without credentials, is not taken for possible: a star is written out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.providers.aws.access import Unread, principals_named, principals_possible
from scanner.providers.aws.arn import Arn, account_of, anyone_of, root
from scanner.providers.aws.outsiders import ANY_ACCOUNT, Caller, stranger
from scanner.wildcards import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.access import Cohort, Policy, PrincipalAtom
    from scanner.providers.aws.identities import Identity, Policies
    from scanner.providers.aws.organization import Organization

_WEB, _SAML = "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"


@dataclass(slots=True)
class Crowd:
    """Our identities in node order, the same as a cohort, and the policies they were made from.

    `tagged` are the roles that stand in the cohort once more after all others, as sessions with tags.
    """

    policies: dict[Policies, list[Identity]]
    identities: list[Identity]
    cohort: Cohort
    tagged: list[int]
    _roles: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for member, identity in enumerate(self.identities):
            if identity.kind == "role":
                key = (identity.account, identity.arn.rpartition("/")[2])
                self._roles.setdefault(key, []).append(member)

    @property
    def first_tagged(self) -> int:
        """The first member that stands for a session with tags."""
        return len(self.identities)

    def untagged(self, member: int) -> int:
        """Return the member that stands for the same identity without tags of the session."""
        return member if member < self.first_tagged else self.tagged[member - self.first_tagged]

    def started_as(self, session: str) -> list[int]:
        """Return the roles whose session has this ARN."""
        arn = Arn.parse(session)
        return self._roles.get((arn.account, arn.resource.split("/")[1]), [])


def sessions_named(policy: Policy | Unread) -> set[str]:
    """Return the ARNs of role sessions that Allow statements name."""
    atoms = () if isinstance(policy, Unread) else principals_named(policy)
    found = {atom.value for atom in atoms if atom.kind == "aws"}
    return {value for value in found if Arn.parse(value).resource.startswith("assumed-role/")}


def strangers(policy: Policy, action: str, account: str, organization: Organization) -> Iterator[Caller]:
    """Yield the outside callers that names left open in a policy may stand for.

    `account` is the resource's: identity providers of a trust policy are its own.
    """
    for atom in principals_possible(policy):
        if atom.kind == "aws":
            yield from _accounts(atom, organization)
        elif atom.kind == "federated" and action == _WEB:
            for issuer in _issuers(policy, atom) or ["*"]:
                provider = f"arn:aws:iam::{account}:oidc-provider/{issuer}"
                yield Caller(provider, provider)
        elif atom.kind == "federated" and action == _SAML:
            provider = f"arn:aws:iam::{account}:saml-provider/*"
            yield Caller(provider, provider)


def _accounts(atom: PrincipalAtom, organization: Organization) -> Iterator[Caller]:
    fixed = account_of(atom.value)
    if fixed is not None and not fixed.isdecimal():
        fixed = None
    if fixed is not None:
        if not organization.is_ours(fixed):
            yield Caller(atom.value, _example(atom.value, fixed))
        return
    yield Caller(ANY_ACCOUNT, _example(atom.value, stranger(organization.accounts)))


def _example(glob: str, account: str) -> str:
    """Return a principal of an account that a glob matches; the account itself where that can be."""
    likely = (f"arn:aws:iam::{account}:role/x", f"arn:aws:iam::{account}:user/x")
    if matches(glob, account) or matches(glob, root(account)):
        return anyone_of(account)
    found = next((name for name in likely if matches(glob, name)), None)
    head, *rest = glob.split(":")
    if found is None and head == "arn" and len(rest) == 5:
        rest[3] = account
    return found or ":".join([head, *rest]).replace("*", "x").replace("?", "x")


def _issuers(policy: Policy, atom: PrincipalAtom) -> list[str]:
    """Return the issuers whose claims the statements test, sorted: these are meant by the open name."""
    found = set()
    for index in atom.statements:
        for condition in policy.statements[index].conditions:
            issuer, _, claim = condition.key.rpartition(":")
            if "." in issuer and claim:
                found.add(issuer)
    return sorted(found)
