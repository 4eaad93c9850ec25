"""The policies of a snapshot, compiled once, and the way back from a statement to its document.

A policy is named ``DOCUMENT_ID#JSON_POINTER``; equal documents share one compiled policy, whatever their
names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from scanner.model import Evidence
from scanner.providers.aws.access import Policy, PolicyStore, Unread
from scanner.providers.aws.arn import Arn
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from scanner.providers.aws.access import StatementRef
    from scanner.snapshot import Snapshot


class Library:
    """Compiled policies by place. `gaps` collects the malformed ones met so far."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.gaps: dict[str, Gap] = {}
        self._store = PolicyStore()
        self._places: dict[str, tuple[Document, str]] = {}
        self._naming: dict[str, Evidence] | None = None
        self._cited: dict[tuple[str, int], Evidence | None] = {}

    def policy(self, document: Document, pointer: str) -> Policy | Unread:
        """Return the policy at `pointer` of a document, compiled; a value that is no policy is Unread."""
        name = f"{document.id}#{pointer}"
        self._places[name] = (document, pointer)
        raw = at(document.body, pointer)
        policy = Policy.parse(raw, name=name, interner=self._store)
        for place in policy.malformed:
            gap = Gap(document.id, "unparseable", f"{pointer}{place}")
            self.gaps[f"{name}{place}"] = gap
        return policy

    def get(self, wanted: DocumentId, pointer: str) -> Policy | Unread | None:
        """Return the policy inside one document, None when the provider said that there is none.

        A text that is no policy at all counts as unread, as a refused document does.

        A gap that can only hide findings (``understated``) is not Unread: it is shown as a gap, and what
        other policies grant stays proven.
        """
        found = self.snapshot.get(wanted)
        if isinstance(found, Gap):
            return None if found.effect == "understated" else Unread(str(found.id))
        if found.body is None or at(found.body, pointer) is None:
            return None
        policy = self.policy(found, pointer)
        broken = isinstance(policy, Policy) and "" in policy.malformed
        return Unread(f"{found.id}#{pointer}") if broken else policy

    def cite(self, document: Document) -> str:
        """Return the name of a document that decides as a whole, such as a grant, for `evidence` to find."""
        name = str(document.id)
        self._places[name] = (document, "")
        return name

    def naming(self, arn: str) -> Evidence | None:
        """Return the first field that shows that something is there: by its ARN, or a bucket's name."""
        if self._naming is None:
            self._naming = {}
            for document in self.snapshot:
                body = document.body if isinstance(document.body, dict) else {}
                for field, value in body.items():
                    if isinstance(value, str) and (value.startswith("arn:") or field == "Name"):
                        self._naming.setdefault(value, field_evidence(document, f"/{field}"))
        return self._naming.get(arn) or self._naming.get(Arn.parse(arn).resource.removeprefix("bucket/"))

    def evidence(self, ref: StatementRef) -> Evidence | None:
        """Return where a deciding statement stands; None for a policy of no document."""
        key = (ref.policy, ref.index)
        if key not in self._cited:
            self._cited[key] = self._evidence(ref)
        return self._cited[key]

    def _evidence(self, ref: StatementRef) -> Evidence | None:
        place = self._places.get(ref.policy)
        if place is None:
            return None
        document, pointer = place
        statements = at(document.body, f"{pointer}/Statement")
        if isinstance(statements, list):
            pointer = f"{pointer}/Statement/{ref.index}"
        elif statements is not None:
            pointer = f"{pointer}/Statement"
        return field_evidence(document, pointer)


def field_evidence(document: Document, pointer: str) -> Evidence:
    """Return evidence for one field of a document; what stands there is quoted where hops are joined."""
    return Evidence(str(document.id), pointer)


def at(body: Any, pointer: str) -> Any:  # noqa: ANN401 - raw provider JSON
    """Follow a JSON pointer (RFC 6901) into text that holds JSON too; None where it leads nowhere."""
    value = body
    for step in pointer.split("/")[1:]:
        if isinstance(value, str):
            value = _opened(value)
        if isinstance(value, dict):
            value = value.get(step.replace("~1", "/").replace("~0", "~"))
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _opened(text: str) -> Any:  # noqa: ANN401 - raw provider JSON
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
