"""The parts of AWS's answers that are relied on, by type, in the words of its API references.

Fields that are not listed may be anything. `shapes` says which operation answers what.
"""

# ruff: noqa: D101 - each class is an answer, or a part of one, and its name says of what
from __future__ import annotations

from typing import Any, Required, TypedDict


class Tag(TypedDict):
    Key: str
    Value: str


class Attached(TypedDict):
    PolicyArn: str


class Inline(TypedDict):
    PolicyDocument: Any


class Boundary(TypedDict):
    PermissionsBoundaryArn: str


class LastUsed(TypedDict, total=False):
    LastUsedDate: str


class Profile(TypedDict, total=False):
    InstanceProfileName: str
    Name: str
    Arn: str


class Holder(TypedDict, total=False):
    Arn: Required[str]
    AttachedManagedPolicies: list[Attached] | None
    PermissionsBoundary: Boundary | None
    Tags: list[Tag] | None


class User(Holder, total=False):
    UserPolicyList: list[Inline] | None
    GroupList: list[str] | None


class Role(Holder, total=False):
    RolePolicyList: list[Inline] | None
    RoleLastUsed: LastUsed | None
    InstanceProfileList: list[Profile] | None


class Group(TypedDict, total=False):
    GroupName: Required[str]
    GroupPolicyList: list[Inline] | None
    AttachedManagedPolicies: list[Attached] | None


class Version(TypedDict, total=False):
    IsDefaultVersion: bool
    Document: Any


class Managed(TypedDict, total=False):
    PolicyVersionList: list[Version] | None


class PolicyVersion(TypedDict):
    PolicyVersion: Version


class Organization(TypedDict, total=False):
    Id: Required[str]
    MasterAccountId: str


class Described(TypedDict):
    Organization: Organization


class WithId(TypedDict):
    Id: str


class Summary(TypedDict):
    Type: str


class Control(TypedDict):
    PolicySummary: Summary
    Content: Any


class DescribedControl(TypedDict):
    Policy: Control


class Target(TypedDict):
    TargetId: str


class Named(TypedDict):
    Name: str


class Location(TypedDict, total=False):
    LocationConstraint: str | None


class WithPolicy(TypedDict):
    Policy: Any


class Owner(TypedDict, total=False):
    ID: str


class Grantee(TypedDict, total=False):
    Type: str
    ID: str
    URI: str


class AclGrant(TypedDict):
    Grantee: Grantee
    Permission: str


class Acl(TypedDict, total=False):
    Owner: Owner
    Grants: list[AclGrant] | None


class Ownership(TypedDict):
    ObjectOwnership: str


class OwnershipRules(TypedDict):
    Rules: list[Ownership]


class OwnershipControls(TypedDict):
    OwnershipControls: OwnershipRules


class Block(TypedDict):
    PublicAccessBlockConfiguration: dict[str, bool]


class DefaultKey(TypedDict, total=False):
    SSEAlgorithm: Required[str]
    KMSMasterKeyID: str | None


class EncryptionRule(TypedDict, total=False):
    ApplyServerSideEncryptionByDefault: DefaultKey | None


class EncryptionRules(TypedDict):
    Rules: list[EncryptionRule]


class Encryption(TypedDict):
    ServerSideEncryptionConfiguration: EncryptionRules


class Tags(TypedDict):
    TagSet: list[Tag]


class Object(TypedDict):
    Key: str


class Sample(TypedDict, total=False):
    Contents: list[Object] | None


class Metadata(TypedDict, total=False):
    Arn: Required[str]
    KeyManager: str


class Key(TypedDict):
    KeyMetadata: Metadata


class Constraints(TypedDict, total=False):
    EncryptionContextEquals: dict[str, str] | None
    EncryptionContextSubset: dict[str, str] | None


class KmsGrant(TypedDict, total=False):
    GranteePrincipal: str
    Operations: list[str]
    Constraints: Constraints | None


class Alias(TypedDict, total=False):
    AliasName: Required[str]
    TargetKeyId: str


class Source(TypedDict, total=False):
    S3Uri: Required[str]
    S3DataType: str


class DataSource(TypedDict, total=False):
    S3DataSource: Source | None


class Container(TypedDict, total=False):
    ModelDataUrl: str | None
    ModelDataSource: DataSource | None
    AdditionalModelDataSources: list[DataSource] | None


class Model(TypedDict, total=False):
    ModelName: Required[str]
    PrimaryContainer: Container | None
    Containers: list[Container] | None


class Variant(TypedDict, total=False):
    ModelName: str


class CaptureOption(TypedDict, total=False):
    CaptureMode: str


class DataCapture(TypedDict, total=False):
    EnableCapture: bool | None
    InitialSamplingPercentage: int
    DestinationS3Uri: str
    CaptureOptions: list[CaptureOption] | None


class EndpointConfig(TypedDict, total=False):
    EndpointConfigName: Required[str]
    ProductionVariants: list[Variant] | None
    DataCaptureConfig: DataCapture | None


class Endpoint(TypedDict, total=False):
    EndpointArn: Required[str]
    EndpointName: Required[str]
    EndpointConfigName: str
    Tags: list[Tag] | None


class PackageGroup(TypedDict):
    ModelPackageGroupArn: str
    ModelPackageGroupName: str


class WithResourcePolicy(TypedDict):
    ResourcePolicy: Any


class TemplateData(TypedDict, total=False):
    IamInstanceProfile: Profile | None


class TemplateVersion(TypedDict, total=False):
    LaunchTemplateData: TemplateData | None


class Template(TypedDict, total=False):
    LaunchTemplateVersions: list[TemplateVersion] | None


class StackSet(TypedDict, total=False):
    AdministrationRoleARN: str | None


class DescribedStackSet(TypedDict):
    StackSet: StackSet


class Instances(TypedDict, total=False):
    Summaries: list[dict[str, Any]] | None


class AccessPoint(TypedDict):
    Bucket: str


class MultiRegion(TypedDict, total=False):
    Alias: str
    Regions: list[AccessPoint] | None


class Mapping(TypedDict, total=False):
    FunctionArn: str


class BedrockModel(TypedDict, total=False):
    modelArn: Required[str]
    modelName: str


class BedrockPolicy(TypedDict):
    resourcePolicy: Any
