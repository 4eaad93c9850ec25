"""Custom and imported models, where they came from, and who else may use them.

| document | key | body |
|---|---|---|
| ``ListCustomModels.modelSummaries``, ``GetCustomModel`` | ARN | ``outputDataConfig``, ``modelKmsKeyArn`` |
| ``ListImportedModels.modelSummaries``, ``GetImportedModel`` | ARN | ``modelDataSource.s3DataSource.s3Uri`` |
| ``ListModelImportJobs.modelImportJobSummaries`` | ARN | |
| ``GetModelImportJob`` | ARN | ``roleArn``, ``modelDataSource`` |
| ``ListProvisionedModelThroughputs.provisionedModelSummaries`` | ARN | ``modelArn`` |
| ``ListCustomModelDeployments.modelDeploymentSummaries`` | ARN | ``modelArn``; newer SDKs |
| ``ListInferenceProfiles.inferenceProfileSummaries`` | ARN | those of our own applications |
| ``GetResourcePolicy`` | ARN of a model | ``resourcePolicy`` as JSON; no body: no policy |
| ``GetModelInvocationLoggingConfiguration`` | - | ``loggingConfig``; without it: nothing is logged |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

_CUSTOM = "ListCustomModels.modelSummaries"
_IMPORTED = "ListImportedModels.modelSummaries"
_JOBS = "ListModelImportJobs.modelImportJobSummaries"
_PAGE = {"maxResults": 100}

TABLE: Final = Service(
    name="bedrock",
    scope="regional",
    rows=(
        Row(operation="ListCustomModels", given=(_PAGE,), lists={"modelSummaries": "modelArn"}),
        Row(operation="GetCustomModel", each=(_CUSTOM,), params={"modelIdentifier": "modelArn"}),
        Row(operation="ListImportedModels", given=(_PAGE,), lists={"modelSummaries": "modelArn"}),
        Row(operation="GetImportedModel", each=(_IMPORTED,), params={"modelIdentifier": "modelArn"}),
        Row(
            operation="ListModelImportJobs",
            given=(_PAGE,),
            lists={"modelImportJobSummaries": "jobArn"},
            effect="understated",
        ),
        Row(
            operation="GetModelImportJob",
            each=(_JOBS,),
            params={"jobIdentifier": "jobArn"},
            effect="understated",
        ),
        Row(
            operation="ListProvisionedModelThroughputs",
            given=(_PAGE,),
            lists={"provisionedModelSummaries": "provisionedModelArn"},
            effect="understated",
        ),
        Row(
            operation="ListCustomModelDeployments",
            given=(_PAGE,),
            lists={"modelDeploymentSummaries": "customModelDeploymentArn"},
            newer=True,
            effect="understated",
        ),
        Row(
            operation="ListInferenceProfiles",
            given=({"typeEquals": "APPLICATION", **_PAGE},),
            lists={"inferenceProfileSummaries": "inferenceProfileArn"},
            effect="understated",
        ),
        Row(
            operation="GetResourcePolicy",
            each=(_CUSTOM, _IMPORTED),
            params={"resourceArn": "modelArn"},
            policies=("resourcePolicy",),
            none=("ResourceNotFoundException",),
            newer=True,
            effect="understated",
        ),
        Row(operation="GetModelInvocationLoggingConfiguration", effect="understated"),
    ),
)
