"""What a description of an API says of its methods: whom each lets in, and what it calls.

Source: API Gateway Developer Guide, "OpenAPI extensions for API Gateway"
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html, read
2026-11), for OpenAPI 3 and Swagger 2 alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.written import Node

_METHODS: Final = {"get", "put", "post", "delete", "options", "head", "patch"}
_ANY: Final = "x-amazon-apigateway-any-method"
_CALLS: Final = "x-amazon-apigateway-integration"
_KIND: Final = "x-amazon-apigateway-authtype"
_AUTHORIZER: Final = "x-amazon-apigateway-authorizer"
POLICY: Final = "x-amazon-apigateway-policy"
_KINDS: Final = {"awssigv4": "AWS_IAM", "cognito_user_pools": "COGNITO_USER_POOLS", "jwt": "JWT"}


class Operation(NamedTuple):
    """One method of a path. `authorization` is a word of the API's, with the name of its authorizer."""

    path: str
    method: str
    calls: Node
    authorization: str
    authorizer: str
    shows_key: bool
    node: Node


class Authorizer(NamedTuple):
    """One that is described beside the methods: ``CUSTOM``, ``JWT`` or ``COGNITO_USER_POOLS``."""

    name: str
    kind: str
    fields: Node
    node: Node


def operations(body: Node) -> Iterator[Operation]:
    """Yield the methods that call something."""
    schemes = _schemes(body)
    paths = body.get("paths")
    for path, item in _members(paths):
        for name, node in _members(item):
            calls = node.get(_CALLS)
            if calls is None or (name not in _METHODS and name != _ANY):
                continue
            asked = node.get("security") or body.get("security")
            named = [key for entry in (asked.below() if asked else ()) for key, _ in _members(entry)]
            authorization, authorizer = "NONE", ""
            for key in named:
                kind = _kind(schemes[key]) if key in schemes else "CUSTOM"
                if kind:
                    authorization, authorizer = kind, key
            shows_key = any(key in schemes and not _kind(schemes[key]) for key in named)
            method = "ANY" if name == _ANY else name.upper()
            yield Operation(path, method, calls, authorization, authorizer, shows_key, node)


def authorizers(body: Node) -> Iterator[Authorizer]:
    """Yield who decides about tokens."""
    for name, node in _schemes(body).items():
        fields, kind = node.get(_AUTHORIZER), _kind(node)
        if fields is not None and kind not in {"", "AWS_IAM"}:
            yield Authorizer(name, kind, fields, node)


def integration(calls: Node) -> dict[str, Any]:
    """Return what a method calls as the API has it."""
    names = ("type", "uri", "credentials", "connectionType", "connectionId")
    found = {name: node.plain() for name in names if (node := calls.get(name)) is not None}
    if isinstance(found.get("type"), str):
        found["type"] = found["type"].upper()
    return found


def _kind(scheme: Node) -> str:
    """Return how callers are told apart, empty where they only show a key of the API."""
    declared = scheme.get(_AUTHORIZER)
    type_ = declared.text("type").lower() if declared is not None else ""
    if type_ in _KINDS:
        return _KINDS[type_]
    told = scheme.text(_KIND).lower()
    if told in _KINDS:
        return _KINDS[told]
    return "CUSTOM" if declared is not None or told or scheme.text("type") != "apiKey" else ""


def _schemes(body: Node) -> dict[str, Node]:
    return dict(_members(body.get("components", "securitySchemes") or body.get("securityDefinitions")))


def _members(node: Node | None) -> list[tuple[str, Node]]:
    return list(node.value.items()) if node is not None and isinstance(node.value, dict) else []
