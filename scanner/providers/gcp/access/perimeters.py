"""VPC Service Controls: which perimeter bars a caller from a service of a project inside it.

Callers come from the internet, which is outside every perimeter, unless they run in a project inside it
(`hops.inside`). What is dry run (``spec``) is not enforced. Source: "Ingress and egress rules" and
"Service perimeter details" (https://cloud.google.com/vpc-service-controls/docs/ingress-egress-rules,
https://cloud.google.com/vpc-service-controls/docs/service-perimeters, read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.guards import Guard
from scanner.model import Evidence
from scanner.providers.gcp.access.levels import AccessLevels
from scanner.providers.gcp.access.permissions import called
from scanner.providers.gcp.access.places import container_place
from scanner.providers.gcp.access.question import Lock
from scanner.providers.gcp.members import ANY_ACCOUNT, DOMAIN, GROUP, SERVICE_ACCOUNT, USER
from scanner.providers.gcp.names import project_in
from scanner.providers.gcp.shape import section, sections, text, texts
from scanner.verdict import Allowed, AllowedIf, Denied, Unknown, both, either

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.providers.gcp.access.oracle import Bar
    from scanner.providers.gcp.access.principals import Principals
    from scanner.providers.gcp.access.question import Place
    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.snapshot import Document, Snapshot
    from scanner.verdict import Verdict

_FIELD = "ListAssets.ACCESS_POLICY"
_TYPE = "accesscontextmanager.googleapis.com/"
INSIDE = "#inside-"
"""Marks a principal that calls from inside a perimeter: ``serviceAccount:X#inside-NAME``."""
_BRIDGES = {"PERIMETER_TYPE_BRIDGE", "1"}


@dataclass(frozen=True, slots=True)
class Perimeter:
    """One regular perimeter as it is enforced. `projects` are keys of containers."""

    name: str
    status: dict[str, Any]
    projects: frozenset[str]
    services: frozenset[str]
    owner: str
    document: Document
    base: str

    def evidence(self, pointer: str, said: object) -> Evidence:
        """Return the proof of a part of the perimeter."""
        excerpt = msgspec.json.encode(said).decode()[:2000]
        return Evidence(str(self.document.id), f"{self.base}/status{pointer}", excerpt)


