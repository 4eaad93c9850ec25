"""Network security perimeters: whom the profile of a service lets in, and whether its own rules still count.

An association is enforced, so that the perimeter's rules alone decide, or it is in transition (once called
learning): then whoever the service's own firewall lets in passes too. Private endpoints pass either way, and
so do the other members of the perimeter, which are ours. Sources: "What is a network security perimeter?"
(https://learn.microsoft.com/azure/private-link/network-security-perimeter-concepts) and "Transition to a
network security perimeter in Azure" (network-security-perimeter-transition), read 2026-11-22.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.netset import AddressSet
from scanner.providers.azure.documents import field_evidence, items, setting, text
from scanner.providers.azure.scopes import name_of, subscription_of
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from scanner.model import Evidence
    from scanner.providers.azure.documents import Documents
    from scanner.snapshot import Document

_PERIMETERS: Final = "microsoft.network/networksecurityperimeters"
_ASSOCIATIONS: Final = f"{_PERIMETERS}/resourceassociations"
_RULES: Final = f"{_PERIMETERS}/profiles/accessrules"
_RULES_FIELD: Final = "Microsoft.Network.networkSecurityPerimeters.profiles.accessRules"
_TRAITS: Final = ("serviceTags", "networkSecurityPerimeters", "emailAddresses", "phoneNumbers")


class Entrance(NamedTuple):
    """What a perimeter lets into a service: ranges, and resources of subscriptions, by id in lower case.

    `is_enforced` is None where code leaves the mode open. `unread`: rules of a kind that nobody can tell
    the addresses of, or that could not be read.
    """

    is_enforced: bool | None
    ranges: AddressSet
    subscriptions: tuple[str, ...]
    unread: tuple[str, ...]
    evidence: tuple[Evidence, ...]


class Perimeters:
    """Associations by the service that they are of."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._rules: dict[str, list[Document]] = defaultdict(list)
        for rule in documents.arm(_RULES):
            if text(rule.body, "/properties/direction").lower() != "outbound":
                self._rules[rule.id.key.lower().split("/accessrules/")[0]].append(rule)
        self._associations: dict[str, Document] = {
            text(document.body, "/properties/privateLinkResource/id").lower(): document
            for document in documents.arm(_ASSOCIATIONS)
        }

    def of(self, service: str) -> Entrance | None:
        """Return what the perimeter of a service lets in, None for one that is in none that was read."""
        association = self._associations.get(service.lower())
        if association is None:
            return None
        mode = setting(association.body, "/properties/accessMode", "learning")
        profile = text(association.body, "/properties/profile/id").lower()
        ranges, subscriptions = AddressSet(), set()
        named = setting(association.body, "/properties/profile/id", "")
        unread = list(self._unread(profile))
        if isinstance(named, Unresolved):
            unread.append(f"the profile of {association.id}: {named.expression}")
        proof = [field_evidence(association, "/properties/accessMode")]
        for rule in self._rules.get(profile, ()):
            proof.append(field_evidence(rule, "/properties"))
            subscriptions |= {
                name_of(text(s, "/id")).lower() for s in items(rule.body, "/properties/subscriptions")
            }
            blocks, doubtful = _blocks(rule)
            ranges |= blocks
            unread += doubtful
        enforced = None if isinstance(mode, Unresolved) else mode == "enforced"
        found = tuple(sorted(subscriptions - {""}))
        return Entrance(enforced, ranges, found, tuple(unread), tuple(proof))

    def _unread(self, profile: str) -> list[str]:
        gap = self._documents.gap("arm", _RULES_FIELD, subscription_of(profile), profile) if profile else None
        return [str(gap.id)] if gap is not None else []


def _blocks(rule: Document) -> tuple[AddressSet, list[str]]:
    """Return a rule's addresses, and what of it stands for addresses that are not known."""
    found, unread = AddressSet(), []
    for value in items(rule.body, "/properties/addressPrefixes"):
        try:
            found |= AddressSet.of([value] if isinstance(value, str) else [""])
        except ValueError:
            open_ = Unresolved.read(value)
            unread.append(f"{rule.id}: {open_.expression if open_ else 'a rule that is no range'}")
    unread += [f"who {name} of {rule.id} are" for name in _TRAITS if items(rule.body, f"/properties/{name}")]
    return found, unread
