"""One module a family of hops: ``into(estate, node)`` yields nothing for nodes that are not its own."""

from __future__ import annotations

from scanner.providers.gcp.hops import (
    agents,
    api_keys,
    attached,
    federated,
    groups,
    impersonate,
    ingress,
    inside,
    keys,
    objects,
    passing,
    relaying,
    running,
    tokens,
    transfers,
    triggers,
    using,
    widening,
)

HOPS = (
    groups.into,
    federated.into,
    impersonate.into,
    passing.into,
    running.into,
    running.in_part,
    agents.into,
    triggers.into,
    inside.into,
    keys.into,
    tokens.into,
    api_keys.into,
    objects.into,
    transfers.into,
    using.into,
    relaying.into,
    attached.into,
    ingress.into,
    widening.into,
)
"""Every family, in the order in which a node is asked."""
