"""Allow policies: bindings by resource, and which of them grant a permission.

A policy's own bindings are decided once for each distinct set of them. Source: IAM REST reference, "Policy"
(https://cloud.google.com/iam/docs/reference/rest/v1/Policy, read 2026-11).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.model import Evidence
from scanner.providers.gcp.members import DELETED, could_be, normal
from scanner.providers.gcp.shape import section, text
from scanner.snapshot import Gap, Unresolved
from scanner.verdict import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Inventory
    from scanner.providers.gcp.roles import Roles
    from scanner.snapshot import Document

_ALIKE = "_withcond_"


@dataclass(frozen=True, slots=True)
class Binding:
    """One role for some members. `condition` is the raw object, None when there is none.

    `open_` are (index, expression) of members that code leaves open: what stands there is whom they may be.
    """

    role: str
    members: tuple[str, ...]
    condition: tuple[str, str] | None = None
    open_: tuple[tuple[int, str], ...] = ()

    def unsure(self, index: int) -> Unknown | None:
        """Return why a member may be somebody else, None for one that is told."""
        found = next((expression for at, expression in self.open_ if at == index), None)
        return None if found is None else Unknown((f"whom the code means by `{found}`",))

    @property
    def expression(self) -> str:
        """The condition's text, ``""`` without one."""
        return self.condition[0] if self.condition else ""


@dataclass(frozen=True, slots=True)
class Policy:
    """The bindings on one resource, and where each stands."""

    document: Document
    base: str
    bindings: tuple[Binding, ...]
    proofs: dict[int, Evidence] = field(default_factory=dict, compare=False, repr=False)

    def evidence(self, index: int, member: int | None = None) -> Evidence:
        """Return the proof that one binding is; of one member, where code has it in lines of its own."""
        if index not in self.proofs:
            self.proofs[index] = self._evidence(index)
        found = self.proofs[index]
        if member is not None and self.document.places:
            pointer = f"{found.pointer}/members/{member}"
            if any(place.pointer == pointer for place in self.document.places):
                return msgspec.structs.replace(found, pointer=pointer)
        return found

    def _evidence(self, index: int) -> Evidence:
        pointer = f"{self.base}/bindings/{index}"
        binding = self.bindings[index]
        said: dict[str, Any] = {"role": binding.role, "members": list(binding.members[:20])}
        if binding.condition:
            said["condition"] = {"expression": binding.condition[0], "title": binding.condition[1]}
        return Evidence(str(self.document.id), pointer, msgspec.json.encode(said).decode())


