"""The resources that may be assets, with the evidence for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.catalog import load_weight_signals
from scanner.model import Evidence, Resource, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.catalog import WeightSignals
    from scanner.providers.gcp.buckets import Bucket


def read_resources(buckets: dict[str, Bucket]) -> dict[str, Resource]:
    """Return every resource that may be an asset, by id."""
    signals = load_weight_signals()
    found = [_stored(bucket, signals) for bucket in buckets.values()]
    return {resource.id: resource for resource in sorted(found)}


def _stored(bucket: Bucket, signals: WeightSignals) -> Resource:
    return Resource(
        bucket.objects,
        "gcs-objects",
        "gcp",
        scope=bucket.item.project or None,
        name=bucket.name,
        tags=bucket.labels,
        signals=tuple(sorted(_of_bucket(bucket, signals), reverse=True)),
    )


def _of_bucket(bucket: Bucket, signals: WeightSignals) -> Iterator[Signal]:
    listed = Evidence(str(bucket.item.document.id), "/name", bucket.name)
    for scored in (signals.score_bucket_name(bucket.name), signals.score_tags(bucket.labels)):
        if scored is not None:
            yield Signal(scored.score, "model-weights", scored.reason, listed)
