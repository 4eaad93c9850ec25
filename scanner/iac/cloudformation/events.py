"""What calls a function by itself, as SAM's ``Events`` say: services, pollers, routes of APIs.

Source: AWS SAM Developer Guide, "EventSource"
(https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html)
and "Generated CloudFormation resources" (read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import functions
from scanner.iac.cloudformation import webapis
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.cloudformation.made import Made
    from scanner.iac.written import Node

_POLLED: Final = {
    "DocumentDB": ("Cluster", ""),
    "DynamoDB": ("Stream", "service-role/AWSLambdaDynamoDBExecutionRole"),
    "Kinesis": ("Stream", "service-role/AWSLambdaKinesisExecutionRole"),
    "MQ": ("Broker", "service-role/AWSLambdaAMQExecutionRole"),
    "MSK": ("Stream", "service-role/AWSLambdaMSKExecutionRole"),
    "SQS": ("Queue", "service-role/AWSLambdaSQSQueueExecutionRole"),
    "SelfManagedKafka": ("", ""),
}
"""By type: what is read from, and the policy that SAM gives an implied role for it."""
_CALLING: Final = {
    "AlexaSkill": ("alexa-appkit.amazon.com", ""),
    "CloudWatchEvent": ("events.amazonaws.com", "rule"),
    "CloudWatchLogs": ("logs.amazonaws.com", ""),
    "Cognito": ("cognito-idp.amazonaws.com", ""),
    "EventBridgeRule": ("events.amazonaws.com", "rule"),
    "IoTRule": ("iot.amazonaws.com", ""),
    "S3": ("s3.amazonaws.com", ""),
    "SNS": ("sns.amazonaws.com", ""),
    "Schedule": ("events.amazonaws.com", "rule"),
}
"""By type: the service that gets a permission."""
_BY_ROLE: Final = {"ScheduleV2"}
"""A schedule of EventBridge Scheduler calls with a role of its own that only the scheduler takes."""


def read(made: Made, function: str) -> None:
    """Declare what the events of a function let call it."""
    for name, event in _events(made):
        kind, properties = event.text("Type"), event.get("Properties") or event
        if kind in {"Api", "HttpApi"}:
            webapis.event(made, function, name, kind, properties)
        elif kind in _POLLED:
            _polled(made, name, properties.get(_POLLED[kind][0]), function)
        elif kind in _CALLING:
            _called(made, name, kind, properties, function)
        elif kind not in _BY_ROLE:
            made.gap(f"what event {name} of type `{kind}` lets call it is not known", "understated")


def polled_with(made: Made) -> list[str]:
    """Return the policies of AWS's own that SAM gives an implied role for what the function polls."""
    kinds = {event.text("Type") for _, event in _events(made)}
    return sorted({_POLLED[kind][1] for kind in kinds & _POLLED.keys()} - {""})


def _polled(made: Made, name: str, source: Node | None, function: str) -> None:
    body: dict[str, Any] = {"FunctionArn": function}
    if source is not None and isinstance(source.value, str):
        body["EventSourceArn"] = source.value
    key = f"{made.resource.name}{name}"
    functions.event_source(made.drafts, made.home, key, made.with_lines(body))


def _called(made: Made, name: str, kind: str, properties: Node, function: str) -> None:
    """Let a service call the function, for the one resource that the event names."""
    service, rule = _CALLING[kind]
    fields: dict[str, Any] = {
        "Action": "lambda:InvokeFunction",
        "Principal": service,
        "StatementId": f"{made.resource.name}{name}Permission",
    }
    if kind == "S3":
        fields["SourceAccount"] = made.home.account
    elif rule:
        fields["SourceArn"] = made.home.arn("events", f"rule/{made.stack}-{made.resource.name}{name}*")
    else:
        fields |= _source(made, kind, properties)
    statement = functions.statement_of(function, fields)
    functions.permission(made.drafts, made.home, function, made.with_lines(statement, properties))


def _source(made: Made, kind: str, properties: Node) -> dict[str, Any]:
    """Return what a permission is limited to."""
    if kind == "AlexaSkill":
        skill = properties.text("SkillId")
        return {"EventSourceToken": skill} if skill else {}
    if kind == "SNS":
        topic = properties.get("Topic")
        return {"SourceArn": topic.plain()} if topic is not None else {}
    if kind == "CloudWatchLogs":
        group = properties.get("LogGroupName")
        told = group.value if group is not None and isinstance(group.value, str) else "*"
        return {"SourceArn": made.home.arn("logs", f"log-group:{told}:*")}
    if kind == "IoTRule":
        return {"SourceArn": made.home.arn("iot", f"rule/{made.stack}-*")}
    pool = properties.get("UserPool")  # of Cognito
    named = Unresolved.read(pool.plain()) if pool is not None else None
    told = pool.value if pool is not None and isinstance(pool.value, str) and named is None else "*"
    return {"SourceArn": made.home.arn("cognito-idp", f"userpool/{told}")}


def _events(made: Made) -> Iterator[tuple[str, Node]]:
    node = made.get("Events")
    yield from node.value.items() if node is not None and isinstance(node.value, dict) else ()
