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
from scanner.iac.terraform.aws.tables import ROUNDS
from scanner.iac.terraform.azure import tables as azure
from scanner.iac.terraform.directory import ENDINGS, Directories
from scanner.iac.terraform.evaluation import Exhausted
from scanner.iac.terraform.google import tables as google
from scanner.iac.terraform.guarded import guarded
from scanner.iac.terraform.plan import Plan, plans
from scanner.iac.terraform.planned import PlannedOnly
from scanner.iac.terraform.providers import configured
from scanner.iac.terraform.root import Root
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.iac.aws import Drafts
    from scanner.iac.settings import Settings
    from scanner.iac.terraform.aws.identity import Resource
    from scanner.iac.tree import Tree

_LOCAL: Final = ("./", "../")
TERRAGRUNT: Final = ("terragrunt.hcl", "terragrunt.stack.hcl", "terragrunt.hcl.json")
"""Files that say which modules are deployed, with which inputs, beside or instead of root modules.

Source: Terragrunt, "Configuration" (https://terragrunt.gruntwork.io/docs/, read 2026-11).
"""


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


def read_root(instances: list[Resource], drafts: Drafts) -> None:
    """Read a root module's resources."""
    read: set[str] = set()
    for readers in ROUNDS:
        read |= set(readers)
        for instance in instances:
            if instance.type in readers:
                guarded(instance, readers[instance.type], Made, drafts)
    read |= google.read(instances, drafts)
    read |= azure.read(instances, drafts)
    for instance in instances:
        if instance.type not in read and not is_silent(instance.type):
            instance.root.unmapped(instance)


def read_tree(tree: Tree, settings: Settings, drafts: Drafts, wanted: tuple[str, ...] = ()) -> int:
    """Read the root modules of a tree, or only those `wanted`; returns how many resources there are."""

    def on_problem(path: str, why: str) -> None:
        drafts.gap(Gap(DocumentId("iac", "", "", "files", "ReadFile", tree.shown(path)), "unparseable", why))

    directories = Directories(tree, on_problem)
    for path in tree.with_ending(*TERRAGRUNT):
        if not wanted and posixpath.basename(path) in TERRAGRUNT:
            on_problem(path, "Terragrunt is not evaluated: its inputs, and modules it names, are not read")
    count = 0
    seen: set[tuple[str, str, str]] = set()
    taken: set[str] = set()
    for path, plan in _jobs(tree, directories, on_problem, wanted):
        own = settings
        if plan is not None:
            account, region = settings.account or plan.account, settings.region or plan.region
            own = msgspec.structs.replace(settings, account=account, region=region)
        try:
            instances = declared(Root(tree, directories, path, own, drafts.gap, plan=plan))
            apart = _apart(instances, seen)
            if apart:
                own = msgspec.structs.replace(own, account=apart)
                instances = declared(Root(tree, directories, path, own, drafts.gap, plan=plan))
                seen |= _names(instances)
            elsewhere = azure.apart(instances, taken)
            if elsewhere:
                own = msgspec.structs.replace(own, subscriptions=(elsewhere,))
                instances = declared(Root(tree, directories, path, own, drafts.gap, plan=plan))
            read_root(instances, drafts)
            count += len(instances)
        except (Exhausted, RecursionError):
            key = tree.shown(posixpath.join(path, ""))
            id_ = DocumentId("iac", "", "", "terraform", "ReadRootModule", key)
            drafts.gap(Gap(id_, "too-large", "takes more steps than the limit; it is read in part"))
    return count


def declared(root: Root) -> list[Resource]:
    """Return all resources of a root module: with a plan those that it will leave there.

    A plan of a part of them says nothing of the others, which are as the source has them.
    """
    written = [i for module in root.module.modules() for i in module.instances() if not i.is_data]
    if root.plan is None:
        return list(written)
    by_address = {instance.address: instance for instance in written}
    home = configured(root.module, "aws")
    planned = {
        p.address: by_address.get(p.address) or PlannedOnly(root, p, home) for p in root.plan.resources()
    }
    return list({**by_address, **planned}.values() if root.plan.lacks else planned.values())


def _apart(instances: list[Resource], seen: set[tuple[str, str, str]]) -> str:
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


def _names(instances: list[Resource]) -> set[tuple[str, str, str]]:
    return {(i.home.account, i.type, name_of(i)) for i in instances if i.type in iam.HOLDERS}


def _jobs(
    tree: Tree, directories: Directories, on_problem: Callable[[str, str], None], wanted: tuple[str, ...]
) -> Iterator[tuple[str, Plan | None]]:
    """Yield (directory, plan or None) of each root module; a plan's directory may hold no source."""
    if wanted:
        yield from ((path, None) for path in wanted)
        return
    sources = [] if tree.only else roots(tree, directories)
    if tree.only.endswith(ENDINGS):
        sources = [""]
    told: set[str] = set()
    for found in plans(tree):
        if not isinstance(found, Plan):
            on_problem(*found)
            continue
        path = posixpath.dirname(found.path)
        if not directories.has(path) and len(sources) == 1:
            path = sources[0]
        if path not in told:
            told.add(path)
            if found.lacks:
                on_problem(found.path, found.lacks)
            yield path, found
        else:
            on_problem(found.path, "another plan of the same root module is read")
    yield from ((path, None) for path in sources if path not in told)
