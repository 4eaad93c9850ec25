"""IP filters of buckets: from which addresses and networks any of its objects are reached.

Source: Cloud Storage documentation, "Bucket IP filtering"
(https://cloud.google.com/storage/docs/ip-filtering-overview, read 2026-11). Who may bypass a filter may do so
for the bucket's own settings only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.guards import Guard
from scanner.model import Evidence
from scanner.netset import AddressSet
from scanner.providers.gcp.access.levels import ADDRESS
from scanner.providers.gcp.access.question import STORAGE_OBJECT, Lock
from scanner.providers.gcp.agents import is_service_agent
from scanner.providers.gcp.members import SERVICE_ACCOUNT
from scanner.providers.gcp.names import bucket_in, project_in
from scanner.providers.gcp.shape import section, sections, text, texts
from scanner.verdict import AllowedIf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.providers.gcp.access.oracle import Bar
    from scanner.providers.gcp.access.principals import Principals
    from scanner.providers.gcp.access.question import Place
    from scanner.providers.gcp.buckets import Bucket
    from scanner.providers.gcp.hierarchy import Hierarchy


class IpFilters:
    """A `Layer` of the oracle."""

    def __init__(self, buckets: Mapping[str, Bucket], hierarchy: Hierarchy, principals: Principals) -> None:
        self._filtered = {
            name: bucket
            for name, bucket in buckets.items()
            if text(section(bucket.item.data, "ipFilter").get("mode")).lower() == "enabled"
        }
        self._hierarchy = hierarchy
        self._principals = principals

    @property
    def idle(self) -> bool:
        """Whether no bucket has a filter."""
        return not self._filtered

    def bars(self, member: str, permission: str, place: Place) -> Iterator[Bar]:
        """Yield where a caller must come from, a lock where no outsider can; see `oracle.Layer`."""
        bucket = self._filtered.get(bucket_in(place.name) or "")
        if bucket is None or place.type != STORAGE_OBJECT or not permission.startswith("storage.objects."):
            return
        said = section(bucket.item.data, "ipFilter")
        if said.get("allowAllServiceAgentAccess") is True and is_service_agent(
            member.removeprefix(SERVICE_ACCOUNT)
        ):
            return
        ways = tuple(self._ways(said, ours=self._principals.is_ours(member)))
        if ways:
            yield AllowedIf(ways)
            return
        proof = Evidence(
            str(bucket.item.document.id), f"{bucket.item.base}/ipFilter", msgspec.json.encode(said).decode()
        )
        own = bucket.place()
        drop = (("storage.buckets.update", own), ("storage.buckets.setIpFilter", own))
        yield Lock(f"IP filter of {bucket.name}", (proof,), (drop,))

    def _ways(self, said: dict[str, object], *, ours: bool) -> Iterator[tuple[Guard, ...]]:
        """Yield each way in: from public addresses, or from networks that a caller may be in."""
        blocks = _blocks(texts(section(said, "publicNetworkSource").get("allowedIpCidrRanges")))
        if blocks:
            yield (Guard(ADDRESS, "cidr", blocks, "vendor", "source-ip"),)
        networks = [text(source.get("network")) for _, source in sections(said.get("vpcNetworkSources"))]
        own = tuple(sorted(n for n in networks if self._hierarchy.is_ours(project_in(f"/{n}") or "")))
        theirs = tuple(sorted(set(networks) - set(own) - {""}))
        if own and ours:
            yield (Guard("source network", "in", own, "ours", "source-vpc"),)
        if theirs:
            yield (Guard("source network", "in", theirs, "vendor"),)


def _blocks(given: tuple[str, ...]) -> tuple[str, ...]:
    found = AddressSet()
    for block in given:
        try:
            found |= AddressSet.of([block])
        except ValueError:
            continue
    return found.cidrs()
