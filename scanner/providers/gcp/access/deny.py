"""Deny policies: which of them bar a member from a permission.

Source: IAM documentation, "Deny policies" (https://cloud.google.com/iam/docs/deny-overview, read 2026-11): a
deny policy goes before every allow policy, is inherited, and its condition may only ask for tags of the
resource.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from scanner.model import Evidence
from scanner.providers.gcp.access.permissions import long_form
from scanner.providers.gcp.access.places import container_place
from scanner.providers.gcp.access.question import Lock
from scanner.providers.gcp.shape import section, sections, text, texts
from scanner.snapshot import Unresolved
from scanner.verdict import Unknown
from scanner.wildcards import matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.providers.gcp.access.oracle import Bar
    from scanner.providers.gcp.access.principals import Principals
    from scanner.providers.gcp.access.question import Place
    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.snapshot import Snapshot

_FIELD = "ListDenyPolicies"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a deny policy. `label` names it for people."""

    label: str
    principals: tuple[str, ...]
    spared: tuple[str, ...]
    permissions: tuple[str, ...]
    except_permissions: tuple[str, ...]
    condition: str
    evidence: Evidence
    open_: frozenset[str] = frozenset()

    def covers(self, permission: str) -> bool:
        """Tell whether the rule speaks of a permission, in the long form, or may do so."""
        if self.open_ & {"deniedPermissions", "exceptionPermissions"}:
            return True
        return any(matches(p, permission) for p in self.permissions) and not any(
            matches(p, permission) for p in self.except_permissions
        )


class DenyPolicies:
    """Deny rules by the container that they are attached to; a `Layer` of the oracle."""

    def __init__(
        self,
        snapshot: Snapshot,
        hierarchy: Hierarchy,
        principals: Principals,
        tagged: Callable[[str, Place], bool | Unknown],
    ) -> None:
        self._hierarchy = hierarchy
        self._principals = principals
        self._tagged = tagged
        self._rules: dict[str, list[Rule]] = {}
        self._applying: dict[tuple[str, tuple[str, ...]], tuple[tuple[str, Rule], ...]] = {}
        for document in snapshot.all("gcp", "iam", f"{_FIELD}.policies"):
            body = section(document.body)
            name = text(body.get("name")) or document.id.key
            at = self._attached(name) or document.id.scope
            for index, raw in sections(body.get("rules")):
                rule = section(raw, "denyRule")
                label = f"deny policy {name.rpartition('/')[2]} on {at}"
                proof = Evidence(
                    str(document.id), f"/rules/{index}/denyRule", msgspec.json.encode(rule).decode()[:2000]
                )
                self._rules.setdefault(at, []).append(
                    Rule(
                        label,
                        texts(rule.get("deniedPrincipals")),
                        texts(rule.get("exceptionPrincipals")),
                        texts(rule.get("deniedPermissions")),
                        texts(rule.get("exceptionPermissions")),
                        text(section(rule, "denialCondition").get("expression")),
                        proof,
                        frozenset(_open(rule)),
                    )
                )
        self._unread = {
            self._scope(gap.id.scope): str(gap.id)
            for gap in snapshot.gaps_of("gcp", "iam")
            if gap.id.field.startswith(_FIELD)
        }

    @property
    def idle(self) -> bool:
        """Whether there is no deny policy, read or unread."""
        return not self._rules and not self._unread

    def _attached(self, name: str) -> str:
        """Return the container of ``policies/cloudresourcemanager.googleapis.com%2Fprojects%2FP/…``."""
        parts = unquote(name).split("/")
        if len(parts) > 3 and parts[0] == "policies" and parts[1].startswith("cloudresourcemanager"):
            return self._hierarchy.key("/".join(parts[2:4]))
        return ""

    def _scope(self, scope: str) -> str:
        return scope if "/" in scope else self._hierarchy.key(f"projects/{scope}")

    def bars(self, member: str, permission: str, place: Place) -> Iterator[Bar]:
        """Yield a lock for each rule that denies, Unknown for one that may; see `oracle.Layer`."""
        for key in place.chain:
            if key in self._unread:
                yield Unknown((self._unread[key],))
        for key, rule in self._for(long_form(permission), place.chain):
            denied = self._principals.any_part(rule.principals, member)
            spared = self._principals.any_part(rule.spared, member)
            if rule.open_:
                if spared != "all" and (denied != "none" or "deniedPrincipals" in rule.open_):
                    yield Unknown((f"whether {rule.label} holds, which the code leaves open",))
                continue
            if denied == "none" or spared == "all":
                continue
            holds = self._tagged(rule.condition, place) if rule.condition else True
            if holds is False:
                continue
            if "unknown" in {denied, spared} or isinstance(holds, Unknown):
                yield Unknown((f"whether {rule.label} holds",))
            elif "some" in {denied, spared}:
                yield None
            else:
                at = container_place(key, self._hierarchy.above(key))
                drops = tuple(((f"iam.denypolicies.{verb}", at),) for verb in ("update", "delete"))
                yield Lock(rule.label, (rule.evidence,), drops)

    def _for(self, permission: str, chain: tuple[str, ...]) -> tuple[tuple[str, Rule], ...]:
        if not self._rules:
            return ()
        found = self._applying.get((permission, chain))
        if found is None:
            found = tuple((k, r) for k in chain for r in self._rules.get(k, ()) if r.covers(permission))
            self._applying[permission, chain] = found
        return found


def _open(rule: dict[str, Any]) -> Iterator[str]:
    """Yield the fields of a rule that code leaves open, in part or as a whole."""
    for field, value in rule.items():
        parts = value if isinstance(value, list) else [value, section(value).get("expression")]
        if any(Unresolved.read(part) is not None for part in parts):
            yield field
