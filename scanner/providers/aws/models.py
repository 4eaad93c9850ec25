"""Where models live in AWS: the resources that may be assets, with the evidence for it.

Sources: SageMaker API Reference, "DescribeModel" and "ContainerDefinition"; Bedrock API Reference,
"GetImportedModel" (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContainerDefinition.html,
read 2026-11-22).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from scanner.catalog import load_weight_signals
from scanner.model import AssetClass, Evidence, Resource, Signal
from scanner.providers.aws.access import Unread
from scanner.providers.aws.arn import Arn
from scanner.providers.aws.identities import tags_of
from scanner.providers.aws.library import at, field_evidence
from scanner.providers.aws.storage import bucket_name, objects_arn
from scanner.providers.aws.stores.locations import locations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.catalog import WeightSignals
    from scanner.providers.aws.keys import Keys
    from scanner.providers.aws.storage import Bucket
    from scanner.snapshot import Document, Snapshot

_SERVED, _TRAINED, _ENDPOINT, _REGISTRY, _KEY = 90, 70, 95, 80, 60


def read_resources(snapshot: Snapshot, buckets: dict[str, Bucket], keys: Keys) -> dict[str, Resource]:
    """Return every resource that may be an asset by id, in id order."""
    signals = load_weight_signals()
    artifacts = _Artifacts()
    artifacts.read_models(snapshot)
    artifacts.read_training(snapshot)
    for found in locations(snapshot):
        artifacts.add(**found._asdict())
    resources = [*_endpoints(snapshot, artifacts), *_bedrock(snapshot, artifacts), *_registries(snapshot)]
    resources += _stored(buckets, artifacts, signals)
    resources += _keys(keys, buckets)
    return {r.id: r for r in sorted(resources)}


class _Artifacts:
    """S3 locations that a model or a job names, with the reason."""

    def __init__(self) -> None:
        self.signals: dict[str, list[Signal]] = defaultdict(list)
        self.of_model: dict[tuple[str, str, str], list[str]] = defaultdict(list)

    def add(
        self, uri: object, *, prefix: bool, document: Document, pointer: str, score: int, why: str
    ) -> str | None:
        """Record one location; returns its ARN glob, None when the value is no S3 URI."""
        arn = objects_arn(uri, prefix=prefix) if isinstance(uri, str) else None
        if arn is not None:
            asset_class: AssetClass = "training-output" if score == _TRAINED else "model-weights"
            self.signals[arn].append(Signal(score, asset_class, why, field_evidence(document, pointer)))
        return arn

    def read_models(self, snapshot: Snapshot) -> None:
        for document in snapshot.all("aws", "sagemaker", "DescribeModel"):
            body = document.body or {}
            name = body.get("ModelName", document.id.key)
            places = [("/PrimaryContainer", body.get("PrimaryContainer"))]
            places += [(f"/Containers/{i}", c) for i, c in enumerate(body.get("Containers") or [])]
            for pointer, container in places:
                for uri, prefix, where in _container_uris(container or {}):
                    arn = self.add(
                        uri,
                        prefix=prefix,
                        document=document,
                        pointer=pointer + where,
                        score=_SERVED,
                        why=f"SageMaker model {name} loads it",
                    )
                    if arn:
                        self.of_model[document.id.scope, document.id.region, name].append(arn)

    def read_training(self, snapshot: Snapshot) -> None:
        for document in snapshot.all("aws", "sagemaker", "DescribeTrainingJob"):
            for pointer, prefix in (
                ("/ModelArtifacts/S3ModelArtifacts", False),
                ("/CheckpointConfig/S3Uri", True),
                ("/OutputDataConfig/S3OutputPath", True),
            ):
                self.add(
                    at(document.body, pointer),
                    prefix=prefix,
                    document=document,
                    pointer=pointer,
                    score=_TRAINED,
                    why=f"training job {document.id.key.rsplit('/', 1)[-1]} writes it",
                )


def _container_uris(container: dict[str, Any]) -> Iterator[tuple[Any, bool, str]]:
    """Yield (URI, is a prefix, pointer) for each artifact a container definition names."""
    if container.get("ModelDataUrl"):
        yield container["ModelDataUrl"], False, "/ModelDataUrl"
    source = at(container, "/ModelDataSource/S3DataSource")
    if source:
        prefix = source.get("S3DataType") == "S3Prefix"
        yield source.get("S3Uri"), prefix, "/ModelDataSource/S3DataSource/S3Uri"
    for index, extra in enumerate(container.get("AdditionalModelDataSources") or []):
        source = extra.get("S3DataSource") or {}
        pointer = f"/AdditionalModelDataSources/{index}/S3DataSource/S3Uri"
        yield source.get("S3Uri"), source.get("S3DataType") == "S3Prefix", pointer


def _endpoints(snapshot: Snapshot, artifacts: _Artifacts) -> Iterator[Resource]:
    configs = {
        (d.id.scope, d.id.region, (d.body or {}).get("EndpointConfigName")): d
        for d in snapshot.all("aws", "sagemaker", "DescribeEndpointConfig")
    }
    components: dict[str, list[str]] = defaultdict(list)
    for document in snapshot.all("aws", "sagemaker", "DescribeInferenceComponent"):
        endpoint, model = at(document.body, "/EndpointArn"), at(document.body, "/Specification/ModelName")
        if isinstance(endpoint, str) and isinstance(model, str):
            components[endpoint].append(model)
    for document in _described(snapshot, "sagemaker", "DescribeEndpoint", "ListEndpoints.Endpoints"):
        body = document.body or {}
        if "EndpointArn" not in body:
            continue
        place = document.id.scope, document.id.region
        config = configs.get((*place, body.get("EndpointConfigName")))
        variants = (config.body.get("ProductionVariants") or []) if config else []
        names = {v.get("ModelName", "") for v in variants} | set(components.get(body["EndpointArn"], ()))
        uses = {arn for name in names for arn in artifacts.of_model.get((*place, name), [])}
        evidence = field_evidence(document, "/EndpointName")
        yield Resource(
            body["EndpointArn"],
            "sagemaker-endpoint",
            "aws",
            scope=document.id.scope,
            name=body.get("EndpointName", ""),
            tags=tags_of(body),
            signals=(Signal(_ENDPOINT, "inference-endpoint", "SageMaker endpoint", evidence),),
            uses=tuple(sorted(uses)),
        )


def _described(snapshot: Snapshot, service: str, operation: str, listed: str) -> Iterator[Document]:
    """Yield each resource's description, or where that could not be read its item of the list."""
    described = snapshot.all("aws", service, operation)
    yield from described
    known = {(d.id.scope, d.id.region, d.id.key) for d in described}
    for item in snapshot.all("aws", service, listed):
        if (item.id.scope, item.id.region, item.id.key) not in known:
            yield item


