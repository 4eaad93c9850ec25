"""How far an OIDC subject glob reaches: one workload, one customer of the issuer, or anybody who signs up.

Known issuers are a table: what a subject starts with up to the end of the customer, and up to the end of
the workload (repository, project, workspace, pipeline). What a glob fixes is what stands before its first
wildcard.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple, TypeAlias

Scope: TypeAlias = Literal["any-subject", "any-tenant", "whole-tenant", "pinned"]
"""How far a glob reaches.

* any-subject: every token of an issuer that many share, or that is not known
* any-tenant: any customer of the issuer
* whole-tenant: one customer, whichever of its repositories, projects or pipelines
* pinned: one repository, project, workspace or pipeline, whichever branch, stage or environment
"""


class _Issuer(NamedTuple):
    """`url` matches the whole issuer, `tenant` and `workload` the fixed beginning of a subject.

    `tenant` None: each customer has an issuer of its own.
    """

    url: re.Pattern[str]
    tenant: re.Pattern[str] | None
    workload: re.Pattern[str]


def _issuer(url: str, tenant: str | None, workload: str) -> _Issuer:
    return _Issuer(re.compile(url), re.compile(tenant) if tenant else None, re.compile(workload))


_ISSUERS: Final = (
    # GitHub Docs, OpenID Connect reference: `repo:OWNER/REPO:…`, for newer repositories
    # `repo:OWNER@ID/REPO@ID:…`; `@` cannot appear in names, so `OWNER@` ends the owner (read 2026-11).
    # Customized subjects lead with a claim of their own.
    _issuer(
        r"https://token\.actions\.githubusercontent\.com",
        r"repo:[^/@:]+[/@]|repository_owner(_id)?:[^:]+:|enterprise(_id)?:[^:]+:|repository:[^/:]+/"
        r"|job_workflow_ref:[^/:]+/|repository_id:[^:]+:",
        r"repo:[^/:]+/[^/:@]+[:@]|repository:[^/:]+/[^/:]+:|repository_id:[^:]+:"
        r"|job_workflow_ref:[^/:]+/[^/:]+/[^@:]+@",
    ),
    # The same page: an enterprise on GHE.com, an enterprise with its own issuer, a server of its own.
    _issuer(
        r"https://token\.actions\.(githubusercontent\.com/.+|[^/]+\.ghe\.com.*)|https://[^/]+/_services/token",
        None,
        r"repo:[^/:]+/[^/:@]+[:@]",
    ),
    # GitLab Docs, OpenID Connect authentication using ID tokens: `project_path:GROUP/PROJECT:…`, always
    # first; groups nest (read 2026-11).
    _issuer(r"https://gitlab\.com", r"project_path:[^/:]+/", r"project_path:[^:]+/[^:]+:"),
    # HCP Terraform, Workload identity tokens:
    # `organization:ORG:project:PROJECT:workspace:WORKSPACE:run_phase:PHASE` (from use, the page's table was
    # not at hand). A project is the unit that is delegated, so one project counts as pinned.
    _issuer(r"https://app\.terraform\.io", r"organization:[^:]+:", r"organization:[^:]+:project:[^:]+:"),
    # Buildkite Docs, OIDC: `organization:ORG:pipeline:PIPELINE:…`; "agents in every Buildkite organization
    # share the same issuer" (read 2026-11).
    _issuer(r"https://agent\.buildkite\.com", r"organization:[^:]+:", r"organization:[^:]+:pipeline:[^:]+:"),
    # CircleCI Docs, Using OpenID Connect tokens in jobs: an issuer an organization,
    # `org/ORG/project/PROJECT/…` (read 2026-11).
    _issuer(r"https://oidc\.circleci\.com/org/[^/]+", None, r"org/[^/]+/project/[^/]+/"),
    # Amazon EKS User Guide, Assign IAM roles to Kubernetes service accounts: an issuer a cluster,
    # `system:serviceaccount:NAMESPACE:NAME` (read 2026-11). A namespace is the unit that is delegated.
    _issuer(r"https://oidc\.eks\.[^/]+/id/[0-9A-Fa-f]+", None, r"system:serviceaccount:[^:]+:"),
)


def subject_scope(issuer: str, subject: str) -> Scope:
    """Return how far the glob `subject` reaches among the tokens of `issuer`.

    `*` and `?` are wildcards. Of an issuer that is not known, a glob without wildcards is pinned and any
    other is read as if every customer shared the issuer: ``any-subject`` when it fixes nothing, else
    ``any-tenant``.
    """
    wild = re.search(r"[*?]", subject)
    if wild is None:
        return "pinned"
    fixed = subject[: wild.start()]
    url = f"https://{issuer.removeprefix('https://').rstrip('/')}"
    known = next((entry for entry in _ISSUERS if entry.url.fullmatch(url)), None)
    if known is None:
        return "any-tenant" if fixed else "any-subject"
    if known.workload.match(fixed):
        return "pinned"
    if known.tenant is None or known.tenant.match(fixed):
        return "whole-tenant"
    return "any-subject" if not subject.strip("*") else "any-tenant"
