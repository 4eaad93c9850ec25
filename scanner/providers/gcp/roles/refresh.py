"""Rewrites ``predefined.json.xz`` from Google's own list of roles.

    gcloud iam roles list --format=json …          (or iam_admin_v1.IAMClient.list_roles(view=FULL))
    python -m scanner.providers.gcp.roles.refresh SOURCE --date 2026-08-22 --origin "iam.googleapis.com
    roles.list"

SOURCE is a file with a list of roles, or with one page or several of ``{"roles": [...]}``, or a directory
with one JSON file a role. Roles need `name` and `includedPermissions`; a role without the latter is left
out, and so stays unknown, because a list of the BASIC view has none.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner.providers.gcp.roles.packing import pack

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = Path(__file__).with_name("predefined.json.xz")


def read_roles(source: Path) -> dict[str, list[str]]:
    """Return the permissions of every complete role in a file or directory."""
    files = sorted(source.glob("*.json")) if source.is_dir() else [source]
    roles = (role for file in files for role in _roles(json.loads(file.read_text("utf-8"))))
    return {
        str(role["name"]): [str(p) for p in role["includedPermissions"]]
        for role in roles
        if role.get("name") and role.get("includedPermissions")
    }


def _roles(content: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - raw JSON
    if isinstance(content, list):
        for entry in content:
            yield from _roles(entry)
    elif isinstance(content, dict) and isinstance(content.get("roles"), list):
        yield from _roles(content["roles"])
    elif isinstance(content, dict):
        yield content


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("source", type=Path, help="file or directory with roles")
    parser.add_argument("--date", required=True, help="day on which the roles were read, YYYY-MM-DD")
    parser.add_argument("--origin", required=True, help="where they were read, for people")
    parser.add_argument("--table", type=Path, default=TABLE, help="file to write")
    given = parser.parse_args()
    given.table.write_bytes(pack(read_roles(given.source), date=given.date, source=given.origin))


if __name__ == "__main__":
    main()
