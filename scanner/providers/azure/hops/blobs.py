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
from scanner.providers.azure.directory import UNKNOWN_TENANT
from scanner.providers.azure.documents import at, field_evidence, items, text
from scanner.providers.azure.scopes import name_of, subscription_of
from scanner.providers.azure.steps import Lock, Way, certain, hops
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.estate import AzureEstate
    from scanner.providers.azure.storage import Account, Container

_STORAGE: Final = "Microsoft.Storage/storageAccounts"
_BLOBS: Final = f"{_STORAGE}/blobServices/containers/blobs"
_FILES: Final = f"{_STORAGE}/fileServices/fileshares/files"
_KEYS: Final = ("listKeys/action", "regenerateKey/action", "listAccountSas/action", "listServiceSas/action")
_USERS: Final = ("localUsers/regeneratePassword/action", "localUsers/write")
_PUBLIC: Final = "/properties/allowBlobPublicAccess"
_SITE: Final = "$web"
"""Served as a website to anybody, whatever is said of anonymous access: "Static website hosting in Azure
Storage" (https://learn.microsoft.com/azure/storage/blobs/storage-blob-static-website, read 2026-11-22)."""
_REPLICATION: Final = "microsoft.storage/storageaccounts/objectreplicationpolicies"
_SFTP: Final = "/properties/isSftpEnabled"
_ACROSS: Final = "/properties/allowCrossTenantReplication"
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
        yield from _by_opening(estate, node, container)
        yield from _copied(estate, node, container)
        yield from _anonymous(node, container)


def _by_role(estate: AzureEstate, node: str, container: Container) -> Iterator[Hop]:
    gate, known = container.account.gate, _known(container)
    things = _FILES if container.is_share else _BLOBS
    for type_, verb in (("read", "read"), ("write", "write")):
        question = Question(f"{things}/{verb}", container.id, "data", known)
        way = Way(type_, (verb,), gate=gate, api="storage")  # type: ignore[arg-type]  # a verb is its gain
        yield from hops(node, way, estate.may(question).values(), estate.sides.of)


def _known(container: Container) -> tuple[tuple[str, str | None], ...]:
    """Return what conditions can ask of a container."""
    known: tuple[tuple[str, str | None], ...] = ((_ACCOUNT_NAME, container.account.name),)
    return known if container.name == "*" else (*known, (_CONTAINER_NAME, container.name))


def _by_key(estate: AzureEstate, node: str, container: Container) -> Iterator[Hop]:
    """Yield hops by shared keys; whoever edits the account can drop the setting that forbids them."""
    account = container.account
    lock = shared_keys(account)
    holdings = estate.may_any([f"{_STORAGE}/{action}" for action in _KEYS], account.id)
    way = Way("take-shared-key", ("read", "write"), lock, account.gate)
    yield from hops(node, way, holdings.values(), estate.sides.of)
    if lock.blocked_by or not account.gate.is_open:
        yield from _by_editing(estate, node, container)


def _by_editing(estate: AzureEstate, node: str, container: Container) -> Iterator[Hop]:
    """Yield hops of who lists keys and may switch on what stands in the way of using them."""
    account = container.account
    editors = estate.may(Question(f"{_STORAGE}/write", account.id))
    listers = estate.may(Question(f"{_STORAGE}/listKeys/action", account.id))
    way = Way("drop-guard", ("read", "write"))
    yield from hops(node, way, estate.joint(editors, listers), estate.sides.of)
    if not account.gate.is_open:
        things = _FILES if container.is_share else _BLOBS
        readers = estate.may(Question(f"{things}/read", container.id, "data", _known(container)))
        way = Way("drop-guard", ("read",), api="")
        yield from hops(node, way, estate.joint(editors, readers), estate.sides.of)


def _by_other_doors(estate: AzureEstate, node: str, container: Container) -> Iterator[Hop]:
    """Yield hops by users of SFTP, whose passwords are the account's own, and by replication to elsewhere."""
    account = container.account
    sftp = Lock.of(account.document, _SFTP, "false", ("true",), "SFTP is off for the account")
    if not sftp.blocked_by:
        way = Way("take-shared-key", ("read", "write"), sftp, account.gate)
        users = estate.may_any([f"{_STORAGE}/{action}" for action in _USERS], account.id)
        yield from hops(node, way, users.values(), estate.sides.of)
    across = _or_unset(account, _ACROSS, "replication to other tenants is off")
    if across.blocked_by:
        return
    holdings = estate.may(Question(f"{_STORAGE}/objectReplicationPolicies/write", account.id))
    editors = estate.may(Question(f"{_STORAGE}/write", account.id))  # whom `_by_key` speaks of
    spoken_of = {
        who
        for who, holding in holdings.items()
        if who in editors and not editors[who].blocked_by and (editors[who].is_plain or not holding.is_plain)
    }
    copying = [holding for who, holding in holdings.items() if who not in spoken_of]
    yield from hops(node, Way("copy", ("read",), across), copying, estate.sides.of)


