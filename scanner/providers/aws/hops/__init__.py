"""One module a family of hops: ``into(estate, node)`` yields nothing for nodes that are not its own."""

from __future__ import annotations

from scanner.providers.aws.hops import (
    access_grants,
    access_points,
    agentcore,
    apis,
    assume,
    bearer_keys,
    certificates,
    clusters,
    decrypting,
    directory_buckets,
    disks,
    distributions,
    escalation,
    file_systems,
    images,
    ingress,
    invoking,
    models,
    objects,
    passing,
    replication,
    root_sessions,
    services,
    shares,
    stacksets,
    studio,
    widening,
)

HOPS = (
    assume.into,
    escalation.into,
    passing.into,
    stacksets.into,
    widening.into,
    certificates.into,
    clusters.into,
    objects.into,
    decrypting.into,
    models.into,
    ingress.into,
    invoking.into,
    access_points.into,
    access_grants.into,
    directory_buckets.into,
    images.into,
    disks.into,
    services.into,
    studio.into,
    replication.into,
    shares.into,
    agentcore.into,
    file_systems.into,
    apis.into,
    distributions.into,
    root_sessions.into,
    bearer_keys.into,
)
"""Every family, in the order in which a node is asked."""

FROM_OUTSIDE = (assume.from_outside, images.from_outside, passing.from_outside, certificates.from_outside)
"""Families with hops into a role from outside callers: ``from_outside(estate, role)`` yields these only."""
