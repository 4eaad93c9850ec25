"""How far an OIDC subject reaches, per issuer; each case has a near twin one separator away."""

from __future__ import annotations

import pytest

from scanner.rules.subjects import Scope, subject_scope

GITHUB = "https://token.actions.githubusercontent.com"
GITLAB, TERRAFORM, BUILDKITE = "https://gitlab.com", "https://app.terraform.io", "https://agent.buildkite.com"
CIRCLECI, EKS = "https://oidc.circleci.com/org/2f0c", "https://oidc.eks.us-east-1.amazonaws.com/id/ABCDEF0123"

CASES: list[tuple[str, str, Scope]] = [
    (GITHUB, "*", "any-subject"),
    (GITHUB, "**", "any-subject"),
    (GITHUB, "?*", "any-tenant"),
    (GITHUB, "repo:*", "any-tenant"),
    (GITHUB, "repo:acme*", "any-tenant"),
    (GITHUB, "repo:acme?/app:*", "any-tenant"),
    (GITHUB, "repo:*/app:ref:refs/heads/main", "any-tenant"),
    (GITHUB, "*:ref:refs/heads/main", "any-tenant"),
    (GITHUB, "repo:acme/*", "whole-tenant"),
    (GITHUB, "repo:acme/app*", "whole-tenant"),
    (GITHUB, "repo:acme@*", "whole-tenant"),
    (GITHUB, "repo:acme@123/app*", "whole-tenant"),
    (GITHUB, "repo:acme/app:*", "pinned"),
    (GITHUB, "repo:acme@123/app@456:*", "pinned"),
    (GITHUB, "repo:acme@123/app@*", "pinned"),
    (GITHUB, "repo:acme/app:ref:refs/heads/main", "pinned"),
    (GITHUB, "repository_owner:acme:*", "whole-tenant"),
    (GITHUB, "repository_owner:acme*", "any-tenant"),
    (GITHUB, "repository_id:123:*", "pinned"),
    (GITHUB, "job_workflow_ref:acme/flows/.github/workflows/x.yml@*", "pinned"),
    (GITHUB, "job_workflow_ref:acme/*", "whole-tenant"),
    (GITHUB, "actor:*", "any-tenant"),
    (GITHUB + "/acme", "*", "whole-tenant"),
    (GITHUB + "/acme", "repo:acme/app:*", "pinned"),
    (GITHUB + "/", "repo:*", "any-tenant"),
    ("token.actions.githubusercontent.com", "repo:acme/*", "whole-tenant"),
    ("https://ghes.example/_services/token", "*", "whole-tenant"),
    (GITLAB, "*", "any-subject"),
    (GITLAB, "project_path:acme*", "any-tenant"),
    (GITLAB, "project_path:*/app:ref_type:branch:ref:main", "any-tenant"),
    (GITLAB, "project_path:acme/*", "whole-tenant"),
    (GITLAB, "project_path:acme/sub/*", "whole-tenant"),
    (GITLAB, "project_path:acme/sub/app:ref_type:*", "pinned"),
    (TERRAFORM, "organization:*", "any-tenant"),
    (TERRAFORM, "organization:acme*", "any-tenant"),
    (TERRAFORM, "organization:acme:*", "whole-tenant"),
    (TERRAFORM, "organization:acme:project:*:workspace:prod:run_phase:*", "whole-tenant"),
    (TERRAFORM, "organization:acme:project:ml:workspace:*:run_phase:apply", "pinned"),
    (TERRAFORM, "organization:acme:project:ml:workspace:prod:run_phase:*", "pinned"),
    (BUILDKITE, "organization:*:pipeline:deploy:*", "any-tenant"),
    (BUILDKITE, "organization:acme:pipeline:*", "whole-tenant"),
    (BUILDKITE, "organization:acme:pipeline:deploy*", "whole-tenant"),
    (BUILDKITE, "organization:acme:pipeline:deploy:ref:*", "pinned"),
    (CIRCLECI, "*", "whole-tenant"),
    (CIRCLECI, "org/2f0c/project/*/user/*", "whole-tenant"),
    (CIRCLECI, "org/2f0c/project/77aa/*", "pinned"),
    (EKS, "*", "whole-tenant"),
    (EKS, "system:serviceaccount:ml:*", "pinned"),
    ("https://id.example", "*", "any-subject"),
    ("https://id.example", "user-*", "any-tenant"),
    ("https://id.example", "user-1", "pinned"),
]


@pytest.mark.parametrize(("issuer", "subject", "scope"), CASES, ids=[f"{i} {s}" for i, s, _ in CASES])
def test_subject_scope(issuer: str, subject: str, scope: Scope) -> None:
    assert subject_scope(issuer, subject) == scope
