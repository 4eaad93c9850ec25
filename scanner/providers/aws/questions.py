"""Who may do one thing to one resource: the same question for every hop, asked of the decision engine.

A `Question` is one action on one resource with the policies that stand over the resource. `answers` goes
through our own identities whose policies could allow it, or that the resource's policy names, and through
the outside callers that the policy may admit; nobody else can have access, and nobody else is decided.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from scanner.providers.aws.access import Decider, Decision, Request, Unread, principals_named
from scanner.providers.aws.arn import Arn, account_of
from scanner.providers.aws.identities import tags_of
from scanner.providers.aws.outsiders import Caller, callers
from scanner.verdict import Denied, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scanner.providers.aws.access import KmsGrant, Policy
    from scanner.providers.aws.identities import Identities, Identity, Policies
    from scanner.providers.aws.organization import Organization
    from scanner.verdict import Verdict


_TLS = {"aws:securetransport": ("true",)}  # every caller can, and the SDKs do


@dataclass(frozen=True)
class Question:
    """One action on a resource in `account`; with `some_resource`, `resource` is a glob (see `Request`)."""

    action: str
    resource: str
    account: str
    policy: Policy | Unread | None = None
    some_resource: bool = False
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kms_grants: tuple[KmsGrant, ...] | Unread = ()
    block_public_access: bool | Unread = False


class Answer(NamedTuple):
    """A question with its decision.

    `at_best` goes with a decision of Unknown: the verdict without unread policies that can only take away.
    What it demands is demanded whatever those say.
    """

    question: Question
    decision: Decision
    at_best: Verdict | None = None

    @property
    def is_denied(self) -> bool:
        """Tell whether it is no in every context."""
        return isinstance(self.decision.verdict, Denied)


class Oracle:
    """Asks the engine, with everything that the snapshot knows of the caller filled in."""

    def __init__(self, identities: Identities, organization: Organization) -> None:
        self.identities = identities
        self.organization = organization
        self._decider = Decider()
        self._by_action: dict[str, list[tuple[Policies, list[Identity]]]] = {}

    def insiders(self, question: Question) -> Iterator[tuple[Identity, Answer]]:
        """Yield our identities with the decision, for those that could be allowed; in node order."""
        named = _Named(question.policy)
        unread = isinstance(question.policy, Unread)  # then it may name any account
        candidates = {i.node: i for i in named.directly(self.identities)}
        for policies, identities in self._touching(question.action):
            if self._decider.may_allow(policies, question.action, question.resource):
                for identity in identities:
                    if identity.account == question.account or named.account(identity.account) or unread:
                        candidates[identity.node] = identity
        for node in sorted(candidates):
            if not candidates[node].service_linked:
                yield candidates[node], self._decide_named(candidates[node], question, named)

    def _decide_named(self, identity: Identity, question: Question, named: _Named) -> Answer:
        """As `decide`; where the policy names sessions of the role, which it may start, with the easiest."""
        sessions = (self.decide(identity, question, session) for session in named.sessions_of(identity))
        allowed = next((answer for answer in sessions if not answer.is_denied), None)
        return allowed or self.decide(identity, question)

    def _touching(self, action: str) -> list[tuple[Policies, list[Identity]]]:
        """Return the distinct policy sets that may allow `action` on anything, with who has them."""
        if action not in self._by_action:
            found = self.identities.by_policies().items()
            self._by_action[action] = [
                (p, held) for p, held in found if self._decider.may_allow(p, action, "*")
            ]
        return self._by_action[action]

    def could(self, identity: Identity, action: str, resource: str) -> bool:
        """Tell whether some Allow of the identity's own policies may match; False is final, True is not."""
        return self._decider.may_allow(identity.policies, action, resource)

    def outsiders(self, question: Question) -> Iterator[tuple[Caller, Answer]]:
        """Yield outside callers that the resource's policy may admit, with the decision; in node order."""
        if question.policy is None or isinstance(question.policy, Unread):
            return
        for caller in callers(question.policy, question.action, self.organization):
            yield caller, self.admit(caller, question)

    def decide(self, identity: Identity, question: Question, session: str | None = None) -> Answer:
        """Return whether one of our identities may, a role as its session with the ARN `session` if given."""
        exempt = identity.service_linked
        known = self._known_of(identity)
        request = self._request(
            question,
            principal=session or identity.arn,
            context=known | {"aws:principalarn": (identity.arn,)} if session else known,
            identity=identity.policies,
            boundary=identity.boundary,
            scps=() if exempt else self.organization.service_controls(identity.account),
        )
        return self._answer(question, request)

    def admit(self, caller: Caller, question: Question) -> Answer:
        """Return whether an outside caller may; the own side of an AWS principal allows everything."""
        request = self._request(question, principal=caller.principal, identity_assumed=caller.kind == "aws")
        return self._answer(question, request)

    def _answer(self, question: Question, request: Request) -> Answer:
        decision = self._decider.decide(request)
        if not isinstance(decision.verdict, Unknown):
            return Answer(question, decision)
        return Answer(question, decision, self._decider.decide(_without_unread_limits(request)).verdict)

    def _request(
        self, question: Question, *, context: Mapping[str, tuple[str, ...]] | None = None, **caller: object
    ) -> Request:
        return Request(
            action=question.action,
            resource=question.resource,
            some_resource=question.some_resource,
            resource_account=question.account,
            resource_policy=question.policy,
            rcps=self.organization.resource_controls(question.account),
            kms_grants=question.kms_grants,
            block_public_access=question.block_public_access,
            context={**_TLS, **(context or {}), **question.context},
            **caller,  # type: ignore[arg-type]  # the caller's fields, as named at both call sites
        )

    def _known_of(self, identity: Identity) -> dict[str, tuple[str, ...]]:
        tags = tags_of(identity.document.body)
        known: dict[str, tuple[str, ...]] = {
            f"aws:principaltag/{key.lower()}": (value,) for key, value in tags
        }
        if self.organization.id is not None:
            known["aws:principalorgid"] = (self.organization.id,)
        return known


