"""Whether a set of principals, as deny, boundary and perimeter policies name them, holds a member.

Source: IAM documentation, "Principal identifiers", forms for deny policies
(https://cloud.google.com/iam/docs/principal-identifiers#deny, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from scanner.providers.gcp.agents import is_service_agent, project_number
from scanner.providers.gcp.members import (
    ANY_ACCOUNT,
    ANYONE,
    CUSTOMER,
    DOMAIN,
    FEDERATED,
    GROUP,
    POOL,
    SERVICE_ACCOUNT,
    USER,
    WORKLOAD,
    describe,
    normal,
    project_of,
)
from scanner.providers.gcp.names import MANAGER

if TYPE_CHECKING:
    from scanner.providers.gcp.groups import Groups
    from scanner.providers.gcp.hierarchy import Hierarchy

Part: TypeAlias = Literal["all", "some", "none", "unknown"]
"""How many of those a member stands for a set holds."""
_CONTAINERS = (f"principalSet:{MANAGER}", MANAGER)
_WORKSPACE = "//iam.googleapis.com/locations/global/workspace/"
_IAM = "//iam.googleapis.com/"


class Principals:
    """Answers for one estate."""

    def __init__(self, hierarchy: Hierarchy, groups: Groups) -> None:
        self._hierarchy = hierarchy
        self._groups = groups
        self._normal: dict[str, str] = {}

    def part(self, named: str, member: str) -> Part:
        """Return how many of those behind `member` the set `named` holds."""
        wanted = self._normal.get(named)
        if wanted is None:
            wanted = self._normal[named] = normal(named, self._hierarchy)
        if wanted in {ANYONE, member}:
            return "all"
        if named.startswith(_CONTAINERS):
            return self._in_container(named, member)
        if wanted.startswith((CUSTOMER, _WORKSPACE)):
            customer = wanted.removeprefix(CUSTOMER).removeprefix(_WORKSPACE)
            return self._of_customer(customer in self._hierarchy.customers, member)
        if wanted.startswith(GROUP):
            return self._in_group(wanted, member)
        if wanted.startswith(DOMAIN):
            return self._in_domain(wanted, member)
        if wanted.startswith((*FEDERATED, _IAM)):
            return self._in_pool(wanted, member)
        return self._among(wanted, member)

    def is_ours(self, member: str) -> bool:
        """Tell whether a member is a principal of our organization, or a group of it."""
        found = describe(member, self._hierarchy)
        return found is not None and found.ours

    def any_part(self, named: tuple[str, ...], member: str) -> Part:
        """Return how many a union of sets holds; of sets that each hold some, at least some."""
        parts = {self.part(one, member) for one in named}
        order: tuple[Part, ...] = ("all", "unknown", "some", "none")
        return next((p for p in order if p in parts), "none")

    def _among(self, single: str, member: str) -> Part:
        """Tell whether a single identity is among those behind a group or domain."""
        if member.startswith(GROUP):
            held = self._groups.holds(member, single)
            return "some" if held else "none" if held is False else "unknown"
        if member.startswith(DOMAIN) and single.startswith(USER):
            return "some" if single.endswith(f"@{member.removeprefix(DOMAIN)}") else "none"
        return "none"  # of everyone, whoever is not named is left

    def _in_group(self, group: str, member: str) -> Part:
        held = self._groups.holds(group, member)
        if held:
            return "all"
        inside = self._among(group, member)
        if inside != "none":
            return inside
        if member.startswith(GROUP):
            people = [person for person, _ in self._groups.people(member) if person != member]
            parts = [self._groups.holds(group, person) for person in people]
            if any(parts):
                return "some"
            return "unknown" if held is None or None in parts or not self._groups.is_read(member) else "none"
        return "unknown" if held is None and not member.startswith((ANYONE, ANY_ACCOUNT)) else "none"

    def _in_domain(self, domain: str, member: str) -> Part:
        name = domain.removeprefix(DOMAIN)
        if member.startswith(USER):
            return "all" if member.endswith(f"@{name}") else "none"
        return "some" if member.startswith(GROUP) else "none"

    def _of_customer(self, ours: bool, member: str) -> Part:
        """Tell of a Cloud Identity customer: its users; of groups only their people.

        Who is with a customer of others, or with ours while its id is not known, nobody can say. Nor is it
        said whether a customer's service accounts are meant.
        """
        if member.startswith(GROUP):
            return "some"
        if member in {ANYONE, ANY_ACCOUNT}:
            return "none"
        mine = self.is_ours(member)
        if member.startswith((USER, DOMAIN)) and ours:
            return "all" if mine else "none"
        if ours:
            return "unknown" if mine else "none"
        return "none" if mine and self._hierarchy.customers else "unknown"

    def _in_container(self, named: str, member: str) -> Part:
        """Tell of a project, folder or organization: its service accounts, pools and, on top, its people."""
        path = named
        for prefix in _CONTAINERS:
            path = path.removeprefix(prefix)
        kind, _, rest = path.partition("/")
        id_, _, suffix = rest.partition("/")
        key = self._hierarchy.key(f"{kind}/{id_}")
        type_ = suffix.removeprefix("type/")
        home = self.home(member)
        if home is not None:
            if not self._fits(type_, member):
                return "none"
            if key in self._hierarchy.above(f"projects/{home}"):
                return "all"
            # a project that nobody described lies outside of what is ours, and anywhere else
            known = self._hierarchy.knows(f"projects/{home}") or self._hierarchy.holds(key)
            return "none" if known or kind == "projects" else "unknown"
        if kind == "organizations" and not suffix:
            return self._of_customer(self._hierarchy.owns(key), member)
        return "none"

    def _fits(self, type_: str, member: str) -> bool:
        """Tell whether a member is of a type of identities, ``ServiceAccount`` or ``ServiceAgent``."""
        if not type_:
            return True
        account = member.startswith(SERVICE_ACCOUNT) and WORKLOAD.fullmatch(member) is None
        agent = is_service_agent(member.removeprefix(SERVICE_ACCOUNT))
        return account and (type_ == "ServiceAgent") == agent

    def home(self, member: str) -> str | None:
        """Return the project that a service account or a pool's identity lives in, None of anyone else."""
        workload = WORKLOAD.fullmatch(member)
        if workload:
            return workload["pool"].removesuffix(".svc.id.goog")
        if member.startswith(SERVICE_ACCOUNT):
            email = member.removeprefix(SERVICE_ACCOUNT)
            if is_service_agent(email):
                number = project_number(email)
                return self._hierarchy.project_of_number(number) or number or None
            return project_of(email, self._hierarchy)
        pool = POOL.fullmatch(member)
        return pool["project"] if pool else None

    def _in_pool(self, wanted: str, member: str) -> Part:
        """Tell of a pool's set: the whole pool holds all identities; what two parts share is not known."""
        workload = WORKLOAD.fullmatch(member)
        if workload is not None:
            return _in_cluster(wanted, workload["pool"], workload["namespace"])
        mine = POOL.fullmatch(member)
        if mine is None:
            return "none"
        if wanted.startswith(_IAM):
            return "all" if self._hierarchy.canonical(wanted).removeprefix(_IAM) == mine["pool"] else "none"
        theirs = POOL.fullmatch(wanted)
        if theirs is None or theirs["pool"] != mine["pool"]:
            return "none"
        if theirs["what"] == "*":
            return "all"
        both_single = wanted.startswith("principal://") and member.startswith("principal://")
        return "none" if both_single else "unknown"


def _in_cluster(wanted: str, pool: str, namespace: str) -> Part:
    """Tell whether a set of a project's Kubernetes accounts holds one of a namespace."""
    theirs = POOL.fullmatch(wanted)
    if theirs is None:
        return "all" if wanted.startswith(_IAM) and wanted.endswith(f"/{pool}") else "none"
    if theirs["pool"].rpartition("/")[2] != pool:
        return "none"
    if theirs["what"].startswith("namespace/"):
        return "all" if theirs["what"] == f"namespace/{namespace}" else "none"
    return "all" if theirs["what"] == "*" else "unknown"
