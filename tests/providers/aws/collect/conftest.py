"""A proxy that breaks answers; the server and its estate come from `moto_estate`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import botocore.loaders
import pytest

from tests.providers.aws.collect.faulty_proxy import Faults, proxy

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", autouse=True)
def _service_models_read_once() -> Iterator[None]:
    """Saves half a second a session: all of them share what was read of botocore's JSON files."""
    loader = botocore.loaders.create_loader()
    with mock.patch("botocore.session.create_loader", return_value=loader):
        yield


@pytest.fixture
def faults(moto_url: str) -> Iterator[Faults]:
    """A proxy in front of moto that breaks what a test tells it to."""
    yield from proxy(moto_url)
