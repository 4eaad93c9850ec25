"""SageMaker Studio: which user profiles run as which role."""

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
    found: dict[str, list[tuple[str, Evidence]]] = {}
    for document in snapshot.all("aws", "sagemaker", "DescribeUserProfile"):
        id_ = document.id
        domain = domains.get((id_.scope, id_.region, id_.key.partition("/")[0]))
        if domain is not None and at(domain.body, "/AuthMode") == "SSO":
            continue
        role, evidence = _role(document, domain)
        if role:
            profile = f"arn:aws:sagemaker:{id_.region}:{id_.scope}:user-profile/{id_.key}"
            found.setdefault(role, []).append((profile, evidence))
    return found


def _role(profile: Document, domain: Document | None) -> tuple[str, Evidence]:
    own = "/UserSettings/ExecutionRole"
    role = at(profile.body, own)
    if isinstance(role, str) and role:
        return role, field_evidence(profile, own)
    default = "/DefaultUserSettings/ExecutionRole"
    role = at(domain.body, default) if domain is not None else None
    return (role if isinstance(role, str) else ""), field_evidence(domain or profile, default)
