"""What the readers of these places rely on in answers, by type; see `scanner.providers.aws.shapes`."""

from __future__ import annotations

from typing import Any, Final, Required, TypedDict


class _Tag(TypedDict):
    Key: str
    Value: str


class _Vpc(TypedDict, total=False):
    VpcId: str


class _Grantee(TypedDict):
    GranteeType: str
    GranteeIdentifier: str


class _AccessGrant(TypedDict, total=False):
    Grantee: Required[_Grantee]
    GrantScope: Required[str]
    Permission: Required[str]
    AccessGrantsLocationId: str


class _Location(TypedDict, total=False):
    LocationScope: str
    IAMRoleArn: str


class _Status(TypedDict, total=False):
    Status: str


class _Selection(TypedDict, total=False):
    SseKmsEncryptedObjects: _Status | None


class _And(TypedDict, total=False):
    Prefix: str


class _Filter(TypedDict, total=False):
    Prefix: str
    And: _And | None


class _Destination(TypedDict, total=False):
    Bucket: Required[str]
    Account: str


class _Rule(TypedDict, total=False):
    Status: str
    Prefix: str
    Filter: _Filter | None
    SourceSelectionCriteria: _Selection | None
    Destination: Required[_Destination]


class _Rules(TypedDict):
    Role: str
    Rules: list[_Rule]


class _Replication(TypedDict):
    ReplicationConfiguration: _Rules


class _Registry(TypedDict, total=False):
    registryId: str


class _RepositoryFilter(TypedDict):
    filter: str


class _RegistryRule(TypedDict, total=False):
    destinations: list[_Registry]
    repositoryFilters: list[_RepositoryFilter] | None


class _RegistryRules(TypedDict, total=False):
    rules: list[_RegistryRule]


class _DescribedRegistry(TypedDict, total=False):
    replicationConfiguration: _RegistryRules | None


class _Repository(TypedDict, total=False):
    repositoryName: Required[str]
    imageTagMutability: str


class _ImageDetail(TypedDict, total=False):
    imageSizeInBytes: int


class _ImageDetails(TypedDict):
    imageDetails: list[_ImageDetail]


class _AssociatedKey(TypedDict):
    KmsKeyId: str


class _Snapshot(TypedDict, total=False):
    Encrypted: bool
    KmsKeyId: str | None
    AssociatedKmsKeys: list[_AssociatedKey] | None
    Tags: list[_Tag] | None


class _Share(TypedDict, total=False):
    UserId: str
    Group: str
    OrganizationArn: str
    OrganizationalUnitArn: str


class _CreateVolume(TypedDict, total=False):
    CreateVolumePermissions: list[_Share]


class _Launch(TypedDict, total=False):
    LaunchPermissions: list[_Share]


class _Image(TypedDict, total=False):
    Name: str | None
    BlockDeviceMappings: list[dict[str, Any]] | None
    Tags: list[_Tag] | None


class _SharedResource(TypedDict):
    arn: str
    resourceShareArn: str


class _SharedResources(TypedDict):
    resources: list[_SharedResource]


class _SharedPrincipal(TypedDict):
    id: str
    resourceShareArn: str


class _SharedPrincipals(TypedDict):
    principals: list[_SharedPrincipal]


class _ResourceShare(TypedDict, total=False):
    status: str


class _FileSystem(TypedDict, total=False):
    FileSystemId: Required[str]
    Name: str | None
    Tags: list[_Tag] | None


class _Mounted(TypedDict, total=False):
    NetworkInterfaceIds: list[str] | None
    Tags: list[_Tag] | None


class _Machines(TypedDict, total=False):
    ExecutionRole: str


class _Cluster(TypedDict, total=False):
    InstanceGroups: list[_Machines] | None


SHAPES: Final[dict[tuple[str, str], Any]] = {
    ("s3control", "ListAccessGrants.AccessGrantsList"): _AccessGrant,
    ("s3control", "ListAccessGrantsLocations.AccessGrantsLocationsList"): _Location,
    ("s3", "GetBucketReplication"): _Replication,
    ("ecr", "DescribeRegistry"): _DescribedRegistry,
    ("ecr", "DescribeRepositories.repositories"): _Repository,
    ("ecr", "DescribeImages"): _ImageDetails,
    ("ec2", "DescribeSnapshots.Snapshots"): _Snapshot,
    ("ec2", "DescribeSnapshotAttribute"): _CreateVolume,
    ("ec2", "DescribeImages.Images"): _Image,
    ("ec2", "DescribeImageAttribute"): _Launch,
    ("ram", "ListResources"): _SharedResources,
    ("ram", "ListPrincipals"): _SharedPrincipals,
    ("ram", "GetResourceShares.resourceShares"): _ResourceShare,
    ("efs", "DescribeFileSystems.FileSystems"): _FileSystem,
    ("efs", "DescribeMountTargets.MountTargets"): _Vpc,
    ("fsx", "DescribeFileSystems.FileSystems"): _Mounted,
    ("ecr-public", "DescribeRepositories.repositories"): dict[str, Any],
    ("sagemaker", "DescribeCluster"): _Cluster,
}
