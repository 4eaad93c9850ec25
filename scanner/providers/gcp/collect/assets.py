"""Cloud Asset Inventory: every resource, allow policy, organization policy and perimeter, in a few passes.

| document | key | body |
|---|---|---|
| ``ListAssets.RESOURCE`` | full resource name | the asset with ``resource`` |
| ``ListAssets.IAM_POLICY`` | full resource name | the asset with ``iamPolicy`` |
| ``ListAssets.ORG_POLICY`` | full resource name | the asset with ``orgPolicy`` |
| ``ListAssets.ACCESS_POLICY`` | full resource name | ``accessPolicy``/``accessLevel``/``servicePerimeter`` |
| ``ListAssets`` | the content type | ``readTime``; the list was read to its end |

Bodies are assets in the form of an export, keys in camelCase. What the inventory lacks other tables read from
its own service and keep in the same form; ``resource.resourceUrl`` then says where it was read.
Source: Cloud Asset Inventory, "ListAssets" and "Asset"
(https://cloud.google.com/asset-inventory/docs/reference/rest/v1/assets/list, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.gcp.collect.found import FOLDER, ORGANIZATION, PROJECT
from scanner.providers.gcp.collect.placing import place
from scanner.providers.gcp.collect.table import Question, Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.collect.found import Found
    from scanner.providers.gcp.collect.table import Body, Effect, Kept

_PAGE: Final = 1_000
_EFFECTS: Final[dict[str, Effect]] = {
    "RESOURCE": "understated",
    "IAM_POLICY": "understated",
    "ORG_POLICY": "overstated",
    "ACCESS_POLICY": "overstated",
}
"""What it does to findings when a pass fails: policies of the last two only take away."""


def _containers(found: Found) -> Iterator[Question]:
    """Projects and folders first: documents of all others lie in scopes that bear a project's id."""
    yield _question(found, "RESOURCE", [ORGANIZATION, FOLDER, PROJECT])


def _everything(found: Found) -> Iterator[Question]:
    yield from (_question(found, content, []) for content in _EFFECTS)


def _question(found: Found, content: str, types: list[str]) -> Question:
    params = {"parent": found.parent, "content_type": content, "page_size": _PAGE}
    return Question(
        scope=found.scope(found.parent),
        field=f"ListAssets.{content}",
        ended=("ListAssets", content),
        params={**params, "asset_types": types} if types else params,
        effect=_EFFECTS[content],
    )


def _keep(found: Found, question: Question, asset: Body) -> Iterator[Kept]:
    yield place(found, asset, question.field)


TABLE: Final = Service(
    name="cloudasset",
    client="google.cloud.asset_v1:AssetServiceClient",
    per_minute=100,
    rows=(
        Row(operation="ListAssets", each=_containers, items="assets", keep=_keep),
        Row(
            operation="ListAssets",
            each=_everything,
            items="assets",
            keep=_keep,
            permissions=(
                "cloudasset.assets.listAccessPolicy",
                "cloudasset.assets.listIamPolicy",
                "cloudasset.assets.listOrgPolicy",
                "cloudasset.assets.listResource",
            ),
        ),
    ),
)
