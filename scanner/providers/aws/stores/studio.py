"""SageMaker Studio: which user profiles run as which role, their own or that of the domain's shared spaces.

A presigned URL may name a space, and a shared one runs as the domain's role for spaces. Source: SageMaker API
Reference, "CreatePresignedDomainUrl", ``SpaceName``, and "DefaultSpaceSettings", ``ExecutionRole``
(https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DefaultSpaceSettings.html, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.library import at, field_evidence

if TYPE_CHECKING:
    from scanner.model import Evidence
    from scanner.snapshot import Document, Snapshot


def read_profiles(snapshot: Snapshot) -> dict[str, list[tuple[str, Evidence]]]:
    """Return the user profiles that have each role, by its ARN."""
    domains = {
        (d.id.scope, d.id.region, d.id.key): d for d in snapshot.all("aws", "sagemaker", "DescribeDomain")
    }
    shared = {
        (d.id.scope, d.id.region, d.id.key.partition("/")[0])
        for d in snapshot.all("aws", "sagemaker", "ListSpaces.Spaces")
        if at(d.body, "/SpaceSharingSettingsSummary/SharingType") == "Shared"
    }
    found: dict[str, list[tuple[str, Evidence]]] = {}
    for document in snapshot.all("aws", "sagemaker", "DescribeUserProfile"):
        id_ = document.id
        place = id_.scope, id_.region, id_.key.partition("/")[0]
        domain = domains.get(place)
        if domain is not None and at(domain.body, "/AuthMode") == "SSO":
            continue
        profile = f"arn:aws:sagemaker:{id_.region}:{id_.scope}:user-profile/{id_.key}"
        roles = [_role(document, domain)]
        if domain is not None and place in shared:
            roles.append(_of_spaces(domain))
        for role, evidence in roles:
            if role:
                found.setdefault(role, []).append((profile, evidence))
    return found


def _of_spaces(domain: Document) -> tuple[str, Evidence]:
    pointer = "/DefaultSpaceSettings/ExecutionRole"
    role = at(domain.body, pointer)
    return (role if isinstance(role, str) else ""), field_evidence(domain, pointer)


def _role(profile: Document, domain: Document | None) -> tuple[str, Evidence]:
    own = "/UserSettings/ExecutionRole"
    role = at(profile.body, own)
    if isinstance(role, str) and role:
        return role, field_evidence(profile, own)
    default = "/DefaultUserSettings/ExecutionRole"
    role = at(domain.body, default) if domain is not None else None
    return (role if isinstance(role, str) else ""), field_evidence(domain or profile, default)
