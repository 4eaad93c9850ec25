"""Every page comes once, in order, with a paginator of the SDK or without, and no list ends in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.stub import Stubber

from scanner.providers.aws.collect.failures import Unreadable
from scanner.providers.aws.collect.pager import method_of, pages, token_fields

if TYPE_CHECKING:
    from collections.abc import Sequence

Page = dict[str, Any]


class Shape:
    """A structure with members of no interest."""

    def __init__(self, *members: str) -> None:
        self.members = dict.fromkeys(members)


class FakeClient:
    """One operation, ``ListThings``, that answers prepared pages and notes what it was asked."""

    def __init__(self, given: str | None, answered: str | None, answers: Sequence[Page]) -> None:
        self.meta = self
        self.service_model = self
        self.method_to_api_mapping = {"list_things": "ListThings"}
        self.input_shape = Shape(*filter(None, ["Filter", given]))
        self.output_shape = Shape(*filter(None, ["Things", answered, "IsTruncated"]))
        self.asked: list[Page] = []
        self._answers = iter(answers)

    def operation_model(self, _: str) -> FakeClient:
        """Stand in for the service model too."""
        return self

    def can_paginate(self, _: str) -> bool:
        """Say no."""
        return False

    def list_things(self, **params: Any) -> Page:  # noqa: ANN401 - any parameter
        """Answer the next page."""
        self.asked.append(params)
        return next(self._answers)


LAST: Page = {"Things": [2]}

LOOPS: dict[str, tuple[str | None, str | None, list[Page], list[Page]]] = {
    "NextToken": ("NextToken", "NextToken", [{"NextToken": "t"}, LAST], [{}, {"NextToken": "t"}]),
    "nextToken": ("nextToken", "nextToken", [{"nextToken": "t"}, LAST], [{}, {"nextToken": "t"}]),
    "Marker to NextMarker": ("Marker", "NextMarker", [{"NextMarker": "t"}, LAST], [{}, {"Marker": "t"}]),
    "Marker to Marker": ("Marker", "Marker", [{"Marker": "t"}, LAST], [{}, {"Marker": "t"}]),
    "position": ("position", "position", [{"position": "t"}, LAST], [{}, {"position": "t"}]),
    "pageToken": ("pageToken", "nextPageToken", [{"nextPageToken": "t"}, LAST], [{}, {"pageToken": "t"}]),
    "ContinuationToken": (
        "ContinuationToken",
        "NextContinuationToken",
        [{"NextContinuationToken": "t"}, LAST],
        [{}, {"ContinuationToken": "t"}],
    ),
    "three pages": (
        "NextToken",
        "NextToken",
        [{"NextToken": "t"}, {"NextToken": "u"}, LAST],
        [{}, {"NextToken": "t"}, {"NextToken": "u"}],
    ),
    "one page": ("NextToken", "NextToken", [LAST], [{}]),
    "no tokens at all": (None, None, [LAST], [{}]),
    "an empty token ends": ("NextToken", "NextToken", [{"NextToken": ""}], [{}]),
    "a token beside the word that it is the end": (
        "Marker",
        "Marker",
        [{"Marker": "t", "IsTruncated": False}],
        [{}],
    ),
    "an empty page with a token goes on": (
        "NextToken",
        "NextToken",
        [{"Things": [], "NextToken": "t"}, LAST],
        [{}, {"NextToken": "t"}],
    ),
}


@pytest.mark.parametrize(("given", "answered", "answers", "asked"), LOOPS.values(), ids=LOOPS)
def test_the_operations_own_tokens(
    given: str | None, answered: str | None, answers: list[Page], asked: list[Page]
) -> None:
    client = FakeClient(given, answered, answers)
    assert list(pages(client, "ListThings", {"Filter": "x"})) == answers
    assert client.asked == [{"Filter": "x", **params} for params in asked]


BROKEN: dict[str, tuple[str | None, str | None, list[Page], str]] = {
    "the same token twice": ("NextToken", "NextToken", [{"NextToken": "t"}] * 3, "the same page token twice"),
    "more, and no token": ("Marker", "Marker", [{"IsTruncated": True}], "gives no token for it"),
    "more, and no way to ask": (None, None, [{"IsTruncated": True}], "gives no token for it"),
}


@pytest.mark.parametrize(("given", "answered", "answers", "message"), BROKEN.values(), ids=BROKEN)
def test_an_end_that_is_none_is_said(
    given: str | None, answered: str | None, answers: list[Page], message: str
) -> None:
    got: list[Page] = []
    with pytest.raises(Unreadable, match=message):
        got.extend(pages(FakeClient(given, answered, answers), "ListThings", {}))


def client(service: str) -> Any:  # noqa: ANN401 - made at run time
    return botocore.session.get_session().create_client(
        service, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )


def test_a_real_operation_without_a_paginator() -> None:
    """s3control's ListAccessPoints has none in botocore."""
    s3control = client("s3control")
    assert not s3control.can_paginate("list_access_points")
    point = {"Name": "door", "NetworkOrigin": "Internet", "Bucket": "ourlab"}
    with Stubber(s3control) as stub:
        first = {"AccountId": "100000000001"}
        stub.add_response("list_access_points", {"AccessPointList": [point], "NextToken": "t"}, first)
        stub.add_response("list_access_points", {"AccessPointList": [point]}, {**first, "NextToken": "t"})
        found = list(pages(s3control, "ListAccessPoints", first))
    assert [len(page["AccessPointList"]) for page in found] == [1, 1]


def test_a_real_operation_with_one() -> None:
    kms = client("kms")
    with Stubber(kms) as stub:
        stub.add_response(
            "list_keys", {"Keys": [{"KeyId": "a"}], "Truncated": True, "NextMarker": "m"}, {"Limit": 1}
        )
        stub.add_response(
            "list_keys", {"Keys": [{"KeyId": "b"}], "Truncated": False}, {"Limit": 1, "Marker": "m"}
        )
        found = list(pages(kms, "ListKeys", {"Limit": 1}))
    assert [page["Keys"][0]["KeyId"] for page in found] == ["a", "b"]


TOKENS = {
    ("sagemaker", "ListModels"): ("NextToken", "NextToken"),
    ("kms", "ListKeys"): ("Marker", "NextMarker"),
    ("iam", "ListRoles"): ("Marker", "Marker"),
    ("bedrock", "ListImportedModels"): ("nextToken", "nextToken"),
    ("s3", "ListBuckets"): ("ContinuationToken", "ContinuationToken"),
    ("s3", "GetBucketPolicy"): (None, None),
    ("sts", "GetCallerIdentity"): (None, None),
}


@pytest.mark.parametrize(("operation", "expected"), TOKENS.items(), ids=lambda pair: ":".join(map(str, pair)))
def test_token_fields_of_real_operations(
    operation: tuple[str, str], expected: tuple[str | None, str | None]
) -> None:
    assert token_fields(client(operation[0]), operation[1]) == expected


def test_an_operation_that_this_sdk_lacks_names_the_sdk() -> None:
    with pytest.raises(Unreadable, match=rf"botocore {botocore.__version__} has no ListMarvels") as caught:
        method_of(client("sts"), "ListMarvels")
    assert caught.value.reason == "unsupported-by-sdk"
