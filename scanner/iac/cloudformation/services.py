"""Buckets, keys, functions and SageMaker in templates.

Source: AWS CloudFormation Template Reference, "Amazon S3", "AWS KMS", "AWS Lambda", "Amazon SageMaker AI"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html,
read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece, codebuild, cognito, functions, kms, s3, sagemaker

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.cloudformation.made import Made

_PERMISSION: Final = (
    *("Action", "Principal", "SourceArn", "SourceAccount", "PrincipalOrgID", "FunctionUrlAuthType"),
    *("EventSourceToken", "InvokedViaFunctionUrl"),
)
_ACLS: Final = {
    "PublicRead": "public-read",
    "PublicReadWrite": "public-read-write",
    "AuthenticatedRead": "authenticated-read",
}


def _bucket(made: Made) -> None:
    name = made.name
    if name is None:
        return
    s3.bucket(made.drafts, made.home, name, made.whole, tags=made.tags() or None)
    flags = made.get("PublicAccessBlockConfiguration")
    if flags is not None:
        # CloudFormation's names of the flags are the API's
        found = made.piece(flags)
        if found is not None:
            s3.public_access_block(made.drafts, made.home, name, _as_flags(found))
    rule = made.get("OwnershipControls", "Rules")
    for item in rule.below()[:1] if rule is not None else ():
        s3.ownership(made.drafts, made.home, name, made.with_lines(item.text("ObjectOwnership"), item))
    acl = made.text("AccessControl")
    if acl is not None:
        word = made.with_lines(_ACLS.get(acl, "private"), made.get("AccessControl"))
        s3.canned_acl(made.drafts, made.home, name, word)
    _encryption(made, name)
    replication = made.get("ReplicationConfiguration")
    if replication is not None:
        s3.replication(made.drafts, made.home, name, made.with_lines(replication.plain(), replication))


def _as_flags(piece: Piece) -> Piece:
    """Return flags as truth values; texts are what YAML's quotes and parameters make of them."""
    words = {"true": True, "false": False}
    flags = piece.body if isinstance(piece.body, dict) else {}
    return Piece({k: words.get(str(v).lower(), v) for k, v in flags.items()}, piece.places)


def _encryption(made: Made, name: str) -> None:
    rules = made.get("BucketEncryption", "ServerSideEncryptionConfiguration")
    for rule in rules.below()[:1] if rules is not None else ():
        default = rule.get("ServerSideEncryptionByDefault")
        if default is None:
            continue
        key = default.get("KMSMasterKeyID")
        algorithm = default.text("SSEAlgorithm")
        if not algorithm or (key is not None and not isinstance(key.value, str)):
            s3.unread_encryption(made.drafts, made.home, name)
        else:
            told = key.value if key is not None else None
            s3.encryption(made.drafts, made.home, name, algorithm, made.with_lines(told, default))


def _bucket_policy(made: Made) -> None:
    name, document = made.text("Bucket"), made.piece(made.get("PolicyDocument"))
    if name is not None and document is not None:
        s3.policy(made.drafts, made.home, name, document)


def _access_point(made: Made) -> None:
    name, bucket = made.name, made.text("Bucket")
    if name is None or bucket is None:
        return
    vpc = made.text("VpcConfiguration", "VpcId")
    network = {"VpcConfiguration": {"VpcId": vpc}} if vpc is not None else {}
    body = {"NetworkOrigin": "VPC" if network else "Internet", **network}
    document = made.piece(made.get("Policy"))
    s3.access_point(
        made.drafts, made.home, name, made.with_lines(body), bucket_name=bucket, document=document
    )


def _key(made: Made) -> None:
    kms.key(made.drafts, made.home, made.id, made.whole, made.piece(made.get("KeyPolicy")))


def _alias(made: Made) -> None:
    name, target = made.name, made.text("TargetKeyId")
    if name is not None and target is not None:
        kms.alias(made.drafts, made.home, name, made.with_lines(target.rpartition("/")[2]))


def _function(made: Made) -> None:
    name = made.name
    if name is None:
        return
    body = made.closed("Role", "PackageType", "Runtime", "Handler")
    body["Layers"] = [{"Arn": layer} for layer, _ in made.texts("Layers")]
    functions.function(made.drafts, made.home, name, made.with_lines(body))


def _permission(made: Made) -> None:
    arn = _function_arn(made, made.text("FunctionName"))
    if arn is None:
        return
    fields = {**made.fields(*_PERMISSION), "StatementId": made.resource.name}
    functions.permission(made.drafts, made.home, arn, made.with_lines(functions.statement_of(arn, fields)))


def _url(made: Made) -> None:
    arn, kind = _function_arn(made, made.text("TargetFunctionArn")), made.text("AuthType")
    if arn is not None and kind is not None:
        functions.url(made.drafts, made.home, arn, made.with_lines(kind))


