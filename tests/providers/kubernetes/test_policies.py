"""NetworkPolicies let in exactly the addresses and pods that they say, policy beside policy."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.netset import AddressSet
from scanner.providers.kubernetes.network.policies import Policies
from scanner.providers.kubernetes.workloads import read_workloads
from tests.providers.kubernetes.objects import made

PODS: dict[str, Any] = {
    "kind": "Deployment",
    "name": "chat",
    "namespace": "models",
    "spec": {
        "template": {
            "metadata": {"labels": {"app": "chat"}},
            "spec": {
                "containers": [{"name": "s", "image": "i", "ports": [{"name": "api", "containerPort": 8000}]}]
            },
        }
    },
}
EVERYONE = ["0.0.0.0/0", "::/0"]


def policy(name: str, **spec: Any) -> dict[str, Any]:  # noqa: ANN401 - raw Kubernetes JSON
    return {"kind": "NetworkPolicy", "name": name, "namespace": "models", "spec": {"podSelector": {}, **spec}}


def block(cidr: str, *but: str) -> dict[str, Any]:
    return {"ipBlock": {"cidr": cidr, **({"except": list(but)} if but else {})}}


ADDRESSES: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "no policy": ([], EVERYONE),
    "no rule": ([policy("a")], []),
    "a rule that names nobody is for everyone": ([policy("a", ingress=[{}])], EVERYONE),
    "an empty list of peers is for everyone": ([policy("a", ingress=[{"from": []}])], EVERYONE),
    "for egress only": ([policy("a", policyTypes=["Egress"])], EVERYONE),
    "for both ways": ([policy("a", policyTypes=["Egress", "Ingress"])], []),
    "a block with a hole": (
        [policy("a", ingress=[{"from": [block("203.0.113.0/24", "203.0.113.128/25")]}])],
        ["203.0.113.0/25"],
    ),
    "two halves of all addresses": (
        [policy("a", ingress=[{"from": [block("0.0.0.0/1"), block("128.0.0.0/1")]}])],
        ["0.0.0.0/0"],
    ),
    "one beside the other": (
        [
            policy("a", ingress=[{"from": [block("203.0.113.0/25")]}]),
            policy("b", ingress=[{"from": [block("203.0.113.128/25")]}]),
        ],
        ["203.0.113.0/24"],
    ),
    "other pods": ([policy("a", podSelector={"matchLabels": {"app": "web"}})], EVERYONE),
    "pods by expression": (
        [
            policy(
                "a", podSelector={"matchExpressions": [{"key": "app", "operator": "In", "values": ["chat"]}]}
            )
        ],
        [],
    ),
    "pods and no address": ([policy("a", ingress=[{"from": [{"podSelector": {}}]}])], []),
    "its port": ([policy("a", ingress=[{"ports": [{"port": 8000}]}])], EVERYONE),
    "its port by name": ([policy("a", ingress=[{"ports": [{"port": "api"}]}])], EVERYONE),
    "another port by name": ([policy("a", ingress=[{"ports": [{"port": "metrics"}]}])], []),
    "a range with its port": (
        [policy("a", ingress=[{"ports": [{"port": 7999, "endPort": 8000}]}])],
        EVERYONE,
    ),
    "a range before its port": ([policy("a", ingress=[{"ports": [{"port": 7000, "endPort": 7999}]}])], []),
    "its port of another protocol": (
        [policy("a", ingress=[{"ports": [{"port": 8000, "protocol": "UDP"}]}])],
        [],
    ),
}


@pytest.mark.parametrize(("policies", "expected"), ADDRESSES.values(), ids=ADDRESSES)
def test_addresses(policies: list[dict[str, Any]], expected: list[str]) -> None:
    objects = made(PODS, *policies)
    found = Policies(objects, read_workloads(objects)[0]).from_addresses(8000)
    assert (found.sure, found.maybe) == (AddressSet.of(expected), AddressSet.of(expected))


def test_a_block_that_is_none_lets_nobody_in_for_sure_and_may_let_anyone_in() -> None:
    objects = made(PODS, policy("a", ingress=[{"from": [block("${var.office}")]}]))
    found = Policies(objects, read_workloads(objects)[0]).from_addresses(8000)
    assert (bool(found.sure), found.maybe, bool(found.missing)) == (False, AddressSet.everything(), True)


LABELLED = {"kind": "Namespace", "name": "vendor", "labels": {"tenant": "vendor"}}
NAMED = {"matchLabels": {"kubernetes.io/metadata.name": "vendor"}}
TENANT = {"matchLabels": {"tenant": "vendor"}}
OWN: dict[str, Any] = {"from": [{"podSelector": {}}]}
BOTH_AND = {"app": "x"}
IMPOSSIBLE = {"matchLabels": BOTH_AND, "matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}

CALLERS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], str]] = {
    "no policy": ([], [], "yes"),
    "own namespace only": ([policy("a", ingress=[OWN])], [LABELLED], "no"),
    "all namespaces": ([policy("a", ingress=[{"from": [{"namespaceSelector": {}}]}])], [LABELLED], "yes"),
    "its namespace by name": ([policy("a", ingress=[{"from": [{"namespaceSelector": NAMED}]}])], [], "yes"),
    "its namespace by a label": (
        [policy("a", ingress=[{"from": [{"namespaceSelector": TENANT}]}])],
        [LABELLED],
        "yes",
    ),
    "a label that was not read": (
        [policy("a", ingress=[{"from": [{"namespaceSelector": TENANT}]}])],
        [],
        "perhaps",
    ),
    "pods with a label, which their maker chooses": (
        [
            policy(
                "a", ingress=[{"from": [{"namespaceSelector": {}, "podSelector": {"matchLabels": BOTH_AND}}]}]
            )
        ],
        [],
        "yes",
    ),
    "pods that there cannot be": (
        [policy("a", ingress=[{"from": [{"namespaceSelector": {}, "podSelector": IMPOSSIBLE}]}])],
        [],
        "no",
    ),
    "on another port": (
        [policy("a", ingress=[{"from": [{"namespaceSelector": {}}], "ports": [{"port": 9000}]}])],
        [LABELLED],
        "no",
    ),
}


@pytest.mark.parametrize(("policies", "others", "expected"), CALLERS.values(), ids=CALLERS)
def test_pods_of_another_namespace(
    policies: list[dict[str, Any]], others: list[dict[str, Any]], expected: str
) -> None:
    objects = made(PODS, *policies, *others)
    let_in, unread = Policies(objects, read_workloads(objects)[0]).from_namespace("vendor", 8000)
    assert ("perhaps" if let_in and unread else "yes" if let_in else "no") == expected
