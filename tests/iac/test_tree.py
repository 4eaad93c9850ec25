"""Which files of a tree are read, and which are refused with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.iac.tree import walk

if TYPE_CHECKING:
    from pathlib import Path


def made(root: Path, *paths: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x")
    return root


def test_a_directory_called_providers_is_code_unless_terraform_made_it(tmp_path: Path) -> None:
    tree = walk(made(tmp_path / "a", "providers/main.tf", ".terraform/providers/x/y.json", "b/.git/c.json"))
    assert tree.files == ("providers/main.tf",)


def test_a_directory_that_is_too_deep_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    deep = "/".join(["d"] * 61)
    tree = walk(made(tmp_path, f"{deep}/a.yaml", f"{deep[2:]}/b.yaml"))
    assert tree.files == (f"{deep[2:]}/b.yaml",)
    assert [why for _, why in tree.refused] == ["a directory more than 60 levels deep"]


def test_a_link_to_a_directory_is_refused_aloud_when_nothing_else_reads_it(tmp_path: Path) -> None:
    root = made(tmp_path / "tree", "stacks/a.yaml")
    made(tmp_path / "elsewhere", "b.yaml")
    (root / "within").symlink_to(root / "stacks")
    (root / "without").symlink_to(tmp_path / "elsewhere")
    (root / "nowhere").symlink_to(tmp_path / "gone")
    tree = walk(root)
    assert tree.files == ("stacks/a.yaml",)
    assert dict(tree.refused) == {
        "within": "a symbolic link",
        "without": "a symbolic link to a directory outside",
        "nowhere": "a symbolic link",
    }


def test_a_link_within_the_tree_is_another_name_and_one_out_of_it_is_none(tmp_path: Path) -> None:
    root = made(tmp_path / "tree", "shared/a.tf", "env/main.tf")
    made(tmp_path / "elsewhere", "b.tf")
    (root / "env/a.tf").symlink_to("../shared/a.tf")
    (root / "env/shared").symlink_to(root / "shared")
    (root / "env/b.tf").symlink_to(tmp_path / "elsewhere/b.tf")
    (root / "env/out.tf").symlink_to("../../elsewhere/b.tf")
    (root / "env/round.tf").symlink_to("round.tf")
    (root / "env/gone.tf").symlink_to("../shared/none.tf")
    tree = walk(root)
    assert dict(tree.links) == {"env/a.tf": "shared/a.tf", "env/shared": "shared"}
    assert tree.files == ("env/main.tf", "shared/a.tf")
    assert tree.resolve("env", "shared/a.tf") == "shared/a.tf"
    assert tree.resolve("env", "b.tf") == "env/b.tf"
    assert "env/b.tf" not in tree
