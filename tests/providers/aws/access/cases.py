"""The corpus of hand-written cases: YAML files of one trap each, in the request form of ``sidedoor decide``.

A case is a request line and what must be answered. ``twin_of`` and ``patch`` write a case as another one with
one fact changed (a JSON patch of one operation), so that near twins are one fact apart by construction.
``base`` stands under every case of its file, field by field; of ``request``, member by member.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CORPUS = Path(__file__).parent / "corpus"
FROZEN = Path(__file__).parent / "frozen"
NOT_IN_A_LINE = {"name", "page", "twin_of", "patch", "expect", "same_guards_as", "pending"}


class TextLoader(yaml.SafeLoader):
    """YAML without dates: a policy version is a text."""


TextLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its documented answer; `page` is where AWS says so.

    `pending` says what the engine answers instead, as long as it does.
    """

    family: str
    name: str
    page: str
    line: dict[str, Any]
    expect: dict[str, Any]
    twin_of: str = ""
    patch: tuple[dict[str, Any], ...] = ()
    same_guards_as: str = ""
    pending: str = ""

    @property
    def id(self) -> str:
        """The name a test report shows."""
        return f"{self.family}: {self.name}"

    @property
    def verdicts(self) -> set[str]:
        """The verdicts that are right; several where AWS leaves a choice that is safe either way."""
        wanted = self.expect["verdict"]
        return set(wanted) if isinstance(wanted, list) else {wanted}


def load(folder: Path = CORPUS) -> list[Case]:
    """Return all cases of a folder, in file and case order.

    Raises:
        ValueError: A twin names no case of its file, or a name is taken.
    """
    return [case for path in sorted(folder.glob("*.yaml")) for case in load_file(path)]


def load_file(path: Path) -> list[Case]:
    """Return the cases of one file."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=TextLoader)  # noqa: S506 - it is safe
    base = document.get("base", {})
    cases: dict[str, Case] = {}
    for raw in document["cases"]:
        name = raw["name"]
        if name in cases:
            raise ValueError(f"{path.name}: two cases are named `{name}`")
        if "twin_of" in raw:
            line = patched(cases[raw["twin_of"]].line, raw["patch"])
        else:
            line = over(base, {key: value for key, value in raw.items() if key not in NOT_IN_A_LINE})
        line["id"] = f"{path.stem}: {name}"
        cases[name] = Case(
            family=path.stem,
            name=name,
            page=raw.get("page", document["page"]),
            line=line,
            expect=raw["expect"],
            twin_of=raw.get("twin_of", ""),
            patch=tuple(raw.get("patch", ())),
            same_guards_as=raw.get("same_guards_as", ""),
            pending=raw.get("pending", ""),
        )
    return list(cases.values())


def over(base: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with `fields` laid over it; the members of ``request`` one by one."""
    line = copy.deepcopy(base)
    request = {**line.get("request", {}), **copy.deepcopy(fields.get("request", {}))}
    return {**line, **copy.deepcopy(fields), "request": request}


def patched(line: dict[str, Any], operations: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a copy of `line` with JSON patch operations (add, replace, remove) applied."""
    result = copy.deepcopy(line)
    for operation in operations:
        *parents, last = [
            part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]
        ]
        place: Any = result
        for part in parents:
            if isinstance(place, dict):
                place = place.setdefault(part, {}) if operation["op"] == "add" else place[part]
            else:
                place = place[int(part)]
        change(place, last, operation)
    return result


def change(place: Any, last: str, operation: dict[str, Any]) -> None:  # noqa: ANN401 - any JSON
    """Apply one operation to the member `last` of `place`; what is replaced or removed must be there."""
    key: Any = last
    if isinstance(place, list):
        key = len(place) if last == "-" else int(last)
    if operation["op"] == "add" and isinstance(place, list):
        place.insert(key, copy.deepcopy(operation["value"]))
    elif operation["op"] == "remove":
        del place[key]
    else:
        if operation["op"] == "replace":
            _ = place[key]  # a replaced member that is not there is a mistake in the case
        place[key] = copy.deepcopy(operation["value"])
