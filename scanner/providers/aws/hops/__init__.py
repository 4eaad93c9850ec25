"""One module a family of hops: ``into(estate, node)`` yields nothing for nodes that are not its own."""

from __future__ import annotations

from scanner.providers.aws.hops import (
    access_grants,
    access_points,
    assume,
    decrypting,
    directory_buckets,
    disks,
    escalation,
    images,
    models,
    objects,
    passing,
    services,
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
    objects.into,
    decrypting.into,
    models.into,
    access_points.into,
    access_grants.into,
    directory_buckets.into,
    images.into,
    disks.into,
    services.into,
    studio.into,
)
"""Every family, in the order in which a node is asked."""
