"""Documents, the ids that name them, and gaps: what stands where a document could not be read."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

Reason: TypeAlias = Literal[
    "refused",
    "throttled",
    "not-implemented",
    "unparseable",
    "unsupported-by-sdk",
    "failed",
    "not-collected",
    "too-large",
]


class DocumentId(msgspec.Struct, frozen=True, order=True):
    """Where a document comes from. `scope` is an account, project or subscription; `region` may be empty.

    `field` is the operation (``GetBucketPolicy``) or, for one item of a list answer, ``OPERATION.FIELD``;
    `key` names the item or the parameters, and is empty when one scope and region has only one.
    """

    provider: str
    scope: str
    region: str
    service: str
    field: str
    key: str = ""

    @classmethod
    def parse(cls, text: str) -> DocumentId:
        """Read an id as it is written; a text that is none gives an id that no document has."""
        provider, scope, region, service, rest = [*text.split(":", 4), *[""] * 4][:5]
        field, _, key = rest.partition("/")
        return cls(provider, scope, region, service, field, key)

    def __str__(self) -> str:
        head = f"{self.provider}:{self.scope}:{self.region}:{self.service}:{self.field}"
        return f"{head}/{self.key}" if self.key else head


class Place(msgspec.Struct, frozen=True, order=True):
    """Lines of code, 1-based with both ends included, that made what is at a JSON pointer of a document.

    `file` is relative to the scanned tree, with forward slashes.
    """

    pointer: str
    file: str
    lines: tuple[int, int]


class Document(msgspec.Struct, frozen=True, omit_defaults=True):
    """One raw provider answer, or what code will make it.

    `places` say which code; the one whose pointer is the longest beginning of a pointer holds for it, and the
    empty pointer's is the whole document's. None: not from code.
    """

    id: DocumentId
    body: Any
    places: tuple[Place, ...] = ()

    def place(self, pointer: str) -> Place | None:
        """Return the narrowest code that made what is at a pointer."""
        holding = [p for p in self.places if _begins(pointer, p.pointer)]
        return max(holding, key=lambda place: len(place.pointer), default=None)


class Gap(msgspec.Struct, frozen=True, order=True):
    """What could not be read, and why. `detail` is the provider's or parser's own words, without secrets.

    `effect` says what it does to findings: ``understated`` (some may be missing), ``overstated`` (some may be
    wrong) or ``both``.
    """

    id: DocumentId
    reason: Reason
    detail: str = ""
    effect: Literal["understated", "overstated", "both"] = "both"

    def __str__(self) -> str:
        return f"{self.id} ({self.reason}{': ' + self.detail if self.detail else ''})"


def _begins(pointer: str, beginning: str) -> bool:
    return pointer == beginning or pointer.startswith(f"{beginning}/")
