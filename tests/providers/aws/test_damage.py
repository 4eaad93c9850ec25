"""Answers of another shape than relied on, of every kind and in every world: gaps, and never an error."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from scanner import config
from scanner.providers.aws import front_answers
from scanner.providers.aws.estate import AwsEstate
from scanner.providers.aws.shapes import SHAPES, sifted
from scanner.providers.aws.stores import answers as stores
from tests.providers.aws.documents import OURS, snapshot
from tests.worlds import FIXTURES, World, parse_id, read_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot import Gap

Answer = tuple[str, str]


def answer_of(id_: str) -> Answer:
    """Return the service and the field of a document's id."""
    parsed = parse_id(id_)
    return parsed.service, parsed.field


@functools.cache
def worlds() -> dict[str, World]:
    """Return all worlds of AWS and their twins."""
    directories = (path.parent for path in sorted(FIXTURES.glob("aws/*/world.yaml")))
    return {world.name: world for directory in directories for world in read_world(directory)}


def places(body: Any) -> int:  # noqa: ANN401 - a document
    return len(list(junk_at_each_place(body)))


def junk_at_each_place(body: Any) -> Iterator[Any]:  # noqa: ANN401 - a document
    """Yield copies of a document with one value of it, at any depth, made a number.

    Of a list only the first entry is, and of a policy nothing: `access.test_policy` does that.
    """
    if isinstance(body, dict) and "Statement" not in body:
        for key, value in body.items():
            yield from ({**body, key: junk} for junk in (7, *junk_at_each_place(value)))
    elif isinstance(body, list) and body:
        yield from ([junk, *body[1:]] for junk in (7, *junk_at_each_place(body[0])))


def held() -> dict[str, dict[Answer, str]]:
    """Return for each world one document of each shape that it has, its fullest."""
    found: dict[str, dict[Answer, str]] = {}
    for name, world in worlds().items():
        documents = sorted(world.documents, key=lambda id_: (places(world.documents[id_]), id_))
        found[name] = {answer_of(id_): id_ for id_ in documents if answer_of(id_) in SHAPES}
    return found


HELD = held()
FULLEST: dict[Answer, tuple[str, str]] = {
    answer: max(
        ((name, of[answer]) for name, of in HELD.items() if answer in of),
        key=lambda at: (places(worlds()[at[0]].documents[at[1]]), -len(worlds()[at[0]].documents)),
    )
    for answer in sorted({answer for of in HELD.values() for answer in of})
}
"""For each shape the world and the document that show most of it."""


def gaps(world: World, damaged: dict[str, Any]) -> dict[str, Gap]:
    """Return the gaps of a world of which some documents are damaged, once all hops were asked for."""
    changed = replace(world, documents={**world.documents, **damaged})
    estate = AwsEstate(changed.snapshot(), config.load(world.directory / "sidedoor.yaml"))
    for node in list(estate.resources):
        list(estate.hops_into(node))
    return {str(gap.id): gap for gap in estate.coverage()}


def test_worlds_show_every_front_and_every_place_of_weights() -> None:
    assert {*front_answers.SHAPES, *stores.SHAPES} <= set(FULLEST)


def test_answers_that_no_world_has_are_gaps_too() -> None:
    elsewhere = sorted(set(SHAPES) - set(FULLEST))
    damaged: dict[str, Any] = {f"aws:{OURS}:us-east-1:{service}:{field}/x": 7 for service, field in elsewhere}
    found = gaps(worlds()["aws/vendor-trust"], damaged)
    assert {id_: found[id_].reason for id_ in damaged} == dict.fromkeys(damaged, "unparseable")


@pytest.mark.parametrize("junk", [7, ["x"]], ids=str)
@pytest.mark.parametrize("name", [name for name in HELD if ":" not in name.partition("/")[2]])
def test_answers_of_another_shape_are_gaps(name: str, junk: object) -> None:
    damaged = dict.fromkeys(HELD[name].values(), junk)
    found = gaps(worlds()[name], damaged)
    assert {id_: found[id_].reason for id_ in damaged} == dict.fromkeys(damaged, "unparseable")


@pytest.mark.parametrize(("name", "id_"), FULLEST.values(), ids=map(".".join, FULLEST))
def test_a_damaged_answer_is_no_error(name: str, id_: str) -> None:
    world = worlds()[name]
    for body in junk_at_each_place(world.documents[id_]):
        if not sifted(snapshot({id_: body}))[1]:  # else it is a gap, as above
            assert isinstance(gaps(world, {id_: body}), dict)