def _event_source(made: Made) -> None:
    arn, source = _function_arn(made, made.text("FunctionName")), made.text("EventSourceArn")
    if arn is not None:
        body = {"FunctionArn": arn, **({"EventSourceArn": source} if source else {})}
        functions.event_source(made.drafts, made.home, made.resource.name, made.with_lines(body))


def _function_arn(made: Made, named: str | None) -> str | None:
    if named is None or named.startswith("arn:"):
        return named
    return made.home.arn("lambda", f"function:{named}")


def _sagemaker(make: Callable[[Any, Any, str, Piece], object], *keys: str) -> Callable[[Made], None]:
    def read(made: Made) -> None:
        name = made.name
        if name is not None:
            body: dict[str, Any] = made.closed(*keys)
            if tags := made.tags():
                body["Tags"] = [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
            make(made.drafts, made.home, name, _with_places(made, body, keys))

    return read


def _with_places(made: Made, body: dict[str, Any], keys: tuple[str, ...]) -> Piece:
    """Return fields with the lines of each, and the resource's for the whole."""
    places = [made.place]
    for key in keys:
        node = made.get(key)
        if node is not None:
            places += node.places(made.place.file, f"/{key}")
    return Piece(body, tuple(places))


def _endpoint(made: Made) -> None:
    name, config = made.name, made.text("EndpointConfigName")
    if name is None:
        return
    # Ref of a configuration answers its ARN, which the API takes for the name
    told = config.rpartition("/")[2] if config is not None else None
    body: dict[str, Any] = {"EndpointConfigName": told} if told else {}
    if tags := made.tags():
        body["Tags"] = [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
    sagemaker.endpoint(made.drafts, made.home, name, made.with_lines(body))


def _endpoint_config(made: Made) -> None:
    name = made.name
    if name is None:
        return
    body = made.closed("ProductionVariants", "ShadowProductionVariants", "KmsKeyId", "ExecutionRoleArn")
    for field in ("ProductionVariants", "ShadowProductionVariants"):
        for variant in body.get(field) or []:
            if isinstance(variant, dict) and isinstance(variant.get("ModelName"), str):
                variant["ModelName"] = variant["ModelName"].rpartition("/")[2]
    sagemaker.endpoint_config(made.drafts, made.home, name, made.with_lines(body))


def _package_group(made: Made) -> None:
    name, document = made.name, made.piece(made.get("ModelPackageGroupPolicy"))
    if name is None:
        return
    sagemaker.package_group(made.drafts, made.home, name, made.whole)
    if document is not None:
        sagemaker.package_group_policy(made.drafts, made.home, name, document)


def _domain(made: Made) -> None:
    body = made.fields("AuthMode", "AppNetworkAccessType", "VpcId", "SubnetIds", "DefaultUserSettings")
    sagemaker.domain(made.drafts, made.home, made.id, made.with_lines(body))


def _user_profile(made: Made) -> None:
    name, domain = made.name, made.text("DomainId")
    if name is not None and domain is not None:
        body = made.fields("UserSettings")
        sagemaker.user_profile(made.drafts, made.home, domain, name, made.with_lines(body))


def _user_pool(made: Made) -> None:
    only = made.text("AdminCreateUserConfig", "AllowAdminCreateUserOnly") == "true"
    body = {"Name": made.text("UserPoolName"), "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": only}}
    node = made.get("AdminCreateUserConfig")
    cognito.user_pool(made.drafts, made.home, made.id, made.with_lines(body, node))


def _project(made: Made) -> None:
    name, role = made.name, made.text("ServiceRole")
    if name is not None:
        batch = made.get("BuildBatchConfig")
        body: dict[str, Any] = {
            "serviceRole": role,
            **({"buildBatchConfig": {}} if batch is not None else {}),
        }
        codebuild.project(made.drafts, made.home, name, made.with_lines(body))


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "AWS::CodeBuild::Project": _project,
    "AWS::Cognito::UserPool": _user_pool,
    "AWS::KMS::Alias": _alias,
    "AWS::KMS::Key": _key,
    "AWS::Lambda::EventSourceMapping": _event_source,
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Permission": _permission,
    "AWS::Lambda::Url": _url,
    "AWS::S3::AccessPoint": _access_point,
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::SageMaker::Domain": _domain,
    "AWS::SageMaker::Endpoint": _endpoint,
    "AWS::SageMaker::EndpointConfig": _endpoint_config,
    "AWS::SageMaker::InferenceComponent": _sagemaker(
        sagemaker.inference_component, "EndpointArn", "EndpointName", "Specification"
    ),
    "AWS::SageMaker::Model": _sagemaker(
        sagemaker.model,
        "ExecutionRoleArn",
        "PrimaryContainer",
        "Containers",
        "VpcConfig",
        "EnableNetworkIsolation",
    ),
    "AWS::SageMaker::ModelPackageGroup": _package_group,
    "AWS::SageMaker::NotebookInstance": _sagemaker(
        sagemaker.notebook, "RoleArn", "DirectInternetAccess", "SubnetId", "RootAccess"
    ),
    "AWS::SageMaker::UserProfile": _user_profile,
}
