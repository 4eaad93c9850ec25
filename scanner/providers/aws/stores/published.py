"""What an account publishes outright: images in its public registry, services on the internet.

Sources: ECR Public User Guide, "Amazon ECR public repositories"
(https://docs.aws.amazon.com/AmazonECR/latest/public/public-repositories.html): anyone can pull; App Runner
Developer Guide, "Enabling private endpoint for incoming traffic"
(https://docs.aws.amazon.com/apprunner/latest/dg/network-pl.html, read 2026-11-22): a service is public unless
its ingress says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.catalog import load_weight_signals
from scanner.model import Resource, Signal
from scanner.providers.aws.library import at, field_evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.snapshot import Document, Snapshot

IMAGES, SERVICE = "ecr-public-repository", "apprunner-service"
_INGRESS = "/Service/NetworkConfiguration/IngressConfiguration/IsPubliclyAccessible"
_IMAGE = "/Service/SourceConfiguration/ImageRepository/ImageIdentifier"


@dataclass(frozen=True, slots=True)
class Published:
    """One such thing. `pointer` leads to what says that it is public."""

    arn: str
    kind: str
    account: str
    name: str
    document: Document
    pointer: str
    signals: tuple[Signal, ...]


def read_published(snapshot: Snapshot) -> dict[str, Published]:
    """Return everything that is published by ARN, and services that are not so only as resources."""
    return {found.arn: found for found in (*_images(snapshot), *_services(snapshot))}


def resources(published: Iterable[Published]) -> Iterator[Resource]:
    """Yield each with what speaks for a model."""
    for found in published:
        yield Resource(
            found.arn, found.kind, "aws", scope=found.account, name=found.name, signals=found.signals
        )


def _images(snapshot: Snapshot) -> Iterator[Published]:
    signals = load_weight_signals()
    for document in snapshot.all("aws", "ecr-public", "DescribeRepositories.repositories"):
        name = str(at(document.body, "/repositoryName") or "")
        scored = signals.score_bucket_name(name.replace("/", "-"))
        pointer = "/repositoryName"
        found: tuple[Signal, ...] = ()
        if scored is not None:
            reason = scored.reason.replace("bucket", "repository")
            found = (Signal(scored.score, "model-weights", reason, field_evidence(document, pointer)),)
        yield Published(document.id.key, IMAGES, document.id.scope, name, document, pointer, found)


def _services(snapshot: Snapshot) -> Iterator[Published]:
    signals = load_weight_signals()
    for document in snapshot.all("aws", "apprunner", "DescribeService"):
        arn, name = (
            at(document.body, "/Service/ServiceArn"),
            str(at(document.body, "/Service/ServiceName") or ""),
        )
        if not isinstance(arn, str) or not arn:
            continue
        by_image = signals.score_image(str(at(document.body, _IMAGE) or ""))
        by_name = signals.score_server_name(name)
        found = [
            Signal(s.score, "inference-endpoint", s.reason, field_evidence(document, pointer))
            for s, pointer in ((by_image, _IMAGE), (by_name, "/Service/ServiceName"))
            if s is not None and s.asset_class == "inference-endpoint"
        ]
        is_public = at(document.body, _INGRESS) is not False
        yield Published(
            arn,
            SERVICE,
            document.id.scope,
            name,
            document,
            _INGRESS if is_public else "",
            tuple(sorted(found, reverse=True)),
        )
