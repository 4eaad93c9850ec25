"""An organization with three accounts, written into moto through the real API.

``100000000001`` is the management account and the one that scans, ``100000000002`` keeps the models,
``100000000003`` is a sandbox. Each has the role ``sidedoor-scan``. The vendor is ``200000000001``.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any, Protocol

SCANNER, MODELS, SANDBOX = "100000000001", "100000000002", "100000000003"
ACCOUNTS = (SCANNER, MODELS, SANDBOX)
VENDOR = "200000000001"
REGION, OTHER_REGION = "us-east-1", "eu-west-1"
SCAN_ROLE = "sidedoor-scan"
SECRET = "hf_notARealTokenJustAnExample"  # must never appear in a snapshot
WEIGHTS = "ourlab-weights"

SAML_METADATA = (
    """<?xml version="1.0"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.ourlab.example/saml">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing"><X509Data>MIICERTIFICATE</X509Data></KeyDescriptor>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
      Location="https://idp.ourlab.example/sso"/>
  </IDPSSODescriptor>
</EntityDescriptor>
"""
    + "<!-- padding: the API demands 1,000 characters -->" * 12
)


class Clients(Protocol):
    """Returns a boto3 client of a service in a region, with credentials of an account."""

    def __call__(self, service: str, region: str, account: str) -> Any:  # noqa: ANN401 - made at run time
        """Return the client."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """Ids that the provider chose."""

    key_arn: str
    policies: dict[str, str]
    unit: str
    package_arn: str
    oidc_arn: str
    saml_arn: str


def allow(action: str | list[str], resource: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    """Return a policy of one statement."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def trust(principal: dict[str, str], **more: Any) -> str:  # noqa: ANN401 - raw JSON
    """Return a trust policy."""
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def seed(clients: Clients) -> Seeded:
    """Write the estate; single-threaded, because moto is not safe at the first touch of an account."""
    policies, unit = _organization(clients("organizations", REGION, SCANNER))
    for account in ACCOUNTS:
        clients("iam", REGION, account).create_role(
            RoleName=SCAN_ROLE,
            AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{SCANNER}:root"}),
        )
    oidc_arn, saml_arn = _identities(clients("iam", REGION, MODELS))
    key_arn = _key(clients("kms", REGION, MODELS))
    _buckets(clients("s3", REGION, MODELS), key_arn)
    clients("s3", OTHER_REGION, SANDBOX).create_bucket(
        Bucket="ourlab-sandbox", CreateBucketConfiguration={"LocationConstraint": OTHER_REGION}
    )
    package_arn = _sagemaker(clients("sagemaker", REGION, MODELS))
    _function(clients("lambda", REGION, MODELS))
    for region in (REGION, OTHER_REGION):
        for account in ACCOUNTS:
            for service in ("kms", "sagemaker", "bedrock", "lambda", "s3"):
                _touch(clients(service, region, account), service)
    return Seeded(key_arn, policies, unit, package_arn, oidc_arn, saml_arn)


def _organization(organizations: Any) -> tuple[dict[str, str], str]:  # noqa: ANN401 - a client
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=root, Name="workloads")["OrganizationalUnit"][
        "Id"
    ]
    inner = organizations.create_organizational_unit(ParentId=unit, Name="models")["OrganizationalUnit"]["Id"]
    for name, parent in (("models", inner), ("sandbox", unit)):
        organizations.create_account(Email=f"{name}@ourlab.example", AccountName=name)
        accounts = {a["Name"]: a["Id"] for a in organizations.list_accounts()["Accounts"]}
        organizations.move_account(AccountId=accounts[name], SourceParentId=root, DestinationParentId=parent)
    policies: dict[str, str] = {}
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        organizations.enable_policy_type(RootId=root, PolicyType=kind)
        deny = {
            "Sid": "KeepOut",
            "Effect": "Deny",
            "Action": "s3:*",
            "Resource": "arn:aws:s3:::ourlab-attic/*",
        }
        if kind == "RESOURCE_CONTROL_POLICY":
            deny["Principal"] = "*"
        policy = organizations.create_policy(
            Name=kind.lower(),
            Description="attic",
            Type=kind,
            Content=json.dumps({"Version": "2012-10-17", "Statement": [deny]}),
        )["Policy"]["PolicySummary"]["Id"]
        organizations.attach_policy(PolicyId=policy, TargetId=unit)
        policies[kind] = policy
    return policies, unit


