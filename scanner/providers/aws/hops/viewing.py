"""What the hops through a distribution share: what it asks of viewers, whoever they are.

A signed URL or cookie takes a key of ours: that alone keeps viewers out. Source: CloudFront Developer Guide,
"Serve private content with signed URLs and signed cookies"
(https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PrivateContent.html, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.verdict import Guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Certainty, Hop
    from scanner.providers.aws.distributions import Publication


def viewed(hop: Hop, publication: Publication) -> Iterator[Hop]:
    """Yield the hop with what viewers must pass in front of the origin; nothing when two locks hold."""
    guards = {*hop.guards}
    if publication.firewall:
        guards.add(Guard("web ACL", "in", (publication.firewall,)))
    doors = hop.blocked_by
    if publication.signed_links:
        doors = (*doors, f"a signed URL or cookie for {publication.distribution}")
    if len(doors) > 1:
        return
    missing = (*hop.missing, *(f"whom {function} turns away" for function in publication.functions))
    certainty: Certainty = "blocked" if doors else "possible" if missing else hop.certainty
    yield msgspec.structs.replace(
        hop, guards=tuple(sorted(guards)), blocked_by=doors, missing=missing, certainty=certainty, assumed=()
    )
