"""Where resources of Azure code will live: their ids, and the identities that they will get.

Nobody can tell the random parts before a deployment (what `uniqueString` and `guid` make, the object ids of
identities, names that are parameters without a value): they are made up, the same wherever they are referred
to.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.snapshot import Unresolved

UNKNOWN_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
"""Stands for the subscription where the code does not say which one it is."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where one deployment goes; `group` is empty for one to a subscription, `tenant` where nobody says."""

    subscription: str = UNKNOWN_SUBSCRIPTION
    group: str = ""
    location: str = ""
    tenant: str = ""

    @property
    def scope(self) -> str:
        """The id of the resource group, or of the subscription."""
        below = f"/resourceGroups/{self.group}" if self.group else ""
        return f"/subscriptions/{self.subscription}{below}"


@dataclass(slots=True)
class Room:
    """What the templates of one tree may come to: resources, and steps of their expressions.

    Loops within loops of nested deployments multiply; what is more than anyone deploys is a gap.
    """

    resources: int = 50_000
    steps: int = 5_000_000
    told: bool = False


def home_of(subscriptions: tuple[str, ...], tenants: tuple[str, ...], group: str) -> Home:
    """Return where code goes that does not say it: the only subscription and tenant of ours, if there are."""
    subscription = subscriptions[0].lower() if len(subscriptions) == 1 else UNKNOWN_SUBSCRIPTION
    return Home(subscription, group, "", tenants[0].lower() if len(tenants) == 1 else "")


def group_names(folders: set[str]) -> dict[str, str]:
    """Return what the resource group of each folder is called: as the folder, where no other is called so."""
    last = Counter(folder.rpartition("/")[2] for folder in folders)
    return {
        folder: name if last[name := folder.rpartition("/")[2]] == 1 else folder.replace("/", "-")
        for folder in folders
    }


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
