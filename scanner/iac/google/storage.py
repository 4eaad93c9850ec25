"""Buckets: access control lists, managed folders, objects' names, and what a new bucket grants by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece
from scanner.iac.google import policies
from scanner.iac.google.drafting import RESOURCE, Container, Project, Target, document_id, of_google

if TYPE_CHECKING:
    from scanner.iac.aws import Drafts

BUCKET: Final = "storage.googleapis.com/Bucket"
STORAGE: Final = "//storage.googleapis.com/"
OF_BUCKET: Final = "ListBucketAccessControls"
OF_OBJECTS: Final = "ListDefaultObjectAccessControls"
_OBJECTS: Final = "ListObjects"

# Cloud Storage documentation, "IAM roles for Cloud Storage", basic roles, modifiable behaviour
# (https://cloud.google.com/storage/docs/access-control/iam-roles, read 2026-11): what a new bucket grants to
# those who have a basic role on its project. The roles on objects are granted where IAM alone decides.
_OF_TEAMS: Final = {
    "roles/storage.legacyBucketOwner": ("projectEditor:", "projectOwner:"),
    "roles/storage.legacyBucketReader": ("projectViewer:",),
}
_ON_OBJECTS: Final = {
    "roles/storage.legacyObjectOwner": ("projectEditor:", "projectOwner:"),
    "roles/storage.legacyObjectReader": ("projectViewer:",),
}
# Cloud Storage documentation, "Access control lists", predefined ACLs
# (https://cloud.google.com/storage/docs/access-control/lists#predefined-acl, read 2026-11)
PREDEFINED: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "authenticatedRead": (("allAuthenticatedUsers", "READER"),),
    "bucketOwnerFullControl": (),
    "bucketOwnerRead": (),
    "private": (),
    "projectPrivate": (),
    "publicRead": (("allUsers", "READER"),),
    "publicReadWrite": (("allUsers", "WRITER"),),
}
_WHOLE: Final = "whole"
_PRIVATE: Final = (("project-owners", "OWNER"), ("project-editors", "OWNER"), ("project-viewers", "READER"))


def bucket_target(where: Project, name: str) -> Target:
    """Return a bucket as what a policy can be on."""
    return Target(where, f"{STORAGE}{name}", BUCKET)


def project_of(drafts: Drafts, name: str) -> Project | None:
    """Return the project in which code makes a bucket, None when it makes no such bucket."""
    for draft in of_google(drafts, "cloudasset", RESOURCE):
        if draft.id.key == f"{STORAGE}{name}":
            return _project(draft.body["ancestors"])
    return None


def access_control(
    drafts: Drafts, where: Project, field: str, bucket: str, entries: list[Piece], *, whole: bool = False
) -> None:
    """Add entries, of ``entity`` and ``role``, to a bucket's list or to the one that its objects get.

    `whole`: they are all of the list; else what a new bucket has stays.
    """
    draft = drafts.at(document_id(where, "storage", field, bucket))
    if draft.body is None:
        draft.body = {"items": []}
    if whole:
        drafts.marks[draft.id].add(_WHOLE)
    for entry in entries:
        draft.append("/items", entry)


def predefined(where: Project, word: str, *, whole: Piece) -> list[Piece]:
    """Return the entries of a predefined list besides its owner's; those of the project's teams count too."""
    teams = (
        _PRIVATE if word in {"projectPrivate", "publicRead", "publicReadWrite", "authenticatedRead"} else ()
    )
    named = [(f"{entity}-{where.number}", role) for entity, role in teams]
    return [
        Piece({"entity": entity, "role": role}, whole.places)
        for entity, role in (*named, *PREDEFINED.get(word, ()))
    ]


def object_(drafts: Drafts, where: Project, bucket: str, name: str, whole: Piece) -> None:
    """Put an object into a bucket; `whole` may hold its ``acl``."""
    draft = drafts.at(document_id(where, "storage", _OBJECTS, bucket))
    if draft.body is None:
        draft.body = {"items": [], "objectCount": 0, "isTruncated": False}
    index = next((i for i, item in enumerate(draft.body["items"]) if item["name"] == name), None)
    if index is None:
        draft.body["objectCount"] += 1
        draft.append("/items", Piece({"name": name, **whole.body}, whole.places))
        return
    for entry in whole.body.get("acl", ()):
        draft.append(f"/items/{index}/acl", Piece(entry, tuple(p for p in whole.places if not p.pointer)))


def managed_folder(drafts: Drafts, where: Project, bucket: str, name: str, whole: Piece) -> str:
    """Declare a managed folder; returns the key of its documents."""
    folder = f"{name.rstrip('/')}/"
    key = f"{bucket}/{folder}"
    body = {"name": folder, "bucket": bucket}
    drafts.put(document_id(where, "storage", "ListManagedFolders.items", key), Piece(body, whole.places))
    return key


def complete(drafts: Drafts) -> None:
    """Add what a new bucket grants and lists by itself, where code does not set it."""
    for draft in of_google(drafts, "cloudasset", RESOURCE):
        if draft.body.get("assetType") != BUCKET or not draft.is_from_code:
            continue
        where = _project(draft.body["ancestors"], drafts)
        name = draft.id.key.removeprefix(STORAGE)
        uniform = _is_uniform(draft.body["resource"]["data"])
        roles = {**_OF_TEAMS, **(_ON_OBJECTS if uniform else {})}
        granted = {role: tuple(f"{team}{where.id}" for team in teams) for role, teams in roles.items()}
        lines = tuple(place for place in draft.document().places if not place.pointer)
        policies.assumed(drafts, bucket_target(where, name), granted, lines)
        if not uniform:
            listed = [{"entity": f"{team}-{where.number}", "role": role} for team, role in _PRIVATE]
            for field in (OF_BUCKET, OF_OBJECTS):
                id_ = document_id(where, "storage", field, name)
                known = drafts.get(id_)
                if known is None:
                    drafts.assume(id_, {"items": listed})
                elif _WHOLE not in drafts.marks[id_]:
                    known.body["items"] += listed


def _is_uniform(data: dict[str, Any]) -> bool:
    configuration = data.get("iamConfiguration", {})
    return configuration.get("uniformBucketLevelAccess", {}).get("enabled") is True


def _project(ancestors: list[str], drafts: Drafts | None = None) -> Project:
    id_ = ancestors[0].removeprefix("projects/")
    number = id_
    if drafts is not None:
        target = Target(Container(id_), f"//cloudresourcemanager.googleapis.com/projects/{id_}", "")
        known = drafts.get(target.id(RESOURCE))
        number = known.body["resource"]["data"]["projectNumber"] if known is not None else id_
    return Project(id_, number, tuple(ancestors[1:]))
