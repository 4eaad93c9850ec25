"""What SAM makes of its short forms: functions with roles, URLs and what calls them, state machines, APIs.

Source: AWS SAM Developer Guide, "AWS SAM resources and properties", "Generated CloudFormation resources for
AWS SAM"
(https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html,
read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import functions, iam
from scanner.iac.aws.managed import arn_of
from scanner.iac.cloudformation import connectors, events, policy_templates, webapis
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.cloudformation.made import Made
    from scanner.iac.written import Node

# both permissions that such a URL asks for: Lambda Developer Guide, "Control access to Lambda function URLs"
# (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html, read 2026-11-22)
_OPEN_URL: Final = (
    {"StatementId": "public", "Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"},
    {"StatementId": "public-call", "Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": "true"},
)
_BASIC: Final = "service-role/AWSLambdaBasicExecutionRole"


def _function(made: Made) -> None:
    """Make the function, its role, its URL with a permission for everyone, and what calls it."""
    name = made.name
    if name is None:
        return
    body = made.closed("Role", "PackageType", "Runtime", "Handler")
    body["Layers"] = [{"Arn": layer} for layer, _ in made.texts("Layers")]
    if made.get("Role") is None:
        body["Role"] = role = _implied_role(made, "lambda.amazonaws.com")
        iam.attach(made.drafts, role, made.with_lines(managed(made, _BASIC)))
        for policy in events.polled_with(made):
            iam.attach(made.drafts, role, made.with_lines(managed(made, policy)))
        connectors.connect(made, role)
    arn = functions.function(made.drafts, made.home, name, made.with_lines(body))
    _url(made, arn)
    events.read(made, arn)


def _url(made: Made, arn: str) -> None:
    url, kind = made.get("FunctionUrlConfig"), made.text("FunctionUrlConfig", "AuthType")
    if url is None or kind is None:
        return
    functions.url(made.drafts, made.home, arn, made.with_lines(kind, url))
    if kind == "NONE":
        for fields in _OPEN_URL:
            statement = functions.statement_of(arn, {"Principal": "*", **fields})
            functions.permission(made.drafts, made.home, arn, made.with_lines(statement, url))


def _state_machine(made: Made) -> None:
    """Make the role of a state machine; what its definition does with it is not followed."""
    if made.get("Role") is None:
        connectors.connect(made, _implied_role(made, "states.amazonaws.com"))
    made.gap("what calls it, and what it does, is not read", "understated", "not-implemented")


def _implied_role(made: Made, service: str) -> str:
    """Make the role of a function or state machine that names none."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    trust = made.with_lines({"Version": "2012-10-17", "Statement": [statement]})
    told = made.text("RolePath")
    arn = iam.role(
        made.drafts,
        made.home,
        f"{made.stack}-{made.resource.name}Role",
        made.whole,
        path=told if told is not None and told.startswith("/") else "/",
        trust=made.document("AssumeRolePolicyDocument") or trust,
    )
    boundary = made.text("PermissionsBoundary")
    if made.get("PermissionsBoundary") is not None:
        # an ARN that no policy has stands for one that cannot be told: unread, never everything
        shown = boundary or "a boundary that cannot be told"
        iam.boundary(made.drafts, arn, made.with_lines(shown, made.get("PermissionsBoundary")))
    policies = made.get("Policies")
    listed: list[Node] = []
    if policies is not None:
        listed = policies.value if isinstance(policies.value, list) else [policies]
    for index, item in enumerate(listed):
        _implied_policy(made, arn, f"policy-{index}", item)
    return arn


def _implied_policy(made: Made, role: str, name: str, item: Node) -> None:
    """Add one entry of ``Policies``: a managed policy's name or ARN, a document, or a template of SAM's."""
    if isinstance(item.value, str):
        iam.attach(made.drafts, role, made.with_lines(managed(made, item.value), item))
        return
    if item.get("Statement") is not None:
        document = made.as_policy(item)
    else:
        template, given = (
            next(iter(item.value.items()), ("", item)) if isinstance(item.value, dict) else ("", item)
        )
        statements = policy_templates.statements(template, given, made.home)
        if statements == []:
            return
        document = None if statements is None else made.with_lines({"Statement": statements}, item)
        if document is None:
            told = Unresolved.read(item.plain())
            shown = told.expression[:100] if told is not None else template
            made.gap(
                f"what `{shown}` of its Policies allows cannot be told", "understated", "not-implemented"
            )
    if document is not None:
        iam.inline_policy(made.drafts, role, name, document)


def managed(made: Made, named: str) -> str:
    """Return the ARN of a policy of AWS's own, which SAM takes by name."""
    return named if named.startswith("arn:") else arn_of(named, made.home.partition)


def _nothing(made: Made) -> None:
    """Pass over a resource whose template is read as a stack, or that says nothing about who reaches what."""
    del made


TYPES: Final[dict[str, Callable[[Made], Any]]] = {
    "AWS::Serverless::Api": webapis.rest,
    "AWS::Serverless::Connector": connectors.check,
    "AWS::Serverless::Function": _function,
    "AWS::Serverless::HttpApi": webapis.web,
    "AWS::Serverless::LayerVersion": _nothing,
    "AWS::Serverless::SimpleTable": _nothing,
    "AWS::Serverless::StateMachine": _state_machine,
}
