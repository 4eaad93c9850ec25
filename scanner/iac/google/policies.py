"""Allow policies from the pieces that code gives them in, deny policies, and roles.

Code sets a whole policy, the members of one role, or adds single members. Google keeps one list for each role
and condition; what code does not set as a whole may hold more than it shows. Source: Google provider, "IAM
policy for projects" (https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_project_iam,
read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec

from scanner.iac.aws import Piece
from scanner.iac.google.assets import PROJECT, settle
from scanner.iac.google.drafting import IAM_POLICY, RESOURCE, document_id, of_google
from scanner.snapshot import DocumentId, Gap, Unresolved

if TYPE_CHECKING:
    from scanner.iac.aws import Draft, Drafts
    from scanner.iac.google.drafting import Container, Project, Target
    from scanner.snapshot import Place

Sets: TypeAlias = Literal["policy", "role", "member"]
"""How much of a policy a piece of code sets: all of it, all of one role, or a member."""

FOLDERS: Final = "GetManagedFolderIamPolicy"
_WHOLE: Final = "policy"


def policy(drafts: Drafts, target: Target, whole: Piece) -> None:
    """Set a whole policy: an object with ``bindings``, or `Unresolved` where code leaves it open."""
    _put(drafts, _draft(drafts, target), "/iamPolicy", whole)


def binding(drafts: Drafts, target: Target, sets: Sets, said: Piece) -> None:
    """Add a binding to a resource's policy: ``role``, ``members`` and perhaps a ``condition``."""
    _add(drafts, _draft(drafts, target), "/iamPolicy", sets, said)


def folder_policy(drafts: Drafts, where: Project, key: str, whole: Piece) -> None:
    """Set the whole policy of a managed folder, ``BUCKET/FOLDER/``."""
    _put(drafts, _folder(drafts, where, key), "", whole)


def folder_binding(drafts: Drafts, where: Project, key: str, sets: Sets, said: Piece) -> None:
    """Add a binding to a managed folder's policy, see `binding`."""
    _add(drafts, _folder(drafts, where, key), "", sets, said)


def assumed(
    drafts: Drafts, target: Target, bindings: dict[str, tuple[str, ...]], lines: tuple[Place, ...]
) -> None:
    """Add what Google grants by itself on a new resource, members by role, where code does not set it.

    `lines` are those of the resource.
    """
    draft = _draft(drafts, target)
    marks = drafts.marks[draft.id]
    if _WHOLE in marks:
        return
    for place in lines:
        draft.set_place(place)
    listed = _listed(draft, "/iamPolicy")
    for role, members in bindings.items():
        if f"role {role}" in marks:
            continue
        known = next((b for b in listed if b.get("role") == role and "condition" not in b), None)
        if known is None:
            listed.append({"role": role, "members": list(members)})
        elif isinstance(known["members"], list):
            known["members"] += [m for m in members if m not in known["members"]]


def deny_policy(drafts: Drafts, where: Project | Container, name: str, whole: Piece) -> None:
    """Attach a deny policy: ``rules`` of ``denyRule`` objects. `name` is the last part of its name."""
    attachment = f"cloudresourcemanager.googleapis.com/{where.key}".replace("/", "%2F")
    full = f"policies/{attachment}/denypolicies/{name}"
    id_ = document_id(where, "iam", "ListDenyPolicies.policies", full)
    drafts.put(id_, Piece({"name": full, "kind": "DenyPolicy", **whole.body}, whole.places))
    settle(drafts, where)


def unread_deny_policy(drafts: Drafts, where: Project, name: str, why: str) -> None:
    """Say that a deny policy may be on a project, or not."""
    id_ = document_id(where, "iam", "ListDenyPolicies.policies", name)
    drafts.gap(Gap(id_, "not-collected", why, "overstated"))


def role(drafts: Drafts, where: Project | Container, name: str, whole: Piece) -> None:
    """Declare a custom role: ``includedPermissions``, ``stage``. `name` is the last part of its name."""
    full = f"{where.key}/roles/{name}"
    id_ = document_id(where, "iam", "ListRoles.roles", full)
    drafts.put(id_, Piece({"name": full, **whole.body}, whole.places))
    settle(drafts, where)


