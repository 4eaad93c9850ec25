"""Services that run code or models as a role, and of which one list tells all: jobs, projects, stacks.

Code does not tell which instances Systems Manager can reach: that list stays unread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.aws.drafts import Drafts, Home, Piece

if TYPE_CHECKING:
    from typing import Any

_LISTS: Final = (
    ("apprunner", "ListServices"),
    ("bedrock", "ListCustomModels"),
    ("bedrock", "ListImportedModels"),
    ("bedrock-agentcore-control", "ListCodeInterpreters"),
    ("cloudformation", "DescribeStacks"),
    ("codebuild", "ListProjects"),
    ("glue", "GetDevEndpoints"),
    ("glue", "GetJobs"),
    ("sagemaker", "ListNotebookInstances"),
)


def listed(drafts: Drafts, home: Home, place: tuple[str, str, str], whole: Piece, **fields: Any) -> None:  # noqa: ANN401 - raw JSON
    """Declare what one document tells, at (service, field, key)."""
    service, field, key = place
    drafts.put(home.id(service, field, key), whole.with_fields(**fields))
    drafts.lived_in(home)


def build_project(drafts: Drafts, home: Home, name: str, whole: Piece) -> None:
    """Declare a project of CodeBuild: ``serviceRole``."""
    arn = home.arn("codebuild", f"project/{name}")
    listed(drafts, home, ("codebuild", "BatchGetProjects.projects", arn), whole, name=name, arn=arn)


def stack(drafts: Drafts, home: Home, name: str, whole: Piece) -> None:
    """Declare a stack of CloudFormation: ``RoleARN``."""
    arn = home.arn("cloudformation", f"stack/{name}/0")
    listed(drafts, home, ("cloudformation", "DescribeStacks.Stacks", arn), whole, StackName=name, StackId=arn)


def glue_job(drafts: Drafts, home: Home, name: str, whole: Piece) -> None:
    """Declare a job of Glue: ``Role``."""
    listed(drafts, home, ("glue", "GetJobs.Jobs", name), whole, Name=name)


def glue_endpoint(drafts: Drafts, home: Home, name: str, whole: Piece) -> None:
    """Declare a development endpoint of Glue: ``RoleArn``."""
    listed(drafts, home, ("glue", "GetDevEndpoints.DevEndpoints", name), whole, EndpointName=name)


def app_service(drafts: Drafts, home: Home, name: str, whole: Piece) -> None:
    """Declare a service of App Runner: ``InstanceConfiguration``."""
    arn = home.arn("apprunner", f"service/{name}")
    body = Piece({"Service": {"ServiceArn": arn, "ServiceName": name, **whole.body}}, whole.places)
    listed(drafts, home, ("apprunner", "DescribeService", arn), body)


def custom_model(drafts: Drafts, home: Home, name: str, whole: Piece) -> None:
    """Declare a custom model of Bedrock."""
    arn = home.arn("bedrock", f"custom-model/{name}")
    listed(drafts, home, ("bedrock", "GetCustomModel", arn), whole, modelArn=arn, modelName=name)
    drafts.assume(home.id("bedrock", "GetResourcePolicy", arn))


def complete(drafts: Drafts) -> None:
    """Say that each list ends here."""
    for home in sorted(drafts.homes):
        for service, field in _LISTS:
            drafts.assume(home.id(service, field), {})
