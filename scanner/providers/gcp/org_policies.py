"""Organization policies in force on a container: the nearest one that is set counts.

Both forms are read: the inventory's ``orgPolicy`` (version 1 of the API) and assets of type
``orgpolicy.googleapis.com/Policy`` (version 2). A dry run is not in force. Source: "Understanding hierarchy
evaluation" (https://cloud.google.com/resource-manager/docs/organization-policy/understanding-hierarchy, read
2026-11).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.model import Evidence
from scanner.providers.gcp.shape import section, sections, text, texts
from scanner.snapshot import Unresolved
from scanner.verdict import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Inventory
    from scanner.snapshot import Document

_TYPE = "orgpolicy.googleapis.com/Policy"
_FIELD = "ListAssets.ORG_POLICY"
_OF_LISTS = {"values", "allowAll", "denyAll"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What one policy says of a boolean constraint; None leaves it to what is above, or to the default.

    `reset`: it restores what Google's default is, whatever is set above.
    """

    enforced: bool | Unknown | None
    evidence: Evidence
    reset: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """What one policy says of a list constraint. Values of `denied` are barred, or where `all_denied` any.

    Where some are `allowed` every other is barred. `inherits`: what is above counts besides.
    """

    evidence: Evidence
    denied: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    all_denied: bool = False
    inherits: bool = False
    conditional: bool = False


class OrgPolicies:
    """Constraints by container."""

    def __init__(self, inventory: Inventory, hierarchy: Hierarchy) -> None:
        self._hierarchy = hierarchy
        self._settings: dict[tuple[str, str], Setting] = {}
        self._lists: dict[tuple[str, str], Listed] = {}
        for document in inventory.snapshot.all("gcp", "cloudasset", _FIELD):
            policies = section(document.body).get("orgPolicy")
            for index, policy in sections(policies):
                at = next(iter(inventory.chain(document)), "")
                proof = _proof(document, f"/orgPolicy/{index}", policy)
                setting = Setting(_first_version(policy), proof, "restoreDefault" in policy)
                self._settings[at, _named(policy.get("constraint"))] = setting
                if isinstance(policy.get("listPolicy"), dict):
                    said = section(policy, "listPolicy")
                    found = _listed(proof, [_as_rule(said)], inherits=said.get("inheritFromParent") is True)
                    self._lists[at, _named(policy.get("constraint"))] = found
        for item in inventory.of(_TYPE):
            container, _, constraint = text(item.data.get("name")).partition("/policies/")
            spec = section(item.data, "spec")
            if spec:
                proof = _proof(item.document, f"{item.base}/spec", spec)
                setting = Setting(_second_version(spec), proof, spec.get("reset") is True)
                at = hierarchy.key(container)
                self._settings[at, _named(constraint)] = setting
                rules = list(_rules(spec))
                if spec.get("reset") is True or any(r.keys() & _OF_LISTS for r in rules):
                    inherits = spec.get("inheritFromParent") is True
                    self._lists[at, _named(constraint)] = _listed(proof, rules, inherits=inherits)
        self._unread = [
            gap for gap in inventory.snapshot.gaps_of("gcp", "cloudasset") if gap.id.field == _FIELD
        ]

    def enforced(
        self, constraint: str, chain: tuple[str, ...]
    ) -> tuple[bool | Unknown, tuple[Evidence, ...]]:
        """Tell whether a boolean constraint is enforced on the first container of a chain, with the proof."""
        setting = self.setting(constraint, chain)
        if setting is not None and setting.enforced is not None:
            return setting.enforced, (setting.evidence,)
        unread = self.unread(chain)
        return (Unknown(unread) if unread else False), ()

    def lists(self, constraint: str, chain: tuple[str, ...]) -> tuple[Listed, ...]:
        """Return what counts of a list constraint for the first container of a chain, nearest first."""
        found = []
        for key in chain:
            listed = self._lists.get((key, constraint))
            if listed is not None:
                found.append(listed)
                if not listed.inherits:
                    break
        return tuple(found)

    def unread(self, chain: tuple[str, ...]) -> tuple[str, ...]:
        """Return what was not read of the policies of containers."""
        return tuple(sorted(str(gap.id) for gap in self._unread if self._concerns(gap.id.scope, chain)))

    def setting(self, constraint: str, chain: tuple[str, ...]) -> Setting | None:
        """Return what is set nearest to the first container of a chain; None where nothing is."""
        found = (self._settings.get((key, constraint)) for key in chain)
        return next((s for s in found if s is not None and s.enforced is not None), None)

    def _concerns(self, scope: str, chain: tuple[str, ...]) -> bool:
        return not scope or (scope if "/" in scope else self._hierarchy.key(f"projects/{scope}")) in chain


def _named(constraint: object) -> str:
    return text(constraint).removeprefix("constraints/")


def _proof(document: Document, pointer: str, said: dict[str, Any]) -> Evidence:
    return Evidence(str(document.id), pointer, msgspec.json.encode(said).decode()[:2000])


def _first_version(policy: dict[str, Any]) -> bool | Unknown | None:
    if isinstance(policy.get("booleanPolicy"), dict):
        left = Unresolved.read(policy["booleanPolicy"].get("enforced"))
        if left is not None:
            return Unknown((f"whether `{left.expression}` enforces an organization policy",))
        return policy["booleanPolicy"].get("enforced") is True
    return False if "restoreDefault" in policy else None


def _second_version(spec: dict[str, Any]) -> bool | Unknown | None:
    """Read rules; one with a condition on tags may hold or not."""
    if spec.get("reset") is True:
        return False
    for rule in _rules(spec):
        if section(rule, "condition").get("expression"):
            return Unknown(("the tags that an organization policy asks for",))
        left = Unresolved.read(rule.get("enforce"))
        if left is not None:
            return Unknown((f"whether `{left.expression}` enforces an organization policy",))
        if rule.get("enforce") is not None:
            return rule["enforce"] is True or text(rule["enforce"]).lower() == "true"
    return None


def _as_rule(policy: dict[str, Any]) -> dict[str, Any]:
    """Return a list policy of version 1 as a rule of version 2 says it."""
    values = {"deniedValues": policy.get("deniedValues"), "allowedValues": policy.get("allowedValues")}
    return {"denyAll": text(policy.get("allValues")) in {"DENY", "2"}, "values": values}


def _listed(proof: Evidence, rules: list[dict[str, Any]], *, inherits: bool) -> Listed:
    denied = {v for rule in rules for v in texts(section(rule, "values").get("deniedValues"))}
    allowed = {v for rule in rules for v in texts(section(rule, "values").get("allowedValues"))}
    whole = any(rule.get("denyAll") is True for rule in rules)
    conditional = any(section(rule, "condition").get("expression") for rule in rules)
    return Listed(proof, frozenset(denied), frozenset(allowed), whole, inherits, bool(conditional))


def _rules(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (rule for _, rule in sections(spec.get("rules")))
