"""Storage Transfer Service: jobs that copy objects, where the inventory lacks them.

Jobs become documents ``ListAssets.RESOURCE``, asked for where a project uses the service. Source: Storage
Transfer Service REST reference, "transferJobs"
(https://cloud.google.com/storage-transfer/docs/reference/rest/v1/transferJobs, read 2026-11-22).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from scanner.providers.gcp.collect.bodies import section
from scanner.providers.gcp.collect.placing import place_resource
from scanner.providers.gcp.collect.table import Kept, Question, Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.collect.found import Found
    from scanner.providers.gcp.collect.table import Body

_TRANSFER: Final = "storagetransfer.googleapis.com"
_JOB: Final = f"{_TRANSFER}/TransferJob"


def _transferring(found: Found) -> Iterator[Question]:
    for project in found.projects_using(_TRANSFER) if _JOB not in found.listed else ():
        query = {"filter": json.dumps({"projectId": found.scope(project)}), "pageSize": "256"}
        yield Question(scope=found.scope(project), key=project, query=query)


def _keep_job(found: Found, question: Question, body: Body) -> Iterator[Kept]:
    name = str(section(body).get("name"))
    url, full = f"https://{_TRANSFER}/v1/{name}", f"//{_TRANSFER}/{question.key}/{name}"
    yield place_resource(found, body, url, name=full, type_=_JOB, above=[question.key])


TABLE: Final = Service(
    name="storagetransfer",
    host=_TRANSFER,
    rows=(
        Row(
            operation="ListTransferJobs",
            each=_transferring,
            path="/v1/transferJobs",
            items="transferJobs",
            keep=_keep_job,
            effect="understated",
            permissions=("storagetransfer.jobs.list",),
        ),
    ),
)
