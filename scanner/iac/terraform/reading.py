"""From a tree of Terraform to documents: every root module, every instance of every resource."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

import msgspec

from scanner.iac.terraform import syntax
from scanner.iac.terraform.aws import iam
from scanner.iac.terraform.aws.identity import name_of
from scanner.iac.terraform.aws.made import Made
from scanner.iac.terraform.aws.silent import is_silent
from scanner.iac.terraform.aws.tables import FIRST, TYPES
from scanner.iac.terraform.directory import Directories
from scanner.iac.terraform.evaluation import Exhausted
from scanner.iac.terraform.providers import home_of
from scanner.iac.terraform.root import Root
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.iac.aws import Drafts
    from scanner.iac.settings import Settings
    from scanner.iac.terraform.instances import Instance
    from scanner.iac.tree import Tree

_LOCAL: Final = ("./", "../")


def roots(tree: Tree, directories: Directories) -> list[str]:
    """Return the root modules: directories with something to deploy that no call of the tree leads to."""
    called: set[str] = set()
    found: list[str] = []
    for path in directories:
        if "/.terraform/" in f"/{path}/":
            continue
        directory = directories.get(path)
        if not directory.is_empty:
            found.append(path)
        for block in directory.modules.values():
            source = block.attributes.get("source")
            text = source.value if isinstance(source, syntax.Constant) else None
            if isinstance(text, str) and text.startswith(_LOCAL):
                called.add(tree.resolve(path, text) or "")
    only = [path for path in found if path not in called]
    return only or found[:1]


def read_root(instances: list[Instance], drafts: Drafts) -> None:
    """Read a root module's resources."""
    waiting: list[tuple[Callable[[Made], None], Made]] = []
    for instance in instances:
        read = FIRST.get(instance.type)
        if read is not None:
            _read(read, instance, drafts)
        elif instance.type in TYPES:
            waiting.append((TYPES[instance.type], Made(instance, drafts)))
        elif not is_silent(instance.type):
            instance.module.root.unmapped(instance)
    for later, made in waiting:
        later(made)


def _read(read: Callable[[Made], None], instance: Instance, drafts: Drafts) -> None:
    read(Made(instance, drafts))


def read_tree(tree: Tree, settings: Settings, drafts: Drafts, wanted: tuple[str, ...] = ()) -> int:
    """Read the root modules of a tree, or only those `wanted`; returns how many resources there are."""

    def on_problem(path: str, why: str) -> None:
        drafts.gap(Gap(DocumentId("iac", "", "", "files", "ReadFile", tree.shown(path)), "unparseable", why))

    directories = Directories(tree, on_problem)
    count = 0
    seen: set[tuple[str, str, str]] = set()
    for path in wanted or _wanted(tree, directories):
        try:
            instances = declared(Root(tree, directories, path, settings, drafts.gap))
            apart = _apart(instances, seen)
            if apart:
                own = msgspec.structs.replace(settings, account=apart)
                instances = declared(Root(tree, directories, path, own, drafts.gap))
                seen |= _names(instances)
            read_root(instances, drafts)
            count += len(instances)
        except (Exhausted, RecursionError):
            key = tree.shown(posixpath.join(path, ""))
            id_ = DocumentId("iac", "", "", "terraform", "ReadRootModule", key)
            drafts.gap(Gap(id_, "too-large", "takes more steps than the limit; it is read in part"))
    return count


def declared(root: Root) -> list[Instance]:
    """Return the instances of all resources of a root module."""
    return [i for module in root.module.modules() for i in module.instances() if not i.is_data]


def _apart(instances: list[Instance], seen: set[tuple[str, str, str]]) -> str:
    """Return an account of its own for a root module that declares what an earlier one does, or nothing.

    Two such modules can only be for two accounts, as of test and production, or examples of which one is
    used. `seen` learns the names of the module otherwise.
    """
    names = _names(instances)
    if names & seen:
        accounts = {account for account, _, _ in seen}
        return next(a for a in map("{:012d}".format, range(1, 10_000)) if a not in accounts)
    seen |= names
    return ""


def _names(instances: list[Instance]) -> set[tuple[str, str, str]]:
    return {
        (home_of(i.module, i.block).account, i.type, name_of(i)) for i in instances if i.type in iam.HOLDERS
    }


def _wanted(tree: Tree, directories: Directories) -> Iterator[str]:
    if tree.only:
        return iter([""] if tree.only.endswith((".tf", ".tofu", ".tf.json")) else [])
    return iter(roots(tree, directories))
