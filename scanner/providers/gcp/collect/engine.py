"""Runs the tables: questions, calls, documents, gaps."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from scanner.providers.gcp.collect.bodies import at
from scanner.providers.gcp.collect.clients import Clients
from scanner.providers.gcp.collect.failures import Failure, clean, failure_of, status_of
from scanner.providers.gcp.collect.found import Found
from scanner.providers.gcp.collect.messages import json_of, rest_of
from scanner.providers.gcp.collect.table import Kept, Question, Unreadable
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scanner.providers.base import Progress
    from scanner.providers.gcp.collect.table import Body, Row, Service
    from scanner.providers.gcp.collect.target import GcpTarget
    from scanner.snapshot import SnapshotWriter

_PAGE_FIELDS: Final = ("nextPageToken", "kind")


@dataclass(slots=True)
class Answer:
    """What one question brought."""

    documents: list[Document] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    calls: int = 0


class Collection:
    """One run over all tables."""

    def __init__(
        self, tables: Sequence[Service], target: GcpTarget, writer: SnapshotWriter, on_progress: Progress
    ) -> None:
        self._tables = tables
        self._target = target
        self._writer = writer
        self._on_progress = on_progress
        self._clients = Clients(target)
        self._closed: dict[str, Failure] = {}
        self._asked: set[str] = set()
        self._lock = threading.Lock()
        self.found = Found(target.parent)

    def run(self) -> None:
        """Ask row by row, the questions of a row at once; never raises for what a service may answer."""
        total = sum(len(service.rows) for service in self._tables)
        pool = ThreadPoolExecutor(self._target.threads, thread_name_prefix="sidedoor")
        try:
            done = 0
            for service in self._tables:
                while self._run_service(service, pool, done, total) and service.recurses:
                    pass
                done += len(service.rows)
            self._on_progress("done", total, total)
        finally:
            pool.shutdown(cancel_futures=True)

    def _run_service(self, service: Service, pool: ThreadPoolExecutor, done: int, total: int) -> bool:
        """Ask all rows once; tells whether there was anything to ask that had not been asked before."""
        asked = False
        for number, row in enumerate(service.rows):
            self._on_progress(f"{service.name}:{row.operation}", done + number, total)
            wave = {
                self._named(service, row, question): question for question in self._questions(service, row)
            }
            fresh = {name: question for name, question in wave.items() if name not in self._asked}
            self._asked.update(fresh)
            for _ in pool.map(lambda pair, row=row: self._settle(service, row, *pair), fresh.items()):
                asked = True
        return asked

    def _questions(self, service: Service, row: Row) -> list[Question]:
        """Return a row's questions; what was read may be too malformed to ask with."""
        try:
            return list(row.each(self.found))
        except Exception as error:
            failure = Failure("unparseable", f"nothing to ask with: {failure_of(error).detail}")
            answer = Answer()
            self._lack(answer, service, row, Question(scope=self.found.scope(self.found.parent)), failure)
            self._take("", answer)
            return []

    def _named(self, service: Service, row: Row, question: Question) -> str:
        """Name a question with all that decides its answer."""
        way = service.client or service.host
        who = self._clients.caller, self._target.endpoints
        asked = row.operation, question.location, dict(question.params), dict(question.query)
        return str((way, *asked, question.scope, question.key, who))

    def _settle(self, service: Service, row: Row, name: str, question: Question) -> None:
        """Answer a question: as an earlier run was answered, else by a call."""
        with self._lock:
            known = self._writer.answered(name)
        if known is None:
            answer = self._ask(service, row, question)
            self._take(name, answer)
            known = tuple(answer.documents)
        for document in known:
            self.found.put(
                document.id.field, document.id.key, document.body, listed=service.name == "cloudasset"
            )

    def _take(self, name: str, answer: Answer) -> None:
        with self._lock:
            if not answer.gaps:
                self._writer.answer(name, answer.documents, answer.calls)
                return
            self._writer.asked(answer.calls)
            for document in answer.documents:
                self._writer.add(document)
            for gap in answer.gaps:
                self._writer.gap(gap)

    def _ask(self, service: Service, row: Row, question: Question) -> Answer:
        """Make one call, all its pages; what was read before a failure is kept."""
        answer = Answer()
        way = service.client or service.host
        closed = self._closed.get(way)
        if closed is not None:
            whole = Question(scope=self.found.scope(self.found.parent), field=question.field)
            self._lack(answer, service, row, whole, closed)  # one gap for all that the row would have asked
            return answer
        call = self._clients.ask if service.client else self._clients.fetch
        try:
            self._read(answer, service, row, question, call(service, row, question))
        except Exception as error:
            if status_of(error) in row.none:
                self._keep(answer, service, [self._ended(row, question, None)])
                return answer
            failure = failure_of(error)
            if failure.closes:
                self._closed[way] = failure
            self._lack(answer, service, row, question, failure)
        return answer

    def _read(
        self,
        answer: Answer,
        service: Service,
        row: Row,
        question: Question,
        pages: Iterable[tuple[list[Any] | None, Any]],
    ) -> None:
        rest: dict[str, Body] = {}
        for items, page in pages:
            answer.calls += 1
            if items is None:
                body = json_of(page)
                body = body if row.condense is None else row.condense(body)
                self._keep(answer, service, self._whole(row, question, body))
                lacking = "" if row.lacking is None else row.lacking(question, body)
                if lacking:
                    self._lack(answer, service, row, question, Failure("not-collected", lacking))
                return
            for item in items:
                try:
                    self._keep(answer, service, self._of_item(row, question, json_of(item)))
                except Unreadable as error:
                    self._lack(answer, service, row, question, failure_of(error))
            rest |= {k: v for k, v in rest_of(page, row.items).items() if k not in _PAGE_FIELDS}
        if rest.get("unreachable"):
            where = ", ".join(map(str, rest["unreachable"]))
            self._lack(answer, service, row, question, Failure("failed", f"unreachable: {clean(where)}"))
        self._keep(answer, service, [self._ended(row, question, rest)])

    def _whole(self, row: Row, question: Question, body: Body) -> Iterator[Kept]:
        if row.keep is None:
            yield self._ended(row, question, body)
        else:
            yield from row.keep(self.found, question, body)

    def _of_item(self, row: Row, question: Question, item: Body) -> Iterator[Kept]:
        """Yield the documents of an item; one that is malformed is a gap, and the others are read on."""
        if row.keep is not None:
            yield from row.keep(self.found, question, item)
            return
        key = at(item, row.key)
        if not isinstance(key, str) or not key:
            raise Unreadable("unparseable", f"an item of {row.items} has no {row.key}")
        yield Kept(question.scope, f"{row.documents}.{row.items}", key, item)

    @staticmethod
    def _ended(row: Row, question: Question, body: Body) -> Kept:
        """Return the document that says that an answer was read to its end."""
        name, key = question.ended or (row.documents, question.key)
        return Kept(question.scope, name, key, body)

    @staticmethod
    def _keep(answer: Answer, service: Service, kept: Iterable[Kept]) -> None:
        for one in kept:
            owner = "cloudasset" if one.field.startswith("ListAssets.") else service.name
            id_ = DocumentId("gcp", one.scope, "", owner, one.field, one.key)
            answer.documents.append(Document(id_, one.body))

    def _lack(self, answer: Answer, service: Service, row: Row, question: Question, failure: Failure) -> None:
        if row.expected is not None and failure.reason == "refused" and row.expected(self.found, question):
            return
        name = question.field or row.documents
        owner = "cloudasset" if name.startswith("ListAssets.") else service.name
        id_ = DocumentId("gcp", question.scope, "", owner, name, question.key)
        answer.gaps.append(Gap(id_, failure.reason, failure.detail, question.effect or row.effect))