_UNLISTED = {
    "endpoint": ("ListEndpoints", "sagemaker-endpoint"),
    "model-package-group": ("ListModelPackageGroups", "sagemaker-model-package-group"),
    "imported-model": ("ListImportedModels", "bedrock-model"),
    "custom-model": ("ListCustomModels", "bedrock-model"),
}


def unlisted_resource(snapshot: Snapshot, arn: str) -> Resource | None:
    """Return a resource that only the configuration names, where the list of its kind could not be read.

    None when it was read, or when the name is a glob or of another kind.
    """
    parts = Arn.parse(arn)
    kind, _, name = parts.resource.partition("/")
    if parts.service not in {"sagemaker", "bedrock"} or kind not in _UNLISTED or "*" in arn or "?" in arn:
        return None
    operation, resource_kind = _UNLISTED[kind]
    for gap in snapshot.gaps_of("aws"):
        listing = gap.id.service == parts.service and gap.id.field.partition(".")[0] == operation
        if gap.id.scope == parts.account and (
            (listing and gap.id.region == parts.region) or gap.id.field == "AssumeRole"
        ):
            return Resource(arn, resource_kind, "aws", scope=parts.account, name=name)
    return None


def _bedrock(snapshot: Snapshot, artifacts: _Artifacts) -> Iterator[Resource]:
    imported = "/modelDataSource/s3DataSource/s3Uri"
    for field, listed, source in (
        ("GetImportedModel", "ListImportedModels.modelSummaries", imported),
        ("GetCustomModel", "ListCustomModels.modelSummaries", None),
    ):
        for document in _described(snapshot, "bedrock", field, listed):
            body = document.body or {}
            if "modelArn" not in body:
                continue
            name = body.get("modelName", "")
            arn = None
            if source:
                arn = artifacts.add(
                    at(body, source),
                    prefix=True,
                    document=document,
                    pointer=source,
                    score=_SERVED,
                    why=f"Bedrock model {name} was imported from it",
                )
            evidence = field_evidence(document, "/modelArn")
            yield Resource(
                body["modelArn"],
                "bedrock-model",
                "aws",
                scope=document.id.scope,
                name=name,
                signals=(Signal(_ENDPOINT, "inference-endpoint", "Bedrock model of our own", evidence),),
                uses=(arn,) if arn else (),
            )


