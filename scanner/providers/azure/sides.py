"""On which side of a firewall stands who acts through a group: a guest is outside wherever its role is from.

A group that outsiders are in, or can join, has two nodes before a firewall: one for those of ours and one for
the others. Hops lead into each from its own side alone. An application that acts for somebody is outside:
where it stands is its owner's to choose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from scanner.providers.azure.consents import ACTING
from scanner.providers.azure.directory import listed_ids
from scanner.providers.azure.documents import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.azure.consents import Api
    from scanner.providers.azure.estate import AzureEstate

INSIDE: Final = "#inside"
OUTSIDE: Final = "#outside"


class Sides:
    """Answers for every node; groups are looked into once."""

    def __init__(self, estate: AzureEstate) -> None:
        self._estate = estate
        self._mixed: dict[str, bool] = {}
        self._joining: bool | None = None

    def of(self, node: str, api: Api = "", is_open: bool = False) -> tuple[tuple[str, bool], ...]:
        """Return the nodes that stand for a node before a firewall, each with whether it is outside.

        Args:
            node: Who stands there.
            api: Whose tokens the firewall's service takes, with a node for those who act for `node`.
            is_open: The firewall lets everybody in, so that sides make no difference.
        """
        own = ((node, True),) if is_open or ACTING in node else self._of(node)
        base = base_of(node)
        if api and ACTING not in node and self._estate.consents.applies(base, api):
            return (*own, (f"{base}{ACTING}{api}", True))
        return own

    def _of(self, node: str) -> tuple[tuple[str, bool], ...]:
        if node.endswith((INSIDE, OUTSIDE)):
            return ((node, node.endswith(OUTSIDE)),)
        root = self._estate.root_of(node)
        if not root.startswith("/groups/"):
            return ((node, self._estate.is_outside(root)),)
        if root not in self._mixed:
            self._mixed[root] = self._is_mixed(root)
        return (
            ((f"{node}{INSIDE}", False), (f"{node}{OUTSIDE}", True))
            if self._mixed[root]
            else ((node, False),)
        )

    def _is_mixed(self, group: str) -> bool:
        estate = self._estate
        inside = estate.membership.inside(group)
        owners = {
            estate.directory.node(oid)
            for node in inside
            if (owned := estate.documents.graph_object("groups.owners", node.rpartition("/")[2])) is not None
            for oid in listed_ids(owned)
        }
        if self._joining is None:
            self._joining = any(self._puts_in(node) for node in estate.powers.joining())
        return (
            self._joining
            or any(estate.is_outside(node) or self._has_rule(node) for node in inside)
            or any(self._puts_in(node) or self._has_rule(node) for node in owners)
        )

    def _puts_in(self, node: str) -> bool:
        """Tell whether who may change members of a group is outside, or an application that acts for them."""
        return self._estate.is_outside(node) or self._estate.consents.joins(node)

    def _has_rule(self, node: str) -> bool:
        """Tell whether a rule picks who is in a group: outsiders may come to meet it."""
        member = self._estate.directory.member(node)
        return (
            member is not None
            and member.document is not None
            and "DynamicMembership" in texts(member.document.body, "/groupTypes")
        )


def base_of(node: str) -> str:
    """Return the node that a node of one side, or for one API, stands for, itself for any other."""
    return node.partition(ACTING)[0].removesuffix(INSIDE).removesuffix(OUTSIDE)


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield the hops into one side of a group, or of a copy of a group; none for another node."""
    if not node.endswith((INSIDE, OUTSIDE)):
        return
    base = base_of(node)
    wanted = node.endswith(OUTSIDE)
    for hop in estate.hops_into(base):
        for source, outside in estate.sides.of(hop.source):
            if outside == wanted:
                yield replace(hop, target=node, source=source)
