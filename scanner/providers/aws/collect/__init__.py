"""Reads AWS accounts into a snapshot, with read-only calls of the official SDK.

One module a service holds a table of its calls, and says above it which documents they make: field, key and
body. For all:

* The `scope` of a document is the account; its `region` is empty for services without regions (sts,
  organizations, iam, s3 and the account's own ``s3control:GetPublicAccessBlock``).
* A list answer makes one document an item, ``OPERATION.FIELD/KEY``. A key ``A/B`` is B of what A was asked
  for. What is left of the answer is the document ``OPERATION``: where it exists the list was read to its end,
  where there is a gap it was not.
* A document whose body is None says that there is none. A gap without a key stands for every key of its
  operation.
* Times are ISO 8601 in UTC, bytes base64, policies JSON objects; a policy that does not parse stays a text
  and has a gap.
* A new service is a module with a ``TABLE`` and a line in `TABLES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.providers.aws.collect import (
    agentcore,
    apigateway,
    apprunner,
    appsync,
    backup,
    bedrock,
    bedrock_agent,
    cloudformation,
    cloudfront,
    cloudtrail,
    clusters,
    codebuild,
    cognito,
    datasync,
    directconnect,
    disks,
    ec2,
    ecr,
    ecr_public,
    ecs,
    efs,
    eks,
    elb,
    elbv2,
    fsx,
    gateways,
    globalaccelerator,
    glue,
    iam,
    identitystore,
    kms,
    lambda_,
    lattice,
    launch_templates,
    organizations,
    ram,
    rolesanywhere,
    s3,
    s3control,
    sagemaker,
    ssm,
    sso,
    sts,
    studio,
    training,
    vpc,
)
from scanner.providers.aws.collect.collection import Collection
from scanner.providers.aws.collect.permissions import policies_of
from scanner.providers.aws.collect.target import AwsTarget

if TYPE_CHECKING:
    from scanner.providers.aws.collect.table import Service
    from scanner.providers.base import Progress
    from scanner.snapshot import SnapshotWriter

__all__ = ["TABLES", "AwsTarget", "collect", "permissions"]

TABLES: Final[tuple[Service, ...]] = (
    sts.TABLE,
    ec2.TABLE,
    organizations.TABLE,
    iam.TABLE,
    s3.TABLE,
    s3.DIRECTORY_TABLE,
    s3control.ACCOUNT_TABLE,
    s3control.TABLE,
    kms.TABLE,
    sagemaker.TABLE,
    bedrock.TABLE,
    lambda_.TABLE,
    vpc.TABLE,
    gateways.TABLE,
    lattice.TABLE,
    directconnect.TABLE,
    elbv2.TABLE,
    elb.TABLE,
    ecs.TABLE,
    ecr.TABLE,
    apprunner.TABLE,
    cloudformation.TABLE,
    codebuild.TABLE,
    glue.TABLE,
    ssm.TABLE,
    launch_templates.TABLE,
    agentcore.TABLE,
    eks.TABLE,
    cognito.TABLE,
    cognito.USER_POOLS,
    rolesanywhere.TABLE,
    disks.TABLE,
    studio.TABLE,
    training.TABLE,
    bedrock_agent.TABLE,
    ram.TABLE,
    efs.TABLE,
    fsx.TABLE,
    apigateway.REST_TABLE,
    apigateway.TABLE,
    cloudfront.TABLE,
    globalaccelerator.TABLE,
    appsync.TABLE,
    sso.TABLE,
    identitystore.TABLE,
    clusters.TABLE,
    ecr_public.TABLE,
    cloudtrail.TABLE,
    datasync.TABLE,
    backup.TABLE,
)


def collect(target: AwsTarget, writer: SnapshotWriter, on_progress: Progress | None = None) -> None:
    """Read what `target` names into `writer`; what cannot be read becomes a gap.

    Args:
        target: Accounts and regions.
        writer: Takes documents and gaps.
        on_progress: Told (stage, done, total), from several threads one at a time.

    Raises:
        CollectError: when nothing can be asked at all, for example without credentials.
        ConfigError: for a service that is not known.
    """
    Collection(TABLES, target, writer, on_progress or (lambda *_: None)).run()


def permissions(org_role: str | None = None) -> list[dict[str, Any]]:
    """Return the least-privilege IAM policies for a scan, as JSON; see `policies_of`."""
    return policies_of(TABLES, org_role)
