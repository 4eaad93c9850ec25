"""Every page of an answer: botocore's paginator where there is one, else the operation's own token fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from scanner.providers.aws.collect.failures import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.providers.aws.collect.table import Body

Client: TypeAlias = Any
"""A boto3 client: botocore makes their classes at run time."""

_TOKENS: Final = (
    "token",
    "nexttoken",
    "marker",
    "pagetoken",
    "continuationtoken",
    "paginationtoken",
    "position",
)
_MORE: Final = ("IsTruncated", "Truncated", "isTruncated", "truncated", "HasMoreResults")


def pages(client: Client, operation: str, params: Mapping[str, Any]) -> Iterator[Body]:
    """Yield the answers in order, at least one.

    Raises:
        Unreadable: when the service says that there is more and gives no way to it, or the same token twice.
    """
    method = method_of(client, operation)
    if client.can_paginate(method):
        yield from client.get_paginator(method).paginate(**params)
        return
    call = getattr(client, method)
    token_in, token_out = token_fields(client, operation)
    seen: set[str] = set()
    params = dict(params)
    while True:
        page = call(**params)
        yield page
        token = page.get(token_out) if token_out else None
        truncated = next((page[flag] for flag in _MORE if flag in page), None)
        if truncated is False or not (token or truncated):
            return
        if not token or token_in is None:
            raise Unreadable("failed", "the service says there is more and gives no token for it")
        if token in seen:
            raise Unreadable("failed", "the service gave the same page token twice")
        seen.add(token)
        params[token_in] = token


def method_of(client: Client, operation: str) -> str:
    """Return the client's method of an operation; raises `Unreadable` when this SDK has none."""
    for method, name in client.meta.method_to_api_mapping.items():
        if name == operation:
            return str(method)
    raise Unreadable("unsupported-by-sdk", unsupported(operation))


def unsupported(operation: str) -> str:
    """Say that this SDK lacks an operation, and which SDK it is."""
    import botocore  # noqa: PLC0415 - the SDK is loaded only to collect

    return f"botocore {botocore.__version__} has no {operation}; install a newer boto3"


def token_fields(client: Client, operation: str) -> tuple[str | None, str | None]:
    """Return the names of the parameter that takes a page token and of the field that gives the next one."""
    model = client.meta.service_model.operation_model(operation)
    given = {_bare(name): name for name in (model.input_shape.members if model.input_shape else ())}
    answered = {_bare(name): name for name in (model.output_shape.members if model.output_shape else ())}
    for token in _TOKENS:
        if token in given and token in answered:
            return given[token], answered[token]
    return None, None


def _bare(name: str) -> str:
    lowered = name.lower()
    if lowered == "nexttoken":
        return lowered
    return lowered.removeprefix("next")
