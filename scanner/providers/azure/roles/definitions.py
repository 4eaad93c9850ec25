"""A role by its GUID, whatever it is called, and which blocks of it grant an operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.providers.azure.abac.actions import matches
from scanner.providers.azure.documents import at, items, text, texts
from scanner.providers.azure.roles.table import Plane, built_in
from scanner.providers.azure.scopes import name_of
from scanner.snapshot import DocumentId, Gap, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.azure.documents import Documents
    from scanner.snapshot import Document

_LISTS = {"control": ("actions", "notActions"), "data": ("dataActions", "notDataActions")}


@dataclass(frozen=True, slots=True)
class Block:
    """One block of permissions. `masks` are for a role of the table, `lists` for one that was read.

    `pointer` is the block's place in the document; `open_` are expressions that code leaves unresolved.
    """

    condition: str | None
    lists: tuple[tuple[str, ...], ...] = ()
    masks: tuple[int, int] | None = None
    pointer: str = ""
    open_: tuple[str, ...] = ()

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
    lists, open_ = [], []
    for names in _LISTS.values():
        for name in names:
            listed = items(raw, f"/{name}")
            lists.append(tuple(entry.lower() for entry in listed if isinstance(entry, str)))
            open_ += [u.expression for entry in listed if (u := Unresolved.read(entry)) is not None]
    condition = at(raw, "/condition")
    unresolved = Unresolved.read(condition)
    if unresolved is not None:
        open_.append(unresolved.expression)
    read = condition if isinstance(condition, str) and condition.strip() else None
    return Block(read, tuple(lists), pointer=pointer, open_=tuple(open_))


def _block_of_table(control: str, data: str, condition: int | None) -> Block:
    text_ = None if condition is None else built_in().conditions[condition]
    return Block(text_, masks=(int(control, 16), int(data, 16)))
