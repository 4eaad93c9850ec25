"""Hops into a service account as far as an API key that is bound to it reaches: Vertex AI, and nothing else.

Source: Google Cloud documentation, "Manage API keys" (https://cloud.google.com/docs/authentication/api-keys,
read 2026-11): a request with a bound key is the account's own; only aiplatform.googleapis.com takes such
keys; an organization policy that Google sets by default forbids making them. Keys that are bound to no
account identify nobody, and let nobody into what asks for permissions. Which calls take a key is not said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from scanner.guards import Guard
from scanner.model import Evidence
from scanner.netset import AddressSet
from scanner.providers.gcp import steps
from scanner.providers.gcp.access.places import container_place
from scanner.providers.gcp.hops import impersonate
from scanner.providers.gcp.members import SERVICE_ACCOUNT
from scanner.providers.gcp.shape import section, sections, text, texts
from scanner.providers.gcp.workloads import place_of
from scanner.verdict import Allowed, AllowedIf, Denied, Unknown, both

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.access.question import Answer
    from scanner.providers.gcp.estate import GcpEstate
    from scanner.providers.gcp.inventory import Inventory, Item
    from scanner.verdict import Verdict

MARK = "#api-key"
"""Marks a service account as whom somebody calls Vertex AI with a key."""
_KEY = "apikeys.googleapis.com/Key"
_SERVICE = "aiplatform.googleapis.com"
_SHOW, _MAKE, _BIND = (
    "apikeys.keys.getKeyString",
    "apikeys.keys.create",
    "iam.serviceAccountApiKeyBindings.create",
)
_FORBIDDEN = "iam.managed.disableServiceAccountApiKeyCreation"


def by_account(inventory: Inventory) -> dict[str, tuple[Item, ...]]:
    """Return the keys that Vertex AI may take, by the node of the account that they are bound to."""
    found: dict[str, tuple[Item, ...]] = {}
    for item in inventory.of(_KEY):
        email = text(item.data.get("serviceAccountEmail")).lower()
        targets = [
            text(t.get("service")) for _, t in sections(section(item.data, "restrictions").get("apiTargets"))
        ]
        if email and not text(item.data.get("deleteTime")) and (not targets or _SERVICE in targets):
            node = f"{SERVICE_ACCOUNT}{email}"
            found[node] = (*found.get(node, ()), item)
    return found


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops of those who have a bound key of an account, and no other credentials; none elsewhere."""
    account = node.removesuffix(MARK)
    place = estate.accounts.place(account) if node.endswith(MARK) else None
    if place is None:
        return
    become = steps.surely(impersonate.becoming(estate, account, place))
    for key in estate.api_keys.get(account, ()):
        proof = Evidence(str(key.document.id), f"{key.base}/serviceAccountEmail", account)
        way = steps.Way("take-shared-key", evidence=(proof,))
        shown = (a for a in estate.who(_SHOW, place_of(key)) if a.member not in become)
        yield from steps.hops(estate, way, node, _restricted(key, shown))
    makers = (a for a in _makers(estate, account) if a.member not in become)
    yield from steps.hops(estate, steps.Way("take-credentials"), node, makers)


def _restricted(key: Item, answers: Iterable[Answer]) -> Iterator[Answer]:
    """Yield answers with the addresses that a key is good from; who sends a referrer chooses it."""
    allowed = texts(section(key.data, "restrictions", "serverKeyRestrictions").get("allowedIps"))
    try:
        blocks = AddressSet.of(list(allowed)).cidrs()
    except ValueError:
        blocks = ()
    for answer in answers:
        if not allowed:
            yield answer
            continue
        guard = Guard("source address", "cidr", blocks, "vendor", "source-ip")
        said = AllowedIf(((guard,),)) if blocks else Unknown((f"from where {key.name} is good",))
        verdict = both(answer.verdict, said)
        if not isinstance(verdict, Denied):
            yield replace(answer, verdict=verdict)


def _makers(estate: GcpEstate, account: str) -> Iterator[Answer]:
    """Yield who makes keys that are bound to an account, where a policy allows what Google forbids."""
    place = estate.accounts.place(account)
    if place is None or not place.chain:
        return
    setting = estate.org_policies.setting(_FORBIDDEN, place.chain)
    unread = estate.org_policies.unread(place.chain)
    if setting is None and unread:
        said: Verdict = Unknown(unread)
    elif setting is None or setting.reset or setting.enforced is True:
        return
    else:
        said = setting.enforced if isinstance(setting.enforced, Unknown) else Allowed()
    proof = (setting.evidence,) if setting else ()
    made = estate.who(_MAKE, container_place(place.chain[0], place.chain))
    for answer in steps.joined(estate.groups, made, estate.who(_BIND, place)):
        verdict = both(answer.verdict, said)
        if not isinstance(verdict, Denied):
            yield replace(answer, verdict=verdict, evidence=(*answer.evidence, *proof))


def taken(estate: GcpEstate, hops: Iterable[Hop]) -> Iterator[Hop]:
    """Yield hops into what Vertex AI serves, those of an account also as of who has a key of it."""
    for hop in hops:
        yield hop
        if hop.source in estate.api_keys or any(_makers(estate, hop.source)):
            missing = tuple(sorted({*hop.missing, "whether the call takes an API key"}))
            certainty = "blocked" if hop.certainty == "blocked" else "possible"
            yield msgspec.structs.replace(
                hop, source=f"{hop.source}{MARK}", certainty=certainty, missing=missing
            )
