"""Why a question brought nothing, as a gap's reason and a detail that leaks nothing.

Codes: "Troubleshoot common Azure deployment errors"
(https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors) and
"Microsoft Graph error responses and resource types" (https://learn.microsoft.com/graph/errors), read 2026-11.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from scanner.snapshot import Reason

_LONGEST: Final = 300
_NOT_THERE: Final = frozenset(
    {
        # the parent went away while it was asked for
        *("ResourceNotFound", "ResourceGroupNotFound", "ParentResourceNotFound", "Request_ResourceNotFound"),
        # a service that a subscription never used
        *("MissingSubscriptionRegistration", "SubscriptionNotRegistered", "MissingRegistrationForLocation"),
    }
)
_UNSUPPORTED: Final = frozenset(
    {
        *("NoRegisteredProviderFound", "InvalidResourceType", "InvalidApiVersionParameter"),
        *("UnsupportedApiVersion", "InvalidApiVersion", "BadRequest_UnsupportedApiVersion"),
    }
)
_SECRETS: Final = (
    re.compile(r"\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?"),  # JSON web tokens
    re.compile(r"(?i)(?<=sig=)[^&\s,]+|(?<=signature=)[^&\s,]+|(?<=token=)[^&\s,]+|(?<=secret=)[^&\s,]+"),
    re.compile(r"(?i)\b(?:Bearer|SharedKey|AccountKey=)\s*[\w+/=.:-]{8,}"),
    # keys: 40 or more of base64's letters, mixed, and no path
    re.compile(
        r"(?<![\w/+=.-])(?=[\w+=-]*[a-z])(?=[\w+=-]*[A-Z])(?=[\w+=-]*[0-9])[\w+=-]{40,}(?![\w/+=.-])",
        re.ASCII,
    ),
)
_MASK: Final = "(withheld)"


class Unreadable(Exception):  # noqa: N818 - an answer, not a fault
    """Raised where a question brought nothing. `code` is the service's own, where it gave one."""

    def __init__(self, reason: Reason, detail: str, code: str = "", *, final: bool = False) -> None:
        super().__init__(detail)
        self.reason: Reason = reason
        self.code = code
        self.final = final
        """Whether every further question to the same API would meet it too."""


class Failure(msgspec.Struct, frozen=True):
    """What a gap says."""

    reason: Reason
    detail: str


def failure_of(error: BaseException) -> Failure:
    """Translate whatever a question ended in."""
    if isinstance(error, Unreadable):
        return Failure(error.reason, clean(str(error)))
    return Failure("failed", clean(f"{type(error).__name__}: {error}"))


def is_none(error: BaseException, none: tuple[str, ...] = ()) -> bool:
    """Say whether the answer means that there is none.

    The words of `none` count in a message too: Privileged Identity Management wraps its codes (observed).
    """
    if not isinstance(error, Unreadable) or not error.code:
        return False
    return error.code in _NOT_THERE or any(word in str(error) for word in none)


def refusal(status: int, body: bytes) -> Unreadable:
    """Return what an answer says that is no success."""
    code, message = _error_of(body)
    detail = f"{status} {code}: {message}" if code else f"status {status}"
    if code in _UNSUPPORTED or status in {405, 501} or (status == 404 and not code):
        return Unreadable("not-implemented", detail, code)
    if status == 401:
        return Unreadable("refused", f"the token is not taken: {detail}", code, final=True)
    if status == 403:
        return Unreadable("refused", detail, code)
    return Unreadable("throttled" if status == 429 else "failed", detail, code)


def parsed(body: bytes) -> Any:  # noqa: ANN401 - JSON
    """Return an answer's JSON.

    Raises:
        Unreadable: when it is none.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        if re.match(rb"\s*<(!doctype html|html)\b", body[:2_000], re.IGNORECASE):
            raise Unreadable("not-implemented", "the answer is an HTML page") from None
        raise Unreadable("unparseable", f"the answer is no whole JSON: {error}") from None


def _error_of(body: bytes) -> tuple[str, str]:
    """Return code and message of an error of ARM or of Microsoft Graph, the innermost code of ARM's."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    error = found.get("error") if isinstance(found, dict) else None
    error = error if isinstance(error, dict) else found if isinstance(found, dict) else {}
    code, message = error.get("code"), error.get("message")
    return (code if isinstance(code, str) else ""), (message if isinstance(message, str) else "")


def clean(text: str) -> str:
    """Return `text` on one line of 300 characters, without control characters and likely secrets."""
    text = text[: 20 * _LONGEST]
    flat = " ".join("".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text).split())
    for secret in _SECRETS:
        flat = secret.sub(_MASK, flat)
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
