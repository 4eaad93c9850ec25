"""Groups with their members, and principal access boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece
from scanner.iac.google import Container, principals
from scanner.iac.terraform.google.identity import condition_of
from scanner.iac.terraform.values import has_open, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.google import Project
    from scanner.iac.terraform.google.made import Made

_BINDINGS: Final = {
    "google_iam_folders_policy_binding": ("folder", "folders"),
    "google_iam_organizations_policy_binding": ("organization", "organizations"),
    "google_iam_projects_policy_binding": ("project", ""),
}
"""The attribute with what a policy is bound at, and what that is."""


def _group(made: Made) -> None:
    mail = _key(made, "group_key")
    if mail is not None:
        principals.group(made.drafts, mail, made.whole)


def _key(made: Made, *blocks: str) -> str | None:
    """Return the address in the first of these blocks that is there; one that cannot be told is a gap."""
    body = next((b for name in blocks for b in made.body.blocks(name)), None)
    if body is None:
        made.untold(blocks[0], None)
        return None
    return made.text("id", body)


def _membership(made: Made) -> None:
    """Read a membership, of a group that code makes or looks up by its address."""
    name = made.text("group")
    member = _key(made, "preferred_member_key", "member_key")
    if name is None or member is None:
        return
    mail = name.removeprefix("groups/")
    if "@" not in mail:
        made.untold("group", name)
        return
    roles = [made.text("name", body) for body in made.body.blocks("roles")]
    principals.membership(made.drafts, mail, member, [role for role in roles if role], made.whole)


def _boundary(made: Made) -> None:
    """Read a policy; one that is open in a part may keep anything away, or nothing."""
    where = made.container("organization", "organizations")
    if where is None:
        return
    rules: list[Any] = []
    open_ = False
    details: dict[str, Any] = {}
    for body in made.body.blocks("details"):
        version = body.get("enforcement_version")
        if version is not None:
            details["enforcementVersion"] = plain(version)
        for rule in body.blocks("rules"):
            resources = rule.get("resources")
            open_ = open_ or body.is_open or rule.is_open or has_open([resources, version])
            rules.append({"effect": rule.get("effect") or "ALLOW", "resources": plain(resources or [])})
    if open_:
        why = f"what `{made.instance.address}` leaves principals eligible for is open"
        principals.unread_boundary(made.drafts, where, made.name, why)
        return
    whole = Piece({"details": {**details, "rules": plain(rules)}}, (made.place,))
    principals.boundary(made.drafts, where, made.name, whole)


def _binding(made: Made) -> None:
    where = _bound_at(made)
    sets = [body.get("principal_set") for body in made.body.blocks("target")]
    policy = made.body.get("policy")
    if len(sets) != 1 or has_open([sets, policy]) or where is None:
        why = f"what `{made.instance.address}` binds is open"
        principals.unread_boundary(made.drafts, where or made.project, made.name, why)
        return
    said: dict[str, Any] = {
        "target": {"principalSet": plain(sets[0])},
        "policy": plain(policy),
        "policyKind": made.body.get("policy_kind") or "PRINCIPAL_ACCESS_BOUNDARY",
    }
    for body in made.body.blocks("condition"):
        said["condition"] = plain(condition_of(body))
    if has_open([body.get("expression") for body in made.body.blocks("condition")]):
        principals.unread_boundary(made.drafts, where, made.name, "whom a boundary binds is open")
        return
    principals.bound(made.drafts, where, made.name, Piece(plain(said), (made.place,)))


def _bound_at(made: Made) -> Project | Container | None:
    attribute, kind = _BINDINGS[made.instance.type]
    if kind:
        return made.container(attribute, kind)
    project = made.body.get("project")
    return made.project_of(project) if isinstance(project, str) else made.project


FIRST: Final[dict[str, Callable[[Made], None]]] = {"google_cloud_identity_group": _group}
TYPES: Final[dict[str, Callable[[Made], None]]] = {
    **dict.fromkeys(_BINDINGS, _binding),
    "google_cloud_identity_group_membership": _membership,
    "google_iam_principal_access_boundary_policy": _boundary,
}
