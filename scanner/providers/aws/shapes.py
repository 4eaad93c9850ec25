"""The parts of provider answers that are relied on, by type: an answer of another shape counts as unread.

Emulators, proxies and edited snapshots answer with anything. One check here keeps every reader simple, and
turns a malformed answer into a gap instead of an error or, worse, an empty list. Fields that are not listed
may be anything; policies are checked where they are parsed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Required, TypedDict

import msgspec

from scanner.snapshot import Gap, Snapshot

if TYPE_CHECKING:
    from scanner.snapshot import Document


def sifted(snapshot: Snapshot) -> tuple[Snapshot, tuple[Gap, ...]]:
    """Return the snapshot without documents of another shape than relied on, and a gap for each of them."""
    gaps = tuple(gap for document in snapshot if (gap := _misshapen(document)) is not None)
    if not gaps:
        return snapshot, ()
    bad = {gap.id for gap in gaps}
    kept = Snapshot(
        (document for document in snapshot if document.id not in bad),
        (*snapshot.gaps, *gaps),
        target=snapshot.target,
        collected_at=snapshot.collected_at,
        asked=snapshot.asked,
        digest=snapshot.digest,
    )
    return kept, gaps


def _misshapen(document: Document) -> Gap | None:
    shape = _SHAPES.get((document.id.service, document.id.field))
    if shape is None or document.id.provider != "aws":
        return None
    if document.body is None and "." not in document.id.field:
        return None  # the provider said that there is none
    try:
        msgspec.convert(document.body, shape)
    except msgspec.ValidationError as error:
        return Gap(document.id, "unparseable", f"not as documented: {error}")
    return None


class _Tag(TypedDict):
    Key: str
    Value: str


class _Attached(TypedDict):
    PolicyArn: str


class _Inline(TypedDict):
    PolicyDocument: Any


class _Boundary(TypedDict):
    PermissionsBoundaryArn: str


class _LastUsed(TypedDict, total=False):
    LastUsedDate: str


class _Holder(TypedDict, total=False):
    Arn: Required[str]
    AttachedManagedPolicies: list[_Attached] | None
    PermissionsBoundary: _Boundary | None
    Tags: list[_Tag] | None


class _User(_Holder, total=False):
    UserPolicyList: list[_Inline] | None
    GroupList: list[str] | None


class _Role(_Holder, total=False):
    RolePolicyList: list[_Inline] | None
    RoleLastUsed: _LastUsed | None
    InstanceProfileList: list[Any] | None


class _Group(TypedDict, total=False):
    GroupName: Required[str]
    GroupPolicyList: list[_Inline] | None
    AttachedManagedPolicies: list[_Attached] | None


class _Version(TypedDict, total=False):
    IsDefaultVersion: bool
    Document: Any


class _Managed(TypedDict, total=False):
    PolicyVersionList: list[_Version] | None


class _PolicyVersion(TypedDict):
    PolicyVersion: _Version


class _Organization(TypedDict, total=False):
    Id: Required[str]
    MasterAccountId: str


class _Described(TypedDict):
    Organization: _Organization


class _WithId(TypedDict):
    Id: str


class _Summary(TypedDict):
    Type: str


class _Control(TypedDict):
    PolicySummary: _Summary
    Content: Any


class _DescribedControl(TypedDict):
    Policy: _Control


class _Target(TypedDict):
    TargetId: str


class _Named(TypedDict):
    Name: str


class _Location(TypedDict, total=False):
    LocationConstraint: str | None


class _WithPolicy(TypedDict):
    Policy: Any


class _Owner(TypedDict, total=False):
    ID: str


class _Grantee(TypedDict, total=False):
    Type: str
    ID: str
    URI: str


class _AclGrant(TypedDict):
    Grantee: _Grantee
    Permission: str


class _Acl(TypedDict, total=False):
    Owner: _Owner
    Grants: list[_AclGrant] | None


class _Ownership(TypedDict):
    ObjectOwnership: str


class _OwnershipRules(TypedDict):
    Rules: list[_Ownership]


class _OwnershipControls(TypedDict):
    OwnershipControls: _OwnershipRules


class _Block(TypedDict):
    PublicAccessBlockConfiguration: dict[str, bool]


class _DefaultKey(TypedDict, total=False):
    SSEAlgorithm: Required[str]
    KMSMasterKeyID: str | None


class _EncryptionRule(TypedDict, total=False):
    ApplyServerSideEncryptionByDefault: _DefaultKey | None


class _EncryptionRules(TypedDict):
    Rules: list[_EncryptionRule]


class _Encryption(TypedDict):
    ServerSideEncryptionConfiguration: _EncryptionRules


class _Tags(TypedDict):
    TagSet: list[_Tag]


class _Object(TypedDict):
    Key: str


class _Sample(TypedDict, total=False):
    Contents: list[_Object] | None


class _Metadata(TypedDict, total=False):
    Arn: Required[str]
    KeyManager: str


class _Key(TypedDict):
    KeyMetadata: _Metadata


class _Constraints(TypedDict, total=False):
    EncryptionContextEquals: dict[str, str] | None
    EncryptionContextSubset: dict[str, str] | None


class _KmsGrant(TypedDict, total=False):
    GranteePrincipal: str
    Operations: list[str]
    Constraints: _Constraints | None


class _Alias(TypedDict, total=False):
    AliasName: Required[str]
    TargetKeyId: str


class _Source(TypedDict, total=False):
    S3Uri: Required[str]
    S3DataType: str


class _DataSource(TypedDict, total=False):
    S3DataSource: _Source | None


class _Container(TypedDict, total=False):
    ModelDataUrl: str | None
    ModelDataSource: _DataSource | None
    AdditionalModelDataSources: list[_DataSource] | None


class _Model(TypedDict, total=False):
    ModelName: Required[str]
    PrimaryContainer: _Container | None
    Containers: list[_Container] | None


class _Variant(TypedDict, total=False):
    ModelName: str


class _EndpointConfig(TypedDict, total=False):
    EndpointConfigName: Required[str]
    ProductionVariants: list[_Variant] | None


class _Endpoint(TypedDict, total=False):
    EndpointArn: Required[str]
    EndpointName: Required[str]
    EndpointConfigName: str
    Tags: list[_Tag] | None


class _PackageGroup(TypedDict):
    ModelPackageGroupArn: str
    ModelPackageGroupName: str


class _WithResourcePolicy(TypedDict):
    ResourcePolicy: Any


class _BedrockModel(TypedDict, total=False):
    modelArn: Required[str]
    modelName: str


class _BedrockPolicy(TypedDict):
    resourcePolicy: Any


_DETAILS = "GetAccountAuthorizationDetails"
_SHAPES: Final[dict[tuple[str, str], Any]] = {
    ("organizations", "DescribeOrganization"): _Described,
    ("organizations", "ListAccounts.Accounts"): _WithId,
    ("organizations", "ListParents.Parents"): _WithId,
    ("organizations", "ListPolicies.Policies"): _Summary,
    ("organizations", "DescribePolicy"): _DescribedControl,
    ("organizations", "ListTargetsForPolicy.Targets"): _Target,
    ("iam", f"{_DETAILS}.UserDetailList"): _User,
    ("iam", f"{_DETAILS}.RoleDetailList"): _Role,
    ("iam", f"{_DETAILS}.GroupDetailList"): _Group,
    ("iam", f"{_DETAILS}.Policies"): _Managed,
    ("iam", "GetPolicyVersion"): _PolicyVersion,
    ("s3", "ListBuckets.Buckets"): _Named,
    ("s3", "GetBucketLocation"): _Location,
    ("s3", "GetBucketPolicy"): _WithPolicy,
    ("s3", "GetBucketAcl"): _Acl,
    ("s3", "GetBucketOwnershipControls"): _OwnershipControls,
    ("s3", "GetPublicAccessBlock"): _Block,
    ("s3", "GetBucketEncryption"): _Encryption,
    ("s3", "GetBucketTagging"): _Tags,
    ("s3", "ListObjectsV2"): _Sample,
    ("s3control", "GetPublicAccessBlock"): _Block,
    ("kms", "DescribeKey"): _Key,
    ("kms", "GetKeyPolicy"): _WithPolicy,
    ("kms", "ListGrants.Grants"): _KmsGrant,
    ("kms", "ListAliases.Aliases"): _Alias,
    ("sagemaker", "DescribeModel"): _Model,
    ("sagemaker", "DescribeEndpointConfig"): _EndpointConfig,
    ("sagemaker", "ListEndpoints.Endpoints"): _Endpoint,
    ("sagemaker", "DescribeEndpoint"): _Endpoint,
    ("sagemaker", "GetEndpointPolicy"): _WithResourcePolicy,
    ("sagemaker", "ListModelPackageGroups.ModelPackageGroupSummaryList"): _PackageGroup,
    ("sagemaker", "DescribeModelPackageGroup"): _PackageGroup,
    ("sagemaker", "GetModelPackageGroupPolicy"): _WithResourcePolicy,
    ("bedrock", "ListCustomModels.modelSummaries"): _BedrockModel,
    ("bedrock", "GetCustomModel"): _BedrockModel,
    ("bedrock", "ListImportedModels.modelSummaries"): _BedrockModel,
    ("bedrock", "GetImportedModel"): _BedrockModel,
    ("bedrock", "GetResourcePolicy"): _BedrockPolicy,
}
