"""Hops into S3 objects through an MLflow tracking server, which shows what it keeps as a role of its own.

A presigned URL opens the server's pages for whoever may ask for one and may use the pages. Sources, read
2026-11-22: SageMaker API Reference, "CreatePresignedMlflowTrackingServerUrl"
(https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedMlflowTrackingServerUrl.html);
Service Authorization Reference, "Actions, resources, and condition keys for Amazon SageMaker with MLflow",
``AccessUI`` (list_amazonsagemakerwithmlflow.html). Fixture: ``tracking-server``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.hops.copying import needs_no_copy, reading
from scanner.providers.aws.hops.passing import trust_in
from scanner.providers.aws.library import at, field_evidence
from scanner.providers.aws.questions import Question
from scanner.providers.aws.storage import bucket_name, common, objects_arn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.storage import Bucket
    from scanner.snapshot import Document

_SERVICE: Final = "sagemaker.amazonaws.com"
_URL: Final = "sagemaker:CreatePresignedMlflowTrackingServerUrl"
_PAGES: Final = "sagemaker-mlflow:AccessUI"
_ASSUMED: Final = ("the server's pages hand out what it keeps",)


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into S3 objects; none for another node."""
    bucket = estate.buckets.get(bucket_name(node) or "")
    if bucket is None:
        return
    for server in estate.library.snapshot.all("aws", "sagemaker", "DescribeMlflowTrackingServer"):
        kept = objects_arn(str(at(server.body, "/ArtifactStoreUri") or ""), prefix=True)
        meant = common(kept, node) if kept is not None else None
        if meant is not None:
            yield from _shown(estate, node, bucket, server, meant)


def _shown(estate: AwsEstate, node: str, bucket: Bucket, server: Document, meant: str) -> Iterator[Hop]:
    """Yield the hops of our identities of the server's account that may open its pages."""
    role = estate.identities.get(str(at(server.body, "/RoleArn")))
    arn, account = str(at(server.body, "/TrackingServerArn")), server.id.scope
    if role is None:
        return
    taken = (trust_in(estate, role, _SERVICE), *reading(estate, bucket, role, "s3:GetObject", meant))
    if any(answer.is_denied for answer in taken):
        return
    for identity, signed in estate.oracle.insiders(Question(_URL, arn, account)):
        opened = estate.oracle.decide(identity, Question(_PAGES, arn, account))
        if signed.is_denied or opened.is_denied or identity.account != account:
            continue
        if not needs_no_copy(estate, bucket, identity, meant):
            yield from estate.steps.hops(
                "read",
                identity.node,
                node,
                (signed, opened, *taken),
                gains=("read",),
                evidence=(field_evidence(server, "/ArtifactStoreUri"),),
                assumed=_ASSUMED,
            )
