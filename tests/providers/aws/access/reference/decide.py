"""One request, every document read and every key known: allowed, denied, or denied by a Deny.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tests.providers.aws.access.reference.conditions import as_list, holds
from tests.providers.aws.access.reference.patterns import (
    Context,
    matches_action,
    matches_resource,
    replace_variables,
)
from tests.providers.aws.access.reference.principals import (
    Caller,
    fixed_keys,
    named_as,
    parse_caller,
    spared_by,
)
from tests.providers.aws.access.reference.public import is_public
from tests.providers.aws.access.reference.rcp_services import RCP_SERVICES
from tests.providers.aws.access.reference.s3 import acl_allows, belongs_to_another, through

if TYPE_CHECKING:
    from collections.abc import Iterator


EXEMPT_FROM_CONSTRAINTS = {"DescribeKey", "RetireGrant"}
"""https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html#grant-constraints."""


class Outcome(NamedTuple):
    """`explicit` is True when a Deny statement decided."""

    allowed: bool
    explicit: bool = False


class Question(NamedTuple):
    """A request line taken apart."""

    line: dict[str, Any]
    caller: Caller
    action: str
    resource: str
    resource_account: str
    context: Context

    @property
    def same_account(self) -> bool:
        """True when the caller and the resource are of one account."""
        return self.caller.is_iam and self.caller.account == self.resource_account

    @property
    def must_be_trusted(self) -> bool:
        """True where the resource side is mandatory in its own account too: role trusts and KMS keys."""
        return self.action.lower().startswith("kms:") or (
            ":role/" in self.resource and self.action.lower().startswith("sts:")
        )


def ask(line: dict[str, Any], context: Context) -> Question:
    """Return the question of a request line in a context, whose keys may be in any letter case."""
    request = line["request"]
    caller = parse_caller(request["principal"], request["action"])
    resource = request["resource"]["resource"]
    arn_account = resource.split(":")[4] if resource.count(":") >= 5 else ""
    owner = line["objectOwner"] if belongs_to_another(line) else None
    account = owner or request["resource"].get("accountId") or arn_account or caller.account
    keys = {key.lower(): tuple(values) for key, values in context.items()}
    keys |= {key: tuple(values) for key, values in fixed_keys(caller).items()}
    return Question(line, caller, request["action"], resource, account, keys)


def decide(line: dict[str, Any], context: Context) -> Outcome:
    """Answer a request line in one context: a Deny anywhere, then the limits, then who grants."""
    asked = through(line, context)
    if len(asked) > 1:
        outcomes = [decide(part, seen) for part, seen in asked]
        vpc = line["accessPoint"].get("vpc")
        from_there = vpc is None or tuple(context.get("aws:sourcevpc", ())) == (vpc,)
        explicit = any(outcome.explicit for outcome in outcomes)
        return Outcome(from_there and all(outcome.allowed for outcome in outcomes), explicit)
    question = ask(line, context)
    if any(denies(question, policy, is_resource_side=side) for policy, side in every_policy(question)):
        return Outcome(allowed=False, explicit=True)
    return Outcome(within_limits(question) and granted(question) and not blocked_as_public(question))


