"""The parts of answers about compute and ways in that are relied on, for `scanner.providers.aws.shapes`."""

# ruff: noqa: D101 - each class is an answer, or a part of one, and its name says of what

from __future__ import annotations

from typing import Any, Final, Required, TypedDict


class UrlConfig(TypedDict, total=False):
    AuthType: str
    CreationTime: str


class UrlConfigs(TypedDict, total=False):
    FunctionUrlConfigs: list[UrlConfig] | None


class Anchor(TypedDict, total=False):
    trustAnchorArn: Required[str]
    enabled: bool


class Profile(TypedDict, total=False):
    profileArn: Required[str]
    enabled: bool
    roleArns: list[str] | None


class Oidc(TypedDict, total=False):
    issuer: str


class Identity(TypedDict, total=False):
    oidc: Oidc


class Access(TypedDict, total=False):
    authenticationMode: str


class ClusterNetwork(TypedDict, total=False):
    vpcId: str
    endpointPublicAccess: bool
    publicAccessCidrs: list[str] | None


class Cluster(TypedDict, total=False):
    arn: Required[str]
    identity: Identity
    accessConfig: Access
    resourcesVpcConfig: ClusterNetwork


class DescribedCluster(TypedDict):
    cluster: Cluster


class Clusters(TypedDict, total=False):
    clusters: list[str] | None


class Entry(TypedDict, total=False):
    principalArn: str
    kubernetesGroups: list[str] | None
    type: str


class DescribedEntry(TypedDict):
    accessEntry: Entry


class Scope(TypedDict, total=False):
    type: str
    namespaces: list[str] | None


class AccessPolicy(TypedDict, total=False):
    policyArn: str
    accessScope: Scope


class AccessPolicies(TypedDict, total=False):
    associatedAccessPolicies: list[AccessPolicy] | None


class Association(TypedDict, total=False):
    roleArn: str
    namespace: str
    serviceAccount: str


class DescribedAssociation(TypedDict):
    association: Association


class Pool(TypedDict, total=False):
    AllowUnauthenticatedIdentities: bool
    AllowClassicFlow: bool
    CognitoIdentityProviders: list[dict[str, Any]] | None


class PoolRoles(TypedDict, total=False):
    Roles: dict[str, str] | None


class Function(TypedDict, total=False):
    FunctionArn: Required[str]
    Role: str | None


SHAPES: Final[dict[tuple[str, str], Any]] = {
    ("iam", "ListAccessKeys.AccessKeyMetadata"): dict[str, Any],
    ("lambda", "ListFunctions.Functions"): Function,
    ("lambda", "ListFunctionUrlConfigs"): UrlConfigs,
    ("rolesanywhere", "ListTrustAnchors.trustAnchors"): Anchor,
    ("rolesanywhere", "ListProfiles.profiles"): Profile,
    ("eks", "ListClusters"): Clusters,
    ("eks", "DescribeCluster"): DescribedCluster,
    ("eks", "DescribeAccessEntry"): DescribedEntry,
    ("eks", "ListAssociatedAccessPolicies"): AccessPolicies,
    ("eks", "DescribePodIdentityAssociation"): DescribedAssociation,
    ("cognito-identity", "DescribeIdentityPool"): Pool,
    ("cognito-identity", "GetIdentityPoolRoles"): PoolRoles,
}
"""By service and field."""
