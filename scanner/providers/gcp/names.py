"""Full resource names, ``//SERVICE/PATH``, and the parts of them.

Source: "Full resource names" (https://cloud.google.com/iam/docs/full-resource-names, read 2026-11).
"""

from __future__ import annotations

import re
from itertools import pairwise

MANAGER = "//cloudresourcemanager.googleapis.com/"
STORAGE = "//storage.googleapis.com/"
_PROJECT = re.compile(r"(?<=/)projects/([^/]+)")


def service_of(name: str) -> str:
    """Return ``storage.googleapis.com`` of ``//storage.googleapis.com/BUCKET``, ``""`` of what is no name."""
    return name[2:].partition("/")[0] if name.startswith("//") else ""


def path_of(name: str) -> str:
    """Return what follows the service, the whole text when it has none."""
    return name[2:].partition("/")[2] if name.startswith("//") else name


def project_in(name: str) -> str | None:
    """Return the project id or number that a name contains, None for names without one (buckets)."""
    found = _PROJECT.search(name)
    return found.group(1) if found and found.group(1) not in {"-", "_"} else None


def part_after(name: str, collection: str) -> str:
    """Return the id that follows a collection: ``us-central1`` after ``locations``; ``""`` without one."""
    parts = name.split("/")
    return next((b for a, b in pairwise(parts) if a == collection), "")


def container_of(name: str) -> str:
    """Return ``projects/P``, ``folders/F`` or ``organizations/N`` of a container's full name."""
    return name.removeprefix(MANAGER)


def bucket_in(name: str) -> str | None:
    """Return the bucket of a bucket's or its objects' full name, None for another resource."""
    return name.removeprefix(STORAGE).partition("/")[0] or None if name.startswith(STORAGE) else None


def objects_name(uri: str, *, prefix: bool = False) -> str | None:
    """Turn ``gs://bucket/path`` into the full name of the object, or with `prefix` of all below it.

    None when the text is no such URI.
    """
    bucket, _, path = uri.removeprefix("gs://").partition("/")
    if not uri.startswith("gs://") or not bucket:
        return None
    if not path:
        return f"{STORAGE}{bucket}/*"
    return (
        f"{STORAGE}{bucket}/{path.rstrip('/')}/*"
        if prefix or path.endswith("/")
        else f"{STORAGE}{bucket}/{path}"
    )
