"""Roles and users that were not read, though other documents name them: nobody may take them for absent.

Where an account's identities could not all be read, a role that a policy, a model or a job names may well be
there. It stands in the graph with nothing known of it, so that paths through it are possible and not missing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.access import Unread
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot import Snapshot

_DETAILS = "GetAccountAuthorizationDetails"
# IAM API Reference, "Role" and "User": word characters and +=,.@- after a path; a wildcard names nobody
_NAMED = re.compile(r'arn:aws[a-z-]*:iam::(\d{12}):(role|user)/([\w+=,.@/-]+)(?=["\\])', re.ASCII)


def unread_identities(snapshot: Snapshot) -> Iterator[tuple[Document, str, Unread]]:
    """Yield (stand-in document, ``role`` or ``user``, what is unread) for each, once, by ARN."""
    unread = {gap.id.scope: gap for gap in snapshot.gaps_of("aws") if _hides_identities(gap)}
    if not unread:
        return
    found: dict[str, tuple[str, str]] = {}
    for text in _texts(snapshot):
        for name in _NAMED.finditer(text):
            if name[1] in unread:
                found[name[0]] = name[1], name[2]
    for arn, (account, kind) in sorted(found.items()):
        field = f"{_DETAILS}.{'RoleDetailList' if kind == 'role' else 'UserDetailList'}"
        id_ = DocumentId("aws", account, "", "iam", field, arn)
        yield Document(id_, {"Arn": arn}), kind, Unread(str(unread[account].id))


def _hides_identities(gap: Gap) -> bool:
    operation = gap.id.field.partition(".")[0]
    return (gap.id.service, operation) in {("iam", _DETAILS), ("sts", "AssumeRole")}


def _texts(snapshot: Snapshot) -> Iterator[str]:
    for document in snapshot:
        try:
            yield msgspec.json.encode(document.body).decode()
        except (TypeError, ValueError, OverflowError, RecursionError):  # no JSON, so no policy either
            continue
