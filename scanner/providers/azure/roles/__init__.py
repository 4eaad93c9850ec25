"""Role definitions: those that were read, and Azure's built-in ones from a shipped, dated table.

A role grants what some block of its permissions grants: the block's actions without its own notActions, which
take nothing from another block and deny nothing. Actions and dataActions are planes of their own. Source:
Azure RBAC, "Understand Azure role definitions"
(https://learn.microsoft.com/azure/role-based-access-control/role-definitions, read 2026-11-22).
"""

from __future__ import annotations

from scanner.providers.azure.roles.definitions import Block, Role, Roles
from scanner.providers.azure.roles.table import BuiltIn, Plane, built_in, watched

__all__ = ["Block", "BuiltIn", "Plane", "Role", "Roles", "built_in", "watched"]
