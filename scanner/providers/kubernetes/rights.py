"""Who may do what in a cluster: the abilities of every principal that a role binding means.

A binding in a namespace gives its role there, a cluster role binding everywhere. Impersonation is one more
grant and never two, because the API server decides it for the caller itself: "User impersonation"
(https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/, read 2026-11). Members of
``system:masters`` may do everything, without any role; so may, by one more step, who gets certificates of
clients in any name: "Certificates and Certificate Signing Requests", Kubernetes signers and Authorization
(https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/, read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.providers.kubernetes.cluster import read_cluster
from scanner.providers.kubernetes.objects import items
from scanner.providers.kubernetes.roles import ABILITIES, RBAC, Held, Roles
from scanner.providers.kubernetes.subjects import Membership, Subject
from scanner.verdict import conjoin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model import Evidence
    from scanner.providers.kubernetes.objects import Object, Objects
    from scanner.providers.kubernetes.subjects import Subjects
    from scanner.verdict import Guard

MASTERS: Final = "system:masters"
_CLUSTER: Final = ""
_CLIENTS: Final = {"kubernetes.io/kube-apiserver-client", "kubernetes.io/*"}
"""Names of signers that stand for the one of clients' certificates, which the cluster itself signs."""
_GIVEN: Final = ("run-pods", "exec", "forward")
"""Abilities that who edits roles or bindings gives itself; others follow from these."""
# Abilities that together make their holder the administrator of a namespace, or of the cluster
_TOGETHER: Final = (
    ("escalate-roles", "edit-roles"),
    ("bind", "make-bindings"),
)
_TOGETHER_EVERYWHERE: Final = (
    ("escalate-cluster-roles", "edit-cluster-roles"),
    ("bind", "make-cluster-bindings"),
)


class Grant(NamedTuple):
    """That a principal has an ability somewhere: how sure, by what, on which condition, limited to names."""

    principal: str
    evidence: tuple[Evidence, ...]
    guards: tuple[Guard, ...] = ()
    names: frozenset[str] | None = None
    missing: tuple[str, ...] = ()

    def meets(self, name: str) -> bool:
        """Tell whether it holds for an object of this name."""
        return self.names is None or name in self.names

    def joined(self, other: Grant) -> Grant | None:
        """Return both as one, None when their conditions contradict each other."""
        guards = conjoin((*self.guards, *other.guards))
        if guards is None:
            return None
        evidence = tuple(dict.fromkeys((*self.evidence, *other.evidence)))
        missing = tuple(sorted({*self.missing, *other.missing}))
        return Grant(self.principal, evidence, guards, self.names, missing)


