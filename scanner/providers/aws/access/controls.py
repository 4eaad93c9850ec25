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

RCP_SERVICES: Final = {
    "s3": "2024-11-13",
    "sts": "2024-11-13",
    "kms": "2024-11-13",
    "sqs": "2024-11-13",
    "secretsmanager": "2024-11-13",
    "ecr": "2025-06-17",
    "aoss": "2025-06-17",
    "cognito-idp": "2025-10-01",
    "cognito-identity": "2025-10-01",
    "logs": "2025-11-01",
    "dynamodb": "2025-11-01",
}
"""Action prefixes of the services whose resources RCPs reach, with the day from which we count them."""

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
