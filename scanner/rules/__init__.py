"""Path rules: one file each, with its own examples, matched against a graph.

`load` reads them, `match` runs them, `selftest` holds them to their examples, `docs` writes their page.
"""

from __future__ import annotations

from scanner.rules.load import load_rules
from scanner.rules.match import info, match, message, remediation, search
from scanner.rules.schema import Rule, rule_schema

__all__ = ["Rule", "info", "load_rules", "match", "message", "remediation", "rule_schema", "search"]
