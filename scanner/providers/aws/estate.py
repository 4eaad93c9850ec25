"""One AWS estate: everything a snapshot says of AWS, indexed, and the questions of the seam.

Reading is linear in the documents. Hops are derived when asked for; nothing is decided for nodes that no
asset leads to.
"""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from scanner.model import Principal, Resource
from scanner.providers.aws import escalations, outsiders
from scanner.providers.aws.anywhere import read_anywhere
from scanner.providers.aws.apis import Apis
from scanner.providers.aws.arn import Arn
from scanner.providers.aws.assignees import Assignees
from scanner.providers.aws.copies import read_copies
from scanner.providers.aws.distributions import Distributions
from scanner.providers.aws.endpoint_policies import EndpointPolicies
from scanner.providers.aws.functions import read_functions
from scanner.providers.aws.hops import (
    FROM_OUTSIDE,
    HOPS,
    assignments,
    clusters,
    escalation,
    invoking,
    relaying,
    stacksets,
    widening,
)
from scanner.providers.aws.identities import Identities
from scanner.providers.aws.keys import Keys
from scanner.providers.aws.kubernetes import Clusters
from scanner.providers.aws.library import Library
from scanner.providers.aws.logs import read_logs
from scanner.providers.aws.models import read_resources, unlisted_resource
from scanner.providers.aws.narrowed import Callers
from scanner.providers.aws.network import Network
from scanner.providers.aws.organization import Organization
from scanner.providers.aws.positions import Positions
from scanner.providers.aws.questions import Oracle
from scanner.providers.aws.service_roles import ServiceRoles
from scanner.providers.aws.shapes import sifted
from scanner.providers.aws.sign_on import SignOn
from scanner.providers.aws.steps import Steps
from scanner.providers.aws.storage import bucket_name, read_buckets, unlisted_bucket
from scanner.providers.aws.stores import Stores
from scanner.providers.aws.token_issuers import TokenIssuers
from scanner.providers.aws.trails import Trails, unread_stores
from scanner.providers.aws.user_pools import UserPools
from scanner.providers.aws.workloads import Workloads
from scanner.snapshot import DocumentId, Gap
from scanner.wildcards import covers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.config import Config
    from scanner.model import Hop
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.storage import Bucket
    from scanner.snapshot import Document, Snapshot


