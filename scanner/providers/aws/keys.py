"""KMS keys: their policies, grants and aliases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.access import KmsGrant, Unread
from scanner.providers.aws.arn import Arn
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.access import Policy
    from scanner.providers.aws.library import Library
    from scanner.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Key:
    """A KMS key. `managed_by_aws` keys have a policy nobody can edit, and serve their own account only."""

    arn: str
    account: str
    region: str
    managed_by_aws: bool
    policy: Policy | Unread | None
    grants: tuple[KmsGrant, ...] | Unread
    document: Document


class Keys:
    """Keys by ARN, found by any of the names that a bucket or a model may use for them."""

    def __init__(self, snapshot: Snapshot, library: Library) -> None:
        self._by_arn: dict[str, Key] = {}
        self._grants: dict[str, dict[str, Document]] = {}
        for grant in snapshot.all("aws", "kms", "ListGrants.Grants"):
            key, _, name = grant.id.key.rpartition("/")
            if grant.body:
                self._grants.setdefault(key, {})[name] = grant
        for document in snapshot.all("aws", "kms", "DescribeKey"):
            metadata = (document.body or {}).get("KeyMetadata") or {}
            if metadata.get("Arn"):
                self._by_arn[metadata["Arn"]] = self._key(snapshot, library, document)
        self._aliases = {
            (d.id.scope, d.id.region, d.body.get("AliasName", "")): d.body.get("TargetKeyId", "")
            for d in snapshot.all("aws", "kms", "ListAliases.Aliases")
            if d.body
        }

    def __iter__(self) -> Iterator[Key]:
        return iter(sorted(self._by_arn.values(), key=lambda k: k.arn))

    def get(self, arn: str) -> Key | None:
        """Return the key with this ARN."""
        return self._by_arn.get(arn)

    def find(self, name: str, account: str, region: str) -> Key | None:
        """Return the key that an id, ARN, alias or alias ARN names, seen from an account and region."""
        arn = Arn.parse(name)
        if arn.service == "kms":
            account, region, name = arn.account, arn.region, arn.resource.removeprefix("key/")
        name = self._aliases.get((account, region, name), name)
        return self._by_arn.get(f"arn:aws:kms:{region}:{account}:key/{name}")

    def _key(self, snapshot: Snapshot, library: Library, document: Document) -> Key:
        metadata = document.body["KeyMetadata"]
        arn, account, region = metadata["Arn"], document.id.scope, document.id.region
        managed = metadata.get("KeyManager") == "AWS"
        return Key(
            arn=arn,
            account=account,
            region=region,
            managed_by_aws=managed,
            policy=library.get(msgspec.structs.replace(document.id, field="GetKeyPolicy"), "/Policy"),
            grants=() if managed else self._read_grants(snapshot, library, document.id, arn),
            document=document,
        )

    def _read_grants(
        self, snapshot: Snapshot, library: Library, described: DocumentId, arn: str
    ) -> tuple[KmsGrant, ...] | Unread:
        listing = snapshot.get(DocumentId("aws", described.scope, described.region, "kms", "ListGrants", arn))
        if isinstance(listing, Gap):
            return Unread(str(listing.id))
        grants = sorted(self._grants.get(arn, {}).items())
        return tuple(_grant(library.cite(document), document) for _, document in grants)


def _grant(name: str, document: Document) -> KmsGrant:
    constraints = document.body.get("Constraints") or {}
    return KmsGrant(
        grantee=document.body.get("GranteePrincipal", ""),
        operations=tuple(document.body.get("Operations") or ()),
        encryption_context_equals=tuple(sorted((constraints.get("EncryptionContextEquals") or {}).items())),
        encryption_context_subset=tuple(sorted((constraints.get("EncryptionContextSubset") or {}).items())),
        name=name,
    )