def _without_unread_limits(request: Request) -> Request:
    """Return the request without layers that can only take away and were not all read."""

    def read(policies: Iterable[Policy | Unread]) -> bool:
        return not any(isinstance(policy, Unread) for policy in policies)

    boundary, blocked = request.boundary, request.block_public_access
    return msgspec.structs.replace(
        request,
        scps=tuple(level for level in request.scps if read(level)),
        rcps=tuple(level for level in request.rcps if read(level)),
        boundary=boundary if boundary is not None and read(boundary) else None,
        block_public_access=False if isinstance(blocked, Unread) else blocked,
    )


class _Named:
    """Whom the Allow statements of a resource's policy name; an unread policy names nobody."""

    def __init__(self, policy: Policy | Unread | None) -> None:
        atoms = () if policy is None or isinstance(policy, Unread) else principals_named(policy)
        self._values = {atom.value for atom in atoms if atom.kind == "aws"}
        self._roots = {account_of(v) for v in self._values if v == account_of(v) or v.endswith(":root")}
        sessions = (Arn.parse(v) for v in self._values)
        self._sessions = {
            (arn.account, arn.resource.split("/")[1])
            for arn in sessions
            if arn.resource.startswith("assumed-role/")
        }
        self._started = sorted(v for v in self._values if ":assumed-role/" in v)

    def directly(self, identities: Identities) -> Iterator[Identity]:
        """Yield the identities that are named, by a session of theirs or by ``*`` too."""
        if "*" in self._values:
            yield from identities
            return
        for value in self._values:
            yield from identities.with_arn(value)
        for account, name in self._sessions:
            yield from identities.named(account, name)

    def sessions_of(self, identity: Identity) -> Iterator[str]:
        """Yield the ARNs of named sessions of a role, sorted."""
        place = f"arn:aws:sts::{identity.account}:assumed-role/{identity.arn.rpartition('/')[2]}/"
        if identity.kind == "role":
            yield from (session for session in self._started if session.startswith(place))

    def account(self, account: str) -> bool:
        """Tell whether a whole account is named."""
        return account in self._roots
