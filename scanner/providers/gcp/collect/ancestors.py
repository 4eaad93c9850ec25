"""Resource Manager: folders and the organization above what is read, which the inventory of it leaves out.

Their allow policies are inherited, and the organization's own name is the mail domain of its people. Both
become documents of the inventory's form, ``ListAssets.RESOURCE`` and ``ListAssets.IAM_POLICY``.
Source: Resource Manager REST reference, "v3.organizations" and "v3.folders"
(https://cloud.google.com/resource-manager/reference/rest, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.gcp.collect.found import FOLDER, ORGANIZATION
from scanner.providers.gcp.collect.placing import place
from scanner.providers.gcp.collect.table import Question, Row, Service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.providers.gcp.collect.found import Found
    from scanner.providers.gcp.collect.table import Body, Kept

_MANAGER: Final = "//cloudresourcemanager.googleapis.com/"


def _above(kind: str, content: str) -> Callable[[Found], Iterator[Question]]:
    def each(found: Found) -> Iterator[Question]:
        for name in found.above():
            if name.startswith(kind):
                yield Question(
                    scope=name,
                    field=f"ListAssets.{content}",
                    key=f"{_MANAGER}{name}",
                    params={"name": name},
                )

    return each


def _resource(found: Found, question: Question, body: Body) -> Iterator[Kept]:
    resource = {"data": body, "resourceUrl": f"https:{question.key.replace('.com/', '.com/v3/', 1)}"}
    yield place(found, {**_asset(question), "resource": resource}, "ListAssets.RESOURCE")


def _policy(found: Found, question: Question, body: Body) -> Iterator[Kept]:
    yield place(found, {**_asset(question), "iamPolicy": body}, "ListAssets.IAM_POLICY")


def _asset(question: Question) -> dict[str, Body]:
    kind = FOLDER if question.scope.startswith("folders/") else ORGANIZATION
    return {"name": question.key, "assetType": kind, "ancestors": [question.scope]}


TABLE: Final = Service(
    name="cloudresourcemanager",
    host="cloudresourcemanager.googleapis.com",
    rows=(
        Row(
            operation="GetOrganization",
            each=_above("organizations/", "RESOURCE"),
            path="/v3/{+name}",
            keep=_resource,
            effect="understated",
            permissions=("resourcemanager.organizations.get",),
        ),
        Row(
            operation="GetFolder",
            each=_above("folders/", "RESOURCE"),
            path="/v3/{+name}",
            keep=_resource,
            effect="understated",
            permissions=("resourcemanager.folders.get",),
        ),
        Row(
            operation="GetIamPolicy",
            each=_above("", "IAM_POLICY"),
            path="/v3/{+name}:getIamPolicy",
            post={"options": {"requestedPolicyVersion": 3}},
            keep=_policy,
            effect="understated",
            permissions=(
                "resourcemanager.folders.getIamPolicy",
                "resourcemanager.organizations.getIamPolicy",
            ),
        ),
    ),
)
