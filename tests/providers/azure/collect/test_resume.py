"""A run that lost some answers, and the run after, which asks for no others."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from azure.core.credentials import AccessToken

from scanner.providers.azure.collect import AzureTarget, collect
from scanner.snapshot import JOURNAL, Head, Journal, Snapshot, SnapshotWriter
from tests.providers.azure.collect.collecting import bodies, gaps
from tests.providers.azure.fakes.documents import TENANT, guid
from tests.providers.azure.fakes.server import fault, serving
from tests.providers.azure.fakes.tenant import FEW, MODELS, documents

if TYPE_CHECKING:
    from pathlib import Path

HEAD = Head("a tenant", "2026-11-22T10:00:00Z")


class Someone:
    """Credentials whose token says whose it is."""

    def __init__(self, oid: str) -> None:
        claims = urlsafe_b64encode(json.dumps({"tid": TENANT, "oid": oid}).encode()).decode().rstrip("=")
        self.token = f"e30.{claims}.x"

    def get_token(self, *_: str, **__: object) -> AccessToken:
        """Return the token."""
        return AccessToken(self.token, int(time.time()) + 3_600)


def read(url: str, journal: Journal, oid: str = "me", subscriptions: tuple[str, ...] = ()) -> Snapshot:
    writer = SnapshotWriter(target="azure", collected_at=HEAD.started, tool_version="0", journal=journal)
    target = AzureTarget(arm_endpoint=url, graph_endpoint=url, retries=1, subscriptions=subscriptions)
    collect(target, writer, credential=Someone(oid))
    return writer.snapshot()


def left(path: Path) -> Journal:
    found = Journal.resume(path)
    assert found is not None
    return found[1]


def test_a_second_run_fills_the_holes_of_the_first(tmp_path: Path) -> None:
    holes = [
        fault("/blobservices/default/containers$", 403, "AuthorizationFailed"),
        fault(f"/groups/{guid('b', 1)}/members", 429, "TooManyRequests"),
    ]
    with serving(documents(FEW)) as fake:
        clear = read(fake.url, Journal())
        calls = sum(fake.calls.values())
        fake.faults += holes
        first = read(fake.url, Journal.start(tmp_path / JOURNAL, HEAD))
        fake.faults.clear()
        fake.calls.clear()
        second = read(fake.url, left(tmp_path / JOURNAL))
    assert (len(first) < len(clear), gaps(second)) == (True, {})
    assert bodies(second) == bodies(clear)
    assert second.asked == clear.asked
    lost = FEW + 1 + 1 + 1  # containers of the accounts, members of a group, policies judged by their parents
    assert sum(fake.calls.values()) == lost < calls / 4


def test_answers_to_somebody_else_are_not_used(tmp_path: Path) -> None:
    """The near twin: who sees less must not be shown what another saw."""
    with serving(documents(FEW)) as fake:
        read(fake.url, Journal.start(tmp_path / JOURNAL, HEAD))
        calls = sum(fake.calls.values())
        read(fake.url, left(tmp_path / JOURNAL), oid="another")
        assert sum(fake.calls.values()) == 2 * calls


def test_answers_about_more_are_not_used_for_less(tmp_path: Path) -> None:
    with serving(documents(FEW)) as fake:
        read(fake.url, Journal.start(tmp_path / JOURNAL, HEAD))
        one = read(fake.url, left(tmp_path / JOURNAL), subscriptions=(MODELS,))
        fresh = read(fake.url, Journal(), subscriptions=(MODELS,))
    assert bodies(one) == bodies(fresh)
