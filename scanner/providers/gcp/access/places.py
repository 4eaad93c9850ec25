"""Containers as places to ask permissions on."""

from __future__ import annotations

from scanner.providers.gcp.access.question import Place
from scanner.providers.gcp.names import MANAGER

_ORG_POLICIES = (
    "orgpolicy.policy.set",
    *(f"orgpolicy.policies.{verb}" for verb in ("create", "delete", "update")),
)
_TYPES = {"projects": "Project", "folders": "Folder", "organizations": "Organization"}


def names_of(chain: tuple[str, ...]) -> tuple[str, ...]:
    """Return the full names of containers."""
    return tuple(f"{MANAGER}{key}" for key in chain)


def container_place(key: str, chain: tuple[str, ...]) -> Place:
    """Return a container as a place; `chain` starts with it."""
    kind = key.partition("/")[0]
    type_ = f"cloudresourcemanager.googleapis.com/{_TYPES.get(kind, kind)}"
    return Place(f"{MANAGER}{key}", type_, names_of(chain), chain)


def changing_org_policies(chain: tuple[str, ...]) -> tuple[tuple[tuple[str, Place], ...], ...]:
    """Return the ways to change the organization policies of a container: a permission at its top each.

    Source: Resource Manager documentation, "Using constraints", required permissions
    (https://cloud.google.com/resource-manager/docs/organization-policy/using-constraints, read 2026-11).
    """
    top = container_place(chain[-1], chain[-1:])
    return tuple(((permission, top),) for permission in _ORG_POLICIES)
