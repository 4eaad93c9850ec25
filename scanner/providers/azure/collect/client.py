"""Asks one endpoint with the official pipeline of azure-core: tokens, retries, every page.

Answers are kept as they came: the typed clients of Azure's SDK drop properties that they do not know and
rename the others (observed, azure-mgmt-cognitiveservices 14.1), and a snapshot is judged later than it is
taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from azure.core import PipelineClient
from azure.core.exceptions import AzureError, ClientAuthenticationError, ServiceRequestError
from azure.core.pipeline.policies import (
    BearerTokenCredentialPolicy,
    HeadersPolicy,
    RetryPolicy,
    SansIOHTTPPolicy,
    UserAgentPolicy,
)
from azure.core.rest import HttpRequest, HttpResponse

from scanner import __version__
from scanner.providers.azure.collect.failures import Unreadable, parsed, refusal
from scanner.providers.azure.collect.table import QUERY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from azure.core.credentials import TokenCredential
    from azure.core.pipeline import PipelineRequest, PipelineResponse

    from scanner.providers.azure.collect.table import Body

_CONNECT_S, _READ_S = 10, 60
_LONGEST_WAIT_S: Final = 300
_MOST_PAGES: Final = 100_000
_PAGE: Final = 1_000
"""Rows on a page of Resource Graph, its maximum."""


class ReadOnly(SansIOHTTPPolicy[HttpRequest, HttpResponse]):
    """Lets nothing out that could change anything."""

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        """Refuse every method but GET, and POST to Resource Graph's question.

        Raises:
            RuntimeError: for any other.
        """
        asked = request.http_request
        if asked.method != "GET" and (asked.method, urlsplit(asked.url).path) != ("POST", QUERY):
            raise RuntimeError(f"{asked.method} {urlsplit(asked.url).path} is no question")


class _Patience(RetryPolicy[HttpRequest, HttpResponse]):
    """Waits as long as it is told, unless that is too long: the answer is then final."""

    def is_retry(self, settings: dict[str, Any], response: PipelineResponse[Any, Any]) -> bool:
        """Tell whether to ask again."""
        wait = self.get_retry_after(response)
        if wait is not None and wait > _LONGEST_WAIT_S:
            return False
        return super().is_retry(settings, response)


class Client:
    """One endpoint: Azure Resource Manager with Resource Graph, or Microsoft Graph. Safe for many threads."""

    def __init__(
        self, endpoint: str, credential: TokenCredential, *, attempts: int = 8, backoff_s: float = 0.8
    ) -> None:
        self.endpoint = endpoint.rstrip("/")
        self._is_plain = urlsplit(endpoint).scheme == "http"
        policies: list[Any] = [
            HeadersPolicy({"Accept": "application/json"}),
            UserAgentPolicy(f"sidedoor/{__version__}"),
            ReadOnly(),
            _Patience(
                retry_total=attempts - 1,
                retry_status=attempts - 1,
                retry_backoff_factor=backoff_s,
                retry_on_methods=frozenset({"GET", "POST"}),
            ),
            BearerTokenCredentialPolicy(credential, f"{self.endpoint}/.default"),
        ]
        self._pipeline: PipelineClient[HttpRequest, HttpResponse] = PipelineClient(
            base_url=self.endpoint, policies=policies
        )

    def close(self) -> None:
        """Close the connections."""
        self._pipeline.close()

    def get(self, path: str, query: Mapping[str, str]) -> Iterator[Body]:
        """Yield the answers of a question, page by page, at least one.

        Raises:
            Unreadable: for anything that is no success, for a page on another host, for one seen before.
        """
        request: HttpRequest | None = HttpRequest("GET", f"{self.endpoint}{path}", params=dict(query))
        seen: set[str] = set()
        while request is not None:
            answer = self._ask(request)
            yield answer
            further = answer.get("nextLink") or answer.get("@odata.nextLink")
            if not further:
                return
            if not isinstance(further, str) or not self._is_mine(further):
                raise Unreadable("failed", "the next page is on another host")
            if further in seen or len(seen) > _MOST_PAGES:
                raise Unreadable("failed", "the service gave the same next page twice")
            seen.add(further)
            request = HttpRequest("GET", further)

    def query(self, table: str, scopes: Mapping[str, list[str]], version: str) -> Iterator[Body]:
        """Yield the answers of a question to Resource Graph, page by page, at least one.

        `scopes` may name `subscriptions` or `managementGroups`; empty: all of the tenant.

        Raises:
            Unreadable: as `get` does.
        """
        options: dict[str, Any] = {"resultFormat": "objectArray", "$top": _PAGE}
        if table == "authorizationresources":
            options["authorizationScopeFilter"] = "AtScopeAboveAndBelow"
        token: str | None = None
        seen: set[str] = set()
        while True:
            body = {"query": f"{table} | order by id asc", "options": options, **scopes}
            request = HttpRequest(
                "POST", f"{self.endpoint}{QUERY}", params={"api-version": version}, json=body
            )
            answer = self._ask(request)
            yield answer
            token = answer.get("$skipToken")
            if not token:
                return
            if not isinstance(token, str) or token in seen:
                raise Unreadable("failed", "the service gave the same page token twice")
            seen.add(token)
            options = {**options, "$skipToken": token}

    def _is_mine(self, url: str) -> bool:
        """Tell whether an address is of this endpoint: a token goes with every question."""
        mine, theirs = urlsplit(self.endpoint), urlsplit(url)
        return (mine.scheme, mine.hostname, mine.port) == (theirs.scheme, theirs.hostname, theirs.port)

    def _ask(self, request: HttpRequest) -> dict[str, Body]:
        try:
            response = self._pipeline.send_request(
                request,
                enforce_https=not self._is_plain,
                connection_timeout=_CONNECT_S,
                read_timeout=_READ_S,
            )
            body = response.read()
        except ClientAuthenticationError as error:
            raise Unreadable("failed", f"no valid credentials: {error.message}", final=True) from None
        except ServiceRequestError as error:
            raise Unreadable("failed", f"{type(error).__name__}: {error.message}", final=True) from None
        except AzureError as error:
            raise Unreadable("failed", f"{type(error).__name__}: {error.message}") from None
        if response.status_code != 200:
            raise refusal(response.status_code, body)
        answer = parsed(body)
        if not isinstance(answer, dict):
            raise Unreadable("unparseable", "the answer is no JSON object")
        return answer
