"""What an owner removes: a statement, or where AWS wrote the policy, its attachment.

Source: IAM User Guide, "AWS managed policies": "You cannot change the permissions defined in AWS managed
policies" (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html, read
2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.narrowing import as_cited
from scanner.snapshot import DocumentId, Removal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence, Hop
    from scanner.snapshot import Document, Snapshot

_OF_AWS: Final = ":iam::aws:policy/"
_DETAILS: Final = "GetAccountAuthorizationDetails"
_LISTS: Final = ("UserDetailList", "RoleDetailList")


def removable(snapshot: Snapshot, hop: Hop, evidence: Evidence) -> Iterator[Removal]:
    """Yield what to remove for a statement to be gone."""
    policy = DocumentId.parse(evidence.document).key
    if _OF_AWS not in policy:
        yield from as_cited(evidence)
        return
    for holder in _holders(snapshot, hop.source):
        for number, attached in enumerate(holder.body.get("AttachedManagedPolicies") or ()):
            if isinstance(attached, dict) and policy.startswith(str(attached.get("PolicyArn"))):
                yield Removal(str(holder.id), f"/AttachedManagedPolicies/{number}")


def _holders(snapshot: Snapshot, node: str) -> Iterator[Document]:
    """Yield the documents that policies of an identity are attached in: its own and its groups'."""
    arn = node.partition("#")[0]
    for field in _LISTS:
        for document in snapshot.all("aws", "iam", f"{_DETAILS}.{field}"):
            if document.id.key == arn and isinstance(document.body, dict):
                yield document
                groups = set(map(str, document.body.get("GroupList") or ()))
                yield from (
                    group
                    for group in snapshot.all("aws", "iam", f"{_DETAILS}.GroupDetailList")
                    if isinstance(group.body, dict)
                    and group.id.scope == document.id.scope
                    and group.body.get("GroupName") in groups
                )
