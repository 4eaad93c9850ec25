"""What becomes an asset, under which tier, and what is folded into something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from scanner.assets import find_assets
from scanner.config import AssetLabel, Config, Tier
from scanner.model import AssetClass, Evidence, Resource, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

TIERS = {"frontier": Tier(3), "internal": Tier(2), "public": Tier(0)}
WEIGHTS, SHARD = "arn:aws:s3:::weights/*", "arn:aws:s3:::weights/atlas/*"
ENDPOINT = "arn:aws:sagemaker:us-east-1:100000000001:endpoint/atlas"
KEY = "arn:aws:kms:us-east-1:100000000001:key/1"


def resource(
    id_: str,
    score: int | None = 90,
    asset_class: AssetClass = "model-weights",
    kind: str = "s3-objects",
    uses: tuple[str, ...] = (),
) -> Resource:
    signals = () if score is None else (Signal(score, asset_class, "it looks like it", Evidence("d")),)
    return Resource(id_, kind, "aws", signals=signals, uses=uses)


def endpoint(*uses: str) -> Resource:
    return resource(ENDPOINT, 95, "inference-endpoint", "sagemaker-endpoint", uses)


def key(*uses: str) -> Resource:
    return resource(KEY, 60, "weights-key", "kms-key", uses)


def label(match: str, tier: str | None = "internal", asset_class: AssetClass = "model-weights") -> AssetLabel:
    return AssetLabel(match, asset_class, tier)


# Resources and labels; the assets as id -> (class, tier, rank, score).
CASES: dict[str, tuple[Sequence[Resource], Sequence[AssetLabel], dict[str, tuple[str, str, int, int]]]] = {
    "enough evidence": ([resource(WEIGHTS, 50)], [], {WEIGHTS: ("model-weights", "unlabelled", 2, 50)}),
    "too little evidence": ([resource(WEIGHTS, 49)], [], {}),
    "declared without evidence": (
        [resource(WEIGHTS, None)],
        [label(WEIGHTS)],
        {WEIGHTS: ("model-weights", "internal", 2, 100)},
    ),
    "a label without a tier is of the highest": (
        [resource(WEIGHTS)],
        [label(WEIGHTS, None)],
        {WEIGHTS: ("model-weights", "frontier", 3, 100)},
    ),
    "the first label wins": (
        [resource(WEIGHTS)],
        [label("arn:aws:s3:::*", "public"), label(WEIGHTS, "frontier")],
        {WEIGHTS: ("model-weights", "public", 0, 100)},
    ),
    "a label gives the class": (
        [resource(WEIGHTS)],
        [label(WEIGHTS, "internal", "training-output")],
        {WEIGHTS: ("training-output", "internal", 2, 100)},
    ),
    "a location is folded into its bucket": (
        [resource(WEIGHTS), resource(SHARD)],
        [label(WEIGHTS)],
        {WEIGHTS: ("model-weights", "internal", 2, 100)},
    ),
    "not when its tier is another": (
        [resource(WEIGHTS), resource(SHARD)],
        [label(SHARD, "frontier"), label(WEIGHTS, "public")],
        {
            WEIGHTS: ("model-weights", "public", 0, 100),
            SHARD: ("model-weights", "frontier", 3, 100),
        },
    ),
    "an endpoint has the tier of the weights that it serves": (
        [resource(WEIGHTS), endpoint(SHARD)],
        [label(WEIGHTS, "frontier")],
        {
            WEIGHTS: ("model-weights", "frontier", 3, 100),
            ENDPOINT: ("inference-endpoint", "frontier", 3, 95),
        },
    ),
    "of several the highest": (
        [resource(WEIGHTS), resource("arn:aws:s3:::old/*"), endpoint("arn:aws:s3:::old/*", SHARD)],
        [label(WEIGHTS, "frontier"), label("arn:aws:s3:::old/*", "public")],
        {
            WEIGHTS: ("model-weights", "frontier", 3, 100),
            "arn:aws:s3:::old/*": ("model-weights", "public", 0, 100),
            ENDPOINT: ("inference-endpoint", "frontier", 3, 95),
        },
    ),
    "its own label counts more": (
        [resource(WEIGHTS), endpoint(SHARD)],
        [label(WEIGHTS, "frontier"), label(ENDPOINT, "public", "inference-endpoint")],
        {
            WEIGHTS: ("model-weights", "frontier", 3, 100),
            ENDPOINT: ("inference-endpoint", "public", 0, 100),
        },
    ),
    "weights without a label pass none": (
        [resource(WEIGHTS), endpoint(SHARD)],
        [],
        {
            WEIGHTS: ("model-weights", "unlabelled", 2, 90),
            ENDPOINT: ("inference-endpoint", "unlabelled", 2, 95),
        },
    ),
    "a key of weights": (
        [resource(WEIGHTS), key(WEIGHTS)],
        [label(WEIGHTS, "frontier")],
        {WEIGHTS: ("model-weights", "frontier", 3, 100), KEY: ("weights-key", "frontier", 3, 60)},
    ),
    "a key of nothing that matters": (
        [resource("arn:aws:s3:::logs/*", None), key("arn:aws:s3:::logs/*")],
        [],
        {},
    ),
    "a key that is declared": (
        [key()],
        [label(KEY, "internal", "weights-key")],
        {KEY: ("weights-key", "internal", 2, 100)},
    ),
}


@pytest.mark.parametrize(("resources", "labels", "expected"), CASES.values(), ids=CASES)
def test_find_assets(
    resources: Sequence[Resource],
    labels: Sequence[AssetLabel],
    expected: dict[str, tuple[str, str, int, int]],
) -> None:
    config = Config(assets=tuple(labels), tiers=TIERS)
    found, notes = find_assets(resources, config, lambda _: None)
    assert {id_: (a.asset_class, a.tier, a.rank, a.score) for id_, a in found.items()} == expected
    assert list(found) == sorted(found)
    assert notes == ()


def test_the_key_of_a_log_is_no_key_of_weights() -> None:
    logs = resource("arn:aws:s3:::logs/AWSLogs/*", 90, "audit-log")
    found, _ = find_assets([logs, key("arn:aws:s3:::logs/*")], Config(), lambda _: None)
    assert list(found) == [logs.id]


def test_what_leaves_no_record_is_carried_along() -> None:
    silent = Resource(SHARD, "s3-objects", "aws", unrecorded=("read",), unrecorded_by=(Evidence("trails"),))
    found, _ = find_assets([silent], Config(assets=(label(SHARD),), tiers=TIERS), lambda _: None)
    assert (found[SHARD].unrecorded, found[SHARD].unrecorded_by) == (("read",), (Evidence("trails"),))
    tiered, _ = find_assets(
        [resource(WEIGHTS), msgspec.structs.replace(endpoint(WEIGHTS), unrecorded=("invoke",))],
        Config(assets=(label(WEIGHTS),), tiers=TIERS),
        lambda _: None,
    )
    assert (tiered[ENDPOINT].tier, tiered[ENDPOINT].unrecorded) == ("internal", ("invoke",))


def test_where_a_part_leaves_no_record_the_whole_does_not_either() -> None:
    part = msgspec.structs.replace(resource(SHARD), unrecorded=("read",), unrecorded_by=(Evidence("a"),))
    whole = msgspec.structs.replace(resource(WEIGHTS), unrecorded=("write",), unrecorded_by=(Evidence("b"),))
    found, _ = find_assets([whole, part], Config(), lambda _: None)
    assert [(a.unrecorded, a.unrecorded_by) for a in found.values()] == [
        (("read", "write"), (Evidence("a"), Evidence("b")))
    ]


DOUBTS = {
    "both doubted": (("a",), ("b",), ("a", "b")),
    "one for sure": (("a",), (), ()),
    "the other for sure": ((), ("b",), ()),
}


@pytest.mark.parametrize(("of_part", "of_whole", "expected"), DOUBTS.values(), ids=DOUBTS)
def test_what_one_part_leaves_unrecorded_for_sure_is_sure(
    of_part: tuple[str, ...], of_whole: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    part = msgspec.structs.replace(resource(SHARD), unrecorded=("read",), unrecorded_missing=of_part)
    whole = msgspec.structs.replace(resource(WEIGHTS), unrecorded=("write",), unrecorded_missing=of_whole)
    found, _ = find_assets([whole, part], Config(), lambda _: None)
    assert [asset.unrecorded_missing for asset in found.values()] == [expected]


def test_a_log_inside_a_bucket_of_weights_stays_apart() -> None:
    log = resource("arn:aws:s3:::weights/AWSLogs/*", 90, "audit-log")
    found, _ = find_assets([resource(WEIGHTS), log], Config(), lambda _: None)
    assert {a.id: a.asset_class for a in found.values()} == {WEIGHTS: "model-weights", log.id: "audit-log"}
    within = resource("arn:aws:s3:::weights/AWSLogs/100000000001/*", 90, "audit-log")
    found, _ = find_assets([log, within], Config(), lambda _: None)
    assert list(found) == [log.id]


def test_what_is_folded_keeps_its_evidence() -> None:
    found, _ = find_assets([resource(WEIGHTS, 60), resource(SHARD, 90)], Config(), lambda _: None)
    assert [s.score for s in found[WEIGHTS].signals] == [90, 60]


NOTES = {
    "nothing that it matches": (
        label(WEIGHTS),
        None,
        ("asset label `arn:aws:s3:::weights/*` matches no resource",),
    ),
    "something that only it names": (label(SHARD), resource(SHARD, None), ()),
}


@pytest.mark.parametrize(("labelled", "described", "notes"), NOTES.values(), ids=NOTES)
def test_a_label_that_nothing_else_mentions(
    labelled: AssetLabel, described: Resource | None, notes: tuple[str, ...]
) -> None:
    found, said = find_assets([], Config(assets=(labelled,), tiers=TIERS), lambda _: described)
    assert said == notes
    assert list(found) == ([] if described is None else [labelled.match])
