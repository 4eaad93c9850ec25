"""Hops by editing what somebody has already: a custom role that binds it, a pool whose tokens it may have.

Whoever holds ``iam.roles.update`` where a custom role is defined adds any permission to it, and holds that
wherever it is bound to the role. Whoever makes or updates the providers of a pool lets its own tokens in as
any identity of the pool. Sources: IAM documentation, "Create and manage custom roles" and "Manage workload
identity pools and providers" (https://cloud.google.com/iam/docs/creating-custom-roles,
https://cloud.google.com/iam/docs/manage-workload-identity-pools-providers, read 2026-11).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scanner.providers.gcp import steps
from scanner.providers.gcp.access.places import changing_org_policies, container_place
from scanner.providers.gcp.access.question import Answer, Lock
from scanner.providers.gcp.kinds import KINDS
from scanner.providers.gcp.members import DELETED, POOL
from scanner.providers.gcp.names import bucket_in
from scanner.providers.gcp.workloads import place_of
from scanner.verdict import Allowed, Denied, Unknown, both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.access.question import Place
    from scanner.providers.gcp.estate import GcpEstate

_UPDATE = "iam.roles.update"
_TOKEN = "iam.serviceAccounts.getAccessToken"  # noqa: S105 - a permission
_PROVIDERS = (
    "iam.googleapis.com/workloadIdentityPoolProviders.create",
    "iam.googleapis.com/workloadIdentityPoolProviders.update",
)
_ISSUERS = "iam.workloadIdentityPoolProviders"
_CUSTOM = "/roles/"


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a pool's identities, a service account or an asset; none for another node."""
    pool = POOL.fullmatch(node)
    if pool is not None:
        yield from _by_provider(estate, node, pool["project"])
        return
    for gain, permission, place in _asked(estate, node):
        held = {
            a.member for a in estate.who(permission, place) if isinstance(a.verdict, Allowed) and not a.locks
        }
        answers = (a for a in _editors(estate, permission, place) if a.member not in held)
        way = steps.Way("self-grant", gain)
        yield from steps.hops(estate, way, node, answers)


def _by_provider(estate: GcpEstate, node: str, project: str | None) -> Iterator[Hop]:
    if not project or node.partition("/workloadIdentityPools/")[2].partition("/")[0].endswith(".svc.id.goog"):
        return
    if not estate.hierarchy.is_ours(project):
        return
    key = estate.hierarchy.key(f"projects/{project}")
    place = container_place(key, estate.hierarchy.above(key))
    yield from steps.once(
        steps.hops(estate, steps.Way("edit-trust"), node, _allowed(estate, permission, place))
        for permission in _PROVIDERS
    )


def _allowed(estate: GcpEstate, permission: str, place: Place) -> Iterator[Answer]:
    """Yield who makes or updates providers, as far as an organization policy lets it.

    Source: Resource Manager documentation, "Restricting identity providers",
    ``iam.workloadIdentityPoolProviders`` (https://cloud.google.com/iam/docs/manage-workload-identity-pools-providers,
    read 2026-11): a policy that denies all issuers leaves none; of one that lists some nobody can tell here
    who else has tokens of these.
    """
    listed = estate.org_policies.lists(_ISSUERS, place.chain)
    shut = next((entry for entry in listed if entry.all_denied and not entry.conditional), None)
    for answer in estate.who(permission, place):
        if shut is not None:
            lock = Lock(
                f"organization policy {_ISSUERS}", (shut.evidence,), changing_org_policies(place.chain)
            )
            yield replace(answer, locks=(*answer.locks, lock))
            continue
        some = any(entry.allowed or entry.denied or entry.all_denied for entry in listed)
        verdict = (
            both(answer.verdict, Unknown((f"which issuers {_ISSUERS} leaves",))) if some else answer.verdict
        )
        if not isinstance(verdict, Denied):
            yield replace(answer, verdict=verdict)


def _asked(estate: GcpEstate, node: str) -> Iterator[tuple[steps.Gains, str, Place]]:
    """Yield what is worth having on a node: the gain, the permission, the place."""
    account = estate.accounts.place(node)
    bucket = estate.buckets.get(bucket_in(node) or "")
    item = estate.inventory.items.get(node)
    if account is not None:
        yield (), _TOKEN, account
    elif bucket is not None and node != bucket.full_name:
        yield ("read",), "storage.objects.get", bucket.objects_at(node)
    elif item is not None and item.type in KINDS:
        way, permissions = KINDS[item.type].ways[0]
        yield way.gains, permissions[0], place_of(item)


def _editors(estate: GcpEstate, permission: str, place: Place) -> Iterator[Answer]:
    """Yield who is bound to a custom role without the permission, and may add it to the role."""
    for name in place.policies:
        for policy, index, binding in estate.bindings.each(name):
            parent, custom, _ = binding.role.partition(_CUSTOM)
            held = estate.roles.permissions(binding.role) if custom and parent else None
            if held is None or permission in held:
                continue
            verdict, locks = (
                estate.conditions.decide(binding, permission, place) if binding.condition else (Allowed(), ())
            )
            if isinstance(verdict, Denied):
                continue
            proof = (policy.evidence(index),)
            bound = [Answer(m, verdict, proof, locks) for m in binding.members if not m.startswith(DELETED)]
            key = estate.hierarchy.key(parent)
            may = estate.who(_UPDATE, container_place(key, estate.hierarchy.above(key)))
            yield from estate.oracle.beside(steps.joined(estate.groups, bound, may), permission, place)
