"""Why a call brought nothing: every exception of the clients as a gap's reason and a short detail.

Source: Google Cloud APIs, "Errors", "Handling errors" (https://cloud.google.com/apis/design/errors, read
2026-11-22).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec
from google.api_core import exceptions as api
from google.auth import exceptions as auth
from requests import exceptions as http

from scanner.providers.gcp.collect.table import Unreadable

if TYPE_CHECKING:
    from scanner.snapshot import Reason

_LONGEST_DETAIL: Final = 300
_SECRET: Final = re.compile(r"(ya29\.|eyJ)[\w.-]+|(?<=Bearer )\S+", re.ASCII)
_CLOSED: Final = ("SERVICE_DISABLED", "has not been used in project", "it is disabled")
_TRANSIENT: Final = (
    api.ServiceUnavailable,
    api.TooManyRequests,
    api.InternalServerError,
    api.BadGateway,
    api.GatewayTimeout,
    api.Aborted,
    auth.TransportError,
    http.ConnectionError,
    http.Timeout,
)


class Failure(msgspec.Struct, frozen=True):
    """Why nothing came. `closes`: the service answers nobody, so that nothing more is worth asking."""

    reason: Reason
    detail: str
    closes: bool = False


def failure_of(error: BaseException) -> Failure:
    """Translate any exception that a call may end in."""
    if isinstance(error, api.RetryError) and error.cause is not None:
        error = error.cause
    if isinstance(error, Unreadable):
        return Failure(error.reason, clean(str(error)))
    detail = clean(f"{type(error).__name__}: {error}")
    closes = any(mark in str(error) for mark in _CLOSED)
    match error:
        case api.Forbidden() | api.Unauthorized() | auth.RefreshError():
            return Failure("refused", detail, closes)
        case api.TooManyRequests():
            return Failure("throttled", detail)
        case api.MethodNotImplemented():
            return Failure("not-implemented", detail)
        case http.JSONDecodeError() | UnicodeDecodeError():
            return Failure("unparseable", detail)
    return Failure("failed", detail)


def is_transient(error: BaseException) -> bool:
    """Tell whether a call that ended so is worth trying again."""
    return isinstance(error, _TRANSIENT) and not isinstance(error, api.MethodNotImplemented)


def status_of(error: BaseException) -> int | None:
    """Return the HTTP status that an exception stands for, None when there is none."""
    code = error.code if isinstance(error, api.GoogleAPICallError) else None
    return int(code) if code is not None else None


def clean(text: str) -> str:
    """Return one printable line without tokens, cut to a readable length."""
    line = _SECRET.sub("…", " ".join(text.split()))
    shown = "".join(c for c in line if c.isprintable())
    return shown if len(shown) <= _LONGEST_DETAIL else f"{shown[: _LONGEST_DETAIL - 1]}…"
