"""Hops into a service account by a pull request that Cloud Build builds as it.

Where a trigger asks nobody for a comment, whoever may open a pull request on the repository has its code
built. Source: Cloud Build REST reference, "PullRequestFilter.CommentControl" and "BuildTrigger"
(https://cloud.google.com/build/docs/api/reference/rest/v1/projects.triggers, read 2026-11). Whether the
repository is public is not in Google's documents: such a hop is only possible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.model import Evidence, Hop
from scanner.providers.gcp.members import ANYONE, SERVICE_ACCOUNT
from scanner.providers.gcp.shape import section, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.estate import GcpEstate
    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Inventory, Item

_TRIGGER = "cloudbuild.googleapis.com/BuildTrigger"
_UNASKED = {"", "COMMENTS_DISABLED", "0"}


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops of anyone into a service account that builds pull requests; none for another node."""
    if not node.startswith(SERVICE_ACCOUNT) or estate.accounts.place(node) is None:
        return
    for item in estate.triggers.get(node, ()):
        said = _of_anyone(item)
        if said is None:
            continue
        pointer, repository, filter_ = said
        proof = Evidence(
            str(item.document.id), f"{item.base}{pointer}", msgspec.json.encode(filter_).decode()
        )
        missing = (f"whether the repository {repository} takes pull requests from anyone",)
        yield Hop(node, ANYONE, "run-code", certainty="possible", evidence=(proof,), missing=missing)


def _of_anyone(item: Item) -> tuple[str, str, dict[str, object]] | None:
    """Return where a trigger takes pull requests unasked, of which repository; None when it takes none."""
    if (
        item.data.get("disabled") is True
        or section(item.data, "approvalConfig").get("approvalRequired") is True
    ):
        return None
    for key in ("github", "repositoryEventConfig"):
        event = section(item.data, key)
        filter_ = section(event, "pullRequest")
        if filter_ and text(filter_.get("commentControl")) in _UNASKED:
            named = "/".join(part for part in (text(event.get("owner")), text(event.get("name"))) if part)
            return f"/{key}/pullRequest", named or text(event.get("repository")), filter_
    return None


def by_account(inventory: Inventory, hierarchy: Hierarchy) -> dict[str, tuple[Item, ...]]:
    """Return the triggers by the account that they build as; that of the project where they name none."""
    found: dict[str, tuple[Item, ...]] = {}
    for item in inventory.of(_TRIGGER):
        email = text(item.data.get("serviceAccount")).rpartition("/")[2].lower()
        container = hierarchy.containers.get(f"projects/{item.project}")
        number = container.number if container else ""
        node = f"{SERVICE_ACCOUNT}{email or f'{number}@cloudbuild.gserviceaccount.com'}"
        found[node] = (*found.get(node, ()), item)
    return found