class Perimeters:
    """Every perimeter that is enforced; a `Layer` of the oracle."""

    def __init__(
        self,
        snapshot: Snapshot,
        hierarchy: Hierarchy,
        principals: Principals,
        holding: Callable[[str], frozenset[str] | None],
    ) -> None:
        self._hierarchy = hierarchy
        self._principals = principals
        self._holding = holding
        self._bridged: dict[str, set[str]] = defaultdict(set)
        levels: dict[str, dict[str, Any]] = {}
        owners: dict[str, str] = {}
        found: list[Perimeter] = []
        for document, base, kind, body in _bodies(snapshot):
            name = text(body.get("name"))
            if kind == "accessPolicy":
                owners[name] = text(body.get("parent"))
            elif kind == "accessLevel":
                levels[name] = body
            elif text(body.get("perimeterType")) in _BRIDGES:
                joined = self._projects(section(body, "status"))
                for key in joined:
                    self._bridged[key] |= joined - {key}
            else:
                found.append(self._read(name, body, document, base))
        self.levels = AccessLevels(levels, principals)
        self.owners = owners
        self.all = tuple(sorted(found, key=lambda p: p.name))
        self._of_project: dict[str, list[Perimeter]] = {}
        for perimeter in self.all:
            for key in perimeter.projects:
                self._of_project.setdefault(key, []).append(perimeter)
        self._unread = tuple(
            sorted(str(g.id) for g in snapshot.gaps_of("gcp", "cloudasset") if g.id.field == _FIELD)
        )

    def _read(self, name: str, body: dict[str, Any], document: Document, base: str) -> Perimeter:
        status = section(body, "status")
        return Perimeter(
            name,
            status,
            self._projects(status),
            frozenset(texts(status.get("restrictedServices"))),
            name.partition("/servicePerimeters")[0],
            document,
            base,
        )

    def _projects(self, status: dict[str, Any]) -> frozenset[str]:
        given = texts(status.get("resources"))
        return frozenset(self._hierarchy.key(r) for r in given if r.startswith("projects/"))

    @property
    def idle(self) -> bool:
        """Whether there is no perimeter, read or unread."""
        return not self.all and not self._unread

    def inside(self, position: str) -> frozenset[str]:
        """Return the projects from which a call counts as inside, by what follows `INSIDE` in a node.

        That is a perimeter's short name, with ``@PROJECT`` where the project that is called shares a bridge
        with others. Source: "Sharing across perimeters with bridges"
        (https://cloud.google.com/vpc-service-controls/docs/share-across-perimeters, read 2026-11).
        """
        short, _, project = position.partition("@")
        own = next((p.projects for p in self.all if p.name.rpartition("/")[2] == short), frozenset())
        return own | self._bridged.get(f"projects/{project}", set()) if own else own

    def _position(self, perimeter: Perimeter, place: Place) -> str:
        short = perimeter.name.rpartition("/")[2]
        more = self._bridged.get(f"projects/{place.project}", set()) - perimeter.projects
        return f"{INSIDE}{short}{f'@{place.project}' if more else ''}"

    def around(self, project_key: str) -> tuple[Perimeter, ...]:
        """Return the perimeters that a project lies in."""
        return tuple(self._of_project.get(project_key, ()))

    def bars(self, member: str, permission: str, place: Place) -> Iterator[Bar]:
        """Yield a lock, or what a caller from outside must meet; see `oracle.Layer`."""
        if self._unread:
            yield Unknown(self._unread)
        if not place.project:
            return
        api = called(permission)
        for perimeter in self.around(f"projects/{place.project}"):
            if api in perimeter.services:
                apart = member.startswith(GROUP) and self._tells_apart(perimeter)
                yield None if apart else self._at(perimeter, member, permission, place)

    def _tells_apart(self, perimeter: Perimeter) -> bool:
        """Tell whether a perimeter lets in a kind of accounts, or single ones: not all of a group alike."""
        for _, policy in sections(perimeter.status.get("ingressPolicies")):
            from_ = section(policy, "ingressFrom")
            if text(from_.get("identityType")).endswith("_ACCOUNT") or texts(from_.get("identities")):
                return True
        return False

    def _at(self, perimeter: Perimeter, member: str, permission: str, place: Place) -> Bar:
        said: Verdict = Denied()
        for level in texts(perimeter.status.get("accessLevels")):
            said = either(said, self.levels.verdict(level, member))
        for _, policy in sections(perimeter.status.get("ingressPolicies")):
            said = either(said, self._ingress(policy, member, permission, place))
        if not isinstance(said, Denied):
            return said
        proof = perimeter.evidence("/restrictedServices", sorted(perimeter.services))
        owner = self.owners.get(perimeter.owner, "") or (place.chain[-1] if place.chain else "")
        at = container_place(owner, self._hierarchy.above(owner))
        drops = tuple(((f"accesscontextmanager.{verb}", at),) for verb in self._dropping(perimeter))
        short = perimeter.name.rpartition("/")[2]
        # whoever runs code inside acts as an account of ours there, never as a vendor's
        ours = member.startswith(SERVICE_ACCOUNT) and self._principals.is_ours(member)
        return Lock(
            f"service perimeter {short}", (proof,), drops, self._position(perimeter, place) if ours else ""
        )

    def _dropping(self, perimeter: Perimeter) -> Iterator[str]:
        """Yield what opens a perimeter: editing it, deleting it, editing a level that it names."""
        yield from ("servicePerimeters.update", "servicePerimeters.delete")
        if texts(perimeter.status.get("accessLevels")):
            yield "accessLevels.update"

    def _ingress(self, policy: dict[str, Any], member: str, permission: str, place: Place) -> Verdict:
        to = section(policy, "ingressTo")
        resources = texts(to.get("resources"))
        if "*" not in resources and f"projects/{place.project}" not in {
            self._hierarchy.key(r) for r in resources
        }:
            return Denied()
        verdict: Verdict = Allowed()
        for part in (self._called(to, permission), self._identity(section(policy, "ingressFrom"), member)):
            verdict = both(verdict, part)
        if isinstance(verdict, Denied):
            return verdict
        return both(verdict, self._sources(section(policy, "ingressFrom"), member))

    def _called(self, to: dict[str, Any], permission: str) -> Verdict:
        """Tell whether a rule lets a call in: by operations, or by the permissions of roles.

        Source: VPC Service Controls documentation, "Configure IAM roles in ingress and egress rules"
        (https://cloud.google.com/vpc-service-controls/docs/configure-iam-roles, read 2026-11).
        """
        if not to.get("operations") and not to.get("roles"):
            # clients that do not know of roles leave them out
            return Unknown(("what an ingress rule lets in is not told",))
        found = _operations(to, permission)
        for role in texts(to.get("roles")):
            held = self._holding(role)
            if held is None:
                found = either(found, Unknown((f"what {role} contains",)))
            elif permission in held:
                return Allowed()
        return found

    def _identity(self, from_: dict[str, Any], member: str) -> Verdict:
        """Tell whether a rule lets in an identity: by type, or by name."""
        kind = text(from_.get("identityType"))
        named = texts(from_.get("identities"))
        if kind == "ANY_IDENTITY" or (kind == "ANY_USER_ACCOUNT" and member.startswith(USER)):
            return Allowed()
        if kind == "ANY_SERVICE_ACCOUNT" and member.startswith(SERVICE_ACCOUNT):
            return Allowed()
        if kind == "ANY_USER_ACCOUNT" and member.startswith((DOMAIN, ANY_ACCOUNT)):
            return Allowed()
        part = self._principals.any_part(named, member)
        if part == "all":
            return Allowed()
        return Denied() if part == "none" else Unknown((f"whether {member} is let in by an ingress rule",))

    def _sources(self, from_: dict[str, Any], member: str) -> Verdict:
        """Return where a caller must come from: any of the sources; no source at all is nowhere."""
        found: Verdict = Denied()
        for _, source in sections(from_.get("sources")):
            level, resource = text(source.get("accessLevel")), text(source.get("resource"))
            if level == "*":
                return Allowed()
            if level:
                found = either(found, self.levels.verdict(level, member))
            elif resource:
                key = self._hierarchy.key(resource)  # of a project, or the full name of a network
                ours = self._hierarchy.is_ours(project_in(f"/{key}") or "")
                holder = "ours" if ours else "vendor"
                guard = Guard("source project", "in", (key,), holder, "source-vpc" if ours else "other")  # type: ignore[arg-type]
                found = either(found, AllowedIf(((guard,),)))
        return found


