"""One module a family of hops: ``into(estate, node)`` yields nothing for nodes that are not its own."""

from __future__ import annotations

from scanner.providers.gcp.hops import groups, impersonate, objects

HOPS = (groups.into, impersonate.into, objects.into)
"""Every family, in the order in which a node is asked."""
