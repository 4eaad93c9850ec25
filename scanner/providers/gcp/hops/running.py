"""Hops into a service account by running code where it is used already, and into Kubernetes identities.

Sources: Compute Engine documentation, "Add SSH keys to VMs" and "OS Login" (on a machine that runs as an
account both want ``iam.serviceAccounts.actAs``); GKE documentation, "IAM policies for clusters" and "About
Workload Identity Federation for GKE"; Cloud Build documentation, "Default Cloud Build service account" (read
2026-11).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scanner.providers.gcp import steps
from scanner.providers.gcp.access.places import container_place
from scanner.providers.gcp.hops.passing import ACT_AS
from scanner.providers.gcp.members import POOL, WORKLOAD
from scanner.providers.gcp.workloads import CLUSTER, FUNCTIONS, INSTANCE, RUN_JOB, RUN_SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.estate import GcpEstate
    from scanner.providers.gcp.workloads import Workload

_BUILD = re.compile(r"serviceAccount:(?P<number>\d+)@cloudbuild\.gserviceaccount\.com")
_GKE = ".svc.id.goog"
_PODS = (
    "container.pods.create",
    "container.deployments.create",
    "container.statefulSets.create",
    "container.daemonSets.create",
    "container.jobs.create",
    "container.cronJobs.create",
    "container.pods.exec",
)
# permission on the workload, whether actAs on the account is wanted too
_WAYS: dict[str, tuple[tuple[str, bool], ...]] = {
    INSTANCE: (
        ("compute.instances.setMetadata", True),
        ("compute.instances.osAdminLogin", True),
        ("compute.instances.osLogin", True),
    ),
    RUN_SERVICE: (("run.services.update", True),),
    RUN_JOB: (("run.jobs.runWithOverrides", False), ("run.jobs.update", True)),
    **dict.fromkeys(FUNCTIONS, (("cloudfunctions.functions.update", True),)),
    CLUSTER: tuple((permission, False) for permission in _PODS),
}


def into(estate: GcpEstate, node: str, projects: frozenset[str] | None = None) -> Iterator[Hop]:
    """Yield hops into a service account or a Kubernetes identity; none for another node.

    With `projects`, keys of containers, only by code that runs there.
    """
    build = _BUILD.fullmatch(node)
    if build and projects is None:
        yield from _builds(estate, node, build["number"])
    pool = _cluster_project(node)
    if pool:
        yield from _pods(estate, node, pool)
        return
    if estate.accounts.place(node) is None:
        return  # none of ours, or disabled: the metadata server has no token for it
    workloads = estate.workloads.running_as(node)
    if projects is not None:
        workloads = tuple(w for w in workloads if f"projects/{w.item.project}" in projects)
    yield from steps.once(_on(estate, node, workload) for workload in workloads)


def _on(estate: GcpEstate, node: str, workload: Workload) -> Iterator[Hop]:
    """Yield the hops of those who run code on one workload."""
    account = estate.accounts.place(node)
    way = steps.Way("run-code", evidence=(workload.evidence(),))
    found = []
    for permission, acts in _WAYS[workload.item.type]:
        if workload.shielded and permission == "container.pods.exec":
            continue
        answers = estate.who(permission, workload.place)
        if acts:
            acting = estate.who(ACT_AS, account) if account else ()
            answers = tuple(steps.joined(estate.groups, answers, acting))
        found.append(steps.hops(estate, way, node, answers))
    yield from steps.once(found)


def _builds(estate: GcpEstate, node: str, number: str) -> Iterator[Hop]:
    """Yield who starts builds, which run as the project's own account unless told otherwise."""
    key = estate.hierarchy.key(f"projects/{number}")
    answers = estate.who("cloudbuild.builds.create", container_place(key, estate.hierarchy.above(key)))
    yield from steps.hops(estate, steps.Way("run-code"), node, answers)


def _cluster_project(node: str) -> str:
    """Return the project whose clusters a Kubernetes identity or a set of them lives in."""
    workload = WORKLOAD.fullmatch(node)
    if workload:
        return workload["pool"].removesuffix(_GKE)
    pool = POOL.fullmatch(node)
    name = pool["pool"].rpartition("/")[2] if pool else ""
    return name.removesuffix(_GKE) if name.endswith(_GKE) else ""


def _pods(estate: GcpEstate, node: str, project: str) -> Iterator[Hop]:
    """Yield who makes pods in the project's clusters, or runs commands in them."""
    if not estate.hierarchy.is_ours(project):
        return
    key = estate.hierarchy.key(f"projects/{project}")
    place = container_place(key, estate.hierarchy.above(key))
    yield from steps.once(
        steps.hops(estate, steps.Way("run-code"), node, estate.who(permission, place)) for permission in _PODS
    )
