"""The narrowest binding under which a third party keeps what is agreed: its own role, where the asset is.

The role is a custom one with the fewest permissions that do; the binding names the party alone, keeps the
condition of today's, and is on the bucket where the asset lies in one, else where today's is. A way through a
service account becomes a binding of the party itself. Source: IAM documentation, "Use IAM securely", "Create
and manage custom roles" (https://cloud.google.com/iam/docs/using-iam-securely, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.providers.gcp.roles import Roles
from scanner.providers.narrowing import Draft, Piece, Refused, as_cited
from scanner.snapshot import Change, DocumentId, Removal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scanner.model import Evidence, Hop, Path
    from scanner.providers.narrowing import Party
    from scanner.snapshot import Snapshot

_POLICY: Final = "ListAssets.IAM_POLICY"
_BINDINGS: Final = "/iamPolicy/bindings"
_BUCKETS: Final = "//storage.googleapis.com/"
_MEMBERS: Final = ("user:", "group:", "domain:", "serviceAccount:")
_LIVE_IN_ORGANIZATION: Final = "organizations/"


def drafts(snapshot: Snapshot, ways: Sequence[Path], party: Party) -> Iterator[Draft | Refused]:
    """Yield what the party gets for each way."""
    roles = Roles(snapshot)
    by_grant: dict[tuple[object, ...], list[Path]] = {}
    for way in ways:
        bound = [e for e in way.hops[-1].evidence if _binding(snapshot, e) is not None]
        places = tuple(sorted({(e.document, _pointer(e)) for e in bound}))
        by_grant.setdefault((way.source.id, way.asset.id, len(way.hops), places), []).append(way)
    for number, same in enumerate(by_grant.values(), start=1):
        yield _draft(snapshot, roles, tuple(same), f"{party.slug.replace('-', '_')}_{number}")


def _draft(snapshot: Snapshot, roles: Roles, ways: tuple[Path, ...], slug: str) -> Draft | Refused:
    way = ways[0]
    member = way.source.id
    bound = [(e, b) for e in way.hops[-1].evidence if (b := _binding(snapshot, e)) is not None]
    if not bound:
        return Refused(
            ways,
            "the grant is no binding that the asset inventory lists (an ACL, a key, a folder of a bucket)",
        )
    if not member.startswith(_MEMBERS):
        return Refused(ways, f"`{member}` is nobody that a binding can name as it stands")
    spare = sorted({p for _, b in bound for p in roles.permissions(str(b.get("role"))) or ()})
    if not spare:
        return Refused(ways, "what the role of the binding contains is not known")
    today = bound[0][0].document, DocumentId.parse(bound[0][0].document).key
    near = _bound_at(snapshot, ways, bound, _place(snapshot, way, bound[0][0]), slug, spare)
    return near._replace(otherwise=_bound_at(snapshot, ways, bound, today, slug, spare))


def _bound_at(  # noqa: PLR0917 - a way, and what is proposed for it
    snapshot: Snapshot,
    ways: tuple[Path, ...],
    bound: list[tuple[Evidence, dict[str, Any]]],
    place: tuple[str, str],
    slug: str,
    spare: list[str],
) -> Draft:
    policy, name = place
    way = ways[0]
    member = way.source.id
    parent = _parent(DocumentId.parse(bound[0][0].document).scope)
    role = f"{parent}/roles/sidedoor_{slug}"
    made = {"name": role, "title": f"Sidedoor: {slug}", "stage": "GA", "includedPermissions": spare}
    binding: dict[str, Any] = {"role": role, "members": [member]}
    condition = bound[0][1].get("condition")
    if condition and len(bound) == 1:
        binding["condition"] = condition
    document = DocumentId("gcp", parent.removeprefix("projects/"), "", "iam", "ListRoles.roles", role)
    return Draft(
        ways,
        (Piece(f"custom role {role}", made), Piece(f"binding in the allow policy of {name}", binding)),
        (Change(str(document), "", made), _added(snapshot, policy, name, binding)),
        tuple(
            dict.fromkeys(r for hop in (way.hops[0], way.hops[-1]) for r in _taken_out(snapshot, hop, member))
        )
        or tuple(r for e in way.hops[0].evidence for r in as_cited(e)),
        spare=tuple(spare),
        notes=_notes(way),
    )


def _notes(way: Path) -> tuple[str, ...]:
    if len(way.hops) == 1:
        return ()
    return (f"the party calls with its own identity afterwards, and not as {way.hops[-1].source}",)


def _binding(snapshot: Snapshot, evidence: Evidence) -> dict[str, Any] | None:
    """Return the binding that evidence cites, None when it cites something else."""
    if DocumentId.parse(evidence.document).field != _POLICY or _BINDINGS not in evidence.pointer:
        return None
    found = snapshot.cited(evidence.document, _pointer(evidence))
    return found[0] if found is not None and isinstance(found[0], dict) else None


def _pointer(evidence: Evidence) -> str:
    """Return the pointer of the binding, where evidence cites one of its members too."""
    return evidence.pointer.partition("/members/")[0]


def _place(snapshot: Snapshot, way: Path, evidence: Evidence) -> tuple[str, str]:
    """Return the document and the resource of the allow policy that the binding goes into."""
    today = DocumentId.parse(evidence.document)
    if not way.asset.id.startswith(_BUCKETS):
        return evidence.document, today.key
    name = _BUCKETS + way.asset.id.removeprefix(_BUCKETS).partition("/")[0]
    for field in (_POLICY, "ListAssets.RESOURCE"):
        for document in snapshot.all("gcp", "cloudasset", field):
            if document.id.key == name:
                return str(DocumentId("gcp", document.id.scope, "", "cloudasset", _POLICY, name)), name
    return evidence.document, today.key


def _added(snapshot: Snapshot, policy: str, name: str, binding: dict[str, Any]) -> Change:
    found = snapshot.cited(policy, "")
    if found is not None and snapshot.cited(policy, _BINDINGS) is not None:
        return Change(policy, f"{_BINDINGS}/-", binding)
    resource = snapshot.cited(policy.replace(_POLICY, "ListAssets.RESOURCE"), "")
    there: dict[str, Any] = {}
    if resource is not None and isinstance(resource[0], dict):
        there = {k: resource[0][k] for k in ("assetType", "ancestors") if k in resource[0]}
    return Change(policy, "", {"name": name, **there, "iamPolicy": {"bindings": [binding]}})


def _taken_out(snapshot: Snapshot, hop: Hop, member: str) -> Iterator[Removal]:
    """Yield what lets the party take the hop today; only its own name of a binding that has others."""
    for evidence in hop.evidence:
        binding = _binding(snapshot, evidence)
        members = binding.get("members") if binding else None
        if isinstance(members, list) and member in members:
            at = _pointer(evidence)
            one = f"{at}/members/{members.index(member)}"
            yield Removal(evidence.document, one if len(members) > 1 else at)


def _parent(scope: str) -> str:
    """Return where a custom role can be: a project or an organization; folders have none."""
    return scope if scope.startswith((_LIVE_IN_ORGANIZATION, "folders/")) else f"projects/{scope}"
