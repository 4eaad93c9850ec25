"""The seam between Sidedoor and a cloud: collect, read, and three questions to what was read.

`rules` and `report` never import a provider; they see the nouns of `scanner.model`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.config import Config
    from scanner.model import Evidence, Hop, Path, Principal, Resource
    from scanner.providers.narrowing import Draft, Party, Refused
    from scanner.snapshot import Gap, Removal, Snapshot, SnapshotWriter


Progress: TypeAlias = Callable[[str, int, int], None]
"""Told of a collection's progress: stage, done, total."""


class Estate(Protocol):
    """One provider's part of one snapshot, indexed.

    Pure: the same questions get the same answers in the same order.
    """

    def facts(self) -> Iterable[Principal | Resource]:
        """Yield principals, foreign ones with a way in included, and resources that may be assets, sorted."""

    def hops_into(self, node: str) -> Iterable[Hop]:
        """Yield the hops into `node`, a principal's or asset's id, sorted; none for a foreign one."""

    def describe(self, node: str) -> Principal | Resource | None:
        """Return what is known of a node that a hop named, foreign principals included."""

    def coverage(self) -> Iterable[Gap]:
        """Yield what this reading found missing or unparseable, beyond the snapshot's own gaps."""


class Provider(Protocol):
    """One cloud."""

    name: str

    def collect(
        self,
        target: Any,  # noqa: ANN401 - each provider has a struct of its own
        writer: SnapshotWriter,
        on_progress: Progress | None = None,
    ) -> None:
        """Read the target through the official SDK into `writer`; what cannot be read becomes a gap.

        Raises:
            CollectError: when nothing can be asked at all (no credentials).
        """

    def read(self, snapshot: Snapshot, config: Config) -> Estate:
        """Index this provider's documents; never raises for malformed ones."""

    def narrowed(self, snapshot: Snapshot, ways: tuple[Path, ...], party: Party) -> Iterable[Draft | Refused]:
        """Propose what a third party gets instead of what lets it have `ways` today; nothing for no ways."""

    def removable(self, snapshot: Snapshot, hop: Hop, evidence: Evidence) -> Iterable[Removal]:
        """Yield what an owner would remove for evidence of a hop to be gone: it, or what binds it."""
