"""Hops into a service account: who can act with its token.

Pods of its namespace may run as it; who may run commands in a pod takes the token that is mounted there; a
token can be asked for, and comes with a secret of type ``service-account-token``, which whoever makes secrets
can make. Source: Kubernetes, "Role Based Access Control Good Practices", Token request, Listing secrets
(https://kubernetes.io/docs/concepts/security/rbac-good-practices/); "Managing Service Accounts"
(https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.model import Hop
from scanner.providers.kubernetes.hops.steps import by_grant, commands_in, names_pods
from scanner.providers.kubernetes.objects import CORE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.kubernetes.estate import KubernetesEstate, View
    from scanner.providers.kubernetes.workloads import Workload

_TOKEN_TYPE: Final = "kubernetes.io/service-account-token"  # noqa: S105 - a type of secret
_OF_ACCOUNT: Final = "kubernetes.io/service-account.name"


def into(estate: KubernetesEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a service account; none for another node."""
    for view in estate.views:
        found = view.account(node)
        if found is None:
            continue
        namespace, name = found
        yield Hop(node, view.cluster.namespace_node(namespace), "run-code")
        for place in ("", namespace):
            for grant in view.rights.grants("make-token", place):
                if grant.meets(name):
                    yield by_grant("take-credentials", node, grant)
        yield from _by_secrets(view, node, namespace, name)
        for workload in view.workloads:
            if (workload.namespace, workload.service_account) == found and _has_token(view, workload):
                yield from commanding(view, node, workload)


def commanding(view: View, node: str, workload: Workload) -> Iterator[Hop]:
    """Yield the hops into `node` of those who may run commands in a workload's pods."""
    proof = (workload.object.evidence(f"{workload.spec}/serviceAccountName"),)
    for ability, place in commands_in(workload.namespace):
        for grant in view.rights.grants(ability, place):
            if names_pods(grant, workload):
                yield by_grant("exec", node, grant, evidence=proof)


def _by_secrets(view: View, node: str, namespace: str, name: str) -> Iterator[Hop]:
    tokens = [
        secret
        for secret in view.objects.all(CORE, "Secret", namespace)
        if secret.at("/type") == _TOKEN_TYPE and secret.annotations.get(_OF_ACCOUNT) == name
    ]
    makers = {
        grant.principal: grant
        for place in ("", namespace)
        for grant in view.rights.grants("make-secrets", place)
    }
    for place in ("", namespace):
        for grant in view.rights.grants("read-secrets", place):
            held = [secret for secret in tokens if grant.meets(secret.name)]
            if held:
                yield by_grant("take-credentials", node, grant, evidence=(held[0].evidence("/type"),))
            elif grant.principal in makers and grant.names is None:
                joined = grant.joined(makers[grant.principal])
                if joined is not None:
                    yield by_grant("take-credentials", node, joined)


def _has_token(view: View, workload: Workload) -> bool:
    """Tell whether its pods get a token: the pod says, else the account, else they do."""
    if workload.mounts_token is not None:
        return workload.mounts_token
    account = view.objects.get(CORE, "ServiceAccount", workload.namespace, workload.service_account)
    return account is None or account.at("/automountServiceAccountToken") is not False
