"""Documents of any shape never raise: parts of every world's documents replaced by junk."""

from __future__ import annotations

import copy
import random
from typing import TYPE_CHECKING, Any

import pytest

from scanner import config
from scanner.assemble import Assembly
from scanner.providers.azure.shapes import LISTS
from scanner.snapshot import Document, DocumentId
from tests.providers.azure.documents import RG, TENANT, assigned, estate, row
from tests.worlds import World, all_worlds

if TYPE_CHECKING:
    from collections.abc import Iterator

WORLDS = {w.name: w for w in all_worlds() if w.name.startswith("azure/") and ":" not in w.name}
JUNK: tuple[Any, ...] = (None, 5, True, "x", "*", [], {}, [None], [5], [[]], {"a": 1}, {"value": [1]})
SAMPLE = 6


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - raw JSON
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield from places(below, (*at, key))


def spoilt(world: World, document: str, at: tuple[Any, ...], junk: Any) -> World:  # noqa: ANN401 - raw JSON
    documents = copy.deepcopy(world.documents)
    if not at:
        documents[document] = junk
    else:
        holder = documents[document]
        for step in at[:-1]:
            holder = holder[step]
        holder[at[-1]] = junk
    return World(
        world.name, world.about, world.directory, documents, world.gaps, world.target, world.collected_at
    )


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_junk_does_not_raise(world: World) -> None:
    rng = random.Random(world.name)  # noqa: S311 - the same sample every time
    sites = [(id_, at) for id_, body in world.documents.items() for at in places(body)]
    claims = config.load(world.directory / "sidedoor.yaml")
    for document, at in rng.sample(sites, min(len(sites), SAMPLE)):
        changed = spoilt(world, document, at, copy.deepcopy(rng.choice(JUNK)))
        assembly = Assembly(changed.snapshot(), claims)
        nodes = list(assembly.assets)
        for node in nodes:
            nodes += (h.source for h in assembly.hops_into(node) if h.source not in nodes)
        assert list(assembly.gaps()) == sorted(set(assembly.gaps()))


@pytest.mark.parametrize(
    ("type_", "pointer"), [(type_, pointer) for type_, places in LISTS.items() for pointer in places]
)
@pytest.mark.parametrize("junk", ["a text", {"a": 1}, 7])
def test_what_should_be_a_list_and_is_none_is_a_gap(type_: str, pointer: str, junk: object) -> None:
    document = row(f"{RG}/providers/{type_}/x", type_)
    place = document.body
    *steps, last = pointer.split("/")[1:]
    for step in steps:
        place = place.setdefault(step, {})
    for value, expected in ((junk, 1), ([], 0), (None, 0)):
        place[last] = value
        found = [gap for gap in estate([document]).coverage() if pointer in gap.detail]
        assert [gap.reason for gap in found] == ["unparseable"] * expected


def test_members_that_are_no_list_were_not_read() -> None:
    group = "99999999-0000-0000-0000-000000000001"
    listed = DocumentId("azure", TENANT, "", "graph", "groups.members", group)
    role = assigned(group, "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", RG, type_="Group")
    for body, expected in (({"error": "x"}, 1), ([], 0), ({"value": []}, 0)):
        gaps = list(estate([role, Document(listed, body)]).coverage())
        assert len([gap for gap in gaps if gap.id.field == "groups.members"]) == expected


def test_a_group_within_a_group_is_missed_too() -> None:
    outer, inner = (f"99999999-0000-0000-0000-00000000000{n}" for n in (1, 2))
    groups = [
        Document(DocumentId("azure", TENANT, "", "graph", "groups", oid), {"id": oid})
        for oid in (outer, inner)
    ]
    listed = Document(DocumentId("azure", TENANT, "", "graph", "groups.members", outer), [{"id": inner}])
    role = assigned(outer, "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", RG, type_="Group")
    gaps = list(estate([*groups, listed, role]).coverage())
    assert [gap.id.key for gap in gaps if gap.id.field == "groups.members"] == [inner]
