"""Privileged Access Manager: which roles whom may request, where the inventory lacks it.

Entitlements become documents ``ListAssets.RESOURCE``. They are asked for where some policy names the
manager's service agent, to which whoever sets it up grants a role. Source: Privileged Access Manager REST
reference, "projects.locations.entitlements" (https://cloud.google.com/iam/docs/reference/pam/rest, read
2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.gcp.collect.bodies import section
from scanner.providers.gcp.collect.placing import place_resource
from scanner.providers.gcp.collect.table import Kept, Question, Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.collect.found import Found
    from scanner.providers.gcp.collect.table import Body

_MANAGER: Final = "privilegedaccessmanager.googleapis.com"
_ENTITLEMENT: Final = f"{_MANAGER}/Entitlement"
_AGENT: Final = "@gcp-sa-pam.iam.gserviceaccount.com"


def _managed(found: Found) -> Iterator[Question]:
    in_use = any(_AGENT in member for member in found.members) or found.projects_using(_MANAGER)
    for container in found.containers() if in_use and _ENTITLEMENT not in found.listed else ():
        yield Question(scope=found.scope(container), key=container, params={"name": container})


def _keep_entitlement(found: Found, question: Question, body: Body) -> Iterator[Kept]:
    name = str(section(body).get("name"))
    url, full = f"https://{_MANAGER}/v1/{name}", f"//{_MANAGER}/{name}"
    yield place_resource(found, body, url, name=full, type_=_ENTITLEMENT, above=[question.key])


TABLE: Final = Service(
    name="privilegedaccessmanager",
    host=_MANAGER,
    rows=(
        Row(
            operation="ListEntitlements",
            each=_managed,
            path="/v1/{+name}/locations/global/entitlements",
            items="entitlements",
            keep=_keep_entitlement,
            effect="understated",
            permissions=("privilegedaccessmanager.entitlements.list",),
        ),
    ),
)
