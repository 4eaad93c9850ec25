"""Who may do one thing to one resource: the same question for every hop, asked of the decision engine.

A `Question` is one action on one resource with the policies that stand over the resource. `Oracle` goes
through our own identities, all at once, and through the outside callers that the policy may admit; nobody
else can have access, and nobody else is decided.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from scanner.providers.aws.access import NO_OTHER_TAGS, TAG, Cohort, Decider, Decision, Request, Unread
from scanner.providers.aws.crowd import Crowd, sessions_named, strangers
from scanner.providers.aws.identities import tags_of
from scanner.providers.aws.outsiders import ANYONE, OF_NO_SERVICE, Caller, callers, of_no_service
from scanner.providers.aws.token_issuers import claims_of_others
from scanner.snapshot import Unresolved
from scanner.verdict import Denied

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.providers.aws.access import KmsGrant, Policy
    from scanner.providers.aws.identities import Identities, Identity
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
    vpc_endpoint: tuple[Policy | Unread, ...] = ()


class Answer(NamedTuple):
    """A question with its decision."""

    question: Question
    decision: Decision

    @property
    def at_best(self) -> Verdict | None:
        """With a decision of Unknown: what is demanded whatever could not be read says."""
        return self.decision.at_best

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
        self._crowd: Crowd | None = None
        self._tagging: dict[str, bool] = {}

    def insiders(self, question: Question) -> Iterator[tuple[Identity, Answer]]:
        """Yield our identities that are not denied, with the decision; in node order."""
        crowd = self._everyone()
        request = self._request(question, principal=ANYONE)
        found: dict[int, Answer] = {}
        for decision, members in self._decider.decisions(crowd.cohort, request, but_hopeless=True):
            if not isinstance(decision.verdict, Denied):
                answer = Answer(question, decision)
                found.update(dict.fromkeys(members, answer))
        named = () if question.policy is None else sessions_named(question.policy)
        for session in sorted(named, reverse=True):  # the first one that is let in counts
            for member in crowd.started_as(session):
                answer = self.decide(crowd.identities[member], question, session)
                if not answer.is_denied:
                    found[member] = answer
        for member, answer in sorted(found.items()):
            found.setdefault(crowd.untagged(member), answer)
        for member in range(crowd.first_tagged):
            if member in found:
                yield crowd.identities[member], found[member]

    def _everyone(self) -> Crowd:
        """Return our identities as a cohort, made again after copies were added."""
        policies = self.identities.by_policies()
        if self._crowd is None or self._crowd.policies is not policies:
            identities = [identity for identity in self.identities if not identity.service_linked]
            tagged = [member for member, one in enumerate(identities) if self._chooses_tags(one)]
            sides = [*map(self._own_side, identities)]
            sides += [_with_any_tags(sides[member]) for member in tagged]
            self._crowd = Crowd(policies, identities, Cohort(sides), tagged)
        return self._crowd

    def _own_side(self, identity: Identity) -> Request:
        """Return what an identity brings to every request."""
        exempt = identity.service_linked
        return Request(
            "",
            identity.arn,
            "*",
            context=self._known_of(identity),
            identity=identity.policies,
            boundary=identity.boundary,
            scps=() if exempt else self.organization.service_controls(identity.account),
        )

    def could(self, identity: Identity, action: str, resource: str) -> bool:
        """Tell whether some Allow of the identity's own policies may match; False is final, True is not."""
        return self._decider.may_allow(identity.policies, action, resource)

    def outsiders(self, question: Question) -> Iterator[tuple[Caller, Answer]]:
        """Yield outside callers that the resource's policy may admit, with the decision; in node order.

        A principal that code leaves open may be one from outside: see `strangers`.
        """
        if question.policy is None or isinstance(question.policy, Unread):
            return
        found = {*callers(question.policy, question.action, self.organization)}
        found.update(strangers(question.policy, question.action, question.account, self.organization))
        for caller in sorted(found):
            yield caller, self.admit(caller, question)

    def decide(self, identity: Identity, question: Question, session: str | None = None) -> Answer:
        """Return whether one of our identities may, a role as its session with the ARN `session` if given."""
        own = self._own_side(identity)
        if session is not None:
            context = {**own.context, "aws:principalarn": (identity.arn,)}
            own = msgspec.structs.replace(own, principal=session, context=context)
        answer = self._decided(own, question)
        if answer.is_denied and self._chooses_tags(identity):
            tagged = self._decided(_with_any_tags(own), question)
            return answer if tagged.is_denied else tagged
        return answer

    def _chooses_tags(self, identity: Identity) -> bool:
        """Tell whether an identity can have any tags: those of a session, or own ones that it sets.

        Source: IAM API Reference, "TagRole" and "TagUser"
        (https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html, read 2026-11-22).
        """
        return identity.takes_session_tags or self._tags_itself(identity)

    def _tags_itself(self, identity: Identity) -> bool:
        if identity.node not in self._tagging:
            action = f"iam:Tag{identity.kind.capitalize()}"
            asked = Question(action, identity.arn, identity.account)
            self._tagging[identity.node] = (
                self.could(identity, action, identity.arn)
                and not identity.is_protected
                and not self._decided(self._own_side(identity), asked).is_denied
            )
        return self._tagging[identity.node]

    def _decided(self, own: Request, question: Question) -> Answer:
        request = self._request(
            question,
            principal=own.principal,
            context=own.context,
            identity=own.identity,
            boundary=own.boundary,
            scps=own.scps,
        )
        return Answer(question, self._decider.decide(request))

    def admit(self, caller: Caller, question: Question) -> Answer:
        """Return whether an outside caller may; the own side of an AWS principal allows everything."""
        request = self._request(
            question,
            principal=caller.principal,
            identity_assumed=caller.kind == "aws",
            context={
                **of_no_service(caller, question.policy, self.organization),
                **claims_of_others(question.policy, caller),
            },
        )
        return Answer(question, self._decider.decide(request))

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
            vpc_endpoint=question.vpc_endpoint,
            context={**_TLS, **(context or {}), **question.context},
            **caller,  # type: ignore[arg-type]  # the caller's fields, as named at both call sites
        )

    def _known_of(self, identity: Identity) -> dict[str, tuple[str, ...]]:
        """Return what AWS says of an identity: of a role, as its session is without tags of its own."""
        known: dict[str, tuple[str, ...]] = dict(OF_NO_SERVICE)
        body = identity.document.body or {}
        if not set(body) <= {"Arn"} and Unresolved.read(body.get("Tags")) is None:
            known[NO_OTHER_TAGS] = ()
            known.update((f"{TAG}{key.lower()}", (value,)) for key, value in tags_of(body))
        if identity.kind == "user" and identity.unique_id:
            known["aws:userid"] = (identity.unique_id,)
        if self.organization.id is not None:
            known["aws:principalorgid"] = (self.organization.id,)
        return known


def _with_any_tags(own: Request) -> Request:
    """Return a role's side for a session that was given tags: any."""
    context = {key: values for key, values in own.context.items() if not key.startswith(TAG)}
    return msgspec.structs.replace(own, context=context)
