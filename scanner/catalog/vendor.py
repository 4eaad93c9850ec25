"""Who is behind an account, an issuer or an app, where a public page says so.

Not being known is no statement: most vendors publish no identities. Whom *we* have agreed to work with is the
vendor register's to say (``sidedoor.yaml``), and an issuer of category ``cloud`` may be our own cluster's.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec reads the annotations
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import msgspec

from scanner.catalog.issuer import IssuerIndex, KnownIssuer, PublishedIssuer

if TYPE_CHECKING:
    from collections.abc import Iterable

Category: TypeAlias = Literal[
    "labelling",
    "evaluation",
    "experiment-tracking",
    "mlops",
    "model-serving",
    "gpu-cloud",
    "vector-store",
    "data-platform",
    "data-integration",
    "observability",
    "security",
    "finops",
    "ci",
    "iac",
    "app-platform",
    "cloud",
]
"""What a vendor does. ``cloud`` is no vendor but a cloud provider's issuer, often one a cluster."""

AccountId: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{12}\Z")]
Link: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^https://[^/\s]+/\S+\Z")]


class _Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    source: Link
    note: str = ""


class AwsAccount(_Published, frozen=True):
    """An AWS account of a vendor, with the page that states it."""

    account: AccountId


class ServiceAccount(_Published, frozen=True):
    """A Google service account of a vendor, as a mail address."""

    account: Annotated[str, msgspec.Meta(pattern=r"^[^@\s]+@[^@\s]+\.gserviceaccount\.com\Z")]


class AzureApp(_Published, frozen=True):
    """The application (client) id of a vendor's multi-tenant Entra app."""

    app: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]


class KnownVendor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One vendor and what it publishes of itself. `read` is the day the pages were read."""

    name: str
    category: Category
    read: dt.date
    aws: tuple[AwsAccount, ...] = ()
    oidc: tuple[PublishedIssuer, ...] = ()
    gcp: tuple[ServiceAccount, ...] = ()
    azure: tuple[AzureApp, ...] = ()


class VendorCatalog:
    """Answers which known vendor an identity belongs to; None when no page that we read states it."""

    def __init__(self, vendors: Iterable[KnownVendor]) -> None:
        self.vendors = tuple(vendors)
        # INVARIANT: no identity is listed twice; the tests hold the shipped file to it.
        self._accounts = {a.account: v for v in self.vendors for a in v.aws}
        self._service_accounts = {a.account: v for v in self.vendors for a in v.gcp}
        self._apps = {a.app: v for v in self.vendors for a in v.azure}
        self._issuers = IssuerIndex(KnownIssuer(v.name, v.category, i) for v in self.vendors for i in v.oidc)

    def by_account(self, account: str) -> KnownVendor | None:
        """Return the vendor that owns a 12-digit AWS account."""
        return self._accounts.get(account)

    def by_issuer(self, issuer_url: str) -> KnownIssuer | None:
        """Return who issues tokens under a URL, and whether all of its customers' tokens carry it.

        Args:
            issuer_url: With or without ``https://``, as the token or the IAM provider has it; a slash at the
                end and the case of the host do not matter.
        """
        return self._issuers.find(issuer_url)

    def by_service_account(self, address: str) -> KnownVendor | None:
        """Return the vendor that owns a Google service account, given as a mail address in any case."""
        return self._service_accounts.get(address.lower())

    def by_azure_app(self, app_id: str) -> KnownVendor | None:
        """Return the vendor that owns a multi-tenant Entra app, given by application id in any case."""
        return self._apps.get(app_id.lower())


def load_vendors() -> VendorCatalog:
    """Read the shipped catalogue; every call reads it anew, so the caller keeps the result."""
    text = resources.files("scanner.catalog").joinpath("vendors.yaml").read_bytes()
    return VendorCatalog(msgspec.yaml.decode(text, type=tuple[KnownVendor, ...]))
