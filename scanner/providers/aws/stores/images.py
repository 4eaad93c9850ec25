"""Container images in private registries: which repositories hold weights, and what runs as which role.

A model whose container names no weights has them in its image. Sources: SageMaker API Reference,
"ContainerDefinition" (API_ContainerDefinition.html), and ECR User Guide, "Private registry permissions"
(https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html), read 2026-11-22.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.catalog import load_weight_signals
from scanner.model import Evidence, Resource, Signal
from scanner.providers.aws.library import at, field_evidence
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scanner.providers.aws.access import Policy, Unread
    from scanner.providers.aws.library import Library
    from scanner.snapshot import Snapshot

KIND = "ecr-repository"
_REFERENCE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/"
    r"(?P<name>[^:@\s]+)(?::[^@\s]+)?(?P<digest>@sha256:[0-9a-f]+)?",
    re.ASCII,
)
_WITHIN = 80
"""Score of an image that a model runs from without naming weights elsewhere."""
_GIB = 1024**3
_SIZES = ((20 * _GIB, 60), (5 * _GIB, 40))
"""Compressed sizes from which an image is more than code, with the score: CUDA and a server take 5 GiB."""


@dataclass(frozen=True, slots=True)
class Use:
    """Something that runs from an image, and as which role. `pinned`: by digest, which no push changes."""

    what: str
    role: str | None
    pinned: bool
    holds_weights: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository. `registry_policy` counts for its images too where `registry_doubt` is empty or unread.

    `registry_counts`: such a policy would, whether there is one or not. `copied_to` are registries of other
    accounts that its images are replicated to, with the rule.
    """

    arn: str
    name: str
    account: str
    mutable: bool
    policy: Policy | Unread | None
    registry_policy: Policy | Unread | None
    registry_doubt: str | None
    registry_counts: bool
    copied_to: tuple[tuple[str, Evidence], ...]
    uses: tuple[Use, ...]
    document: Document


def read_repositories(
    snapshot: Snapshot, library: Library, uses: Mapping[str, Sequence[Use]]
) -> dict[str, Repository]:
    """Return every listed repository by ARN, in ARN order, with what runs from it among `uses`."""
    found = {}
    for document in snapshot.all("aws", "ecr", "DescribeRepositories.repositories"):
        id_, body = document.id, document.body or {}
        name = body.get("repositoryName")
        if not name:
            continue
        scope = snapshot.get(msgspec.structs.replace(id_, field="GetAccountSetting", key=""))
        counts = isinstance(scope, Gap) or at(scope.body, "/value") == "V2"
        registry = msgspec.structs.replace(id_, field="GetRegistryPolicy", key="")
        found[id_.key] = Repository(
            arn=id_.key,
            name=name,
            account=id_.scope,
            mutable=body.get("imageTagMutability") != "IMMUTABLE",
            policy=library.get(msgspec.structs.replace(id_, field="GetRepositoryPolicy"), "/policyText"),
            registry_policy=library.get(registry, "/policyText") if counts else None,
            registry_doubt=str(scope.id) if isinstance(scope, Gap) else None,
            registry_counts=counts,
            copied_to=tuple(_replicated(snapshot, id_, name)),
            uses=tuple(uses.get(id_.key, ())),
            document=document,
        )
    return dict(sorted(found.items()))


def _replicated(snapshot: Snapshot, id_: DocumentId, name: str) -> Iterator[tuple[str, Evidence]]:
    """Yield each registry of another account that a replication rule copies a repository to."""
    registry = snapshot.get(msgspec.structs.replace(id_, field="DescribeRegistry", key=""))
    if isinstance(registry, Gap):
        return
    rules = at(registry.body, "/replicationConfiguration/rules") or ()
    for index, rule in enumerate(rules):
        filters = [f.get("filter", "") for f in rule.get("repositoryFilters") or ()]
        if filters and not any(name.startswith(prefix) for prefix in filters):
            continue
        for destination in rule.get("destinations") or ():
            account = destination.get("registryId")
            if account and account != id_.scope:
                pointer = f"/replicationConfiguration/rules/{index}"
                yield account, field_evidence(registry, pointer)


