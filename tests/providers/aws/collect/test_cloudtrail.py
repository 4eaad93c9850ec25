"""What is asked of trails, and in which region."""

from __future__ import annotations

import pytest

from scanner.providers.aws.collect import cloudtrail
from tests.providers.aws.collect.test_engine import Answer, Operations, run

HERE = "arn:aws:cloudtrail:us-east-1:100000000001:trail/here"
ELSEWHERE = "arn:aws:cloudtrail:eu-west-1:100000000001:trail/elsewhere"
ORGANIZATION = "arn:aws:cloudtrail:us-east-1:100000000010:trail/organization"
STORE = "arn:aws:cloudtrail:us-east-1:100000000001:eventdatastore/e"


def trail(arn: str) -> Answer:
    return {"TrailARN": arn, "HomeRegion": arn.split(":")[3]}


OPERATIONS: Operations = {
    "DescribeTrails": lambda _: {"trailList": [trail(arn) for arn in (HERE, ELSEWHERE, ORGANIZATION)]},
    "GetTrailStatus": lambda _: {"IsLogging": True},
    "GetEventSelectors": lambda asked: {"TrailARN": asked["TrailName"], "EventSelectors": []},
    "ListEventDataStores": lambda _: {"EventDataStores": [{"EventDataStoreArn": STORE}]},
    "GetEventDataStore": lambda asked: {"EventDataStoreArn": asked["EventDataStore"]},
}


@pytest.mark.parametrize(
    ("region", "own"), [("us-east-1", [HERE, ORGANIZATION]), ("eu-west-1", [ELSEWHERE]), ("eu-north-1", [])]
)
def test_a_trail_is_asked_about_at_home(region: str, own: list[str]) -> None:
    found, _ = run(OPERATIONS, *cloudtrail.TABLE.rows, region=region)
    assert not found.gaps
    assert len(found.all("aws", "things", "DescribeTrails.trailList")) == 3
    for operation in ("GetTrailStatus", "GetEventSelectors"):
        assert [d.id.key for d in found.all("aws", "things", operation)] == own
    assert [d.id.key for d in found.all("aws", "things", "GetEventDataStore")] == [STORE]
