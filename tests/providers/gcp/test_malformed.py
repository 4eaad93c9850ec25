"""Whatever stands in a document, reading never raises: what has another shape counts as not there."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from scanner import config
from scanner.model import Resource
from scanner.providers.gcp import Gcp
from scanner.snapshot import Document, Snapshot
from tests.worlds import all_worlds, parse_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.worlds import World

WORLDS = {w.name: w for w in all_worlds() if w.name.startswith(("gcp/", "multi/")) and ":" not in w.name}
EVERY = 41
"""How many of the spoiled documents one is tried of: all take minutes."""
JUNK: tuple[Any, ...] = (None, [], {}, "text", 7, True, [None, 3], {"a": [1]})


def read_all(world: World, documents: dict[str, Any]) -> None:
    """Ask everything of an estate, two steps deep."""
    snapshot = Snapshot(
        [Document(parse_id(id_), body) for id_, body in documents.items()], collected_at=world.collected_at
    )
    estate = Gcp().read(snapshot, config.load(world.directory / "sidedoor.yaml"))
    assets = [fact.id for fact in estate.facts() if isinstance(fact, Resource)]
    sources = {hop.source for asset in assets for hop in estate.hops_into(asset)}
    for source in sorted(sources):
        list(estate.hops_into(source))
        estate.describe(source)
    list(estate.coverage())


def spoiled(body: Any) -> Iterator[Any]:  # noqa: ANN401 - raw documents
    """Yield a document with junk in the place of every part of it, down to the third level."""
    yield from JUNK
    for place in places(body, 4):
        for junk in JUNK:
            changed = copy.deepcopy(body)
            holder = changed
            for key in place[:-1]:
                holder = holder[key]
            holder[place[-1]] = junk
            yield changed


def places(value: Any, depth: int) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - raw documents
    """Yield the way to every part of a document."""
    if depth == 0:
        return
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (key,)
        yield from ((key, *rest) for rest in places(value[key], depth - 1))


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_reading_never_raises(world: World) -> None:
    for id_ in world.documents:
        if id_.startswith("gcp:"):
            for number, body in enumerate(spoiled(world.documents[id_])):
                if number % EVERY == len(id_) % EVERY:
                    read_all(world, {**world.documents, id_: body})
