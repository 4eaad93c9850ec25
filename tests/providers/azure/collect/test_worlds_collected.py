"""Every world of Azure, served by the fake and read by the collector, tells what its author expects.

The worlds are written by hand: this shows that the collector makes documents of the form that they have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scanner import config
from scanner.analysis import analyse
from scanner.providers.azure.collect import TABLES
from scanner.rules import load_rules
from scanner.snapshot import Document, Snapshot
from tests.providers.azure.collect.collecting import collected, gaps
from tests.providers.azure.fakes.documents import graph, row
from tests.providers.azure.fakes.server import serving
from tests.test_worlds import ordered, outline
from tests.worlds import all_worlds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.worlds import World

WORLDS = {
    world.name: world
    for world in all_worlds()
    if world.name.startswith("azure/") and ":" not in world.name and not world.gaps
    if (world.directory / "expected.json").exists()
}
RULES = tuple(load_rules())
SETTINGS = "Microsoft.Web.sites.config"
"""Asked for by the id of a site."""
ASKED_BY_ID = {row.field for service in TABLES for row in service.rows if row.shape == "object"}


def as_served(documents: list[Document]) -> Iterator[Document]:
    """Yield the documents, and what leads to them where a world has no need of it.

    Rows of resources that only ARM tells of, and objects of Graph that only a list of theirs is told of.
    """
    rows = {d.id.key.lower() for d in documents if d.id.service == "resourcegraph"}
    objects = {(d.id.field, d.id.key.lower()) for d in documents if d.id.service == "graph"}
    for document in documents:
        yield document
        is_asked_for = document.id.service == "arm" and document.id.field in ASKED_BY_ID - {SETTINGS}
        if is_asked_for and document.id.key.lower() not in rows:
            yield row("resources", {**document.body, "subscriptionId": document.id.scope})
        collection = document.id.field.rpartition(".")[0]
        is_list = document.id.service == "graph" and isinstance(document.body, list)
        if is_list and (collection, document.id.key.lower()) not in objects:
            yield graph(collection, document.id.key, {"id": document.id.key})


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_world_is_the_same_when_it_is_collected(world: World) -> None:
    documents = list(world.snapshot())
    mine = [document for document in documents if document.id.provider == "azure"]
    with serving(as_served(mine)) as fake:
        found = collected(fake.url)
    others = [document for document in documents if document.id.provider != "azure"]
    whole = Snapshot.joined([found, Snapshot(others, target=world.target, collected_at=world.collected_at)])
    assert gaps(found) == {}
    told = analyse(whole, config.load(world.directory / "sidedoor.yaml"), RULES)
    assert ordered(outline(told)) == ordered(world.expected())
