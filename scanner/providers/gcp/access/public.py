"""Public access prevention: what anyone at all is barred from, on buckets.

Source: Cloud Storage documentation, "Public access prevention"
(https://cloud.google.com/storage/docs/public-access-prevention, read 2026-11): enforced on the bucket or by
the organization policy ``storage.publicAccessPrevention``, it takes allUsers and allAuthenticatedUsers out of
force, in policies and in ACLs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Evidence
from scanner.providers.gcp.access.places import changing_org_policies
from scanner.providers.gcp.access.question import Lock
from scanner.providers.gcp.members import ANY_ACCOUNT, ANYONE
from scanner.providers.gcp.names import bucket_in
from scanner.verdict import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.providers.gcp.access.oracle import Bar
    from scanner.providers.gcp.access.question import Place
    from scanner.providers.gcp.buckets import Bucket
    from scanner.providers.gcp.org_policies import OrgPolicies

CONSTRAINT = "storage.publicAccessPrevention"


class PublicAccess:
    """A `Layer` of the oracle."""

    def __init__(self, buckets: Mapping[str, Bucket], policies: OrgPolicies) -> None:
        self._buckets = buckets
        self._policies = policies

    @property
    def idle(self) -> bool:
        """Whether there is no bucket."""
        return not self._buckets

    def bars(self, member: str, permission: str, place: Place) -> Iterator[Bar]:
        """Yield a lock where public access is prevented; see `oracle.Layer`."""
        if member not in {ANYONE, ANY_ACCOUNT} or not permission.startswith("storage."):
            return
        bucket = self._buckets.get(bucket_in(place.name) or "")
        if bucket is None:
            return
        if bucket.prevents_public_access:
            proof = Evidence(
                str(bucket.item.document.id),
                f"{bucket.item.base}/iamConfiguration/publicAccessPrevention",
                '"enforced"',
            )
            drop = (("storage.buckets.update", bucket.place()),)
            yield Lock(f"public access prevention of {bucket.name}", (proof,), (drop,))
            return
        if bucket.perhaps_prevents_public_access:
            yield Unknown((f"whether {bucket.name} prevents public access",))
        enforced, proofs = self._policies.enforced(CONSTRAINT, place.chain)
        if isinstance(enforced, Unknown):
            yield enforced
        elif enforced:
            yield Lock(f"organization policy {CONSTRAINT}", proofs, changing_org_policies(place.chain))
