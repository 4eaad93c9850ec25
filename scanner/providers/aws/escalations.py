"""The permission sets by which a principal acts as another one, as shipped in ``hops/escalations.yaml``.

`ids` are those of the catalogue at https://pathfinding.cloud (Apache-2.0, read 2026-11-22); an entry without
any is our own.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import msgspec
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.workloads import Workload

_TABLE = "hops/escalations.yaml"


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Running the caller's code as a role: on new compute, which takes passing the role, or on what has it.

    Attributes:
        name: What runs.
        service: Whom the role must trust.
        actions: Each action with the globs of the resources that it needs, all of them; see `places`.
        ids: Of the published catalogue.
        compute: Kind of compute that must exist; ``${self}`` is its ARN.
        where: Facts that the compute must have.
        instance_profile: The role must have an instance profile.
        assumes: What is taken for granted besides.
    """

    name: str
    service: str
    actions: dict[str, str | tuple[str, ...]]
    ids: tuple[str, ...] = ()
    compute: str | None = None
    where: tuple[str, ...] = ()
    instance_profile: bool = False
    assumes: tuple[str, ...] = ()

    def places(self, account: str, workload: Workload | None = None) -> Iterator[tuple[str, str]]:
        """Yield (action, glob of a resource) for everything that must be allowed, ``${self}`` first."""
        own = workload.arn if workload else ""
        pairs = [
            (action, glob.replace("${account}", account).replace("${self}", own))
            for action, globs in self.actions.items()
            for glob in ((globs,) if isinstance(globs, str) else globs)
        ]
        yield from sorted(pairs, key=lambda pair: pair[1] != own)


class Copying(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A service that copies what a passed role `reads` to where it `writes`; for the rest see `Code`."""

    name: str
    service: str
    reads: str
    actions: dict[str, str]
    writes: str = ""
    assumes: tuple[str, ...] = ()

    def places(self, account: str, bucket: str) -> Iterator[tuple[str, str]]:
        """Yield (action, glob of a resource) for everything that must be allowed."""
        for action, glob in self.actions.items():
            yield action, glob.replace("${account}", account).replace("${bucket}", bucket)


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Credentials for a user, by all of `actions` on it. `keys`: how many access keys it has by now."""

    actions: tuple[str, ...]
    ids: tuple[str, ...] = ()
    keys: str = ""


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An action that widens what a principal may do."""

    action: str
    ids: tuple[str, ...] = ()


class Edits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Edits by what they edit: the user, the role, a policy that is attached to it, a group that it is in."""

    user: tuple[Edit, ...]
    role: tuple[Edit, ...]
    policy: tuple[Edit, ...]
    group: tuple[Edit, ...]
    membership: tuple[Edit, ...]


class Lifting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Edits that take a boundary away, or put another in its place, by what they edit."""

    user: tuple[Edit, ...]
    role: tuple[Edit, ...]
    policy: tuple[Edit, ...]


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Published paths that follow from two others, or from trust policies alone, and so have no entry."""

    ids: tuple[str, ...]
    by: str


class Escalations(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The whole table."""

    pass_role: tuple[Code, ...]
    run_code: tuple[Code, ...]
    copy: tuple[Copying, ...]
    edit_trust: Edit
    take_credentials: tuple[Credentials, ...]
    self_grant: Edits
    lift_boundary: Lifting
    in_code: tuple[Published, ...]

    def ids(self) -> tuple[str, ...]:
        """Return every published id that the table names, sorted, as often as it is named."""
        edits = self.self_grant
        entries: tuple[Code | Edit | Credentials | Published, ...] = (
            *self.pass_role,
            *self.run_code,
            self.edit_trust,
            *self.take_credentials,
            *edits.user,
            *edits.role,
            *edits.policy,
            *edits.group,
            *edits.membership,
            *self.in_code,
        )
        return tuple(sorted(id_ for entry in entries for id_ in entry.ids))


def load() -> Escalations:
    """Read the shipped table."""
    text = resources.files(__package__).joinpath(_TABLE).read_text("utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, ten times as fast
    return msgspec.convert(yaml.load(text, Loader=loader), Escalations)  # noqa: S506 - a safe loader either way