def read_uses(snapshot: Snapshot) -> dict[str, list[Use]]:
    """Return what runs from the images of each repository, by its ARN."""
    found: dict[str, list[Use]] = defaultdict(list)

    def note(image: object, what: str, role: object, weights: bool, evidence: Evidence) -> None:
        reference = _REFERENCE.fullmatch(image) if isinstance(image, str) else None
        if reference is not None:
            arn = "arn:aws:ecr:{region}:{account}:repository/{name}".format_map(reference.groupdict())
            known = role if isinstance(role, str) and role else None
            found[arn].append(Use(what, known, reference["digest"] is not None, weights, evidence))

    for document in snapshot.all("aws", "sagemaker", "DescribeModel"):
        body = document.body or {}
        what = f"SageMaker model {body.get('ModelName', document.id.key)}"
        places = [("/PrimaryContainer", body.get("PrimaryContainer"))]
        places += [(f"/Containers/{i}", c) for i, c in enumerate(body.get("Containers") or ())]
        for pointer, container in places:
            if isinstance(container, dict):
                elsewhere = container.get("ModelDataUrl") or container.get("ModelDataSource")
                evidence = field_evidence(document, f"{pointer}/Image")
                note(container.get("Image"), what, body.get("ExecutionRoleArn"), not elsewhere, evidence)
    for document in snapshot.all("aws", "ecs", "DescribeTaskDefinition"):
        definition = at(document.body, "/taskDefinition") or {}
        what = f"ECS task {definition.get('family', '')}"
        for index, container in enumerate(definition.get("containerDefinitions") or ()):
            evidence = field_evidence(document, f"/taskDefinition/containerDefinitions/{index}/image")
            note(container.get("image"), what, definition.get("taskRoleArn"), False, evidence)
    return found


def by_role(repositories: Iterable[Repository]) -> dict[str, tuple[tuple[Repository, Use], ...]]:
    """Return by role what runs as it from a tag that a push can move, once a repository."""
    found: dict[str, dict[str, tuple[Repository, Use]]] = defaultdict(dict)
    for repository in repositories:
        for use in repository.uses:
            if repository.mutable and use.role is not None and not use.pinned:
                found[use.role].setdefault(repository.arn, (repository, use))
    return {role: tuple(uses.values()) for role, uses in found.items()}


def resources(snapshot: Snapshot, repositories: Iterable[Repository]) -> Iterator[Resource]:
    """Yield each repository with what speaks for weights in its images."""
    signals = load_weight_signals()
    for repository in repositories:
        found = [
            Signal(_WITHIN, "model-weights", f"{use.what} runs from it and loads nothing else", use.evidence)
            for use in repository.uses
            if use.holds_weights
        ]
        named = signals.score_bucket_name(repository.name.replace("/", "-"))
        if named is not None:
            listed = field_evidence(repository.document, "/repositoryName")
            reason = named.reason.replace("bucket", "repository")
            found.append(Signal(named.score, "model-weights", reason, listed))
        images = snapshot.get(msgspec.structs.replace(repository.document.id, field="DescribeImages"))
        if isinstance(images, Document):
            found += _large(images)
        yield Resource(
            repository.arn,
            KIND,
            "aws",
            scope=repository.account,
            name=repository.name,
            signals=tuple(sorted(set(found), reverse=True)),
        )


def _large(images: Document) -> Iterator[Signal]:
    """Yield the largest image, if it is larger than a server's code."""
    details = at(images.body, "/imageDetails") or ()
    size, index = max(((d.get("imageSizeInBytes") or 0, i) for i, d in enumerate(details)), default=(0, 0))
    score = next((score for least, score in _SIZES if size >= least), None)
    if score is not None:
        evidence = field_evidence(images, f"/imageDetails/{index}")
        yield Signal(score, "model-weights", f"image of {size // _GIB} GiB", evidence)
