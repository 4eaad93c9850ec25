"""The policy templates of SAM: what each allows on the resource that it is given.

Source: AWS SAM Developer Guide, "AWS SAM policy templates", Policy template list
(https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html,
read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from scanner.iac.aws import Home
    from scanner.iac.written import Node


class _Allowed(NamedTuple):
    """Actions on resources, whose ARNs are made of the account and of the template's parameters."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: tuple[tuple[str, str], ...] = ()


def _arn(service: str, resource: str) -> str:
    return f"arn:{{partition}}:{service}:{{region}}:{{account}}:{resource}"


_OBJECTS: Final = "arn:{partition}:s3:::{BucketName}/*"
_BUCKET: Final = ("arn:{partition}:s3:::{BucketName}", _OBJECTS)
_KEY: Final = (_arn("kms", "key/{KeyId}"),)
_READ: Final = ("s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation", "s3:GetObjectVersion")
_LIFECYCLE: Final = ("s3:GetLifecycleConfiguration", "s3:PutLifecycleConfiguration")
_DATA_KEYS: Final = tuple(
    f"kms:GenerateDataKey{form}" for form in ("", "WithoutPlaintext", "Pair", "PairWithoutPlaintext")
)
_PARAMETERS: Final = ("ssm:GetParameters", "ssm:GetParameter", "ssm:GetParametersByPath")
_STATES: Final = (_arn("states", "stateMachine:{StateMachineName}"),)
_TEMPLATES: Final[dict[str, tuple[_Allowed, ...]]] = {
    "AWSSecretsManagerGetSecretValuePolicy": (
        _Allowed(("secretsmanager:GetSecretValue",), ("{SecretArn}",)),
    ),
    "EFSWriteAccessPolicy": (
        _Allowed(
            ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"),
            (_arn("elasticfilesystem", "file-system/{FileSystem}"),),
            (
                (
                    "elasticfilesystem:AccessPointArn",
                    _arn("elasticfilesystem", "access-point/{AccessPoint}"),
                ),
            ),
        ),
    ),
    "EcsRunTaskPolicy": (_Allowed(("ecs:RunTask",), (_arn("ecs", "task-definition/{TaskDefinition}"),)),),
    "KMSDecryptPolicy": (_Allowed(("kms:Decrypt",), _KEY),),
    "KMSEncryptPolicy": (_Allowed(("kms:Encrypt",), _KEY),),
    "KMSEncryptPolicy_v2": (_Allowed(("kms:Encrypt", *_DATA_KEYS), _KEY),),
    "LambdaInvokePolicy": (
        _Allowed(("lambda:InvokeFunction",), (_arn("lambda", "function:{FunctionName}*"),)),
    ),
    "S3CrudPolicy": (
        _Allowed((*_READ, "s3:PutObject", "s3:PutObjectAcl", *_LIFECYCLE, "s3:DeleteObject"), _BUCKET),
    ),
    "S3FullAccessPolicy": (
        _Allowed(
            (
                *("s3:GetObject", "s3:GetObjectAcl", "s3:GetObjectVersion", "s3:PutObject"),
                *("s3:PutObjectAcl", "s3:DeleteObject", "s3:PutObjectTagging", "s3:GetObjectTagging"),
                *("s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"),
                *("s3:GetObjectVersionTagging", "s3:PutObjectVersionTagging"),
            ),
            (_OBJECTS,),
        ),
        _Allowed(("s3:ListBucket", "s3:GetBucketLocation", *_LIFECYCLE), _BUCKET[:1]),
    ),
    "S3ReadPolicy": (_Allowed((*_READ, "s3:GetLifecycleConfiguration"), _BUCKET),),
    "S3WritePolicy": (
        _Allowed(("s3:PutObject", "s3:PutObjectAcl", "s3:PutLifecycleConfiguration"), _BUCKET),
    ),
    "SSMParameterReadPolicy": (_Allowed(_PARAMETERS, (_arn("ssm", "parameter/{ParameterName}"),)),),
    "SSMParameterWithSlashPrefixReadPolicy": (
        _Allowed(_PARAMETERS, (_arn("ssm", "parameter{ParameterName}"),)),
    ),
    "SageMakerCreateEndpointConfigPolicy": (
        _Allowed(
            ("sagemaker:CreateEndpointConfig",), (_arn("sagemaker", "endpoint-config/{EndpointConfigName}"),)
        ),
    ),
    "SageMakerCreateEndpointPolicy": (
        _Allowed(("sagemaker:CreateEndpoint",), (_arn("sagemaker", "endpoint/{EndpointName}"),)),
    ),
    "StepFunctionsExecutionPolicy": (_Allowed(("states:StartExecution",), _STATES),),
    "StepFunctionsExecutionPolicy_v2": (
        _Allowed(("states:StartExecution", "states:StartSyncExecution"), _STATES),
    ),
}
_APART: Final = frozenset(
    {
        *("AMIDescribePolicy", "AcmGetCertificatePolicy", "AthenaQueryPolicy", "EC2CopyImagePolicy"),
        *("AWSSecretsManagerRotationPolicy", "CloudFormationDescribeStacksPolicy", "EC2DescribePolicy"),
        *("CloudWatchDashboardPolicy", "CloudWatchDescribeAlarmHistoryPolicy", "CloudWatchPutMetricPolicy"),
        *("CodeCommitCrudPolicy", "CodeCommitReadPolicy", "CodePipelineLambdaExecutionPolicy"),
        *("CodePipelineReadOnlyPolicy", "ComprehendBasicAccessPolicy", "CostExplorerReadOnlyPolicy"),
        *("DynamoDBBackupFullAccessPolicy", "DynamoDBCrudPolicy", "DynamoDBReadPolicy"),
        *("DynamoDBReconfigurePolicy", "DynamoDBRestoreFromBackupPolicy", "DynamoDBStreamReadPolicy"),
        *("DynamoDBWritePolicy", "EKSDescribePolicy", "ElasticsearchHttpPostPolicy"),
        *("EventBridgePutEventsPolicy", "FilterLogEventsPolicy", "FirehoseCrudPolicy"),
        *("FirehoseWritePolicy", "KinesisCrudPolicy", "KinesisStreamReadPolicy"),
        *("MobileAnalyticsWriteOnlyAccessPolicy", "OrganizationsListAccountsPolicy"),
        *("PinpointEndpointAccessPolicy", "PollyFullAccessPolicy", "RekognitionDetectOnlyPolicy"),
        *("RekognitionFacesManagementPolicy", "RekognitionFacesPolicy", "RekognitionLabelsPolicy"),
        *("RekognitionNoDataAccessPolicy", "RekognitionReadPolicy", "RekognitionWriteOnlyAccessPolicy"),
        *("Route53ChangeResourceRecordSetsPolicy", "SESBulkTemplatedCrudPolicy"),
        *("SESBulkTemplatedCrudPolicy_v2", "SESCrudPolicy", "SESEmailTemplateCrudPolicy"),
        *("SESSendBouncePolicy", "SNSCrudPolicy", "SNSPublishMessagePolicy", "SQSPollerPolicy"),
        *("SQSSendMessagePolicy", "ServerlessRepoReadWriteAccessPolicy", "StepFunctionsCallbackPolicy"),
        *("TextractDetectAnalyzePolicy", "TextractGetResultPolicy", "TextractPolicy", "VPCAccessPolicy"),
    }
)
"""Templates that allow nothing on models, their keys, or what runs as a role."""


