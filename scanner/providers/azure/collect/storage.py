"""Storage accounts: containers, shares, local users, replication and private endpoints.

Fields below ``Microsoft.Storage.storageAccounts``: ``blobServices.containers``, ``fileServices.shares``,
``localUsers`` (only where SFTP is on), ``objectReplicationPolicies``, ``privateEndpointConnections``. Keys
are never listed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.azure.collect.table import Service, child

if TYPE_CHECKING:
    from scanner.providers.azure.collect.table import Body

_FIELD = "Microsoft.Storage.storageAccounts"
_VERSION = "2023-05-01"
# "Storage account overview", types of storage accounts: these have no blobs, those no files
# (https://learn.microsoft.com/azure/storage/common/storage-account-overview, read 2026-11)
_WITHOUT_BLOBS = frozenset({"filestorage"})
_WITHOUT_FILES = frozenset({"blobstorage", "blockblobstorage"})
_UNSUPPORTED = ("FeatureNotSupportedForAccount",)


def _kind(account: Body) -> str:
    return str(account.get("kind", "")).lower()


def _has_sftp(account: Body) -> bool:
    """Tell whether SFTP is on; where nobody says, it may be."""
    properties = account.get("properties")
    return not isinstance(properties, dict) or properties.get("isSftpEnabled", True) is not False


TABLE = Service(
    name="storage",
    api="arm",
    rows=(
        child(
            _FIELD,
            "blobServices.containers",
            _VERSION,
            path="blobServices/default/containers",
            when=lambda account: _kind(account) not in _WITHOUT_BLOBS,
            none=_UNSUPPORTED,
        ),
        child(
            _FIELD,
            "fileServices.shares",
            _VERSION,
            path="fileServices/default/shares",
            when=lambda account: _kind(account) not in _WITHOUT_FILES,
            none=_UNSUPPORTED,
        ),
        child(_FIELD, "localUsers", _VERSION, when=_has_sftp, none=_UNSUPPORTED),
        child(
            _FIELD,
            "objectReplicationPolicies",
            _VERSION,
            when=lambda account: _kind(account) not in _WITHOUT_BLOBS,
            none=_UNSUPPORTED,
        ),
        child(_FIELD, "privateEndpointConnections", _VERSION),
    ),
)
