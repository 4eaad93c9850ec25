"""Answers like Resource Manager, Resource Graph and Microsoft Graph out of documents, and breaks on order.

What Azure does and clients trip over: pages with absolute links that keep the api-version, tokens of Resource
Graph inside the options, ``resultTruncated`` as a text, ids in any letter case, ARM's errors. Whatever is not
a question is counted in `Fake.changes` and refused.
"""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.snapshot import Document

QUERY = "/providers/microsoft.resourcegraph/resources"
_TABLE = re.compile(r"(?P<table>\w+)(?: \| where type =~ '(?P<type>[^']+)')?(?: \| order by id asc)?")
_ID = re.compile(r"[0-9a-f-]{36}")
_FILTER = re.compile(r"(\w+) eq '([^']*)'")
_LISTED = re.compile(
    r"/providers/microsoft\.(?:authorization|managedservices)/\w+$|/(?:blob|file)services/default/\w+$|/\w+$"
)
"""What stands behind the id of the resource whose list is asked for."""
_DEEP = re.compile(
    r"/providers/microsoft\.authorization/(?:denyassignments|roleeligibilityscheduleinstances)$"
)


class Reply(NamedTuple):
    """What the server sends."""

    status: int
    body: Any
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Fault:
    """Replies in place of the true ones to what matches `path`: `times` of them, or always when None."""

    path: re.Pattern[str]
    reply: Reply
    times: int | None = None

    def strikes(self, path: str) -> bool:
        """Tell whether this one is to break, and count it."""
        if self.path.search(path) is None or self.times == 0:
            return False
        self.times = None if self.times is None else self.times - 1
        return True


def fault(
    path: str, status: int, code: str, *, times: int | None = None, retry_after_s: int | None = None
) -> Fault:
    """Return a fault with an error as ARM and Graph write them."""
    headers = () if retry_after_s is None else (("Retry-After", str(retry_after_s)),)
    body = {"error": {"code": code, "message": f"{code} on order"}}
    return Fault(re.compile(path, re.IGNORECASE), Reply(status, body, headers), times)


@dataclass(slots=True)
class Fake:
    """A running server. `answers` are those of GETs by address, as an export holds them."""

    url: str
    page: int
    faults: list[Fault] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    changes: list[str] = field(default_factory=list)
    answers: dict[str, list[Any]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)


