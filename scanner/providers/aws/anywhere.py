"""IAM Roles Anywhere: whose certificates are taken (trust anchors), and for which roles (profiles).

Source: IAM Roles Anywhere User Guide, "Trust model"
(https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scanner.providers.aws.library import field_evidence

if TYPE_CHECKING:
    from scanner.model import Evidence
    from scanner.snapshot import Snapshot


class Anchor(NamedTuple):
    """An enabled trust anchor."""

    arn: str
    account: str
    region: str
    evidence: Evidence


class Profile(NamedTuple):
    """An enabled profile. `limited`: it has session policies, which cap what its roles may do."""

    arn: str
    account: str
    region: str
    roles: frozenset[str]
    limited: bool
    evidence: Evidence


class Anywhere(NamedTuple):
    """What is enabled, in ARN order."""

    anchors: tuple[Anchor, ...]
    profiles: tuple[Profile, ...]


def read_anywhere(snapshot: Snapshot) -> Anywhere:
    """Return the enabled trust anchors and profiles."""
    anchors, profiles = [], []
    for document in snapshot.all("aws", "rolesanywhere", "ListTrustAnchors.trustAnchors"):
        body, place = document.body or {}, (document.id.scope, document.id.region)
        if body.get("enabled") and body.get("trustAnchorArn"):
            anchors.append(Anchor(body["trustAnchorArn"], *place, field_evidence(document, "/source")))
    for document in snapshot.all("aws", "rolesanywhere", "ListProfiles.profiles"):
        body, place = document.body or {}, (document.id.scope, document.id.region)
        if body.get("enabled") and body.get("profileArn"):
            limited = bool(body.get("sessionPolicy") or body.get("managedPolicyArns"))
            roles = frozenset(body.get("roleArns") or ())
            evidence = field_evidence(document, "/roleArns")
            profiles.append(Profile(body["profileArn"], *place, roles, limited, evidence))
    return Anywhere(tuple(sorted(anchors)), tuple(sorted(profiles, key=lambda p: p.arn)))
