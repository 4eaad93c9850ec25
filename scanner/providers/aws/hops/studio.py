"""Hops into a role by SageMaker Studio: a presigned URL of a user profile is a shell with the profile's role.

The URL works for domains that authenticate with IAM. Without a role of its own a profile has the domain's
default. Source: SageMaker API Reference, "CreatePresignedDomainUrl", "UserSettings" and "CreateDomain"
(https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedDomainUrl.html, read
2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.hops import asking
from scanner.providers.aws.hops.asking import Way
from scanner.providers.aws.questions import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate

_RUN = Way("run-code", "write")


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a role; none for another node."""
    role = estate.identities.get(node)
    if role is None or role.kind != "role":
        return
    for profile, evidence in estate.stores.studio.get(node, ()):
        account = profile.split(":")[4]
        question = Question("sagemaker:CreatePresignedDomainUrl", profile, account)
        for hop in asking.hops(estate, node, _RUN, question):
            if hop.source != node:
                yield msgspec.structs.replace(hop, gains=(), evidence=(*hop.evidence, evidence))
