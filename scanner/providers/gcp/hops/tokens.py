"""Hops into Google's identity tokens: what a service account shows to other clouds, and to services of ours.

Another cloud knows a service account by ``https://accounts.google.com sub=UNIQUE-ID``. Cloud Run, functions
and Identity-Aware Proxy take the same tokens; other APIs of Google's do not. Sources: IAM documentation, "Get
an ID token" and the role "Service Account OpenID Connect Identity Token Creator"
(https://cloud.google.com/iam/docs/create-short-lived-credentials-direct) and Cloud Run documentation,
"Authenticating service-to-service" (https://cloud.google.com/run/docs/authenticating/service-to-service,
read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.model import Evidence, Hop, Principal
from scanner.providers.gcp import steps
from scanner.providers.gcp.hops import impersonate
from scanner.providers.gcp.shape import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.gcp.accounts import Account
    from scanner.providers.gcp.estate import GcpEstate
    from scanner.snapshot import Snapshot

ISSUER = "https://accounts.google.com"
_SUBJECT = f"{ISSUER} sub="
MARK = "#id-token"
"""Marks a service account as whom somebody calls what takes identity tokens, and nothing else."""
_ASK = "iam.serviceAccounts.getOpenIdToken"
_OTHERS = frozenset({"aws", "azure"})


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into the subject that stands for a service account of ours; none for another node."""
    if node.endswith(MARK):
        yield from _asking(estate, node)
        return
    account = estate.shown.get(node)
    place = None if account is None else estate.accounts.place(account.node)
    if account is None or account.item is None or place is None:
        return
    proof = Evidence(str(account.item.document.id), f"{account.item.base}/uniqueId", node)
    yield Hop(node, account.node, "assume-web-identity", evidence=(proof,))
    way = steps.Way("impersonate", evidence=(proof,))
    become = steps.surely(impersonate.becoming(estate, account.node, place))
    for hop in steps.hops(estate, way, node, estate.who(_ASK, place)):
        if hop.source not in become:
            yield hop


def _asking(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield who asks for identity tokens of an account, and gets no other credentials of it."""
    account = node.removesuffix(MARK)
    place = estate.accounts.place(account)
    if place is None:
        return
    become = steps.surely(impersonate.becoming(estate, account, place))
    for hop in steps.hops(estate, steps.Way("impersonate"), node, estate.who(_ASK, place)):
        if hop.source not in become:
            yield hop


def taken(estate: GcpEstate, hops: Iterable[Hop]) -> Iterator[Hop]:
    """Yield hops into what takes identity tokens, those of an account also as of who asks for its tokens."""
    for hop in hops:
        yield hop
        place = estate.accounts.place(hop.source)
        if place is not None and estate.who(_ASK, place):
            yield msgspec.structs.replace(hop, source=f"{hop.source}{MARK}")


def shown(snapshot: Snapshot, accounts: Iterable[Account]) -> dict[str, Account]:
    """Return our service accounts by the subject that other clouds know; none where no other was read."""
    if _OTHERS.isdisjoint(snapshot.providers):
        return {}
    found = ((a, text(a.item.data.get("uniqueId"))) for a in accounts if a.item is not None)
    return {f"{_SUBJECT}{number}": account for account, number in found if number}


def principals(estate: GcpEstate) -> Iterator[Principal]:
    """Yield those subjects as principals of ours."""
    for node, account in estate.shown.items():
        subject = node.removeprefix(_SUBJECT)
        yield Principal(node, "oidc", "gcp", account.project, account.email, ISSUER, subject, ours=True)
