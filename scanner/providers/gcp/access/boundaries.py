"""Principal access boundaries: what the principals of an organization are eligible for.

Source: IAM documentation, "Principal access boundary policies"
(https://cloud.google.com/iam/docs/principal-access-boundary-policies, read 2026-11): a principal is eligible
for the resources of any policy bound to a set it is in, and for all when none is; what a policy blocks beyond
them depends on its enforcement version (``boundary_versions.yaml``). It binds principals of the organization
that owns it, wherever the resource is.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

import msgspec

from scanner.model import Evidence
from scanner.providers.gcp.access.permissions import long_form
from scanner.providers.gcp.access.places import container_place
from scanner.providers.gcp.access.question import Lock
from scanner.providers.gcp.cel import CelSyntaxError, Environment, holds, parse
from scanner.providers.gcp.cel import Unknown as Open
from scanner.providers.gcp.members import GROUP, POOL, SERVICE_ACCOUNT, USER
from scanner.providers.gcp.names import MANAGER
from scanner.providers.gcp.shape import section, sections, text, texts
from scanner.verdict import Unknown
from scanner.wildcards import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.access.oracle import Bar
    from scanner.providers.gcp.access.principals import Principals
    from scanner.providers.gcp.access.question import Place
    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.snapshot import Document, Snapshot

_POLICIES, _BINDINGS = "ListPrincipalAccessBoundaryPolicies", "ListPolicyBindings"
UNREAD: Final = -1
"""Version of a policy that is bound, and was not read."""


_KINDS = {SERVICE_ACCOUNT: "ServiceAccount", USER: "WorkspaceIdentity"}


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a version can block of a service's permissions, and what of these it spares after all."""

    blocks: tuple[str, ...]
    spares: tuple[str, ...] = ()

    def holds(self, word: str) -> bool:
        """Tell whether a permission, without its service, can be blocked."""
        return any(matches(p, word) for p in self.blocks) and not any(matches(p, word) for p in self.spares)


