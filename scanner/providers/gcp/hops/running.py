"""Hops into a service account by running code where it is used already, and into Kubernetes identities.

Sources: Compute Engine documentation, "Add SSH keys to VMs" and "OS Login" (on a machine that runs as an
account both want ``iam.serviceAccounts.actAs``); GKE documentation, "IAM policies for clusters" and "About
Workload Identity Federation for GKE" (read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from scanner.providers.gcp import steps
from scanner.providers.gcp.access.places import container_place
from scanner.providers.gcp.hops import control_planes
from scanner.providers.gcp.hops.passing import ACT_AS
from scanner.providers.gcp.members import POOL, SERVICE_ACCOUNT, WORKLOAD
from scanner.providers.gcp.names import bucket_in, objects_name
from scanner.providers.gcp.shape import section, sections, text
from scanner.providers.gcp.workloads import (
    CLUSTER,
    COMPOSER,
    DATAPROC,
    FUNCTIONS,
    INSTANCE,
    RUN_JOB,
    RUN_SERVICE,
    TPU,
    place_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.access.question import Answer
    from scanner.providers.gcp.estate import GcpEstate
    from scanner.providers.gcp.inventory import Item
    from scanner.providers.gcp.workloads import Workload

READING: Final = "#storage-read"
WRITING: Final = "#storage-write"
"""Mark a service account whose storage somebody reads, or writes, by tokens whose access scopes end there."""
_GKE = ".svc.id.goog"
_PODS = (
    "container.pods.create",
    "container.deployments.create",
    "container.statefulSets.create",
    "container.daemonSets.create",
    "container.jobs.create",
    "container.cronJobs.create",
    "container.replicaSets.create",
    "container.deployments.update",
    "container.statefulSets.update",
    "container.daemonSets.update",
    "container.cronJobs.update",
    "container.pods.update",
    "container.pods.exec",
)
# Kubernetes issues a token of any audience to who may ask for one: "ServiceAccount token volume projection"
_IDENTITIES = (*_PODS, "container.serviceAccounts.createToken")


class Take(NamedTuple):
    """What lets one run code on a workload: permissions on it and on its project, actAs on the account."""

    own: tuple[str, ...]
    project: tuple[str, ...] = ()
    acts: bool = False


_COMMON = Take((), ("compute.projects.setCommonInstanceMetadata",), acts=True)
_WAYS: dict[str, tuple[Take, ...]] = {
    INSTANCE: (
        Take(("compute.instances.setMetadata",), acts=True),
        Take(("compute.instances.osAdminLogin",), acts=True),
        Take(("compute.instances.osLogin",), acts=True),
        _COMMON,
    ),
    RUN_SERVICE: (Take(("run.services.update",), acts=True),),
    RUN_JOB: (Take(("run.jobs.runWithOverrides",)), Take(("run.jobs.update",), acts=True)),
    **dict.fromkeys(FUNCTIONS, (Take(("cloudfunctions.functions.update",), acts=True),)),
    CLUSTER: tuple(Take((permission,)) for permission in _PODS),
    # a job runs as the cluster's account and asks nothing on that: Dataproc, "IAM roles"
    DATAPROC: (Take(("dataproc.clusters.use",), ("dataproc.jobs.create",)),),
    COMPOSER: (Take(("composer.environments.update",), acts=True),),
    TPU: (Take(("tpu.nodes.update",), acts=True), _COMMON),
}


def into(estate: GcpEstate, node: str, projects: frozenset[str] | None = None) -> Iterator[Hop]:
    """Yield hops into a service account or a Kubernetes identity; none for another node.

    With `projects`, keys of containers, only by code that runs there.
    """
    pool = _cluster_project(node)
    if pool:
        yield from _pods(estate, node, pool)
        return
    if estate.accounts.place(node) is None:
        return  # none of ours, or disabled: the metadata server has no token for it
    workloads = estate.workloads.running_as(node)
    if projects is None:
        yield from steps.once(_on(estate, node, w) for w in workloads if w.is_whole)
        return
    near = [w for w in workloads if f"projects/{w.item.project}" in projects and w.reads_storage]
    yield from steps.once(_on(estate, node, workload, surely=workload.is_whole) for workload in near)


def in_part(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into what an account does in storage by tokens of limited scopes; none for another node."""
    account, mark, position = node.partition("#")
    if not mark or f"#{position}" not in {READING, WRITING}:
        return
    if estate.accounts.place(account) is None:
        return
    for workload in estate.workloads.running_as(account):
        if workload.is_whole or not (
            workload.reads_storage if f"#{position}" == READING else workload.writes_storage
        ):
            continue
        for hop in _on(estate, account, workload):
            yield msgspec.structs.replace(hop, target=node)


