"""Exported assets as input: files of ``gcloud asset export`` or ``ExportAssets``, and no call at all.

JSON lines, one array, or an answer of ``ListAssets`` (``{"assets": [...]}``), with keys in snake_case or
camelCase; an asset may carry several contents. What an export cannot hold, or these files do not, is a gap of
its operation. Imports no SDK. Source: Cloud Asset Inventory, "Export asset metadata to Cloud Storage"
(https://cloud.google.com/asset-inventory/docs/export-asset-metadata, read 2026-11-22).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from scanner.errors import CollectError
from scanner.providers.gcp.collect.bodies import camel, plain
from scanner.providers.gcp.collect.found import Found
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.base import Progress
    from scanner.providers.gcp.collect.table import Body, Effect
    from scanner.snapshot import SnapshotWriter

_COMMON: Final = ("updateTime", "name", "assetType", "ancestors")
_CONTENTS: Final[dict[str, tuple[tuple[str, ...], Effect]]] = {
    "RESOURCE": (("resource",), "understated"),
    "IAM_POLICY": (("iamPolicy",), "understated"),
    "ORG_POLICY": (("orgPolicy",), "overstated"),
    "ACCESS_POLICY": (("accessPolicy", "accessLevel", "servicePerimeter"), "overstated"),
}
_ELSEWHERE: Final[tuple[tuple[str, str, Effect], ...]] = (
    ("cloudidentity", "ListMemberships", "understated"),
    ("iam", "ListDenyPolicies", "overstated"),
    ("iam", "ListPolicyBindings", "overstated"),
    ("iam", "ListPrincipalAccessBoundaryPolicies", "overstated"),
    ("storage", "GetManagedFolderIamPolicy", "understated"),
    ("storage", "ListBucketAccessControls", "understated"),
    ("storage", "ListHmacKeys", "understated"),
    ("storage", "ListObjects", "understated"),
)
"""What only the services themselves tell."""


def read_export(files: Iterable[str], writer: SnapshotWriter, on_progress: Progress) -> None:
    """Read exported files into `writer`.

    Raises:
        CollectError: when a file cannot be opened, or holds no asset.
    """
    names = sorted(set(files))
    assets: list[dict[str, Body]] = []
    for done, name in enumerate(names):
        on_progress("files", done, len(names))
        found = [asset for asset in _assets(Path(name), writer) if isinstance(asset.get("name"), str)]
        if not found:
            raise CollectError(f"`{name}` holds no exported assets")
        assets += found
    on_progress("files", len(names), len(names))
    known = Found("")
    for asset in assets:
        known.learn(asset)
    seen = {content for asset in assets for content in _keep(asset, known, writer)}
    _lack(assets, seen, known, writer)


def _keep(asset: dict[str, Body], known: Found, writer: SnapshotWriter) -> Iterator[str]:
    """Write an asset's documents, one a content; yields the contents."""
    common = {name: asset[name] for name in _COMMON if name in asset}
    for content, (fields, _) in _CONTENTS.items():
        held = {name: asset[name] for name in fields if name in asset}
        if held:
            id_ = DocumentId(
                "gcp", known.scope_of(asset), "", "cloudasset", f"ListAssets.{content}", str(asset["name"])
            )
            writer.add(Document(id_, {**common, **held}))
            yield content


def _lack(assets: list[dict[str, Body]], seen: set[str], known: Found, writer: SnapshotWriter) -> None:
    """Write a gap for everything that a scan of the service would have asked besides."""
    scope = _widest(assets, known)
    for content, (_, effect) in _CONTENTS.items():
        if content not in seen:
            id_ = DocumentId("gcp", scope, "", "cloudasset", f"ListAssets.{content}")
            detail = f"the files hold no content of type {content}"
            writer.gap(Gap(id_, "not-collected", detail, effect))
    for service, operation, effect in _ELSEWHERE:
        id_ = DocumentId("gcp", scope, "", service, operation)
        writer.gap(Gap(id_, "not-collected", "an export of assets does not hold it", effect))


def _widest(assets: list[dict[str, Body]], known: Found) -> str:
    """Return the scope of the widest container that the assets lie in."""
    tops = {above[-1] for asset in assets if isinstance(above := asset.get("ancestors"), list) and above}
    widest = [str(top) for top in sorted(tops, key=lambda t: ("ofp".find(str(t)[:1]), str(t)))]
    return known.scope(widest[0]) if widest else ""


def _assets(file: Path, writer: SnapshotWriter) -> Iterator[dict[str, Body]]:
    """Yield the assets of a file; what is none is a gap, and the rest is read on."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CollectError(f"`{file}` cannot be read: {error.strerror or error}") from None
    broken: list[str] = []
    for number, entry in _entries(content, broken):
        if isinstance(entry, dict):
            yield normal(entry)
        else:
            broken.append(f"entry {number} is no object")
    if broken:
        id_ = DocumentId("gcp", "", "", "cloudasset", "ListAssets", file.name)
        more = f", and {len(broken) - 1} more" if len(broken) > 1 else ""
        writer.gap(Gap(id_, "unparseable", f"{broken[0]}{more}"))


def _entries(content: bytes, broken: list[str]) -> Iterator[tuple[int, Body]]:
    """Yield the entries of a whole JSON document or of JSON lines, counted from 1."""
    try:
        whole = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        yield from _lines(content, broken)
        return
    if isinstance(whole, dict) and isinstance(whole.get("assets"), list):
        whole = whole["assets"]
    yield from enumerate(whole if isinstance(whole, list) else [whole], 1)


def _lines(content: bytes, broken: list[str]) -> Iterator[tuple[int, Body]]:
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip():
            try:
                yield number, msgspec.json.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                broken.append(f"line {number}: {error}")


def normal(entry: dict[str, Body]) -> dict[str, Body]:
    """Return an asset with keys in camelCase.

    ``resource.data`` stays: both spellings of an export have it as the service's own API writes it.
    """
    asset: dict[str, Body] = camel({k: v for k, v in entry.items() if k != "resource"})
    resource = entry.get("resource")
    if isinstance(resource, dict):
        data = {"data": plain(resource["data"])} if "data" in resource else {}
        asset["resource"] = {**camel({k: v for k, v in resource.items() if k != "data"}), **data}
    found: dict[str, Body] = plain(asset)
    return found
