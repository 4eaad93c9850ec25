"""Roles that somebody gets on request: entitlements of Privileged Access Manager, as answers behind guards.

Whoever is eligible requests a role for some hours; where approvals are asked for, approvers decide. What was
granted already stands in the allow policies. Source: Privileged Access Manager documentation, "Overview", and
its REST reference, "Entitlement" (https://cloud.google.com/iam/docs/pam-overview,
https://cloud.google.com/iam/docs/reference/pam/rest/v1/projects.locations.entitlements, read 2026-11): nobody
approves a request of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.guards import Guard
from scanner.model import Evidence
from scanner.providers.gcp.access.bindings import Binding
from scanner.providers.gcp.access.question import Answer
from scanner.providers.gcp.members import DELETED, normal
from scanner.providers.gcp.shape import section, sections, text, texts
from scanner.verdict import AllowedIf, Denied, Unknown, both

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.guards import Holder
    from scanner.providers.gcp.access.principals import Principals
    from scanner.providers.gcp.access.question import Lock, Place
    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Inventory, Item
    from scanner.verdict import Verdict

TYPE = "privilegedaccessmanager.googleapis.com/Entitlement"
_OPEN = {"", "AVAILABLE", "2"}


@dataclass(frozen=True, slots=True)
class Entitled:
    """A role that members get by asking for it, under `guard`."""

    binding: Binding
    guard: Guard
    evidence: tuple[Evidence, ...]


class Entitlements:
    """What may be requested, by the canonical name of the container that it is for."""

    def __init__(
        self,
        inventory: Inventory,
        hierarchy: Hierarchy,
        principals: Principals,
        holding: Callable[[str], frozenset[str] | None],
        condition: Callable[[Binding, str, Place], tuple[Verdict, tuple[Lock, ...]]],
    ) -> None:
        self._hierarchy = hierarchy
        self._principals = principals
        self._holding = holding
        self._condition = condition
        self._by_name: dict[str, list[Entitled]] = {}
        for item in inventory.of(TYPE):
            if text(item.data.get("state")) in _OPEN:
                self._read(item)

    def _read(self, item: Item) -> None:
        access = section(item.data, "privilegedAccess", "gcpIamAccess")
        name = self._hierarchy.canonical(text(access.get("resource")))
        members = tuple(sorted(set(self._named(item.data.get("eligibleUsers")))))
        if not members:
            return
        guard, asked = self._guard(item)
        for index, raw in sections(access.get("roleBindings")):
            expression = text(raw.get("conditionExpression"))
            binding = Binding(text(raw.get("role")), members, (expression, "") if expression else None)
            pointer = f"{item.base}/privilegedAccess/gcpIamAccess/roleBindings/{index}"
            proof = Evidence(str(item.document.id), pointer, msgspec.json.encode(raw).decode()[:2000])
            self._by_name.setdefault(name, []).append(Entitled(binding, guard, (proof, *asked)))

    def _named(self, entries: Any) -> Iterator[str]:  # noqa: ANN401 - raw document
        for _, entry in sections(entries):
            yield from (normal(member, self._hierarchy) for member in texts(entry.get("principals")))

    def _guard(self, item: Item) -> tuple[Guard, tuple[Evidence, ...]]:
        """Return what stands before a grant: approval, by whom; or nothing but the request."""
        short = item.name.rpartition("/")[2]
        steps = section(item.data, "approvalWorkflow", "manualApprovals").get("steps")
        approvers = tuple(
            sorted({m for _, step in sections(steps) for m in self._named(step.get("approvers"))})
        )
        if not approvers:
            return Guard(f"request of entitlement {short}", "present", (), "vendor"), ()
        # each step asks for an approver of its own: one step of ours is enough to hold
        ours = any(
            all(self._principals.is_ours(m) for m in self._named(step.get("approvers")))
            for _, step in sections(steps)
        )
        pointer = f"{item.base}/approvalWorkflow/manualApprovals/steps"
        proof = Evidence(str(item.document.id), pointer, msgspec.json.encode(steps).decode()[:2000])
        holder: Holder = "ours" if ours else "vendor"
        return Guard(f"approval of entitlement {short}", "in", approvers, holder), (proof,)

    def granting(self, permission: str, place: Place) -> Iterator[Answer]:
        """Yield who may have a permission by request, as far as no other policy bars it."""
        for name in place.policies if self._by_name else ():
            for entitled in self._by_name.get(name, ()):
                held = self._holding(entitled.binding.role)
                if held is not None and permission not in held:
                    continue
                verdict: Verdict = AllowedIf(((entitled.guard,),))
                locks: tuple[Lock, ...] = ()
                if entitled.binding.condition:
                    said, locks = self._condition(entitled.binding, permission, place)
                    verdict = both(verdict, said)
                if held is None:
                    verdict = both(verdict, Unknown((f"what {entitled.binding.role} contains",)))
                if isinstance(verdict, Denied):
                    continue
                for member in entitled.binding.members:
                    if not member.startswith(DELETED):
                        yield Answer(member, verdict, entitled.evidence, locks)

    def members(self) -> Iterator[str]:
        """Yield everyone who may request something, in order."""
        yield from sorted({m for each in self._by_name.values() for e in each for m in e.binding.members})
