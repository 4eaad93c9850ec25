"""Where resources of Azure code will live: their ids, and the identities that they will get.

Nobody can tell the random parts before a deployment (what `uniqueString` and `guid` make, the object ids of
identities, names that are parameters without a value): they are made up, the same wherever they are referred
to.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.snapshot import Unresolved

UNKNOWN_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
"""Stands for the subscription where the code does not say which one it is."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where one deployment goes; `group` is empty for one to a subscription."""

    subscription: str = UNKNOWN_SUBSCRIPTION
    group: str = ""
    location: str = ""

    @property
    def scope(self) -> str:
        """The id of the resource group, or of the subscription."""
        below = f"/resourceGroups/{self.group}" if self.group else ""
        return f"/subscriptions/{self.subscription}{below}"


def resource_id(scope: str, type_: str, names: list[str]) -> str:
    """Return a resource's id: types and names by turns, below the provider's namespace."""
    namespace, _, rest = type_.partition("/")
    pairs = "".join(f"/{kind}/{name}" for kind, name in zip(rest.split("/"), names, strict=False))
    return f"{scope}/providers/{namespace}{pairs}"


def stand_in(open_: Unresolved) -> str:
    """Return the name that stands for one that cannot be told: the same for the same expression."""
    return re.sub(r"[^A-Za-z0-9]+", "-", open_.expression).strip("-")[:60] or "unnamed"


def made_up(*parts: str) -> str:
    """Return 13 letters and digits as `uniqueString` has them, the same for the same parts."""
    return hashlib.sha256("\x00".join(parts).lower().encode("utf-8", "replace")).hexdigest()[:13]


def made_up_guid(*parts: str) -> str:
    """Return a GUID that is the same for the same parts."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "\x00".join(parts).lower()))