class Rights:
    """The grants of one cluster, by ability and namespace; the namespace ``""`` is the whole cluster."""

    def __init__(self, objects: Objects, subjects: Subjects) -> None:
        self._objects = objects
        self._subjects = subjects
        self._cloud = read_cluster(objects).cloud
        self._roles = Roles(objects)
        self._direct: dict[tuple[str, str], list[tuple[Subject, Held, Evidence]]] = defaultdict(list)
        for binding in self._bindings():
            self._take(binding)
        subjects.take(Subject("Group", MASTERS))
        self._by_subject: dict[Subject, list[tuple[str, Membership]]] = defaultdict(list)
        for principal, memberships in sorted(subjects.memberships.items()):
            for membership in sorted(memberships):
                self._by_subject[membership.subject].append((principal, membership))
        self._grants: dict[tuple[str, str], tuple[Grant, ...]] = {}

    def grants(self, ability: str, namespace: str = _CLUSTER) -> tuple[Grant, ...]:
        """Return who has an ability in one namespace by a grant there, or for ``""`` in the whole cluster.

        What is held in the whole cluster is not repeated for its namespaces.
        """
        key = (ability, namespace)
        if key not in self._grants:
            found = [*self._plain(ability, namespace), *self._by_impersonation(ability, namespace)]
            if ability in _GIVEN:
                found += self._by_giving(ability, namespace)
            self._grants[key] = tuple(sorted(set(found), key=_order))
        return self._grants[key]

    def _by_giving(self, ability: str, namespace: str) -> Iterator[Grant]:
        """Yield those who can give themselves the ability, and in the whole cluster those who have all."""
        together = _TOGETHER_EVERYWHERE if namespace == _CLUSTER else _TOGETHER
        for one, other in together:
            yield from self._both(one, other, namespace, ability)
        if namespace == _CLUSTER:
            yield from self._masters()
            yield from self._certified()
            if ability == "run-pods":  # whoever changes every pod that is made puts its own code into it
                yield from (g._replace(names=None) for g in self.grants("change-admitted"))

    def _both(self, one: str, other: str, namespace: str, ability: str) -> Iterator[Grant]:
        """Yield those who have two abilities: the second in a namespace or everywhere, the first too."""
        first = [*self.grants(one, namespace), *(self.grants(one) if namespace else ())]
        if one == "bind":
            first = [grant for grant in first if self._binds_enough(grant, ability)]
        for grant in self.grants(other, namespace):
            for also in first:
                joined = also.joined(grant) if also.principal == grant.principal else None
                if joined is not None:
                    yield joined

    def _binds_enough(self, grant: Grant, ability: str) -> bool:
        """Tell whether one of the roles that may be bound gives the ability."""
        named = (self._roles.role("ClusterRole", "", name) for name in grant.names or ())
        return grant.names is None or any(ability in role.abilities for role in named)

    def _masters(self) -> Iterator[Grant]:
        for principal, membership in self._by_subject[Subject("Group", MASTERS)]:
            yield Grant(principal, membership.evidence, membership.guards)
        for grant in self._plain("impersonate-groups", _CLUSTER):
            if grant.meets(MASTERS):
                for user in self._plain("impersonate-users", _CLUSTER):
                    joined = grant.joined(user) if user.principal == grant.principal else None
                    if joined is not None:
                        yield joined

    def _certified(self) -> Iterator[Grant]:
        """Yield those who ask for a certificate in a name of the control plane's, and approve it.

        EKS signs none for clients: Amazon EKS User Guide, "Secure workloads with Kubernetes certificates"
        (https://docs.aws.amazon.com/eks/latest/userguide/cert-signing.html, read 2026-11).
        """
        approving = self.grants("approve-certificates") if self._cloud != "eks" else ()
        for signer in self.grants("approve-for-signers") if approving else ():
            if signer.names is not None and not signer.names & _CLIENTS:
                continue
            for approval in approving:
                for ask in self.grants("ask-certificates"):
                    if ask.principal == approval.principal == signer.principal:
                        joined = ask.joined(approval)
                        whole = joined.joined(signer) if joined is not None else None
                        if whole is not None:
                            yield whole._replace(names=None)

    def _plain(self, ability: str, namespace: str) -> Iterator[Grant]:
        for subject, held, binding in self._direct.get((ability, namespace), ()):
            for principal, membership in self._by_subject[subject]:
                yield Grant(
                    principal,
                    (binding, *held.evidence, *membership.evidence),
                    membership.guards,
                    held.names,
                    held.missing,
                )

    def _by_impersonation(self, ability: str, namespace: str) -> Iterator[Grant]:
        """Yield those who may act as a subject that has the ability."""
        if ability.startswith("impersonate-"):
            return
        for subject, held, binding in self._direct.get((ability, namespace), ()):
            right = Grant("", (binding, *held.evidence), (), held.names, held.missing)
            for grant in self._impersonators(subject):
                guards = conjoin(grant.guards)
                if guards is not None and grant.principal not in self._named(subject):
                    evidence = tuple(dict.fromkeys((*grant.evidence, *right.evidence)))
                    missing = tuple(sorted({*grant.missing, *right.missing}))
                    yield Grant(grant.principal, evidence, guards, right.names, missing)

    def _named(self, subject: Subject) -> set[str]:
        return {principal for principal, _ in self._by_subject[subject]}

    def _impersonators(self, subject: Subject) -> Iterator[Grant]:
        if subject.kind == "ServiceAccount":
            for namespace in (_CLUSTER, subject.namespace):
                for grant in self._plain("impersonate-service-accounts", namespace):
                    if grant.meets(subject.name):
                        yield grant
        elif subject.kind == "User":
            yield from (g for g in self._plain("impersonate-users", _CLUSTER) if g.meets(subject.name))
        else:  # a group is only taken on beside a user
            users = list(self._plain("impersonate-users", _CLUSTER))
            for grant in self._plain("impersonate-groups", _CLUSTER):
                for user in users if grant.meets(subject.name) else ():
                    joined = grant.joined(user) if user.principal == grant.principal else None
                    if joined is not None:
                        yield joined

    def _bindings(self) -> Iterator[Object]:
        yield from self._objects.all(RBAC, "ClusterRoleBinding")
        yield from self._objects.all(RBAC, "RoleBinding")

    def _take(self, binding: Object) -> None:
        """Index what a binding gives to whom."""
        namespace = binding.namespace if binding.kind == "RoleBinding" else _CLUSTER
        role = self._roles.role(
            str(binding.at("/roleRef/kind") or "Role"),
            binding.namespace,
            str(binding.at("/roleRef/name") or ""),
        )
        for index, raw in enumerate(items(binding.at("/subjects"))):
            kind = str(raw.get("kind", ""))
            inside = str(raw.get("namespace") or binding.namespace) if kind == "ServiceAccount" else ""
            subject = Subject(kind, str(raw.get("name", "")), inside)
            self._subjects.take(subject)
            evidence = binding.evidence(f"/subjects/{index}")
            for ability, ways in role.abilities.items():
                for held in ways:
                    self._direct[ability, namespace].append((subject, held, evidence))


def dangerous(rights: Rights, namespaces: Iterable[str]) -> set[str]:
    """Return the principals that have any ability at all."""
    places = [_CLUSTER, *namespaces]
    return {g.principal for ability in ABILITIES for place in places for g in rights.grants(ability, place)}


def _order(grant: Grant) -> tuple[object, ...]:
    return grant.principal, len(grant.missing), grant.guards, grant.evidence, sorted(grant.names or ())
