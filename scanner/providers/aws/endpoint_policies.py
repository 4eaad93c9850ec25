"""What the policy of a VPC endpoint leaves of an access that must come through it.

A guard on ``aws:SourceVpce`` or ``aws:SourceVpc`` that only endpoints of ours meet brings their policies into
the decision: one more layer that must allow. An endpoint without a policy of its own lets everything through.
Source: AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies"
(https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html, read 2026-11-22): "An endpoint
policy does not override or replace identity-based policies or resource-based policies". Fixture:
``bucket-behind-an-endpoint-with-a-policy``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from scanner.guards import conjoin
from scanner.providers.aws.access import Unread
from scanner.providers.aws.outsiders import Caller, callers
from scanner.verdict import Allowed, AllowedIf, Denied, Unknown, both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.access import Policy
    from scanner.providers.aws.library import Library
    from scanner.providers.aws.questions import Answer, Oracle, Question
    from scanner.snapshot import Snapshot
    from scanner.verdict import Guard, Verdict

_LISTED = "DescribeVpcEndpoints.VpcEndpoints"
_ENDPOINT_KEY = "aws:sourcevpce"
_KEYS = {_ENDPOINT_KEY, "aws:sourcevpc"}
_VIA = "kms:viaservice"
# where the name of an endpoint's service is not IAM's: AWS PrivateLink Guide, "AWS services that integrate"
_IAM_NAMES = {
    "bedrock-agent": "bedrock",
    "bedrock-agent-runtime": "bedrock",
    "bedrock-runtime": "bedrock",
    "s3-global": "s3",
}


class Endpoint(NamedTuple):
    """An endpoint of ours; `service` is IAM's name of the one that it leads to."""

    id: str
    vpc: str
    service: str
    policy: Policy | Unread | None


class Passage(NamedTuple):
    """What is left of a way in: its guards, what was not read, and what shuts it."""

    guards: tuple[Guard, ...]
    missing: tuple[str, ...] = ()
    doors: tuple[str, ...] = ()


class EndpointPolicies:
    """The policies of one snapshot's endpoints, put to those who must come through."""

    def __init__(self, snapshot: Snapshot, library: Library, oracle: Oracle) -> None:
        self._oracle = oracle
        known: list[Endpoint] = []
        for document in snapshot.all("aws", "ec2", _LISTED):
            body = document.body or {}
            if oracle.organization.is_ours(body.get("OwnerId") or document.id.scope):
                policy = library.policy(document, "/PolicyDocument") if body.get("PolicyDocument") else None
                vpc, service = str(body.get("VpcId", "")), _service(str(body.get("ServiceName", "")))
                known.append(Endpoint(document.id.key, vpc, service, policy))
        self._known = tuple(known)

    def left(self, who: str, answers: tuple[Answer, ...], guards: tuple[Guard, ...]) -> Iterator[Passage]:
        """Yield what is left of a way in with these guards for the caller whose node is `who`."""
        for guard in guards:
            found = self._meeting(guard, answers)
            if found and all(endpoint.policy is not None for endpoint in found):
                yield from self._through(who, answers, guards, {e: _at(guard, e) for e in found})
                return
        yield Passage(guards)

    def _meeting(self, guard: Guard, answers: tuple[Answer, ...]) -> list[Endpoint]:
        """Return the endpoints that meet a guard; none where other places do as well, or nobody knows."""
        key = guard.key.lower()
        if key not in _KEYS or guard.op != "in":
            return []
        services = {answer.question.action.partition(":")[0] for answer in answers}
        leading = [endpoint for endpoint in self._known if endpoint.service in services]
        found: list[Endpoint] = []
        for value in guard.values:
            here = [e for e in leading if value == (e.id if key == _ENDPOINT_KEY else e.vpc)]
            if not here:
                return []
            found += here
        return found

    def _through(
        self,
        who: str,
        answers: tuple[Answer, ...],
        guards: tuple[Guard, ...],
        endpoints: dict[Endpoint, tuple[Guard, ...]],
    ) -> Iterator[Passage]:
        """Yield the passages by each endpoint, with the guards that being at it is; else what shuts them."""
        sure, unsure, shut = [], [], []
        for endpoint, place in endpoints.items():
            verdict = self._verdict(who, answers, endpoint)
            if isinstance(verdict, Denied):
                shut.append(f"the policy of {endpoint.id}")
            elif isinstance(verdict, Unknown):
                unsure.append(Passage(conjoin((*guards, *place)) or guards, verdict.missing))
            else:
                alternatives = verdict.alternatives if isinstance(verdict, AllowedIf) else ((),)
                joined = (conjoin((*guards, *more, *place)) for more in alternatives)
                sure += [Passage(found) for found in joined if found is not None]
        yield from dict.fromkeys(sure or unsure or [Passage(guards, doors=tuple(shut[:1]))])

    def _verdict(self, who: str, answers: tuple[Answer, ...], endpoint: Endpoint) -> Verdict:
        """Return the verdict on all that is called through an endpoint; what services call is not."""
        verdict: Verdict = Allowed()
        for answer in answers:
            question = answer.question
            if question.action.partition(":")[0] != endpoint.service or _VIA in question.context:
                continue
            place = {_ENDPOINT_KEY: (endpoint.id,), "aws:sourcevpc": (endpoint.vpc,)}
            policies = () if endpoint.policy is None else (endpoint.policy,)
            asked = replace(question, context={**question.context, **place}, vpc_endpoint=policies)
            identity = self._oracle.identities.get(who)
            if identity is not None:
                said = self._oracle.decide(identity, asked)
            else:
                said = self._oracle.admit(self._caller(who, asked), asked)
            verdict = both(verdict, said.decision.verdict)
        return verdict

    def _caller(self, who: str, question: Question) -> Caller:
        """Return the outside caller whose node it is."""
        named: tuple[Caller, ...] = ()
        if question.policy is not None and not isinstance(question.policy, Unread):
            named = callers(question.policy, question.action, self._oracle.organization)
        return next((caller for caller in named if caller.node == who), Caller(who, who))


def _at(guard: Guard, endpoint: Endpoint) -> tuple[Guard, ...]:
    """Return a guard on endpoints for this one of them; a guard on networks stays as it is."""
    is_of_endpoints = guard.key.lower() == _ENDPOINT_KEY
    return (msgspec.structs.replace(guard, values=(endpoint.id,)),) if is_of_endpoints else ()


def _service(name: str) -> str:
    """Return IAM's name of the service of ``com.amazonaws.REGION.SERVICE``, empty for another's service."""
    head, amazonaws, _, *rest = (*name.split("."), "", "", "")
    return _IAM_NAMES.get(rest[0], rest[0]) if (head, amazonaws) == ("com", "amazonaws") else ""
