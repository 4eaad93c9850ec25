"""Who may do one thing to one resource, by Azure RBAC: roles, scopes, conditions and deny assignments."""

from __future__ import annotations

from scanner.providers.azure.access.decide import Access, Grant
from scanner.providers.azure.access.deny import Denials
from scanner.providers.azure.access.holding import Holding, both, joined
from scanner.providers.azure.access.question import Question

__all__ = ["Access", "Denials", "Grant", "Holding", "Question", "both", "joined"]
