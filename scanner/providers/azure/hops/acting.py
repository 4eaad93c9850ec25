"""Hops into a person whom an application acts for at one API, and on into the person's groups and roles.

An application that acts for a ruler of the directory makes whomever it wants one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from scanner.guards import Guard
from scanner.model import Hop
from scanner.providers.azure.consents import ACTING
from scanner.providers.azure.copies import ELEVATES, SELF_GRANTED
from scanner.providers.azure.documents import field_evidence
from scanner.providers.azure.hops import becoming, groups
from scanner.providers.azure.steps import certain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.estate import AzureEstate


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into one person's node for an API; none for another node."""
    base, is_token, api = node.partition(ACTING)
    if not is_token:
        yield from _by_ruling(estate, node)
        return
    for hop in (*becoming.into(estate, base), *groups.into(estate, base)):
        if estate.consents.applies(hop.source, api):
            # a role is activated, or granted, with a token of Azure Resource Manager
            elsewhere = hop.type != "belong-to-group" and api != "arm"
            words = (
                (f"whether who acts for {hop.source} acts at Azure Resource Manager too",)
                if elsewhere
                else ()
            )
            missing = tuple(sorted({*hop.missing, *words}))
            source = f"{hop.source}{ACTING}{api}"
            yield replace(hop, target=node, source=source, missing=missing, certainty=certain(missing))
    member = estate.directory.member(base)
    for consent in estate.consents.of(base, api):
        name = member.name if member is not None else base
        yield Hop(
            target=node,
            source=consent.client,
            type="act-for",
            guards=(Guard("sign-in to the application", "in", (name,), "ours"),),
            certainty=certain(consent.missing),
            evidence=(field_evidence(consent.document, ""),),
            missing=consent.missing,
        )


def _by_ruling(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into the copy of who may rule the directory; none for another node."""
    base, is_copy, scope = node.partition(SELF_GRANTED)
    if not is_copy or scope != "/" or node not in estate.copies or not estate.consents.applies(base, "rule"):
        return
    for holder in estate.powers.ruling():
        if holder.node == base and not holder.over:
            yield Hop(
                target=node,
                source=f"{base}{ACTING}rule",
                type="self-grant",
                guards=holder.guards,
                certainty=certain(holder.missing),
                evidence=holder.evidence,
                missing=holder.missing,
                assumed=(ELEVATES,),
            )
