"""Asks row by row, and keeps documents and gaps."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

import msgspec

from scanner.providers.azure.collect.failures import Failure, Unreadable, failure_of, is_none
from scanner.providers.azure.collect.table import SUBSCRIPTION, TENANT, field_of
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Executor

    from scanner.providers.azure.collect.sources import Source
    from scanner.providers.azure.collect.table import Api, Body, Row, Service
    from scanner.snapshot import SnapshotWriter

UNKNOWN_TENANT: Final = "unknown-tenant"
_SUBSCRIPTIONS: Final = ("microsoft.resources/subscriptions", "Microsoft.Resources.tenants.subscriptions")
_IN_SUBSCRIPTION: Final = re.compile(r"/subscriptions/([^/]+)", re.IGNORECASE)
_ID: Final = {"arm": re.compile(r"(/[^/?#\\]+)+"), "graph": re.compile(r"[\w-]+", re.ASCII)}
"""What may stand in an address: nothing that leads to another host."""
_PLACE: Final = re.compile(r"\{([\w.]+)\}")


class Question(NamedTuple):
    """One question, and on whose behalf: `key` and `scope` are those of a gap in its place."""

    path: str
    key: str
    scope: str
    parents: tuple[Body, ...]


class Answer(NamedTuple):
    """Items, as far as they came, and why not all did."""

    items: list[Body]
    pages: int
    failure: Exception | None
    told: int | None = None


class Reading:
    """One collection. `found` has the bodies by field, and by type in lower case, each by key."""

    def __init__(
        self,
        source: Source,
        writer: SnapshotWriter,
        *,
        tenant: str | None = None,
        subscriptions: Iterable[str] = (),
    ) -> None:
        self.found: dict[str, dict[str, Body]] = defaultdict(dict)
        self.documents = 0
        self.first_failure: Failure | None = None
        self._tenant = (tenant or UNKNOWN_TENANT).lower()
        self._source = source
        self._writer = writer
        self._wanted = frozenset(map(str.lower, subscriptions))
        self._closed: dict[str, Failure] = {}
        self._held: list[Gap] = []

    def take_loose(self) -> None:
        """Keep what nobody has to ask for."""
        for body in self._source.loose():
            document = self._document("arm", field_of(str(body["type"])), str(body["id"]), body)
            if document is not None:
                self._keep([document], "", 0)

    def read(self, service: Service, pool: Executor) -> None:
        """Ask a service's rows, the questions of a row at once; never raises for what a service answers."""
        for row in service.rows:
            questions = [q for q in self._questions(service, row) if not self._recall(self._name(row, q))]
            answers = pool.map(lambda question, row=row: self._ask(service, row, question), questions)
            for question, answer in zip(questions, answers, strict=True):
                self._take(service, row, question, answer)
            self._learn_tenant()

    def _name(self, row: Row, question: Question) -> str:
        """Name a question with all that decides its answer; empty: it is asked again by every run."""
        if not self._source.who or row.keep is not None:
            return ""
        given = (row.field, row.version, question.path, sorted(row.query.items()), sorted(self._wanted))
        return f"{self._source.who} {given}"

    def _recall(self, name: str) -> bool:
        """Take what an earlier run was answered, if it was."""
        found = self._writer.answered(name) if name else None
        for document in found or ():
            self._learn(document)
        return found is not None

    def close(self) -> None:
        """Keep what waited for the tenant's id."""
        for gap in self._held:
            id_ = msgspec.structs.replace(gap.id, scope=self._tenant)
            self._writer.gap(msgspec.structs.replace(gap, id=id_))

    @property
    def subscriptions(self) -> dict[str, Body]:
        """The subscriptions to read, by id in lower case: those that were named, else those seen."""
        seen = {key: body for type_ in _SUBSCRIPTIONS for key, body in self.found[type_].items()}
        found = {key.rpartition("/")[2]: body for key, body in seen.items()}
        return {subscription: found.get(subscription, {}) for subscription in sorted(self._wanted or found)}

    def _learn_tenant(self) -> None:
        """Settle which tenant documents outside a subscription are of, once something tells."""
        if self._tenant != UNKNOWN_TENANT:
            return
        homes = Counter(str(body["tenantId"]) for body in self.subscriptions.values() if body.get("tenantId"))
        common = [tenant for tenant, _ in sorted(homes.items(), key=lambda pair: (-pair[1], pair[0]))]
        self._tenant = next(iter([*self.found["organization"], *common]), UNKNOWN_TENANT).lower()

    def _questions(self, service: Service, row: Row) -> Iterator[Question]:
        if row.each == TENANT:
            yield Question(row.path, "", self._tenant, ({},))
            return
        if row.each == SUBSCRIPTION:
            for subscription, body in self.subscriptions.items():
                yield Question(row.path.format(subscription=subscription), "", subscription, (body,))
            return
        by_path: dict[str, list[tuple[str, Body]]] = defaultdict(list)
        for key, body in sorted(self.found[row.each].items()):
            if not isinstance(body, dict) or (row.when is not None and not row.when(body)):
                continue
            try:
                by_path[_path(service.api, row, body)].append((key, body))
            except Unreadable as error:
                self._gap(service, row, key, self._scope(key, body), failure_of(error))
        for path, parents in by_path.items():
            key, body = parents[0]
            yield Question(path, key, self._scope(key, body), tuple(body for _, body in parents))

    def _ask(self, service: Service, row: Row, question: Question) -> Answer:
        items: list[Body] = []
        pages, told = 0, None
        failure: Exception | None = None
        closed = self._closed.get(_door(service.api))
        if closed is not None:
            return Answer([], 0, Unreadable(closed.reason, closed.detail))
        try:
            for page in self._source.pages(service, row, question.path):
                pages += 1
                told = page.get("totalRecords", told)
                items += _items(service.api, row, page)
        except Unreadable as error:
            failure = error
            if error.final:
                self._closed[_door(service.api)] = failure_of(error)
        except Exception as error:
            failure = error
        return Answer(items, pages, failure, told if isinstance(told, int) else None)

    def _take(self, service: Service, row: Row, question: Question, answer: Answer) -> None:
        failure = answer.failure
        if failure is None and answer.told is not None and answer.told > len(answer.items):
            failure = Unreadable("failed", f"{len(answer.items)} of {answer.told} rows came")
        if failure is not None and is_none(failure, row.none):
            failure = None
        elif row.shape == "whole":
            answer = answer._replace(items=[] if failure else [answer.items])
        documents: list[Document] = []
        for item in answer.items:
            try:
                documents += self._documents(service, row, question, item)
            except Unreadable as error:
                failure = failure or error
        if failure is not None:
            self._gap(service, row, question.key, question.scope, failure_of(failure))
        whole = failure is None
        self._keep(documents, self._name(row, question) if whole else "", max(answer.pages, 1))

    def _documents(self, service: Service, row: Row, question: Question, item: Body) -> Iterator[Document]:
        """Yield the document that an item is, none for one that is not wanted.

        Raises:
            Unreadable: when nothing names it.
        """
        if row.shape == "whole":
            key = question.key
        elif row.keep is not None and not any(row.keep(item, parent) for parent in question.parents):
            return
        else:
            named = item.get(row.key) if row.key and isinstance(item, dict) else ""
            if not isinstance(item, dict) or not isinstance(named, str) or (row.key and not named):
                raise Unreadable("unparseable", f"an item has no {row.key}")
            key, item = named, _trimmed(item, row.only)
            item = item if row.shrink is None else row.shrink(item)
        document = self._document(service.api, row.field, key, item)
        if document is not None:
            yield document

    def _document(self, api: Api, field: str, key: str, body: Body) -> Document | None:
        """Return a document; None when it is of a subscription that was not asked for."""
        key = key.lower()
        if api == "graph":
            scope = key if field == "organization" else self._tenant
        else:
            scope = self._scope(key, body)
            if self._wanted and _IN_SUBSCRIPTION.match(key) and scope not in self._wanted:
                return None
        return Document(DocumentId("azure", scope, "", api, field, key), body)

    def _keep(self, documents: list[Document], name: str, calls: int) -> None:
        """Keep the documents of an answer; with a name it was whole, and no later run need ask."""
        for document in documents:
            self._learn(document)
        if name:
            self._writer.answer(name, documents, calls)
            return
        self._writer.asked(calls)
        for document in documents:
            self._writer.add(document)

    def _learn(self, document: Document) -> None:
        """Let further questions build on a document."""
        self.documents += 1
        self.found[document.id.field][document.id.key] = document.body
        if document.id.service != "graph":
            self.found[str(document.body.get("type", "")).lower()][document.id.key] = document.body

    def _scope(self, key: str, body: Body) -> str:
        """Return the subscription an id is in, else the tenant."""
        found = _IN_SUBSCRIPTION.match(key)
        if found:
            return found[1].lower()
        home = body.get("tenantId") if isinstance(body, dict) and key.startswith("/") else None
        return home.lower() if isinstance(home, str) and home else self._tenant

    def _gap(self, service: Service, row: Row, key: str, scope: str, failure: Failure) -> None:
        self.first_failure = self.first_failure or failure
        id_ = DocumentId("azure", scope, "", service.api, row.field, key.lower())
        gap = Gap(id_, failure.reason, failure.detail, row.effect)
        if scope == UNKNOWN_TENANT:
            self._held.append(gap)
        else:
            self._writer.gap(gap)


def _door(api: str) -> str:
    return "graph" if api == "graph" else "arm"


def _path(api: str, row: Row, parent: Body) -> str:
    """Fill a path with a parent's values.

    Raises:
        Unreadable: when one is missing, or would lead elsewhere.
    """

    def value(place: re.Match[str]) -> str:
        found: Any = parent
        for step in place[1].split("."):
            found = found.get(step) if isinstance(found, dict) else None
        if not isinstance(found, str) or _ID[_door(api)].fullmatch(found) is None:
            raise Unreadable("unparseable", f"nothing at {place[1]} to ask with")
        return quote(found, safe="/:@!$&'()*+,;=~")

    return _PLACE.sub(value, row.path)


def _items(api: str, row: Row, page: Body) -> list[Body]:
    if row.shape == "object":
        return [page]
    found = page.get("data" if api == "resourcegraph" else "value")
    if not isinstance(found, list):
        raise Unreadable("unparseable", "the answer has no list")
    return found


def _trimmed(item: dict[str, Body], only: tuple[str, ...]) -> Body:
    properties = item.get("properties")
    if not only or not isinstance(properties, dict):
        return item
    return {**item, "properties": {name: properties[name] for name in only if name in properties}}