def _by_opening(estate: AzureEstate, node: str, container: Container) -> Iterator[Hop]:
    """Yield hops of who may make a container public, where the account allows it or they may make it."""
    account = container.account
    lock = _or_unset(account, _PUBLIC, "anonymous access is off for the account")
    opening = dict(estate.may(Question(f"{_STORAGE}/blobServices/containers/write", container.id)))
    for who in opening.keys() & _reading(estate, container):
        del opening[who]
    if lock.blocked_by:
        editors = estate.may(Question(f"{_STORAGE}/write", account.id))
        both = (joint for joint in estate.joint(opening, editors) if not joint.blocked_by)
        yield from hops(node, Way("drop-guard", ("read",)), both, estate.sides.of)
    else:
        way = Way("drop-guard", ("read",), lock, account.gate)
        yield from hops(node, way, opening.values(), estate.sides.of)


def _reading(estate: AzureEstate, container: Container) -> set[str]:
    """Return who reads a container without making it public, of whom other hops speak."""
    account = container.account
    readers = estate.may(Question(f"{_BLOBS}/read", container.id, "data", _known(container)))
    listers = estate.may(Question(f"{_STORAGE}/listKeys/action", account.id))
    editors = estate.may(Question(f"{_STORAGE}/write", account.id))
    by_key = set(listers) if not shared_keys(account).blocked_by else set(listers) & set(editors)
    return {who for who, holding in readers.items() if not holding.blocked_by} | by_key


def _copied(estate: AzureEstate, node: str, container: Container) -> Iterator[Hop]:
    """Yield hops of where policies of replication copy a container's blobs to, as they are written.

    Source: "Object replication for block blobs"
    (https://learn.microsoft.com/azure/storage/blobs/object-replication-overview, read 2026-11-22): an account
    is named by its id, or by its name alone where the policy crosses tenants.
    """
    account = container.account
    for document in estate.documents.below(_REPLICATION, account.id):
        body = document.body
        if name_of(text(body, "/properties/sourceAccount")).lower() != account.name:
            continue
        where = text(body, "/properties/destinationAccount").lower()
        own = estate.storage.accounts.get(where) or estate.storage.by_name(name_of(where))
        theirs = f"subscription-{subscription_of(where)}" if subscription_of(where) else f"account-{where}"
        for n, rule in enumerate(items(body, "/properties/rules")):
            if container.name not in {text(rule, "/sourceContainer").lower(), "*"}:
                continue
            source = f"{UNKNOWN_TENANT}{theirs}"
            if own is not None or estate.tenants.has_subscription(subscription_of(where)):
                id_ = own.id if own is not None else where
                source = (
                    f"{id_}/blobservices/default/containers/{text(rule, '/destinationContainer').lower()}"
                )
            proof = (field_evidence(document, f"/properties/rules/{n}"),)
            yield Hop(node, source, "copy", gains=("read",), evidence=proof)


def shared_keys(account: Account) -> Lock:
    """Return the lock that an account's switch for shared keys is; they are on where nobody set it."""
    words = "shared keys are off for the account"
    return Lock.of(account.document, "/properties/allowSharedKeyAccess", "true", ("true",), words)


def _or_unset(account: Account, pointer: str, words: str) -> Lock:
    """Return the lock of a switch whose default differs from one version of the API to another.

    Source: Azure SDK for .NET, "AllowBlobPublicAccess Property" (read 2026-11-22).
    """
    lock = Lock.of(account.document, pointer, "", ("true", ""), words)
    if at(account.document.body, pointer) is None:
        unset = f"{account.document.id}: {pointer.rpartition('/')[2]} is not set"
        lock = Lock(lock.blocked_by, (unset,), lock.evidence)
    return lock


def _anonymous(node: str, container: Container) -> Iterator[Hop]:
    account = container.account
    public = container.public
    is_site = container.name == _SITE
    if container.document is None or not (
        isinstance(public, Unresolved) or public in {"blob", "container"} or is_site
    ):
        return
    open_ = (f"{container.document.id}: {public.expression}",) if isinstance(public, Unresolved) else ()
    lock = _or_unset(account, _PUBLIC, "anonymous access is off for the account")
    if is_site and (lock.blocked_by or public == "none"):
        lock = Lock(missing=(f"whether {account.id} serves a static website",), evidence=lock.evidence)
    passes = account.gate.passes(outside=True)
    if lock.blocked_by or passes.blocked_by:
        return
    public_place = field_evidence(container.document, "/properties/publicAccess")
    proof = (public_place, *lock.evidence, *passes.evidence)
    missing = tuple(sorted({*lock.missing, *passes.missing, *open_}))
    for guards in passes.alternatives:
        yield Hop(node, "*", "read", guards, ("read",), certain(missing), proof, missing)
