"""SageMaker jobs beside training that write models: tuning, AutoML, optimization and compilation.

| document | key | body |
|---|---|---|
| ``ListHyperParameterTuningJobs.HyperParameterTuningJobSummaries`` | job name | |
| ``DescribeHyperParameterTuningJob`` | job name | ``TrainingJobDefinition``, ``TrainingJobDefinitions`` |
| ``ListAutoMLJobs.AutoMLJobSummaries``, ``DescribeAutoMLJobV2`` | job name | ``OutputDataConfig`` |
| ``ListOptimizationJobs.OptimizationJobSummaries`` | job name | |
| ``DescribeOptimizationJob`` | job name | ``ModelSource``, ``OutputConfig`` |
| ``ListCompilationJobs.CompilationJobSummaries``, ``DescribeCompilationJob`` | job name | as above |

The newest 200 of each; where there are more, the list's own id is a gap.
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

_NEWEST_FIRST = {"MaxResults": 100, "SortBy": "CreationTime", "SortOrder": "Descending"}
_NEWEST = 200


def _listed(kind: str, describe: str = "") -> tuple[Row, Row]:
    """Return the rows for one kind of job."""
    field, name = f"{kind}Summaries", f"{kind}Name"
    return (
        Row(
            operation=f"List{kind}s",
            given=(_NEWEST_FIRST,),
            lists={field: name},
            limit=_NEWEST,
            effect="understated",
        ),
        Row(
            operation=describe or f"Describe{kind}",
            each=(f"List{kind}s.{field}",),
            params={name: name},
            effect="understated",
        ),
    )


TABLE: Final = Service(
    name="sagemaker",
    scope="regional",
    rows=(
        *_listed("HyperParameterTuningJob"),
        *_listed("AutoMLJob", "DescribeAutoMLJobV2"),
        *_listed("OptimizationJob"),
        *_listed("CompilationJob"),
    ),
)
