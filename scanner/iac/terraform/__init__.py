"""Terraform and OpenTofu: source and plans, read into the documents that clouds will answer with.

The language is evaluated here and not by `terraform`: nothing of the scanned tree runs, no provider is
asked, and what an expression leaves open stays open alone. `parser` reads files, `evaluation` expressions,
`modules` what they belong to; `aws` says which document each resource makes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.errors import ConfigError
from scanner.iac import worker
from scanner.iac.terraform.directory import Directories
from scanner.iac.terraform.reading import TERRAGRUNT, roots
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from scanner.iac.settings import Settings
    from scanner.iac.tree import Tree
    from scanner.snapshot import SnapshotWriter

_ANSWERS: Final = "scanner.iac.terraform.apart:answer"


class Answer(msgspec.Struct):
    """What the worker read. `error` is the user's mistake, of a file of variables."""

    documents: list[Document] = []
    gaps: list[Gap] = []
    asked: int = 0
    error: tuple[str, str] | None = None


def read(tree: Tree, settings: Settings, writer: SnapshotWriter) -> None:
    """Read every root module of a tree, in a worker; see `scanner.iac.Language`."""
    if not tree.with_ending(".tf", ".tofu", ".tf.json", ".tofu.json", ".json", *TERRAGRUNT):
        return
    found = _ask(tree, settings, settings.seconds)
    if not isinstance(found, worker.Failed):
        _take(found, writer)
        return
    several = [] if tree.only else roots(tree, Directories(tree, lambda *_: None))
    for path in several if len(several) > 1 else [None]:  # one hostile root module costs itself only
        if path is not None:
            found = _ask(tree, settings, max(settings.seconds // len(several), 10), path)
        if isinstance(found, worker.Failed):
            key = tree.shown(tree.only or path or ".")
            id_ = DocumentId("iac", "", "", "terraform", "ReadRootModule", key)
            writer.gap(Gap(id_, "failed", f"{found.reason}: {found.detail}"))
        else:
            _take(found, writer)


def _ask(tree: Tree, settings: Settings, seconds: int, root: str | None = None) -> Any:  # noqa: ANN401 - JSON
    request = {
        "root": str(tree.root),
        "prefix": tree.prefix,
        "only": tree.only,
        "wanted": [] if root is None else [root],
        "settings": settings,
    }
    return worker.ask(_ANSWERS, request, worker.Limits(seconds=seconds))


def _take(found: Any, writer: SnapshotWriter) -> None:  # noqa: ANN401 - JSON
    answer = msgspec.convert(found, Answer)
    if answer.error is not None:
        raise ConfigError(answer.error[1], file=answer.error[0])
    for document in answer.documents:
        (writer.add if document.places else writer.assume)(document)
    for gap in answer.gaps:
        writer.gap(gap)
    writer.asked(answer.asked)
