"""Keys of our own that encrypt storage accounts: which key of which vault protects which containers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from scanner.model import Resource, Signal
from scanner.providers.azure.documents import at, field_evidence, text
from scanner.providers.azure.scopes import name_of, subscription_of
from scanner.providers.azure.vaults import TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence
    from scanner.providers.azure.documents import Documents
    from scanner.providers.azure.storage import Storage

_KEY: Final = 60
_KEYS: Final = "/keys/"


def resources(documents: Documents, storage: Storage) -> Iterator[Resource]:
    """Yield the keys, with the containers that they protect; the vault must be in the snapshot."""
    vaults = {name_of(d.id.key).lower(): d.id.key.lower() for d in documents.arm(TYPE)}
    protects: dict[str, list[str]] = defaultdict(list)
    proof: dict[str, Evidence] = {}
    for container in storage.containers.values():
        document = container.account.document
        key = _key_of(document.body, vaults)
        if key:
            protects[key].append(container.id)
            proof[key] = field_evidence(document, "/properties/encryption")
    for key, containers in sorted(protects.items()):
        accounts = sorted({id_.split("/blobservices/")[0].split("/fileservices/")[0] for id_ in containers})
        words = f"key of {', '.join(name_of(account) for account in accounts)}"
        signal = Signal(_KEY, "weights-key", words, proof[key])
        yield Resource(
            key,
            "vault-key",
            "azure",
            scope=subscription_of(key),
            name=name_of(key),
            signals=(signal,),
            uses=tuple(sorted(containers)),
        )


def vault_of(key: str) -> str:
    """Return the id of the vault that a key's id stands in."""
    return key.rpartition(_KEYS)[0]


def _key_of(body: object, vaults: dict[str, str]) -> str:
    """Return the id of an account's own key, empty for one of Microsoft's."""
    if text(body, "/properties/encryption/keySource").lower() != "microsoft.keyvault":
        return ""
    spelt = at(body, "/properties/encryption/keyvaultproperties")
    spelt = spelt if spelt is not None else at(body, "/properties/encryption/keyVaultProperties")
    address = (text(spelt, "/keyvaulturi") or text(spelt, "/keyVaultUri")).lower()
    name = (text(spelt, "/keyname") or text(spelt, "/keyName")).lower()
    vault = vaults.get(address.removeprefix("https://").partition(".")[0])
    return f"{vault}{_KEYS}{name}" if vault and name else ""