class Contents:
    """The documents, by what asks for them."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.tables: dict[str, list[Any]] = {}
        self.arm: dict[str, Any] = {}
        self.graph: dict[str, list[Any]] = {}
        self.objects: dict[str, Any] = {}
        for document in sorted(documents, key=lambda d: str(d.id).lower()):
            name, key, body = document.id.field, document.id.key.lower(), document.body
            if document.id.service == "resourcegraph":
                self.tables.setdefault(name, []).append(body)
            elif document.id.service == "arm":
                self.arm[key] = body
            else:
                self._take_graph(f"/{name.replace('.', '/')}".lower(), key, body)
        known = {str(row["id"]).lower() for rows in self.tables.values() for row in rows} | set(self.arm)
        self.parents = known | {part for id_ in known for part in _above(id_)}

    def _take_graph(self, path: str, key: str, body: object) -> None:
        if isinstance(body, list):
            collection, _, name = path.rpartition("/")
            self.graph[f"{collection}/{key}/{name}"] = body
        elif not key:
            self.objects[path] = body
        else:
            self.graph.setdefault(path, []).append(body)

    def arm_list(self, path: str) -> list[Any] | None:
        """Return what ARM lists at a path, None when nothing is there to have a list.

        Deny assignments and eligible roles are listed with those below the scope, unless a filter says not:
        "List Azure deny assignments", REST API
        (https://learn.microsoft.com/azure/role-based-access-control/deny-assignments-rest, read 2026-11).
        """
        found = [body for id_, body in self.arm.items() if id_.rpartition("/")[0] == path]
        deep = _DEEP.search(path)
        if deep:
            scope = path[: deep.start()]
            found = [b for i, b in self.arm.items() if i.startswith(f"{scope}/") and f"{deep[0]}/" in i]
        return found if found or _LISTED.sub("", path) in self.parents else None

    def graph_list(self, path: str) -> list[Any] | None:
        """Return what Graph lists at a path; objects that are there have lists of nothing."""
        if path in self.graph:
            return self.graph[path]
        parent = path.rpartition("/")[0].rpartition("/")
        if _ID.fullmatch(parent[2]):
            return [] if any(item.get("id") == parent[2] for item in self.graph.get(parent[0], ())) else None
        return []


def _above(id_: str) -> Iterator[str]:
    while id_.count("/") > 2:
        id_ = id_.rpartition("/")[0]
        yield id_


@contextmanager
def serving(documents: Iterable[Document], *, page: int = 7, faults: Iterable[Fault] = ()) -> Iterator[Fake]:
    """Serve documents, so many on a page, until the block is left."""
    contents = Contents(documents)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            parts = urlsplit(self.path)
            path = unquote(parts.path).lower().rstrip("/")
            with lock:
                fake.calls[f"{self.command} {path}"] += 1
                fake.tokens.add(self.headers.get("Authorization", ""))
                reply = next((f.reply for f in fake.faults if f.strikes(path)), None)
                if reply is None:
                    reply = _reply(fake, contents, (self.command, path, parts.query, body))
                if self.command == "GET" and reply.status == 200:
                    asked = f"{fake.url}{parts.path}"
                    given = dict(parse_qsl(parts.query))
                    asked += f"?{urlencode({'$filter': given['$filter']})}" if "$filter" in given else ""
                    fake.answers.setdefault(asked, []).append(reply.body)
            encoded = json.dumps(reply.body).encode() if not isinstance(reply.body, bytes) else reply.body
            self.send_response(reply.status)
            for name, value in (("Content-Type", "application/json"), *reply.headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(encoded)))
            self.end_headers()
            self.wfile.write(encoded)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the standard library's names

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    lock = threading.Lock()
    fake = Fake(f"http://127.0.0.1:{server.server_port}", page, list(faults))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _reply(fake: Fake, contents: Contents, asked: tuple[str, str, str, bytes]) -> Reply:
    method, path, query, body = asked
    given = {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
    if method == "POST" and path == QUERY:
        return _rows(fake, contents, json.loads(body))
    if method != "GET":
        fake.changes.append(f"{method} {path}")
        return _error(405, "MethodNotAllowed")
    graph = re.match(r"/(?:v1\.0|beta)(?=/)", path)
    if graph:
        path = path[graph.end() :]
        if path in contents.objects:
            return Reply(200, contents.objects[path])
        found = contents.graph_list(path)
        for name, value in _FILTER.findall(given.get("$filter", "")):
            found = [item for item in found or () if item.get(name) == value]
        return (
            _error(404, "Request_ResourceNotFound")
            if found is None
            else _page(fake, graph[0] + path, given, found)
        )
    if "api-version" not in given:
        return _error(400, "MissingApiVersionParameter")
    if path in contents.arm:
        return Reply(200, contents.arm[path])
    found = contents.arm_list(path)
    return _error(404, "ResourceNotFound") if found is None else _page(fake, path, given, found)


def _page(fake: Fake, path: str, given: dict[str, str], items: list[Any]) -> Reply:
    at = int(given.get("$skiptoken", "0"))
    answer: dict[str, Any] = {"value": items[at : at + fake.page]}
    if at + fake.page < len(items):
        further = urlencode({**given, "$skiptoken": str(at + fake.page)})
        is_graph = path.startswith(("/v1.0/", "/beta/"))
        answer["@odata.nextLink" if is_graph else "nextLink"] = f"{fake.url}{path}?{further}"
    return Reply(200, answer)


def _rows(fake: Fake, contents: Contents, asked: dict[str, Any]) -> Reply:
    query = _TABLE.fullmatch(asked["query"])
    options = asked.get("options", {})
    if query is None:
        return _error(400, "BadRequest")
    wanted = [s.lower() for s in asked.get("subscriptions", ())]
    rows = [
        row
        for row in contents.tables.get(query["table"], ())
        if not query["type"] or str(row["type"]).lower() == query["type"].lower()
        if not wanted or str(row.get("subscriptionId", "")).lower() in {*wanted, ""}
    ]
    at = int(options.get("$skipToken", "0"))
    size = min(fake.page * 5, options.get("$top", 100))
    answer: dict[str, Any] = {
        "totalRecords": len(rows),
        "count": len(rows[at : at + size]),
        "data": rows[at : at + size],
        "facets": [],
        "resultTruncated": "false",
    }
    if at + size < len(rows):
        answer["$skipToken"] = str(at + size)
    return Reply(200, answer)


def _error(status: int, code: str) -> Reply:
    return Reply(status, {"error": {"code": code, "message": f"{code}, says the fake"}})
