"""Microsoft Graph: how far other tenants are let in.

Fields: ``policies.crossTenantAccessPolicy.default`` and ``policies.authorizationPolicy`` without a key,
``policies.crossTenantAccessPolicy.partners`` by the partner's tenant id, its synchronisation inside.

Source: "crossTenantAccessPolicyConfigurationPartner resource type"
(https://learn.microsoft.com/graph/api/resources/crosstenantaccesspolicyconfigurationpartner, read 2026-11).
"""

from __future__ import annotations

from scanner.providers.azure.collect.directory import V1
from scanner.providers.azure.collect.table import Row, Service

TABLE = Service(
    name="policies",
    api="graph",
    rows=(
        Row(
            field="policies.crossTenantAccessPolicy.default",
            path="/policies/crossTenantAccessPolicy/default",
            version=V1,
            needs="Policy.Read.All",
            shape="object",
            key="",
        ),
        Row(
            field="policies.crossTenantAccessPolicy.partners",
            path="/policies/crossTenantAccessPolicy/partners",
            version=V1,
            query={"$expand": "identitySynchronization"},
            needs="Policy.Read.All",
            key="tenantId",
        ),
        Row(
            field="policies.authorizationPolicy",
            path="/policies/authorizationPolicy",
            version=V1,
            needs="Policy.Read.All",
            shape="object",
            key="",
        ),
    ),
)
