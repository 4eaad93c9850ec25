"""Our service accounts: those that the inventory lists, and those that some binding names.

Source: IAM REST reference, "ServiceAccount"
(https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts, read 2026-11).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.providers.gcp.access.question import Place
from scanner.providers.gcp.agents import is_service_agent
from scanner.providers.gcp.members import SERVICE_ACCOUNT, WORKLOAD, project_of
from scanner.providers.gcp.names import MANAGER
from scanner.providers.gcp.shape import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.access.bindings import Bindings
    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Inventory, Item

TYPE = "iam.googleapis.com/ServiceAccount"


@dataclass(frozen=True, slots=True)
class Account:
    """One of our service accounts. `item` is None when only bindings tell of it."""

    email: str
    project: str
    name: str
    chain: tuple[str, ...]
    item: Item | None = None

    @property
    def node(self) -> str:
        """The id in the graph."""
        return f"{SERVICE_ACCOUNT}{self.email}"

    @property
    def disabled(self) -> bool:
        """Whether nobody can act as it until it is enabled again."""
        return self.item is not None and self.item.data.get("disabled") is True


class Accounts:
    """Service accounts of our projects, by node."""

    def __init__(self, inventory: Inventory, hierarchy: Hierarchy, bindings: Bindings) -> None:
        found: dict[str, Account] = {}
        for item in inventory.of(TYPE):
            email = text(item.data.get("email")).lower() or item.name.rpartition("/")[2].lower()
            if "@" not in email:
                continue
            project = item.project or project_of(email, hierarchy) or ""
            account = Account(email, project, _name(project, email), item.chain, item)
            found.setdefault(account.node, account)  # by its number the inventory has it, by its address code
            bindings.move(item.name, account.name)
        for member in bindings.members():
            email = member.removeprefix(SERVICE_ACCOUNT)
            if not member.startswith(SERVICE_ACCOUNT) or member in found or WORKLOAD.fullmatch(member):
                continue
            owner = None if is_service_agent(email) else project_of(email, hierarchy)
            if owner is not None and hierarchy.is_ours(owner):
                chain = hierarchy.above(f"projects/{owner}")
                found[member] = Account(email, owner, _name(owner, email), chain)
        self._by_node = dict(sorted(found.items()))

    def __iter__(self) -> Iterator[Account]:
        return iter(self._by_node.values())

    def get(self, node: str) -> Account | None:
        """Return the account of a node, None when it is none of ours."""
        return self._by_node.get(node)

    def place(self, node: str) -> Place | None:
        """Return where permissions on an account are asked, None when it is none of ours, or disabled."""
        account = self._by_node.get(node)
        if account is None or account.disabled:
            return None
        return Place(
            account.name, TYPE, (account.name, *(f"{MANAGER}{c}" for c in account.chain)), account.chain
        )


def _name(project: str, email: str) -> str:
    return f"//iam.googleapis.com/projects/{project}/serviceAccounts/{email}"
