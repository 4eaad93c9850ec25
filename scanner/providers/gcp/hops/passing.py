"""Hops into a service account by deploying something that runs as it.

It takes ``iam.serviceAccounts.actAs`` on the account and the permissions that make the thing, in the
account's project; where an account may be used from other projects, a project of one's own does. Sources: IAM
documentation, "Require permission to attach service accounts to resources" and "Attach service accounts in a
different project" (https://cloud.google.com/iam/docs/service-accounts-actas,
https://cloud.google.com/iam/docs/attach-service-accounts, read 2026-11). The sets are ``deploy.yaml``.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from typing import TYPE_CHECKING

import msgspec

from scanner.providers.gcp import steps
from scanner.providers.gcp.access.places import container_place
from scanner.verdict import Allowed, Denied, Unknown, both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.access.question import Answer, Lock, Place
    from scanner.providers.gcp.estate import GcpEstate
    from scanner.verdict import Verdict

ACT_AS = "iam.serviceAccounts.actAs"
_WAY, _FROM_ELSEWHERE = steps.Way("pass-role"), steps.Way("pass-role", assumed=("own-project",))
_CROSS = "iam.disableCrossProjectServiceAccountUsage"


class Deploy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to make, and all permissions it takes on the project."""

    what: str
    permissions: tuple[str, ...]


class Deploys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data file."""

    read: str
    source: str
    deploys: tuple[Deploy, ...]


def load_deploys() -> tuple[Deploy, ...]:
    """Read the shipped sets."""
    content = resources.files(__package__).joinpath("deploy.yaml").read_bytes()
    return msgspec.yaml.decode(content, type=Deploys).deploys


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a service account; none for another node."""
    place = estate.accounts.place(node)
    if place is None or not place.chain:
        return
    acting = estate.who(ACT_AS, place)
    if not acting:
        return
    made = estate.makers.get(place.chain[0])
    if made is None:
        made = estate.makers[place.chain[0]] = _makers(estate, container_place(place.chain[0], place.chain))
    found = (steps.hops(estate, _WAY, node, steps.joined(estate.groups, acting, answers)) for answers in made)
    abroad = steps.hops(estate, _FROM_ELSEWHERE, node, _abroad(estate, acting, place))
    yield from steps.once((*found, abroad))


def _makers(estate: GcpEstate, at: Place) -> tuple[tuple[Answer, ...], ...]:
    """Return who holds all that a deployment takes on a project, deployment by deployment.

    Whoever may make the first of two things in every context is not listed for the second: the hop is one.
    """
    seen: set[tuple[str, Verdict, tuple[Lock, ...]]] = set()
    made = []
    for deploy in estate.deploys:
        found = steps.holding_all(estate, deploy.permissions, at)
        fresh = tuple(a for a in found if (a.member, a.verdict, a.locks) not in seen)
        seen.update((a.member, a.verdict, a.locks) for a in fresh)
        if fresh:
            made.append(fresh)
    return tuple(made)


def _abroad(estate: GcpEstate, acting: tuple[Answer, ...], place: Place) -> Iterator[Answer]:
    """Yield who may act as an account in any project: the default is that nobody can.

    Source: the second page above, the constraint is enforced unless an organization policy says otherwise.
    """
    setting = estate.org_policies.setting(_CROSS, place.chain)
    unread = estate.org_policies.unread(place.chain)
    if setting is None and unread:
        verdict: Verdict = Unknown(unread)
    elif setting is None or setting.reset or setting.enforced is True:
        return
    else:
        verdict = setting.enforced if isinstance(setting.enforced, Unknown) else Allowed()
    proof = (setting.evidence,) if setting else ()
    for answer in acting:
        said = both(answer.verdict, verdict)
        if not isinstance(said, Denied):
            yield replace(answer, verdict=said, evidence=(*answer.evidence, *proof))
