"""Copies of principals: as they would be after they have activated a role, or granted themselves one.

A copy stands in the graph beside its principal, with a hop between, and holds what the principal would then
hold. Granting needs ``roleAssignments/write``, which the condition of an assignment or of a role definition
may bound to some roles and some principals. Sources: Azure RBAC, "Delegate Azure access management to others"
(https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-overview) and "Elevate
access to manage all Azure subscriptions" (elevate-access-global-admin), both read 2026-11-22.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.providers.azure.abac import ConditionError, Request, decide, parse
from scanner.providers.azure.access import Question
from scanner.providers.azure.assignments import ANY_ROLE, Assignment
from scanner.providers.azure.documents import field_evidence
from scanner.providers.azure.eligibility import copy_node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model import Evidence
    from scanner.providers.azure.abac import Answer
    from scanner.providers.azure.access import Access, Grant
    from scanner.providers.azure.assignments import Eligible
    from scanner.providers.azure.directory import Directory
    from scanner.providers.azure.eligibility import EligibleMember
    from scanner.providers.azure.entra import Powers
    from scanner.providers.azure.membership import Membership
    from scanner.providers.azure.roles import Roles
    from scanner.providers.azure.scopes import Scopes
    from scanner.verdict import Guard

SELF_GRANTED: Final = "#self-granted@"
_WRITE: Final = "Microsoft.Authorization/roleAssignments/write"
_DEFINE: Final = "Microsoft.Authorization/roleDefinitions/write"
_REQUESTS: Final = (
    "Microsoft.Authorization/roleAssignmentScheduleRequests/write",
    "Microsoft.Authorization/roleEligibilityScheduleRequests/write",
)
ELEVATES: Final = "elevates its access to all subscriptions of the tenant"
_DELEGATION: Final = "/microsoft.managedservices/"
_SHOWN: Final = 5
_TYPES: Final = {"user": "User", "group": "Group", "service-principal": "ServicePrincipal"}
_REQUEST: Final = "@Request[Microsoft.Authorization/roleAssignments:{}]"


class Copy(NamedTuple):
    """A copy and how its principal becomes it, by a hop of `type`; `group` is one that it then is in."""

    node: str
    base: str
    type: str
    guards: tuple[Guard, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    group: str = ""


class Made(NamedTuple):
    """A copy with what it is assigned."""

    copy: Copy
    assignments: tuple[Assignment, ...]


def activated(eligible: Iterable[Eligible]) -> Iterator[Made]:
    """Yield a copy of each principal for every set of conditions that opens something."""
    by_principal: dict[str, list[Eligible]] = defaultdict(list)
    for entry in eligible:
        by_principal[entry.principal].append(entry)
    for principal, entries in sorted(by_principal.items()):
        sets = sorted({entry.guards for entry in entries if not entry.missing})
        unions = {tuple(sorted({*one, *other})) for one in sets for other in sets}
        for guards in sorted(unions):
            opened = [e for e in entries if not e.missing and set(e.guards) <= set(guards)]
            yield _activating(principal, copy_node(principal, guards), guards, opened)
        unread = [entry for entry in entries if entry.missing]
        if unread:
            yield _activating(principal, f"{copy_node(principal, ())}+unread-policy", (), unread)


def _activating(principal: str, node: str, guards: tuple[Guard, ...], opened: list[Eligible]) -> Made:
    evidence = tuple(field_evidence(e.assignment.document, e.assignment.pointer) for e in opened)
    missing = tuple(sorted({word for entry in opened for word in entry.missing}))
    assignments = tuple(replace(entry.assignment, holder=node) for entry in opened)
    return Made(Copy(node, principal, "activate-role", guards, evidence[:_SHOWN], missing), assignments)


def joining(eligible: Iterable[EligibleMember]) -> Iterator[Made]:
    """Yield a copy of each principal for every group that it may activate a membership of."""
    for entry in eligible:
        node = f"{copy_node(entry.principal, entry.guards)}@{entry.group}"
        proof = (field_evidence(entry.document, ""),)
        copy = Copy(
            node,
            entry.principal,
            "activate-role",
            entry.guards,
            proof,
            entry.missing,
            group=entry.group,
        )
        yield Made(copy, ())


def elevated(powers: Powers, scopes: Scopes) -> Iterator[Made]:
    """Yield a copy of whoever is, or may become, Global Administrator: access over the tenant."""
    seen: set[str] = set()
    for holder in powers.ruling():
        node = f"{holder.node}{SELF_GRANTED}/"
        if node not in seen and not holder.over:
            seen.add(node)
            copy = Copy(
                node, holder.node, "self-grant", holder.guards, holder.evidence, holder.missing, (ELEVATES,)
            )
            homes = scopes.tenants if len(set(scopes.tenants.values())) > 1 else {}
            own = [id_ for id_, tenant in sorted(homes.items()) if tenant == holder.document.id.scope.lower()]
            over = own if homes else ["/"]
            yield Made(
                copy,
                tuple(
                    Assignment(node, ANY_ROLE, scope, holder.document, "/roleDefinitionId") for scope in over
                ),
            )


def self_granted(access: Access, roles: Roles, directory: Directory) -> Iterator[Made]:
    """Yield a copy of whoever may assign roles, at every scope where they may, with the roles they may."""
    bounds = _Bounds(roles, directory)
    whole: set[tuple[str, str]] = set()
    made: list[Made] = []
    for assignment in access.assignments():
        if assignment.role == ANY_ROLE:
            continue
        if _DELEGATION in assignment.document.id.key.lower():
            made += _delegating(access, assignment, roles)
            continue
        for grant in _first_grants(access, assignment):
            held = access.holders(Question(_WRITE, assignment.scope)).get(assignment.holder)
            if held is not None and held.blocked_by:
                continue
            words = held.missing if held is not None else ()
            if held is None and not grant.conditions:
                words = (f"which members of {assignment.holder} deny assignments stop",)
            if not grant.conditions and not grant.missing and not words:
                whole.add((assignment.holder, assignment.scope))
            made += _granting(access, grant._replace(missing=(*grant.missing, *words)), bounds)
    yield from _fewest(made, whole)


def _delegating(access: Access, assignment: Assignment, roles: Roles) -> Iterator[Made]:
    """Yield the copy of a delegated administrator, who assigns some roles, and to managed identities only.

    Source: Azure Lighthouse, "Deploy a policy that can be remediated"
    (https://learn.microsoft.com/azure/lighthouse/how-to/deploy-policy-remediation, read 2026-11-22).
    """
    known = [role for role in assignment.delegable if roles.get(role) is not None]
    grants = list(access.granted([assignment], "control", _WRITE)) if known else []
    for grant in grants[:1]:
        node = f"{assignment.holder}{SELF_GRANTED}{assignment.scope}"
        words = "whether a managed identity that it may give the role runs what it wants"
        copy = Copy(node, assignment.holder, "self-grant", (), access.proof(grant), (*grant.missing, words))
        held = replace(assignment, holder=node, role=roles.union(known), delegable=(), condition=None)
        yield Made(copy, (held,))


def widened(access: Access, roles: Roles, membership: Membership) -> Iterator[Made]:
    """Yield a copy of whoever may rewrite a custom role that it holds: then it has every permission there.

    Rewriting takes the right at every scope that the role may be assigned at: Azure RBAC, "Azure custom
    roles" (https://learn.microsoft.com/azure/role-based-access-control/custom-roles, read 2026-11-22).
    """
    held: dict[tuple[str, str], list[Assignment]] = defaultdict(list)
    for assignment in access.assignments():
        role = roles.get(assignment.role) if assignment.role else None
        if role is not None and role.is_custom and SELF_GRANTED not in assignment.holder:
            held[role.id, assignment.scope].append(assignment)
    for (role_id, scope), assignments in sorted(held.items()):
        role = roles.get(role_id)
        known = role.scopes if role is not None else ()
        writers = [access.holders(Question(_DEFINE, place)) for place in known or (scope,)]
        if not all(writers):
            continue
        able = [{n for n, h in found.items() if not h.blocked_by} for found in writers]
        for who in membership.jointly({a.holder for a in assignments}, *able):
            node = f"{who}{SELF_GRANTED}{scope}"
            proof = tuple(field_evidence(a.document, a.pointer) for a in assignments[:_SHOWN])
            own = membership.closure(who)
            each = [[found[node] for node in own if node in found] for found in writers]
            doubtful = [held_by for held_by in each if not any(one.is_plain for one in held_by)]
            missing = {words for held_by in doubtful for one in held_by for words in one.missing}
            missing |= set() if known else {f"where role {role_id} may be assigned"}
            copy = Copy(node, who, "self-grant", (), proof, tuple(sorted(missing)))
            yield Made(copy, (Assignment(node, ANY_ROLE, scope, assignments[0].document),))


def _first_grants(access: Access, assignment: Assignment) -> list[Grant]:
    for action in (_WRITE, *_REQUESTS):
        grants = list(access.granted([assignment], "control", action))
        if grants and (action == _WRITE or not any(grant.conditions for grant in grants)):
            return grants
    return []


def _granting(access: Access, grant: Grant, bounds: _Bounds) -> Iterator[Made]:
    assignment = grant.assignment
    node = f"{assignment.holder}{SELF_GRANTED}{assignment.scope}"
    proof = access.proof(grant)
    sure, perhaps = bounds.roles(grant.conditions, assignment.holder) if grant.conditions else (ANY_ROLE, "")
    for role, words in ((sure, ()), (perhaps, ("whether a condition lets this role be assigned",))):
        if role:
            copy = Copy(
                f"{node}?" if words else node,
                assignment.holder,
                "self-grant",
                evidence=proof,
                missing=tuple(sorted({*grant.missing, *words})),
            )
            held = replace(assignment, holder=copy.node, role=role, condition=None, open_=())
            yield Made(copy, (held,))


def _fewest(made: list[Made], whole: set[tuple[str, str]]) -> Iterator[Made]:
    """Yield copies once a node, without bounded ones where the principal may assign whatever it wants."""
    seen: set[str] = set()
    for entry in sorted(made, key=lambda m: (m.copy.node, m.assignments[0].role != ANY_ROLE)):
        place = (entry.copy.base, entry.assignments[0].scope)
        if entry.copy.node not in seen and (place not in whole or entry.assignments[0].role == ANY_ROLE):
            seen.add(entry.copy.node)
            yield entry


class _Bounds:
    """Which roles a condition lets a principal assign to itself."""

    def __init__(self, roles: Roles, directory: Directory) -> None:
        self._roles = roles
        self._directory = directory
        self._known: dict[tuple[tuple[str, ...], str], tuple[str, str]] = {}

    def roles(self, conditions: tuple[str, ...], holder: str) -> tuple[str, str]:
        """Return a role that has all it surely may, and one with all it perhaps may; empty for none."""
        key = (conditions, holder if any("principal" in text.lower() for text in conditions) else "")
        if key not in self._known:
            self._known[key] = self._bounded(conditions, key[1])
        return self._known[key]

    def _bounded(self, conditions: tuple[str, ...], holder: str) -> tuple[str, str]:
        try:
            nodes = [parse(text) for text in conditions]
        except ConditionError:
            return "", ANY_ROLE
        sure, perhaps = [], []
        for role in self._roles:
            if not role.blocks:
                continue
            requests = list(self._requests(role.id, holder))
            answers = [{_known(decide(node, request)) for node in nodes} for request in requests]
            if {True} in answers:
                sure.append(role.id)
            elif any(False not in answer for answer in answers):
                perhaps.append(role.id)
        return self._roles.union(sure) if sure else "", self._roles.union(perhaps) if perhaps else ""

    def _requests(self, role: str, holder: str) -> Iterator[Request]:
        """Yield assignments that would give the principal a role: to itself, or to a group's member."""
        known = {_REQUEST.format("RoleDefinitionId"): role}
        base = holder.partition("#")[0]
        member = self._directory.member(base)
        if member is not None:
            type_ = _TYPES[member.kind]
            own = {_REQUEST.format("PrincipalId"): member.oid, _REQUEST.format("PrincipalType"): type_}
            yield Request.of(_WRITE, {**known, **own})
        if member is None or member.kind == "group":
            yield Request.of(_WRITE, {**known, _REQUEST.format("PrincipalType"): "User"})


def _known(answer: Answer) -> bool | None:
    return answer if isinstance(answer, bool) else None
