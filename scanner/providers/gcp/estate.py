"""One Google Cloud estate: everything a snapshot says of it, indexed, and the questions of the seam.

Reading is linear in the documents. Hops are derived when asked for; nothing is decided for nodes that no
asset leads to.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from scanner.catalog import load_weight_signals
from scanner.model import Principal, Resource
from scanner.providers.gcp import aws_callers, doubts, members
from scanner.providers.gcp.access.bindings import Bindings
from scanner.providers.gcp.access.boundaries import Boundaries
from scanner.providers.gcp.access.conditions import Conditions
from scanner.providers.gcp.access.deny import DenyPolicies
from scanner.providers.gcp.access.entitlements import Entitlements
from scanner.providers.gcp.access.ip_filters import IpFilters
from scanner.providers.gcp.access.oracle import Oracle
from scanner.providers.gcp.access.perimeters import Perimeters
from scanner.providers.gcp.access.principals import Principals
from scanner.providers.gcp.access.public import PublicAccess
from scanner.providers.gcp.accounts import Accounts
from scanner.providers.gcp.acls import Acls
from scanner.providers.gcp.buckets import read_buckets
from scanner.providers.gcp.federation import Federation
from scanner.providers.gcp.groups import Groups
from scanner.providers.gcp.hierarchy import Hierarchy
from scanner.providers.gcp.hops import (
    HOPS,
    agents,
    api_keys,
    attached,
    federated,
    passing,
    tokens,
    transfers,
    triggers,
)
from scanner.providers.gcp.inventory import Inventory
from scanner.providers.gcp.names import bucket_in
from scanner.providers.gcp.network.servers import Servers
from scanner.providers.gcp.org_policies import OrgPolicies
from scanner.providers.gcp.resources import read_resources
from scanner.providers.gcp.roles import Roles
from scanner.providers.gcp.tags import TagBindings
from scanner.providers.gcp.workloads import Workloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.config import Config
    from scanner.model import Hop
    from scanner.providers.gcp.access.question import Answer, Place
    from scanner.snapshot import Gap, Snapshot


class GcpEstate:
    """See `scanner.providers.base.Estate`. The indexes are public to `hops`, which read them."""

    def __init__(self, snapshot: Snapshot, config: Config) -> None:
        self.snapshot = snapshot
        self.config = config
        self.hierarchy = Hierarchy(snapshot, config)
        self.inventory = Inventory(snapshot, self.hierarchy)
        self.roles = Roles(snapshot)
        self.bindings = Bindings(self.inventory, self.hierarchy, self.roles)
        self.groups = Groups(snapshot, self.hierarchy)
        self.accounts = Accounts(self.inventory, self.hierarchy, self.bindings)
        self.acls = Acls(snapshot, self.hierarchy)
        self.buckets = read_buckets(self.inventory, self.bindings)
        self.org_policies = OrgPolicies(self.inventory, self.hierarchy)
        self.principals = Principals(self.hierarchy, self.groups)
        self.perimeters = Perimeters(snapshot, self.hierarchy, self.principals, self.roles.permissions)
        self.conditions = Conditions(
            snapshot.collected_at,
            TagBindings(self.inventory, self.hierarchy).of,
            self.perimeters.levels.verdict,
            self.roles.escalates,
        )
        layers = (
            DenyPolicies(snapshot, self.hierarchy, self.principals, self.conditions.tagged),
            Boundaries(snapshot, self.hierarchy, self.principals),
            PublicAccess(self.buckets, self.org_policies),
            IpFilters(self.buckets, self.hierarchy, self.principals),
            self.perimeters,
        )
        self.entitlements = Entitlements(
            self.inventory, self.hierarchy, self.principals, self.roles.permissions, self.conditions.decide
        )
        self.oracle = Oracle(
            self.bindings,
            self.conditions.decide,
            layers,
            self.groups.people,
            self.entitlements.granting,
        )
        self.workloads = Workloads(self.inventory, self.hierarchy)
        self.transfers = transfers.by_source(self.inventory)
        self.api_keys = api_keys.by_account(self.inventory)
        self.attached = attached.by_disk(self.inventory, self.hierarchy)
        self.triggers = triggers.by_account(self.inventory, self.hierarchy)
        self.deploys = passing.load_deploys()
        self.agents = agents.load_agents()
        self.makers: dict[str, tuple[tuple[Answer, ...], ...]] = {}
        self.shown = tokens.shown(snapshot, self.accounts)
        self.federation = Federation(snapshot, self.hierarchy)
        signals = load_weight_signals()
        self.resources = read_resources(self.inventory, self.hierarchy, self.buckets, signals)
        self.servers = Servers(self.inventory, self.hierarchy, signals)
        self.resources.update({resource.id: resource for resource in self.servers.resources()})

    def who(self, permission: str, place: Place) -> tuple[Answer, ...]:
        """Return who is granted a permission on a place."""
        return self.oracle.who(permission, place)

    def facts(self) -> Iterator[Principal | Resource]:
        """Yield our service accounts and groups, everyone whom a binding or a group names, and resources."""
        named = {*self.bindings.members(), *self.groups.members(), *(a.node for a in self.accounts)}
        named.update(self.entitlements.members())
        named.update(set(transfers.sinks(self.transfers)) - {b.full_name for b in self.buckets.values()})
        named.update(self.servers.neighbours.sources())
        for node in tuple(named):
            named.update(hop.source for into in (federated.into, triggers.into) for hop in into(self, node))
        for node in sorted(named):
            found = self._principal(node)
            if found is not None:
                yield found
        yield from tokens.principals(self)
        yield from self.resources.values()

    def hops_into(self, node: str) -> Iterator[Hop]:
        """Yield every hop whose target is `node`, family by family."""
        yield from chain.from_iterable(into(self, node) for into in HOPS)

    def describe(self, node: str) -> Principal | Resource | None:
        """Return what is known of a node; every location inside a known bucket is a resource."""
        if node in self.resources:
            return self.resources[node]
        bucket = self.buckets.get(bucket_in(node) or "")
        if bucket is not None and node.startswith(f"{bucket.full_name}/"):
            scope = bucket.item.project or None
            return Resource(
                node,
                "gcs-objects",
                "gcp",
                scope,
                node.removeprefix("//storage.googleapis.com/"),
                bucket.labels,
            )
        return self._principal(node)

    def _principal(self, node: str) -> Principal | None:
        found = members.describe(node, self.hierarchy) or aws_callers.describe(node, self.config)
        return found or (transfers.describe(node) if bucket_in(node) not in self.buckets else None)

    def coverage(self) -> Iterator[Gap]:
        """Yield policies that could not be parsed, and what is read but not followed."""
        yield from self.bindings.gaps()
        yield from self.roles.gaps(self.bindings.roles())
        listed = (member for bucket in self.buckets.values() for member in self.acls.members(bucket))
        yield from self.groups.gaps(
            iter(sorted({*self.bindings.members(), *self.entitlements.members(), *listed}))
        )
        yield from doubts.gaps(self.bindings.members(), self.hierarchy)
        yield from doubts.of_access_policies(self.snapshot)
        for bucket in self.buckets.values():
            yield from self.acls.gaps(bucket)
        yield from self.federation.gaps(self.bindings.members(), self.hierarchy)