def _operations(to: dict[str, Any], permission: str) -> Verdict:
    """Tell whether a rule's operations include the call that a permission is for.

    Source: "Supported service method restrictions": Cloud Storage's methods are named for their permissions.
    """
    api = called(permission)
    perhaps = False
    for _, operation in sections(to.get("operations")):
        if text(operation.get("serviceName")) not in {"*", api}:
            continue
        selectors = [raw for _, raw in sections(operation.get("methodSelectors"))]
        for selector in selectors:
            method, named = text(selector.get("method")), text(selector.get("permission"))
            if method == "*" or named == permission or method.endswith(f".{permission}"):
                return Allowed()
            perhaps |= bool(method) and not method.startswith("google.storage.")
        if text(operation.get("serviceName")) == "*" and not selectors:
            return Allowed()
    return Unknown((f"whether an ingress rule's methods include {permission}",)) if perhaps else Denied()


def _bodies(snapshot: Snapshot) -> Iterator[tuple[Document, str, str, dict[str, Any]]]:
    """Yield (document, pointer to the body, what it is, body) of what makes up access policies."""
    kinds = ("accessPolicy", "accessLevel", "servicePerimeter")
    for document in snapshot.all("gcp", "cloudasset", _FIELD):
        for kind in kinds:
            body = section(document.body, kind)
            if body:
                yield document, f"/{kind}", kind, body
    for document in snapshot.all("gcp", "cloudasset", "ListAssets.RESOURCE"):
        type_ = text(section(document.body).get("assetType"))
        if type_.startswith(_TYPE):
            word = type_.removeprefix(_TYPE)
            body = section(document.body, "resource", "data")
            if body:
                yield document, "/resource/data", word[:1].lower() + word[1:], body
