"""Runs one service's table in one account and region: calls, documents, gaps."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeAlias

from scanner.providers.aws.collect.bodies import at, parse_policies, plain
from scanner.providers.aws.collect.failures import Failure, Unreadable, failure_of, is_none
from scanner.providers.aws.collect.pager import method_of, pages, unsupported
from scanner.providers.aws.collect.table import Found
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from concurrent.futures import Executor

    from scanner.providers.aws.collect.pager import Client
    from scanner.providers.aws.collect.sessions import Account
    from scanner.providers.aws.collect.table import Body, Effect, Row, Service
    from scanner.snapshot import SnapshotWriter

Item: TypeAlias = tuple[str, str, Any]
"""Field, key and body of what a call brought."""

_PAGE_FIELDS = frozenset(
    {"IsTruncated", "Truncated", "isTruncated", "truncated", "Marker", "NextMarker", "NextToken", "nextToken"}
    | {"ContinuationToken", "NextContinuationToken"}
)


class Answer:
    """What one call brought, all its pages: kept together, so that a run that is killed loses it whole."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.gaps: list[Gap] = []
        self.calls = 0

    @classmethod
    def of_nothing(cls, id: DocumentId) -> Answer:
        """Return the answer that there is none."""
        answer = cls()
        answer.add(id, None)
        return answer

    def add(self, id: DocumentId, body: Body) -> None:
        """Keep a document."""
        self.documents.append(Document(id, body))

    def gap(self, id: DocumentId, failure: Failure, effect: Effect = "both") -> None:
        """Keep a gap: the question stays open for a later run."""
        self.gaps.append(Gap(id, failure.reason, failure.detail, effect))


class Sink:
    """The writer, for many threads."""

    def __init__(self, writer: SnapshotWriter) -> None:
        self._writer = writer
        self._lock = threading.Lock()

    def answered(self, question: str) -> tuple[Document, ...] | None:
        """Return what an earlier run was answered, None when the question is open."""
        with self._lock:
            return self._writer.answered(question)

    def take(self, question: str, answer: Answer) -> None:
        """Keep an answer; without gaps its question is answered for later runs too. Empty: none was asked."""
        with self._lock:
            if question and not answer.gaps:
                self._writer.answer(question, answer.documents, answer.calls)
                return
            self._writer.asked(answer.calls)
            for document in answer.documents:
                self._writer.add(document)
            for gap in answer.gaps:
                self._writer.gap(gap)

    def gap(self, id: DocumentId, failure: Failure, effect: Effect = "both") -> None:
        """Keep a gap."""
        with self._lock:
            self._writer.gap(Gap(id, failure.reason, failure.detail, effect))

    def asked(self) -> None:
        """Count a call."""
        with self._lock:
            self._writer.asked()