def _registries(snapshot: Snapshot) -> Iterator[Resource]:
    listed = "ListModelPackageGroups.ModelPackageGroupSummaryList"
    for document in _described(snapshot, "sagemaker", "DescribeModelPackageGroup", listed):
        body = document.body or {}
        if "ModelPackageGroupArn" not in body:
            continue
        evidence = field_evidence(document, "/ModelPackageGroupName")
        yield Resource(
            body["ModelPackageGroupArn"],
            "sagemaker-model-package-group",
            "aws",
            scope=document.id.scope,
            name=body.get("ModelPackageGroupName", ""),
            signals=(Signal(_REGISTRY, "model-registry", "SageMaker model registry", evidence),),
        )


def _stored(buckets: dict[str, Bucket], artifacts: _Artifacts, signals: WeightSignals) -> Iterator[Resource]:
    """Yield each bucket as a whole, and each location inside one that something names."""
    for bucket in buckets.values():
        whole = f"{bucket.arn}/*"
        found = [*_bucket_signals(bucket, signals), *artifacts.signals.pop(whole, [])]
        yield _location(whole, bucket, found)
    for arn, reasons in artifacts.signals.items():
        yield _location(arn, buckets.get(bucket_name(arn) or ""), reasons)


def _location(arn: str, bucket: Bucket | None, reasons: list[Signal]) -> Resource:
    return Resource(
        arn,
        "s3-objects",
        "aws",
        scope=bucket.account if bucket else None,
        name=arn.removeprefix("arn:aws:s3:::"),
        tags=bucket.tags if bucket else (),
        signals=tuple(sorted(reasons, reverse=True)),
    )


def _bucket_signals(bucket: Bucket, signals: WeightSignals) -> Iterator[Signal]:
    listed = Evidence(str(bucket.document.id), "/Name", bucket.name)
    for scored in (signals.score_bucket_name(bucket.name), signals.score_tags(bucket.tags)):
        if scored is not None:
            yield Signal(scored.score, "model-weights", scored.reason, listed)
    contents = (bucket.objects.body.get("Contents") or []) if bucket.objects else []
    for index, entry in enumerate(contents):
        scored = signals.score_object_name(entry.get("Key", ""))
        if scored is not None and bucket.objects is not None:
            evidence = field_evidence(bucket.objects, f"/Contents/{index}/Key")
            yield Signal(scored.score, "model-weights", scored.reason, evidence)


def _keys(keys: Keys, buckets: dict[str, Bucket]) -> Iterable[Resource]:
    protects: dict[str, list[Bucket]] = defaultdict(list)
    for bucket in buckets.values():
        if isinstance(bucket.key, Unread) or not bucket.key:
            continue
        key = keys.find(bucket.key, bucket.account, bucket.region)
        if key is not None and not key.managed_by_aws:
            protects[key.arn].append(bucket)
    for arn, guarded in sorted(protects.items()):
        key = keys.get(arn)
        if key is None:
            continue
        evidence = field_evidence(key.document, "/KeyMetadata/Arn")
        names = ", ".join(b.name for b in guarded)
        yield Resource(
            arn,
            "kms-key",
            "aws",
            scope=key.account,
            name=arn.rsplit("/", 1)[-1],
            signals=(Signal(_KEY, "weights-key", f"default key of {names}", evidence),),
            uses=tuple(f"{b.arn}/*" for b in guarded),
        )
