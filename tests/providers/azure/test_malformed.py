"""Documents of any shape never raise: parts of every world's documents replaced by junk."""

from __future__ import annotations

import copy
import random
from typing import TYPE_CHECKING, Any

import pytest

from scanner import config
from scanner.assemble import Assembly
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
