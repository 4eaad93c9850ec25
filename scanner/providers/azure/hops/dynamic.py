"""Hops into groups whose members a rule picks, by those outside who choose what the rule looks at.

Whoever invites a guest chooses address and name, and guests invite too unless the tenant forbids it. A tenant
that synchronises its people into ours sets whatever it maps. What would meet a rule is not worked out: such a
hop is possible at most. Sources: "Manage rules for dynamic membership groups"
(https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership), "Configure external
collaboration settings"
(https://learn.microsoft.com/entra/external-id/external-collaboration-settings-configure) and
"crossTenantIdentitySyncPolicyPartner resource type"
(https://learn.microsoft.com/graph/api/resources/crosstenantidentitysyncpolicypartner), read 2026-11-22.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from scanner.model import Hop
from scanner.providers.azure.documents import at, field_evidence, text, texts
from scanner.providers.azure.outsiders import ANY_GUEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.estate import AzureEstate

_ATTRIBUTE: Final = re.compile(r"\buser\.(\w+)", re.IGNORECASE)
_NO_GUESTS: Final = re.compile(r"user\.usertype\s+-(?:eq\s+\"member\"|ne\s+\"guest\")", re.IGNORECASE)
_EITHER: Final = re.compile(r"\)?\s*-or\b", re.IGNORECASE)
_GIVEN: Final = {"accountenabled", "usertype", "objectid", "creationtype", "externaluserstate"}
"""What every guest has, or what says nothing of which guest."""
_CHOSEN: Final = _GIVEN | {
    *("mail", "othermails", "userprincipalname", "displayname", "mailnickname", "proxyaddresses"),
}


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a group with a rule; none for another node."""
    member = estate.directory.member(node)
    document = None if member is None else member.document
    if member is None or document is None or member.kind != "group" or not member.ours:
        return
    rule, place = text(document.body, "/membershipRule"), field_evidence(document, "/membershipRule")
    asked = {name.lower() for name in _ATTRIBUTE.findall(rule)}
    is_on = text(document.body, "/membershipRuleProcessingState").lower() != "paused"
    if not asked or not is_on or "DynamicMembership" not in texts(document.body, "/groupTypes"):
        return
    met = asked & (_CHOSEN - {"accountenabled"}) if _EITHER.search(rule) else asked <= _CHOSEN
    if met and not _NO_GUESTS.search(rule):
        yield from _by_invitation(estate, Hop(node, ANY_GUEST, "join-group", evidence=(place,)), rule)
    for partner in estate.documents.graph("policies.crossTenantAccessPolicy.partners"):
        tenant = (text(partner.body, "/tenantId") or partner.id.key).lower()
        inbound = "/identitySynchronization/userSyncInbound/isSyncAllowed"
        if at(partner.body, inbound) is True and not estate.tenants.is_ours(tenant):
            yield Hop(
                target=node,
                source=f"tenant:{tenant}",
                type="join-group",
                certainty="possible",
                evidence=(place, field_evidence(partner, inbound)),
                missing=(f"whether people whom the tenant synchronises can meet `{rule[:200]}`",),
            )


def _by_invitation(estate: AzureEstate, hop: Hop, rule: str) -> Iterator[Hop]:
    policy = estate.documents.graph_object("policies.authorizationPolicy")
    allowed = "/allowInvitesFrom"
    if policy is not None and text(policy.body, allowed).lower() not in {"", "everyone"}:
        return
    proof = () if policy is None else (field_evidence(policy, allowed),)
    unread = ("policies.authorizationPolicy",) if policy is None else ()
    yield Hop(
        target=hop.target,
        source=hop.source,
        type=hop.type,
        certainty="possible",
        evidence=(*hop.evidence, *proof),
        missing=(*unread, f"whether a guest can be invited who meets `{rule[:200]}`"),
    )
