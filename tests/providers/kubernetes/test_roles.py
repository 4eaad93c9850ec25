"""Rules of roles give the abilities that the API server would allow, no more and no less."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.providers.kubernetes.roles import ABILITIES, Roles
from tests.providers.kubernetes.objects import made


def rule(groups: str, resources: str, verbs: str, *names: str) -> dict[str, Any]:
    split = {"apiGroups": groups.split(","), "resources": resources.split(","), "verbs": verbs.split(",")}
    return {**split, **({"resourceNames": list(names)} if names else {})}


CASES: dict[str, tuple[list[dict[str, Any]], set[str]]] = {
    "nothing": ([], set()),
    "everything": ([rule("*", "*", "*")], set(ABILITIES)),
    "every verb on pods": ([rule("", "pods", "*")], {"run-pods", "exec"}),
    "pods of another group": ([rule("metrics.k8s.io", "pods", "*")], set()),
    "reading pods": ([rule("", "pods,pods/log", "get,list,watch")], set()),
    "pods are not their subresources": ([rule("", "pods", "create")], {"run-pods"}),
    "a subresource of anything": ([rule("*", "*/exec", "create")], {"exec"}),
    "no wildcard within a resource": ([rule("", "pods/*", "create")], set()),
    "scaling runs no code of the caller's": ([rule("apps", "deployments/scale", "update,patch")], set()),
    "changing deployments": ([rule("apps", "deployments", "patch")], {"run-pods"}),
    "jobs that are there cannot be changed": ([rule("batch", "jobs", "patch")], set()),
    "a name stops a create": ([rule("", "pods", "create", "web")], set()),
    "a name does not stop a patch": ([rule("apps", "deployments", "create,patch", "web")], {"run-pods"}),
    "a name does not stop a create of a subresource": ([rule("", "pods/exec", "create", "web-0")], {"exec"}),
    "the node's own API": ([rule("", "nodes/proxy", "get")], {"exec-by-node"}),
    "nodes without it": ([rule("", "nodes", "*")], set()),
    "containers beside those that run": ([rule("", "pods/ephemeralcontainers", "patch")], {"exec"}),
    "containers beside those that run, to read": ([rule("", "pods/ephemeralcontainers", "get")], set()),
    "ports": ([rule("", "pods/portforward", "get")], {"forward"}),
    "services by the API": ([rule("", "services/proxy", "create")], {"forward"}),
    "services by the API, without a question": ([rule("", "services/proxy", "get")], set()),
    "secrets": ([rule("", "secrets", "list")], {"read-secrets"}),
    "making secrets": ([rule("", "secrets", "create")], {"make-secrets"}),
    "models of KServe": ([rule("serving.kserve.io", "inferenceservices", "create")], {"run-pods"}),
    "how models of KServe are": ([rule("serving.kserve.io", "inferenceservices/status", "patch")], set()),
    "more than one has": ([rule("rbac.authorization.k8s.io", "roles", "escalate")], {"escalate-roles"}),
    "changing roles": ([rule("rbac.authorization.k8s.io", "roles", "patch")], {"edit-roles"}),
    "binding": ([rule("rbac.authorization.k8s.io", "clusterroles", "bind", "edit")], {"bind"}),
    "acting as others": ([rule("", "users", "impersonate")], {"impersonate-users"}),
    "acting as others, by another verb": ([rule("", "users", "get")], set()),
    "approving certificates": (
        [rule("certificates.k8s.io", "certificatesigningrequests/approval", "patch")],
        {"approve-certificates"},
    ),
    "signing them, which takes the authority's key": (
        [rule("certificates.k8s.io", "certificatesigningrequests/status,signers", "update,sign")],
        set(),
    ),
    "changing what is admitted": (
        [rule("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "update")],
        {"change-admitted"},
    ),
    "tokens": ([rule("", "serviceaccounts/token", "create")], {"make-token"}),
    "rights on a path": ([{"nonResourceURLs": ["*"], "verbs": ["*"]}], set()),
}


@pytest.mark.parametrize(("rules", "expected"), CASES.values(), ids=CASES)
def test_abilities(rules: list[dict[str, Any]], expected: set[str]) -> None:
    roles = Roles(made({"kind": "Role", "name": "r", "namespace": "n", "rules": rules}))
    assert set(roles.role("Role", "n", "r").abilities) == expected


AGGREGATED = {
    "kind": "ClusterRole",
    "name": "more",
    "labels": {"rbac.authorization.k8s.io/aggregate-to-view": "true", "to": "mine"},
    "rules": [rule("", "pods/exec", "create")],
}
MINE = {
    "kind": "ClusterRole",
    "name": "mine",
    "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"to": "mine"}}]},
}
ABOVE = {
    "kind": "ClusterRole",
    "name": "above",
    "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"up": "yes"}}]},
}
MINE["labels"] = {"up": "yes"}
DEFAULTS: dict[str, tuple[list[dict[str, Any]], str, set[str]]] = {
    "view reads": ([], "view", set()),
    "view takes what is aggregated to it": ([AGGREGATED], "view", {"exec"}),
    "a role of one's own takes what that one selects": ([AGGREGATED, MINE, ABOVE], "above", {"exec"}),
    "and nothing that it does not": ([AGGREGATED, {**MINE, "labels": {}}, ABOVE], "above", set()),
    "roles that select each other": (
        [AGGREGATED, {**MINE, "labels": {"to": "mine", "up": "yes"}}, ABOVE],
        "mine",
        {"exec"},
    ),
    "edit takes what is aggregated to view": (
        [{**AGGREGATED, "rules": [rule("", "nodes/proxy", "get")]}],
        "edit",
        {"exec", "exec-by-node", "forward", "run-pods", "make-token"},
    ),
    "edit takes nothing else": (
        [{**AGGREGATED, "labels": {}, "rules": [rule("", "nodes/proxy", "get")]}],
        "edit",
        {"exec", "forward", "run-pods", "make-token"},
    ),
    "a role of one's own takes what it selects": ([AGGREGATED, MINE], "mine", {"exec"}),
    "cluster-admin": ([], "cluster-admin", set(ABILITIES)),
}


@pytest.mark.parametrize(("others", "name", "expected"), DEFAULTS.values(), ids=DEFAULTS)
def test_cluster_roles(others: list[dict[str, Any]], name: str, expected: set[str]) -> None:
    found = set(Roles(made(*others)).role("ClusterRole", "", name).abilities)
    extra = {"read-secrets", "make-secrets", "impersonate-service-accounts"} if name == "edit" else set()
    assert found == expected | extra


def test_a_role_that_was_not_read_may_allow_anything() -> None:
    found = Roles(made()).role("Role", "n", "gone").abilities
    assert {held.missing for ways in found.values() for held in ways} == {("the rules of Role gone of n",)}
    assert set(found) == set(ABILITIES)
