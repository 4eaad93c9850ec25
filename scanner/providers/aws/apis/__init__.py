"""APIs that stand in front of models: which method asks callers for what, and where it sends requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.apis import elsewhere, graphql, rest, web
from scanner.providers.aws.apis.routes import Door, Route
from scanner.providers.aws.hosts import Hosts
from scanner.providers.aws.network import REGISTRY, Front

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.library import Library
    from scanner.snapshot import Gap, Snapshot

__all__ = ["Apis", "Door", "Route"]


class Apis:
    """Every route by what it leads to."""

    def __init__(self, snapshot: Snapshot, library: Library) -> None:
        self._snapshot, self._hosts = snapshot, Hosts(snapshot)
        hosts = self._hosts
        found = [
            *rest.routes(snapshot, library, hosts),
            *web.routes(snapshot, hosts),
            *graphql.routes(snapshot, hosts),
        ]
        self._routes = {
            route.id: route for route in sorted(found, key=lambda route: (route.target, route.id))
        }

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes.values())

    def get(self, name: str) -> Route | None:
        """Return the route with an id."""
        return self._routes.get(name)

    def to(self, target: str) -> Iterator[Route]:
        """Yield the routes to the resource with an ARN."""
        return (route for route in self if route.leads_to(target))

    def gaps(self) -> Iterator[Gap]:
        """Yield what APIs call and where nothing known answers."""
        yield from elsewhere.gaps(self._snapshot, self._hosts)

    def fronts(self) -> Iterator[Front]:
        """Yield the routes that lead to load balancers, or to containers by a registry."""
        for route in self:
            if ":elasticloadbalancing:" not in route.target and REGISTRY not in route.target:
                continue
            if route.port:
                yield Front(route.id, route.target, route.document, route.pointer, ports=(route.port,))
            elif route.link is not None:
                body = route.link.body or {}
                yield Front(
                    name=route.id,
                    leads_to=route.target,
                    document=route.link,
                    pointer="",
                    subnets=tuple(body.get("SubnetIds") or ()),
                    groups=tuple(body.get("SecurityGroupIds") or ()),
                )
