"""Hops into people, groups and applications by power over the directory.

A secret on an application's object lets whoever has it sign in as the application. On a service principal it
does so too, unless the application locks it; on that of another tenant's application it is no way of becoming
what the vendor runs. What a person may do, an application does that acts for it by a permission of Microsoft
Graph for that. Sources: Microsoft Entra, "Overview of application and service principal ownership",
"App instance property lock" (entra/identity-platform/howto-configure-app-instance-property-locks on
https://learn.microsoft.com), read 2026-11-22.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from scanner.model import Hop
from scanner.providers.azure.consents import ACTING
from scanner.providers.azure.directory import listed_ids
from scanner.providers.azure.documents import at, field_evidence, text, texts
from scanner.providers.azure.steps import certain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.azure.directory import Member
    from scanner.providers.azure.entra import Holder
    from scanner.providers.azure.entra_roles import Power
    from scanner.providers.azure.estate import AzureEstate
    from scanner.snapshot import Document


_INITIAL_DOMAIN: Final = ".onmicrosoft.com"
"""Ends the tenant's first domain, which cannot be federated."""


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a principal of our directory; none for another node, or for one of a vendor's."""
    member = estate.directory.member(node)
    if member is None or not member.ours:
        return
    if member.kind == "service-principal" and not member.is_managed:
        yield from _into_application(estate, member)
    elif member.kind == "group":
        yield from _into_group(estate, member)
    elif member.kind == "user":
        powers = estate.powers
        yield from _taking(estate, member, "reset-anyone", powers.over("reset-anyone", member))
        if not _is_in_role_group(estate, member):
            yield from _taking(estate, member, "reset", powers.resetting(member))
        if not member.name.lower().endswith(_INITIAL_DOMAIN):
            words = f"whether {member.name.rpartition('@')[2]} is a domain that can be federated"
            for holder in powers.over("federate", member):
                doubtful = holder._replace(missing=(*holder.missing, words))
                yield from _taking(estate, member, "federate", [doubtful])


def _into_application(estate: AzureEstate, member: Member) -> Iterator[Hop]:
    found: set[str] = set()
    application = estate.application(member.app)
    if estate.tenants.is_microsofts(owner_of(member)):
        return  # Microsoft's own: nobody else gives it a secret
    unread = () if application is not None else (f"whether application {member.app} locks its secrets",)
    object_id = "" if application is None else application.id.key.lower()
    for holder in estate.powers.over("credentials", member, object_id):
        doubtful = holder._replace(missing=(*holder.missing, *unread))
        for hop in _taking(estate, member, "credentials", [doubtful]):
            found.add(hop.source)
            yield hop
    if application is not None:
        owners = estate.documents.graph_object("applications.owners", application.id.key)
        for hop in _by_owning(estate, member, "take-credentials", "credentials", owners):
            if hop.source not in found:
                found.add(hop.source)
                yield hop
    owners = estate.documents.graph_object("servicePrincipals.owners", member.oid)
    if application is None or not is_locked(application):
        for hop in _by_owning(estate, member, "take-credentials", "credentials", owners):
            if hop.source not in found:
                yield replace(hop, missing=unread, certainty=certain(unread))


def owner_of(member: Member) -> str:
    """Return the tenant whose application a service principal is of, empty when nobody told."""
    return "" if member.document is None else text(member.document.body, "/appOwnerOrganizationId").lower()


def is_locked(application: Document) -> bool:
    """Tell whether secrets may not be added to service principals of an application."""
    lock = at(application.body, "/servicePrincipalLockConfiguration")
    if at(lock, "/isEnabled") is not True:
        return False
    return at(lock, "/allProperties") is True or at(lock, "/credentialsWithUsageVerify") is True


def _into_group(estate: AzureEstate, member: Member) -> Iterator[Hop]:
    document = member.document
    if document is None:
        return
    kinds = texts(document.body, "/groupTypes")
    powers: list[Power] = ["role-groups"] if _takes_roles(document) else ["groups"]
    owners = estate.documents.graph_object("groups.owners", member.oid)
    if "DynamicMembership" in kinds:  # a rule decides who is in it, and no owner rewrites that
        powers, owners = ["group-rules"], None
    elif "Unified" in kinds:
        powers.append("unified-groups")
    if estate.powers.is_closed(member):
        owners = None
    inside = set(estate.membership.members(member.node))
    by_power = [_by_power(estate, member, "join-group", p, estate.powers.over(p, member)) for p in powers]
    by_owning = _by_owning(estate, member, "join-group", powers[0], owners)
    for hop in chain(*by_power, by_owning):
        if hop.source not in inside:
            yield hop


def _taking(estate: AzureEstate, member: Member, power: Power, holders: Iterable[Holder]) -> Iterator[Hop]:
    yield from _by_power(estate, member, "take-credentials", power, holders)


def _by_power(
    estate: AzureEstate, member: Member, type_: str, power: Power, holders: Iterable[Holder]
) -> Iterator[Hop]:
    for holder in holders:
        hop = Hop(
            target=member.node,
            source=holder.node,
            type=type_,
            guards=holder.guards,
            certainty=certain(holder.missing),
            evidence=holder.evidence,
            missing=holder.missing,
        )
        yield from _with_clients(estate, hop, power)


def _by_owning(
    estate: AzureEstate, member: Member, type_: str, power: Power, owners: Document | None
) -> Iterator[Hop]:
    """Yield hops of owners, who need no power; `power` is what an application that acts for one takes."""
    if owners is None:
        return
    inside = "/value" if isinstance(owners.body, dict) else ""
    for n, oid in enumerate(listed_ids(owners)):
        node = estate.directory.node(oid)
        if node != member.node and not estate.directory.is_gone(oid, ""):
            hop = Hop(member.node, node, type_, evidence=(field_evidence(owners, f"{inside}/{n}"),))
            yield from _with_clients(estate, hop, power)


def _with_clients(estate: AzureEstate, hop: Hop, power: Power) -> Iterator[Hop]:
    """Yield a hop of somebody, and the same of applications that act for them."""
    yield hop
    if estate.consents.applies(hop.source, power):
        yield replace(hop, source=f"{hop.source}{ACTING}{power}")


def _is_in_role_group(estate: AzureEstate, member: Member) -> bool:
    """Tell whether somebody is a member, or an owner, of a group that may hold roles."""
    for group in (*estate.membership.closure(member.node), *estate.owned_groups(member.oid)):
        found = estate.directory.member(group)
        if found is not None and found.document is not None and _takes_roles(found.document):
            return True
    return False


def _takes_roles(group: Document) -> bool:
    return at(group.body, "/isAssignableToRole") is True
