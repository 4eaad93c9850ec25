"""Hops into what is shared through Resource Access Manager: the registry, hubs, and Bedrock models.

What a share permits depends on the resource; for these it is at least to see and to use the model. A share of
a hub is one of what the hub holds, a share of a Bedrock model lets the other account copy it. Sources, read
2026-11-22: SageMaker Developer Guide, "Cross-account discoverability" (model-registry-ram.html); Bedrock User
Guide, "Share a model for another account to use" (share-model.html), below https://docs.aws.amazon.com/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Hop
from scanner.providers.aws.arn import ACCOUNT, Arn, root
from scanner.providers.aws.stores.services import HUB_CONTENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Gain
    from scanner.providers.aws.estate import AwsEstate

_WAYS: dict[str, tuple[str, Gain]] = {
    "sagemaker-model-package-group": ("read", "read"),
    "bedrock-model": ("copy", "read"),
    HUB_CONTENT: ("read", "read"),
}


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops of outsiders that a resource is shared with; none for another node."""
    resource = estate.resources.get(node)
    way = _WAYS.get(resource.kind) if resource else None
    if resource is None or way is None:
        return
    shared = node
    if resource.kind == HUB_CONTENT:
        shared = "/".join(node.replace(":hub-content/", ":hub/").split("/")[:2])
    for name, proof in estate.stores.shares.get(shared, ()):
        source = sharer(estate, name)
        if source is not None:
            assumed = ("foreign-identity-policy",)
            yield Hop(node, source, way[0], gains=(way[1],), evidence=proof, assumed=assumed)


def sharer(estate: AwsEstate, name: str) -> str | None:
    """Return the outside node of a share's principal; None for our own and for services.

    An organization or a unit of one that is not ours stands for its management account.
    """
    if ACCOUNT.fullmatch(name):
        return None if estate.organization.is_ours(name) else root(name)
    arn = Arn.parse(name)
    if not arn.account or estate.organization.is_ours(arn.account):
        return None
    if arn.service == "organizations":
        ours = estate.organization.id is not None and estate.organization.id in arn.resource.split("/")
        return None if ours else root(arn.account)
    return name
