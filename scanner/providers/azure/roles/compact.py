"""Makes the table of built-in roles from a list as ``az role definition list`` or the REST API prints it.

What the list says of the operations in ``actions.yaml`` is kept, and nothing else. How it is called:
``tests/providers/azure/make_role_table.py``.
"""

from __future__ import annotations

import json
from typing import Any

from scanner.providers.azure.abac.actions import matches
from scanner.providers.azure.roles.table import watched


def compacted(roles: list[dict[str, Any]], source: str, date: str) -> dict[str, Any]:
    """Return the table of roles: null lists and null permissions count as empty."""
    actions = watched()
    conditions: list[str] = []
    table: dict[str, Any] = {}
    for role in roles:
        properties = role.get("properties") or role
        blocks = []
        for block in properties.get("permissions") or ():
            control = _mask(actions["control"], block.get("actions"), block.get("notActions"))
            data = _mask(actions["data"], block.get("dataActions"), block.get("notDataActions"))
            if control or data:
                condition = block.get("condition") or None
                if condition is not None and condition not in conditions:
                    conditions.append(condition)
                number = None if condition is None else conditions.index(condition)
                blocks.append([f"{control:x}", f"{data:x}", number])
        table[str(role["name"]).lower()] = blocks
    return {
        "source": source,
        "date": date,
        **{plane: list(listed) for plane, listed in actions.items()},
        "conditions": conditions,
        "roles": dict(sorted(table.items())),
    }


def written(table: dict[str, Any]) -> str:
    """Return the table as JSON with one role a line, so that a new one shows as one line of a diff."""
    head = {key: value for key, value in table.items() if key != "roles"}
    lines = [f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in head.items()]
    roles = [f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in table["roles"].items()]
    return "{\n" + ",\n".join(lines) + ',\n"roles":{\n' + ",\n".join(roles) + "\n}}\n"


def _mask(actions: tuple[str, ...], granted: list[str] | None, taken: list[str] | None) -> int:
    mask = 0
    for bit, action in enumerate(actions):
        inside = any(matches(pattern, action) for pattern in granted or ())
        if inside and not any(matches(pattern, action) for pattern in taken or ()):
            mask |= 1 << bit
    return mask
