"""Collecting against a stub that answers after 50 ms: ``python -m tests.benchmarks.collect_speed [BUCKETS]``.

The bound is what the SDK itself needs of a core for as many calls, measured beside it in the same run: calls
one after another against the same stub without waiting. Memory is the process's peak at the given size and at
a tenth of it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

LATENCY_S = 0.05
THREADS = 64
_IDENTITY = (
    b"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::100000000001:user/scan</Arn>"
    b"<UserId>AIDAEXAMPLE</UserId><Account>100000000001</Account></GetCallerIdentityResult>"
    b"</GetCallerIdentityResponse>"
)


def serve(buckets: int, port: Connection) -> None:
    """Answer every S3 call with little, in a process of its own; a header decides how late."""
    listed = b"".join(b"<Bucket><Name>bucket-%06d</Name></Bucket>" % n for n in range(buckets))
    listing = b"<ListAllMyBucketsResult><Buckets>%s</Buckets></ListAllMyBucketsResult>" % listed

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            late = b"x-late" in head.lower()
            body = (
                _IDENTITY
                if head.startswith(b"POST")
                else listing
                if b" /?x-id" in head or b" / " in head
                else b"<A/>"
            )
            if late:
                await asyncio.sleep(LATENCY_S)
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s"
                % (len(body), body)
            )

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionResetError):
        return b""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line.partition(b":")[2]))
    return head


def sdk_s_a_call(url: str, rounds: int = 40) -> float:
    """Return the CPU seconds that the SDK alone takes for one of the calls that are made of every bucket."""
    import boto3  # noqa: PLC0415 - only the measuring process loads it

    client: Any = boto3.client("s3", region_name="us-east-1", endpoint_url=url)
    asked = ("policy", "acl", "encryption", "ownership_controls", "replication", "location", "tagging")
    calls = [getattr(client, f"get_bucket_{what}") for what in asked]
    calls += [client.get_public_access_block, client.list_objects_v2]
    for number in range(rounds + 1):
        if number == 1:  # the first round fills the SDK's own caches
            started = time.process_time()
        for call in calls:
            call(Bucket="bucket-000000")
    return (time.process_time() - started) / rounds / len(calls)


def collected(url: str) -> tuple[int, float, float]:
    """Return calls, seconds and CPU seconds of collecting S3 with a journal."""
    import botocore.session  # noqa: PLC0415 - as above

    from scanner.providers.aws.collect import AwsTarget, collect  # noqa: PLC0415 - as above
    from scanner.snapshot import JOURNAL, Head, Journal, SnapshotWriter  # noqa: PLC0415 - as above

    add = botocore.session.Session.create_client

    def late(self: Any, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - botocore's
        client = add(self, *given, **named)
        client.meta.events.register(
            "before-send", lambda request, **_: request.headers.__setitem__("x-late", "1")
        )
        return client

    botocore.session.Session.create_client = late
    with tempfile.TemporaryDirectory() as directory:
        journal = Journal.start(Path(directory) / JOURNAL, Head("benchmark", ""))
        writer = SnapshotWriter(target="aws", collected_at="", tool_version="0", journal=journal)
        started, cpu = time.perf_counter(), time.process_time()
        target = AwsTarget(regions=("us-east-1",), services=("s3",), endpoint_url=url, threads=THREADS)
        collect(target, writer)
        writer.save(Path(directory))
        calls = writer._manifest([]).asked
        return calls, time.perf_counter() - started, time.process_time() - cpu


def measure(buckets: int) -> None:
    """Print one line for a size."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(buckets, theirs), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ours.recv()}"
    bound = sdk_s_a_call(url)
    calls, wall, cpu = collected(url)
    server.terminate()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{calls:6} calls: {wall:.1f} s, {cpu:.1f} CPU s; the SDK alone {calls * bound:.1f} CPU s; "
        f"ratio {wall / (calls * bound):.2f}; peak {peak:.0f} MB\n"
    )


def main() -> None:
    """Measure a tenth and the whole, each in a process of its own."""
    buckets = int(sys.argv[1]) if len(sys.argv) > 1 else 250
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "BENCHMARK_PART": "1",
    }
    for size in (buckets // 10, buckets):
        subprocess.run([sys.executable, "-m", __spec__.name, str(size)], env=environment, check=True)


if __name__ == "__main__":
    measure(int(sys.argv[1])) if os.environ.get("BENCHMARK_PART") else main()
