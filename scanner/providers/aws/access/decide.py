"""May this principal do this? All policy layers of AWS, held against one request.

The order of things is `Policy evaluation logic
<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>`_ (read
2026-11-22): a Deny anywhere ends it; then each layer that applies must allow, and the caller's and the
resource's side must grant: one of them inside an account, both across accounts. For a role's trust policy
and a KMS key policy the resource's side must.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.access.acls import hear_acl, is_foreign
from scanner.providers.aws.access.controls import rcps_apply, scps_apply
from scanner.providers.aws.access.environment import Environment
from scanner.providers.aws.access.formula import Unreadable, all_of, any_of, negation
from scanner.providers.aws.access.grants import hear_grants
from scanner.providers.aws.access.layers import Said, hear
from scanner.providers.aws.access.public import is_public
from scanner.providers.aws.access.request import Decision, Unread
from scanner.providers.aws.access.residual import is_possible, verdict_of
from scanner.providers.aws.access.through import joined, parts_of
from scanner.verdict import Allowed, AllowedIf, Denied, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.access.formula import Formula
    from scanner.providers.aws.access.request import Layer, Request, StatementRef
    from scanner.verdict import Verdict

ASSUMED_IDENTITY = "foreign-identity-policy"


def decide(request: Request) -> Decision:
    """Return the decision on a request. Never raises on what policies, ARNs or context say."""
    if request.access_point is not None:
        door, behind = parts_of(request)
        return joined(request, decide(door), decide(behind))
    return decide_in(Environment(request))


def decide_in(environment: Environment) -> Decision:
    """Return the decision on the request of an environment."""
    return _Evaluation(environment).decide()


@dataclass(slots=True)
class _Evaluation:
    """One request on its way to a decision."""

    environment: Environment

    def decide(self) -> Decision:
        heard = self._heard()
        denying = [(f, ref) for said in heard.values() for f, ref in said.denying]
        denied = any_of(said.denies() for said in heard.values())
        caps = self._caps(heard)
        granted = self._granted(heard)
        allowed = all_of([granted, *caps.values()])
        verdict, best = verdict_of(all_of([negation(denied), allowed]), self.environment)
        if isinstance(verdict, Denied):
            return self._denial(heard, denying, caps, allowed)
        assumed = (ASSUMED_IDENTITY,) if self.environment.request.identity_assumed else ()
        deciding = sorted({ref for layer in self._granting(heard) for _, ref in heard[layer].grants()})
        if isinstance(verdict, Unknown):
            return Decision(verdict, deciding=tuple(deciding), assumed=assumed, at_best=best)
        verdict = self._checked(verdict)
        return Decision(verdict, deciding=tuple(deciding), assumed=assumed)

    def _checked(self, verdict: Verdict) -> Verdict:
        """Return the verdict, or Unknown when its own witness is not allowed: better silent than wrong."""
        request = self.environment.request
        if request.mode != "open" or not isinstance(verdict, AllowedIf):
            return verdict
        witness = dict(verdict.witness)
        resource = witness.pop("resource", (request.resource,))[0]
        replay = msgspec.structs.replace(
            request,
            mode="strict",
            open_keys=None,
            resource=resource,
            some_resource=request.some_resource and resource == request.resource,
            context={**request.context, **witness},
        )
        found = decide_in(Environment(replay)).verdict
        return verdict if isinstance(found, Allowed) else Unknown(("a witness that could not be confirmed",))

    def _heard(self) -> dict[str, Said]:
        """Return what each layer that applies says."""
        environment, request = self.environment, self.environment.request
        heard: dict[str, Said] = {}
        if environment.caller.has_identity_policies:
            heard["identity"] = hear("identity", request.identity, environment)
            if request.boundary:
                heard["boundary"] = hear("boundary", request.boundary, environment)
            if request.session is not None:
                heard["session"] = hear("session", (request.session,), environment)
        layer: Layer = "trust" if environment.is_trust else "resource"
        policies = () if request.resource_policy is None else (request.resource_policy,)
        heard["resource"] = hear(layer, policies, environment)
        heard["kms-grant"] = hear_grants(environment)
        heard["acl"] = hear_acl(environment)
        if scps_apply(environment):
            heard.update(
                {f"scp/{i}": hear("scp", level, environment) for i, level in enumerate(request.scps)}
            )
        if rcps_apply(environment):
            heard.update(
                {f"rcp/{i}": hear("rcp", level, environment) for i, level in enumerate(request.rcps)}
            )
        if request.vpc_endpoint:
            heard["vpc-endpoint"] = hear("vpc-endpoint", request.vpc_endpoint, environment)
        return heard

    def _caps(self, heard: dict[str, Said]) -> dict[str, Formula]:
        """Return the layers that must allow whatever grants."""
        caps = {
            layer: said.allows()
            for layer, said in heard.items()
            if layer.startswith(("scp/", "rcp/")) or layer == "vpc-endpoint"
        }
        if self.environment.service == "s3":
            caps["block-public-access"] = negation(self._blocked())
        return caps

    def _blocked(self) -> Formula:
        """Return when S3 Block Public Access shuts an outside caller out."""
        environment, request = self.environment, self.environment.request
        setting = request.block_public_access
        if setting is False or environment.same_account or environment.caller.kind == "service":
            return False
        policy = request.resource_policy
        if policy is None or isinstance(policy, Unread):
            return False if policy is None else Unreadable(policy.missing)
        public = is_public(policy)
        if public is False:
            return False
        unread = Unreadable(setting.missing) if isinstance(setting, Unread) else True
        return all_of([unread, True if public else Unreadable(f"{policy.name}: whether it is public")])

    def _granted(self, heard: dict[str, Said], lent: str = "") -> Formula:
        """Return when the caller's and the resource's side grant; the layer `lent` is taken to allow."""
        resource = [heard["resource"], heard["kms-grant"], heard["acl"]]
        ownership = self.environment.request.object_ownership
        if is_foreign(self.environment):
            if isinstance(ownership, Unread):
                return Unreadable(ownership.missing)
            resource = [heard["acl"]]

        def side(*namings: str) -> Formula:
            return lent == "resource" or any_of(said.allows(*namings) for said in resource)  # type: ignore[arg-type]

        if not self.environment.caller.has_identity_policies:
            return side()
        request = self.environment.request
        trusted = request.identity_assumed or self.environment.caller.kind == "root" or lent == "identity"
        identity = True if trusted else heard["identity"].allows()
        capped = all_of(heard[c].allows() for c in ("boundary", "session") if c in heard and c != lent)
        if self.environment.caller.kind == "federated-user" and request.session is None:
            capped = lent == "session"  # GetFederationToken without a session policy gives no permissions
        own = all_of([identity, capped])
        if not self.environment.same_account:
            return all_of([own, side()])
        direct, by_role = side("direct"), all_of([side("role"), capped])
        if self.environment.is_trust or self.environment.is_key:
            return any_of([direct, by_role, all_of([side("account"), own])])
        return any_of([direct, by_role, own])

    def _granting(self, heard: dict[str, Said]) -> Iterator[str]:
        """Yield the layers whose allowing statements count as deciding."""
        for layer in ("identity", "resource", "kms-grant", "acl"):
            if layer in heard:
                yield layer

    def _denial(
        self,
        heard: dict[str, Said],
        denying: list[tuple[Formula, StatementRef]],
        caps: dict[str, Formula],
        allowed: Formula,
    ) -> Decision:
        certain = [ref for formula, ref in denying if formula is True]
        if certain or (denying and is_possible(allowed, self.environment)):
            deciding = tuple(sorted(set(certain or [ref for _, ref in denying])))
            return Decision(Denied(tuple(map(str, deciding))), explicit=True, deciding=deciding)
        short = tuple(self._short(heard, caps))
        return Decision(Denied(tuple(f"no allow in {self._title(layer)}" for layer in short)), short=short)

    def _short(self, heard: dict[str, Said], caps: dict[str, Formula]) -> Iterator[str]:
        """Yield the layers of which each alone would have to allow for access."""
        granted = self._granted(heard)
        shut = [layer for layer, formula in caps.items() if formula is False]
        if len(shut) > 1 or (shut and not is_possible(granted, self.environment)):
            return
        rest = all_of(caps.values())
        if granted is not True and not shut:
            for layer in ("identity", "resource", "boundary", "session"):
                if layer in {*heard} and is_possible(
                    all_of([self._granted(heard, layer), rest]), self.environment
                ):
                    yield self._title(layer)
        for layer in caps:
            others = all_of([granted, *(f for name, f in caps.items() if name != layer)])
            if is_possible(others, self.environment):
                yield self._title(layer)

    def _title(self, layer: str) -> str:
        if layer == "resource" and self.environment.is_trust:
            return "trust"
        return layer.partition("/")[0]
