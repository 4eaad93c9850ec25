"""A run through a storm, a run that is killed, and the run after: nothing is lost, nothing asked twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import zlib
from typing import TYPE_CHECKING

import pytest

from scanner.providers.aws.collect import AwsTarget, collect
from scanner.snapshot import JOURNAL, Gap, Head, Journal, Snapshot, SnapshotWriter
from tests.providers.aws.collect import estate_seed as estate
from tests.providers.aws.collect.faulty_proxy import RESET, Answer, cut, error
from tests.providers.aws.collect.test_faults import documents

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.providers.aws.collect.faulty_proxy import Call, Fault, Faults

SERVICES = ("iam", "s3", "kms", "sagemaker")
HEAD = Head("the models account", "2026-11-22T10:00:00Z")


@pytest.fixture(autouse=True)
def _in_the_models_account(seeded: estate.Seeded, credentials_of: Callable[[str], None]) -> None:
    credentials_of(estate.MODELS)


def read(faults: Faults, journal: Journal | None = None) -> Snapshot:
    writer = SnapshotWriter(target="aws", collected_at=HEAD.started, tool_version="0", journal=journal)
    target = AwsTarget(
        regions=(estate.REGION,), services=SERVICES, endpoint_url=faults.url, retries=2, threads=8
    )
    collect(target, writer)
    return writer.snapshot()


def storm(seed: int) -> Fault:
    """Half of the calls are throttled, a third of the operations denied, some answers reset or cut short."""
    dice = random.Random(seed)  # noqa: S311 - the same storm every time

    def fault(call: Call, forward: Callable[[], Answer]) -> Answer | object:
        protocol = "query" if b"Action=" in call.body else "json" if call.body else "s3"
        if zlib.crc32(call.operation.split("/")[0].encode()) % 3 == 0:
            return error(403, "AccessDenied", "not authorized", protocol)(call, forward)
        throw = dice.random()
        if throw < 0.5:
            return error(400, "Throttling", "Rate exceeded", protocol)(call, forward)
        if throw < 0.55:
            return RESET
        return cut(0.5)(call, forward) if throw < 0.6 else forward()

    return fault


def test_a_storm_leaves_holes_that_are_gaps_and_a_second_run_fills_them(
    faults: Faults, tmp_path: Path
) -> None:
    clear = read(faults)
    calls = len(faults.calls)
    faults.by_operation["GetCallerIdentity"] = lambda _call, forward: forward()  # else there is no run at all
    faults.everywhere = storm(7)
    first = read(faults, Journal.start(tmp_path / JOURNAL, HEAD))
    wanted, had = documents(clear), documents(first)
    assert {id_: body for id_, body in had.items() if wanted.get(id_, body) != body} == {}
    missing = [id_ for id_ in clear._by_id if str(id_) not in had]
    assert missing
    held = {gap.id.field for gap in first.gaps}
    unexplained = [
        id_
        for id_ in missing
        if not isinstance(found := first.get(id_), Gap)
        or (
            found.reason == "not-collected"
            and not any(f.startswith(("List", "Get", "Describe")) for f in held)
        )
    ]
    assert unexplained == []
    faults.everywhere = None
    faults.calls.clear()
    left = Journal.resume(tmp_path / JOURNAL)
    assert left is not None
    assert left[0] == HEAD
    second = read(faults, left[1])
    assert documents(second) == wanted
    assert second.gaps == clear.gaps
    assert second.asked == clear.asked
    assert len(faults.calls) < calls - left[1].questions / 2


def slowly(_call: Call, forward: Callable[[], Answer]) -> Answer:
    """Answer after 20 ms, so that a run can be killed in its middle."""
    time.sleep(0.02)
    return forward()


COMMAND = [sys.executable, "-c", "from scanner.cli import main; main()", "collect", "aws", "--threads", "1"]


def test_a_killed_run_is_continued_where_it_stopped(faults: Faults, tmp_path: Path) -> None:
    services = [f"--service={name}" for name in ("iam", "kms", "s3")]  # of which moto answers everything
    command = [*COMMAND, "--region", estate.REGION, "--endpoint-url", faults.url, *services, "--output"]
    environment = {**os.environ, "AWS_EC2_METADATA_DISABLED": "true"}
    whole = subprocess.run(
        [*command, str(tmp_path / "whole")], env=environment, capture_output=True, check=False
    )
    assert whole.returncode == 3, whole.stderr.decode()
    calls = len(faults.calls)
    faults.calls.clear()
    faults.everywhere = slowly
    killed = subprocess.Popen([*command, str(tmp_path / "cut")], env=environment, stderr=subprocess.DEVNULL)
    while len(faults.calls) < calls // 2:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    begun = len(faults.calls)
    faults.everywhere = None
    faults.calls.clear()
    again = subprocess.run(
        [*command, str(tmp_path / "cut")], env=environment, capture_output=True, check=False
    )
    assert again.returncode == 3
    assert b"continuing the reading of" in again.stderr
    assert len(faults.calls) <= calls - begun + 2  # the call in flight, and a login's
    one, other = Snapshot.load(tmp_path / "whole"), Snapshot.load(tmp_path / "cut")
    assert documents(one) == documents(other)
    assert one.gaps == other.gaps


def test_a_journal_of_another_question_is_not_used(faults: Faults, tmp_path: Path) -> None:
    """The near twin: what was read of one region says nothing of another."""
    base = [
        *COMMAND,
        "--endpoint-url",
        faults.url,
        "--service",
        "kms",
        "--output",
        str(tmp_path / "s"),
        "--region",
    ]
    subprocess.run([*base, estate.REGION], capture_output=True, check=False)
    assert (tmp_path / "s" / JOURNAL).exists()  # the other services are gaps
    said = subprocess.run([*base, estate.OTHER_REGION], capture_output=True, check=False)
    assert b"continuing" not in said.stderr
    assert (
        b"continuing" in subprocess.run([*base, estate.OTHER_REGION], capture_output=True, check=False).stderr
    )
