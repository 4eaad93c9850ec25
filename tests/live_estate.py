"""The incident in a live organization: a vendor's way to the weights, beside scoped vendors.

Written into moto through the real API. ``100000000010`` is the management account and the one that scans,
``100000000002`` keeps the data pipeline, ``100000000001`` the models. Each has the role ``sidedoor-scan``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from collections.abc import Iterator

MANAGEMENT, DATA, MODELS = "100000000010", "100000000002", "100000000001"
LABELWORKS, EVALHOUSE = "200000000001", "200000000002"
REGION = "us-east-1"
SCAN_ROLE = "sidedoor-scan"
WEIGHTS, DROPBOX = "ourlab-frontier-weights", "ourlab-labelling-dropbox"

# A process of its own: moto's state is global, and other tests have an estate in theirs.
_SERVE = f"""
import os
import sys
from unittest import mock
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
import moto.organizations.utils
from moto.server import ThreadedMotoServer
ids = iter({[MANAGEMENT, DATA, MODELS]!r})
moto.organizations.utils.make_random_account_id = lambda: next(ids)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("http://%s:%s" % server.get_host_and_port(), flush=True)
sys.stdin.read()
server.stop()
"""


@dataclass(frozen=True)
class Live:
    """A running server that holds the estate. `key` is the ARN of the weights' key."""

    url: str
    key: str
    control: str

    def client(self, service: str, account: str) -> Any:  # noqa: ANN401 - made at run time
        """Return a client with credentials of the scan role in an account."""
        return _client(self.url, service, credentials(self.url, account))


