"""How an API without an address of its own is called: of both kinds of API, and with client certificates."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.providers.aws.apis.domains import Opening, opening
from scanner.snapshot import Document
from tests.providers.aws.documents import snapshot
from tests.worlds import parse_id

HERE, ELSEWHERE = "aws:100000000001:us-east-1", "aws:100000000001:eu-west-1"
STORE = "s3://ourlab-clients/ca.pem"
READ: dict[str, Any] = {f"{HERE}:apigateway:GetDomainNames": {}, f"{HERE}:apigatewayv2:GetDomainNames": {}}


def rest(name: str, place: str = HERE, api: str = "a1", **domain: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    """Return the documents of a domain name that is mapped to a REST API."""
    return {
        f"{place}:apigateway:GetDomainNames.items/{name}": {"domainName": name, **domain},
        f"{place}:apigateway:GetBasePathMappings/{name}": {},
        f"{place}:apigateway:GetBasePathMappings.items/{name}/(none)": {"restApiId": api},
    }


def web(name: str, api: str = "a1", **domain: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    """Return the documents of a domain name that is mapped to an HTTP API."""
    return {
        f"{HERE}:apigatewayv2:GetDomainNames.Items/{name}": {"DomainName": name, **domain},
        f"{HERE}:apigatewayv2:GetApiMappings/{name}": {},
        f"{HERE}:apigatewayv2:GetApiMappings.Items/{name}/m1": {"ApiId": api},
    }


ASKS: dict[str, Any]
ASKS_2: dict[str, Any]
ASKS, ASKS_2 = (
    {"mutualTlsAuthentication": {"truststoreUri": STORE}},
    {"MutualTlsAuthentication": {"TruststoreUri": STORE}},
)
UNMAPPED = {k: v for k, v in rest("a.example").items() if not k.endswith("(none)")}
CASES: dict[str, tuple[dict[str, Any], Opening | None]] = {
    "by a domain name": (READ | rest("a.example"), Opening()),
    "by a domain name of the other kind": (READ | web("a.example"), Opening()),
    "with a certificate": (READ | rest("a.example", **ASKS), Opening((), (STORE,))),
    "with a certificate, the other kind": (READ | web("a.example", **ASKS_2), Opening((), (STORE,))),
    "with a certificate, or by another name without one": (
        READ | rest("a.example", **ASKS) | web("b.example"),
        Opening(),
    ),
    "mapped to another API": (READ | rest("a.example", api="b2"), None),
    "mapped to an API of this id elsewhere": (READ | rest("a.example", place=ELSEWHERE), None),
    "no domain names": (READ, None),
    "domain names not read": (
        {},
        Opening((f"{HERE}:apigateway:GetDomainNames", f"{HERE}:apigatewayv2:GetDomainNames")),
    ),
    "mappings not read": (
        READ | {k: v for k, v in UNMAPPED.items() if "BasePath" not in k},
        Opening((f"{HERE}:apigateway:GetBasePathMappings/a.example",)),
    ),
    "a domain name that was not read": (
        READ | {k: v for k, v in rest("a.example").items() if "GetDomainNames" not in k},
        Opening(),
    ),
}


@pytest.mark.parametrize(("documents", "expected"), CASES.values(), ids=CASES)
def test_how_it_is_called(documents: dict[str, Any], expected: Opening | None) -> None:
    api = Document(parse_id(f"{HERE}:apigateway:GetRestApis.items/a1"), {"disableExecuteApiEndpoint": True})
    stages = Document(parse_id(f"{HERE}:apigateway:GetStages/a1"), {})
    assert opening(snapshot(documents), api, "/disableExecuteApiEndpoint", stages) == expected


def test_an_own_address_asks_for_no_certificate() -> None:
    api = Document(parse_id(f"{HERE}:apigateway:GetRestApis.items/a1"), {"disableExecuteApiEndpoint": False})
    stages = Document(parse_id(f"{HERE}:apigateway:GetStages/a1"), {})
    read = snapshot(READ | rest("a.example", **ASKS))
    assert opening(read, api, "/disableExecuteApiEndpoint", stages) == Opening()
