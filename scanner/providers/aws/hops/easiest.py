"""Of many hops between the same two nodes, those that no easier one makes superfluous."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import CERTAINTIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model import Hop


def easiest(hops: Iterable[Hop]) -> Iterator[Hop]:
    """Yield hops as they come, but none that demands as much as an earlier one; ends at one without demands.

    The hops must have one source and one target.
    """
    kept: list[Hop] = []
    for hop in hops:
        if any(_covers(earlier, hop) for earlier in kept):
            continue
        kept.append(hop)
        yield hop
        if hop.certainty == "proven" and not hop.guards and not hop.assumed:
            return


def _covers(one: Hop, other: Hop) -> bool:
    """Tell whether whoever takes the other hop could take the one, as surely."""
    return (
        CERTAINTIES.index(one.certainty) <= CERTAINTIES.index(other.certainty)
        and set(one.guards) <= set(other.guards)
        and set(one.assumed) <= set(other.assumed)
    )
