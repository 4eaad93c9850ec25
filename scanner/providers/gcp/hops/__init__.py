"""One module a family of hops: ``into(estate, node)`` yields nothing for nodes that are not its own."""

from __future__ import annotations

from scanner.providers.gcp.hops import federated, groups, impersonate, objects, passing, running, tokens

HOPS = (groups.into, federated.into, impersonate.into, passing.into, running.into, tokens.into, objects.into)
"""Every family, in the order in which a node is asked."""
