"""Lambda functions, who may call them, and what calls them by itself.

A function is there to be called, and what does so need not be in the same code: the list of event sources
stays unread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.iac.aws.drafts import Drafts, Home, Piece

if TYPE_CHECKING:
    from scanner.iac.aws.drafts import Draft


def function(drafts: Drafts, home: Home, name: str, whole: Piece) -> str:
    """Declare a function: ``Role``, ``PackageType``, ``Layers`` and the like. Returns its ARN."""
    arn = home.arn("lambda", f"function:{name}")
    listed = Piece({"FunctionName": name, "FunctionArn": arn, **whole.body}, whole.places)
    drafts.put(home.id("lambda", "ListFunctions.Functions", arn), listed)
    drafts.lived_in(home)
    return arn


def permission(drafts: Drafts, home: Home, function_arn: str, statement: Piece) -> None:
    """Add a statement to a function's resource policy: ``Sid``, ``Effect``, ``Principal`` and so on."""
    draft = _policy(drafts, home, function_arn)
    draft.append("/Policy/Statement", statement)


def url(drafts: Drafts, home: Home, function_arn: str, auth_type: Piece) -> None:
    """Give a function a URL that takes calls as ``AWS_IAM`` or ``NONE`` says."""
    config = Piece({"FunctionArn": function_arn, "AuthType": auth_type.body}, auth_type.places)
    drafts.at(home.id("lambda", "ListFunctionUrlConfigs", function_arn)).append("/FunctionUrlConfigs", config)


def event_source(drafts: Drafts, home: Home, uuid: str, whole: Piece) -> None:
    """Connect a queue or stream: ``FunctionArn`` and ``EventSourceArn``."""
    field = "ListEventSourceMappings.EventSourceMappings"
    drafts.put(home.id("lambda", field, uuid), whole.with_fields(UUID=uuid))


def statement_of(function_arn: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the statement that ``AddPermission`` makes of its parameters.

    Source: Lambda API Reference, "AddPermission"
    (https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html, read 2026-11): `Action`,
    `Principal`, `SourceArn`, `SourceAccount`, `PrincipalOrgID`, `FunctionUrlAuthType`, `EventSourceToken`,
    `InvokedViaFunctionUrl`, `StatementId`.
    """
    condition: dict[str, dict[str, Any]] = {}
    for name, operator, key in (
        ("SourceArn", "ArnLike", "AWS:SourceArn"),
        ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
        ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
        ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
        ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
        ("InvokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"),
    ):
        if fields.get(name) is not None:
            condition.setdefault(operator, {})[key] = fields[name]
    statement = {
        "Sid": fields.get("StatementId"),
        "Effect": "Allow",
        "Principal": _principal(fields.get("Principal")),
        "Action": fields.get("Action"),
        "Resource": function_arn,
        "Condition": condition or None,
    }
    return {name: value for name, value in statement.items() if value is not None}


def complete(drafts: Drafts) -> None:
    """Say that a function has no policy and no URL where code says nothing, and that each list ends here."""
    for draft in drafts.of("lambda", "ListFunctions.Functions"):
        home = Home(draft.id.scope, draft.id.region)
        drafts.assume(home.id("lambda", "GetPolicy", draft.id.key))
        drafts.assume(home.id("lambda", "ListFunctionUrlConfigs", draft.id.key), {"FunctionUrlConfigs": []})
    for home in sorted(drafts.homes):
        drafts.assume(home.id("lambda", "ListFunctions"), {})


def _policy(drafts: Drafts, home: Home, function_arn: str) -> Draft:
    draft = drafts.at(home.id("lambda", "GetPolicy", function_arn))
    if draft.body is None:
        draft.body = {"Policy": {"Version": "2012-10-17", "Statement": []}}
    return draft


def _principal(named: Any) -> Any:  # noqa: ANN401 - raw JSON
    if not isinstance(named, str):
        return {"AWS": named}
    if named == "*":
        return named
    return (
        {"Service": named} if named.endswith((".amazonaws.com", ".amazon.com")) else {"AWS": _account(named)}
    )


def _account(named: str) -> str:
    return f"arn:aws:iam::{named}:root" if named.isdecimal() else named
