"""One module a family of hops: ``into(estate, node)`` yields nothing for nodes that are not its own."""

from __future__ import annotations

from scanner.providers.azure import sides
from scanner.providers.azure.hops import (
    acting,
    apis,
    becoming,
    blobs,
    clusters,
    cognitive,
    directory,
    dynamic,
    federated,
    granting,
    groups,
    images,
    ingress,
    learning,
    relaying,
    running,
    vaults,
)

HOPS = (
    sides.into,
    becoming.into,
    acting.into,
    groups.into,
    directory.into,
    dynamic.into,
    federated.into,
    running.into,
    clusters.into,
    granting.into,
    blobs.into,
    learning.into,
    cognitive.into,
    apis.into,
    relaying.into,
    images.into,
    vaults.into,
    ingress.into,
)
"""Every family, in the order in which a node is asked."""
