"""Hops into a key that protects weights: unwrapping with it, and deciding who else may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.azure import vaults
from scanner.providers.azure.keys import vault_of
from scanner.providers.azure.steps import Way, hops

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.azure.estate import AzureEstate


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a key of a vault; none for another node."""
    resource = estate.resources.get(node)
    if resource is None or resource.kind != "vault-key":
        return
    vault = vault_of(node)
    gate = vaults.gate_of_vault(estate, vault)
    readers = vaults.readers(estate, vault, "keys", ("unwrap", "decrypt"))
    yield from hops(node, Way("read", ("read",), gate=gate, api="vault"), readers, estate.sides.of)
    writers = vaults.writers(estate, vault)
    yield from hops(node, Way("edit-policy", ("grant",)), writers, estate.sides.of)
