"""The resources that may be assets, with the evidence for it.

Sources: Vertex AI REST reference, "Model", "Endpoint", "CustomJobSpec", "PipelineJob"
(https://cloud.google.com/vertex-ai/docs/reference/rest, read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from scanner.model import Evidence, Resource, Signal
from scanner.providers.gcp.kinds import DOCKER_IMAGE, ENDPOINT, KINDS, MODEL, REPOSITORY
from scanner.providers.gcp.names import bucket_in, objects_name
from scanner.providers.gcp.shape import section, sections, text, texts
from scanner.snapshot import Document, DocumentId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.catalog import ScoredName, WeightSignals
    from scanner.model import AssetClass
    from scanner.providers.gcp.buckets import Bucket
    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Inventory, Item
    from scanner.snapshot import Snapshot

_SERVED, _TRAINED = 90, 70
_OBJECTS = "gcs-objects"
_OUTPUTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "aiplatform.googleapis.com/CustomJob": (("jobSpec", "baseOutputDirectory", "outputUriPrefix"),),
    "aiplatform.googleapis.com/HyperparameterTuningJob": (
        ("trialJobSpec", "baseOutputDirectory", "outputUriPrefix"),
    ),
    "aiplatform.googleapis.com/PipelineJob": (("runtimeConfig", "gcsOutputDirectory"),),
    "aiplatform.googleapis.com/TrainingPipeline": (
        ("trainingTaskInputs", "baseOutputDirectory", "outputUriPrefix"),
    ),
}


def read_resources(
    inventory: Inventory, hierarchy: Hierarchy, buckets: dict[str, Bucket], signals: WeightSignals
) -> dict[str, Resource]:
    """Return every resource that may be an asset, by id in id order."""
    reading = _Reading(inventory, hierarchy, buckets, signals)
    return {resource.id: resource for resource in sorted(reading.resources())}


class _Reading:
    def __init__(
        self, inventory: Inventory, hierarchy: Hierarchy, buckets: dict[str, Bucket], signals: WeightSignals
    ) -> None:
        self._inventory = inventory
        self._hierarchy = hierarchy
        self._buckets = buckets
        self._signals = signals
        self._stored: dict[str, list[Signal]] = defaultdict(list)
        self._images: dict[str, list[Signal]] = defaultdict(list)
        self._of_model: dict[str, str] = {}

    def resources(self) -> Iterator[Resource]:
        """Yield them all; what models and jobs name is gathered first."""
        self._models()
        self._outputs()
        self._docker_images()
        for type_, kind in KINDS.items():
            for item in self._inventory.of(type_):
                signals = sorted(self._of(item), reverse=True)
                yield Resource(
                    item.name,
                    kind.word,
                    "gcp",
                    scope=item.project or None,
                    name=text(item.data.get("displayName")) or item.name.rpartition("/")[2],
                    tags=_labels(item.data),
                    signals=tuple(signals),
                    uses=tuple(sorted(self._uses(item))),
                )
        for bucket in self._buckets.values():
            yield self._location(bucket.objects, bucket)
        for name in sorted(self._stored):
            yield self._location(name, self._buckets.get(bucket_in(name) or ""))

    def _location(self, name: str, bucket: Bucket | None) -> Resource:
        whole = bucket is not None and name == bucket.objects
        found = self._stored.pop(name, [])
        if whole and bucket:
            found += [
                *_of_bucket(bucket, self._signals),
                *_listed(bucket, self._inventory.snapshot, self._signals),
            ]
        return Resource(
            name,
            _OBJECTS,
            "gcp",
            scope=(bucket.item.project or None) if bucket else None,
            name=bucket.name if whole and bucket else name.partition(".com/")[2],
            tags=bucket.labels if bucket else (),
            signals=tuple(sorted(found, reverse=True)),
        )

    def _models(self) -> None:
        for item in self._inventory.of(MODEL):
            name = objects_name(text(item.data.get("artifactUri")), prefix=True)
            if name is not None:
                why = f"Vertex AI model {text(item.data.get('displayName'))} loads it"
                self._stored[name].append(_signal(item, "/artifactUri", _SERVED, "model-weights", why))
                self._of_model[item.name] = name

    def _outputs(self) -> None:
        for type_, places in _OUTPUTS.items():
            for item in self._inventory.of(type_):
                for *keys, last in places:
                    name = objects_name(text(section(item.data, *keys).get(last)), prefix=True)
                    if name is not None:
                        pointer = "/" + "/".join((*keys, last))
                        why = f"{type_.rpartition('/')[2]} {text(item.data.get('displayName'))} writes it"
                        self._stored[name].append(_signal(item, pointer, _TRAINED, "training-output", why))

    def _docker_images(self) -> None:
        for item in self._inventory.of(DOCKER_IMAGE):
            scored = self._signals.score_image(text(item.data.get("uri")))
            if scored is not None:
                repository = item.name.partition("/dockerImages/")[0]
                self._images[repository].append(_scored(item, "/uri", scored))

    def _of(self, item: Item) -> Iterator[Signal]:
        """Yield what speaks for an asset: its type, its labels and name, what it runs."""
        kind = KINDS[item.type]
        if kind.score:
            yield _signal(item, "/name", kind.score, kind.asset_class, kind.why)
            return
        tagged = self._signals.score_tags(_labels(item.data))
        if tagged is not None:
            yield _scored(item, "/labels", tagged)
        if kind.asset_class == "inference-endpoint":
            yield from self._served(item)
            return
        named = self._signals.score_bucket_name(item.name.rpartition("/")[2])
        if named is not None:
            yield _scored(item, "/name", named)
        if item.type == REPOSITORY:
            yield from self._images.get(item.name, ())

    def _served(self, item: Item) -> Iterator[Signal]:
        for pointer, container in containers(item.data):
            command = " ".join((*texts(container.get("command")), *texts(container.get("args"))))
            for scored, at in (
                (self._signals.score_image(text(container.get("image"))), "/image"),
                (self._signals.score_command(command), "/args"),
            ):
                if scored is not None:
                    yield _scored(item, f"{pointer}{at}", scored)
        named = self._signals.score_server_name(item.name.rpartition("/")[2])
        if named is not None:
            yield _scored(item, "/name", named)

    def _uses(self, item: Item) -> Iterator[str]:
        """Yield the locations of the weights that an endpoint or a model of the registry stands for."""
        if item.type == MODEL and item.name in self._of_model:
            yield self._of_model[item.name]
        if item.type == ENDPOINT:
            for _, deployed in sections(item.data.get("deployedModels")):
                model = text(deployed.get("model")).partition("@")[0]
                name = self._hierarchy.canonical(f"//aiplatform.googleapis.com/{model}")
                if name in self._of_model:
                    yield self._of_model[name]
                yield name


def containers(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the containers of a Cloud Run service, of version 1 or 2 of its API, with their pointers."""
    for keys in (("template",), ("spec", "template", "spec")):
        for index, container in sections(section(data, *keys).get("containers")):
            yield f"/{'/'.join(keys)}/containers/{index}", container


