"""Containers as places to ask permissions on."""

from __future__ import annotations

from scanner.providers.gcp.access.question import Place
from scanner.providers.gcp.names import MANAGER

_TYPES = {"projects": "Project", "folders": "Folder", "organizations": "Organization"}


def names_of(chain: tuple[str, ...]) -> tuple[str, ...]:
    """Return the full names of containers."""
    return tuple(f"{MANAGER}{key}" for key in chain)


def container_place(key: str, chain: tuple[str, ...]) -> Place:
    """Return a container as a place; `chain` starts with it."""
    kind = key.partition("/")[0]
    type_ = f"cloudresourcemanager.googleapis.com/{_TYPES.get(kind, kind)}"
    return Place(f"{MANAGER}{key}", type_, names_of(chain), chain)
