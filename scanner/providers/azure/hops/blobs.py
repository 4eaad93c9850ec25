"""Hops into blob containers and file shares: by role, by an account's key or a SAS, by nobody asking.

Keys and SAS know no role and no condition: whoever lists a key reads everything in the account. Sources:
Azure Storage, "Authorize access to data in Azure Storage"
(https://learn.microsoft.com/azure/storage/common/authorize-data-access), "Prevent Shared Key authorization"
(shared-key-authorization-prevent), "Configure anonymous read access for containers and blobs"
(https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-configure), read 2026-11-22.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.model import Hop
from scanner.providers.azure.access import Question
from scanner.providers.azure.documents import field_evidence
from scanner.providers.azure.steps import Lock, Way, certain, hops
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.estate import AzureEstate
    from scanner.providers.azure.storage import Container

_STORAGE: Final = "Microsoft.Storage/storageAccounts"
_BLOBS: Final = f"{_STORAGE}/blobServices/containers/blobs"
_FILES: Final = f"{_STORAGE}/fileServices/fileshares/files"
_KEYS: Final = ("listKeys/action", "regenerateKey/action", "listAccountSas/action", "listServiceSas/action")
_USERS: Final = ("localUsers/regeneratePassword/action", "localUsers/write")
_ACCOUNT_NAME: Final = "@Resource[Microsoft.Storage/storageAccounts:name]"
_CONTAINER_NAME: Final = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name]"


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a container or a file share; none for another node."""
    container = estate.storage.at(node)
    if container is None:
        return
    yield from _by_role(estate, node, container)
    yield from _by_key(estate, node, container)
    if not container.is_share:
        yield from _by_other_doors(estate, node, container)
        yield from _anonymous(node, container)


def _by_role(estate: AzureEstate, node: str, container: Container) -> Iterator[Hop]:
    gate = container.account.gate
    known: tuple[tuple[str, str | None], ...] = ((_ACCOUNT_NAME, container.account.name),)
    if container.name != "*":
        known = (*known, (_CONTAINER_NAME, container.name))
    things = _FILES if container.is_share else _BLOBS
    for type_, verb in (("read", "read"), ("write", "write")):
        question = Question(f"{things}/{verb}", container.id, "data", known)
        way = Way(type_, (verb,), gate=gate)  # type: ignore[arg-type]  # a verb is its gain
        yield from hops(node, way, estate.may(question).values(), estate.is_outside)


def _by_key(estate: AzureEstate, node: str, container: Container) -> Iterator[Hop]:
    """Yield hops by shared keys; whoever edits the account can drop the setting that forbids them."""
    account = container.account
    lock = Lock.needs(account.shared_keys, ("true",), "shared keys are off for the account")
    if lock.blocked_by or lock.missing:
        lock = Lock(
            lock.blocked_by,
            lock.missing,
            (field_evidence(account.document, "/properties/allowSharedKeyAccess"),),
        )
    found: set[str] = set()
    for action in _KEYS:
        question = Question(f"{_STORAGE}/{action}", account.id)
        holdings = [h for n, h in estate.may(question).items() if n not in found]
        way = Way("take-shared-key", ("read", "write"), lock, account.gate)
        for hop in hops(node, way, holdings, estate.is_outside):
            found.add(hop.source)
            yield hop
    if lock.blocked_by or not account.gate.is_open:
        yield from _by_editing(estate, node, container)


def _by_editing(estate: AzureEstate, node: str, container: Container) -> Iterator[Hop]:
    """Yield hops of who lists keys and may switch on what stands in the way of using them."""
    account = container.account
    editors = estate.may(Question(f"{_STORAGE}/write", account.id))
    listers = estate.may(Question(f"{_STORAGE}/listKeys/action", account.id))
    way = Way("drop-guard", ("read", "write"))
    yield from hops(node, way, estate.joint(editors, listers), estate.is_outside)


def _by_other_doors(estate: AzureEstate, node: str, container: Container) -> Iterator[Hop]:
    """Yield hops by users of SFTP, whose passwords are the account's own, and by replication to elsewhere."""
    account = container.account
    sftp = Lock.needs(account.sftp, ("true",), "SFTP is off for the account")
    if not sftp.blocked_by:
        way = Way("take-shared-key", ("read", "write"), sftp, account.gate)
        found: set[str] = set()
        for action in _USERS:
            holdings = estate.may(Question(f"{_STORAGE}/{action}", account.id))
            fresh = [holding for who, holding in holdings.items() if who not in found]
            found |= {holding.node for holding in fresh}
            yield from hops(node, way, fresh, estate.is_outside)
    across = Lock.needs(account.cross_tenant, ("true", ""), "replication to other tenants is off")
    if across.blocked_by:
        return
    if account.cross_tenant == "":
        across = Lock(missing=(f"{account.document.id}: allowCrossTenantReplication is not set",))
    holdings = estate.may(Question(f"{_STORAGE}/objectReplicationPolicies/write", account.id))
    editors = estate.may(Question(f"{_STORAGE}/write", account.id))  # whom `_by_key` speaks of
    copying = [holding for who, holding in holdings.items() if who not in editors]
    yield from hops(node, Way("copy", ("read",), across), copying, estate.is_outside)


def _anonymous(node: str, container: Container) -> Iterator[Hop]:
    account = container.account
    public = container.public
    if container.document is None or not (isinstance(public, Unresolved) or public in {"blob", "container"}):
        return
    open_ = (f"{container.document.id}: {public.expression}",) if isinstance(public, Unresolved) else ()
    allowed = account.public_blobs
    lock = Lock.needs(allowed, ("true", ""), "anonymous access is off for the account")
    passes = account.gate.passes(outside=True)
    if lock.blocked_by or passes.blocked_by:
        return
    if allowed == "":
        open_ = (*open_, f"{account.document.id}: allowBlobPublicAccess is not set")
    proof = (field_evidence(container.document, "/properties/publicAccess"), *passes.evidence)
    missing = tuple(sorted({*lock.missing, *passes.missing, *open_}))
    for guards in passes.alternatives:
        yield Hop(node, "*", "read", guards, ("read",), certain(missing), proof, missing)
