"""What a target may be."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.errors import ConfigError
from scanner.providers.azure.collect import AzureTarget

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a tenant by name": ({"tenant": "ourlab.onmicrosoft.com"}, "no tenant id"),
    "a subscription by name": ({"subscriptions": ["ml"]}, "no subscription id"),
    "a group with a slash": ({"management_groups": ["a/b"]}, "not the name of a management group"),
    "a cloud nearly known": ({"cloud": "usgob"}, "did you mean `usgov`"),
    "a token in the clear": ({"arm_endpoint": "http://arm.example"}, "without encryption"),
    "an endpoint with a path": ({"graph_endpoint": "https://graph.example/v1.0"}, "no endpoint"),
    "another scheme": ({"graph_endpoint": "file:///etc/passwd"}, "no endpoint"),
    "too many threads": ({"threads": 1_000}, "out of bounds"),
    "an option nearly known": ({"tenent": "x"}, "did you mean `tenant`"),
    "a list that is none": ({"retries": "many"}, "expected `int`"),
}


@pytest.mark.parametrize(("options", "message"), WRONG.values(), ids=WRONG)
def test_what_no_target_is(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        AzureTarget.of(options)


def test_clouds_and_overrides() -> None:
    china = AzureTarget.of({"cloud": "china", "arm_endpoint": "http://[::1]:8080", "subscriptions": None})
    assert china.endpoints.arm == "http://[::1]:8080"
    assert china.endpoints.graph == "https://microsoftgraph.chinacloudapi.cn"
    assert AzureTarget().endpoints.arm == "https://management.azure.com"