def statements(template: str, given: Node, home: Home) -> list[dict[str, Any]] | None:
    """Return the statements of a template; none for one that is apart, None for one that is not known."""
    allowed = _TEMPLATES.get(template)
    if allowed is None:
        return [] if template in _APART else None
    fields: dict[str, str | Unresolved] = {**home._asdict()}
    for name, node in given.value.items() if isinstance(given.value, dict) else ():
        open_ = Unresolved.read(node.plain())
        fields[name] = open_ if open_ is not None else str(node.value)
    made = []
    for part in allowed:
        resources = [_filled(form, fields) for form in part.resources]
        statement: dict[str, Any] = {"Effect": "Allow", "Action": list(part.actions), "Resource": resources}
        if part.condition:
            tests = {key: _filled(form, fields) for key, form in part.condition}
            statement["Condition"] = {"StringEquals": tests}
        made.append(statement)
    return made


def _filled(form: str, fields: dict[str, str | Unresolved]) -> Any:  # noqa: ANN401 - a text, or what stands for one
    """Return an ARN; one of whose parts cannot be told is open, with a glob of what it can be."""
    names = [name.partition("}")[0] for name in form.split("{")[1:]]
    told = {name: fields.get(name, Unresolved(f"the parameter {name}")) for name in names}
    words = {name: value if isinstance(value, str) else value.like for name, value in told.items()}
    text = form.format(**words)
    open_ = [value for value in told.values() if isinstance(value, Unresolved)]
    return Unresolved(open_[0].expression, text).body if open_ else text
