"""Which answers have the shape that is relied on: one of another shape counts as unread.

Emulators, proxies and edited snapshots answer with anything. One check here keeps every reader simple, and
turns a malformed answer into a gap instead of an error or, worse, an empty list. Fields that are not listed
may be anything; policies are checked where they are parsed. A reader that takes a field for granted adds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.providers.aws import answers, compute_answers, front_answers, sign_on_answers, trail_answers
from scanner.providers.aws.network import answers as networks
from scanner.providers.aws.network import served
from scanner.providers.aws.stores import answers as places
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
    shape = SHAPES.get((document.id.service, document.id.field))
    if shape is None or document.id.provider != "aws":
        return None
    if document.body is None and "." not in document.id.field:
        return None  # the provider said that there is none
    try:
        msgspec.convert(document.body, shape, dec_hook=networks.read_block)
    except msgspec.ValidationError as error:
        return Gap(document.id, "unparseable", f"not as documented: {error}")
    return None


_DETAILS = "GetAccountAuthorizationDetails"
SHAPES: Final[dict[tuple[str, str], Any]] = {
    ("organizations", "DescribeOrganization"): answers.Described,
    ("organizations", "ListAccounts.Accounts"): answers.WithId,
    ("organizations", "ListParents.Parents"): answers.WithId,
    ("organizations", "ListPolicies.Policies"): answers.Summary,
    ("organizations", "DescribePolicy"): answers.DescribedControl,
    ("organizations", "ListTargetsForPolicy.Targets"): answers.Target,
    ("iam", f"{_DETAILS}.UserDetailList"): answers.User,
    ("iam", f"{_DETAILS}.RoleDetailList"): answers.Role,
    ("iam", f"{_DETAILS}.GroupDetailList"): answers.Group,
    ("iam", f"{_DETAILS}.Policies"): answers.Managed,
    ("iam", "GetPolicyVersion"): answers.PolicyVersion,
    ("s3", "ListBuckets.Buckets"): answers.Named,
    ("s3", "GetBucketLocation"): answers.Location,
    ("s3", "GetBucketPolicy"): answers.WithPolicy,
    ("s3", "GetBucketAcl"): answers.Acl,
    ("s3", "GetBucketOwnershipControls"): answers.OwnershipControls,
    ("s3", "GetPublicAccessBlock"): answers.Block,
    ("s3", "GetBucketEncryption"): answers.Encryption,
    ("s3", "GetBucketTagging"): answers.Tags,
    ("s3", "ListObjectsV2"): answers.Sample,
    ("s3control", "GetPublicAccessBlock"): answers.Block,
    ("s3control", "ListAccessPoints.AccessPointList"): answers.AccessPoint,
    ("s3control", "ListMultiRegionAccessPoints.AccessPoints"): answers.MultiRegion,
    ("ec2", "DescribeLaunchTemplateVersions"): answers.Template,
    ("ssm", "DescribeInstanceInformation.InstanceInformationList"): dict[str, Any],
    ("lambda", "ListEventSourceMappings.EventSourceMappings"): answers.Mapping,
    ("cloudformation", "DescribeStackSet"): answers.DescribedStackSet,
    ("cloudformation", "ListStackInstances"): answers.Instances,
    ("kms", "DescribeKey"): answers.Key,
    ("kms", "GetKeyPolicy"): answers.WithPolicy,
    ("kms", "ListGrants.Grants"): answers.KmsGrant,
    ("kms", "ListAliases.Aliases"): answers.Alias,
    ("sagemaker", "DescribeModel"): answers.Model,
    ("sagemaker", "DescribeEndpointConfig"): answers.EndpointConfig,
    ("sagemaker", "ListEndpoints.Endpoints"): answers.Endpoint,
    ("sagemaker", "DescribeEndpoint"): answers.Endpoint,
    ("sagemaker", "GetEndpointPolicy"): answers.WithResourcePolicy,
    ("sagemaker", "ListModelPackageGroups.ModelPackageGroupSummaryList"): answers.PackageGroup,
    ("sagemaker", "DescribeModelPackageGroup"): answers.PackageGroup,
    ("sagemaker", "GetModelPackageGroupPolicy"): answers.WithResourcePolicy,
    ("bedrock", "ListCustomModels.modelSummaries"): answers.BedrockModel,
    ("bedrock", "GetCustomModel"): answers.BedrockModel,
    ("bedrock", "ListImportedModels.modelSummaries"): answers.BedrockModel,
    ("bedrock", "GetImportedModel"): answers.BedrockModel,
    ("bedrock", "GetResourcePolicy"): answers.BedrockPolicy,
    **networks.SHAPES,
    **served.SHAPES,
    **compute_answers.SHAPES,
    **front_answers.SHAPES,
    **trail_answers.SHAPES,
    **places.SHAPES,
    **sign_on_answers.SHAPES,
}
"""By service and field, what `sifted` holds an answer to."""
