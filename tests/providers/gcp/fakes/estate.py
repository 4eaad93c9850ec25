"""What the fakes answer from: assets as an export has them, and what only the services themselves tell."""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

CONTENTS: Final = {
    "RESOURCE": ("resource",),
    "IAM_POLICY": ("iamPolicy",),
    "ORG_POLICY": ("orgPolicy",),
    "ACCESS_POLICY": ("accessPolicy", "accessLevel", "servicePerimeter"),
}
COMMON: Final = ("name", "assetType", "ancestors", "updateTime")


class Refused(Exception):  # noqa: N818 - an answer of the fake
    """A status that the fake answers with: a name of google.rpc.Code."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(slots=True)
class Fault:
    """Answer calls whose ``OPERATION PARENT`` contains a text with a status, so many times."""

    call: str
    status: str
    times: int = 1_000_000


@dataclass
class FakeGoogle:
    """One estate.

    `page` caps the items of a page, whatever is asked for; `message` is that of faults; `calls` is a log.
    """

    assets: list[dict[str, Any]] = field(default_factory=list)
    roles: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    accounts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    keys: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    denials: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    boundaries: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    bindings: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    page: int = 50
    message: str = ""
    calls: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def names(self) -> set[str]:
        """Bucket names and project ids."""
        data = [asset.get("resource", {}).get("data", {}) for asset in self.assets]
        return {str(d[key]) for d in data for key in ("name", "projectId") if key in d}

    def called(self, operation: str, about: str) -> None:
        """Log a call; raises `Refused` where a fault is waiting for it."""
        call = f"{operation} {about}"
        with self.lock:
            self.calls.append(call)
            for fault in self.faults:
                if fault.times and fault.call in call:
                    fault.times -= 1
                    raise Refused(fault.status, self.message or f"{fault.status} as the test wants it")

    def counted(self) -> Counter[str]:
        """Return how often each operation was called."""
        return Counter(call.partition(" ")[0] for call in self.calls)

    def listed(self, parent: str, content: str, types: list[str]) -> list[dict[str, Any]]:
        """Return the assets of a content type below a parent.

        Source: "ListAssets": types are regular expressions; one that matches no supported type is refused.
        """
        for expression in types:
            if not any(re.fullmatch(expression, str(a["assetType"])) for a in self.assets):
                raise Refused("INVALID_ARGUMENT", f"no asset type matches {expression}")
        fields = CONTENTS[content]
        return [
            {name: asset[name] for name in (*COMMON, *fields) if name in asset}
            for asset in self.assets
            if self._is_below(asset, parent)
            and any(name in asset for name in fields)
            and (not types or any(re.fullmatch(e, str(asset["assetType"])) for e in types))
        ]

    def _is_below(self, asset: dict[str, Any], parent: str) -> bool:
        return parent in asset.get("ancestors", ()) or self._number(parent) in asset.get("ancestors", ())

    def _number(self, parent: str) -> str:
        for asset in self.assets:
            data = asset.get("resource", {}).get("data", {})
            if data.get("projectId") and parent == f"projects/{data['projectId']}":
                return f"projects/{data['projectNumber']}"
        return parent


def paged(items: list[Any], token: str, size: int) -> tuple[list[Any], str]:
    """Return a page and the token of the next one, empty after the last."""
    start = int(token or 0)
    end = start + size
    return items[start:end], str(end) if end < len(items) else ""
