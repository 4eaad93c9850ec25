"""How a report says the nouns of the model in English. Raw text: the renderer that prints it makes it safe.

Knows no cloud: ids are shown as the provider writes them, statements by their pointer and, when they have
one, Sid.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import msgspec

from scanner.model import HOP_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.model import Agreement, Asset, Certainty, Evidence, Finding, Gain, Hop, Remark, Source, Use
    from scanner.scan import Scan
    from scanner.verdict import Guard, Holder

_LARGEST_PARSED: Final = 1_000_000  # characters of an excerpt; a larger one is shown as it is
_SHORTEST_ID: Final = 8  # characters of a finding's id shown, more when they would not tell findings apart

AGREEMENT_WORDS: Final[dict[Agreement, str]] = {
    "agreed": "the vendor register agrees to this access",
    "expired": "the vendor register agreed to this access, but the agreement is over",
    "unmet-demand": "the vendor register agrees to this access on a condition that the path lacks",
    "above-tier": "the vendor register agrees to assets of lower tiers only",
    "none": "the vendor is in the register, and no agreement covers this access",
    "unregistered": "the source is not in the vendor register",
}

CERTAINTY_WORDS: Final[dict[Certainty, str]] = {
    "proven": "every document that decides was read",
    "possible": "a document that could decide otherwise was not read",
    "blocked": "all but one part of it is granted",
}

HOLDER_WORDS: Final[dict[Holder, str]] = {
    "vendor": "the outside caller chooses it",
    "issuer": "the token issuer sets it",
    "ours": "we or our environment set it",
    "fixed": "the principal itself fixes it",
}

ASSUMED_WORDS: Final[dict[str, str]] = {
    "self-granted-permissions": "the permissions that it granted itself on the way are there",
    "foreign-identity-policy": "the outside party's own policies, which nobody here can see, allow this call",
}

UNRECORDED_WORDS: Final[dict[Gain, str]] = {
    "read": "who reads it",
    "invoke": "what it is asked",
    "write": "who writes to it",
    "grant": "who changes its policies",
}


def unrecorded(asset: Asset) -> str:
    """Return what of the asset's use nobody keeps; empty when that is nothing, or not known."""
    lost = " and ".join(UNRECORDED_WORDS[gain] for gain in asset.unrecorded)
    doubt = f", unless by what was not read: {', '.join(asset.unrecorded_missing)}"
    return f"no record is kept of {lost}{doubt if asset.unrecorded_missing else ''}" if lost else ""


def use_line(use: Use) -> str:
    """Return what the logs say of a way in."""
    if use.last is None:
        return f"not seen in {use.days} {'day' if use.days == 1 else 'days'} of logs"
    return f"last used {use.last} by {use.by}"


def how(hop: Hop) -> str:
    """Return what the hop does, in the words of `HOP_TYPES`."""
    return HOP_TYPES.get(hop.type, hop.type)


def who(source: Source) -> str:
    """Return the vendor's name, else how the source is trusted."""
    return source.vendor or source.trust


def source_line(source: Source) -> str:
    """Return name, trust and id of a source."""
    register = "in the register" if source.registered else "not in the register"
    named = f"{source.vendor}, " if source.vendor else ""
    return f"{source.id} [{named}{source.trust}, {register}]"


def guard_line(guard: Guard) -> str:
    """Return a guard and who decides whether it holds."""
    return f"{guard} ({HOLDER_WORDS[guard.held_by]})"


def assumed_line(assumed: str) -> str:
    """Return in words what a hop takes for granted."""
    return ASSUMED_WORDS.get(assumed, assumed)


def sid(evidence: Evidence) -> str:
    """Return the Sid of the statement in the excerpt, or an empty string."""
    parsed = parse(evidence.excerpt)
    found = parsed.get("Sid") if isinstance(parsed, dict) else None
    return found if isinstance(found, str) else ""


def statement(evidence: Evidence) -> str:
    """Return where the statement stands: Sid, pointer, document, and file with lines when it is code."""
    found = sid(evidence)
    name = f"Sid {found} at " if found else ""
    pointer = f"{evidence.pointer} of " if evidence.pointer else ""
    return f"{name}{pointer}{evidence.document}{in_file(evidence)}"


def brief(evidence: Evidence) -> str:
    """Return `statement` with a shorter name for the document: its list or operation, and its key."""
    field, _, key = evidence.document.split(":", 4)[-1].partition("/")
    document = f"{field.rsplit('.', 1)[-1]} {key}" if key else evidence.document
    return statement(msgspec.structs.replace(evidence, document=document))


def in_file(evidence: Evidence) -> str:
    """Return `` (file:line)``, `` (file:first-last)`` or an empty string."""
    if evidence.file is None:
        return ""
    if evidence.lines is None:
        return f" ({evidence.file})"
    first, last = evidence.lines
    return f" ({evidence.file}:{first}{'' if last == first else f'-{last}'})"


def parse(excerpt: str) -> object:
    """Return the excerpt as JSON, or None when it is none, too large or too deep."""
    if not excerpt or len(excerpt) > _LARGEST_PARSED:
        return None
    try:
        return json.loads(excerpt)
    except (ValueError, RecursionError):
        return None


def union(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return what stands in any of `parts`, each once, in order of first sight."""
    return tuple(dict.fromkeys(item for part in parts for item in part))


def blocked_by(finding: Finding) -> tuple[str, ...]:
    """Return what holds the door on any hop of the path."""
    return union(hop.blocked_by for hop in finding.path.hops)


def missing(finding: Finding) -> tuple[str, ...]:
    """Return the documents that any hop of the path lacks."""
    return union(hop.missing for hop in finding.path.hops)


def remark_line(remark: Remark) -> str:
    """Return what another scanner says of a resource on the path, and where."""
    first, last = remark.lines
    place = f"{remark.file}:{first}{'' if last == first else f'-{last}'}"
    return f"{remark.tool} {remark.id}: {remark.text} ({remark.resource}, {place})"


def remark_lines(finding: Finding, most: int) -> tuple[str, ...]:
    """Return the first lines of what makes a path worse, and how many there are beyond them."""
    shown = tuple(remark_line(remark) for remark in finding.remarks[:most])
    rest = len(finding.remarks) - len(shown)
    return (*shown, f"{rest} more of that kind; the JSON report lists all") if rest > 0 else shown


def considered(finding: Finding) -> tuple[str, ...]:
    """Return what else the search saw and what it did not look at: up to two sentences without full stops."""
    said: list[str] = []
    count = finding.path.alternatives
    if count:
        noun = "path starts and ends" if count == 1 else "paths start and end"
        said.append(f"{count} more {noun} as this one does; the shortest is shown")
    if finding.path.cut:
        said.append(f"not looked at: {finding.path.cut}")
    return tuple(said)


def short_ids(scan: Scan) -> dict[str, str]:
    """Return for each finding id its shortest start, of 8 characters or more, that names no other."""
    ids = sorted({finding.id for finding in scan.findings})
    short: dict[str, str] = {}
    for index, full in enumerate(ids):
        near = [*ids[max(index - 1, 0) : index], *ids[index + 1 : index + 2]]
        needed = max((_common(full, other) + 1 for other in near), default=0)
        short[full] = full[: max(needed, _SHORTEST_ID)]
    return short


def _common(one: str, other: str) -> int:
    """Return how many characters two strings share at their start."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
