"""Projects of CodeBuild: whoever starts a build of one runs commands as its role.

Source of the fields: AWS CodeBuild API Reference, "BatchGetProjects"
(https://docs.aws.amazon.com/codebuild/latest/APIReference/API_BatchGetProjects.html, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.iac.aws.drafts import Home, Piece

if TYPE_CHECKING:
    from scanner.iac.aws.drafts import Drafts


def project(drafts: Drafts, home: Home, name: str, whole: Piece) -> str:
    """Declare a project: ``serviceRole``, ``buildBatchConfig``. Returns its ARN."""
    arn = home.arn("codebuild", f"project/{name}")
    piece = Piece({"name": name, "arn": arn, **whole.body}, whole.places)
    drafts.put(home.id("codebuild", "BatchGetProjects.projects", name), piece)
    drafts.lived_in(home)
    return arn


def complete(drafts: Drafts) -> None:
    """Say that each list of projects ends here, where code has any."""
    for draft in drafts.of("codebuild", "BatchGetProjects.projects"):
        drafts.assume(Home(draft.id.scope, draft.id.region).id("codebuild", "ListProjects"), {})