def serving() -> Iterator[Live]:
    """Yield the estate."""
    with subprocess.Popen(
        [sys.executable, "-c", _SERVE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        url = server.stdout.readline().strip()
        try:
            yield _seeded(url)
        finally:
            server.terminate()


def credentials(url: str, account: str) -> dict[str, str]:
    """Return the environment in which the SDK acts in an account, and knows nothing of this machine."""
    own = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    got = _client(url, "sts", own).assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/{SCAN_ROLE}", RoleSessionName="seed"
    )["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": got["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": got["SecretAccessKey"],
        "AWS_SESSION_TOKEN": got["SessionToken"],
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _client(url: str, service: str, own: dict[str, str]) -> Any:  # noqa: ANN401 - made at run time
    made: Any = boto3.client  # the stubs have an overload a service
    return made(
        service,
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id=own["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=own["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=own.get("AWS_SESSION_TOKEN"),
    )


def _seeded(url: str) -> Live:
    live = Live(url, "", "")
    control = _organization(live.client("organizations", MANAGEMENT))
    for account in (MANAGEMENT, DATA, MODELS):
        scanned = _trust({"AWS": f"arn:aws:iam::{MANAGEMENT}:root"})
        live.client("iam", account).create_role(RoleName=SCAN_ROLE, AssumeRolePolicyDocument=scanned)
    key = _weights(live)
    _data_roles(live.client("iam", DATA))
    _model_roles(live.client("iam", MODELS), key)
    _endpoints(live.client("sagemaker", MODELS))
    for account in (MANAGEMENT, DATA, MODELS):  # moto is not safe at the first touch of an account
        live.client("kms", account).list_keys()
        live.client("sagemaker", account).list_models()
        live.client("bedrock", account).list_custom_models()
        live.client("lambda", account).list_functions()
        live.client("s3", account).list_buckets()
    return Live(url, key, control)


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _allow(action: str | list[str], resource: str | list[str], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def _trust(principal: dict[str, str], external_id: str | None = None) -> str:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    if external_id:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": external_id}}
    return _policy(statement)


def _organization(organizations: Any) -> str:  # noqa: ANN401 - a client
    """Create the accounts; a control policy on the models' account keeps everybody from writing weights."""
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    unit = organizations.create_organizational_unit(ParentId=root, Name="models")["OrganizationalUnit"]["Id"]
    for name in ("data", "models"):
        organizations.create_account(Email=f"{name}@ourlab.example", AccountName=name)
    organizations.move_account(AccountId=MODELS, SourceParentId=root, DestinationParentId=unit)
    deny = {
        "Sid": "Frozen",
        "Effect": "Deny",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{WEIGHTS}/*",
    }
    frozen = organizations.create_policy(
        Name="frozen", Description="weights", Type="SERVICE_CONTROL_POLICY", Content=_policy(deny)
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=frozen, TargetId=unit)
    return str(frozen)


def _weights(live: Live) -> str:
    kms, s3 = live.client("kms", MODELS), live.client("s3", MODELS)
    own = {"Sid": "OwnAccount", "Principal": {"AWS": f"arn:aws:iam::{MODELS}:root"}}
    key = kms.create_key(Policy=_policy(_allow("kms:*", "*", **own)))["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/weights", TargetKeyId=key)
    s3.create_bucket(Bucket=WEIGHTS)
    s3.put_object(Bucket=WEIGHTS, Key="atlas-5/model-00001-of-00042.safetensors", Body=b"x")
    on = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=WEIGHTS, PublicAccessBlockConfiguration=dict.fromkeys(on, True))
    s3.put_bucket_ownership_controls(
        Bucket=WEIGHTS, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    s3.put_bucket_policy(
        Bucket=WEIGHTS,
        Policy=_policy(
            {
                "Sid": "TlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": f"arn:aws:s3:::{WEIGHTS}/*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ),
    )
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/weights"}
    s3.put_bucket_encryption(
        Bucket=WEIGHTS,
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": default}]},
    )
    return str(key)


def _role(iam: Any, name: str, trust: str, policy: str, **more: str) -> None:  # noqa: ANN401 - a client
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **more)
    iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=policy)


def _data_roles(iam: Any) -> None:  # noqa: ANN401 - a client
    vendor = {"AWS": f"arn:aws:iam::{LABELWORKS}:root"}
    hub = f"arn:aws:iam::{MODELS}:role/training-hub"
    upload = _allow("s3:PutObject", f"arn:aws:s3:::{DROPBOX}/*")
    _role(iam, "ingest", _trust(vendor), _policy(upload, _allow("sts:AssumeRole", hub)))
    # as wide as a role can be, but its boundary ends at the drop box
    boundary = iam.create_policy(PolicyName="drop-box-only", PolicyDocument=_policy(upload))["Policy"]["Arn"]
    _role(iam, "bulk-upload", _trust(vendor), _policy(_allow("*", "*")), PermissionsBoundary=boundary)


def _model_roles(iam: Any, key: str) -> None:  # noqa: ANN401 - a client
    endpoint = f"arn:aws:sagemaker:{REGION}:{MODELS}:endpoint"
    objects = f"arn:aws:s3:::{WEIGHTS}/*"
    _role(
        iam,
        "training-hub",
        _trust({"AWS": f"arn:aws:iam::{DATA}:role/ingest"}),
        _policy(
            _allow("s3:GetObject", objects, Sid="Checkpoints"),
            _allow("kms:Decrypt", key),
            _allow("sagemaker:InvokeEndpoint", f"{endpoint}/*"),
        ),
    )
    # one more role that only the boundary of bulk-upload keeps from a vendor
    _role(
        iam,
        "spare-hub",
        _trust({"AWS": f"arn:aws:iam::{DATA}:role/bulk-upload"}),
        _policy(_allow("sagemaker:UpdateEndpoint", f"{endpoint}/*")),
    )
    _role(
        iam,
        "evaluator",
        _trust({"AWS": f"arn:aws:iam::{EVALHOUSE}:root"}, "evalhouse-7f2c"),
        _policy(
            _allow("sagemaker:InvokeEndpoint", f"{endpoint}/sandbox-*"),
            _allow("s3:PutObject", objects),  # what only the organization's control policy keeps from them
            _allow("kms:GenerateDataKey", key),
        ),
    )


def _endpoints(sagemaker: Any) -> None:  # noqa: ANN401 - a client
    sagemaker.create_model(
        ModelName="atlas-5",
        ExecutionRoleArn=f"arn:aws:iam::{MODELS}:role/serving",
        PrimaryContainer={"Image": "serving:1", "ModelDataUrl": f"s3://{WEIGHTS}/atlas-5/model.tar.gz"},
    )
    variant = {
        "VariantName": "all",
        "ModelName": "atlas-5",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
        "InitialVariantWeight": 1.0,
    }
    sagemaker.create_endpoint_config(EndpointConfigName="atlas-5", ProductionVariants=[variant])
    for name in ("atlas-5-preview", "sandbox-atlas-5"):
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName="atlas-5")
