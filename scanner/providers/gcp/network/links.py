"""How resources of Compute Engine name each other: by links, of several hosts and versions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scanner.providers.gcp.shape import text

if TYPE_CHECKING:
    from scanner.providers.gcp.hierarchy import Hierarchy

_HOST = re.compile(r"^(https:)?//[^/]+/(compute/)?((v1|beta|alpha)/)?")


def tail(link: object, hierarchy: Hierarchy) -> str:
    """Return ``projects/ID/global/networks/N`` of a link or a full resource name."""
    path = _HOST.sub("", text(link))
    if not path.startswith("projects/"):
        return path
    project, _, rest = path.removeprefix("projects/").partition("/")
    return f"{hierarchy.key(f'projects/{project}')}/{rest}"


def full_name(link: object, hierarchy: Hierarchy) -> str:
    """Return the full resource name that a link stands for."""
    return f"//compute.googleapis.com/{tail(link, hierarchy)}"
