"""Each way a call can fail has its reason, and no detail tells a secret."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

from scanner.providers.aws.collect.failures import Unreadable, check_parsed, clean, failure_of, is_none


def answered(code: str, message: str = "no") -> sdk.ClientError:
    return sdk.ClientError({"Error": {"Code": code, "Message": message}}, "GetThing")


REASONS: dict[str, tuple[Exception, str, str]] = {
    "denied": (answered("AccessDenied"), "refused", ""),
    "denied, long": (answered("AccessDeniedException"), "refused", ""),
    "denied, EC2": (answered("UnauthorizedOperation"), "refused", ""),
    "region not enabled": (answered("UnrecognizedClientException"), "refused", ""),
    "forbidden without a document": (answered("403", "Forbidden"), "refused", ""),
    "throttled": (answered("Throttling"), "throttled", ""),
    "throttled, S3": (answered("SlowDown"), "throttled", ""),
    "throttled, new name": (answered("ThrottlingQuotaException"), "throttled", ""),
    "expired": (answered("ExpiredToken"), "failed", "account"),
    "expired, long": (answered("ExpiredTokenException"), "failed", "account"),
    "status for a code": (answered("501", "x"), "not-implemented", ""),
    "unknown operation": (answered("UnknownOperationException"), "not-implemented", ""),
    "HTML in the message": (answered("503", "<!DOCTYPE html><title>x"), "not-implemented", ""),
    "a fault of the service": (answered("InternalFailure"), "failed", ""),
    "not there": (answered("NoSuchBucket"), "failed", ""),
    "an answer without an error": (sdk.ClientError({}, "GetThing"), "failed", ""),
    "HTML for XML": (ResponseParserError("invalid XML received: b'<!doctype html>"), "not-implemented", ""),
    "half an XML": (ResponseParserError("no element found: b'<ListRolesResp"), "unparseable", ""),
    "no UTF-8": (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "unparseable", ""),
    "unknown service": (
        sdk.UnknownServiceError(service_name="x", known_service_names="y"),
        "unsupported-by-sdk",
        "",
    ),
    "unknown parameter": (
        sdk.ParamValidationError(report='Unknown parameter in input: "MaxBuckets"'),
        "unsupported-by-sdk",
        "",
    ),
    "a bad parameter": (sdk.ParamValidationError(report="Invalid length for Bucket"), "failed", ""),
    "no host": (sdk.EndpointConnectionError(endpoint_url="https://x.example"), "failed", "endpoint"),
    "no way there": (sdk.ConnectTimeoutError(endpoint_url="https://x.example"), "failed", "endpoint"),
    "no trust": (
        sdk.SSLError(endpoint_url="https://x.example", error=OSError()),
        "failed",
        "endpoint",
    ),
    "timeout": (sdk.ReadTimeoutError(endpoint_url="https://x.example"), "failed", ""),
    "reset": (sdk.ConnectionClosedError(endpoint_url="https://x.example"), "failed", ""),
    "no credentials any more": (sdk.NoCredentialsError(), "failed", "account"),
    "cannot renew": (
        sdk.CredentialRetrievalError(provider="sso", error_msg="expired"),
        "failed",
        "account",
    ),
    "our own check": (Unreadable("too-large", "x"), "too-large", ""),
    "a bug in the SDK": (KeyError("Models"), "failed", ""),
}


@pytest.mark.parametrize(("error", "reason", "spreads"), REASONS.values(), ids=REASONS)
def test_failure_of(error: Exception, reason: str, spreads: str) -> None:
    failure = failure_of(error)
    assert (failure.reason, failure.spreads) == (reason, spreads)


NONE = {
    "the code": (answered("NoSuchBucketPolicy"), ("NoSuchBucketPolicy",), True),
    "another code": (answered("NoSuchBucket"), ("NoSuchBucketPolicy",), False),
    "code and part of the message": (
        answered("ValidationException", "Cannot find resource policy for: arn"),
        ("ValidationException:Cannot find",),
        True,
    ),
    "code without that message": (
        answered("ValidationException", "1 validation error detected"),
        ("ValidationException:Cannot find",),
        False,
    ),
    "no answer of a service": (KeyError("NoSuchBucketPolicy"), ("NoSuchBucketPolicy",), False),
    "denied is never none": (answered("AccessDenied"), ("NoSuchBucketPolicy",), False),
}


@pytest.mark.parametrize(("error", "none", "expected"), NONE.values(), ids=NONE)
def test_is_none(error: Exception, none: tuple[str, ...], *, expected: bool) -> None:
    assert is_none(error, none) is expected


KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
ROLE = "arn:aws:sts::100000000001:assumed-role/AWSReservedSSO_Administrator_0123456789abcdefAB/ada"

CLEANED = {
    "lines and controls": ("a\r\n\tb\x00\x1b[31mc\u2028d\u200be", "a b [31mc d e"),
    "bidirectional override": ("safe\u202egnp.exe", "safe gnp.exe"),
    "access key id": ("key AKIAIOSFODNN7EXAMPLE not found", "key (withheld) not found"),
    "temporary key id": ("ASIAIOSFODNN7EXAMPLE", "(withheld)"),
    "secret key": (f"with {KEY} signed", "with (withheld) signed"),
    "secret key in quotes": (f"'{KEY}'", "'(withheld)'"),
    "session token": ("token: " + "IQoJb3JpZ2luX2VjE" * 8, "token: (withheld)"),
    "JSON web token": ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln is stale", "(withheld) is stale"),
    "password of a proxy": (
        "http://ada:secret@proxy.example:3128/x",
        "http://(withheld)@proxy.example:3128/x",
    ),
    "query of an address": ("https://s3.example/b?X-Amz-Signature=abc", "https://s3.example/b?(withheld)"),
    "parameter of a signature": ("Signature=abcdef12, Date=1", "Signature=(withheld), Date=1"),
    "an ARN stays": (f"{ROLE} is not authorized", f"{ROLE} is not authorized"),
    "a path stays": (
        "http://h.example:80/v20180820/configuration/publicAccessBlock",
        "http://h.example:80/v20180820/configuration/publicAccessBlock",
    ),
    "a hash in lower case stays": ("0123456789abcdef" * 3, "0123456789abcdef" * 3),
    "long": ("x " * 400, "x " * 149 + "x…"),
}


@pytest.mark.parametrize(("text", "expected"), CLEANED.values(), ids=CLEANED)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


WRONG: dict[str, tuple[bytes, Any, str | None]] = {
    "half a JSON": (b'{"Models": [', {}, "unparseable"),
    "an HTML page": (b"<!doctype html>\n<html>", {}, "not-implemented"),
    "an empty object": (b"{}", {}, None),
    "no body": (b"", {}, None),
    "an empty XML element": (b"<LocationConstraint/>", {}, None),
    "fields that were understood": (b'{"Models": [', {"Models": []}, None),
}


@pytest.mark.parametrize(("body", "parsed", "reason"), WRONG.values(), ids=WRONG)
def test_check_parsed(body: bytes, parsed: dict[str, Any], reason: str | None) -> None:
    response = {"status_code": 200, "headers": {}, "body": body}
    if reason is None:
        check_parsed(response, {**parsed, "ResponseMetadata": {}})
        return
    with pytest.raises(Unreadable) as caught:
        check_parsed(response, {**parsed, "ResponseMetadata": {}})
    assert caught.value.reason == reason


def test_check_parsed_leaves_errors_to_the_sdk() -> None:
    check_parsed({"status_code": 500, "headers": {}, "body": b"half"}, {"ResponseMetadata": {}})
    check_parsed(None, None)
