"""Is a document a policy at all.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from tests.providers.aws.access.reference.conditions import as_list, moment, number, parse_operator

PRINCIPAL_KINDS = {"AWS", "Service", "Federated", "CanonicalUser"}


def is_policy(document: object, *, names_principals: bool, is_trust: bool = False) -> bool:
    """Return whether `document` follows the grammar.

    `names_principals` is true of resource policies, `is_trust` of role trust policies (no Resource).
    """
    if not isinstance(document, dict) or document.get("Version", "2008-10-17") not in {
        "2012-10-17",
        "2008-10-17",
    }:
        return False
    statements = document.get("Statement")
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list):
        return False
    return all(
        is_statement(item, names_principals=names_principals, is_trust=is_trust) for item in statements
    )


def is_statement(item: Any, *, names_principals: bool, is_trust: bool) -> bool:  # noqa: ANN401 - any JSON
    """Return whether `item` is a statement: one effect, one kind of action, of resource, of principal."""
    if not isinstance(item, dict) or item.get("Effect") not in {"Allow", "Deny"}:
        return False
    if not one_of(item, "Action", "NotAction") or not (one_of(item, "Resource", "NotResource") or is_trust):
        return False
    if names_principals and not has_principal(item):
        return False
    return is_condition(item.get("Condition", {}))


def one_of(item: dict[str, Any], name: str, opposite: str) -> bool:
    """Return whether exactly one of the two elements is there, and is a text or a list of texts."""
    present = [item[key] for key in (name, opposite) if key in item]
    return len(present) == 1 and is_texts(present[0])


def is_texts(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Return whether `value` is a text or a list of texts."""
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    )


def has_principal(item: dict[str, Any]) -> bool:
    """Return whether a statement of a resource policy has one well-formed Principal or NotPrincipal."""
    present = [item[key] for key in ("Principal", "NotPrincipal") if key in item]
    if len(present) != 1:
        return False
    value = present[0]
    if isinstance(value, dict):
        return set(value) <= PRINCIPAL_KINDS and all(is_texts(names) for names in value.values())
    return bool(value == "*")


def is_condition(block: Any) -> bool:  # noqa: ANN401 - any JSON
    """Return whether `block` is a Condition: known operators, keys, and values of the operator's type."""
    if not isinstance(block, dict):
        return False
    for name, keys in block.items():
        operator = parse_operator(name)
        if operator is None or not isinstance(keys, dict):
            return False
        for values in keys.values():
            items = values if isinstance(values, list) else [values]
            if not all(isinstance(item, str | bool | int | float) for item in items):
                return False
            if not all(is_value(operator.base, text) for text in as_list(values)):
                return False
    return True


def is_value(base: str, text: str) -> bool:
    """Return whether a policy value has the type that the operator compares."""
    if base == "IpAddress":
        try:
            ip_network(text, strict=False)
        except ValueError:
            return False
    if base.startswith("Numeric"):
        return number(text) is not None
    if base.startswith("Date"):
        return moment(text) is not None
    return base not in {"Null", "Bool"} or text.lower() in {"true", "false"}
