"""Buckets of ours that weights are copied to are assets, whatever they are called."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.config import AssetLabel, Config
from scanner.providers.aws.estate import AwsEstate
from tests.providers.aws.documents import OURS, snapshot

TASKS = f"aws:{OURS}:us-east-1:datasync"
FROM, TO = (f"arn:aws:datasync:us-east-1:{OURS}:location/{name}" for name in ("from", "to"))
BUCKETS = {f"aws:{OURS}::s3:ListBuckets.Buckets/{name}": {"Name": name} for name in ("atlas", "misc")}


def replicated(source: str, target: str = "misc", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    rule = {"Status": "Enabled", "Destination": {"Bucket": f"arn:aws:s3:::{target}"}, **more}
    return {
        f"aws:{OURS}::s3:GetBucketReplication/{source}": {
            "ReplicationConfiguration": {"Role": "r", "Rules": [rule]}
        }
    }


def transferred(source: str, target: str) -> dict[str, Any]:
    return {
        f"{TASKS}:ListLocations.Locations/{FROM}": {"LocationUri": source},
        f"{TASKS}:ListLocations.Locations/{TO}": {"LocationUri": target},
        f"{TASKS}:DescribeTask/t": {"SourceLocationArn": FROM, "DestinationLocationArn": TO},
    }


CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a rule for all": (replicated("atlas"), ["arn:aws:s3:::misc/*"]),
    "a rule for a folder": (replicated("atlas", Filter={"Prefix": "a/"}), ["arn:aws:s3:::misc/a/*"]),
    "a rule with tags too": (
        replicated("atlas", Filter={"And": {"Prefix": "a/", "Tags": []}}),
        ["arn:aws:s3:::misc/a/*"],
    ),
    "a rule of another bucket": (replicated("site"), []),
    "a rule that is off": (replicated("atlas", Status="Disabled"), []),
    "a rule to a bucket that nobody lists": (replicated("atlas", "theirs"), []),
    "a task": (transferred("s3://atlas/", "s3://misc/x/"), ["arn:aws:s3:::misc/x/*"]),
    "a task of another bucket": (transferred("s3://site/", "s3://misc/x/"), []),
    "a task to a file system": (transferred("s3://atlas/", "efs://us-east-1.fs-0aa/"), []),
    "a task within the bucket": (transferred("s3://atlas/", "s3://atlas/x/"), []),
}


@pytest.mark.parametrize(("change", "expected"), CASES.values(), ids=CASES)
def test_copies(change: dict[str, Any], expected: list[str]) -> None:
    labelled = Config(assets=(AssetLabel("arn:aws:s3:::atlas/*", class_="model-weights"),))
    estate = AwsEstate(snapshot(BUCKETS | change), labelled)
    found = [resource for resource in estate.resources.values() if resource.uses]
    assert [resource.id for resource in found] == expected
    assert all(signal.score >= 50 for resource in found for signal in resource.signals)


def test_a_copy_of_a_log_is_no_copy_of_weights() -> None:
    labelled = Config(assets=(AssetLabel("arn:aws:s3:::atlas/*", class_="audit-log"),))
    estate = AwsEstate(snapshot(BUCKETS | replicated("atlas")), labelled)
    assert not any(resource.uses for resource in estate.resources.values())
