"""The two sides of a request, reduced to what they say: the caller's own policies and the resource's.

A side keeps each policy beside its `Slice`, without those that say nothing, so that decisions can be shared
between requests whose sides say the same and get the names of their own policies back (`aliases`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from scanner.providers.aws.access.request import Unread

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from scanner.providers.aws.access.caller import Caller
    from scanner.providers.aws.access.policy import Policy
    from scanner.providers.aws.access.principals import PrincipalElement
    from scanner.providers.aws.access.request import Request
    from scanner.providers.aws.access.slices import Asked, Slice

Said: TypeAlias = "tuple[tuple[Policy | Unread, Slice], ...]"
"""The policies of one layer, each with what it says."""

Numbers: TypeAlias = tuple[tuple[int, ...], ...]


def said_by(asked: Asked, policies: Iterable[Policy | Unread], *, names_principals: bool = False) -> Said:
    """Return the policies that say something, with what they say."""
    found = [(policy, asked.said(policy, names_principals=names_principals)) for policy in policies]
    return tuple([pair for pair in found if pair[1].numbers])


def numbers(said: Said) -> Numbers:
    """Return what the policies of a layer say."""
    return tuple([slice_.numbers for _, slice_ in said])


@dataclass(slots=True)
class OwnSide:
    """The caller's policies.

    `key` is equal for sides that say the same. A boundary that says nothing still stands in the way.
    """

    identity: Said
    boundary: Said
    session: Said
    scps: tuple[Said, ...]
    key: Hashable
    of_resource: bool

    @classmethod
    def of(cls, asked: Asked, request: Request) -> OwnSide:
        """Return the caller's side of a request."""
        identity = said_by(asked, request.identity)
        boundary = said_by(asked, request.boundary or ())
        session = said_by(asked, () if request.session is None else (request.session,))
        scps = tuple([said_by(asked, level) for level in request.scps])
        key = (
            numbers(identity),
            numbers(boundary),
            numbers(session),
            tuple([numbers(level) for level in scps]),
            bool(request.boundary),
            request.session is not None,
            request.identity_assumed,
        )
        of_resource = _of_resource((identity, boundary, session, *scps))
        return cls(identity, boundary, session, scps, key, of_resource)


@dataclass(slots=True)
class ResourceSide:
    """The resource's policies, the organisation's and the endpoint's over it, and its grants.

    Attributes:
        key: Equal for sides that say the same.
        of_resource: Whether `key` means something else for another resource.
        names: ARNs that it names: a caller among them may get another decision.
        accounts: Accounts that it names.
        left_open: Principal elements with names that code leaves open.
        admits_unnamed: Whether the resource's policy, when it was read, may let in whom it does not name and
            whose own policies do not.
    """

    resource: Said
    endpoint: Said
    rcps: tuple[Said, ...]
    key: Hashable
    of_resource: bool
    names: frozenset[str]
    accounts: frozenset[str]
    left_open: tuple[PrincipalElement, ...]
    admits_unnamed: bool

    @classmethod
    def of(cls, asked: Asked, request: Request) -> ResourceSide:
        """Return the resource's side of a request."""
        policies = () if request.resource_policy is None else (request.resource_policy,)
        resource = said_by(asked, policies, names_principals=True)
        endpoint = said_by(asked, request.vpc_endpoint, names_principals=True)
        rcps = tuple([said_by(asked, level, names_principals=True) for level in request.rcps])
        grants = () if isinstance(request.kms_grants, Unread) else request.kms_grants
        names = {grant.grantee for grant in grants}
        accounts = {grant.grantee.split(":")[4] for grant in grants if grant.grantee.count(":") >= 5}
        for granted in () if isinstance(request.acl, Unread) else request.acl:
            accounts.add(granted.grantee)
            names.add(granted.grantee.removeprefix("canonical:"))
        left_open = []
        for element in _elements((resource, endpoint, *rcps)):
            names |= {name for _, name in element.names}
            accounts |= element.accounts
            if element.open:
                left_open.append(element)
        blocks = request.block_public_access
        key = (
            numbers(resource),
            numbers(endpoint),
            tuple([numbers(level) for level in rcps]),
            bool(request.vpc_endpoint),
            request.kms_grants,
            blocks,
            request.resource_policy if blocks else None,
            request.acl,
            request.object_ownership,
            request.ignore_public_acls,
            request.object_owner,
            request.object_owner == request.resource_account,
        )
        return cls(
            resource,
            endpoint,
            rcps,
            key,
            _of_resource((resource, endpoint, *rcps)),
            frozenset(names),
            frozenset(accounts),
            tuple(left_open),
            _admits_unnamed(resource),
        )

    def knows(self, caller: Caller) -> Hashable:
        """Return all that counts of how this side names a caller."""
        possible = tuple(
            [(element.may_name(caller), element.may_spare(caller)) for element in self.left_open]
        )
        return (
            caller.account in self.accounts,
            caller.arn if caller.arn in self.names else None,
            caller.role if caller.role in self.names else None,
            possible,
        )


def _elements(layers: Iterable[Said]) -> Iterator[PrincipalElement]:
    for layer in layers:
        for _, slice_ in layer:
            yield from (s.principals for s in slice_.statements if s.principals is not None)


def _admits_unnamed(resource: Said) -> bool:
    for policy, slice_ in resource:
        if isinstance(policy, Unread):
            continue
        if slice_.broken:
            return True
        for statement in slice_.statements:
            element = statement.principals
            is_plain = (
                element is not None and not statement.not_principals and not statement.broken_principals
            )
            if statement.allows and (element is None or not is_plain or element.anyone or element.open):
                return True
    return False


def _of_resource(layers: Iterable[Said]) -> bool:
    return any(slice_.of_resource for layer in layers for _, slice_ in layer)
