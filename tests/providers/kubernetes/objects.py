"""Objects of a cluster from short bodies, for tables of cases."""

from __future__ import annotations

from typing import Any

from scanner.providers.kubernetes.objects import Objects
from scanner.snapshot import Document, DocumentId

GROUPS = {
    "NetworkPolicy": "networking.k8s.io",
    "Deployment": "apps",
    **dict.fromkeys(
        ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"), "rbac.authorization.k8s.io"
    ),
}
_TOLD_APART = {"name", "namespace", "group", "labels", "annotations"}


def made(*bodies: dict[str, Any]) -> Objects:
    """Return the objects of a cluster ``c``; each has a kind, a name, perhaps a namespace, and fields."""
    documents = []
    for body in bodies:
        kind, name, namespace = body["kind"], body["name"], body.get("namespace", "")
        group = body.get("group") or GROUPS.get(kind, "core")
        fields = {
            k: v for k, v in body.items() if k not in {"name", "namespace", "group", "labels", "annotations"}
        }
        fields["metadata"] = {"name": name, **{k: body[k] for k in ("labels", "annotations") if k in body}}
        documents.append(Document(DocumentId("kubernetes", "c", namespace, group, kind, name), fields))
    return Objects("c", documents)
