"""Documents of any shape: an estate is read and asked without an exception, whatever a body holds."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner import config
from scanner.assemble import Assembly
from scanner.snapshot import Document, SnapshotWriter, Unresolved
from tests.worlds import FIXTURES, parse_id, read_world

if TYPE_CHECKING:
    from tests.worlds import World

WORLDS = {
    world.name: world
    for path in sorted((FIXTURES / "kubernetes").glob("*/world.yaml"))
    for world in read_world(path.parent)
    if ":" not in world.name
}
JUNK: list[Any] = [
    *(None, True, 0, -1, 1 << 70, 1.5, "", "x", "*", "0.0.0.0/0", "\ud800", [], {}, [[]], [{}], {"a": {}}),
    *([None], ["*"], {"": None}, {"matchLabels": 3}, [{"port": "http"}], Unresolved("${var.x}").body),
]


def pointers(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - a fixture's document
    found = [at]
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in below:
        found += pointers(item, (*at, key))
    return found


def spoilt(value: Any, at: tuple[Any, ...], junk: Any) -> Any:  # noqa: ANN401 - a fixture's document
    if not at:
        return junk
    changed = copy.deepcopy(value)
    holder = changed
    for key in at[:-1]:
        holder = holder[key]
    holder[at[-1]] = junk
    return changed


def ask_everything(world: World, documents: dict[str, Any]) -> None:
    writer = SnapshotWriter(target="", collected_at=world.collected_at, tool_version="")
    for id_, body in documents.items():
        writer.add(Document(parse_id(id_), body))
    assembly = Assembly(writer.snapshot(), config.load(world.directory / "sidedoor.yaml"))
    for node in (*assembly.assets, *assembly.principals, "kubernetes:gpu", "kubernetes:gpu#namespace=models"):
        for hop in assembly.hops_into(node):
            assembly.principal(hop.source)
    list(assembly.gaps())
    assert assembly.sources is not None


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(choice=st.data())
def test_any_value_anywhere(world: World, choice: st.DataObject) -> None:
    ours = sorted(id_ for id_ in world.documents if id_.startswith("kubernetes:"))
    id_ = choice.draw(st.sampled_from(ours))
    at = choice.draw(st.sampled_from(pointers(world.documents[id_])))
    junk = choice.draw(st.sampled_from(JUNK))
    ask_everything(world, {**world.documents, id_: spoilt(world.documents[id_], at, junk)})
