"""The table of worlds is in step with the worlds."""

from __future__ import annotations

import pytest

from tests.fixture_table import kind_of, table
from tests.worlds import FIXTURES


def test_the_table_is_in_step() -> None:
    stale = "run `python -m tests.fixture_table > fixtures/README.md`"
    assert (FIXTURES / "README.md").read_text("utf-8") == table(), stale


KINDS = {
    "arn:aws:s3:::weights/*": "s3 objects",
    "arn:aws:sagemaker:us-east-1:100000000001:endpoint/chat": "sagemaker endpoint",
    "//storage.googleapis.com/projects/_/buckets/weights": "storage buckets",
    "/subscriptions/1/providers/Microsoft.Storage/storageAccounts/w": "Microsoft.Storage storageAccounts",
}


@pytest.mark.parametrize(("asset", "expected"), KINDS.items())
def test_kinds_of_assets(asset: str, expected: str) -> None:
    assert kind_of(asset) == expected
