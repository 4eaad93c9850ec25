"""What of load balancers and containers is kept, and what is not: header secrets, commands, variables."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.providers.aws.collect.bodies import plain
from scanner.providers.aws.collect.ecs import without_secrets
from scanner.providers.aws.collect.elbv2 import without_header_values

COMMANDS: dict[str, tuple[list[str], list[str]]] = {
    "the server and its port": (
        ["vllm", "serve", "atlas-5", "--port", "9000", "--api-key", "s3cr3t"],
        ["vllm serve", "--port 9000", "(withheld)"],
    ),
    "one text": (["sh -c 'ollama serve'"], ["ollama serve", "(withheld)"]),
    "a port in digits only": (["tritonserver", "--http-port=x"], ["tritonserver", "(withheld)"]),
    "nothing known": (["run", "--token=s3cr3t"], ["(withheld)"]),
    "a longer word is another one": (["my-tritonserver-proxy"], ["(withheld)"]),
}


@pytest.mark.parametrize(("command", "kept"), COMMANDS.values(), ids=COMMANDS)
def test_of_a_command_known_words_are_kept(command: list[str], kept: list[str]) -> None:
    container: dict[str, Any] = {"name": "server", "command": command, "logConfiguration": {"options": {}}}
    body = without_secrets({"taskDefinition": {"containerDefinitions": [container]}})
    assert body["taskDefinition"]["containerDefinitions"] == [{"name": "server", "command": kept}]


def test_variables_keep_their_names() -> None:
    container = {"name": "server", "environment": [{"name": "VLLM_API_KEY", "value": "s3cr3t"}]}
    assert plain(container) == {
        "name": "server",
        "environment": [{"name": "VLLM_API_KEY", "value": "(withheld)"}],
    }


def test_a_variable_called_name_keeps_no_value() -> None:
    assert plain({"Environment": {"name": "s3cr3t"}}) == {"Environment": {"name": "(withheld)"}}
    assert plain({"Environment": {"name": "s3cr3t", "value": "s3cr3t"}}) == {
        "Environment": {"name": "(withheld)", "value": "(withheld)"}
    }


def test_values_of_headers_are_not_kept() -> None:
    conditions = [
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-From-Cdn", "Values": ["s3cr3t"]}},
        {"Field": "path-pattern", "Values": ["/v1/*"]},
    ]
    kept = without_header_values({"RuleArn": "r", "Conditions": conditions})["Conditions"]
    assert kept[0]["HttpHeaderConfig"] == {"HttpHeaderName": "X-From-Cdn", "Values": ["(withheld)"]}
    assert kept[1]["Values"] == ["/v1/*"]