class Bindings:
    """Every allow policy, by the canonical name of its resource."""

    def __init__(self, inventory: Inventory, hierarchy: Hierarchy, roles: Roles) -> None:
        self._hierarchy = hierarchy
        self._roles = roles
        self._interned: dict[tuple[Binding, ...], tuple[Binding, ...]] = {}
        self._members: dict[str, str] = {}
        self._granting: dict[tuple[int, str], tuple[tuple[int, bool], ...]] = {}
        self.policies: dict[str, Policy] = {}
        self._more: dict[str, list[Policy]] = {}
        for document in inventory.snapshot.all("gcp", "cloudasset", "ListAssets.IAM_POLICY"):
            body = section(document.body)
            name = hierarchy.canonical(text(body.get("name")) or document.id.key)
            self.add(name, document, "/iamPolicy", section(body, "iamPolicy"))

    def add(self, name: str, document: Document, base: str, policy: dict[str, Any]) -> None:
        """Take in the policy of a resource, found at `base` of a document."""
        bindings = tuple(self._binding(raw) for raw in _raw(policy))
        bindings = self._interned.setdefault(bindings, bindings)
        self._keep(name, Policy(document, base, bindings))

    def _keep(self, name: str, policy: Policy) -> None:
        """Keep a policy; the inventory and code may each have one of a resource, under two names of it."""
        if name in self.policies:
            self._more.setdefault(name, []).append(policy)
        else:
            self.policies[name] = policy

    def of(self, name: str) -> tuple[Policy, ...]:
        """Return every policy of a resource."""
        found = self.policies.get(name)
        return () if found is None else (found, *self._more.get(name, ()))

    def each(self, name: str) -> Iterator[tuple[Policy, int, Binding]]:
        """Yield (policy, index, binding) of every binding on a resource itself."""
        for policy in self.of(name):
            yield from ((policy, index, binding) for index, binding in enumerate(policy.bindings))

    def move(self, alias: str, name: str) -> None:
        """Let a policy known under another name of its resource count under `name`."""
        if alias != name and alias in self.policies:
            self._keep(name, self.policies.pop(alias))

    def _binding(self, raw: dict[str, Any]) -> Binding:
        members, open_ = self._listed(raw.get("members"))
        condition = section(raw, "condition")
        expression = text(condition.get("expression"))
        role = text(raw.get("role")) or _open(raw.get("role"))
        if Unresolved.read(raw.get("condition")) or Unresolved.read(condition.get("expression")):
            return Binding(role, members, ("", "a condition that the code leaves open"), open_)
        if not expression and _ALIKE in role:
            # what a policy of version 1 says in the place of a conditional binding: IAM documentation,
            # "Understanding allow policies", policy versions
            return Binding(role.partition(_ALIKE)[0], members, ("", "a condition that was not read"), open_)
        found = (expression, text(condition.get("title"))) if condition else None
        return Binding(role, members, found, open_)

    def _listed(self, raw: Any) -> tuple[tuple[str, ...], tuple[tuple[int, str], ...]]:  # noqa: ANN401 - raw document
        """Return members, and which of them code leaves open; a list left open is one such member."""
        entries = raw if isinstance(raw, list) else [raw]
        members: list[str] = []
        left: list[tuple[int, str]] = []
        for entry in entries:
            found = Unresolved.read(entry)
            if found is not None:
                left.append((len(members), found.expression))
                members.append(self._member(could_be(found.like)))
            elif isinstance(entry, str):
                members.append(self._member(entry))
        return tuple(members), tuple(left)

    def _member(self, member: str) -> str:
        found = self._members.get(member)
        if found is None:
            found = self._members[member] = normal(member, self._hierarchy)
        return found

    def granting(self, name: str, permission: str) -> Iterator[tuple[Policy, int, bool]]:
        """Yield (policy, index, whether the role is known) of a resource's own bindings with a permission.

        A role that nobody knows the contents of may contain it.
        """
        for policy in self.of(name):
            key = id(policy.bindings), permission
            found = self._granting.get(key)
            if found is None:
                found = self._granting[key] = tuple(self._with(policy.bindings, permission))
            for index, known in found:
                yield policy, index, known

    def _with(self, bindings: tuple[Binding, ...], permission: str) -> Iterator[tuple[int, bool]]:
        for index, binding in enumerate(bindings):
            held = self._roles.permissions(binding.role)
            if held is None or permission in held:
                yield index, held is not None

    def above(self, container: str) -> tuple[str, ...]:
        """Return a container's key and those it lies in, itself first."""
        return self._hierarchy.above(self._hierarchy.key(container))

    def members(self) -> Iterator[str]:
        """Yield every member that a binding names, in order, deleted ones aside."""
        yield from sorted({m for m in self._members.values() if not m.startswith(DELETED)})

    def roles(self) -> Iterator[str]:
        """Yield every role that somebody is bound to."""
        yield from {binding.role for bindings in self._interned for binding in bindings if binding.members}

    def gaps(self) -> Iterator[Gap]:
        """Yield a gap for each policy that is none, and for each member that code leaves open."""
        for policy in (policy for name in sorted(self.policies) for policy in self.of(name)):
            body = section(policy.document.body)
            if policy.base == "/iamPolicy" and not isinstance(body.get("iamPolicy"), dict):
                yield Gap(policy.document.id, "unparseable", "the answer holds no allow policy", "both")
                continue
            whole = section(body, *policy.base.split("/")[1:])
            for raw in _raw(whole):
                members = raw.get("members")
                for entry in members if isinstance(members, list) else (members,):
                    open_ = Unresolved.read(entry)
                    if open_:
                        detail = f"the member `{open_.expression}` is not known"
                        yield Gap(policy.document.id, "unparseable", detail, "understated")


def _open(value: Any) -> str:  # noqa: ANN401 - raw document
    """Return a name for a role that code leaves open; nobody knows what it contains."""
    found = Unresolved.read(value)
    return f"${{{found.expression}}}" if found else ""


def _raw(policy: dict[str, Any]) -> Iterator[dict[str, Any]]:
    bindings = policy.get("bindings")
    # a malformed entry keeps its place, so that pointers stay right
    for entry in bindings if isinstance(bindings, list) else ():
        yield entry if isinstance(entry, dict) else {}
