"""What holds copies of machines and models: container registries, disks, snapshots, image galleries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.catalog import load_weight_signals
from scanner.model import Resource, Signal
from scanner.providers.azure.documents import field_evidence, tags_of
from scanner.providers.azure.scopes import name_of, subscription_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import AssetClass
    from scanner.providers.azure.documents import Documents

REGISTRIES: Final = "microsoft.containerregistry/registries"
DISKS: Final = "microsoft.compute/disks"
SNAPSHOTS: Final = "microsoft.compute/snapshots"
GALLERIES: Final = "microsoft.compute/galleries"
IMAGES: Final = f"{GALLERIES}/images"
_KINDS: Final[tuple[tuple[str, str, AssetClass], ...]] = (
    (REGISTRIES, "container-registry", "model-registry"),
    (DISKS, "disk", "model-weights"),
    (SNAPSHOTS, "snapshot", "model-weights"),
    (IMAGES, "gallery-image", "model-weights"),
)


def resources(documents: Documents) -> Iterator[Resource]:
    """Yield each; only its tags and its name speak for weights."""
    signals = load_weight_signals()
    for type_, kind, class_ in _KINDS:
        for document in documents.arm(type_):
            tags = tags_of(document.body)
            name = name_of(document.id.key)
            scored = [
                Signal(found.score, class_, found.reason, field_evidence(document, pointer))
                for found, pointer in (
                    (signals.score_tags(tags), "/tags"),
                    (signals.score_bucket_name(name), "/name"),
                )
                if found is not None
            ]
            yield Resource(
                document.id.key.lower(),
                kind,
                "azure",
                scope=subscription_of(document.id.key),
                name=name,
                tags=tags,
                signals=tuple(sorted(scored, reverse=True)),
            )
