"""Who is external: which principals are ours, which a vendor's, a partner's, federated, unknown, or anyone.

The order of authority: what ``sidedoor.yaml`` claims as ours, its vendor register, the catalogue of known
vendors. An identity that a vendor's registered account contains, but the register does not list, carries
the vendor's name and is not ``registered``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Source
from scanner.netset import AddressSet
from scanner.wildcards import covers, matches

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.catalog import KnownVendor, VendorCatalog
    from scanner.config import Config, Identities, Vendor
    from scanner.model import Principal

_ANYONE = {"anonymous", "any-account"}
_SUBJECT = " sub="
_APP = "app:"


class Register:
    """Answers who a principal is, by configuration and catalogue."""

    def __init__(self, config: Config, catalog: VendorCatalog) -> None:
        self._ours = config.ours
        self._vendors = config.vendors
        self._catalog = catalog

    def source(self, principal: Principal) -> Source | None:
        """Return the principal as a source of paths, None when it is ours."""
        if principal.ours or self._is_claimed(principal):
            return None
        if principal.kind in _ANYONE:
            return Source(principal.id, "public", principal=principal)
        vendor = self._listed(principal)
        if vendor is not None:
            return Source(principal.id, vendor.relation, vendor.name, registered=True, principal=principal)
        vendor = self._in_a_vendors_account(principal)
        if vendor is not None:
            return Source(principal.id, vendor.relation, vendor.name, principal=principal)
        return self._known(principal)

    def _is_claimed(self, principal: Principal) -> bool:
        if principal.kind == "oidc":
            return _any_covers(self._ours.oidc, principal.id)
        if principal.kind in {"saml", "directory"}:
            return any(matches(pattern, principal.id) for pattern in self._ours.aws.saml)
        if principal.kind == "network":
            return _any_holds(self._ours.networks, principal.id)
        return False

    def _listed(self, principal: Principal) -> Vendor | None:
        return next((v for v in self._vendors if _lists(v.identities, principal)), None)

    def _in_a_vendors_account(self, principal: Principal) -> Vendor | None:
        """Return the vendor with a registered identity in the same account or project."""
        if principal.scope is None or principal.kind in {"saml", "directory"}:
            return None
        homes = {
            "aws": (f":{principal.scope}:",),
            "gcp": (f"@{principal.scope}.iam.gserviceaccount.com",),
        }.get(principal.provider, ())
        return next((v for v in self._vendors if _mentions(v.identities, principal.provider, homes)), None)

    def _known(self, principal: Principal) -> Source:
        if principal.kind in {"oidc", "saml", "certificate", "directory"}:
            issuer = self._catalog.by_issuer(principal.issuer or "")
            # an issuer of one tenant is its vendor's; a cloud's (a cluster, a directory) may be anybody's
            if issuer is None or issuer.multi_tenant or issuer.category == "cloud":
                return Source(principal.id, "federated", principal=principal)
            return Source(principal.id, "vendor", issuer.name, principal=principal)
        known = self._published(principal)
        if known is not None:
            return Source(principal.id, "vendor", known.name, principal=principal)
        return Source(principal.id, "unknown-external", principal=principal)

    def _published(self, principal: Principal) -> KnownVendor | None:
        """Return the known vendor whose page states this identity."""
        if principal.provider == "gcp":
            return self._catalog.by_service_account(principal.id.partition(":")[2])
        if principal.provider == "azure":
            return self._catalog.by_azure_app(principal.id.removeprefix(_APP))
        return self._catalog.by_account(principal.scope) if principal.scope else None


def _lists(identities: Identities, principal: Principal) -> bool:
    """Tell whether a register's entry names the principal."""
    if principal.kind == "oidc":
        return _any_covers(identities.oidc, principal.id)
    if principal.kind == "network":
        return _any_holds(identities.networks, principal.id)
    if principal.provider == "aws":
        return _lists_person(identities, principal) or any(
            listed == principal.scope or (listed.startswith("arn:") and covers(listed, principal.id))
            for listed in identities.aws
        )
    if principal.provider in {"gcp", "azure"}:
        return any(_is_meant(listed, principal) for listed in getattr(identities, principal.provider))
    return False


def _lists_person(identities: Identities, principal: Principal) -> bool:
    """Tell whether an entry for another cloud means a person of a directory on AWS, by the mail address."""
    if principal.kind != "guest":
        return False
    names = (f"guest:{principal.name}".lower(), f"user:{principal.name}".lower())
    entries = (*identities.gcp, *identities.azure)
    return any(
        listed.lower() == f"domain:{principal.scope}".lower()
        or any(covers(listed.lower(), name) for name in names)
        for listed in entries
    )


def _mentions(identities: Identities, provider: str, parts: tuple[str, ...]) -> bool:
    return any(part in listed for part in parts for listed in getattr(identities, provider, ()))


def _is_meant(listed: str, principal: Principal) -> bool:
    """Tell whether an entry, a glob over ids or a ``domain:`` or ``tenant:``, means the principal."""
    kind, _, name = listed.partition(":")
    if kind in {"domain", "tenant"} and principal.scope is not None:
        return principal.scope.lower() == name.lower()
    return covers(listed.lower(), principal.id.lower())


def _any_holds(networks: Iterable[str], block: str) -> bool:
    """Tell whether the networks together hold every address of a block."""
    return AddressSet.of(networks).includes(AddressSet.of([block]))


def _any_covers(patterns: Iterable[str], subject: str) -> bool:
    """Tell whether one ``ISSUER sub=GLOB`` covers every subject of another; issuers must be equal."""
    issuer, _, glob = subject.partition(_SUBJECT)
    for pattern in patterns:
        owner, _, wider = pattern.partition(_SUBJECT)
        if owner.rstrip("/") == issuer.rstrip("/") and covers(wider, glob):
            return True
    return False