def _identities(iam: Any) -> tuple[str, str]:  # noqa: ANN401 - a client
    boundary = iam.create_policy(
        PolicyName="boundary", PolicyDocument=json.dumps(allow(["s3:*", "kms:*"], "*"))
    )["Policy"]["Arn"]
    managed = iam.create_policy(
        PolicyName="invoke",
        PolicyDocument=json.dumps(
            allow("sagemaker:InvokeEndpoint", f"arn:aws:sagemaker:*:{MODELS}:endpoint/*")
        ),
    )["Policy"]["Arn"]
    iam.create_role(
        RoleName="labelworks-ingest",
        AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{VENDOR}:root"}),
        PermissionsBoundary=boundary,
    )
    iam.put_role_policy(
        RoleName="labelworks-ingest",
        PolicyName="read",
        PolicyDocument=json.dumps(allow(["s3:GetObject", "kms:Decrypt"], "*")),
    )
    iam.create_role(
        RoleName="scoped-vendor",
        Path="/vendors/",
        AssumeRolePolicyDocument=trust(
            {"AWS": f"arn:aws:iam::{VENDOR}:role/ingest"},
            Condition={"StringEquals": {"sts:ExternalId": "an-agreed-id"}},
        ),
    )
    iam.attach_role_policy(RoleName="scoped-vendor", PolicyArn=managed)
    iam.create_role(
        RoleName="trainer", AssumeRolePolicyDocument=trust({"Service": "sagemaker.amazonaws.com"})
    )
    iam.create_instance_profile(InstanceProfileName="vllm")
    iam.add_role_to_instance_profile(InstanceProfileName="vllm", RoleName="trainer")
    iam.create_group(GroupName="researchers")
    iam.put_group_policy(
        GroupName="researchers", PolicyName="read", PolicyDocument=json.dumps(allow("s3:GetObject", "*"))
    )
    iam.create_user(UserName="ada")
    iam.add_user_to_group(GroupName="researchers", UserName="ada")
    oidc = iam.create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com",
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=["0" * 40],
    )["OpenIDConnectProviderArn"]
    saml = iam.create_saml_provider(Name="okta", SAMLMetadataDocument=SAML_METADATA)["SAMLProviderArn"]
    return str(oidc), str(saml)


def _key(kms: Any) -> str:  # noqa: ANN401 - a client
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Owner",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{MODELS}:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }
    arn = kms.create_key(Policy=json.dumps(policy), Description="weights")["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/weights", TargetKeyId=arn)
    kms.create_grant(KeyId=arn, GranteePrincipal=f"arn:aws:iam::{VENDOR}:role/ingest", Operations=["Decrypt"])
    return str(arn)


def _buckets(s3: Any, key_arn: str) -> None:  # noqa: ANN401 - a client
    s3.create_bucket(Bucket=WEIGHTS)
    s3.put_bucket_policy(
        Bucket=WEIGHTS,
        Policy=json.dumps(
            allow(
                "s3:GetObject", f"arn:aws:s3:::{WEIGHTS}/*", Principal={"AWS": f"arn:aws:iam::{VENDOR}:root"}
            )
        ),
    )
    block = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    s3.put_public_access_block(Bucket=WEIGHTS, PublicAccessBlockConfiguration=block)
    s3.put_bucket_ownership_controls(
        Bucket=WEIGHTS, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key_arn}
    s3.put_bucket_encryption(
        Bucket=WEIGHTS,
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": default}]},
    )
    s3.put_bucket_tagging(
        Bucket=WEIGHTS, Tagging={"TagSet": [{"Key": "data-class", "Value": "model-weights"}]}
    )
    for name in ("frontier/model-00001-of-00002.safetensors", "frontier/config.json", "readme.txt"):
        s3.put_object(Bucket=WEIGHTS, Key=name, Body=b"x")
    s3.create_bucket(Bucket="ourlab-plain")


def _sagemaker(sagemaker: Any) -> str:  # noqa: ANN401 - a client
    role = f"arn:aws:iam::{MODELS}:role/trainer"
    sagemaker.create_model(
        ModelName="frontier",
        ExecutionRoleArn=role,
        PrimaryContainer={
            "Image": f"{MODELS}.dkr.ecr.{REGION}.amazonaws.com/vllm:1",
            "ModelDataUrl": f"s3://{WEIGHTS}/frontier/",
            "Environment": {"HF_TOKEN": SECRET},
        },
    )
    variant = {
        "VariantName": "main",
        "ModelName": "frontier",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
        "InitialVariantWeight": 1.0,
    }
    sagemaker.create_endpoint_config(EndpointConfigName="frontier-1", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="frontier", EndpointConfigName="frontier-1")
    sagemaker.create_model_package_group(ModelPackageGroupName="frontier-models")
    package = sagemaker.create_model_package(
        ModelPackageGroupName="frontier-models",
        InferenceSpecification={
            "Containers": [{"Image": "vllm:1", "ModelDataUrl": f"s3://{WEIGHTS}/frontier/model.tar.gz"}],
            "SupportedContentTypes": ["application/json"],
            "SupportedResponseMIMETypes": ["application/json"],
        },
    )["ModelPackageArn"]
    sagemaker.create_training_job(
        TrainingJobName="pretrain-7",
        HyperParameters={"wandb_key": SECRET},
        AlgorithmSpecification={"TrainingImage": "train:1", "TrainingInputMode": "File"},
        RoleArn=role,
        OutputDataConfig={"S3OutputPath": f"s3://{WEIGHTS}/runs/"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )
    return str(package)


def _function(functions: Any) -> None:  # noqa: ANN401 - a client
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("main.py", "")
    functions.create_function(
        FunctionName="proxy",
        Runtime="python3.11",
        Role=f"arn:aws:iam::{MODELS}:role/trainer",
        Handler="main.run",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"API_KEY": SECRET, "BLOB": base64.b64encode(SECRET.encode()).decode()}},
    )


def _touch(client: Any, service: str) -> None:  # noqa: ANN401 - a client
    """Make moto create its state of an account and region while only one thread asks."""
    match service:
        case "kms":
            client.list_keys()
        case "sagemaker":
            client.list_models()
        case "bedrock":
            client.list_custom_models()
        case "lambda":
            client.list_functions()
        case "s3":
            client.list_buckets()
