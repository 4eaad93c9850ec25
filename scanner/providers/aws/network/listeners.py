"""What a load balancer's listener forwards to which target group: for whom, and after which login.

Sources: Elastic Load Balancing, "Listener rules for your Application Load Balancer", "Authenticate users"
and "Mutual authentication with TLS"
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html, read
2026-11): rules in order of priority, the default last; an authenticate action with
``OnUnauthenticatedRequest`` ``allow`` lets everyone on. Host, path, query and method are the caller's own
choice and stop nobody. Fixture: ``network-listener``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from scanner.netset import AddressSet
from scanner.providers.aws.arn import Arn
from scanner.verdict import Guard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scanner.providers.aws.network.topology import Topology
    from scanner.snapshot import Document

_STANDARD_HEADERS = {"accept", "accept-language", "content-type", "host", "origin", "referer", "user-agent"}
_ANY_VALUE = {"*", "/*"}
_LOGINS = {
    "authenticate-oidc": "AuthenticateOidcConfig",
    "authenticate-cognito": "AuthenticateCognitoConfig",
    "jwt-validation": "JwtValidationConfig",
}
_ANSWERS = {"redirect", "fixed-response"}


@dataclass(frozen=True, slots=True)
class Gate:
    """Who must have let a caller in.

    An OIDC issuer (its URL), a SAML provider, a directory, or a store of certificates (their ARNs).
    """

    kind: Literal["oidc", "saml", "directory", "certificate"]
    authority: str


@dataclass(frozen=True, slots=True)
class Forward:
    """One rule of a listener that leads to a target group, for callers from `sources`."""

    target_group: str
    sources: AddressSet
    gates: tuple[Gate, ...]
    guards: tuple[Guard, ...]
    name: str
    missing: tuple[str, ...] = ()


def forwards(
    topology: Topology, listener: Document, rules: Sequence[Document], missing: tuple[str, ...] = ()
) -> Iterator[Forward]:
    """Yield where a listener forwards, in the order of its rules.

    Args:
        topology: Names places.
        listener: The listener.
        rules: Its rules, the default among them or not, in any order.
        missing: Names of rules that were not read: then nothing is sure.
    """
    left = AddressSet.everything()
    certificate = _certificate(listener.body)
    ordered = sorted((r for r in rules if not r.body.get("IsDefault")), key=_priority)
    for rule in ordered:
        sources, guards, is_open = _conditions(rule.body.get("Conditions") or [])
        matched = left & sources
        if is_open:
            left -= matched
        if matched:
            matching = Forward("", matched, certificate, guards, topology.place(rule), missing)
            yield from _of_actions(rule.body.get("Actions") or [], matching)
    if left:
        matching = Forward("", left, certificate, (), topology.place(listener), missing)
        yield from _of_actions(listener.body.get("DefaultActions") or [], matching)


def _of_actions(actions: list[dict[str, Any]], matching: Forward) -> Iterator[Forward]:
    """Yield the forwards of a rule with the conditions of `matching`, which has no target group yet."""
    for action in sorted(actions, key=lambda a: a.get("Order", 0)):
        kind = str(action.get("Type"))
        if kind in _LOGINS:
            gates = _login(kind, action.get(_LOGINS[kind]) or {})
            matching = replace(matching, gates=(*matching.gates, *gates))
        elif kind == "forward":
            for group in _target_groups(action):
                yield replace(matching, target_group=group)
        elif kind not in _ANSWERS:
            missing = (*matching.missing, f"what the action {kind} demands")
            matching = replace(matching, missing=missing)


def _target_groups(action: dict[str, Any]) -> list[str]:
    listed = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
    found = [g.get("TargetGroupArn", "") for g in listed if g.get("Weight", 1) != 0]
    return found if listed else [action.get("TargetGroupArn", "")]


def _login(kind: str, config: dict[str, Any]) -> tuple[Gate, ...]:
    if config.get("OnUnauthenticatedRequest") == "allow":
        return ()
    if kind == "authenticate-cognito":
        pool = Arn.parse(config.get("UserPoolArn", ""))
        host = f"cognito-idp.{pool.region}.amazonaws.com"
        return (Gate("oidc", f"https://{host}/{pool.resource.removeprefix('userpool/')}"),)
    return (Gate("oidc", str(config.get("Issuer", ""))),)


def _certificate(listener: dict[str, Any]) -> tuple[Gate, ...]:
    mutual = listener.get("MutualAuthentication") or {}
    return (Gate("certificate", mutual.get("TrustStoreArn", "")),) if mutual.get("Mode") == "verify" else ()


def _conditions(conditions: list[dict[str, Any]]) -> tuple[AddressSet, tuple[Guard, ...], bool]:
    """Return who matches, what else a caller must know, and whether every request from there matches."""
    sources, guards, is_open = AddressSet.everything(), [], True
    for condition in conditions:
        field = condition.get("Field")
        if field == "source-ip":
            values = (condition.get("SourceIpConfig") or {}).get("Values") or condition.get("Values") or []
            sources &= AddressSet.of(values)
            continue
        if field == "http-header":
            header = (condition.get("HttpHeaderConfig") or {}).get("HttpHeaderName", "")
            if header.lower() not in _STANDARD_HEADERS:
                guards.append(Guard(f"HTTP header {header}", "present", held_by="ours"))
        is_open &= field in {"path-pattern", "host-header"} and not _ANY_VALUE.isdisjoint(_values(condition))
    return sources, tuple(guards), is_open


def _values(condition: dict[str, Any]) -> list[str]:
    config = condition.get("PathPatternConfig") or condition.get("HostHeaderConfig") or {}
    return [*(condition.get("Values") or []), *(config.get("Values") or [])]


def _priority(rule: Document) -> tuple[int, str]:
    text = str(rule.body.get("Priority", ""))
    return (int(text) if text.isdigit() else 1 << 31), rule.id.key
