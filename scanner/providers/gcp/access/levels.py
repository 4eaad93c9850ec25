"""Access levels: what they ask of a caller, as guards.

Source: Access Context Manager REST reference, "AccessLevel"
(https://cloud.google.com/access-context-manager/docs/reference/rest/v1/accessPolicies.accessLevels, read
2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.guards import Guard
from scanner.netset import AddressSet
from scanner.providers.gcp.access.guarding import Key, verdict
from scanner.providers.gcp.cel import CelSyntaxError, Environment, parse
from scanner.providers.gcp.cel.residual import residual
from scanner.providers.gcp.cel.terms import Free
from scanner.providers.gcp.shape import section, sections, text, texts
from scanner.verdict import Allowed, AllowedIf, Denied, Unknown, both, either

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.providers.gcp.access.principals import Principals
    from scanner.verdict import Verdict

ADDRESS = "source address"
_KEYS = {
    "origin.ip": Key(ADDRESS, "vendor", "source-ip"),
    "origin.region_code": Key("origin region", "vendor"),
}
_DEEPEST = 16


class AccessLevels:
    """Levels by name, ``accessPolicies/N/accessLevels/NAME``."""

    def __init__(self, bodies: Mapping[str, dict[str, Any]], principals: Principals) -> None:
        self._bodies = bodies
        self._principals = principals

    def verdict(self, name: str, member: str | None = None, depth: int = 0) -> Verdict:
        """Return what a level asks of a caller, who is `member` where that is known."""
        body = self._bodies.get(name)
        if body is None or depth > _DEEPEST:
            return Unknown((f"access level {name.rpartition('/')[2]}",))
        custom = text(section(body, "custom", "expr").get("expression"))
        if custom:
            return self._custom(name, custom)
        conditions = [raw for _, raw in sections(section(body, "basic").get("conditions"))]
        if not conditions:
            return Unknown((f"access level {name.rpartition('/')[2]}",))
        found = [self._condition(name, raw, member, depth) for raw in conditions]
        joined = found[0]
        any_of = text(section(body, "basic").get("combiningFunction")) in {"OR", "1"}
        for more in found[1:]:
            joined = either(joined, more) if any_of else both(joined, more)
        return joined

    def _condition(self, name: str, raw: dict[str, Any], member: str | None, depth: int) -> Verdict:
        parts = list(self._parts(raw, member, depth))
        if raw.get("negate") is True:
            if len(parts) == 1 and isinstance(parts[0], AllowedIf) and raw.get("ipSubnetworks"):
                outside = AddressSet.everything() - AddressSet.of(_subnets(raw))
                return _guarded(Guard(ADDRESS, "cidr", outside.cidrs(), "vendor", "source-ip"))
            return Unknown((f"the negated condition of access level {name.rpartition('/')[2]}",))
        joined: Verdict = Allowed()
        for part in parts:
            joined = both(joined, part)
        return joined

    def _parts(self, raw: dict[str, Any], member: str | None, depth: int) -> Iterator[Verdict]:
        if raw.get("ipSubnetworks"):
            yield _guarded(
                Guard(ADDRESS, "cidr", AddressSet.of(_subnets(raw)).cidrs(), "vendor", "source-ip")
            )
        if raw.get("vpcNetworkSources"):
            sources = (section(s, "vpcSubnetwork") for _, s in sections(raw["vpcNetworkSources"]))
            networks = tuple(sorted(text(source.get("network")) for source in sources))
            yield _guarded(Guard("source network", "in", networks, "ours", "source-vpc"))
        if texts(raw.get("members")):
            part = "unknown" if member is None else self._principals.any_part(texts(raw["members"]), member)
            if part == "none":
                yield Denied(("access level for other members",))
            elif part != "all":
                yield Unknown((f"whether {member or 'the caller'} is a member that an access level names",))
        if texts(raw.get("regions")):
            yield _guarded(Guard("origin region", "in", tuple(sorted(texts(raw["regions"]))), "vendor"))
        if section(raw, "devicePolicy"):
            yield _guarded(Guard("device policy", "present", (), "ours"))
        for required in texts(raw.get("requiredAccessLevels")):
            yield self.verdict(required, member, depth + 1)

    def _custom(self, name: str, expression: str) -> Verdict:
        what = f"access level {name.rpartition('/')[2]}"
        try:
            left = residual(
                parse(expression),
                Environment(),
                {"origin.ip": Free(AddressSet.everything()), "origin.region_code": Free()},
            )
        except CelSyntaxError as problem:
            return Unknown((f"{what}: {problem}",))
        return verdict(left, _KEYS, what)


def _subnets(raw: dict[str, Any]) -> tuple[str, ...]:
    found = []
    for subnet in texts(raw.get("ipSubnetworks")):
        try:
            AddressSet.of([subnet])
        except ValueError:
            continue
        found.append(subnet)
    return tuple(found)


def _guarded(guard: Guard) -> AllowedIf | Denied:
    return AllowedIf(((guard,),)) if guard.values or guard.op == "present" else Denied(("no address at all",))
