"""What a reading of an estate leaves open about whole kinds of principals, as gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.gcp.agents import is_service_agent, project_number
from scanner.providers.gcp.members import GROUP, SERVICE_ACCOUNT, USER, describe
from scanner.providers.gcp.names import MANAGER
from scanner.providers.gcp.shape import section, sections, texts
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.snapshot import Snapshot

_FIELD = "ListAssets.RESOURCE"
_ACCESS = "ListAccessPolicies.accessPolicies"
# all that access policies can speak of: IAM REST reference, "v3", AccessPolicyRule; nobody asks for it here
_SPOKEN_OF = "eventarc.googleapis.com/messageBuses."


def of_access_policies(snapshot: Snapshot) -> Iterator[Gap]:
    """Yield a gap for each access policy that speaks of more than such policies are known to."""
    for document in snapshot.all("gcp", "iam", _ACCESS):
        for _, rule in sections(section(document.body, "details").get("rules")):
            operation = section(rule, "operation")
            named = {*texts(operation.get("permissions")), *texts(operation.get("excludedPermissions"))}
            more = sorted(p for p in named if not p.startswith(_SPOKEN_OF))
            if more or not named:
                what = ", ".join(more) or "an operation that is not known"
                yield Gap(document.id, "unparseable", f"an access policy speaks of {what}", "both")
                break


def gaps(members: Iterable[str], hierarchy: Hierarchy) -> Iterator[Gap]:
    """Yield what is not known of those whom policies name.

    A service agent is Google's, but acts for a project: for one that was not read it counts as an outsider.
    People are ours by their mail domain: where neither the configuration nor an organization tells one, all
    count as outsiders.
    """
    named = sorted(set(members))
    numbers = {
        project_number(member.removeprefix(SERVICE_ACCOUNT))
        for member in named
        if member.startswith(SERVICE_ACCOUNT) and is_service_agent(member.removeprefix(SERVICE_ACCOUNT))
    }
    for number in sorted(numbers - hierarchy.numbers - {""}):
        id_ = DocumentId("gcp", number, "", "cloudasset", _FIELD, f"{MANAGER}projects/{number}")
        yield Gap(id_, "not-collected", "whose project a service agent acts for is not known", "overstated")
    for member in named:
        if describe(member, hierarchy) is None:
            id_ = DocumentId("gcp", "", "", "iam", "Policy.members", member)
            detail = f"who `{member}` stands for is not known here"
            yield Gap(id_, "unparseable", detail, "understated")
    if not hierarchy.domains and any(member.startswith((USER, GROUP)) for member in named):
        id_ = DocumentId("gcp", "", "", "cloudasset", _FIELD, f"{MANAGER}organizations")
        yield Gap(
            id_,
            "not-collected",
            "which mail domains are ours is not known: set ours.gcp.domains",
            "overstated",
        )
