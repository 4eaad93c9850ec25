"""What AWS will answer once code is deployed: builders of its documents, in no language's terms.

A reader of a language calls the builders of `iam`, `s3`, `kms` … with a `Home` (account and region), names
and `Piece`s (values with their lines), on one `Drafts`, and `write` at the end. Builders return the ARN that
a resource will have, which the reader puts wherever other code refers to it; they may be called in any
order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.aws import (
    account,
    apis,
    balancers,
    cloudfront,
    codebuild,
    cognito,
    compute,
    containers,
    copies,
    functions,
    iam,
    kms,
    lines,
    links,
    managed,
    network,
    rolesanywhere,
    s3,
    sagemaker,
    stores,
    transit,
)
from scanner.iac.aws.drafts import UNKNOWN_ACCOUNT, Draft, Drafts, Home, Piece

if TYPE_CHECKING:
    from scanner.snapshot import SnapshotWriter

__all__ = ["SERVICES", "UNKNOWN_ACCOUNT", "Draft", "Drafts", "Home", "Piece", "write"]

SERVICES: Final = (
    account,
    apis,
    balancers,
    cloudfront,
    codebuild,
    cognito,
    compute,
    containers,
    copies,
    functions,
    iam,
    kms,
    lines,
    links,
    managed,
    network,
    rolesanywhere,
    s3,
    sagemaker,
    stores,
    transit,
)


def write(drafts: Drafts, writer: SnapshotWriter) -> None:
    """Complete the documents by what AWS has where code says nothing, and hand them to a writer."""
    for service in SERVICES:
        service.complete(drafts)
    drafts.write(writer)
