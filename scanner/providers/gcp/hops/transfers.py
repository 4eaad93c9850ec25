"""Hops into objects that a transfer job copies elsewhere, of whoever reads them there.

A job keeps copying what its source holds; its bucket of copies has policies of its own. Source: Storage
Transfer Service REST reference, "TransferJob" and "TransferSpec"
(https://cloud.google.com/storage-transfer/docs/reference/rest/v1/transferJobs, read 2026-11). A bucket that
no document describes lies with others: whoever owns it has the copies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.model import Evidence, Hop, Principal
from scanner.providers.gcp.hops import objects
from scanner.providers.gcp.members import SERVICE_ACCOUNT
from scanner.providers.gcp.names import STORAGE, bucket_in
from scanner.providers.gcp.shape import section, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.model import Certainty
    from scanner.providers.gcp.estate import GcpEstate
    from scanner.providers.gcp.inventory import Inventory, Item

_JOB = "storagetransfer.googleapis.com/TransferJob"
_READ = "storage.objects.get"


def by_source(inventory: Inventory) -> dict[str, tuple[Item, ...]]:
    """Return the jobs that are on, by the bucket that they copy from."""
    found: dict[str, tuple[Item, ...]] = {}
    for item in inventory.of(_JOB):
        bucket = text(section(item.data, "transferSpec", "gcsDataSource").get("bucketName"))
        if bucket and text(item.data.get("status")) in {"", "ENABLED"}:
            found[bucket] = (*found.get(bucket, ()), item)
    return found


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into objects that are copied; none for another node."""
    name = bucket_in(node)
    for job in estate.transfers.get(name or "", ()) if name and node != f"{STORAGE}{name}" else ():
        if _meet(_path(job, "gcsDataSource"), node.removeprefix(f"{STORAGE}{name}/")):
            yield from _copied(estate, node, job)


def _copied(estate: GcpEstate, node: str, job: Item) -> Iterator[Hop]:
    spec = section(job.data, "transferSpec")
    proof = Evidence(
        str(job.document.id), f"{job.base}/transferSpec", msgspec.json.encode(spec).decode()[:2000]
    )
    sink = text(section(spec, "gcsDataSink").get("bucketName"))
    missing = () if _reads(estate, node, job) else (f"whether the transfer {job.name} may read its source",)
    certainty: Certainty = "possible" if missing else "proven"
    if sink and sink not in estate.buckets:
        source = f"{STORAGE}{sink}"
        yield Hop(node, source, "copy", (), ("read",), certainty, evidence=(proof,), missing=missing)
        return
    copies = f"{STORAGE}{sink}/{_path(job, 'gcsDataSink')}*"
    for hop in objects.into(estate, copies) if sink and sink != bucket_in(node) else ():
        if hop.type == "read":
            yield msgspec.structs.replace(
                hop,
                target=node,
                type="copy",
                certainty=certainty if hop.certainty == "proven" else hop.certainty,
                evidence=(proof, *hop.evidence),
                missing=tuple(sorted({*hop.missing, *missing})),
            )


def _reads(estate: GcpEstate, node: str, job: Item) -> bool:
    """Tell whether the account of a job is surely let in by its source."""
    own = text(job.data.get("serviceAccount"))
    number = estate.hierarchy.containers.get(f"projects/{job.project}")
    agent = f"project-{number.number if number else ''}@storage-transfer-service.iam.gserviceaccount.com"
    email = own or agent
    bucket = estate.buckets.get(bucket_in(node) or "")
    answers = estate.who(_READ, bucket.objects_at(node)) if bucket else ()
    return any(a.member == f"{SERVICE_ACCOUNT}{email}" and not a.missing for a in answers)


def _path(job: Item, side: str) -> str:
    return text(section(job.data, "transferSpec", side).get("path"))


def _meet(prefix: str, path: str) -> bool:
    """Tell whether objects with a prefix are among those that a glob means."""
    start = path.partition("*")[0]
    return start.startswith(prefix) or prefix.startswith(start)


def sinks(jobs: Mapping[str, tuple[Item, ...]]) -> Iterator[str]:
    """Yield the full name of every bucket that a job copies to, in order."""
    named = {
        text(section(job.data, "transferSpec", "gcsDataSink").get("bucketName"))
        for each in jobs.values()
        for job in each
    }
    yield from (f"{STORAGE}{name}" for name in sorted(named - {""}))


def describe(node: str) -> Principal | None:
    """Return whoever owns a bucket that no document describes; None for another node."""
    name = bucket_in(node)
    if name is None or node != f"{STORAGE}{name}":
        return None
    return Principal(node, "account", "gcp", name=f"the owner of the bucket {name}")
