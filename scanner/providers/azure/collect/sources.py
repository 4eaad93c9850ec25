"""Where answers come from: a cloud that is asked, or files that somebody fetched before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scanner.providers.azure.collect.client import Client
    from scanner.providers.azure.collect.table import Body, Row, Service


class Source(Protocol):
    """One of both. `who` names everything but the question that decides an answer; empty: not to be kept."""

    who: str

    def pages(self, service: Service, row: Row, path: str) -> Iterator[Body]:
        """Yield the answers to a question, page by page.

        Raises:
            Unreadable: where there are none, or not all of them, after those there are.
        """

    def loose(self) -> Iterable[Body]:
        """Yield resources that nobody has to ask for."""


class Live:
    """The cloud itself."""

    def __init__(self, arm: Client, graph: Client, scopes: Mapping[str, list[str]], who: str = "") -> None:
        self.who = who
        self._arm = arm
        self._graph = graph
        self._scopes = scopes

    def pages(self, service: Service, row: Row, path: str) -> Iterator[Body]:
        """Ask."""
        match service.api:
            case "resourcegraph":
                return self._arm.query(row.field, self._scopes, row.version)
            case "graph":
                return self._graph.get(f"/{row.version}{path}", row.query)
        return self._arm.get(path, {"api-version": row.version, **row.query})

    def loose(self) -> Iterable[Body]:
        """Yield nothing."""
        return ()

    def close(self) -> None:
        """Close the connections."""
        self._arm.close()
        self._graph.close()
