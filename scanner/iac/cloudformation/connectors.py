"""SAM's connectors: what a function or state machine may do to a resource that it is connected to.

Source: AWS SAM Developer Guide, "Supported source and destination resource types for connectors", "IAM
permissions created by AWS SAM"
(https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html,
read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import iam

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.cloudformation.made import Made
    from scanner.iac.written import Node

_CONNECTOR: Final = "AWS::Serverless::Connector"
_SHORT: Final = {
    "AWS::Serverless::Function": "function",
    "AWS::Lambda::Function": "function",
    "AWS::Serverless::StateMachine": "state machine",
    "AWS::StepFunctions::StateMachine": "state machine",
    "AWS::S3::Bucket": "bucket",
}
_APART: Final = {
    *("AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable", "AWS::SQS::Queue", "AWS::SNS::Topic"),
    *("AWS::Events::EventBus", "AWS::Location::PlaceIndex"),
}
"""Destinations of which nothing is followed."""
_OBJECTS: Final = ("{arn}", "{arn}/*")
_ALLOWED: Final[dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]]] = {
    ("bucket", "Read"): (
        (
            *("s3:GetObject", "s3:GetObjectAcl", "s3:GetObjectLegalHold", "s3:GetObjectRetention"),
            *("s3:GetObjectTorrent", "s3:GetObjectVersion", "s3:GetObjectVersionAcl", "s3:ListBucket"),
            *("s3:GetObjectVersionForReplication", "s3:GetObjectVersionTorrent", "s3:ListBucketVersions"),
            *("s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts"),
        ),
        _OBJECTS,
    ),
    ("bucket", "Write"): (
        (
            *("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject"),
            *("s3:PutObjectLegalHold", "s3:PutObjectRetention", "s3:RestoreObject"),
        ),
        _OBJECTS,
    ),
    ("function", "Write"): (("lambda:InvokeAsync", "lambda:InvokeFunction"), ("{arn}",)),
    ("state machine", "Write"): (("states:StartExecution", "states:StartSyncExecution"), ("{arn}",)),
}


def connect(made: Made, role: str) -> None:
    """Give the role of a function or state machine what its connectors allow."""
    for name, connector in _connectors(made):
        node = connector.get("Destination")
        listed = (node.value if isinstance(node.value, list) else [node]) if node is not None else []
        words = connector.get("Permissions")
        kinds = [str(word.value) for word in (words.below() if words is not None else ())]
        for destination in listed:
            _allow(made, role, name, made.within.resolver.value(destination), kinds)


def _allow(made: Made, role: str, name: str, destination: Node, kinds: list[str]) -> None:
    target = made.within.template.resources.get(destination.text("Id"))
    type_ = target.type if target is not None else destination.text("Type")
    arn = made.within.names.of(target).get("Arn") if target is not None else destination.text("Arn")
    if type_ in _APART:
        return
    statements: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": list(actions), "Resource": [form.format(arn=arn) for form in forms]}
        for kind in kinds
        for actions, forms in [_ALLOWED.get((_SHORT.get(type_, ""), kind), ((), ()))]
        if actions
    ]
    if not statements or not isinstance(arn, str) or not arn:
        why = f"what connector {name} allows is not known"
        made.gap(why, "understated", "not-implemented")
        return
    document = made.with_lines({"Version": "2012-10-17", "Statement": statements}, destination)
    iam.inline_policy(made.drafts, role, f"{name}Policy", document)


def _connectors(made: Made) -> Iterator[tuple[str, Node]]:
    """Yield (name, properties) of the connectors whose source a resource is."""
    own = made.resource.node.get("Connectors")
    for name, node in own.value.items() if own is not None and isinstance(own.value, dict) else ():
        yield f"{made.resource.name}{name}", node.get("Properties") or node
    for resource in made.within.template.resources.values():
        if resource.type == _CONNECTOR and resource.properties.text("Source", "Id") == made.resource.name:
            yield resource.name, resource.properties


def check(made: Made) -> None:
    """Say of a connector that is not followed: whose source is another, or has a role that it names."""
    source = made.within.template.resources.get(made.text("Source", "Id") or "")
    followed = ("AWS::Serverless::Function", "AWS::Serverless::StateMachine")
    if source is None or source.type not in followed or source.properties.get("Role") is not None:
        made.gap("what this connector allows is not followed", "understated", "not-implemented")