class AwsEstate:
    """See `scanner.providers.base.Estate`. The indexes are public to `hops`, which read them."""

    def __init__(self, snapshot: Snapshot, config: Config) -> None:
        snapshot, self._misshapen = sifted(snapshot)
        self.snapshot = snapshot
        self.config = config
        self.library = Library(snapshot)
        self.organization = Organization(snapshot, config, self.library)
        self.identities = Identities(snapshot, self.library)
        self.buckets = read_buckets(snapshot, self.library)
        self.object_acls: set[str] = set()
        self.keys = Keys(snapshot, self.library)
        self.resources = read_resources(snapshot, self.buckets, self.keys)
        self.stores = Stores(snapshot, self.library, self.resources.values())
        self.resources.update(self.stores.resources)
        for copy in read_copies(snapshot, self.buckets, self.stores.transfers, self.resources, config.assets):
            self.resources[copy.id] = copy
        self.apis = Apis(snapshot, self.library)
        self.distributions = Distributions(snapshot)
        labels = (label.match for label in config.assets)
        fronts = (*self.apis.fronts(), *self.distributions.fronts())
        self.network = Network(snapshot, self.organization.is_ours, labels, fronts)
        self.resources.update({resource.id: resource for resource in self.network.resources()})
        positions = Positions(snapshot, self.network, self.organization.is_ours, config.ours.networks)
        self.oracle = Oracle(self.identities, self.organization)
        passages = EndpointPolicies(snapshot, self.library, self.oracle)
        self.steps = Steps(
            self.library,
            self.organization.id,
            positions,
            passages,
            callers=Callers(self.identities),
            documents=self._document_of,
        )
        self.escalations = escalations.load()
        self.sign_on = SignOn(snapshot, self.organization.is_ours)
        self.token_issuers = TokenIssuers(snapshot)
        self.assignees = Assignees(snapshot, config.ours.gcp.domains)
        self.user_pools = UserPools(snapshot, self.organization.is_ours)
        self.access_keys = escalation.count_keys(snapshot)
        self.clusters = Clusters(snapshot, self.organization.accounts)
        self.anywhere = read_anywhere(snapshot)
        self.service_roles = ServiceRoles(self.identities)
        self.functions = tuple(read_functions(snapshot, self.library))
        self.resources.update({resource.id: resource for resource in invoking.resources(self.functions)})
        self.workloads = Workloads(snapshot, self.identities, self.functions)
        self.stack_sets = stacksets.read_stack_sets(snapshot)
        self._unread_stores = unread_stores(snapshot, self.organization)
        self.trails = Trails(snapshot, self.buckets, self._unread_stores)
        self._see_what_is_recorded()
        self.editors: tuple[Identity, ...] = ()
        self.directors: dict[str, tuple[Identity, ...]] = {}
        self._escalate()

    def _see_what_is_recorded(self) -> None:
        """Add the places of logs, and say of what may be an asset which gains leave no record."""
        for log in read_logs(self.snapshot, self.buckets, self.organization.id):
            known = self.resources.get(log.id, log)
            signals = tuple(sorted({*known.signals, *log.signals}, reverse=True))
            self.resources[log.id] = msgspec.structs.replace(known, signals=signals)
        for id_, resource in self.resources.items():
            if resource.signals or any(covers(label.match, id_) for label in self.config.assets):
                self.resources[id_] = self.trails.marked(resource)

    def _escalate(self) -> None:
        """Add a copy of each identity that can be widened, as it would then be."""
        self.identities.add(list(escalation.joined(self)))
        self_granted = list(escalation.granted(self))
        self.identities.add(self_granted)
        self.editors = widening.editors(self, frozenset(copy.arn for copy in self_granted))
        self.identities.add(list(widening.widened(self)))
        self.directors = assignments.directors(self)
        self.identities.add(list(assignments.widened(self)))
        self.directors = assignments.directors(self)

    def facts(self) -> Iterator[Principal | Resource]:
        """Yield our identities, outsiders with a way into a role, and resources that may be assets."""
        outside: dict[str, Principal | None] = {}
        for identity in self.identities:
            if identity.is_copy:
                continue
            yield self._principal(identity)
            if identity.trust is not None:
                for hop in chain.from_iterable(ways(self, identity) for ways in FROM_OUTSIDE):
                    source = self.user_pools.opened(hop).source
                    outside[source] = self.assignees.describe(source) or outsiders.describe(source)
        for hop in clusters.from_outside(self):
            outside[hop.source] = outsiders.describe(hop.source)
        yield from (found for node in sorted(outside) if (found := outside[node]) is not None)
        yield from self.resources.values()

    def hops_into(self, node: str) -> Iterator[Hop]:
        """Yield every hop whose target is `node`, family by family."""
        yield from map(self.user_pools.opened, chain.from_iterable(into(self, node) for into in HOPS))

    def describe(self, node: str) -> Principal | Resource | None:
        """Return what is known of a node; every location inside a known bucket is a resource."""
        identity = self.identities.get(node)
        if identity is not None:
            return self._principal(identity)
        if node in self.resources:
            return self.resources[node]
        bucket = self._bucket(bucket_name(node))
        if bucket is not None and "/" in Arn.parse(node).resource:
            name = node.removeprefix("arn:aws:s3:::")
            return self.trails.marked(Resource(node, "s3-objects", "aws", bucket.account, name, bucket.tags))
        unlisted = unlisted_resource(self.snapshot, node)
        if unlisted is not None:
            self.resources[node] = unlisted
        found = self.clusters.describe(node) or self.assignees.describe(node)
        return unlisted or found or outsiders.describe(node)

    def coverage(self) -> Iterator[Gap]:
        """Yield policies that could not be parsed, and what is read but not followed yet."""
        yield from self._misshapen
        yield from (self.library.gaps[place] for place in sorted(self.library.gaps))
        yield from self.stores.unfollowed(self.organization)
        yield from self.apis.gaps()
        yield from self.distributions.gaps()
        interfaces = (i for m in self.stores.mounted.values() for i in m.interfaces)
        yield from self.network.gaps(interfaces, partial(relaying.sources, self))
        yield from self.clusters.gaps()
        yield from self.sign_on.gaps()
        yield from self.assignees.gaps()
        if any(resource.unrecorded_missing for resource in self.resources.values()):
            yield from self._unread_stores
        for name in sorted(self.object_acls):
            account = self.buckets[name].account
            id_ = DocumentId("aws", account, "", "s3", "GetObjectAcl", name)
            yield Gap(id_, "not-collected", "ACLs of single objects are not read", "understated")

    def _principal(self, identity: Identity) -> Principal:
        """Return the fact; a user that the register lists is a vendor's, whoever's account it is in."""
        principal = identity.principal()
        listed = (entry for vendor in self.config.vendors for entry in vendor.identities.aws)
        if identity.kind == "user" and any(e.startswith("arn:") and covers(e, identity.arn) for e in listed):
            return msgspec.structs.replace(principal, ours=False)
        return principal

    def _document_of(self, node: str) -> Document | None:
        """Return the document that says that an identity or a bucket is there, if one was read."""
        identity, bucket = self.identities.get(node), self.buckets.get(bucket_name(node) or "")
        found = identity.document if identity is not None else bucket.document if bucket is not None else None
        return found if found is not None and self.snapshot.get(found.id) is found else None

    def _bucket(self, name: str | None) -> Bucket | None:
        if name and name not in self.buckets and (unlisted := unlisted_bucket(self.snapshot, name)):
            self.buckets[name] = unlisted
        return self.buckets.get(name or "")
