"""Cloud Storage: buckets, their access control lists, managed folders and objects.

What the provider calls ``READER:user-MAIL`` is an entry of a list. Source: Google provider,
"google_storage_bucket_acl" and its like (https://registry.terraform.io/providers/hashicorp/google/latest/docs,
read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece
from scanner.iac.google import assets, storage
from scanner.iac.google.storage import OF_BUCKET, OF_OBJECTS
from scanner.iac.terraform.values import Open, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.google import Project
    from scanner.iac.terraform.google.made import Made


def _bucket(made: Made) -> None:
    """Read a bucket; a guard that cannot be told stays in the document, as unresolved."""
    whole = made.read({"location": "location"} if isinstance(made.body.get("location"), str) else {})
    uniform = made.body.get("uniform_bucket_level_access")
    configuration: dict[str, Any] = {
        "uniformBucketLevelAccess": {
            "enabled": plain(uniform) if isinstance(uniform, Open) else uniform is True
        },
        "publicAccessPrevention": plain(made.body.get("public_access_prevention")) or "inherited",
    }
    if isinstance(uniform, Open):
        made.untold("uniform_bucket_level_access", uniform)
    fields = whole.with_fields(
        name=made.name,
        projectNumber=made.project.number,
        iamConfiguration=configuration,
        labels=made.labels(),
    )
    assets.asset(made.drafts, made.target, fields)


def _named(made: Made) -> tuple[Project, str] | None:
    """Return the bucket that a resource is about, and its project."""
    name = made.text("bucket")
    if name is None:
        return None
    name = name.removeprefix("b/")
    return storage.project_of(made.drafts, name) or made.project, name


def _listed(field: str) -> Callable[[Made], None]:
    """Read a list that a resource sets as a whole."""

    def of(made: Made) -> None:
        found = _named(made)
        if found is not None:
            _set(made, *found, field)
            if made.body.has("default_acl"):
                default = _predefined(made, found[0], "default_acl")
                storage.access_control(made.drafts, *_where(found, OF_OBJECTS), default, whole=True)

    return of


def _where(found: tuple[Project, str], field: str) -> tuple[Project, str, str]:
    return found[0], field, found[1]


def _set(made: Made, where: Project, bucket: str, field: str) -> None:
    entries = _entries(made) + _predefined(made, where, "predefined_acl")
    storage.access_control(made.drafts, where, field, bucket, entries, whole=True)


def _entries(made: Made) -> list[Piece]:
    found = []
    for text in made.texts("role_entity"):
        role, _, entity = text.partition(":")
        found.append(made.piece({"entity": entity, "role": role.upper()}))
    return found


def _predefined(made: Made, where: Project, attribute: str) -> list[Piece]:
    word = made.text(attribute)
    return [] if word is None else storage.predefined(where, word, whole=made.whole)


def _entry(field: str) -> Callable[[Made], None]:
    """Read one entry that a resource adds to a list."""

    def of(made: Made) -> None:
        found, entry = _named(made), made.fields({"entity": "entity", "role": "role"})
        if found is not None and len(entry) == 2:
            storage.access_control(made.drafts, *_where(found, field), [made.piece(entry)])

    return of


def _object(made: Made) -> None:
    found, name = _named(made), made.text("name")
    if found is not None and name is not None:
        storage.object_(made.drafts, *found, name, made.whole)


def _object_list(made: Made) -> None:
    found, name = _named(made), made.text("object")
    if found is None or name is None:
        return
    entries = _entries(made) + _predefined(made, found[0], "predefined_acl")
    entry = made.fields({"entity": "entity", "role": "role"})
    entries += [made.piece(entry)] if len(entry) == 2 else []
    whole = Piece({"acl": [piece.body for piece in entries]}, made.whole.places)
    storage.object_(made.drafts, *found, name, whole)


def _folder(made: Made) -> None:
    found, name = _named(made), made.text("name")
    if found is not None and name is not None:
        storage.managed_folder(made.drafts, *found, name, made.whole)


FIRST: Final[dict[str, Callable[[Made], None]]] = {"google_storage_bucket": _bucket}
"""Read first: others refer to them by name."""

TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "google_storage_bucket_access_control": _entry(OF_BUCKET),
    "google_storage_bucket_acl": _listed(OF_BUCKET),
    "google_storage_bucket_object": _object,
    "google_storage_default_object_access_control": _entry(OF_OBJECTS),
    "google_storage_default_object_acl": _listed(OF_OBJECTS),
    "google_storage_managed_folder": _folder,
    "google_storage_object_access_control": _object_list,
    "google_storage_object_acl": _object_list,
}
