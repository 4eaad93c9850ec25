"""One module a family of hops: ``into(estate, node)`` yields nothing for nodes that are not its own."""

from __future__ import annotations

from scanner.providers.azure.hops import becoming, blobs, granting, groups

HOPS = (
    becoming.into,
    groups.into,
    granting.into,
    blobs.into,
)
"""Every family, in the order in which a node is asked."""
