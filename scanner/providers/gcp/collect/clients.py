"""Google's official clients and REST sessions, made when first needed, one a service."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import google.auth
import grpc
from google.api_core import exceptions as api
from google.api_core.retry import Retry
from google.auth import exceptions as auth
from google.auth.credentials import AnonymousCredentials
from google.auth.transport.requests import AuthorizedSession

from scanner.errors import CollectError
from scanner.providers.gcp.collect.failures import clean, is_transient
from scanner.providers.gcp.collect.quota import Quota
from scanner.providers.gcp.collect.table import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from google.auth.credentials import Credentials

    from scanner.providers.gcp.collect.table import Body, Question, Row, Service
    from scanner.providers.gcp.collect.target import GcpTarget

_SCOPES: Final = (
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/cloud-identity.groups.readonly",
)
_TIMEOUT_S: Final = 60.0
_NO_ENDPOINT: Final = "no endpoint for it was given"


class Clients:
    """The way to every service: real ones with the usual credentials, or fakes at the target's endpoints."""

    def __init__(self, target: GcpTarget) -> None:
        self._target = target
        self._credentials = _credentials(target)
        self._made: dict[str, Any] = {}
        self._quotas: dict[str, Quota] = {}
        self._lock = threading.Lock()
        self._local = threading.local()
        self.retry = Retry(
            predicate=is_transient,
            initial=0.1 if target.endpoints else 1.0,
            maximum=30.0,
            multiplier=2.0,
            timeout=target.patience,
        )

    @property
    def caller(self) -> str:
        """Who asks, as far as the credentials say it."""
        for name in ("service_account_email", "account", "quota_project_id"):
            found = getattr(self._credentials, name, None)
            if isinstance(found, str) and found:
                return found
        return ""

    def quota(self, service: Service) -> Quota:
        """Return a service's quota, shared by all that call it."""
        with self._lock:
            return self._quotas.setdefault(service.client or service.host, Quota(service.per_minute))

    def client(self, service: Service) -> Any:  # noqa: ANN401 - the clients have no common type
        """Return the official client of a service.

        Raises:
            Unreadable: when there is a fake, but none that this client can speak to.
        """
        with self._lock:
            if service.client not in self._made:
                self._made[service.client] = self._make(service.client)
            return self._made[service.client]

    def _make(self, name: str) -> Any:  # noqa: ANN401 - as above
        module, _, class_ = name.partition(":")
        kind = getattr(import_module(module), class_, None)
        if kind is None:
            raise Unreadable("unsupported-by-sdk", f"this version of {module} has no {class_}")
        if not self._target.endpoints:
            return kind(credentials=self._credentials)
        address = self._target.endpoint("grpc")
        if address is not None:
            return kind(transport=kind.get_transport_class("grpc")(channel=grpc.insecure_channel(address)))
        address = self._target.endpoint("http")
        if "rest" not in kind._transport_registry:
            raise Unreadable("unsupported-by-sdk", f"{class_} speaks gRPC only, and {_NO_ENDPOINT}")
        rest = kind.get_transport_class("rest")
        return kind(transport=rest(host=address, url_scheme="http", credentials=self._credentials))

    def ask(self, service: Service, row: Row, question: Question) -> Iterator[tuple[list[Any] | None, Any]]:
        """Yield the pages of an answer through the official client: items, and the whole page."""
        from scanner.providers.gcp.collect.messages import items_of, method_of  # noqa: PLC0415 - beside protobuf

        call = method_of(self.client(service), row.operation)
        quota = self.quota(service)
        quota.wait()
        answer = call(request=dict(question.params), retry=self.retry, timeout=_TIMEOUT_S)
        if not row.items:
            yield None, answer
            return
        for page in answer.pages:
            yield items_of(page, row.items), page
            if page.next_page_token:
                quota.wait()  # the next page is asked for when the loop goes on

    def fetch(self, service: Service, row: Row, question: Question) -> Iterator[tuple[list[Any] | None, Any]]:
        """Yield the pages of an answer by REST: items, and the whole page."""
        url = f"{self._base(service, question)}{filled(row.path, question.params)}"
        query = dict(question.query)
        quota = self.quota(service)
        while True:
            quota.wait()
            page = self._json(url, query, row.post)
            if not row.items:
                yield None, page
                return
            items = page.get(row.items, [])
            others = [
                name for name, value in page.items() if isinstance(value, list) and name != "unreachable"
            ]
            if not isinstance(items, list) or (others and row.items not in others):
                raise Unreadable("unparseable", f"no list `{row.items}` in the answer")
            yield items, page
            token = page.get("nextPageToken")
            if not token or token == query.get("pageToken"):
                return
            query["pageToken"] = str(token)

    def _base(self, service: Service, question: Question) -> str:
        if not self._target.endpoints:
            return f"https://{service.host.replace('{location}', question.location)}"
        address = self._target.endpoint("http")
        if address is None:
            raise Unreadable("not-collected", _NO_ENDPOINT)
        return f"http://{address}"

    def _json(self, url: str, query: Mapping[str, str], post: Mapping[str, Any] | None) -> dict[str, Body]:
        def once() -> dict[str, Body]:
            session = self._session()
            if post is None:
                answer = session.get(url, params=query, timeout=_TIMEOUT_S)
            else:
                answer = session.post(url, params=query, json=post, timeout=_TIMEOUT_S)
            if not answer.ok:
                raise api.from_http_response(answer)  # type: ignore[no-untyped-call]  # the client has no types here
            found = answer.json()
            if not isinstance(found, dict):
                raise Unreadable("unparseable", "the answer is no JSON object")
            return found

        return self.retry(once)()

    def _session(self) -> AuthorizedSession:
        """Return this thread's session: requests' sessions are not for several."""
        if not hasattr(self._local, "session"):
            self._local.session = AuthorizedSession(self._credentials)  # type: ignore[no-untyped-call]  # as above
        session: AuthorizedSession = self._local.session
        return session


def filled(path: str, params: Mapping[str, Any]) -> str:
    """Return a path with its parameters: ``{name}`` as one segment, ``{+name}`` with its slashes."""
    for name, value in params.items():
        path = path.replace(f"{{+{name}}}", quote(str(value), safe="/:@-")).replace(
            f"{{{name}}}", quote(str(value), safe="")
        )
    return path


def _credentials(target: GcpTarget) -> Credentials:
    if target.endpoints:
        return AnonymousCredentials()  # type: ignore[no-untyped-call]  # as above
    try:
        found, _ = google.auth.default(scopes=_SCOPES, quota_project_id=target.quota_project)
    except auth.GoogleAuthError as error:
        raise CollectError(f"no credentials for Google Cloud: {clean(str(error))}") from None
    credentials: Credentials = found
    return credentials
