"""Lambda: functions, who may call them, and what calls them by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.aws import Piece, functions
from scanner.iac.terraform.values import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made


def _function(made: Made) -> None:
    names = {"role": "Role", "package_type": "PackageType", "layers": "Layers", "runtime": "Runtime"}
    functions.function(made.drafts, made.home, made.name, Piece(made.fields(names), (made.place,)))


def _arn(made: Made) -> str | None:
    name = made.text("function_name")
    if name is None:
        return None
    if name.startswith("arn:"):
        return ":".join(name.split(":")[:7])  # a qualified ARN is of the same function
    return made.home.arn("lambda", f"function:{name}")


def _permission(made: Made) -> None:
    arn = _arn(made)
    if arn is None:
        return
    names = {
        "action": "Action",
        "principal": "Principal",
        "source_arn": "SourceArn",
        "source_account": "SourceAccount",
        "principal_org_id": "PrincipalOrgID",
        "function_url_auth_type": "FunctionUrlAuthType",
        "event_source_token": "EventSourceToken",
        "invoked_via_function_url": "InvokedViaFunctionUrl",
        "statement_id": "StatementId",
    }
    fields = {field: plain(made.body.get(attribute)) for attribute, field in names.items()}
    statement = functions.statement_of(arn, fields)
    functions.permission(made.drafts, made.home, arn, Piece(statement, (made.place,)))


def _url(made: Made) -> None:
    arn, word = _arn(made), made.text("authorization_type")
    if arn is not None and word is not None:
        functions.url(made.drafts, made.home, arn, made.piece(word))


def _event_source(made: Made) -> None:
    arn = _arn(made)
    if arn is not None:
        whole = {"FunctionArn": arn, **made.fields({"event_source_arn": "EventSourceArn"})}
        functions.event_source(made.drafts, made.home, made.address, Piece(whole, (made.place,)))


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_lambda_event_source_mapping": _event_source,
    "aws_lambda_function": _function,
    "aws_lambda_function_url": _url,
    "aws_lambda_permission": _permission,
}
