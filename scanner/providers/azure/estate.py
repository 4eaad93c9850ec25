"""One Azure estate: everything a snapshot says of Azure, indexed, and the questions of the seam.

Reading is linear in the documents. Hops are derived when asked for; nothing is decided for nodes that no
asset leads to.
"""

from __future__ import annotations

from functools import reduce
from itertools import chain
from typing import TYPE_CHECKING

from msgspec.structs import replace

from scanner.model import Principal, Resource
from scanner.providers.azure import copies, images, keys, outsiders, shapes
from scanner.providers.azure.access import Access, Denials, Question, both, joined
from scanner.providers.azure.assignments import AssignmentReader
from scanner.providers.azure.clusters import Clusters
from scanner.providers.azure.cognitive import Cognitive
from scanner.providers.azure.consents import Consents
from scanner.providers.azure.directory import Directory, listed_ids
from scanner.providers.azure.documents import Documents, at, text
from scanner.providers.azure.eligibility import eligible_members, eligible_roles
from scanner.providers.azure.entra import Powers
from scanner.providers.azure.hops import HOPS, dynamic, federated, running
from scanner.providers.azure.identities import Identities
from scanner.providers.azure.learning import Learning
from scanner.providers.azure.membership import Membership
from scanner.providers.azure.network import Firewalls, Network
from scanner.providers.azure.roles import Roles
from scanner.providers.azure.scopes import Scopes
from scanner.providers.azure.sides import Sides, base_of
from scanner.providers.azure.storage import Storage
from scanner.providers.azure.tenants import Tenants
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scanner.config import Config
    from scanner.model import Hop
    from scanner.providers.azure.access import Holding
    from scanner.providers.azure.copies import Copy, Made
    from scanner.providers.azure.roles import Plane
    from scanner.snapshot import Document, Snapshot


