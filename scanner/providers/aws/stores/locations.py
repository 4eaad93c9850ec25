"""S3 locations that something says its weights come from or go to, beside models and training jobs.

Source: SageMaker, Bedrock and FSx API References, the pages of the operations below (read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scanner.providers.aws.library import at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot import Document, Snapshot

_SERVED, _WRITTEN, _MIRRORED = 90, 70, 55


class _Field(NamedTuple):
    """Where a URI stands; ``*`` in `pointer` is every item of a list. `what` names the document's subject."""

    service: str
    operation: str
    pointer: str
    what: str
    name: str
    prefix: bool = False
    score: int = _SERVED


_PACKAGE = ("sagemaker", "DescribeModelPackage")
_OF_PACKAGE = ("model package {} loads it", "/ModelPackageArn")
_IN_PACKAGES = (
    "/InferenceSpecification/Containers",
    "/AdditionalInferenceSpecifications/*/Containers",
    "/SourceAlgorithmSpecification/SourceAlgorithms",
)
_TUNED = tuple(
    _Field(
        "sagemaker",
        "DescribeHyperParameterTuningJob",
        f"{definition}/{pointer}",
        "tuning job {} writes it",
        "/HyperParameterTuningJobName",
        prefix=True,
        score=_WRITTEN,
    )
    for definition in ("/TrainingJobDefinition", "/TrainingJobDefinitions/*")
    for pointer in ("OutputDataConfig/S3OutputPath", "CheckpointConfig/S3Uri")
)
_CONVERTED = tuple(
    _Field("sagemaker", operation, pointer, f"{job} {{}} {does} it", name, prefix=prefix, score=score)
    for operation, job, name, source in (
        ("DescribeOptimizationJob", "optimization job", "/OptimizationJobName", "/ModelSource/S3/S3Uri"),
        ("DescribeCompilationJob", "compilation job", "/CompilationJobName", "/InputConfig/S3Uri"),
    )
    for pointer, does, prefix, score in (
        (source, "reads a model from", source.startswith("/ModelSource"), _SERVED),
        ("/OutputConfig/S3OutputLocation", "writes", True, _WRITTEN),
    )
)
_FIELDS = (
    _Field(
        "sagemaker",
        "DescribeMlflowTrackingServer",
        "/ArtifactStoreUri",
        "tracking server {} keeps models there",
        "/TrackingServerName",
        prefix=True,
        score=_MIRRORED,
    ),
    *(_Field(*_PACKAGE, f"{place}/*/ModelDataUrl", *_OF_PACKAGE) for place in _IN_PACKAGES),
    *(
        _Field(*_PACKAGE, f"{place}/*/ModelDataSource/S3DataSource/S3Uri", *_OF_PACKAGE, prefix=True)
        for place in _IN_PACKAGES
    ),
    _Field(
        "sagemaker",
        "DescribeInferenceComponent",
        "/Specification/Container/ArtifactUrl",
        "inference component {} loads it",
        "/InferenceComponentName",
    ),
    _Field(
        "sagemaker",
        "DescribeHub",
        "/S3StorageConfig/S3OutputPath",
        "hub {} keeps its content there",
        "/HubName",
        prefix=True,
    ),
    _Field(
        "bedrock",
        "GetModelImportJob",
        "/modelDataSource/s3DataSource/s3Uri",
        "import job {} read a model from it",
        "/jobName",
        prefix=True,
    ),
    *_TUNED,
    _Field(
        "sagemaker",
        "DescribeAutoMLJobV2",
        "/OutputDataConfig/S3OutputPath",
        "AutoML job {} writes it",
        "/AutoMLJobName",
        prefix=True,
        score=_WRITTEN,
    ),
    _Field(
        "sagemaker",
        "DescribeAutoMLJobV2",
        "/BestCandidate/InferenceContainers/*/ModelDataUrl",
        "AutoML job {} made it",
        "/AutoMLJobName",
        score=_WRITTEN,
    ),
    *_CONVERTED,
    _Field(
        "fsx",
        "DescribeDataRepositoryAssociations.Associations",
        "/DataRepositoryPath",
        "file system {} mirrors it",
        "/FileSystemId",
        prefix=True,
        score=_MIRRORED,
    ),
)


class Location(NamedTuple):
    """One URI with what says so."""

    uri: str
    prefix: bool
    document: Document
    pointer: str
    score: int
    why: str


def locations(snapshot: Snapshot) -> Iterator[Location]:
    """Yield every location that is named, in the order of the fields."""
    for field in _FIELDS:
        for document in snapshot.all("aws", field.service, field.operation):
            name = str(at(document.body, field.name) or document.id.key).rpartition(":")[2]
            for pointer in _places(document.body, field.pointer):
                uri = at(document.body, pointer)
                if isinstance(uri, str) and uri:
                    why = field.what.format(name)
                    yield Location(uri, field.prefix, document, pointer, field.score, why)


def _places(body: object, pointer: str) -> Iterator[str]:
    head, star, tail = pointer.partition("/*")
    if not star:
        yield pointer
        return
    items = at(body, head)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        for inner in _places(item, tail):
            yield f"{head}/{index}{inner}"
