"""Registries that a private registry caches: whoever writes an image there decides what is pulled here.

On a pull ECR asks the upstream registry again once a day, and takes its newer image for the same tag. What a
repository that ECR makes is open to stands in a creation template. Sources, below
https://docs.aws.amazon.com/AmazonECR/latest/userguide/, read 2026-11-22: "Sync an upstream registry with an
Amazon ECR private registry" (pull-through-cache.html), "Templates to control repositories created during a
pull through cache, create on push, or replication action" (repository-creation-templates.html). Fixture:
``cached-images``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from scanner.providers.aws.access import Unread, principals_named
from scanner.providers.aws.arn import Arn, account_of
from scanner.providers.aws.library import at, field_evidence
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scanner.model import Evidence
    from scanner.providers.aws.library import Library
    from scanner.providers.aws.organization import Organization
    from scanner.providers.aws.stores.images import Repository, Use
    from scanner.snapshot import Document, Snapshot

_RULES = "DescribePullThroughCacheRules.pullThroughCacheRules"
_TEMPLATES = "DescribeRepositoryCreationTemplates.repositoryCreationTemplates"
_PRIVATE = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?", re.ASCII)
_WHOLE = "ROOT"
"""The prefix of a rule for all repositories of a registry."""


class Cached(NamedTuple):
    """Something that runs from a cached image, with the rule and the ARN of the upstream repository.

    The ARN is None where upstream is no private registry of ECR.
    """

    use: Use
    upstream: str | None
    rule: Evidence


def read_cached(
    snapshot: Snapshot, uses: Mapping[str, Iterable[Use]], repositories: Mapping[str, Repository]
) -> dict[str, tuple[Cached, ...]]:
    """Return by role what runs as it from a cache whose tags upstream can move."""
    found: dict[str, list[Cached]] = defaultdict(list)
    for arn, runs in sorted(uses.items()):
        here = repositories.get(arn)
        rule = _rule(snapshot, arn) if here is None or here.mutable else None
        for use in runs if rule is not None else ():
            if use.role is not None and not use.pinned and rule is not None:
                upstream = _upstream(rule, arn)
                evidence = field_evidence(rule, "/upstreamRegistryUrl")
                found[use.role].append(Cached(use, upstream, evidence))
    return {role: tuple(runs) for role, runs in sorted(found.items())}


def _rule(snapshot: Snapshot, arn: str) -> Document | None:
    """Return the rule that a repository is filled by, the one with the longest prefix."""
    place = Arn.parse(arn)
    name = _name(arn)
    best: Document | None = None
    for document in snapshot.all("aws", "ecr", _RULES):
        prefix = document.id.key
        if (document.id.scope, document.id.region) != (place.account, place.region):
            continue
        if prefix == _WHOLE or name.startswith(f"{prefix}/"):
            longer = (
                best is None or best.id.key == _WHOLE or (prefix != _WHOLE and len(prefix) > len(best.id.key))
            )
            best = document if longer else best
    return best


def _upstream(rule: Document, arn: str) -> str | None:
    private = _PRIVATE.match(str(at(rule.body, "/upstreamRegistryUrl") or ""))
    if private is None:
        return None
    name = _name(arn)
    if rule.id.key != _WHOLE:
        name = name.removeprefix(f"{rule.id.key}/")
    prefix = at(rule.body, "/upstreamRepositoryPrefix")
    whole = f"{prefix}/{name}" if isinstance(prefix, str) and prefix not in {"", _WHOLE} else name
    return f"arn:aws:ecr:{private[2]}:{private[1]}:repository/{whole}"


def _name(arn: str) -> str:
    return Arn.parse(arn).resource.removeprefix("repository/")


def unfollowed(cached: Mapping[str, Iterable[Cached]]) -> Iterator[Gap]:
    """Yield a gap for each rule by which an image of a public registry comes to run as a role of ours."""
    for role, runs in cached.items():
        for run in runs:
            if run.upstream is None:
                why = f"whoever publishes the image there decides what runs as {role}: not followed"
                yield Gap(DocumentId.parse(run.rule.document), "not-implemented", why, "understated")


def open_templates(snapshot: Snapshot, library: Library, organization: Organization) -> Iterator[Gap]:
    """Yield a gap for each template that will open repositories to outsiders, once ECR makes them."""
    for document in snapshot.all("aws", "ecr", _TEMPLATES):
        policy = (
            library.policy(document, "/repositoryPolicy") if at(document.body, "/repositoryPolicy") else None
        )
        if policy is None or isinstance(policy, Unread):
            continue
        names = {atom.value for atom in principals_named(policy) if atom.kind == "aws"}
        outside = sorted(name for name in names if not organization.is_ours(account_of(name)))
        if outside:
            why = f"repositories that it makes will be open to {', '.join(outside)}"
            yield Gap(document.id, "not-implemented", why, "understated")
