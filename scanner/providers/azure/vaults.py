"""Key vaults: who reads secrets, by Azure's roles or by the vault's own access policies.

A vault has one of the two, `enableRbacAuthorization`; whoever may write access policies takes the secrets of
a vault with policies. Switching the mode takes the right to assign roles. Source: Azure Key Vault, "Azure
RBAC vs. access policies" (https://learn.microsoft.com/azure/key-vault/general/rbac-access-policy, read
2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.azure.access import Holding, joined
from scanner.providers.azure.documents import at, field_evidence, items, setting, text, texts
from scanner.providers.azure.network.gate import OPEN
from scanner.providers.azure.outsiders import left_open
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.estate import AzureEstate
    from scanner.providers.azure.network.gate import Gate
    from scanner.snapshot import Document

TYPE: Final = "microsoft.keyvault/vaults"
_VAULTS: Final = "Microsoft.KeyVault/vaults"
_MODE: Final = "/properties/enableRbacAuthorization"
_WRITES: Final = ("accessPolicies/write", "write")


def gate_of_vault(estate: AzureEstate, id_: str) -> Gate:
    """Return the firewall of a vault; one that was not read lets everybody in."""
    document = estate.documents.resource(TYPE, id_)
    return OPEN if document is None else estate.firewalls.of(document)


def readers(estate: AzureEstate, id_: str, thing: str, verbs: tuple[str, ...]) -> Iterator[Holding]:
    """Yield who may do one of `verbs` to the secrets or the keys of a vault.

    Args:
        estate: The estate.
        id_: The vault's id in lower case.
        thing: ``secrets`` or ``keys``.
        verbs: As data actions have them (``getSecret``, ``decrypt``).
    """
    document = estate.documents.resource(TYPE, id_)
    mode = (
        Unresolved(f"authorization of vault {id_}")
        if document is None
        else setting(document.body, _MODE, "false")
    )
    holdings: list[Holding] = []
    if mode != "false":
        asked = [f"{_VAULTS}/{thing}/{verb}/action" for verb in verbs]
        holdings += estate.may_any(asked, id_, "data").values()
    if mode != "true" and document is not None:
        wanted = {"get"} if thing == "secrets" else {*verbs, *(f"{verb}key" for verb in verbs)}
        holdings += (*_by_policy(estate, document, thing, wanted), *_by_writing(estate, id_))
    missing = (mode.expression,) if isinstance(mode, Unresolved) else ()
    proof = () if document is None else (field_evidence(document, _MODE),)
    found: dict[str, Holding] = {}
    for one in holdings:
        holding = one._replace(missing=(*one.missing, *missing), evidence=(*one.evidence, *proof))
        found[one.node] = joined(found[one.node], holding) if one.node in found else holding
    yield from (found[node] for node in sorted(found))


def writers(estate: AzureEstate, id_: str) -> Iterator[Holding]:
    """Yield who may let themselves into a vault that has access policies."""
    document = estate.documents.resource(TYPE, id_)
    mode = "true" if document is None else setting(document.body, _MODE, "false")
    missing = (mode.expression,) if isinstance(mode, Unresolved) else ()
    for holding in _by_writing(estate, id_) if mode != "true" else ():
        yield holding._replace(missing=(*holding.missing, *missing))


def _by_policy(estate: AzureEstate, document: Document, thing: str, wanted: set[str]) -> Iterator[Holding]:
    for n, policy in enumerate(items(document.body, "/properties/accessPolicies")):
        listed = at(policy, f"/permissions/{thing}")
        granted = {verb.lower() for verb in texts(policy, f"/permissions/{thing}")}
        oid, whose = text(policy, "/objectId"), Unresolved.read(at(policy, "/objectId"))
        sure = bool(granted & {*wanted, "all"})
        hinges = () if sure else tuple(u for v in (listed, *items(listed)) if (u := Unresolved.read(v)))
        if not sure and not hinges:
            continue
        missing = tuple(f"{document.id}: {u.expression}" for u in (*hinges, whose) if u is not None)
        proof = field_evidence(document, f"/properties/accessPolicies/{n}")
        if whose is not None:
            yield Holding(left_open(whose.expression), evidence=(proof,), missing=missing)
        elif oid and not estate.directory.is_gone(oid, ""):
            yield Holding(estate.directory.node(oid), evidence=(proof,), missing=missing)


def _by_writing(estate: AzureEstate, id_: str) -> Iterator[Holding]:
    yield from estate.may_any([f"{_VAULTS}/{action}" for action in _WRITES], id_).values()
