"""The inventory calls projects and accounts by number, code by id: both documents are of one resource."""

from __future__ import annotations

from typing import Any

from scanner import config
from scanner.providers.gcp.access.bindings import Bindings
from scanner.providers.gcp.accounts import Accounts
from scanner.providers.gcp.hierarchy import Hierarchy
from scanner.providers.gcp.inventory import Inventory
from scanner.providers.gcp.roles import Roles
from scanner.snapshot import Document, DocumentId, Snapshot

CRM, IAM = (
    "//cloudresourcemanager.googleapis.com/projects/",
    "//iam.googleapis.com/projects/ours/serviceAccounts/",
)
EMAIL = "trainer@ours.iam.gserviceaccount.com"


def document(field: str, name: str, **body: Any) -> Document:  # noqa: ANN401 - raw documents
    type_ = (
        "iam.googleapis.com/ServiceAccount"
        if name.startswith(IAM)
        else "cloudresourcemanager.googleapis.com/Project"
    )
    id_ = DocumentId("gcp", "ours", "", "cloudasset", f"ListAssets.{field}", name)
    return Document(id_, {"name": name, "assetType": type_, "ancestors": ["projects/12"], **body})


def policy(name: str, member: str) -> Document:
    return document(
        "IAM_POLICY", name, iamPolicy={"bindings": [{"role": "roles/owner", "members": [member]}]}
    )


def test_what_code_adds_does_not_replace_what_is_there() -> None:
    live, made = {"projectId": "ours", "projectNumber": "12"}, {"projectId": "ours", "projectNumber": "99"}
    account = {"email": EMAIL, "uniqueId": "110"}
    documents = [
        document("RESOURCE", f"{CRM}12", resource={"data": live}),
        document("RESOURCE", f"{CRM}ours", resource={"data": made}),
        document("RESOURCE", f"{IAM}110", resource={"data": {**account, "disabled": True}}),
        document("RESOURCE", f"{IAM}{EMAIL}", resource={"data": {"email": EMAIL}}),
        policy(f"{CRM}12", "user:live@x.example"),
        policy(f"{CRM}ours", "user:code@x.example"),
        policy(f"{IAM}110", "user:live@x.example"),
        policy(f"{IAM}{EMAIL}", "user:code@x.example"),
    ]
    snapshot = Snapshot(documents, (), target="gcp", collected_at="2026-11-20T06:00:00Z", asked=8)
    hierarchy = Hierarchy(snapshot, config.Config())
    inventory = Inventory(snapshot, hierarchy)
    bindings = Bindings(inventory, hierarchy, Roles(snapshot))
    accounts = Accounts(inventory, hierarchy, bindings)
    assert hierarchy.containers["projects/ours"].number == "12"
    assert [a.disabled for a in accounts] == [True]
    for name in (f"{CRM}ours", f"{IAM}{EMAIL}"):
        held = [member for _, _, binding in bindings.each(name) for member in binding.members]
        assert sorted(held) == ["user:code@x.example", "user:live@x.example"]
