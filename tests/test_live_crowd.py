"""More than a hundred resources of fifteen services, read from a cloud that answers: none is lost."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from scanner.cli import main
from scanner.snapshot import Snapshot
from tests import live_crowd, live_estate

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAST = 100


@pytest.fixture(scope="module")
def crowd() -> Iterator[tuple[live_estate.Live, dict[str, set[str]]]]:
    """A server of its own, with the estate and what stands beside it in the models' account."""
    for estate in live_estate.serving():
        yield estate, live_crowd.seed(partial(_client, estate), live_estate.MODELS, live_estate.REGION)


def _client(estate: live_estate.Live, service: str) -> Any:  # noqa: ANN401 - made at run time
    return estate.client(service, live_estate.MODELS)


@pytest.fixture(scope="module")
def read(
    crowd: tuple[live_estate.Live, dict[str, set[str]]], tmp_path_factory: pytest.TempPathFactory
) -> Snapshot:
    """What the command line reads of the models' account."""
    where = tmp_path_factory.mktemp("crowd") / "snapshot"
    services = [f"--service={name}" for name in ("sts", *live_crowd.SERVICES)]
    options = ["--region", live_estate.REGION, "--endpoint-url", crowd[0].url, "--retries", "1"]
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in live_estate.credentials(crowd[0].url, live_estate.MODELS).items():
            patch.setenv(name, value)
        patch.setattr(
            sys, "argv", ["sidedoor", "collect", "aws", *options, *services, "--output", str(where)]
        )
        with pytest.raises(SystemExit):
            main()
    return Snapshot.load(where)


def test_there_are_a_hundred_of_many_services(
    crowd: tuple[live_estate.Live, dict[str, set[str]]],
) -> None:
    made = crowd[1]
    assert sorted(made) == sorted(live_crowd.SERVICES)
    assert sum(map(len, made.values())) >= LEAST


@pytest.mark.parametrize("service", live_crowd.SERVICES)
def test_each_of_them_is_read(
    service: str, crowd: tuple[live_estate.Live, dict[str, set[str]]], read: Snapshot
) -> None:
    keys = {part for d in read if d.id.service == service for part in (d.id.key, *d.id.key.split("/"))}
    assert crowd[1][service] - keys == set()
