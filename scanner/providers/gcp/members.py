"""Members of policies as nodes of the graph: one spelling each, and whose they are.

Source: IAM documentation, "Principal identifiers"
(https://cloud.google.com/iam/docs/principal-identifiers, read 2026-11). Deny, boundary and access policies
spell the same people differently (``principal://goog/subject/MAIL``); `normal` reads both. Mail addresses are
compared in lower case.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from scanner.model import Principal
from scanner.providers.gcp.agents import container_of_agent, is_service_agent

if TYPE_CHECKING:
    from scanner.providers.gcp.hierarchy import Hierarchy

ANYONE = "*"
ANY_ACCOUNT = "allAuthenticatedUsers"
USER, GROUP, SERVICE_ACCOUNT, DOMAIN = "user:", "group:", "serviceAccount:", "domain:"
SOMEBODY = "user:*"
"""A member that code leaves open: one person or account, nobody knows which."""
FEDERATED = ("principal://", "principalSet://")
DELETED = "deleted:"
CONVENIENCE = {
    "projectViewer:": "roles/viewer",
    "projectEditor:": "roles/editor",
    "projectOwner:": "roles/owner",
}
DELEGATING = "#delegating"
"""Marks a service account through which tokens of others are asked for: `hops.impersonate`."""
_MAILS = (USER, GROUP, SERVICE_ACCOUNT, DOMAIN)
_PROVIDER = "//iam.googleapis.com/"
_BLOCK = re.compile(r"[0-9a-fA-F:.]+/\d{1,3}")
_SUBJECT = re.compile(r"(?P<issuer>https://\S+) sub=(?P<subject>\S.*)")
_OTHER_SPELLINGS = (
    (re.compile(r"principal://goog/subject/(.+)"), r"user:\1"),
    (re.compile(r"principalSet://goog/group/(.+)"), r"group:\1"),
    (re.compile(r"principal://iam\.googleapis\.com/projects/-/serviceAccounts/(.+)"), r"serviceAccount:\1"),
    (re.compile(r"principalSet://goog/public:all(AuthenticatedUsers)?"), r"allUsers"),
)
# IAM documentation, "Principal identifiers", GKE: both spell one Kubernetes service account
_KUBERNETES = re.compile(
    r"principal://iam\.googleapis\.com/projects/[^/]+/locations/global/workloadIdentityPools/"
    r"(?P<pool>[^/]+\.svc\.id\.goog)/subject/ns/(?P<namespace>[^/]+)/sa/(?P<name>[^/]+)"
)
WORKLOAD = re.compile(
    r"serviceAccount:(?P<pool>[^\[/]+\.svc\.id\.goog)\[(?P<namespace>[^/\]]+)/(?P<name>[^\]]+)\]"
)
POOL = re.compile(
    r"principal(?:Set)?://iam\.googleapis\.com/(?P<pool>projects/(?P<project>[^/]+)/locations/global/workloadIdentityPools/"
    r"[^/]+|locations/global/workforcePools/[^/]+)/(?P<what>.+)"
)
_ANY_OF_POOL = re.compile(
    r"principal(?:Set)?"
    r"(://iam\.googleapis\.com/(?:projects/[^/*]+/)?locations/global/work(?:load|force)\w*Pools/[^/*]+/)"
)
CONTAINER_SET = re.compile(
    r"principalSet://cloudresourcemanager\.googleapis\.com/"
    r"(?P<container>(?:projects|folders|organizations)/[^/]+)(?:/type/(?P<type>[^/]+))?"
)
"""All identities of a container, or those of one type; allow policies may say it too."""
CUSTOMER = "principalSet://goog/cloudIdentityCustomerId/"
_AGENT_IDENTITY = re.compile(
    r"principal(?:Set)?://agents\.global\.(?P<kind>org|proj)[a-z]*-(?P<number>\d+)\.system\.id\.goog/(?P<what>.+)"
)
_DEFAULTS = (
    re.compile(r"(?P<project>\d+)-compute@developer\.gserviceaccount\.com"),
    re.compile(r"(?P<project>\d+)@cloudbuild\.gserviceaccount\.com"),
    re.compile(r"(?P<project>[^@]+)@appspot\.gserviceaccount\.com"),
    re.compile(r"[^@]+@(?P<project>[^@]+)\.iam\.gserviceaccount\.com"),
)


def normal(member: str, hierarchy: Hierarchy) -> str:
    """Return a member as the graph knows it; ``*`` is anyone without an account."""
    for form, spelled in _OTHER_SPELLINGS:
        found = form.fullmatch(member)
        if found:
            member = found.expand(spelled)
    if member == "allUsers":
        return ANYONE
    workload = _KUBERNETES.fullmatch(member)
    if workload:
        return f"{SERVICE_ACCOUNT}{workload['pool']}[{workload['namespace']}/{workload['name']}]"
    if member.startswith(_MAILS):
        kind, _, name = member.partition(":")
        return f"{kind}:{name.lower()}"
    if member.startswith(FEDERATED):
        return hierarchy.canonical(member)
    return member


def could_be(like: str) -> str:
    """Return the member that stands for whomever a glob of a member may mean.

    Of people of one mail domain it is the domain, of identities of one pool the pool, else the glob itself:
    somebody. That a value left open is ``allUsers`` is not taken for possible: that word is written out.
    """
    kind, _, name = like.partition(":")
    pool = _ANY_OF_POOL.match(like)
    if pool:
        return f"principalSet{pool[1]}*"
    if f"{kind}:" not in _MAILS:
        return SOMEBODY
    home = name.rpartition("@")[2]
    is_fixed = home and not {"*", "?"} & set(home)
    return f"{DOMAIN}{home}" if is_fixed and f"{kind}:" == USER else like


def project_of(account: str, hierarchy: Hierarchy) -> str | None:
    """Return the project of a service account's address, by id where it is known; None for no such address.

    Source: IAM documentation, "Types of service accounts"
    (https://cloud.google.com/iam/docs/service-account-types, read 2026-11). In the address of a project of an
    organization's domain the domain comes last: ``name@project.example.com.iam…`` of ``example.com:project``.
    """
    for form in _DEFAULTS:
        found = form.fullmatch(account.lower())
        if found:
            project = found["project"]
            if "." in project and form is _DEFAULTS[-1]:
                name, _, domain = project.partition(".")
                project = f"{domain}:{name}"
            return hierarchy.key(f"projects/{project}").removeprefix("projects/")
    return None


def describe(node: str, hierarchy: Hierarchy) -> Principal | None:
    """Return the principal of a node, None when it is no member.

    What is marked (``#…``) is the same principal in a position of its own.
    """
    base, mark, _ = node.partition("#")
    if mark and base.startswith((SERVICE_ACCOUNT, *FEDERATED)):
        found = describe(base, hierarchy)
        return None if found is None else msgspec.structs.replace(found, id=node)
    token = _SUBJECT.fullmatch(node)
    if token:
        return Principal(node, "oidc", "gcp", name=node, issuer=token["issuer"], subject=token["subject"])
    return _anybody(node) or _member(node, hierarchy)


def _anybody(node: str) -> Principal | None:
    if node == ANYONE:
        return Principal(ANYONE, "anonymous", "gcp", name="anyone")
    if node == ANY_ACCOUNT:
        return Principal(node, "any-account", "gcp", name="anyone with a Google account")
    return Principal(node, "network", "gcp", name=node) if _BLOCK.fullmatch(node) else None


def _member(node: str, hierarchy: Hierarchy) -> Principal | None:
    kind, _, name = node.partition(":")
    if node.startswith((USER, GROUP, DOMAIN)):
        home = name.rpartition("@")[2]
        return Principal(node, kind, "gcp", scope=home, name=name, ours=home in hierarchy.domains)
    if node.startswith(SERVICE_ACCOUNT):
        return _account(node, name, hierarchy)
    if f"{kind}:" in CONVENIENCE:
        return Principal(node, "account", "gcp", scope=name, name=node, ours=hierarchy.is_ours(name))
    return _of_container(node, hierarchy) or _of_pool(node, hierarchy)


def _of_container(node: str, hierarchy: Hierarchy) -> Principal | None:
    """Return all identities of a project, folder, organization or customer as one principal."""
    if node.startswith(CUSTOMER):
        customer = node.removeprefix(CUSTOMER)
        ours = customer in hierarchy.customers
        return Principal(node, "organization", "gcp", scope=customer, name=customer, ours=ours)
    found = CONTAINER_SET.fullmatch(node)
    if found is not None:
        key = hierarchy.key(found["container"])
        word, _, id_ = key.partition("/")
        kind = "account" if word == "projects" else "organization"
        return Principal(node, kind, "gcp", scope=id_, name=key, ours=hierarchy.holds(key))
    agent = _AGENT_IDENTITY.fullmatch(node)
    if agent is None:
        return None
    at = f"{'organizations' if agent['kind'] == 'org' else 'projects'}/{agent['number']}"
    return Principal(
        node, "workload", "gcp", scope=agent["number"], name=agent["what"], ours=hierarchy.holds(at)
    )


def _of_pool(node: str, hierarchy: Hierarchy) -> Principal | None:
    if node.startswith(_PROVIDER):
        return Principal(node, "saml", "gcp", name=node.rpartition("/")[2], issuer=node)
    pool = POOL.fullmatch(node)
    if pool is None:
        return None
    scope = pool["project"]
    # a workforce pool lies in an organization, which its name does not tell
    ours = hierarchy.is_ours(scope) if scope else pool["pool"] in hierarchy.workforce
    return Principal(node, "workload", "gcp", scope=scope, name=pool["what"], ours=ours)


def _account(node: str, name: str, hierarchy: Hierarchy) -> Principal:
    workload = WORKLOAD.fullmatch(node)
    if workload:
        project = workload["pool"].removesuffix(".svc.id.goog")
        ours = hierarchy.is_ours(project)
        return Principal(node, "workload", "gcp", scope=project, name=workload["name"], ours=ours)
    if is_service_agent(name):
        at = container_of_agent(name)
        ours = not at or hierarchy.holds(hierarchy.key(at))
        return Principal(node, "service", "gcp", scope=at.partition("/")[2] or None, name=name, ours=ours)
    owner = project_of(name, hierarchy)
    ours = owner is not None and hierarchy.is_ours(owner)
    return Principal(node, "service-account", "gcp", scope=owner, name=name, ours=ours)
