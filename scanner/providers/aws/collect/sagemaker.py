"""Models, endpoints, the registry, and where training wrote to.

| document | key | body |
|---|---|---|
| ``ListModels.Models``, ``DescribeModel`` | model name | containers with their ``ModelDataSource``; role |
| ``ListEndpointConfigs.EndpointConfigs`` | config name | |
| ``DescribeEndpointConfig`` | config name | ``ProductionVariants`` |
| ``ListEndpoints.Endpoints``, ``DescribeEndpoint`` | endpoint name | ``EndpointConfigName`` |
| ``GetEndpointPolicy`` | endpoint name | ``ResourcePolicy`` as JSON; no body: no policy |
| ``ListModelPackageGroups.ModelPackageGroupSummaryList``, ``DescribeModelPackageGroup`` | group name | |
| ``GetModelPackageGroupPolicy`` | group name | ``ResourcePolicy`` as JSON; no body: no policy |
| ``ListModelPackages.ModelPackageSummaryList``, ``DescribeModelPackage`` | ARN | the newest 500 |
| ``ListNotebookInstances.NotebookInstances``, ``DescribeNotebookInstance`` | notebook name | ``RoleArn`` |
| ``ListTrainingJobs.TrainingJobSummaries``, ``DescribeTrainingJob`` | job name | the newest 500 |

Where more exist than are asked for, the list's own id is a gap. Values of environment variables and
hyperparameters are withheld.
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

_MODELS = "ListModels.Models"
_CONFIGS = "ListEndpointConfigs.EndpointConfigs"
_ENDPOINTS = "ListEndpoints.Endpoints"
_GROUPS = "ListModelPackageGroups.ModelPackageGroupSummaryList"
_PACKAGES = "ListModelPackages.ModelPackageSummaryList"
_JOBS = "ListTrainingJobs.TrainingJobSummaries"

_PAGE = {"MaxResults": 100}
_NEWEST_FIRST = {**_PAGE, "SortBy": "CreationTime", "SortOrder": "Descending"}
_NEWEST = 500

TABLE: Final = Service(
    name="sagemaker",
    scope="regional",
    rows=(
        Row(operation="ListModels", given=(_PAGE,), lists={"Models": "ModelName"}),
        Row(operation="DescribeModel", each=(_MODELS,), params={"ModelName": "ModelName"}),
        Row(
            operation="ListEndpointConfigs",
            given=(_PAGE,),
            lists={"EndpointConfigs": "EndpointConfigName"},
            effect="understated",
        ),
        Row(
            operation="DescribeEndpointConfig",
            each=(_CONFIGS,),
            params={"EndpointConfigName": "EndpointConfigName"},
            effect="understated",
        ),
        Row(operation="ListEndpoints", given=(_PAGE,), lists={"Endpoints": "EndpointName"}),
        Row(operation="DescribeEndpoint", each=(_ENDPOINTS,), params={"EndpointName": "EndpointName"}),
        Row(
            operation="GetEndpointPolicy",
            each=(_ENDPOINTS,),
            params={"EndpointName": "EndpointName"},
            policies=("ResourcePolicy",),
            # "If the endpoint doesn't have a policy, you get a ValidationException":
            # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_GetEndpointPolicy.html (read
            # 2026-11)
            none=("ValidationException",),
            newer=True,
            effect="understated",
        ),
        Row(
            operation="ListModelPackageGroups",
            given=(_PAGE,),
            lists={"ModelPackageGroupSummaryList": "ModelPackageGroupName"},
        ),
        Row(
            operation="DescribeModelPackageGroup",
            each=(_GROUPS,),
            params={"ModelPackageGroupName": "ModelPackageGroupName"},
        ),
        Row(
            operation="GetModelPackageGroupPolicy",
            each=(_GROUPS,),
            params={"ModelPackageGroupName": "ModelPackageGroupName"},
            policies=("ResourcePolicy",),
            none=("ValidationException:Cannot find",),  # observed; the API Reference lists no error
        ),
        Row(
            operation="ListModelPackages",
            given=({**_NEWEST_FIRST, "ModelPackageType": "Both"},),
            lists={"ModelPackageSummaryList": "ModelPackageArn"},
            limit=_NEWEST,
            effect="understated",
        ),
        Row(
            operation="DescribeModelPackage",
            each=(_PACKAGES,),
            params={"ModelPackageName": "ModelPackageArn"},
            effect="understated",
        ),
        Row(
            operation="ListNotebookInstances",
            given=(_PAGE,),
            lists={"NotebookInstances": "NotebookInstanceName"},
            effect="understated",
        ),
        Row(
            operation="DescribeNotebookInstance",
            each=("ListNotebookInstances.NotebookInstances",),
            params={"NotebookInstanceName": "NotebookInstanceName"},
            effect="understated",
        ),
        Row(
            operation="ListTrainingJobs",
            given=(_NEWEST_FIRST,),
            lists={"TrainingJobSummaries": "TrainingJobName"},
            limit=_NEWEST,
            effect="understated",
        ),
        Row(
            operation="DescribeTrainingJob",
            each=(_JOBS,),
            params={"TrainingJobName": "TrainingJobName"},
            effect="understated",
        ),
    ),
)
