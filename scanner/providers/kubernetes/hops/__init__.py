"""One module a family of hops: ``into(estate, node)`` yields nothing for nodes that are not its own."""

from __future__ import annotations

from scanner.providers.kubernetes.hops import accounts, cloud, entering, ingress, pods

HOPS = (entering.into, accounts.into, cloud.into, pods.into, ingress.into)
"""Every family, in the order in which a node is asked."""
