"""Vertex AI and Workbench: types that the inventory may lack, where a project uses the service.

Reasoning engines, notebook runtimes and Workbench instances become documents ``ListAssets.RESOURCE``. A type
of which the inventory lists any is not asked for again. Source: Vertex AI REST reference,
"projects.locations.reasoningEngines" and "projects.locations.notebookRuntimes"
(https://cloud.google.com/vertex-ai/docs/reference/rest), Workbench, "v2.projects.locations.instances"
(https://cloud.google.com/vertex-ai/docs/workbench/reference/rest), read 2026-11-22.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.gcp.collect.bodies import section
from scanner.providers.gcp.collect.placing import place_resource
from scanner.providers.gcp.collect.table import Kept, Question, Row, Service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.providers.gcp.collect.found import Found
    from scanner.providers.gcp.collect.table import Body, Keep

_VERTEX: Final = "aiplatform.googleapis.com"
_NOTEBOOKS: Final = "notebooks.googleapis.com"
_ENGINE: Final = f"{_VERTEX}/ReasoningEngine"
_RUNTIME: Final = f"{_VERTEX}/NotebookRuntime"
_INSTANCE: Final = f"{_NOTEBOOKS}/Instance"


def _projects(found: Found) -> Iterator[Question]:
    if not found.listed.issuperset({_ENGINE, _RUNTIME}):
        for project in found.projects_using(_VERTEX):
            yield Question(scope=found.scope(project), key=project, params={"name": project})


def _keep_location(found: Found, question: Question, location: Body) -> Iterator[Kept]:
    del found
    name = str(section(location).get("locationId"))
    yield Kept(question.scope, "ListLocations.locations", f"{question.key}/locations/{name}", location)


def _each_location(type_: str) -> Callable[[Found], Iterator[Question]]:
    def each(found: Found) -> Iterator[Question]:
        for key in sorted(found.documents["ListLocations.locations"]) if type_ not in found.listed else ():
            project, _, location = key.partition("/locations/")
            yield Question(scope=found.scope(project), key=key, params={"name": key}, location=location)

    return each


def _instances(found: Found) -> Iterator[Question]:
    if _INSTANCE not in found.listed:
        for project in found.projects_using(_NOTEBOOKS):
            yield Question(scope=found.scope(project), key=project, params={"name": project})


def _keep(type_: str, version: str) -> Keep:
    def keep(found: Found, question: Question, body: Body) -> Iterator[Kept]:
        host = type_.partition("/")[0]
        name = str(section(body).get("name"))
        project = question.key.partition("/locations/")[0]
        url, full = f"https://{host}/{version}/{name}", f"//{host}/{name}"
        yield place_resource(found, body, url, name=full, type_=type_, above=[project])

    return keep


TABLE: Final = Service(
    name="aiplatform",
    host=_VERTEX,
    rows=(
        Row(
            operation="ListLocations",
            each=_projects,
            path="/v1/{+name}/locations",
            items="locations",
            keep=_keep_location,
            effect="understated",
            permissions=("aiplatform.locations.list",),
        ),
    ),
)
REGIONAL_TABLE: Final = Service(
    name="aiplatform",
    host=f"{{location}}-{_VERTEX}",
    rows=(
        Row(
            operation="ListReasoningEngines",
            each=_each_location(_ENGINE),
            path="/v1/{+name}/reasoningEngines",
            items="reasoningEngines",
            keep=_keep(_ENGINE, "v1"),
            effect="understated",
            permissions=("aiplatform.reasoningEngines.list",),
        ),
        Row(
            operation="ListNotebookRuntimes",
            each=_each_location(_RUNTIME),
            path="/v1/{+name}/notebookRuntimes",
            items="notebookRuntimes",
            keep=_keep(_RUNTIME, "v1"),
            effect="understated",
            permissions=("aiplatform.notebookRuntimes.list",),
        ),
    ),
)
NOTEBOOKS_TABLE: Final = Service(
    name="notebooks",
    host=_NOTEBOOKS,
    rows=(
        Row(
            operation="ListInstances",
            each=_instances,
            path="/v2/{+name}/locations/-/instances",
            items="instances",
            keep=_keep(_INSTANCE, "v2"),
            effect="understated",
            permissions=("notebooks.instances.list",),
        ),
    ),
)
