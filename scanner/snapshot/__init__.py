"""A snapshot: the providers' raw documents, and what could not be read.

Everything after it is offline and pure. On disk a directory: ``manifest.json`` and ``objects/SHA256.jsonl``
(``.jsonl.zst`` above 1 MB), one object a shard, one document a line, sorted by id. A *shard* is one account,
project or subscription. `Snapshot.digest` is the hash of the manifest's content and so of everything in it:
it tells accidents and edits, not forgery.

A document is one provider answer, or one item of a list answer, under the id
``PROVIDER:SCOPE:REGION:SERVICE:FIELD/KEY``:

    aws:100000000001:us-east-1:sagemaker:DescribeEndpoint/sandbox
    aws:100000000001::iam:GetAccountAuthorizationDetails.RoleDetailList/arn:aws:iam::100000000001:role/ingest

A body of None means that the provider said "there is none" (no bucket policy). What could not be read is a
`Gap` under the same id; a gap without a key stands for every key of its operation. Looking up what is neither
gives a `Gap` too, with reason ``not-collected``: absent and unread never meet.
"""

from __future__ import annotations

from scanner.snapshot.changing import Change, changed
from scanner.snapshot.documents import Document, DocumentId, Gap, Place, Reason
from scanner.snapshot.files import FORMAT_VERSION, LONGEST_LINE, demand_room
from scanner.snapshot.journal import JOURNAL, Head, Journal
from scanner.snapshot.overlay import laid_over, located
from scanner.snapshot.reading import Snapshot
from scanner.snapshot.removal import Removal, Without
from scanner.snapshot.unresolved import Unresolved
from scanner.snapshot.writing import SnapshotWriter

__all__ = [
    "FORMAT_VERSION",
    "JOURNAL",
    "LONGEST_LINE",
    "Change",
    "Document",
    "DocumentId",
    "Gap",
    "Head",
    "Journal",
    "Place",
    "Reason",
    "Removal",
    "Snapshot",
    "SnapshotWriter",
    "Unresolved",
    "Without",
    "changed",
    "demand_room",
    "laid_over",
    "located",
]