def _on(estate: GcpEstate, node: str, workload: Workload, *, surely: bool = True) -> Iterator[Hop]:
    """Yield the hops of those who run code on one workload."""
    account = estate.accounts.place(node)
    missing = () if surely else (f"what the access scopes of {workload.item.name} leave",)
    way = steps.Way("run-code", evidence=(workload.evidence(),), missing=missing)
    found = []
    for take in _WAYS[workload.item.type]:
        if workload.shielded and take.own == ("container.pods.exec",):
            continue
        answers = _taking(estate, workload.item, take)
        if take.acts:
            acting = estate.who(ACT_AS, account) if account else ()
            answers = tuple(steps.joined(estate.groups, answers, acting))
        if workload.item.type == CLUSTER:
            answers = tuple(control_planes.reaching(estate, workload.item, answers))
        found.append(steps.hops(estate, way, node, answers))
    if workload.item.type == COMPOSER:
        found.append(steps.hops(estate, way, node, _writing_dags(estate, workload)))
    yield from steps.once(found)


def takers(estate: GcpEstate, machine: Item) -> Iterator[tuple[Answer, ...]]:
    """Yield who runs code on a machine, each way; on one that has an account of ours actAs is wanted too."""
    emails = (text(raw.get("email")) for _, raw in sections(machine.data.get("serviceAccounts")))
    accounts = [p for e in emails if (p := estate.accounts.place(f"{SERVICE_ACCOUNT}{e.lower()}"))]
    for take in _WAYS[INSTANCE]:
        answers = _taking(estate, machine, take)
        for account in accounts:
            answers = tuple(steps.joined(estate.groups, answers, estate.who(ACT_AS, account)))
        yield answers


def _taking(estate: GcpEstate, item: Item, take: Take) -> tuple[Answer, ...]:
    """Return who holds the permissions of one way, on the workload and on its project."""
    chain = item.chain
    asked = [(permission, place_of(item)) for permission in take.own]
    asked += [(permission, container_place(chain[0], chain)) for permission in take.project if chain]
    found: tuple[Answer, ...] | None = None
    for permission, place in asked:
        answers = estate.who(permission, place)
        found = answers if found is None else tuple(steps.joined(estate.groups, found, answers))
    return found or ()


def _writing_dags(estate: GcpEstate, workload: Workload) -> tuple[Answer, ...]:
    """Return who puts workflows into the bucket that an environment of Composer runs them from.

    Source: Cloud Composer documentation, "Add and update DAGs"
    (https://cloud.google.com/composer/docs/composer-3/manage-dags, read 2026-11).
    """
    uri = text(section(workload.item.data, "config").get("dagGcsPrefix"))
    node = objects_name(uri, prefix=True)
    bucket = estate.buckets.get(bucket_in(node) or "") if node else None
    return estate.who("storage.objects.create", bucket.objects_at(node)) if node and bucket else ()


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
    clusters = [c for c in estate.inventory.of(CLUSTER) if f"projects/{c.project}" == key]
    found = []
    for permission in _IDENTITIES:
        answers = estate.who(permission, place)
        near = [control_planes.reaching(estate, cluster, answers) for cluster in clusters]
        found += [steps.hops(estate, steps.Way("run-code"), node, each) for each in near or (answers,)]
    yield from steps.once(found)
