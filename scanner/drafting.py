"""A first vendor register from a snapshot: everyone outside who has a way in, for people to review.

What nobody can know from a snapshot (who answers for the vendor, what for, until when) is left as TODO; the
expiry is a near date, so that nothing unreviewed lasts.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Final

from scanner.rules.subjects import subject_scope
from scanner.vendors import ANYONE, Inventory, ThirdParty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.analysis import Analysis

REVIEW_DAYS: Final = 90
"""Days until an entry that nobody reviewed is over."""
_SLUG: Final = re.compile(r"[^a-z0-9]+")


def drafted(analysis: Analysis, inventory: Inventory) -> str:
    """Return a ``vendors:`` section with an entry for each third party that the register lacks.

    It is valid as it stands and agrees to nothing: what each one reaches today is a comment.
    """
    until = (analysis.as_of + dt.timedelta(days=REVIEW_DAYS)).isoformat()
    strangers = [p for p in inventory.parties if not p.registered and p.name != ANYONE]
    missing = [p for p in strangers if not _is_everybody(p, analysis)]
    lines = [
        "# Drafted from a snapshot. Nothing is agreed to yet: for each vendor, name an owner and a purpose,",
        "# set `expires`, and move what it may do from the comments into `allowed`. Delete who should go.",
        "version: 1",
        "vendors:" if missing else "vendors: [] # everyone with a way in is in the register",
    ]
    taken: set[str] = {vendor.name for vendor in analysis.config.vendors}
    for party in missing:
        lines += _entry(party, analysis, until, taken)
    for party in strangers:
        if party not in missing:
            lines += ["", f"  # {_comment(party.name)}: anybody there is no vendor; narrow the trust"]
    return "\n".join(lines) + "\n"


def _is_everybody(party: ThirdParty, analysis: Analysis) -> bool:
    """Tell whether the party is a subject pattern that many customers of its issuer fit."""
    source = analysis.assembly.sources.get(party.name)
    principal = source.principal if source else None
    if principal is None or principal.kind != "oidc":
        return False
    scope = subject_scope(principal.issuer or "", principal.subject or "*")
    return scope in {"any-subject", "any-tenant"}


def _entry(party: ThirdParty, analysis: Analysis, until: str, taken: set[str]) -> Iterator[str]:
    name = _name(party.name, taken)
    yield ""
    yield f"  - name: {_text(name)}"
    yield "    owner: TODO"
    yield "    purpose: TODO"
    yield f"    expires: {until}"
    named = list(_identities(party, analysis))
    yield (
        "    identities:"
        if named
        else "    identities: {} # nothing that a register can name: write who this is"
    )
    for cloud, ids in named:
        yield f"      {cloud}: [{', '.join(map(_text, ids))}]"
    for way in party.ways_in:
        yield f"    # way in: {_comment(way.source)} -> {_comment(way.entry)}"
    for holding in party.holdings:
        what = f"{holding.gain} {_comment(holding.asset)}"
        yield f"    # reaches today: {what} ({_comment(holding.tier)}, {holding.certainty})"
    yield "    allowed: []"


def _identities(party: ThirdParty, analysis: Analysis) -> Iterator[tuple[str, list[str]]]:
    """Yield the party's identities as the register writes them, cloud by cloud."""
    found: dict[str, set[str]] = {}
    for id_ in party.sources:
        principal = analysis.assembly.sources[id_].principal if id_ in analysis.assembly.sources else None
        if principal is None:
            continue
        if principal.kind == "oidc":
            found.setdefault("oidc", set()).add(principal.id)
        elif principal.kind == "network":
            found.setdefault("networks", set()).add(principal.id)
        elif principal.provider == "aws" and principal.scope and principal.kind != "saml":
            found.setdefault("aws", set()).add(principal.scope)
        elif principal.provider in {"gcp", "azure"}:
            found.setdefault(principal.provider, set()).add(principal.id)
    yield from ((cloud, sorted(ids)) for cloud, ids in sorted(found.items()))


def _name(party: str, taken: set[str]) -> str:
    base = _SLUG.sub("-", party.lower().removeprefix("https://")).strip("-") or "vendor"
    base = f"account-{base}" if base.isdigit() else base
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name)
    return name


def _text(value: str) -> str:
    return json.dumps(value)


def _comment(value: str) -> str:
    """Return text that stays inside a comment: ids are whatever someone in a cloud typed."""
    return json.dumps(value)[1:-1]
