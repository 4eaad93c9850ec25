"""GraphQL APIs of AppSync in templates: how callers log in, and what answers.

Source: AWS CloudFormation Template Reference, "AWS::AppSync::GraphQLApi", "AWS::AppSync::DataSource"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_AppSync.html, read 2026-11).
Fields are spelled as the API has them, with a small first letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import apis

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.cloudformation.made import Made

_LOGINS: Final = ("LambdaAuthorizerConfig", "OpenIDConnectConfig", "UserPoolConfig")


def _api(made: Made) -> None:
    given = made.closed(
        "AdditionalAuthenticationProviders", "AuthenticationType", "Name", "Visibility", *_LOGINS
    )
    apis.graphql_api(made.drafts, made.home, _id(made), made.with_lines(_small(given)))


def _id(made: Made) -> str:
    return (made.arn or made.id).rpartition("/")[2]


def _source(made: Made) -> None:
    api, name = made.text("ApiId"), made.text("Name")
    if api is not None and name is not None:
        given = made.closed("HttpConfig", "LambdaConfig", "ServiceRoleArn", "Type")
        apis.graphql_source(made.drafts, made.home, api, name, made.with_lines(_small(given)))


def _small(value: Any) -> Any:  # noqa: ANN401 - raw JSON
    if isinstance(value, dict):
        return {f"{key[:1].lower()}{key[1:]}": _small(item) for key, item in value.items()}
    return [_small(item) for item in value] if isinstance(value, list) else value


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "AWS::AppSync::DataSource": _source,
    "AWS::AppSync::GraphQLApi": _api,
}
