"""What a sketch of an answer demands, and what it leaves open."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from scanner.providers.aws.sketch import shape

SKETCH = shape({"Name!": str, "Owner?": str, "Routes": [{"State": str, "Next?": [{"Id!": int}]}]})
VALUES: dict[str, tuple[Any, bool]] = {
    "what must be there": ({"Name": "a"}, True),
    "what must be there is not": ({}, False),
    "what must be there is null": ({"Name": None}, False),
    "another type": ({"Name": 7}, False),
    "more than is named": ({"Name": "a", "Colour": 7}, True),
    "null where that is allowed": ({"Name": "a", "Owner": None}, True),
    "null where it is not": ({"Name": "a", "Routes": None}, False),
    "an empty list": ({"Name": "a", "Routes": []}, True),
    "an item of another type": ({"Name": "a", "Routes": ["blackhole"]}, False),
    "a nested field": ({"Name": "a", "Routes": [{"State": "active", "Next": [{"Id": 1}]}]}, True),
    "a nested field of another type": ({"Name": "a", "Routes": [{"State": 1}]}, False),
    "a nested field that must be there": ({"Name": "a", "Routes": [{"Next": [{}]}]}, False),
    "a nested list that is null": ({"Name": "a", "Routes": [{"Next": None}]}, True),
    "no object": (["a"], False),
}


@pytest.mark.parametrize(("value", "fits"), VALUES.values(), ids=VALUES)
def test_values(value: object, *, fits: bool) -> None:
    if fits:
        msgspec.convert(value, SKETCH)
    else:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(value, SKETCH)
