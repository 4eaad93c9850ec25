"""Why a call brought nothing: every exception of the SDK as a gap's reason and a detail that leaks nothing.

Codes are those of the services' error pages and of botocore's own retry lists; the shapes of HTML answers and
truncated bodies are observed (moto, botocore 1.35 to 1.44).
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

if TYPE_CHECKING:
    from scanner.snapshot import Reason

_LONGEST_DETAIL: Final = 300

_REFUSED: Final = frozenset(
    {
        "403",
        "AllAccessDisabled",
        "AuthFailure",
        "AuthorizationError",
        "Forbidden",
        "InvalidClientTokenId",
        "NotAuthorized",
        "OptInRequired",
        "SignatureDoesNotMatch",
        "SubscriptionRequiredException",
        "UnauthorizedException",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    }
)
_EXPIRED: Final = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
)
# https://docs.aws.amazon.com/general/latest/gr/api-retries.html and botocore's standard retry mode
_THROTTLED: Final = frozenset(
    {
        "429",
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
# A bare status as code: the answer was no error document of the service (observed: botocore puts the status
# there when the body is HTML).
_NOT_IMPLEMENTED: Final = frozenset(
    {"404", "405", "500", "501", "InvalidAction", "NotImplemented"}
    | {"UnknownOperation", "UnknownOperationException"}
)


class Failure(msgspec.Struct, frozen=True):
    """Why nothing came. `spreads` says what else is then not worth asking: this account, or this endpoint."""

    reason: Reason
    detail: str
    spreads: Literal["", "account", "endpoint"] = ""


class Unreadable(Exception):  # noqa: N818 - an answer, not a fault
    """Raised by the collectors' own checks of an answer."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason: Reason = reason


def is_none(error: Exception, none: tuple[str, ...]) -> bool:
    """Say whether the answer is one of `none`: ``CODE``, or ``CODE:TEXT`` with a part of the message."""
    answer = _error_of(error)
    for entry in none:
        code, _, text = entry.partition(":")
        if answer.get("Code") == code and text in str(answer.get("Message", "")):
            return True
    return False


def failure_of(error: BaseException) -> Failure:  # noqa: PLR0911 - one return a kind of failure
    """Translate any exception that a call may end in."""
    from botocore import exceptions as sdk  # noqa: PLC0415 - the SDK is loaded only to collect
    from botocore.parsers import ResponseParserError  # noqa: PLC0415 - as above

    detail = clean(f"{type(error).__name__}: {error}")
    match error:
        case Unreadable():
            return Failure(error.reason, clean(str(error)))
        case sdk.ClientError():
            return _of_answer(error)
        case sdk.UnknownServiceError():
            return Failure("unsupported-by-sdk", detail)
        case sdk.ParamValidationError() if "Unknown parameter" in str(error):
            return Failure("unsupported-by-sdk", detail)
        case ResponseParserError():
            return Failure("not-implemented" if _is_html(str(error)) else "unparseable", detail)
        case UnicodeDecodeError():
            return Failure("unparseable", detail)
        case (
            sdk.NoCredentialsError()
            | sdk.PartialCredentialsError()
            | sdk.CredentialRetrievalError()
            | sdk.TokenRetrievalError()
            | sdk.SSOError()
        ):
            return Failure("failed", f"no valid credentials any more: {detail}", "account")
        case (
            sdk.EndpointConnectionError()
            | sdk.ConnectTimeoutError()
            | sdk.ProxyConnectionError()
            | sdk.SSLError()
        ):
            return Failure("failed", detail, "endpoint")
    return Failure("failed", detail)


def _of_answer(error: Exception) -> Failure:
    answer = _error_of(error)
    code, message = str(answer.get("Code", "")), str(answer.get("Message", ""))
    detail = clean(f"{code}: {message}")
    if code in _EXPIRED:
        return Failure("failed", f"credentials expired during the scan: {detail}", "account")
    if code in _THROTTLED or code.startswith("Throttl"):
        return Failure("throttled", detail)
    if code in _REFUSED or code.startswith(("AccessDenied", "Client.Unauthorized")):
        return Failure("refused", detail)
    if code in _NOT_IMPLEMENTED or _is_html(message):
        return Failure("not-implemented", detail)
    return Failure("failed", detail)


def _error_of(error: Exception) -> dict[str, Any]:
    answer = getattr(error, "response", None)
    found = answer.get("Error") if isinstance(answer, dict) else None
    return found if isinstance(found, dict) else {}


def check_parsed(response_dict: dict[str, Any] | None, parsed_response: object, **_: object) -> None:
    """Refuse an answer that botocore took for an empty one because it could not read it.

    A JSON body that does not parse becomes an answer without fields (observed: ``_parse_body_as_json`` in
    botocore/parsers.py), and an unread list would look like an empty one. Registered for
    ``response-received``.
    """
    if not isinstance(parsed_response, dict) or set(parsed_response) - {"ResponseMetadata"}:
        return
    body = (response_dict or {}).get("body")
    if not isinstance(body, bytes) or not body.strip() or (response_dict or {}).get("status_code", 0) >= 300:
        return
    text = body.decode(errors="replace").lstrip()
    if _is_html(text):
        raise Unreadable("not-implemented", "the answer is an HTML page")
    if text.startswith("<"):
        return  # REST-XML: an answer may be an empty element
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("unparseable", f"the answer is no whole JSON: {error}") from None


def _is_html(text: str) -> bool:
    return re.search(r"<(!doctype html|html)\b", text[:2000], re.IGNORECASE) is not None


_KEPT: Final = re.compile(r"(?P<url>https?://[^\s\"'<>]+)|arn:aws[\w-]*:[^\s\"'<>,;]+")
"""Addresses and ARNs: long, and no secrets but for the user and the query of an address."""
_SECRETS: Final = (
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b"),  # access key ids
    re.compile(r"\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?"),  # JSON web tokens
    re.compile(r"(?i)(?<=signature=)[^&\s,]+|(?<=token=)[^&\s,]+|(?<=password=)[^&\s,]+"),
    # Secret keys, session tokens, encoded authorisation messages: 40 or more of base64's letters, mixed.
    re.compile(
        r"(?<![\w/+=-])(?=[\w/+=-]*[a-z])(?=[\w/+=-]*[A-Z])(?=[\w/+=-]*[0-9])[\w/+=-]{40,}(?![\w/+=-])",
        re.ASCII,
    ),
)
_MASK: Final = "(withheld)"


def clean(text: str) -> str:
    """Return `text` on one line of 300 characters, without control characters and likely secrets."""
    text = text[: 20 * _LONGEST_DETAIL]
    flat = " ".join("".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text).split())
    parts: list[str] = []
    end = 0
    for kept in _KEPT.finditer(flat):
        parts += (_masked(flat[end : kept.start()]), _address(kept["url"]) if kept["url"] else kept[0])
        end = kept.end()
    flat = "".join((*parts, _masked(flat[end:])))
    return flat if len(flat) <= _LONGEST_DETAIL else flat[: _LONGEST_DETAIL - 1] + "…"


def _masked(text: str) -> str:
    for secret in _SECRETS:
        text = secret.sub(_MASK, text)
    return text


def _address(url: str) -> str:
    url = re.sub(r"(?<=://)[^/@]+@", f"{_MASK}@", url)
    return re.sub(r"\?.+", f"?{_MASK}", url)
