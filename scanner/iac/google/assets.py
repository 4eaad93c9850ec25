"""Assets as the inventory has them: containers, accounts, roles, pools, what runs, what serves.

Source of the form: Cloud Asset Inventory, "Asset"
(https://cloud.google.com/asset-inventory/docs/reference/rest/v1/Asset, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece
from scanner.iac.google.drafting import MANAGER, RESOURCE, Container, Project, Target, of_google

if TYPE_CHECKING:
    from scanner.iac.aws import Drafts

PROJECT: Final = "cloudresourcemanager.googleapis.com/Project"
FOLDER: Final = "cloudresourcemanager.googleapis.com/Folder"
SECURITY_POLICY: Final = "compute.googleapis.com/SecurityPolicy"
LOWEST: Final = 2_147_483_647
"""The priority of the rule that a security policy ends with."""
ORGANIZATION: Final = "cloudresourcemanager.googleapis.com/Organization"


def asset(drafts: Drafts, target: Target, fields: Piece) -> None:
    """Declare a resource: what its own API will answer, with the lines of each part."""
    draft = drafts.at(target.id(RESOURCE))
    draft.set("", Piece(target.whole(), tuple(p for p in fields.places if not p.pointer)))
    draft.set("/resource/data", fields)
    settle(drafts, target.where)


def container_target(where: Project | Container) -> Target:
    """Return a project, folder or organization as what a policy can be on."""
    kind = {"projects": PROJECT, "folders": FOLDER}.get(where.key.partition("/")[0], ORGANIZATION)
    return Target(where, f"{MANAGER}{where.key}", kind)


def settle(drafts: Drafts, where: Project | Container, lines: Piece | None = None) -> None:
    """Say that there is a project or container, once; `lines` when code makes it."""
    target = container_target(where)
    id_ = target.id(RESOURCE)
    known = drafts.get(id_)
    if known is not None and known.body is not None and lines is None:
        return
    body = {**target.whole(), "resource": {"data": _described(where)}}
    drafts.at(id_).set("", Piece(body, lines.places if lines else ()))


def _described(where: Project | Container) -> dict[str, Any]:
    if isinstance(where, Project):
        return {"projectId": where.id, "projectNumber": where.number, "lifecycleState": "ACTIVE"}
    return {"name": where.key, **({"parent": where.above[0]} if where.above else {})}


def complete(drafts: Drafts) -> None:
    """Only the last rule of security policies is added: what else code does not make is not there.

    Cloud Armor documentation, "Security policies overview", default rules
    (https://cloud.google.com/armor/docs/security-policy-overview, read 2026-11-22): a policy without a rule
    of the lowest priority gets one that allows.
    """
    for draft in of_google(drafts, "cloudasset", RESOURCE):
        draft.body["resource"].setdefault("version", "v1")
        if draft.body.get("assetType") == SECURITY_POLICY:
            rules = draft.body["resource"]["data"].setdefault("rules", [])
            if all(str(rule.get("priority")) != str(LOWEST) for rule in rules):
                match = {"versionedExpr": "SRC_IPS_V1", "config": {"srcIpRanges": ["*"]}}
                rules.append({"priority": LOWEST, "action": "allow", "match": match})
