"""Where Google's resources lie, and how documents about them are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.snapshot import DocumentId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.aws import Draft, Drafts

MANAGER: Final = "//cloudresourcemanager.googleapis.com/"
RESOURCE: Final = "ListAssets.RESOURCE"
IAM_POLICY: Final = "ListAssets.IAM_POLICY"


class Container(NamedTuple):
    """A folder or an organization: ``folders/F``, ``organizations/N``. `above` is what it lies in."""

    key: str
    above: tuple[str, ...] = ()

    @property
    def scope(self) -> str:
        """The scope of documents about what lies in it."""
        return self.key

    @property
    def ancestors(self) -> list[str]:
        """Itself and what it lies in, nearest first."""
        return [self.key, *self.above]


class Project(NamedTuple):
    """A project by id. `above` is what it lies in, nearest first, as far as code says."""

    id: str
    number: str
    above: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The project's name in names of others."""
        return f"projects/{self.id}"

    @property
    def scope(self) -> str:
        """The scope of documents about what lies in it."""
        return self.id

    @property
    def ancestors(self) -> list[str]:
        """Itself and what it lies in, nearest first."""
        return [self.key, *self.above]


class Target(NamedTuple):
    """A resource that a policy can be on. `name` is the full resource name, `type` the inventory's."""

    where: Project | Container
    name: str
    type: str

    def id(self, field: str) -> DocumentId:
        """Return the id of one of its documents."""
        return document_id(self.where, "cloudasset", field, self.name)

    def whole(self) -> dict[str, Any]:
        """Return what every document of the inventory about it has."""
        return {"name": self.name, "assetType": self.type, "ancestors": self.where.ancestors}


def document_id(where: Project | Container, service: str, field: str, key: str) -> DocumentId:
    """Return the id of a document in a project, folder or organization."""
    return DocumentId("gcp", where.scope, "", service, field, key)


def of_google(drafts: Drafts, service: str, field: str) -> Iterator[Draft]:
    """Yield the drafts of one list, in id order, those of other clouds left out."""
    yield from (draft for draft in drafts.of(service, field) if draft.id.provider == "gcp")
