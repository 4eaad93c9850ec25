"""What the rules of an RBAC role let its holder do to what runs a model, as a few abilities.

Source: Kubernetes, "Using RBAC Authorization" and "Role Based Access Control Good Practices", Privilege
escalation risks (https://kubernetes.io/docs/concepts/security/rbac-good-practices/, read 2026-11). Rules only
allow; ``resourceNames`` never match a create without a name. ``*/exec`` is that subresource of anything, and
``*`` every resource and subresource.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from scanner.providers.kubernetes.objects import items, selects, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence
    from scanner.providers.kubernetes.objects import Object, Objects

RBAC: Final = "rbac.authorization.k8s.io"
CERTIFICATES: Final = "certificates.k8s.io"
_CHANGE: Final = ("create", "update", "patch")

# Ability: (API group, resource, verbs), any of which is enough.
ABILITIES: Final[dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]]] = {
    "run-pods": (
        ("", "pods", ("create",)),
        ("", "replicationcontrollers", _CHANGE),
        ("apps", "deployments", _CHANGE),
        ("apps", "statefulsets", _CHANGE),
        ("apps", "daemonsets", _CHANGE),
        ("apps", "replicasets", _CHANGE),
        ("batch", "jobs", ("create",)),
        ("batch", "cronjobs", _CHANGE),
        ("argoproj.io", "rollouts", _CHANGE),
        ("leaderworkerset.x-k8s.io", "leaderworkersets", _CHANGE),
        ("ray.io", "rayclusters", _CHANGE),
        ("ray.io", "rayjobs", _CHANGE),
        ("ray.io", "rayservices", _CHANGE),
        ("serving.kserve.io", "inferenceservices", _CHANGE),
        ("serving.knative.dev", "services", _CHANGE),
    ),
    # exec is a GET over WebSocket and a POST over SPDY, so either verb is enough
    "exec": (
        ("", "pods/exec", ("create", "get")),
        ("", "pods/ephemeralcontainers", ("update", "patch")),
        ("", "pods", ("update", "patch")),
    ),
    # the kubelet runs commands in all pods of its node: "RBAC Good Practices", Access to proxy subresource
    "exec-by-node": (("", "nodes/proxy", ("create", "get")),),
    "forward": (
        ("", "pods/portforward", ("create", "get")),
        ("", "pods/proxy", ("create",)),
        ("", "services/proxy", ("create",)),
    ),
    "make-token": (("", "serviceaccounts/token", ("create",)),),
    "read-secrets": (("", "secrets", ("get", "list", "watch")),),
    "make-secrets": (("", "secrets", ("create",)),),
    "impersonate-users": (("", "users", ("impersonate",)),),
    "impersonate-groups": (("", "groups", ("impersonate",)),),
    "impersonate-service-accounts": (("", "serviceaccounts", ("impersonate",)),),
    "escalate-roles": ((RBAC, "roles", ("escalate",)),),
    "edit-roles": ((RBAC, "roles", ("update", "patch")),),
    "escalate-cluster-roles": ((RBAC, "clusterroles", ("escalate",)),),
    "edit-cluster-roles": ((RBAC, "clusterroles", ("update", "patch")),),
    "bind": ((RBAC, "clusterroles", ("bind",)), (RBAC, "roles", ("bind",))),
    "make-bindings": ((RBAC, "rolebindings", ("create",)),),
    "make-cluster-bindings": ((RBAC, "clusterrolebindings", ("create",)),),
    # the same page, "CSRs and certificate issuing" and "Control admission webhooks"
    "ask-certificates": ((CERTIFICATES, "certificatesigningrequests", ("create",)),),
    "approve-certificates": ((CERTIFICATES, "certificatesigningrequests/approval", ("update", "patch")),),
    "approve-for-signers": ((CERTIFICATES, "signers", ("approve",)),),
    "change-admitted": (("admissionregistration.k8s.io", "mutatingwebhookconfigurations", _CHANGE),),
}
_NAMELESS: Final = frozenset({"create"})


class Held(NamedTuple):
    """How an ability is held: the rule that proves it, and the names it is limited to; None is all."""

    evidence: tuple[Evidence, ...]
    names: frozenset[str] | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """What a role lets its holder do: ability to the ways in which it is held."""

    abilities: dict[str, tuple[Held, ...]]


class _Default(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rules: list[dict[str, list[str]]]
    aggregates: tuple[str, ...] = ()
    includes: str = ""


class Roles:
    """Every role of one cluster, those that all clusters have included."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        text = resources.files(__package__).joinpath("default_roles.yaml").read_bytes()
        self._defaults = msgspec.yaml.decode(text, type=dict[str, _Default])
        self._read: dict[tuple[str, str, str], Role] = {}

    def role(self, kind: str, namespace: str, name: str) -> Role:
        """Return a role. One that was not read may let its holder do anything: every ability, with a gap."""
        key = (kind, "" if kind == "ClusterRole" else namespace, name)
        if key not in self._read:
            self._read[key] = self._role(*key)
        return self._read[key]

    def _role(self, kind: str, namespace: str, name: str) -> Role:
        found = self._objects.get(RBAC, kind, namespace, name)
        default = self._defaults.get(name) if kind == "ClusterRole" else None
        if found is None and default is None:
            where = f" of {namespace}" if namespace else ""
            missing = (f"the rules of {kind} {name}{where}",)
            return Role({ability: (Held((), None, missing),) for ability in ABILITIES})
        abilities: dict[str, list[Held]] = {}
        rules = list(self._rules(found)) if found is not None else self._default_rules(name)
        for rule, evidence in rules:
            for ability, names in _abilities(rule):
                abilities.setdefault(ability, []).append(Held(evidence, names))
        return Role({ability: tuple(ways) for ability, ways in abilities.items()})

    def _rules(self, role: Object) -> Iterator[tuple[dict[str, Any], tuple[Evidence, ...]]]:
        """Yield the rules of a role and of those that it aggregates, which may aggregate others in turn."""
        pending, seen = [role], {role.name}
        while pending:
            here = pending.pop()
            for index, rule in enumerate(items(here.at("/rules"))):
                yield rule, (here.evidence(f"/rules/{index}"),)
            selectors = items(here.at("/aggregationRule/clusterRoleSelectors"))
            for other in self._objects.all(RBAC, "ClusterRole") if selectors else ():
                if other.name not in seen and any(selects(s, other.labels) for s in selectors):
                    seen.add(other.name)
                    pending.append(other)

    def _default_rules(self, name: str) -> list[tuple[dict[str, Any], tuple[Evidence, ...]]]:
        default = self._defaults[name]
        rules: list[tuple[dict[str, Any], tuple[Evidence, ...]]] = [(rule, ()) for rule in default.rules]
        if default.includes:
            rules += self._default_rules(default.includes)
        for other in self._objects.all(RBAC, "ClusterRole") if default.aggregates else ():
            if any(other.labels.get(label) == "true" for label in default.aggregates):
                rules += self._rules(other)
        return rules


def _abilities(rule: dict[str, Any]) -> Iterator[tuple[str, frozenset[str] | None]]:
    """Yield (ability, names it is limited to) of one rule, the widest way once."""
    groups, named = words(rule.get("apiGroups")), words(rule.get("resources"))
    verbs, names = set(words(rule.get("verbs"))), words(rule.get("resourceNames"))
    for ability, ways in ABILITIES.items():
        for group, resource, wanted in ways:
            if not ("*" in groups or group in groups) or not _names(named, resource):
                continue
            given = set(wanted) if "*" in verbs else verbs & set(wanted)
            if names and "/" not in resource:
                given -= _NAMELESS
            if given:
                yield ability, frozenset(names) if names else None
                break


def _names(named: list[str], resource: str) -> bool:
    base, slash, part = resource.partition("/")
    return "*" in named or resource in named or (bool(slash and base) and f"*/{part}" in named)