class AzureEstate:
    """See `scanner.providers.base.Estate`. The indexes are public to `hops`, which read them."""

    def __init__(self, snapshot: Snapshot, config: Config) -> None:
        self.config = config
        self.documents = Documents(snapshot)
        self.scopes = Scopes(self.documents)
        self.tenants = Tenants(self.documents, self.scopes, config)
        self.directory = Directory(self.documents, self.tenants)
        self.membership = Membership(self.documents, self.directory)
        self.roles = Roles(self.documents)
        self.reader = AssignmentReader(self.documents, self.directory)
        self._denials = Denials(self.documents, self.directory, self.membership)
        self.access = Access(self.scopes, self.roles, self._denials)
        self.copies: dict[str, Copy] = {}
        self.access.add(self.reader.standing())
        self.joining: dict[str, list[Copy]] = {}
        self._make(copies.joining(eligible_members(self.documents, self.directory)))
        self._make(copies.activated(eligible_roles(self.documents, self.reader)))
        self.powers = Powers(self.documents, self.directory)
        self._make(list(copies.elevated(self.powers, self.scopes)))
        self._make(list(copies.self_granted(self.access, self.roles, self.directory)))
        self._make(
            made
            for made in list(copies.widened(self.access, self.roles, self.membership))
            if made.copy.node not in self.copies
        )
        self.consents = Consents(self.documents, self.directory, self.membership, self.tenants)
        self.firewalls = Firewalls(self.documents, self.tenants)
        self.storage = Storage(self.documents, self.firewalls)
        self.identities = Identities(self.documents, self.directory)
        self.clusters = Clusters(self.documents, self.directory)
        self._applications = {text(d.body, "/appId").lower(): d for d in self.documents.graph("applications")}
        self._makers: Mapping[str, Holding] | None = None
        self._owned: dict[str, tuple[str, ...]] | None = None
        self.learning = Learning(self.documents, self.storage)
        self.cognitive = Cognitive(self.documents)
        self.sides = Sides(self)
        self.network = Network(self.documents, (label.match for label in config.assets), self.tenants)
        found = chain(
            (server.resource for server in self.network.servers.values()),
            self.storage.resources(self.learning),
            self.learning.resources(),
            self.cognitive.resources(),
            images.resources(self.documents),
            keys.resources(self.documents, self.storage),
        )
        self.resources = {resource.id: resource for resource in found}

    def _make(self, made: Iterable[Made]) -> None:
        for copy, assignments in made:
            self.copies[copy.node] = copy
            self.membership.add_copy(copy.node, copy.base)
            if copy.group:
                self.membership.add_member(copy.node, copy.group)
                self.joining.setdefault(copy.group, []).append(copy)
            self.access.add(assignments)

    def is_outside(self, node: str) -> bool:
        """Tell whether a node, or the principal it is a copy of, is not ours."""
        node = self.root_of(node)
        member = self.directory.member(node)
        return not member.ours if member is not None else outsiders.is_outsider(node)

    def root_of(self, node: str) -> str:
        """Return the principal that a node is a copy of, itself when it is none."""
        while node in self.copies:
            node = self.copies[node].base
        return node

    def may(self, question: Question) -> Mapping[str, Holding]:
        """Return who may, by node in order; without copies of whoever may as well without becoming one."""
        holdings = self.access.holders(question)
        if not self.copies:
            return holdings
        return {node: holdings[node] for node in holdings if not self._gains_nothing(node, holdings)}

    def may_any(
        self, actions: Iterable[str], resource: str, plane: Plane = "control"
    ) -> Mapping[str, Holding]:
        """Return who may do at least one of several operations, with the best of what each holds."""
        found: dict[str, Holding] = {}
        for action in actions:
            for node, holding in self.may(Question(action, resource, plane)).items():
                found[node] = joined(found[node], holding) if node in found else holding
        return dict(sorted(found.items()))

    def _gains_nothing(self, node: str, holdings: Mapping[str, Holding]) -> bool:
        """Tell whether a copy holds nothing that its principal, or a copy that comes before it, lacks."""
        unsure = bool(holdings[node].missing)
        while node in self.copies:
            unsure = unsure or bool(self.copies[node].missing)
            node = self.copies[node].base
            held = holdings.get(node)
            if held is not None and not held.blocked_by and (held.is_plain or unsure):
                return True
        return False

    def application(self, app: str) -> Document | None:
        """Return the application's object, which its home tenant alone has."""
        return self._applications.get(app)

    def owned_groups(self, oid: str) -> tuple[str, ...]:
        """Return the groups that somebody owns, by the owner's object id."""
        if self._owned is None:
            self._owned = {}
            for document in self.documents.graph("groups.owners"):
                for owner in listed_ids(document):
                    group = self.directory.node(document.id.key, "Group")
                    self._owned[owner] = (*self._owned.get(owner, ()), group)
        return self._owned.get(oid, ())

    def makers(self) -> Mapping[str, Holding]:
        """Return who may make or change something somewhere that runs code with an identity."""
        if self._makers is None:
            found: dict[str, Holding] = {}
            for type_, action in running.NEW.items():
                for node, holding in self.access.anywhere(action, "control", type_).items():
                    found[node] = joined(found[node], holding) if node in found else holding
            self._makers = found
        return self._makers

    def joint(self, one: Mapping[str, Holding], other: Mapping[str, Holding]) -> Iterator[Holding]:
        """Yield what those hold who may do both, by themselves or by different groups of theirs."""
        for who in self.membership.jointly(one, other):
            mine, theirs = self._held(one, who), self._held(other, who)
            found = both(mine, theirs, who) if mine and theirs else None
            if found is not None:
                yield found

    def _held(self, holdings: Mapping[str, Holding], who: str) -> Holding | None:
        """Return what somebody holds, by itself and by its groups."""
        found = [holdings[node] for node in sorted(self.membership.closure(who)) if node in holdings]
        return reduce(joined, found) if found else None

    def facts(self) -> Iterator[Principal | Resource]:
        """Yield our principals, outsiders with a role or in a group, and resources that may be assets."""
        holders = {assignment.holder for assignment in self.access.assignments()} | self._masters()
        holders |= {copy.base for copy in self.copies.values()}
        for member in self.directory:
            if member.ours or self._has_a_way_in(member.node, holders):
                yield member.principal()
        for node in sorted(holders):
            if self.directory.member(node) is None and outsiders.is_outsider(node) and "#" not in node:
                found = outsiders.describe(node)
                if found is not None:
                    yield found
        for node in sorted(self._subjects() | self._choosing(holders)):
            described = self.describe(node)
            if isinstance(described, Principal):
                yield described
        yield from self.resources.values()

    def _subjects(self) -> set[str]:
        """Return who is let in by federated credentials, and stands in no directory of ours."""
        sources = {
            federated.source_of(self, credential)
            for credentials in self.identities.credentials.values()
            for credential in credentials
        }
        known = {d.id.scope for d in self.documents.snapshot if d.id.provider == "aws"}
        return {
            node
            for node in sources
            if self.directory.member(node) is None
            if not (role := outsiders.describe_role(node, ())) or role.scope not in known
        }

    def _choosing(self, holders: set[str]) -> set[str]:
        """Return who outside may meet the rule of a group with a way in."""
        groups = [m.node for m in self.directory if m.kind == "group" and self._has_a_way_in(m.node, holders)]
        return {hop.source for node in groups for hop in dynamic.into(self, node)}

    def _masters(self) -> set[str]:
        """Return who has power over the directory or over people, by role, consent or owning something."""
        owning = {
            self.directory.node(oid)
            for field in ("groups.owners", "applications.owners", "servicePrincipals.owners")
            for document in self.documents.graph(field)
            for oid in listed_ids(document)
        }
        return owning | self.powers.nodes() | self.consents.clients()

    def _has_a_way_in(self, node: str, holders: set[str]) -> bool:
        return bool(self.membership.closure(node) & holders)

    def hops_into(self, node: str) -> Iterator[Hop]:
        """Yield every hop whose target is `node`, family by family."""
        yield from chain.from_iterable(into(self, node) for into in HOPS)

    def describe(self, node: str) -> Principal | Resource | None:
        """Return what is known of a node; copies count as ours, since a hop leads to each of them."""
        member = self.directory.member(node)
        if member is not None:
            return member.principal()
        if (base := base_of(node)) != node:
            found = self.describe(base)
            return replace(found, id=node) if found is not None else None
        if node in self.copies:
            return Principal(node, "role", "azure", name=self.copies[node].base, ours=True)
        if node in self.resources:
            return self.resources[node]
        if self.clusters.at(node) is not None:
            return Principal(node, "cluster", "azure", name=node.rpartition("/")[2], ours=True)
        if self.clusters.issuing(node.partition(" sub=")[0]) is not None:
            return Principal(node, "workload", "azure", name=node.partition(" sub=")[2], ours=True)
        container = self.storage.at(node)
        if container is not None:
            return self.storage.resource(container, self.learning)
        role = outsiders.describe_role(node, self.config.ours.aws.accounts)
        return role or outsiders.describe(node) or self._insider(node)

    def _insider(self, node: str) -> Principal | None:
        """Return a principal of ours that only an assignment names."""
        kinds = {
            "/users/": "user",
            "/groups/": "group",
            "/servicePrincipals/": "service-principal",
            "/directoryObjects/": "principal",
        }
        kind = next((kind for path, kind in kinds.items() if node.startswith(path)), None)
        return (
            None if kind is None else Principal(node, kind, "azure", name=node.rpartition("/")[2], ours=True)
        )

    def coverage(self) -> Iterator[Gap]:
        """Yield what could not be taken as it is, and what somebody's access hinges on that was not read."""
        yield from self.documents.malformed
        yield from self.roles.gaps.values()
        yield from self.reader.gaps
        yield from self._denials.gaps
        yield from self.powers.gaps.values()
        yield from shapes.malformed(self.documents)
        yield from self._unread_groups()
        yield from self._unread_people()

    def _unread_groups(self) -> Iterator[Gap]:
        tenants = {a.holder: a.document.id.scope for a in self.access.assignments()}
        seen: set[str] = set()
        for holder, tenant in tenants.items():
            for node in sorted(self.membership.inside(holder) - seen):
                seen.add(node)
                member = self.directory.member(node)
                gap = self.membership.note_group(node, member.tenant if member else tenant)
                if gap is not None and gap not in self.documents.snapshot.gaps:
                    yield gap

    def _unread_people(self) -> Iterator[Gap]:
        """Yield what nobody can tell of people: who is a guest, and what partners of the tenant may do."""
        gaps = {(gap.id.service, gap.id.field) for gap in self.documents.snapshot.gaps_of("azure")}
        unknown = {a.holder for a in self.access.assignments() if self.directory.member(a.holder) is None}
        people = sorted(node for node in unknown if node.startswith("/users/"))
        if people and not self.directory.is_read and ("graph", "users") not in gaps:
            scope = min(self.tenants.ours, default="")
            detail = f"the directory is not in the snapshot: whether {people[0]} and others are guests"
            yield Gap(
                DocumentId("azure", scope, "", "graph", "users"), "not-collected", detail, "understated"
            )
        for document in self.documents.graph("policies.crossTenantAccessPolicy.partners"):
            if at(document.body, "/isServiceProvider") is True:
                detail = "what a service provider was delegated is listed in its own tenant only"
                yield Gap(document.id, "not-collected", detail, "understated")
