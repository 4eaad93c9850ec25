"""Small trees of Terraform for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.iac.aws import Drafts
from scanner.iac.settings import Settings
from scanner.iac.terraform.directory import Directories
from scanner.iac.terraform.reading import read_tree
from scanner.iac.terraform.root import Root
from scanner.iac.tree import walk

if TYPE_CHECKING:
    from pathlib import Path

    from scanner.snapshot import Document, Gap


def written(place: Path, files: dict[str, str]) -> Path:
    """Write files below a directory."""
    for name, text in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return place


def root(place: Path, files: dict[str, str], path: str = "") -> Root:
    """Return a root module of a tree."""
    tree = walk(written(place, files))
    gaps: list[Gap] = []
    found = Root(tree, Directories(tree, lambda *_: None), path, Settings(), gaps.append)
    found.gaps = gaps  # type: ignore[attr-defined]  # for tests
    return found


def local(place: Path, files: dict[str, str], name: str) -> Any:  # noqa: ANN401 - a value of the language
    """Return what ``local.NAME`` of the root module comes to."""
    return root(place, files).module.name("local").attribute(name)


def documents(
    place: Path, files: dict[str, str], settings: Settings | None = None
) -> tuple[dict[str, Document], tuple[Gap, ...]]:
    """Return the documents that lines of code make, by id without account and region, and all gaps."""
    drafts = Drafts()
    read_tree(walk(written(place, files)), settings or Settings(), drafts)
    made = [draft.document() for draft in drafts if draft.is_from_code]
    return {f"{d.id.field}/{d.id.key.rpartition('/')[2]}": d for d in made}, drafts.gaps
