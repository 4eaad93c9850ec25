"""IAM v3: principal access boundaries, what they are bound to, and access policies.

| document | key | body |
|---|---|---|
| ``ListPrincipalAccessBoundaryPolicies.…`` | policy name | ``details`` with the rules |
| ``ListPolicyBindings.policyBindings`` | binding name | ``target``, ``policy``, ``condition`` |
| ``ListAccessPolicies.accessPolicies`` | policy name | with ``details`` |
| the operations alone | container | the list was read to its end |

Source: IAM REST reference, "v3" (https://cloud.google.com/iam/docs/reference/rest/v3, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.gcp.collect.table import Question, Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.collect.found import Found


def _organizations(found: Found) -> Iterator[Question]:
    yield from (_question(found, name) for name in found.organizations())


def _containers(found: Found) -> Iterator[Question]:
    yield from (_question(found, name) for name in found.containers())


def _question(found: Found, container: str) -> Question:
    params = {"parent": f"{container}/locations/global", "page_size": 1_000}
    return Question(scope=found.scope(container), key=container, params=params)


TABLE: Final = Service(
    name="iam",
    client="google.cloud.iam_v3:PrincipalAccessBoundaryPoliciesClient",
    rows=(
        Row(
            operation="ListPrincipalAccessBoundaryPolicies",
            each=_organizations,
            items="principalAccessBoundaryPolicies",
            effect="overstated",
            permissions=("iam.principalaccessboundarypolicies.list",),
        ),
    ),
)
BINDINGS_TABLE: Final = Service(
    name="iam",
    client="google.cloud.iam_v3:PolicyBindingsClient",
    rows=(
        Row(
            operation="ListPolicyBindings",
            each=_containers,
            items="policyBindings",
            effect="overstated",
            permissions=("iam.policybindings.list",),
        ),
    ),
)
ACCESS_TABLE: Final = Service(
    name="iam",
    client="google.cloud.iam_v3:AccessPoliciesClient",
    rows=(
        Row(
            operation="ListAccessPolicies",
            each=_containers,
            items="accessPolicies",
            permissions=("iam.accesspolicies.list",),
        ),
    ),
)
