"""An organization on a moto server, read by the real SDK; and who is kept out."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
import zstandard

from scanner.providers.aws.collect import AwsTarget, collect
from scanner.snapshot import Document, DocumentId, Snapshot, SnapshotWriter
from tests.providers.aws.collect import estate_seed as estate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


ORGANIZATION = AwsTarget(
    regions=(estate.REGION, estate.OTHER_REGION), org_role=estate.SCAN_ROLE, retries=1, threads=8
)
DETAILS = "GetAccountAuthorizationDetails"


def read(target: AwsTarget, url: str, **changes: Any) -> Snapshot:  # noqa: ANN401 - fields of the target
    return written(target, url, **changes).snapshot()


def written(target: AwsTarget, url: str, **changes: Any) -> SnapshotWriter:  # noqa: ANN401 - fields of the target
    import msgspec  # noqa: PLC0415 - for this function only

    writer = SnapshotWriter(target="aws", collected_at="2026-11-22T10:00:00Z", tool_version="0")
    collect(msgspec.structs.replace(target, endpoint_url=url, **changes), writer)
    return writer


@pytest.fixture(scope="module")
def everything() -> dict[str, SnapshotWriter]:
    """Keeps the one reading of the whole organization."""
    return {}


@pytest.fixture
def writer(
    seeded: estate.Seeded, aws_credentials: None, moto_url: str, everything: dict[str, SnapshotWriter]
) -> SnapshotWriter:
    """The organization, read once."""
    if not everything:
        everything["writer"] = written(ORGANIZATION, moto_url)
    return everything["writer"]


@pytest.fixture
def organization(writer: SnapshotWriter) -> Snapshot:
    """The organization as a snapshot."""
    return writer.snapshot()


def keys(snapshot: Snapshot, service: str, field: str, scope: str | None = None) -> list[str]:
    return [d.id.key for d in snapshot.all("aws", service, field) if scope in (None, d.id.scope)]


def body(snapshot: Snapshot, scope: str, region: str, service: str, field: str, key: str = "") -> Any:  # noqa: ANN401, PLR0917
    found = snapshot.get(DocumentId("aws", scope, region, service, field, key))
    assert isinstance(found, Document), found
    return found.body


# The organization


def test_every_account_is_read_as_its_scan_role(organization: Snapshot) -> None:
    arns = {
        d.id.scope: d.body["Arn"].rsplit("/", 2)[0]
        for d in organization.all("aws", "sts", "GetCallerIdentity")
    }
    assert arns == {account: f"arn:aws:sts::{account}:assumed-role" for account in estate.ACCOUNTS}


def test_accounts_units_and_policies_of_the_organization(
    organization: Snapshot, seeded: estate.Seeded
) -> None:
    parents = dict(key.split("/") for key in keys(organization, "organizations", "ListParents.Parents"))
    chain = [estate.MODELS]
    while chain[-1] in parents:
        chain.append(parents[chain[-1]])
    assert len(chain) == 4, "account, two units, root"
    assert chain[2] == seeded.unit
    assert chain[3].startswith("r-")
    assert keys(organization, "organizations", "ListAccounts.Accounts") == list(estate.ACCOUNTS)
    targets = keys(organization, "organizations", "ListTargetsForPolicy.Targets")
    for kind, policy in seeded.policies.items():
        assert f"{policy}/{seeded.unit}" in targets
        described = body(organization, estate.SCANNER, "", "organizations", "DescribePolicy", policy)[
            "Policy"
        ]
        assert described["PolicySummary"]["Type"] == kind
        assert described["Content"]["Statement"][0]["Effect"] == "Deny"


def test_identities_with_policies_as_json(organization: Snapshot) -> None:
    roles = keys(organization, "iam", f"{DETAILS}.RoleDetailList", estate.MODELS)
    assert f"arn:aws:iam::{estate.MODELS}:role/vendors/scoped-vendor" in roles
    ingest = f"arn:aws:iam::{estate.MODELS}:role/labelworks-ingest"
    role = body(organization, estate.MODELS, "", "iam", f"{DETAILS}.RoleDetailList", ingest)
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {
        "AWS": f"arn:aws:iam::{estate.VENDOR}:root"
    }
    assert role["RolePolicyList"][0]["PolicyDocument"]["Statement"][0]["Action"] == [
        "s3:GetObject",
        "kms:Decrypt",
    ]
    user = f"arn:aws:iam::{estate.MODELS}:user/ada"
    assert body(organization, estate.MODELS, "", "iam", f"{DETAILS}.UserDetailList", user)["GroupList"] == [
        "researchers"
    ]
    managed = f"arn:aws:iam::{estate.MODELS}:policy/boundary"
    policy = body(organization, estate.MODELS, "", "iam", f"{DETAILS}.Policies", managed)
    assert policy["PolicyVersionList"][0]["Document"]["Statement"][0]["Action"] == ["s3:*", "kms:*"]


def test_identity_providers(organization: Snapshot, seeded: estate.Seeded) -> None:
    oidc = body(organization, estate.MODELS, "", "iam", "GetOpenIDConnectProvider", seeded.oidc_arn)
    assert oidc["Url"] == "token.actions.githubusercontent.com"
    saml = body(organization, estate.MODELS, "", "iam", "GetSAMLProvider", seeded.saml_arn)
    assert saml["SAMLMetadataDocument"] == {"entityID": "https://idp.ourlab.example/saml"}


BUCKETS: dict[str, tuple[str, str, Any]] = {
    "no policy": ("GetBucketPolicy", "ourlab-plain", None),
    "no policy status": ("GetBucketPolicyStatus", "ourlab-plain", None),
    "no block": ("GetPublicAccessBlock", "ourlab-plain", None),
    "no ownership": ("GetBucketOwnershipControls", "ourlab-plain", None),
    "no tags": ("GetBucketTagging", "ourlab-plain", None),
    "tags": (
        "GetBucketTagging",
        estate.WEIGHTS,
        {"TagSet": [{"Key": "data-class", "Value": "model-weights"}]},
    ),
    "ownership": (
        "GetBucketOwnershipControls",
        estate.WEIGHTS,
        {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
    ),
    "names": (
        "ListObjectsV2",
        estate.WEIGHTS,
        {
            "Name": estate.WEIGHTS,
            "KeyCount": 3,
            "IsTruncated": False,
            "Contents": [
                {"Key": "frontier/config.json", "Size": 1},
                {"Key": "frontier/model-00001-of-00002.safetensors", "Size": 1},
            ],
        },
    ),
}


@pytest.mark.parametrize(("field", "name", "expected"), BUCKETS.values(), ids=BUCKETS)
def test_buckets(field: str, name: str, expected: Any, organization: Snapshot) -> None:  # noqa: ANN401 - raw JSON
    assert body(organization, estate.MODELS, "", "s3", field, name) == expected


def test_a_bucket_policy_is_json(organization: Snapshot) -> None:
    policy = body(organization, estate.MODELS, "", "s3", "GetBucketPolicy", estate.WEIGHTS)["Policy"]
    assert policy["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{estate.VENDOR}:root"}


def test_a_bucket_of_another_region_is_read_there(organization: Snapshot) -> None:
    location = body(organization, estate.SANDBOX, "", "s3", "GetBucketLocation", "ourlab-sandbox")
    assert location == {"LocationConstraint": estate.OTHER_REGION}
    assert body(organization, estate.SANDBOX, "", "s3", "GetBucketPolicy", "ourlab-sandbox") is None


def test_keys_grants_and_aliases(organization: Snapshot, seeded: estate.Seeded) -> None:
    key = seeded.key_arn
    policy = body(organization, estate.MODELS, estate.REGION, "kms", "GetKeyPolicy", key)["Policy"]
    assert policy["Statement"][0]["Sid"] == "Owner"
    grants = organization.all("aws", "kms", "ListGrants.Grants")
    assert [d.body["GranteePrincipal"] for d in grants] == [f"arn:aws:iam::{estate.VENDOR}:role/ingest"]
    assert grants[0].id.key == f"{key}/{grants[0].body['GrantId']}"
    assert body(organization, estate.MODELS, estate.REGION, "kms", "ListGrants", key) == {}
    alias = body(organization, estate.MODELS, estate.REGION, "kms", "ListAliases.Aliases", "alias/weights")
    assert alias["TargetKeyId"] == key.rsplit("/", 1)[1]


def test_models_endpoints_and_registry(organization: Snapshot, seeded: estate.Seeded) -> None:
    def found(field: str, key: str) -> Any:  # noqa: ANN401 - raw JSON
        return body(organization, estate.MODELS, estate.REGION, "sagemaker", field, key)

    container = found("DescribeModel", "frontier")["PrimaryContainer"]
    assert container["ModelDataUrl"] == f"s3://{estate.WEIGHTS}/frontier/"
    assert container["Environment"] == {"HF_TOKEN": "(withheld)"}
    assert found("DescribeEndpoint", "frontier")["EndpointConfigName"] == "frontier-1"
    assert found("DescribeEndpointConfig", "frontier-1")["ProductionVariants"][0]["ModelName"] == "frontier"
    assert found("DescribeModelPackageGroup", "frontier-models")["ModelPackageGroupArn"]
    assert found("DescribeModelPackage", seeded.package_arn)["InferenceSpecification"]["Containers"]
    job = found("DescribeTrainingJob", "pretrain-7")
    assert job["OutputDataConfig"]["S3OutputPath"] == f"s3://{estate.WEIGHTS}/runs/"


def test_functions_run_as_roles(organization: Snapshot) -> None:
    functions = organization.all("aws", "lambda", "ListFunctions.Functions")
    assert [d.body["Role"] for d in functions] == [f"arn:aws:iam::{estate.MODELS}:role/trainer"]
    assert functions[0].body["Environment"]["Variables"] == {"API_KEY": "(withheld)", "BLOB": "(withheld)"}


def test_what_moto_lacks_is_a_gap_with_its_reason(organization: Snapshot) -> None:
    reasons = {(g.id.service, g.id.field): g.reason for g in organization.gaps}
    for newer in (
        ("sagemaker", "GetEndpointPolicy"),
        ("fsx", "DescribeS3AccessPointAttachments"),
        ("s3control", "ListAccessPointsForDirectoryBuckets"),
        ("bedrock", "ListCustomModelDeployments"),
        ("bedrock-agentcore-control", "ListAgentRuntimes"),
        ("bedrock-agentcore-control", "ListCodeInterpreters"),
        ("bedrock-agentcore-control", "ListGateways"),
        ("cloudfront", "ListVpcOrigins"),
        ("iam", "ListOrganizationsFeatures"),
        ("vpc-lattice", "ListResourceConfigurations"),
    ):
        assert reasons.pop(newer) in ("unsupported-by-sdk", "not-implemented")
    assert reasons == {
        ("apprunner", "ListServices"): "not-implemented",
        ("cloudfront", "ListCloudFrontOriginAccessIdentities"): "not-implemented",
        ("directconnect", "DescribeDirectConnectGateways"): "not-implemented",
        ("directconnect", "DescribeVirtualGateways"): "not-implemented",
        ("directconnect", "DescribeVirtualInterfaces"): "not-implemented",
        ("ec2", "DescribeClientVpnEndpoints"): "not-implemented",
        ("ec2", "DescribeInstanceConnectEndpoints"): "not-implemented",
        ("ec2", "DescribeVerifiedAccessEndpoints"): "not-implemented",
        ("globalaccelerator", "ListAccelerators"): "not-implemented",
        ("backup", "ListCopyJobs"): "not-implemented",
        ("bedrock", "ListInferenceProfiles"): "not-implemented",
        ("ecr", "DescribePullThroughCacheRules"): "not-implemented",
        ("ecr", "DescribeRepositoryCreationTemplates"): "not-implemented",
        ("fsx", "DescribeDataRepositoryAssociations"): "not-implemented",
        ("lambda", "ListFunctionUrlConfigs"): "not-implemented",
        ("sagemaker", "ListOptimizationJobs"): "not-implemented",
        ("rolesanywhere", "ListProfiles"): "not-implemented",
        ("rolesanywhere", "ListTrustAnchors"): "not-implemented",
        ("ssm", "DescribeInstanceInformation"): "not-implemented",
        ("bedrock", "ListImportedModels"): "not-implemented",
        ("bedrock", "ListModelImportJobs"): "not-implemented",
        ("bedrock", "ListProvisionedModelThroughputs"): "not-implemented",
        ("cloudtrail", "ListEventDataStores"): "not-implemented",
        ("ec2", "DescribeVpcBlockPublicAccessExclusions"): "not-implemented",
        ("ec2", "DescribeVpcBlockPublicAccessOptions"): "not-implemented",
        ("ec2", "DescribeVpcEndpointConnections"): "not-implemented",
        ("ec2", "GetSnapshotBlockPublicAccessState"): "not-implemented",
        ("ecr", "GetAccountSetting"): "not-implemented",
        ("ecr-public", "DescribeRepositories"): "not-implemented",
        ("sagemaker", "ListMlflowTrackingServers"): "not-implemented",
        ("sagemaker", "GetModelPackageGroupPolicy"): "not-implemented",
        ("sagemaker", "ListHubs"): "not-implemented",
        ("sagemaker", "ListInferenceComponents"): "not-implemented",
        ("ram", "ListPrincipals"): "not-implemented",
        ("ram", "ListResources"): "not-implemented",
        ("s3control", "GetPublicAccessBlock"): "failed",  # its host is ACCOUNT.127.0.0.1
        ("s3control", "ListAccessGrantsInstances"): "failed",
        ("s3control", "ListAccessPoints"): "failed",
        ("s3control", "ListAccessPointsForObjectLambda"): "failed",
        ("s3control", "ListMultiRegionAccessPoints"): "failed",
    }


def _content(path: Path) -> bytes:
    packed = path.read_bytes()
    return zstandard.ZstdDecompressor().stream_reader(packed).read() if path.suffix == ".zst" else packed


def test_no_secret_is_in_the_files(writer: SnapshotWriter, tmp_path: Path) -> None:
    writer.save(tmp_path / "s")
    raw = b"".join(_content(path) for path in (tmp_path / "s").rglob("*.json*"))
    assert estate.WEIGHTS.encode() in raw
    for secret in (estate.SECRET, "CERTIFICATE", "ASIA", "AKIA"):
        assert secret.encode() not in raw, secret


def test_the_saved_snapshot_is_the_one_in_memory(writer: SnapshotWriter, tmp_path: Path) -> None:
    writer.save(tmp_path / "s")
    loaded, live = Snapshot.load(tmp_path / "s"), writer.snapshot()
    assert loaded.digest == live.digest
    assert list(loaded._by_id.items()) == list(live._by_id.items())
    assert loaded.gaps == live.gaps


def test_one_thread_reads_the_same_as_many(
    organization: Snapshot, aws_credentials: None, moto_url: str
) -> None:
    alone = read(ORGANIZATION, moto_url, threads=1, accounts=(estate.SANDBOX,))
    ids = {d for d in organization._by_id if d.scope == estate.SANDBOX}
    assert {d for d in alone._by_id if d.scope == estate.SANDBOX} == ids
    assert alone.asked < organization.asked


# s3control, whose host a server on loopback cannot have


def test_account_block_and_access_points_in_process(
    seeded: estate.Seeded, credentials_of: Callable[[str], None]
) -> None:
    from moto import mock_aws  # noqa: PLC0415 - takes seconds

    credentials_of(estate.MODELS)
    mock = mock_aws(config={"core": {"mock_credentials": False}})
    mock.start(reset=False)
    try:
        import boto3  # noqa: PLC0415 - after the mock

        s3control = boto3.client("s3control", region_name=estate.REGION)
        s3control.create_access_point(AccountId=estate.MODELS, Name="door", Bucket=estate.WEIGHTS)
        name = {"AccountId": estate.MODELS, "Name": "door"}
        arn = s3control.get_access_point(**name)["AccessPointArn"]
        before = _in_process()
        policy = estate.allow("s3:GetObject", f"{arn}/object/*", Principal={"AWS": "*"})
        s3control.put_access_point_policy(**name, Policy=json.dumps(policy))
        block = {"BlockPublicAcls": True, "IgnorePublicAcls": True}
        s3control.put_public_access_block(AccountId=estate.MODELS, PublicAccessBlockConfiguration=block)
        after = _in_process()
        s3control.delete_access_point(**name)
        s3control.delete_public_access_block(AccountId=estate.MODELS)
    finally:
        mock.stop(remove_data=False)

    def found(snapshot: Snapshot, region: str, field: str, key: str = "") -> Any:  # noqa: ANN401 - raw JSON
        return body(snapshot, estate.MODELS, region, "s3control", field, key)

    assert found(before, "", "GetPublicAccessBlock") is None
    assert found(before, estate.REGION, "GetAccessPointPolicy", arn) is None
    assert (
        found(after, "", "GetPublicAccessBlock")["PublicAccessBlockConfiguration"]["IgnorePublicAcls"] is True
    )
    assert found(after, estate.REGION, "ListAccessPoints.AccessPointList", arn)["Bucket"] == estate.WEIGHTS
    assert found(after, estate.REGION, "GetAccessPoint", arn)["NetworkOrigin"] == "Internet"
    assert (
        found(after, estate.REGION, "GetAccessPointPolicy", arn)["Policy"]["Statement"][0]["Effect"]
        == "Allow"
    )


def _in_process() -> Snapshot:
    writer = SnapshotWriter(target="aws", collected_at="2026-11-22T10:00:00Z", tool_version="0")
    collect(AwsTarget(regions=(estate.REGION,), services=("s3control",), retries=1, threads=2), writer)
    return writer.snapshot()


# How


def test_progress_is_told_one_at_a_time_to_the_end(
    seeded: None, aws_credentials: None, moto_url: str
) -> None:
    told: list[tuple[str, int, int]] = []
    busy = threading.Lock()

    def on_progress(stage: str, done: int, total: int) -> None:
        assert busy.acquire(blocking=False)
        told.append((stage, done, total))
        busy.release()

    writer = SnapshotWriter(target="aws", collected_at="", tool_version="0")
    target = AwsTarget(regions=(estate.REGION,), services=("sts", "kms"), endpoint_url=moto_url, retries=1)
    collect(target, writer, on_progress)
    assert told == [("services", 0, 2), ("services", 1, 2), ("services", 2, 2)]


def test_the_tables_cost_no_sdk() -> None:
    code = "import sys, scanner.providers.aws.collect as c; c.permissions(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "scanner.providers.aws.collect.sagemaker" in done.stdout.split()
    assert not {"boto3", "botocore"} & set(done.stdout.split())