def complete(drafts: Drafts) -> None:
    """Say of each policy that code only adds to that there may be more, unless code makes its resource."""
    for draft in of_google(drafts, "cloudasset", RESOURCE):
        if draft.body.get("assetType") == PROJECT:  # read as if nobody had a role on it but by this code
            whole = {name: draft.body[name] for name in ("name", "assetType", "ancestors")}
            id_ = msgspec.structs.replace(draft.id, field=IAM_POLICY)
            drafts.assume(id_, {**whole, "iamPolicy": {"bindings": []}})
    for draft in of_google(drafts, "cloudasset", IAM_POLICY):
        if not draft.is_from_code:
            continue
        made = drafts.get(DocumentId("gcp", draft.id.scope, "", "cloudasset", RESOURCE, draft.id.key))
        if _WHOLE in drafts.marks[draft.id] or (made is not None and made.is_from_code):
            continue
        id_ = DocumentId("iac", "", "", "google", "ReadLivePolicy", draft.id.key)
        why = (
            "code adds to the policy of a resource that it does not make; what else is bound there is unread"
        )
        drafts.gap(Gap(id_, "not-collected", why, "understated"))


def _draft(drafts: Drafts, target: Target) -> Draft:
    draft = drafts.at(target.id(IAM_POLICY))
    if draft.body is None:
        draft.body = {**target.whole(), "iamPolicy": {"bindings": []}}
        settle(drafts, target.where)
    return draft


def _folder(drafts: Drafts, where: Project, key: str) -> Draft:
    draft = drafts.at(document_id(where, "storage", FOLDERS, key))
    if draft.body is None:
        draft.body = {"bindings": []}
        settle(drafts, where)
    return draft


def _put(drafts: Drafts, draft: Draft, base: str, whole: Piece) -> None:
    marks = drafts.marks[draft.id]
    _conflict(drafts, draft, marks, alone=not marks)
    marks.add(_WHOLE)
    for place in whole.places:
        if not place.pointer:
            draft.set_place(place)
    bindings = whole.body.get("bindings") if isinstance(whole.body, dict) else None
    if not isinstance(bindings, list):
        _append(draft, base, {"role": _text_of(whole.body), "members": [_text_of(whole.body)]}, whole.places)
        return
    for index, said in enumerate(bindings):
        own = tuple(p for p in whole.places if p.pointer == f"/bindings/{index}")
        _append(draft, base, said, own or whole.places)


def _text_of(body: Any) -> Any:  # noqa: ANN401 - raw JSON
    return body if Unresolved.read(body) else Unresolved("policy_data").body


def _add(drafts: Drafts, draft: Draft, base: str, sets: Sets, said: Piece) -> None:
    marks, named = drafts.marks[draft.id], said.body.get("role")
    mark = f"{sets} {named}" if isinstance(named, str) else f"{sets} ?"
    if "condition" in said.body:
        mark += " if"
    other = f"{'member' if sets == 'role' else 'role'} {mark.partition(' ')[2]}"
    clash = _WHOLE in marks or other in marks or (sets == "role" and mark in marks)
    _conflict(drafts, draft, marks, alone=not clash)
    marks.add(mark)
    _append(draft, base, said.body, said.places)


def _append(draft: Draft, base: str, said: dict[str, Any], places: tuple[Place, ...]) -> None:
    """Add a binding, to the one of its role and condition where there is one, each member with its lines."""
    listed = _listed(draft, base)
    members = said.get("members")
    members = members if isinstance(members, list) else [members]
    alike = (i for i, b in enumerate(listed) if _key(b) == _key(said))
    index = next(alike, None)
    if index is None:
        index = len(listed)
        listed.append({**said, "members": []})
    pointer = f"{base}/bindings/{index}"
    held = listed[index]["members"]
    for member in members:
        if member in held and isinstance(member, str):
            continue
        held.append(member)
        for place in places:
            if not place.pointer or place.pointer.startswith("/bindings/"):
                where = f"{pointer}/members/{len(held) - 1}"
                draft.set_place(type(place)(where, place.file, place.lines))
                if len(held) == 1:
                    draft.set_place(type(place)(pointer, place.file, place.lines))


def _key(said: dict[str, Any]) -> tuple[str, str]:
    condition = said.get("condition")
    text = (
        condition.get("expression")
        if isinstance(condition, dict) and "expression" in condition
        else condition
    )
    return str(said.get("role")), str(text)


def _listed(draft: Draft, base: str) -> list[dict[str, Any]]:
    holder = draft.body["iamPolicy"] if base else draft.body
    found: list[dict[str, Any]] = holder["bindings"]
    return found


def _conflict(drafts: Drafts, draft: Draft, marks: set[str], *, alone: bool) -> None:
    """Say that two parts of the code set the same of a policy, where the last one to be applied wins."""
    if alone or not marks:
        return
    id_ = DocumentId("iac", "", "", "google", "MergePolicy", draft.id.key)
    why = "several resources of the code set the same part of this policy; all of it is taken to hold"
    drafts.gap(Gap(id_, "not-collected", why, "overstated"))
