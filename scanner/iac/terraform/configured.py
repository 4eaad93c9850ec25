"""What a plan's own copy of the configuration says of values known after apply, where no source is beside it.

The copy names what an expression refers to and not what it does with it. A reference alone is taken to be the
value where the attribute is an id, name or ARN of something else; in a policy it stays open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from scanner.iac.terraform.values import Open

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.bodies import Body
    from scanner.iac.terraform.values import Value
    from scanner.snapshot import Place

    Resolve = Callable[[str], Value]
    """Returns what ``TYPE.NAME.ATTRIBUTE`` comes to, `Open` when it cannot be told."""

_INDEX: Final = re.compile(r"\[[^\]]*\]")
_TEXTS: Final = frozenset(
    {"assume_role_policy", "json", "policy", "resource_policy", "s3_uri", "model_data_url"}
)


def expressions_of(raw: dict[str, Any], address: str) -> dict[str, Any]:
    """Return the expressions of the resource at an address in a plan's configuration."""
    parts = re.findall(r"(?:[^.\[]|\[(?:\"[^\"]*\"|[^\]])*\])+", address)
    module = raw.get("root_module")
    while len(parts) > 2 and parts[0] == "module" and isinstance(module, dict):
        calls = module.get("module_calls") or {}
        module = (calls.get(_INDEX.sub("", parts[1])) or {}).get("module")
        parts = parts[2:]
    wanted = ".".join(_INDEX.sub("", part) for part in parts)
    for resource in (module or {}).get("resources", ()) if isinstance(module, dict) else ():
        if isinstance(resource, dict) and resource.get("address") == wanted:
            found = resource.get("expressions")
            return found if isinstance(found, dict) else {}
    return {}


class ConfiguredBody:
    """A block of a plan's configuration, read as a body."""

    is_open = False

    def __init__(self, expressions: dict[str, Any], resolve: Resolve, place: Place) -> None:
        self._expressions = expressions
        self._resolve = resolve
        self.place = place

    def has(self, name: str) -> bool:
        """See `Body`."""
        return name in self._expressions

    def get(self, name: str) -> Value:
        """See `Body`."""
        found = self._expressions.get(name)
        if not isinstance(found, dict):
            return None
        if "constant_value" in found:
            return found["constant_value"]
        references = list(dict.fromkeys(r for r in found.get("references") or () if isinstance(r, str)))
        full = [r for r in references if not any(other.startswith(f"{r}.") for other in references)]
        if name in _TEXTS and len(full) == 1 and full[0].endswith(".json"):
            return self._resolve(full[0])
        if name in _TEXTS or not full:
            return Open(f"an expression of {', '.join(full) or 'nothing named'}")
        values = [self._resolve(reference) for reference in full]
        if name == "resources" and all(isinstance(v, str) and v.startswith("arn:") for v in values):
            return [Open(f"an expression of {r}", (v, Open(""))) for r, v in zip(full, values, strict=True)]
        if name.endswith(("_ids", "_arns", "subnets", "security_groups", "users", "roles", "groups")):
            return values
        return values[0] if len(values) == 1 else Open(f"an expression of {', '.join(full)}")

    def blocks(self, name: str) -> list[Body]:
        """See `Body`."""
        found = self._expressions.get(name)
        if isinstance(found, dict) and "references" not in found and "constant_value" not in found:
            found = [found]
        if not isinstance(found, list):
            return []
        return [ConfiguredBody(e, self._resolve, self.place) for e in found if isinstance(e, dict)]
