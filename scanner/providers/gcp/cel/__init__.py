"""CEL as Google's policies use it: conditions of bindings, token exchange, access levels, boundaries.

    tree = parse("resource.name.startsWith('projects/_/buckets/weights/')")     CelSyntaxError: say Unknown
    holds(tree, Environment(known={"resource.name": "projects/_/buckets/weights"}))
    True | False | Unknown(hinges={"resource.name"})

`evaluate` returns any value, or `Failed` for CEL's own errors; `holds` answers whether a condition is met.
Where something is free to be chosen, `residual` says which choices meet a condition, and `satisfiable`
whether any does:

    satisfiable(parse("assertion.repository.startsWith('acme')"), Environment(),
                {"assertion.repository": Free(~StringSet.glob("acme/*"))})     True: anyone may be `acme-x`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.gcp.cel.environment import UNREAD_TAGS, Environment, Tags
from scanner.providers.gcp.cel.evaluation import Evaluator, tag_term
from scanner.providers.gcp.cel.parsing import parse
from scanner.providers.gcp.cel.residual import Residual, residual, satisfiable
from scanner.providers.gcp.cel.rewriting import substitute
from scanner.providers.gcp.cel.syntax import CelSyntaxError, Node, attributes
from scanner.providers.gcp.cel.terms import Conjunct, Free, States, Term
from scanner.providers.gcp.cel.values import Duration, Failed, Result, Timestamp, Uint, Unknown

if TYPE_CHECKING:
    from typing import Literal

__all__ = [
    "UNREAD_TAGS",
    "CelSyntaxError",
    "Conjunct",
    "Duration",
    "Environment",
    "Failed",
    "Free",
    "Node",
    "Residual",
    "Result",
    "States",
    "Tags",
    "Term",
    "Timestamp",
    "Uint",
    "Unknown",
    "attributes",
    "evaluate",
    "holds",
    "parse",
    "residual",
    "satisfiable",
    "substitute",
    "tag_term",
]


def evaluate(tree: Node, environment: Environment) -> Result:
    """Return what an expression comes to: a value, Unknown, or Failed."""
    return Evaluator(environment).value(tree)


def holds(
    tree: Node, environment: Environment, *, failing: Literal["not met", "unknown"] = "not met"
) -> bool | Unknown:
    """Tell whether a condition is met.

    Args:
        tree: A condition; a value that is no bool is an error.
        environment: What is known.
        failing: What an error means. In an allow policy a condition that fails grants nothing; whether one
            of a deny policy denies then is not documented, so ask for ``unknown`` there.
    """
    found = evaluate(tree, environment)
    if isinstance(found, bool | Unknown):
        return found
    if failing == "not met":
        return False
    return Unknown.on(f"error: {found.why if isinstance(found, Failed) else 'not a condition'}")