class Reading:
    """One service in one account and region.

    `found` holds what was read, for those who build on it; `failed` the last failure of each operation.
    """

    def __init__(
        self, account: Account, service: Service, region: str, sink: Sink, found: Found | None = None
    ) -> None:
        self.account = account
        self.service = service
        self.found = found or Found(region or account.home, account.id)
        self.failed: dict[str, Failure] = {}
        self._region = region or account.home
        self._document_region = region
        self._sink = sink
        self._absent = False

    def id(self, field: str, key: str = "") -> DocumentId:
        """Return the id of a document of this reading."""
        return DocumentId("aws", self.account.id, self._document_region, self.service.name, field, key)

    def run(self, pool: Executor) -> None:
        """Ask row by row, the calls of a row at once; never raises for what a service may answer."""
        for row in self.service.rows:
            try:
                self._run_row(row, pool)
            except Exception as error:
                self._fail(row, "", error)
        regional = self.service.scope == "regional"
        self.account.release(self.service.name, self._region if regional else None)

    def forget(self) -> None:
        """Let go of what further rows were built on; the documents are the writer's."""
        self.found = Found(self._region, self.account.id)

    def followed_by(self, service: Service) -> Reading:
        """Return the reading of another service in the same place, which builds on what this one found."""
        return Reading(self.account, service, self._document_region, self._sink, self.found)

    def _run_row(self, row: Row, pool: Executor) -> None:
        asked: set[tuple[str, str]] = set()
        while True:
            wave = [ask for ask in self._questions(row) if (ask[0], str(ask[1])) not in asked]
            if not wave or not self._supported(row):
                return
            asked.update((key, str(params)) for key, params in wave)
            for answers in pool.map(lambda ask: self._ask(row, *ask), wave):
                for field, key, body in answers:
                    self.found.put(field, key, body)

    def _questions(self, row: Row) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield (key, parameters) of each call of a row, as far as is known by now."""
        for parent, item in self._parents(row):
            if row.when is not None and not row.when(self.found, parent):
                continue
            for given in row.given:
                key = parent or (",".join(map(str, given.values())) if len(row.given) > 1 else "")
                params = {name: self._value(path, parent, item) for name, path in row.params.items()}
                if None in params.values():
                    lacking = ", ".join(path for name, path in row.params.items() if params[name] is None)
                    self._fail(row, key, Unreadable("unparseable", f"nothing at {lacking} to ask with"))
                    continue
                yield key, {**given, **params}

    def _parents(self, row: Row) -> Iterable[tuple[str, Body]]:
        if row.each is None:
            return [("", {})]
        if callable(row.each):
            return row.each(self.found)
        return [
            (key, item) for field in row.each for key, item in self.found.items(field) if item is not None
        ]

    def _value(self, path: str, key: str, item: Body) -> Any:  # noqa: ANN401 - a parameter of any type
        match path:
            case "@key":
                return key
            case "@account":
                return self.account.id
        return at(item, path)

    def _supported(self, row: Row) -> bool:
        """Say whether the SDK has the operation; a gap without a key stands for all of them when not."""
        try:
            client = self.account.client(self.service.name, self._region)
        except Exception as error:
            self._fail(row, "", error)
            return False
        if row.operation in client.meta.service_model.operation_names:
            return True
        self._sink.gap(
            self.id(row.operation), Failure("unsupported-by-sdk", unsupported(row.operation)), row.effect
        )
        return False

    def _ask(self, row: Row, key: str, params: Mapping[str, Any]) -> list[Item]:
        """Make one call, all its pages, unless an earlier run did; returns what further rows may build on."""
        if self._absent:
            self._sink.take("", Answer.of_nothing(self.id(row.operation, key)))
            return []
        region = self._region_of(key)
        question = f"{self.id(row.operation, key)} in {region} with {sorted(params.items())}"
        before = self._sink.answered(question)
        if before is not None:
            return [(document.id.field, document.id.key, document.body) for document in before]
        answer = Answer()
        closed = self.account.closed(self.service.name, region)
        if closed is not None:
            answer.gap(self.id(row.operation, key), closed, row.effect)
        else:
            self._call(row, key, params, region, answer)
        self._sink.take(question, answer)
        return [(document.id.field, document.id.key, document.body) for document in answer.documents]

    def _call(self, row: Row, key: str, params: Mapping[str, Any], region: str, answer: Answer) -> None:
        try:
            client = self.account.client(self.service.name, region)
            if row.sample is not None:
                body = row.sample(lambda more: self._sampled(client, row, {**params, **more}, answer))
                self._keep(row, row.operation, key, plain(body), answer)
            else:
                answer.calls += 1
                self._read_pages(row, key, pages(client, row.operation, params), answer)
        except Exception as error:
            self._absent = self._has_no_service(error, row, region)
            if self._absent or is_none(error, row.none):
                answer.add(self.id(row.operation, key), None)
            else:
                answer.gap(self.id(row.operation, key), self._failure(row, error, region), row.effect)

    def _read_pages(self, row: Row, key: str, answers: Iterator[Body], answer: Answer) -> None:
        """Keep documents page by page, so that what was read before a failure is not lost."""
        whole: dict[str, Any] = {}
        count = 0
        for number, given in enumerate(answers):
            if number:
                answer.calls += 1
            page = {name: value for name, value in given.items() if name != "ResponseMetadata"}
            for field, path in row.lists.items():
                for item in page.pop(field, None) or ():
                    if row.limit is not None and count >= row.limit:
                        newest = f"only the first {row.limit} items were asked for"
                        answer.gap(self.id(row.operation, key), Failure("not-collected", newest), row.effect)
                        return
                    count += 1
                    self._keep_item(row, field, self._item_key(path, key, item), item, answer)
            _join(whole, {name: value for name, value in page.items() if name not in _PAGE_FIELDS})
        self._keep(row, row.operation, key, plain(whole), answer)

    def _keep_item(self, row: Row, field: str, key: str | None, item: Body, answer: Answer) -> None:
        name = f"{row.operation}.{field}"
        try:
            if key is None:
                raise Unreadable("unparseable", f"an item of {field} has no {row.lists[field]}")
            self._keep(row, name, key, plain(item), answer)
        except Unreadable as error:
            answer.gap(self.id(name, key or ""), failure_of(error), row.effect)

    @staticmethod
    def _item_key(path: str, parent: str, item: Body) -> str | None:
        own = at(item, path.removeprefix("@key/"))
        if not isinstance(own, str) or not own:
            return None
        return f"{parent}/{own}" if path.startswith("@key/") else own

    def _keep(self, row: Row, field: str, key: str, body: Body, answer: Answer) -> None:
        id = self.id(field, key)
        if row.reshape is not None:
            body = row.reshape(body)
        problems = parse_policies(body, row.policies)
        if problems:
            answer.gap(id, failure_of(Unreadable("unparseable", "; ".join(problems))), row.effect)
        answer.add(id, body)

    def _sampled(self, client: Client, row: Row, params: Mapping[str, Any], answer: Answer) -> Body:
        answer.calls += 1
        return getattr(client, method_of(client, row.operation))(**params)

    def _region_of(self, key: str) -> str:
        known = self.service.region_of(self.found, key) if self.service.region_of and key else None
        return known or self._region

    def _has_no_service(self, error: Exception, row: Row, region: str) -> bool:
        """Say whether the region lacks the service: no such host, and the SDK knows of none there."""
        from botocore.exceptions import EndpointConnectionError  # noqa: PLC0415 - the SDK is loaded only to collect

        if self.service.scope != "regional" or row.each is not None:
            return False
        unreachable = isinstance(error, EndpointConnectionError)
        offered = self.service.sdk_knows_regions and self.account.offers(self.service.name, region)
        return unreachable and not offered

    def _fail(self, row: Row, key: str, error: Exception) -> None:
        self._sink.gap(self.id(row.operation, key), self._failure(row, error, self._region), row.effect)

    def _failure(self, row: Row, error: Exception, region: str) -> Failure:
        """Return what failed; where a service answers nobody, the rest of its calls is spared."""
        failure = self.failed[row.operation] = failure_of(error)
        at_once = row.each is None or self.service.region_of is None
        self.account.close(self.service.name, region, failure, at_once=at_once)
        return failure


def _join(whole: dict[str, Any], page: Mapping[str, Any]) -> None:
    """Add a page: lists grow, at any depth, and everything else is the first page's."""
    for name, value in page.items():
        if isinstance(value, list) and isinstance(whole.get(name), list):
            whole[name] = [*whole[name], *value]
        elif isinstance(value, dict) and isinstance(whole.get(name), dict):
            whole[name] = dict(whole[name])
            _join(whole[name], value)
        else:
            whole.setdefault(name, value)
