"""A role by its GUID, whatever it is called, and which blocks of it grant an operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scanner.providers.azure.abac.actions import matches
from scanner.providers.azure.documents import at, text, texts
from scanner.providers.azure.roles.table import Plane, built_in
from scanner.providers.azure.scopes import name_of
from scanner.snapshot import DocumentId, Gap, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.azure.documents import Documents
    from scanner.snapshot import Document

_LISTS: Final[dict[Plane, tuple[str, str]]] = {
    "control": ("actions", "notActions"),
    "data": ("dataActions", "notDataActions"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """One block of permissions. `masks` are for a role of the table, `lists` for one that was read.

    `pointer` is the block's place in the document; `open_` are expressions that code leaves unresolved, or
    what is malformed, of what it grants; `doubts` likewise of what could take that away.
    """

    condition: str | None
    lists: tuple[tuple[str, ...], ...] = ()
    masks: tuple[int, int] | None = None
    pointer: str = ""
    open_: tuple[tuple[Plane, str], ...] = ()
    doubts: tuple[tuple[Plane, str], ...] = ()

    def grants(self, plane: Plane, action: str) -> bool:
        """Tell whether the block grants an operation, given in lower case, its condition left aside."""
        if self.masks is not None:
            return bool(self.masks[plane == "data"] & built_in().bit(plane, action))
        allowed, taken = self.lists[:2] if plane == "control" else self.lists[2:]
        return any(matches(p, action) for p in allowed) and not any(matches(p, action) for p in taken)


@dataclass(frozen=True, slots=True)
class Role:
    """One role definition. `document` is None for one of the table; `scopes` are where it may be assigned."""

    id: str
    blocks: tuple[Block, ...]
    document: Document | None = None
    is_custom: bool = False
    scopes: tuple[str, ...] = ()


class Roles:
    """Every role by GUID in lower case. `gaps` are of definitions that could not be taken as they are."""

    def __init__(self, documents: Documents) -> None:
        self.gaps: dict[str, Gap] = {}
        self._read: dict[str, Role] = {}
        for document in documents.arm("microsoft.authorization/roledefinitions"):
            role = self._parsed(document)
            if role is not None:
                self._read[role.id] = role
        self._granting: dict[tuple[str, Plane, str], tuple[Block, ...]] = {}
        self._of_table: dict[str, Role | None] = {}
        self._places: dict[tuple[str, str, Plane, str], str] = {}
        self._unions: dict[tuple[str, ...], str] = {}

    def __iter__(self) -> Iterator[Role]:
        """Yield every role there is to grant: those that were read, then the table's others."""
        yield from (self._read[id_] for id_ in sorted(self._read))
        others = sorted(set(built_in().roles) - set(self._read))
        yield from (role for id_ in others if (role := self.get(id_)) is not None)

    def get(self, role: str) -> Role | None:
        """Return a role by GUID or definition id, None when nothing says what it grants."""
        id_ = name_of(role).lower()
        return self._read.get(id_) or self._tabled(id_)

    def granting(self, role: Role, plane: Plane, action: str) -> tuple[Block, ...]:
        """Return the blocks of a role that grant an operation, given in lower case."""
        key = (role.id, plane, action)
        found = self._granting.get(key)
        if found is None:
            found = tuple(block for block in role.blocks if block.grants(plane, action))
            self._granting[key] = found
        return found

    def place(self, role: Role, block: Block, plane: Plane, action: str) -> str:
        """Return where a block that was read lists the pattern that grants an operation."""
        key = (role.id, block.pointer, plane, action)
        if key not in self._places:
            name, n = _LISTS[plane][0], 2 * (plane == "data")
            found = (at_ for at_, pattern in enumerate(block.lists[n]) if matches(pattern, action))
            which = next(found, None)
            # a list with entries that are no text has other places than what was read of it
            listed = at(role.document.body, f"{block.pointer}/{name}") if role.document else None
            exact = which is not None and isinstance(listed, list) and len(listed) == len(block.lists[n])
            self._places[key] = f"{block.pointer}/{name}/{which}" if exact else block.pointer
        return self._places[key]

    def union(self, ids: Iterable[str]) -> str:
        """Return the id of a role that has the blocks of several, made when it is first asked for."""
        wanted = tuple(sorted(ids))
        if wanted not in self._unions:
            id_ = f"union-{len(self._unions)}"
            found = [role for wanted_id in wanted if (role := self.get(wanted_id)) is not None]
            blocks = tuple(dict.fromkeys(block for role in found for block in role.blocks))
            self._of_table[id_] = Role(id_, blocks)
            self._unions[wanted] = id_
        return self._unions[wanted]

    def unknown(self, role: str, scope: str) -> Gap:
        """Return the gap of a role that is neither read nor in the table, and keep it for the report."""
        id_ = DocumentId("azure", scope, "", "resourcegraph", "authorizationresources", role.lower())
        detail = f"role definition {name_of(role)} is neither in the snapshot nor a known built-in role"
        return self.gaps.setdefault(name_of(role).lower(), Gap(id_, "not-collected", detail))

    def _tabled(self, id_: str) -> Role | None:
        if id_ not in self._of_table:
            entry = built_in().roles.get(id_)
            blocks = () if entry is None else tuple(_block_of_table(*block) for block in entry)
            self._of_table[id_] = None if entry is None else Role(id_, blocks)
        return self._of_table[id_]

    def _parsed(self, document: Document) -> Role | None:
        body = document.body
        id_ = (text(body, "/name") or name_of(document.id.key)).lower()
        permissions = at(body, "/properties/permissions")
        if not isinstance(permissions, list):
            self.gaps[id_] = Gap(document.id, "unparseable", "a role definition without permissions")
            return None
        blocks = tuple(_block(raw, f"/properties/permissions/{n}") for n, raw in enumerate(permissions))
        custom = text(body, "/properties/type").lower() == "customrole"
        scopes = tuple(scope.lower() for scope in texts(body, "/properties/assignableScopes"))
        return Role(id_, blocks, document, custom, scopes)


def _block(raw: Any, pointer: str) -> Block:  # noqa: ANN401 - raw provider JSON
    lists: list[tuple[str, ...]] = []
    open_: list[tuple[Plane, str]] = []
    doubts: list[tuple[Plane, str]] = []
    for plane, (allowed, taken) in _LISTS.items():
        for name in (allowed, taken):
            listed = at(raw, f"/{name}")
            entries = listed if isinstance(listed, list) else [] if listed is None else [listed]
            lists.append(tuple(entry.lower() for entry in entries if isinstance(entry, str)))
            unread = [_unread(entry, f"{pointer}/{name}") for entry in entries if not isinstance(entry, str)]
            (doubts if name == taken else open_).extend((plane, words) for words in unread)
    condition = at(raw, "/condition")
    if not isinstance(condition, str | None):
        doubts += [(plane, _unread(condition, f"{pointer}/condition")) for plane in _LISTS]
    read = condition if isinstance(condition, str) and condition.strip() else None
    return Block(read, tuple(lists), pointer=pointer, open_=tuple(open_), doubts=tuple(doubts))


def _unread(value: Any, place: str) -> str:  # noqa: ANN401 - raw provider JSON
    """Say what a value is that is no text: what code leaves open, or junk."""
    unresolved = Unresolved.read(value)
    return unresolved.expression if unresolved is not None else f"what stands at {place}"


def _block_of_table(control: str, data: str, condition: int | None) -> Block:
    text_ = None if condition is None else built_in().conditions[condition]
    return Block(text_, masks=(int(control, 16), int(data, 16)))
