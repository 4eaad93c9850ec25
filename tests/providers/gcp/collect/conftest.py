"""An organization on loopback."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from scanner.providers.gcp.collect import GcpTarget, collect
from scanner.snapshot import Journal, Snapshot, SnapshotWriter
from tests.providers.gcp.collect.seed import seeded
from tests.providers.gcp.fakes.grpc_server import grpc_serving
from tests.providers.gcp.fakes.rest_server import rest_serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.providers.gcp.fakes.estate import FakeGoogle


@dataclass(frozen=True)
class Google:
    """The estate, and the endpoints that serve it."""

    estate: FakeGoogle
    grpc: str
    rest: str

    def collected(self, journal: Journal | None = None, **target: Any) -> Snapshot:  # noqa: ANN401 - options
        """Read it through the official clients."""
        given = {"endpoints": (self.grpc, self.rest), **target}
        if not {"organization", "folder", "project"} & set(given):
            given["organization"] = "900000000001"
        written = writer(journal)
        collect(GcpTarget(**given), written)
        return written.snapshot()


@pytest.fixture
def google() -> Iterator[Google]:
    with serving() as found:
        yield found


@pytest.fixture(scope="session")
def read() -> Snapshot:
    """The estate as a run without faults reads it."""
    with serving() as found:
        return found.collected()


@contextmanager
def serving() -> Iterator[Google]:
    """Serve the estate anew."""
    estate = seeded()
    with grpc_serving(estate) as grpc, rest_serving(estate) as rest:
        yield Google(estate, grpc, rest)


def writer(journal: Journal | None = None) -> SnapshotWriter:
    """Return a writer as a scan has it."""
    return SnapshotWriter(
        target="gcp", collected_at="2026-11-22T06:00:00Z", tool_version="test", journal=journal
    )


def gaps_of(snapshot: Snapshot) -> dict[str, str]:
    """Return reason and effect of every gap."""
    return {str(gap.id): f"{gap.reason}, {gap.effect}" for gap in snapshot.gaps}


def bodies_of(snapshot: Snapshot, service: str, field: str) -> dict[str, Any]:
    """Return the bodies of one field by scope and key."""
    return {f"{d.id.scope} {d.id.key}".strip(): d.body for d in snapshot.all("gcp", service, field)}
