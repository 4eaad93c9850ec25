"""Kubernetes: clusters read from manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.config import Config
    from scanner.model import Evidence, Hop, Path
    from scanner.providers.base import Estate, Progress
    from scanner.providers.narrowing import Draft, Party, Refused
    from scanner.snapshot import Removal, Snapshot, SnapshotWriter


class Kubernetes:
    """The provider. Its documents come from code (`scanner.iac.kubernetes`); no cluster is asked yet."""

    name = "kubernetes"

    def collect(
        self,
        target: Any,  # noqa: ANN401 - there is none yet
        writer: SnapshotWriter,
        on_progress: Progress | None = None,
    ) -> None:
        """Refuse: nothing asks a live cluster.

        Raises:
            CollectError: always.
        """
        from scanner.errors import CollectError  # noqa: PLC0415 - only who asks pays

        del target, writer, on_progress
        raise CollectError(
            "no cluster is asked; write its objects to files with `kubectl get -o json` and read those by "
            "`sidedoor scan kubernetes --export`"
        )

    def read(self, snapshot: Snapshot, config: Config) -> Estate:
        """Index the Kubernetes documents of a snapshot."""
        from scanner.providers.kubernetes.estate import KubernetesEstate  # noqa: PLC0415 - only where collected

        return KubernetesEstate(snapshot, config)

    def narrowed(self, snapshot: Snapshot, ways: tuple[Path, ...], party: Party) -> Iterable[Draft | Refused]:
        """Refuse each way: rights in a cluster are for its namespaces, and name no asset."""
        from scanner.providers.narrowing import Refused  # noqa: PLC0415 - only who asks pays for it

        del snapshot, party
        return (Refused((way,), "rights in a cluster are for a namespace, and name no asset") for way in ways)

    def removable(self, snapshot: Snapshot, hop: Hop, evidence: Evidence) -> Iterable[Removal]:
        """Yield what an owner would remove for evidence of a hop to be gone."""
        from scanner.providers.narrowing import as_cited  # noqa: PLC0415 - only who asks pays for it

        del snapshot, hop
        return as_cited(evidence)
