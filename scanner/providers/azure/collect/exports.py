"""Answers that somebody fetched with ``az graph query``, ``az rest`` or another client, out of JSON files.

A file holds one of:

* what ``az graph query`` prints, or Resource Graph answers: ``data`` with rows of any of its tables;
* a list that ARM answers (``value``), or an array of ARM's resources, or one, each with id and type;
* a list that Microsoft Graph answers, whose ``@odata.context`` says of what;
* an object of questions and answers, ``{"https://graph.microsoft.com/beta/groups/ID/members": {…}}``: the
  only form that can say whose list it is, and that a list is empty. Several pages are an array of answers.

What the tables would ask and no file answers is not collected, and a gap.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from scanner.errors import ConfigError
from scanner.providers.azure.collect.failures import Unreadable
from scanner.providers.azure.collect.table import type_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.azure.collect.table import Body, Row, Service

_CONTEXT: Final = re.compile(r"#(?P<path>[^(?]+(?:\('[^']*'\)/[\w.]+)?)")
_TABLES: Final = (
    (re.compile(r"microsoft\.authorization/"), "authorizationresources"),
    (re.compile(r"microsoft\.(?:resources/|management/managementgroups)"), "resourcecontainers"),
)
_ROW: Final = frozenset({"subscriptionId", "tenantId", "resourceGroup"})
"""Columns that rows of Resource Graph have and resources of ARM have not."""


class Exports:
    """The answers of some files."""

    who = ""

    def __init__(self, files: Iterable[str]) -> None:
        self._answers: dict[str, list[Body]] = defaultdict(list)
        self._rows: dict[str, list[Body]] = defaultdict(list)
        self._partial: set[str] = set()
        self._loose: dict[str, Body] = {}
        for file in files:
            self._take(_read(file), file)

    def pages(self, service: Service, row: Row, path: str) -> Iterator[Body]:
        """Yield the answers that the files have to a question."""
        if service.api == "resourcegraph":
            yield from self._table(row.field)
            return
        found = self._answers.get(_normal(path))
        if found is None and service.api == "arm":
            found = self._among_loose(row, path)
        if found is None:
            raise Unreadable("not-collected", "no export holds it")
        yield from found
        if found and (found[-1].get("nextLink") or found[-1].get("@odata.nextLink")):
            raise Unreadable("not-collected", "the export ends before the last page")

    def loose(self) -> Iterable[Body]:
        """Yield ARM's resources that stand for themselves."""
        return tuple(self._loose.values())

    def _table(self, table: str) -> Iterator[Body]:
        if table not in self._rows:
            raise Unreadable("not-collected", "no export holds it")
        yield {"data": self._rows[table]}
        if table in self._partial:
            raise Unreadable("not-collected", "the export ends before the last page")

    def _among_loose(self, row: Row, path: str) -> list[Body] | None:
        if row.shape == "object":
            one = self._loose.get(_normal(path))
            return None if one is None else [one]
        beginning, type_ = f"{_normal(path)}/", type_of(row.field).lower()
        found = [
            body
            for id_, body in self._loose.items()
            if id_.startswith(beginning) and str(body["type"]).lower() == type_
        ]
        return [{"value": found}] if found else None

    def _take(self, content: Body, file: str) -> None:
        if isinstance(content, list):
            for item in content:
                self._take_item(item, file)
        elif not isinstance(content, dict):
            raise ConfigError("holds no answer of Azure", file=file)
        elif isinstance(content.get("data"), list):
            self._take_rows(content, file)
        elif isinstance(content.get("value"), list):
            self._take_list(content, file)
        elif content and all(name.startswith(("https://", "http://", "/")) for name in content):
            for question, answer in content.items():
                self._take_answer(question, answer, file)
        else:
            self._take_item(content, file)

    def _take_answer(self, question: str, answer: Body, file: str) -> None:
        pages = answer if isinstance(answer, list) else [answer]
        if not all(isinstance(page, dict) for page in pages):
            raise ConfigError(f"`{question[:80]}` is answered with no JSON object", file=file)
        self._answers[_normal(question)] += pages

    def _take_rows(self, content: dict[str, Body], file: str) -> None:
        rows = content["data"]
        tables = {self._take_row(row, file) for row in rows}
        total = content.get("total_records", content.get("totalRecords"))
        token = content.get("skip_token", content.get("$skipToken", content.get("skipToken")))
        if token or (isinstance(total, int) and total > len(rows)):
            self._partial |= tables

    def _take_row(self, row: Body, file: str) -> str:
        type_ = _type(row, file)
        table = next((table for pattern, table in _TABLES if pattern.match(type_)), "resources")
        self._rows[table].append(row)
        return table

    def _take_list(self, content: dict[str, Body], file: str) -> None:
        context = content.get("@odata.context")
        if isinstance(context, str):
            found = _CONTEXT.search(context)
            path = "" if found is None else re.sub(r"\('([^']*)'\)", r"/\1", found["path"])
            if not path or path.startswith("directoryObjects"):
                raise ConfigError(
                    'says of no object whose list it is; write {"https://graph…/groups/ID/members": {…}}',
                    file=file,
                )
            self._answers[_normal(f"/{path.removesuffix('/$entity')}")].append(content)
            return
        for item in content["value"]:
            self._take_item(item, file)
        if content.get("nextLink"):
            raise ConfigError(
                "is one page of several; fetch the others too, or write its question", file=file
            )

    def _take_item(self, item: Body, file: str) -> None:
        type_ = _type(item, file)
        if _ROW & set(item):
            self._take_row(item, file)
        elif not isinstance(item.get("properties"), dict):
            raise ConfigError(
                f"`{type_}` has no properties; fetch it with `az rest` or `az graph`", file=file
            )
        else:
            self._loose[_normal(str(item["id"]))] = item


def _type(item: Body, file: str) -> str:
    type_ = item.get("type") if isinstance(item, dict) else None
    if not isinstance(type_, str) or not isinstance(item.get("id"), str):
        raise ConfigError("holds something without id and type", file=file)
    return type_.lower()


def _normal(question: str) -> str:
    """Return the path of a question and its filter, without host, version and the rest, in lower case."""
    parts = urlsplit(question)
    path = re.sub(r"^/(?:v1\.0|beta)(?=/)", "", unquote(parts.path).rstrip("/").lower())
    asked = dict(parse_qsl(parts.query)).get("$filter", "")
    return f"{path}?{asked.lower()}" if asked else path


def _read(file: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(Path(file).read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror or error}", file=file) from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"is no JSON: {str(error)[:200]}", file=file) from None