def _listed(bucket: Bucket, snapshot: Snapshot, signals: WeightSignals) -> Iterator[Signal]:
    """Yield what the names of objects say, of those that were listed."""
    scope = bucket.item.document.id.scope
    found = snapshot.get(DocumentId("gcp", scope, "", "storage", "ListObjects", bucket.name))
    for index, entry in sections(section(found.body).get("items")) if isinstance(found, Document) else ():
        scored = signals.score_object_name(text(entry.get("name")), _size(entry.get("size")))
        if scored is not None:
            evidence = Evidence(str(found.id), f"/items/{index}/name", text(entry.get("name")))
            yield Signal(scored.score, "model-weights", scored.reason, evidence)


def _size(given: object) -> int | None:
    digits = text(given)
    return int(digits) if digits.isdigit() else None


def _of_bucket(bucket: Bucket, signals: WeightSignals) -> Iterator[Signal]:
    for scored in (signals.score_bucket_name(bucket.name), signals.score_tags(bucket.labels)):
        if scored is not None:
            yield _scored(bucket.item, "/name", scored)


def _labels(data: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((key, text(value)) for key, value in section(data, "labels").items()))


def _scored(item: Item, pointer: str, scored: ScoredName) -> Signal:
    return _signal(item, pointer, scored.score, scored.asset_class, scored.reason)


def _signal(item: Item, pointer: str, score: int, asset_class: AssetClass, why: str) -> Signal:
    return Signal(score, asset_class, why, Evidence(str(item.document.id), f"{item.base}{pointer}"))
