"""Roles by the service that takes them: whom a trust policy names, and whom it may name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from scanner.providers.aws.access import Unread, principals_named

if TYPE_CHECKING:
    from scanner.providers.aws.identities import Identities, Identity

_ANY: Final = "*"


class ServiceRoles:
    """Which roles may let a service take them; whether they do is for the decision engine."""

    def __init__(self, identities: Identities) -> None:
        found: dict[str, list[Identity]] = defaultdict(list)
        for role in identities:
            if role.trust is None or role.is_copy or role.service_linked:
                continue
            if isinstance(role.trust, Unread):
                found[_ANY].append(role)
                continue
            atoms = tuple(principals_named(role.trust))
            names = {atom.value for atom in atoms if atom.kind == "service"}
            if any(atom.value == _ANY for atom in atoms):
                names.add(_ANY)
            for name in names:
                found[name].append(role)
        self._found = {name: tuple(roles) for name, roles in found.items()}

    def of(self, service: str) -> tuple[Identity, ...]:
        """Return the roles that `service` may take, in ARN order, each once."""
        roles = {role.arn: role for name in (service, _ANY) for role in self._found.get(name, ())}
        return tuple(roles[arn] for arn in sorted(roles))
