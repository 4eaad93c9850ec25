"""Container images: who may pull and push them, where they are copied to, and how large they are.

| document | key | body |
|---|---|---|
| ``DescribeRegistry`` | - | ``replicationConfiguration`` |
| ``GetRegistryPolicy`` | - | ``policyText`` as JSON; no body: no policy |
| ``GetAccountSetting`` | - | ``value``: V2 where the registry policy counts for every action |
| ``DescribeRepositories.repositories`` | ARN | ``repositoryUri``, ``imageTagMutability`` |
| ``GetRepositoryPolicy`` | ARN | ``policyText`` as JSON; no body: no policy |
| ``DescribePullThroughCacheRules.pullThroughCacheRules`` | prefix | ``upstreamRegistryUrl`` |
| ``DescribeRepositoryCreationTemplates.repositoryCreationTemplates`` | prefix | ``repositoryPolicy`` |
| ``DescribeImages`` | ARN of a repository | its largest images, see `largest_images` |
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Final

from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from scanner.providers.aws.collect.table import Ask, Body

_REPOSITORIES = ("DescribeRepositories.repositories",)
_PAGES = 5
_KEPT = 20


def largest_images(ask: Ask) -> Body:
    """Return digest, tags and compressed size of the 20 largest of a repository's first 5,000 images.

    ``isTruncated`` says whether there are more than were looked at.
    """
    found: list[tuple[int, str, list[str]]] = []
    token: dict[str, str] = {}
    for _ in range(_PAGES):
        page = ask({"maxResults": 1000, **token})
        found += [
            (image.get("imageSizeInBytes", 0), image.get("imageDigest", ""), image.get("imageTags") or [])
            for image in page.get("imageDetails") or ()
        ]
        token = {"nextToken": page["nextToken"]} if page.get("nextToken") else {}
        if not token:
            break
    images = [
        {"imageDigest": digest, "imageTags": sorted(tags), "imageSizeInBytes": size}
        for size, digest, tags in heapq.nlargest(_KEPT, found)
    ]
    return {"imageDetails": images, "isTruncated": bool(token)}


TABLE: Final = Service(
    name="ecr",
    scope="regional",
    rows=(
        Row(operation="DescribeRegistry", effect="understated"),
        Row(
            operation="GetRegistryPolicy",
            policies=("policyText",),
            none=("RegistryPolicyNotFoundException",),
            effect="understated",
        ),
        Row(operation="GetAccountSetting", given=({"name": "REGISTRY_POLICY_SCOPE"},), effect="understated"),
        Row(
            operation="DescribePullThroughCacheRules",
            lists={"pullThroughCacheRules": "ecrRepositoryPrefix"},
            effect="understated",
        ),
        Row(
            operation="DescribeRepositoryCreationTemplates",
            lists={"repositoryCreationTemplates": "prefix"},
            policies=("repositoryPolicy",),
            effect="understated",
        ),
        Row(
            operation="DescribeRepositories",
            given=({"maxResults": 1000},),
            lists={"repositories": "repositoryArn"},
            effect="understated",
        ),
        Row(
            operation="GetRepositoryPolicy",
            each=_REPOSITORIES,
            params={"repositoryName": "repositoryName", "registryId": "registryId"},
            policies=("policyText",),
            none=("RepositoryPolicyNotFoundException",),
        ),
        Row(
            operation="DescribeImages",
            each=_REPOSITORIES,
            params={"repositoryName": "repositoryName", "registryId": "registryId"},
            sample=largest_images,
            effect="understated",
        ),
    ),
)