def statements_of(policy: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the statements of a policy; a single one may stand without a list."""
    statements = policy["Statement"]
    return [statements] if isinstance(statements, dict) else statements


def named(value: dict[str, Any]) -> dict[str, Any]:
    """Return the document of ``{"name", "policy"}``, or the document itself."""
    document: dict[str, Any] = value.get("policy", value)
    return document


def listed(question: Question, field: str) -> list[dict[str, Any]]:
    """Return the documents of a list field."""
    return [named(item) for item in question.line.get(field) or []]


def levels(question: Question, field: str) -> list[list[dict[str, Any]]]:
    """Return the documents of a field that has one list for each level of the organisation."""
    return [[named(item) for item in level] for level in question.line.get(field) or []]


def scps(question: Question) -> list[list[dict[str, Any]]]:
    """Return the SCPs that bind the caller: those of users, roles and root, but not of service-linked roles.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """
    bound = question.caller.is_iam and not question.caller.is_service_linked
    return levels(question, "serviceControlPolicies") if bound else []


def rcps(question: Question) -> list[list[dict[str, Any]]]:
    """Return the RCPs that bind the request: of listed services, for all but service-linked roles."""
    action = question.action.lower()
    bound = action.split(":")[0] in RCP_SERVICES and action != "kms:retiregrant"
    return (
        levels(question, "resourceControlPolicies") if bound and not question.caller.is_service_linked else []
    )


def every_policy(question: Question) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield each policy that can deny, and whether its statements name principals."""
    for field in ("identityPolicies", "permissionBoundaryPolicies"):
        yield from ((policy, False) for policy in listed(question, field))
    if question.line.get("sessionPolicy"):
        yield question.line["sessionPolicy"], False
    yield from ((policy, False) for level in scps(question) for policy in level)
    yield from ((policy, True) for level in rcps(question) for policy in level)
    yield from ((policy, True) for policy in listed(question, "vpcEndpointPolicies"))
    if question.line.get("resourcePolicy") is not None:
        yield question.line["resourcePolicy"], True
    if (question.line.get("accessPoint") or {}).get("policy") is not None:
        yield question.line["accessPoint"]["policy"], True


def covers(question: Question, statement: dict[str, Any], version: str) -> bool:
    """Return whether a statement's action, resource and condition cover the question, whoever asks."""
    actions = as_list(statement.get("Action", statement.get("NotAction")))
    if any(matches_action(pattern, question.action) for pattern in actions) != ("Action" in statement):
        return False
    if "Resource" in statement or "NotResource" in statement:
        patterns = as_list(statement.get("Resource", statement.get("NotResource")))
        hit = any(
            pattern is not None and matches_resource(pattern, question.resource)
            for pattern in (replace_variables(text, question.context, version) for text in patterns)
        )
        if hit != ("Resource" in statement):
            return False
    return holds(statement.get("Condition", {}), question.context, version)


def covering(question: Question, policy: dict[str, Any], effect: str) -> Iterator[dict[str, Any]]:
    """Yield the statements of `policy` with that effect which cover the question."""
    version = policy.get("Version", "2008-10-17")
    for statement in statements_of(policy):
        if statement["Effect"] == effect and covers(question, statement, version):
            yield statement


def denies(question: Question, policy: dict[str, Any], *, is_resource_side: bool) -> bool:
    """Return whether a Deny of `policy` reaches the caller.

    A NotPrincipal denies every caller with a boundary, whatever it lists.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    for statement in covering(question, policy, "Deny"):
        if not is_resource_side or not {"Principal", "NotPrincipal"} & set(statement):
            return True
        if "NotPrincipal" in statement:
            has_boundary = question.line.get("permissionBoundaryPolicies") is not None
            if has_boundary or not spared_by(statement["NotPrincipal"], question.caller):
                return True
        elif named_as(statement["Principal"], question.caller):
            return True
    return False


def allows(question: Question, policies: list[dict[str, Any]]) -> bool:
    """Return whether any statement of policies without principals allows."""
    return any(True for policy in policies for _ in covering(question, policy, "Allow"))


def ways(question: Question, policies: list[dict[str, Any]]) -> set[str]:
    """Return how the allowing statements of resource-side policies name the caller."""
    found: set[str] = set()
    for policy in policies:
        for statement in covering(question, policy, "Allow"):
            found |= named_as(statement["Principal"], question.caller) if "Principal" in statement else set()
    return found


def within_limits(question: Question) -> bool:
    """Return whether every level of SCPs and RCPs and the VPC endpoint allow, where there are any."""
    endpoint = listed(question, "vpcEndpointPolicies")
    return (
        all(allows(question, level) for level in scps(question))
        and all(ways(question, level) for level in rcps(question))
        and (not endpoint or bool(ways(question, endpoint)))
    )


def granted(question: Question) -> bool:
    """Return whether the two sides grant, each as far as it must."""
    policy = question.line.get("resourcePolicy")
    named_ways = ways(question, [policy]) if policy is not None else set()
    if belongs_to_another(question.line):
        named_ways = set()
    if acl_allows(question):
        named_ways |= {"account" if question.caller.is_iam else "other"}
    if grant_allows(question):
        return True
    if not question.caller.is_iam:
        return bool(named_ways & {"direct", "other"})
    if not question.same_account:
        return bool(named_ways) and by_own_side(question, set())
    if "direct" in named_ways:
        return True
    if question.must_be_trusted and not named_ways:
        return False
    return by_own_side(question, named_ways)


def by_own_side(question: Question, named_ways: set[str]) -> bool:
    """Return whether the caller's own account grants: identity policies or its role's name, under its limits.

    The root user needs no policy. Without a session policy a federated user has nothing of its user's
    policies.
    """
    if question.caller.kind == "root":
        return True
    session = question.line.get("sessionPolicy")
    by_identity = allows(question, listed(question, "identityPolicies"))
    if question.caller.kind == "federated-user" and session is None:
        by_identity = False
    boundary = question.line.get("permissionBoundaryPolicies")
    return (
        (by_identity or "role" in named_ways)
        and (boundary is None or allows(question, [named(item) for item in boundary]))
        and (session is None or allows(question, [session]))
    )


def grant_allows(question: Question) -> bool:
    """Return whether a KMS grant allows the caller the operation, its constraint met.

    https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """
    service, _, operation = question.action.partition(":")
    if service.lower() != "kms":
        return False
    prefix = "kms:encryptioncontext:"
    given = {
        key.removeprefix(prefix): values[0]
        for key, values in question.context.items()
        if key.startswith(prefix)
    }
    for grant in question.line.get("kmsGrants") or []:
        to_caller = grant["GranteePrincipal"] in {question.caller.arn, question.caller.role}
        constraints = {} if operation in EXEMPT_FROM_CONSTRAINTS else grant.get("Constraints", {})
        equal, subset = (
            constraints.get("EncryptionContextEquals"),
            constraints.get("EncryptionContextSubset", {}),
        )
        fits = (equal is None or lowered(equal) == given) and lowered(subset).items() <= given.items()
        if to_caller and operation in grant["Operations"] and fits:
            return True
    return False


def lowered(pairs: dict[str, str]) -> dict[str, str]:
    """Return encryption context pairs with their keys lower-cased, as condition keys are."""
    return {key.lower(): value for key, value in pairs.items()}


def blocked_as_public(question: Question) -> bool:
    """Return whether RestrictPublicBuckets closes a public bucket policy to a caller from outside."""
    policy = question.line.get("resourcePolicy")
    if (
        not question.line.get("blockPublicAccess")
        or policy is None
        or not question.action.lower().startswith("s3:")
    ):
        return False
    return is_public(policy) and not question.same_account and question.caller.kind != "service"
