"""Which data events selectors keep, on exactly which ARNs."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.providers.aws.data_events import Event, kept, read_selections
from scanner.stringset import StringSet

OBJECT = "AWS::S3::Object"
GET, PUT = Event("GetObject", OBJECT, is_read=True), Event("PutObject", OBJECT, is_read=False)
WEIGHTS = "arn:aws:s3:::weights/*"


def basic(*values: str, wanted: str | None = None, kind: str = OBJECT) -> dict[str, Any]:
    selector: dict[str, Any] = {"DataResources": [{"Type": kind, "Values": list(values)}]}
    return {"EventSelectors": [selector | ({"ReadWriteType": wanted} if wanted else {})]}


def advanced(*conditions: tuple[str, dict[str, list[str]]], kind: str = OBJECT) -> dict[str, Any]:
    fields = [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": [kind]}]
    fields += [{"Field": field, **operators} for field, operators in conditions]
    return {"AdvancedEventSelectors": [{"FieldSelectors": fields}]}


def arn(**operators: list[str]) -> tuple[str, dict[str, list[str]]]:
    return "resources.ARN", operators


# Selectors, an event, a location; whether all of it is kept for sure, and whether it may be.
CASES: dict[str, tuple[dict[str, Any], Event, str, bool, bool]] = {
    "none at all": ({}, GET, WEIGHTS, False, False),
    "management events only": ({"EventSelectors": [{"ReadWriteType": "All"}]}, GET, WEIGHTS, False, False),
    "the whole bucket": (basic("arn:aws:s3:::weights/"), GET, WEIGHTS, True, True),
    "another bucket that begins alike": (basic("arn:aws:s3:::weights-2/"), GET, WEIGHTS, False, False),
    "a folder of the bucket": (basic("arn:aws:s3:::weights/a/"), GET, WEIGHTS, False, False),
    "the folder itself": (basic("arn:aws:s3:::weights/a/"), GET, "arn:aws:s3:::weights/a/*", True, True),
    "folders that are not all": (
        basic("arn:aws:s3:::weights/a", "arn:aws:s3:::weights/b"),
        GET,
        WEIGHTS,
        False,
        False,
    ),
    "all buckets": (basic("arn:aws:s3"), GET, WEIGHTS, True, True),
    "all buckets of another partition's writing": (basic("arn:aws-us-gov:s3"), GET, WEIGHTS, True, True),
    "reads are not writes": (basic("arn:aws:s3", wanted="ReadOnly"), PUT, WEIGHTS, False, False),
    "writes are": (basic("arn:aws:s3", wanted="WriteOnly"), PUT, WEIGHTS, True, True),
    "functions are no objects": (
        basic("arn:aws:lambda", kind="AWS::Lambda::Function"),
        GET,
        WEIGHTS,
        False,
        False,
    ),
    "advanced, of every object": (advanced(), GET, WEIGHTS, True, True),
    "advanced, one object": (advanced(arn(Equals=["arn:aws:s3:::weights/a"])), GET, WEIGHTS, False, False),
    "a star in a selector is a letter": (
        advanced(arn(StartsWith=["arn:aws:s3:::weights/*"])),
        GET,
        WEIGHTS,
        False,
        False,
    ),
    "selecting operators are alternatives": (
        advanced(arn(Equals=["arn:aws:s3:::x/y"], StartsWith=["arn:aws:s3:::weights/"])),
        GET,
        WEIGHTS,
        True,
        True,
    ),
    "a deselecting one takes out of them": (
        advanced(arn(StartsWith=["arn:aws:s3:::weights/"], NotEndsWith=[".json"])),
        GET,
        WEIGHTS,
        False,
        False,
    ),
    "what it takes out was not asked for": (
        advanced(arn(NotStartsWith=["arn:aws:s3:::logs/"])),
        GET,
        WEIGHTS,
        True,
        True,
    ),
    "only reads": (advanced(("readOnly", {"Equals": ["true"]})), PUT, WEIGHTS, False, False),
    "the event by name": (advanced(("eventName", {"Equals": ["GetObject"]})), GET, WEIGHTS, True, True),
    "other events by name": (advanced(("eventName", {"StartsWith": ["Put"]})), GET, WEIGHTS, False, False),
    "all callers but one": (
        advanced(("userIdentity.arn", {"NotEquals": ["arn:aws:iam::1:role/etl"]})),
        GET,
        WEIGHTS,
        False,
        True,
    ),
    "the service that it is": (
        advanced(("eventSource", {"Equals": ["s3.amazonaws.com"]})),
        GET,
        WEIGHTS,
        True,
        True,
    ),
    "another service": (
        advanced(("eventSource", {"Equals": ["lambda.amazonaws.com"]})),
        GET,
        WEIGHTS,
        False,
        False,
    ),
    "advanced management events": (
        {
            "AdvancedEventSelectors": [
                {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}
            ]
        },
        GET,
        WEIGHTS,
        False,
        False,
    ),
}


@pytest.mark.parametrize(("body", "event", "location", "sure", "possible"), CASES.values(), ids=CASES)
def test_kept(body: dict[str, Any], event: Event, location: str, *, sure: bool, possible: bool) -> None:
    selections, wanted = read_selections(body), StringSet.glob(location)
    assert kept(selections, event, sure=True).includes(wanted) is sure
    assert kept(selections, event, sure=False).includes(wanted) is possible


def test_selectors_add_up() -> None:
    halves = basic("arn:aws:s3:::weights/a") | advanced(arn(NotStartsWith=["arn:aws:s3:::weights/a"]))
    assert kept(read_selections(halves), GET, sure=True).includes(StringSet.glob(WEIGHTS))
