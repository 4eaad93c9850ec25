"""Conditions on role assignments and inside role definitions: read, decided, and what is left of them.

    node = parse(text)                        # ConditionError with the offset, when it is none
    decide(node, Request.of(action, known))   # True, False or Unsettled
    residual(node, request)                   # the alternatives that would meet it
    guards_of(residual(node, request))        # the same as guards of a hop; None: unknown

Conditions bound access through Entra only: account keys, SAS and anonymous access never ask them.
"""

from __future__ import annotations

from scanner.providers.azure.abac.actions import matches
from scanner.providers.azure.abac.decide import Answer, Request, Unsettled, decide
from scanner.providers.azure.abac.guarding import guards_of
from scanner.providers.azure.abac.parse import parse
from scanner.providers.azure.abac.residual import Clause, Residual, residual
from scanner.providers.azure.abac.tree import Attribute, ConditionError, Node

__all__ = [
    "Answer",
    "Attribute",
    "Clause",
    "ConditionError",
    "Node",
    "Request",
    "Residual",
    "Unsettled",
    "decide",
    "guards_of",
    "matches",
    "parse",
    "residual",
]
