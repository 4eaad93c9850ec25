"""Where weights lie beside buckets, and second doors to them: facts only, one kind of place a file.

What a caller can do at each place is the business of `hops`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.stores import (
    agentcore,
    backups,
    directory_buckets,
    disks,
    file_systems,
    images,
    mounted,
    published,
    services,
    upstreams,
)
from scanner.providers.aws.stores.access_grants import read_access_grants, read_grantable
from scanner.providers.aws.stores.access_points import read_access_points
from scanner.providers.aws.stores.agentcore import read_agents
from scanner.providers.aws.stores.backups import Backups
from scanner.providers.aws.stores.directory_buckets import read_directory_buckets
from scanner.providers.aws.stores.disks import read_disks
from scanner.providers.aws.stores.file_systems import read_file_systems
from scanner.providers.aws.stores.images import read_repositories
from scanner.providers.aws.stores.mounted import read_mounted
from scanner.providers.aws.stores.published import read_published
from scanner.providers.aws.stores.scripts import read_scripts
from scanner.providers.aws.stores.shares import read_shares
from scanner.providers.aws.stores.studio import read_profiles
from scanner.providers.aws.stores.transfers import leaving, read_transfers
from scanner.providers.aws.stores.unfollowed import unfollowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model import Resource
    from scanner.providers.aws.library import Library
    from scanner.providers.aws.organization import Organization
    from scanner.snapshot import Gap, Snapshot


class Stores:
    """Every such place of one snapshot; `resources` are those that may be assets, by id.

    `located` are the resources already known, among them the S3 locations that something names.
    """

    def __init__(self, snapshot: Snapshot, library: Library, located: Iterable[Resource]) -> None:
        self._snapshot = snapshot
        self._library = library
        known = tuple(located)
        self.access_points = read_access_points(snapshot, library)
        self.access_grants = read_access_grants(snapshot, library)
        self.grantable = read_grantable(snapshot)
        self.directory_buckets = read_directory_buckets(snapshot, library)
        uses = images.read_uses(snapshot)
        self.repositories = read_repositories(snapshot, library, uses)
        self.cached = upstreams.read_cached(snapshot, uses, self.repositories)
        self.running_as = images.by_role(self.repositories.values())
        self.disks = read_disks(snapshot)
        self.studio = read_profiles(snapshot)
        self.shares = read_shares(snapshot)
        self.agents = read_agents(snapshot, library)
        self.file_systems = read_file_systems(snapshot, library)
        self.scripts = read_scripts(snapshot)
        self.mounted = read_mounted(snapshot, self.file_systems.values())
        self.published = read_published(snapshot)
        self.transfers = read_transfers(snapshot)
        self.backups = Backups(snapshot, library)
        found = [
            *directory_buckets.resources(self.directory_buckets.values(), known),
            *images.resources(snapshot, self.repositories.values()),
            *disks.resources(self.disks.values()),
            *services.resources(snapshot),
            *agentcore.resources(self.agents.values()),
            *file_systems.resources(self.file_systems.values()),
            *mounted.resources(snapshot),
            *published.resources(self.published.values()),
            *backups.resources(self.backups),
        ]
        self.resources: dict[str, Resource] = {resource.id: resource for resource in sorted(found)}

    def unfollowed(self, organization: Organization) -> Iterator[Gap]:
        """Yield a gap for each document that is read and not followed."""
        yield from unfollowed(self._snapshot)
        yield from leaving(self.transfers)
        yield from upstreams.unfollowed(self.cached)
        yield from upstreams.open_templates(self._snapshot, self._library, organization)
        systems = self.file_systems.values()
        located = {arn for arn, found in self.mounted.items() if found.interfaces}
        yield from file_systems.open_to_the_network(systems, self.resources.values(), located)
