"""Terraform and OpenTofu: source and plans, read into the documents that clouds will answer with.

The language is evaluated here and not by `terraform`: nothing of the scanned tree runs, no provider is
asked, and what an expression leaves open stays open alone. `parser` reads files, `evaluation` expressions,
`modules` what they belong to; `aws` says which document each resource makes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from scanner.errors import ConfigError
from scanner.iac import worker
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
    if not tree.with_ending(".tf", ".tofu", ".tf.json", ".tofu.json", ".json"):
        return
    request = {"root": str(tree.root), "prefix": tree.prefix, "only": tree.only, "settings": settings}
    found = worker.ask(_ANSWERS, request, worker.Limits(seconds=settings.seconds))
    if isinstance(found, worker.Failed):
        id_ = DocumentId("iac", "", "", "terraform", "ReadTree", tree.shown(tree.only))
        writer.gap(Gap(id_, "failed", f"{found.reason}: {found.detail}"))
        return
    answer = msgspec.convert(found, Answer)
    if answer.error is not None:
        raise ConfigError(answer.error[1], file=answer.error[0])
    for document in answer.documents:
        writer.add(document)
    for gap in answer.gaps:
        writer.gap(gap)
    writer.asked(answer.asked)
