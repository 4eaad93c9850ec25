"""What Google Cloud will answer once code is deployed: builders of its documents, in no language's terms.

A reader of a language calls the builders of `assets`, `policies`, `storage` … with a `Project`, names and
`Piece`s (values with their lines), on one `Drafts`, and `complete` at the end. Documents are those that
`scanner.providers.gcp.collect` writes; names hold a project's id where Google's hold its number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.google import assets, policies, principals, storage
from scanner.iac.google.drafting import Container, Project, Target

if TYPE_CHECKING:
    from scanner.iac.aws import Drafts

__all__ = ["SERVICES", "Container", "Project", "Target", "complete"]

SERVICES: Final = (storage, policies, principals, assets)


def complete(drafts: Drafts) -> None:
    """Complete the documents by what Google has where code says nothing.

    Code says nothing of the organization above: its deny, boundary and organization policies can only take
    away, and what code deploys is read as if it stood alone.
    """
    for service in SERVICES:
        service.complete(drafts)
