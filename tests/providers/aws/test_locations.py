"""S3 locations that jobs and models name: each makes an asset of what it reads or writes, and of no more."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.config import Config
from scanner.providers.aws.estate import AwsEstate
from tests.providers.aws.documents import OURS, snapshot

PLACE = f"aws:{OURS}:us-east-1:sagemaker"
OUT = {"S3OutputPath": "s3://lab/out/"}
WRITTEN, MODEL = ("arn:aws:s3:::lab/out/*", "training-output"), ("arn:aws:s3:::lab/in/*", "model-weights")
SOURCE = {"S3DataSource": {"S3Uri": "s3://lab/in/", "S3DataType": "S3Prefix"}}
CASES: dict[str, tuple[str, dict[str, Any], list[tuple[str, str]]]] = {
    "a tuning job": (
        "DescribeHyperParameterTuningJob",
        {"TrainingJobDefinition": {"OutputDataConfig": OUT}},
        [WRITTEN],
    ),
    "checkpoints of a tuning job of several": (
        "DescribeHyperParameterTuningJob",
        {"TrainingJobDefinitions": [{"CheckpointConfig": {"S3Uri": "s3://lab/out/"}}]},
        [WRITTEN],
    ),
    "what a tuning job reads": (
        "DescribeHyperParameterTuningJob",
        {"TrainingJobDefinition": {"InputDataConfig": [{"DataSource": SOURCE}]}},
        [],
    ),
    "an AutoML job": ("DescribeAutoMLJobV2", {"OutputDataConfig": OUT}, [WRITTEN]),
    "the best of an AutoML job": (
        "DescribeAutoMLJobV2",
        {"BestCandidate": {"InferenceContainers": [{"ModelDataUrl": "s3://lab/model.tar.gz"}]}},
        [("arn:aws:s3:::lab/model.tar.gz", "training-output")],
    ),
    "an optimization job": (
        "DescribeOptimizationJob",
        {
            "ModelSource": {"S3": {"S3Uri": "s3://lab/in"}},
            "OutputConfig": {"S3OutputLocation": "s3://lab/out/"},
        },
        [MODEL, WRITTEN],
    ),
    "a compilation job": (
        "DescribeCompilationJob",
        {"InputConfig": {"S3Uri": "s3://lab/m.tar.gz"}, "OutputConfig": {"S3OutputLocation": "s3://lab/out"}},
        [("arn:aws:s3:::lab/m.tar.gz", "model-weights"), WRITTEN],
    ),
    "an algorithm of a package": (
        "DescribeModelPackage",
        {"SourceAlgorithmSpecification": {"SourceAlgorithms": [{"ModelDataSource": SOURCE}]}},
        [MODEL],
    ),
    "a further specification of a package": (
        "DescribeModelPackage",
        {"AdditionalInferenceSpecifications": [{"Containers": [{"ModelDataSource": SOURCE}]}]},
        [MODEL],
    ),
    "metrics of a package": (
        "DescribeModelPackage",
        {"ModelMetrics": {"ModelQuality": {"Statistics": {"S3Uri": "s3://lab/out/"}}}},
        [],
    ),
}


@pytest.mark.parametrize(("operation", "body", "expected"), CASES.values(), ids=CASES)
def test_locations(operation: str, body: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    estate = AwsEstate(snapshot({f"{PLACE}:{operation}/one": body}), Config())
    found = [
        (resource.id, signal.asset_class)
        for resource in estate.resources.values()
        for signal in resource.signals
        if resource.kind == "s3-objects"
    ]
    assert sorted(found) == sorted(expected)
