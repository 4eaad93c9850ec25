"""IAM: the workload and workforce identity pools that policies name, where the inventory lacks them.

Pools and providers become documents ``ListAssets.RESOURCE``, as the inventory has them. Source: IAM REST
reference, "projects.locations.workloadIdentityPools.providers" and "locations.workforcePools.providers"
(https://cloud.google.com/iam/docs/reference/rest, read 2026-11-22).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from scanner.providers.gcp.collect.bodies import section
from scanner.providers.gcp.collect.placing import place_resource
from scanner.providers.gcp.collect.table import Question, Row, Service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.providers.gcp.collect.found import Found
    from scanner.providers.gcp.collect.table import Body, Keep, Kept

_POOL: Final = re.compile(
    r"principal(?:Set)?://iam\.googleapis\.com/"
    r"((?:projects/\d+/)?locations/global/(?:workloadIdentityPools|workforcePools)/[^/]+)/",
    re.IGNORECASE,
)
_OURS: Final = "iam.googleapis.com/"


def _pools(kind: str) -> Callable[[Found], Iterator[Question]]:
    def each(found: Found) -> Iterator[Question]:
        for pool in _named(found, kind):
            if f"//{_OURS}{pool}" not in found.by_type[f"{_OURS}{kind}"]:
                yield _question(found, pool)

    return each


def _without_providers(kind: str) -> Callable[[Found], Iterator[Question]]:
    def each(found: Found) -> Iterator[Question]:
        listed = found.by_type[f"{_OURS}{kind}Provider"]
        for pool in _named(found, kind):
            if not any(name.startswith(f"//{_OURS}{pool}/") for name in listed):
                yield _question(found, pool)

    return each


def _named(found: Found, kind: str) -> list[str]:
    """Return the pools that members name; Google's own (``PROJECT.svc.id.goog``) have no providers."""
    pools = {match[1] for member in found.members if (match := _POOL.match(member))}
    part = f"/{kind[0].lower()}{kind[1:]}s/"
    return sorted(pool for pool in pools if part in f"/{pool}" and not pool.endswith(".svc.id.goog"))


def _question(found: Found, pool: str) -> Question:
    project, _, rest = pool.partition("/locations/")
    container = project if rest else next(iter(found.organizations()), found.parent)
    return Question(scope=found.scope(container), key=f"//{_OURS}{pool}", params={"name": pool})


def _keep(type_: str) -> Keep:
    def keep(found: Found, question: Question, body: Body) -> Iterator[Kept]:
        name = str(section(body).get("name") or question.params["name"])
        project = name.partition("/locations/")[0]
        above = [project] if project.startswith("projects/") else found.organizations()[:1]
        url, full = f"https://{_OURS}v1/{name}", f"//{_OURS}{name}"
        yield place_resource(found, body, url, name=full, type_=type_, above=above)

    return keep


def _rows(kind: str) -> tuple[Row, Row]:
    """Return the rows of one kind of pools, whose permissions and list fields are called after it."""
    name = f"{kind[0].lower()}{kind[1:]}"
    pool = Row(
        operation=f"Get{kind}",
        each=_pools(kind),
        path="/v1/{+name}",
        keep=_keep(f"{_OURS}{kind}"),
        none=(404,),
        permissions=(f"{_OURS}{name}s.get",),
    )
    providers = Row(
        operation=f"List{kind}Providers",
        each=_without_providers(kind),
        path="/v1/{+name}/providers",
        items=f"{name}Providers",
        keep=_keep(f"{_OURS}{kind}Provider"),
        permissions=(f"{_OURS}{name}Providers.list",),
    )
    return pool, providers


TABLE: Final = Service(
    name="iam", host="iam.googleapis.com", rows=(*_rows("WorkloadIdentityPool"), *_rows("WorkforcePool"))
)