class Versions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data file: what each enforcement version adds, by service."""

    read: str
    source: str
    latest: int
    versions: dict[int, dict[str, Listed]]
    partly: frozenset[str]

    def blocks(self, version: int, permission: str) -> bool | None:
        """Tell whether policies of a version can block a permission; None when the table does not say."""
        api, _, word = permission.partition("/")
        service = api.removesuffix(".googleapis.com")
        for added in sorted(self.versions):
            listed = self.versions[added].get(service)
            if listed is not None and listed.holds(word):
                return None if version == UNREAD else added <= version
        return None if service in self.partly or version == UNREAD or version > self.latest else False


def load_versions() -> Versions:
    """Read the shipped table."""
    content = resources.files("scanner.providers.gcp.access").joinpath("boundary_versions.yaml").read_bytes()
    return msgspec.yaml.decode(content, type=Versions)


@dataclass(frozen=True, slots=True)
class Bound:
    """One policy bound to one set of principals; `version` is `UNREAD` when only the binding was read."""

    label: str
    target: str
    condition: str
    resources: frozenset[str]
    version: int
    owner: str
    evidence: tuple[Evidence, ...]


class Boundaries:
    """Every boundary in force; a `Layer` of the oracle."""

    def __init__(self, snapshot: Snapshot, hierarchy: Hierarchy, principals: Principals) -> None:
        self._hierarchy = hierarchy
        self._principals = principals
        self._versions = load_versions()
        policies = {}
        bindings = []
        for document in snapshot:
            if (document.id.provider, document.id.service) != ("gcp", "iam"):
                continue
            if document.id.field.startswith(f"{_POLICIES}."):
                policies[text(section(document.body).get("name")) or document.id.key] = document
            elif document.id.field.startswith(f"{_BINDINGS}."):
                bindings.append(document)
        read = (self._read(d, policies.get(text(section(d.body).get("policy")))) for d in bindings)
        self._bound = [bound for bound in read if bound is not None]
        self._unread = sorted(
            str(gap.id)
            for gap in snapshot.gaps_of("gcp", "iam")
            if gap.id.field.startswith((_POLICIES, _BINDINGS))
        )

    @property
    def idle(self) -> bool:
        """Whether there is no boundary, read or unread."""
        return not self._bound and not self._unread

    def _read(self, document: Document, policy: Document | None) -> Bound | None:
        """Return one binding with its policy; one of another kind of policy is none of ours."""
        body = section(document.body)
        if text(body.get("policyKind")) not in {"", "PRINCIPAL_ACCESS_BOUNDARY"}:
            return None
        name, target = text(body.get("policy")), section(body, "target")
        details = section(policy.body, "details") if policy else {}
        proof = [Evidence(str(document.id), "/target", msgspec.json.encode(target).decode())]
        if policy:
            proof.append(Evidence(str(policy.id), "/details", msgspec.json.encode(details).decode()[:2000]))
        return Bound(
            f"principal access boundary {name.rpartition('/')[2]}",
            text(target.get("principalSet")),
            text(section(body, "condition").get("expression")),
            frozenset(self._resources(details)),
            self._version(text(details.get("enforcementVersion"))) if policy else UNREAD,
            name.partition("/locations")[0],
            tuple(proof),
        )

    def _resources(self, details: dict[str, object]) -> Iterator[str]:
        for _, rule in sections(details.get("rules")):
            for name in texts(rule.get("resources")):
                yield self._hierarchy.key(name.removeprefix(MANAGER))

    def _version(self, text_: str) -> int:
        return int(text_) if text_.isdigit() else self._versions.latest

    def bars(self, member: str, permission: str, place: Place) -> Iterator[Bar]:
        """Yield a lock when the member is not eligible, Unknown when it may not be; see `oracle.Layer`."""
        if self._unread and self._principals.is_ours(member):
            yield Unknown(tuple(self._unread))
        if not self._bound:
            return
        bound = [(b, self._binds(b, member)) for b in self._bound]
        sure = [b for b, part in bound if part == "all"]
        perhaps = [b for b, part in bound if part == "unknown"]
        if any(not b.resources.isdisjoint(place.chain) for b in sure):
            return
        if any(part == "some" for _, part in bound) and not sure:
            yield None
            return
        effective = [(b, self._versions.blocks(b.version, long_form(permission))) for b in (*sure, *perhaps)]
        barring = next((b for b, blocks in effective if blocks and b in sure), None)
        if barring is not None and not any(not b.resources.isdisjoint(place.chain) for b in perhaps):
            yield Lock(barring.label, barring.evidence, tuple(self._drops(barring)))
        elif any(blocks is not False for _, blocks in effective):
            yield Unknown((f"whether {effective[0][0].label} blocks {permission}",))

    def _drops(self, bound: Bound) -> Iterator[tuple[tuple[str, Place], ...]]:
        """Yield the ways to take a boundary away: editing it, deleting it, unbinding it from a container.

        Source: IAM documentation, "Remove principal access boundary policies", required permissions
        (https://cloud.google.com/iam/docs/principal-access-boundary-policies-remove, read 2026-11).
        """
        if not bound.owner:
            return
        at = container_place(bound.owner, self._hierarchy.above(bound.owner))
        yield (("iam.principalaccessboundarypolicies.update", at),)
        yield (("iam.principalaccessboundarypolicies.delete", at),)
        target = bound.target.removeprefix(MANAGER)
        if target != bound.target and target.partition("/")[0] in {"projects", "folders", "organizations"}:
            key = self._hierarchy.key(target)
            there = container_place(key, self._hierarchy.above(key))
            unbind = f"resourcemanager.{key.partition('/')[0]}.deletePolicyBinding"
            yield ("iam.principalaccessboundarypolicies.unbind", at), (unbind, there)

    def _binds(self, bound: Bound, member: str) -> str:
        part = self._principals.part(bound.target, member)
        if part == "none" or not bound.condition:
            return "unknown" if part != "none" and bound.version == UNREAD else part
        if member.startswith(GROUP):
            return "some"  # its people and accounts are of several types
        try:
            held = holds(parse(bound.condition), Environment(known=_attributes(member)))
        except CelSyntaxError:
            return "unknown"
        if isinstance(held, Open):
            return "unknown"
        return part if held else "none"


def _attributes(member: str) -> dict[str, str]:
    """Return what a binding's condition may ask: ``principal.type`` and ``principal.subject``."""
    kind = next((word for prefix, word in _KINDS.items() if member.startswith(prefix)), "")
    pool = POOL.fullmatch(member)
    if pool:
        kind = "WorkloadPoolIdentity" if pool["project"] else "WorkforcePoolIdentity"
    known = {"principal.type": f"iam.googleapis.com/{kind}"} if kind else {}
    if member.startswith((SERVICE_ACCOUNT, USER)):
        known["principal.subject"] = member.partition(":")[2]
    return known
