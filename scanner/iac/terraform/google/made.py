"""One resource of a Google provider on its way to documents: what readers of types ask of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.iac.aws import Piece
from scanner.iac.google import Container, Project, Target
from scanner.iac.terraform.aws import made as aws
from scanner.iac.terraform.google import identity
from scanner.iac.terraform.google.home import home_of, number_of, project_named
from scanner.iac.terraform.google.kinds import KINDS
from scanner.iac.terraform.values import Open, has_open, plain
from scanner.snapshot import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.iac.aws import Drafts
    from scanner.iac.terraform.aws.identity import Resource
    from scanner.iac.terraform.bodies import Body
    from scanner.iac.terraform.root import Root
    from scanner.iac.terraform.values import Value

_AROUND: Final = tuple(
    (re.compile(before), re.compile(after))
    for before, after in (
        (r"@$", r"\.iam\.gserviceaccount\.com"),
        (r"serviceAccount:$", r"\.svc\.id\.goog"),
        (r"(^|/)projects/$", r"/|$"),
        (r"^(projectOwner|projectEditor|projectViewer):$", r"$"),
    )
)
"""What stands before and after a project's id."""


class Fields(NamedTuple):
    """A nested block on its way into a document: the field's name there, and what of the block is read."""

    field: str
    inner: Spec
    many: bool = False


Spec = dict[str, "str | Fields"]


class Made(aws.Made):
    """A resource's names and values, see the AWS side's.

    `homes` are the projects that the code deploys to: one of them that cannot be told has a stand-in.
    """

    def __init__(self, instance: Resource, drafts: Drafts, homes: frozenset[str]) -> None:
        super().__init__(instance, drafts)
        self.homes = homes
        self.body: Body = Settled(instance.body, instance.root, homes)
        self.at = home_of(instance)

    @property
    def name(self) -> str:
        """Its name, made up where code does not say."""
        return identity.name_of(self.instance)

    @property
    def project(self) -> Project:
        """The project that it lives in."""
        return self.project_of(self.at.project)

    def project_of(self, id_: str) -> Project:
        """Return a project by id, with what is known of it."""
        bare = id_.removeprefix("projects/")
        settings = self.instance.root.settings
        above = tuple(f"organizations/{o}" for o in settings.organizations[:1])
        return Project(bare, number_of(bare, self.instance.root), above)

    @property
    def target(self) -> Target:
        """The resource as what a policy can be on."""
        kind = KINDS[self.instance.type]
        return Target(self.project, f"//{kind.service}/{identity.path_of(self.instance)}", kind.asset)

    def target_of(self, name: str, type_: str) -> Target:
        """Return another resource of its project as what a policy can be on."""
        return Target(self.project, name, type_)

    def container(self, attribute: str, kind: str) -> Container | None:
        """Return the folder or organization (``folders``, ``organizations``) that an attribute names."""
        value = self.text(attribute)
        if value is None:
            return None
        organizations = self.instance.root.settings.organizations
        above = tuple(f"organizations/{o}" for o in organizations[:1]) if kind == "folders" else ()
        return Container(f"{kind}/{value.rpartition('/')[2]}", above)

    def read(self, spec: Spec, body: Body | None = None) -> Piece:
        """Return what a specification names, with the lines of each block; what cannot be told is a gap."""
        where = body or self.body
        found: dict[str, Any] = {}
        places = [Place("", where.place.file, where.place.lines)]
        for attribute, wanted in spec.items():
            if isinstance(wanted, str):
                value = where.get(attribute)
                if has_open(value) and attribute not in _LEGIBLE:
                    self.untold(attribute, value)
                elif value is not None:
                    found[wanted] = legible(value) if attribute in _LEGIBLE else plain(value)
                continue
            pieces = [self.read(wanted.inner, inner) for inner in where.blocks(attribute)]
            if not pieces:
                continue
            pointer = f"/{wanted.field}"
            found[wanted.field] = [p.body for p in pieces] if wanted.many else pieces[0].body
            for index, piece in enumerate(pieces if wanted.many else pieces[:1]):
                places += piece.below(f"{pointer}/{index}" if wanted.many else pointer)
        return Piece(found, tuple(places))

    def labels(self) -> dict[str, str]:
        """Return labels; what cannot be told of them is left out."""
        value = self.body.get("labels")
        found = value.items() if isinstance(value, dict) else ()
        return {str(k): str(v) for k, v in found if isinstance(v, str | int)}

    def fields(self, names: Mapping[str, str], body: Body | None = None) -> dict[str, Any]:
        """Return the attributes that are set, by the name that Google has for each."""
        found: dict[str, Any] = self.read(dict(names), body).body
        return found


_LEGIBLE: Final = frozenset(
    {"image", "args", "command", "display_name", "description", "uri", "hugging_face_model_id", "annotations"}
)
"""Attributes that say what something is: of those that cannot be told, the known pieces are kept."""


def legible(value: Value) -> Any:  # noqa: ANN401 - raw JSON
    """Return a value with a star for what cannot be told of it."""
    if isinstance(value, Open):
        return value.like
    if isinstance(value, dict):
        return {str(k): legible(v) for k, v in value.items()}
    if isinstance(value, list):
        return [legible(v) for v in value]
    return plain(value)


class Settled:
    """A body in which our projects that cannot be told are called as `home.project_named` does."""

    def __init__(self, body: Body, root: Root, homes: frozenset[str]) -> None:
        self._body = body
        self._root = root
        self._homes = homes
        self.is_open = body.is_open

    @property
    def place(self) -> Place:
        """See `Body`."""
        return self._body.place

    def has(self, name: str) -> bool:
        """See `Body`."""
        return self._body.has(name)

    def get(self, name: str) -> Value:
        """See `Body`."""
        return settled(self._body.get(name), self._root, self._homes)

    def blocks(self, name: str) -> list[Body]:
        """See `Body`."""
        return [Settled(body, self._root, self._homes) for body in self._body.blocks(name)]


def settled(value: Value, root: Root, homes: frozenset[str]) -> Value:
    """Return a value whose texts name our projects by their stand-ins, as in ``NAME@${var.project}.iam…``."""
    if isinstance(value, Open) and value.parts:
        parts: list[str | Open] = list(value.parts)
        for index, part in enumerate(parts):
            before = parts[index - 1] if index else ""
            after = parts[index + 1] if index + 1 < len(parts) else ""
            if (
                isinstance(part, Open)
                and not part.parts
                and isinstance(before, str)
                and isinstance(after, str)
                and any(b.search(before) and a.match(after) for b, a in _AROUND)
            ):
                named = project_named(part, root)
                parts[index] = named if named in homes else part
        texts = [part for part in parts if isinstance(part, str)]
        return "".join(texts) if len(texts) == len(parts) else Open(value.expression, tuple(parts))
    if type(value) is list:
        return [settled(inner, root, homes) for inner in value]
    return value
