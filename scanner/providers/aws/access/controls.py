"""Which organisation policies apply to a request.

Service control policies: `SCP effects on permissions
<https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>`_. Resource
control policies: `RCP effects on permissions, and the list of services
<https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>`_ (read
2026-11-22). A caller of `decide` passes no levels for the management account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scanner.providers.aws.access.environment import Environment

_SUPPORTED: Final = {
    "2024-11-13": "kms s3 secretsmanager sqs sts",
    "2025-06": "aoss ecr",
    "2026-01": "cognito-identity cognito-idp logs",
    "2026-09-26": (
        "appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront "
        "cloudsearch cloudtrail-data codeartifact codebuild codecommit codepipeline comprehend "
        "comprehendmedical compute-optimizer cost-optimization-hub dax dsql dynamodb ecr-public "
        "events firehose fis fms gamelift health inspector-scan kendra kinesisvideo memorydb "
        "networkmonitor notifications opensearch pca-connector-ad personalize polly pricing "
        "resource-groups rolesanywhere servicediscovery signin support swf textract "
        "timestream-influxdb transcribe transfer translate wafv2 workspaces xray"
    ),
}
"""Action prefixes of the services whose resources RCPs reach, by day of announcement or, where none is known,
of the first reading of the list."""

RCP_SERVICES: Final = {name: day for day, names in _SUPPORTED.items() for name in names.split()}
"""The same by prefix."""

_RCP_EXEMPT: Final = frozenset({"kms:retiregrant"})
"""Actions that no RCP restricts, even with Action ``*`` (`Resource control policies in AWS KMS
<https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html>`_, read 2026-11-22)."""


def scps_apply(environment: Environment) -> bool:
    """Tell whether SCPs restrict the caller.

    Principals of accounts, root users included, but no service-linked role.
    """
    return environment.caller.has_identity_policies and not environment.caller.is_service_linked


def rcps_apply(environment: Environment) -> bool:
    """Tell whether RCPs protect the resource: whoever calls, but for service-linked roles."""
    if environment.service not in RCP_SERVICES or environment.action in _RCP_EXEMPT:
        return False
    return not environment.caller.is_service_linked
