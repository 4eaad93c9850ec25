"""One resource of a template on its way to AWS's documents: what readers of types ask of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece
from scanner.snapshot import DocumentId, Gap, Place, Unresolved

if TYPE_CHECKING:
    from scanner.iac.aws import Drafts
    from scanner.iac.cloudformation.intrinsics import Text
    from scanner.iac.cloudformation.stacks import Stack
    from scanner.iac.cloudformation.template import Resource
    from scanner.iac.written import Node


_OPEN: Final = object()
_SHOWN: Final = 10


class Made:
    """A resource with its properties worked out, and its names. `within` is the stack that it is part of."""

    def __init__(
        self,
        resource: Resource,
        properties: Node,
        names: dict[str, Text],
        *,
        stack: Stack,
        drafts: Drafts,
    ) -> None:
        self.resource = resource
        self.properties = properties
        self.within = stack
        self.home = stack.home
        self.stack = stack.name
        self.drafts = drafts
        self._names = names
        self._file = stack.template.file
        self.place = Place("", self._file, (resource.node.first, resource.node.last))

    @property
    def name(self) -> str | None:
        """Its name; one that cannot be told is a gap."""
        return self._told("its name", self._names.get("Name"))

    @property
    def id(self) -> str:
        """An id made of its address, for what AWS gives a random one."""
        found = self._names.get("KeyId") or self._names.get("DomainId") or self._names.get("Ref")
        return found if isinstance(found, str) else self.resource.name.lower()

    @property
    def arn(self) -> str | None:
        """Its ARN; one that cannot be told is a gap."""
        return self._told("its ARN", self._names.get("Arn"))

    @property
    def whole(self) -> Piece:
        """No fields, with the resource's lines."""
        return Piece({}, (self.place,))

    def get(self, *keys: str) -> Node | None:
        """Return a property below these keys."""
        return self.properties.get(*keys)

    def text(self, *keys: str) -> str | None:
        """Return a property that is a text, None when it is not given; one that cannot be told is a gap."""
        node = self.get(*keys)
        if node is None or node.value is None:
            return None
        found = Unresolved.read(node.plain())
        if found is not None:
            return self._told(f"`{'.'.join(keys)}`", found)
        if isinstance(node.value, bool):
            return "true" if node.value else "false"
        return str(node.value) if isinstance(node.value, str | int | float) else None

    def texts(self, *keys: str) -> list[tuple[str, Node]]:
        """Return the texts of a list with their nodes; what cannot be told is a gap."""
        node = self.get(*keys)
        if node is None:
            return []
        items = node.value if isinstance(node.value, list) else [node]
        found = []
        for item in items:
            if isinstance(item.value, str):
                found.append((item.value, item))
            elif Unresolved.read(item.plain()) is not None:
                self._told(f"an item of `{'.'.join(keys)}`", Unresolved.read(item.plain()))
        return found

    def piece(self, node: Node | None) -> Piece | None:
        """Return a property with its lines, None when it is not given."""
        return None if node is None else Piece(node.plain(), tuple(node.places(self._file)))

    def document(self, *keys: str) -> Piece | None:
        """Return a policy with its lines, see `as_policy`; None when none is given."""
        return self.as_policy(self.get(*keys))

    def as_policy(self, node: Node | None) -> Piece | None:
        """Return a policy with its lines; numbers in it are texts, as CloudFormation hands them to IAM."""
        found = self.piece(node)
        return None if found is None else Piece(_with_texts(found.body), found.places)

    def fields(self, *keys: str, within: Node | None = None) -> dict[str, Any]:
        """Return the given ones of these properties, or of a part's fields, as they are."""
        part = self.properties if within is None else within
        return {key: node.plain() for key in keys if (node := part.get(key)) is not None}

    def closed(self, *keys: str, within: Node | None = None) -> dict[str, Any]:
        """Return `fields` without what cannot be told in them, which is a gap."""
        open_: list[str] = []
        given = self.fields(*keys, within=within)
        found = {key: _without_open(value, key, open_) for key, value in given.items()}
        self._tell(open_)
        return {key: value for key, value in found.items() if value is not _OPEN}

    def check_open(self, *keys: str) -> None:
        """Note what cannot be told below these properties."""
        open_: list[str] = []
        for key, value in self.fields(*keys).items():
            _without_open(value, key, open_)
        self._tell(open_)

    def _tell(self, open_: list[str]) -> None:
        if open_:
            shown = ", ".join(open_[:_SHOWN])
            self.gap(f"{shown} of {self.resource.name} cannot be told")

    def told(self, *keys: str) -> dict[str, Any]:
        """Return those of these properties whose value can be told."""
        fields = self.fields(*keys)
        return {key: value for key, value in fields.items() if Unresolved.read(value) is None}

    def number(self, *keys: str) -> int | None:
        """Return a property that is a whole number of few digits, see `text`."""
        text = self.text(*keys)
        return int(text) if text is not None and text.isdecimal() and len(text) < 10 else None

    def with_lines(self, body: Any, node: Node | None = None) -> Piece:  # noqa: ANN401 - raw JSON
        """Return a value with the lines of a node, or of the resource."""
        if node is None:
            return Piece(body, (self.place,))
        return Piece(body, (Place("", self._file, (node.first, node.last)),))

    def tags(self, key: str = "Tags") -> dict[str, str]:
        """Return its tags, those whose value can be told; `key` is what the type calls them."""
        found = {}
        node = self.get(key)
        for item in node.below() if node is not None else ():
            if item.text("Key"):
                found[item.text("Key")] = item.text("Value")
        return found

    def gap(self, why: str, effect: Any = "both", reason: Any = "unparseable") -> None:  # noqa: ANN401 - literals
        """Note what cannot be told of it."""
        key = f"{self._file}:{self.resource.node.first} {self.resource.name}"
        id_ = DocumentId("iac", "", "", "cloudformation", self.resource.type, key)
        self.drafts.gap(Gap(id_, reason, why, effect))

    def _told(self, what: str, found: Text | None) -> str | None:
        if isinstance(found, str):
            return found
        shown = f": {found.expression[:200]}" if found is not None else ""
        self.gap(f"{what} of {self.resource.name} cannot be told{shown}")
        return None


def _without_open(value: Any, pointer: str, open_: list[str]) -> Any:  # noqa: ANN401 - any JSON
    """Return a value without its open parts, whose places go into `open_`; `_OPEN` for one that is open."""
    if isinstance(value, dict):
        if Unresolved.read(value) is not None:
            open_.append(pointer)
            return _OPEN
        made = {key: _without_open(item, f"{pointer}.{key}", open_) for key, item in value.items()}
        return {key: item for key, item in made.items() if item is not _OPEN}
    if isinstance(value, list):
        items = [_without_open(item, f"{pointer}.{index}", open_) for index, item in enumerate(value)]
        return [item for item in items if item is not _OPEN]
    return value


def _with_texts(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {key: _with_texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_texts(item) for item in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
