"""Where a document of the inventory's form lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.gcp.collect.bodies import at
from scanner.providers.gcp.collect.table import Kept, Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.providers.gcp.collect.found import Found
    from scanner.providers.gcp.collect.table import Body


def place(found: Found, asset: Body, field: str) -> Kept:
    """Return an asset of the inventory's form as a document.

    Raises:
        Unreadable: when it has no name.
    """
    name = at(asset, "name")
    if not isinstance(name, str) or not name:
        raise Unreadable("unparseable", "an asset without a name")
    if field == "ListAssets.RESOURCE":
        found.learn(asset)
    return Kept(found.scope_of(asset), field, name, asset)


def place_resource(
    found: Found, body: Body, url: str, *, name: str, type_: str, above: Sequence[str]
) -> Kept:
    """Return what a service's own API said of a resource in the inventory's form, read at `url`."""
    resource = {"data": body, "resourceUrl": url}
    asset = {"name": name, "assetType": type_, "ancestors": [*above], "resource": resource}
    return place(found, asset, "ListAssets.RESOURCE")
