"""Every finding of every world is a proof: each hop cites a part of a document, as it stands there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.test_worlds import WORLDS, scanned_by_name

if TYPE_CHECKING:
    from scanner.model import Evidence, Hop

BASES = [name for name in WORLDS if ":" not in name]


def at(body: Any, pointer: str) -> Any:  # noqa: ANN401 - raw JSON
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        body = body[int(key)] if isinstance(body, list) else body[key]
    return body


def problem(evidence: Evidence, bodies: dict[str, Any]) -> str | None:
    """Return what is wrong with a piece of evidence; a long excerpt may end in an ellipsis."""
    if evidence.document not in bodies:
        return f"no document {evidence.document}"
    try:
        found = at(bodies[evidence.document], evidence.pointer)
    except (KeyError, IndexError, ValueError, TypeError):
        return f"nothing at {evidence.pointer} of {evidence.document}"
    try:
        said = json.loads(evidence.excerpt)
    except ValueError:
        return None if evidence.excerpt.endswith("…") else f"no JSON: {evidence.excerpt!r}"
    return None if said == found else f"{evidence.pointer} of {evidence.document} is not {evidence.excerpt}"


def is_bare(hop: Hop) -> bool:
    """Tell whether nothing proves the hop; what a hop before it granted is cited there."""
    return hop.certainty == "proven" and not hop.evidence and "self-granted-permissions" not in hop.assumed


@pytest.mark.parametrize("name", BASES)
def test_evidence(name: str) -> None:
    bodies = {str(document.id): document.body for document in WORLDS[name].snapshot()}
    hops = [hop for finding in scanned_by_name(name).findings for hop in finding.path.hops]
    assert [hop for hop in hops if is_bare(hop)] == []
    wrong = {said for hop in hops for e in hop.evidence if (said := problem(e, bodies)) is not None}
    assert wrong == set()


UNSURE = [
    name
    for name, world in WORLDS.items()
    if name.startswith("aws/") and any(finding["certainty"] == "possible" for finding in world.expected())
]


@pytest.mark.parametrize("name", UNSURE)
def test_what_is_only_possible_cites_what_makes_it_so(name: str) -> None:
    """Else a finding in code has no line to stand on.

    Of an account that was not read a role is known by what names it, which another hop then cites.
    """
    bodies = {str(document.id): document.body for document in WORLDS[name].snapshot()}
    hops = [hop for finding in scanned_by_name(name).findings for hop in finding.path.hops]
    cited = [e.excerpt for hop in hops for e in hop.evidence]
    bare = [hop for hop in hops if not hop.evidence and not any(hop.target in said for said in cited)]
    assert bare == []
    assert {said for hop in hops for e in hop.evidence if (said := problem(e, bodies)) is not None} == set()
