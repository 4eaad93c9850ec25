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

    from scanner.catalog import VendorCatalog
    from scanner.config import Config, Vendor
    from scanner.model import Principal

_ANYONE = {"anonymous", "any-account"}
_SUBJECT = " sub="


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
        if principal.kind == "saml":
            return any(matches(pattern, principal.id) for pattern in self._ours.aws.saml)
        if principal.kind == "network":
            return _any_holds(self._ours.networks, principal.id)
        return False

    def _listed(self, principal: Principal) -> Vendor | None:
        for vendor in self._vendors:
            if principal.kind == "oidc" and _any_covers(vendor.identities.oidc, principal.id):
                return vendor
            if principal.kind == "network":
                if _any_holds(vendor.identities.networks, principal.id):
                    return vendor
                continue
            if principal.provider == "aws" and any(
                listed == principal.scope or (listed.startswith("arn:") and covers(listed, principal.id))
                for listed in vendor.identities.aws
            ):
                return vendor
        return None

    def _in_a_vendors_account(self, principal: Principal) -> Vendor | None:
        if principal.provider != "aws" or principal.scope is None or principal.kind == "saml":
            return None
        part = f":{principal.scope}:"
        return next((v for v in self._vendors if any(part in listed for listed in v.identities.aws)), None)

    def _known(self, principal: Principal) -> Source:
        if principal.kind in {"oidc", "saml", "certificate"}:
            issuer = self._catalog.by_issuer(principal.issuer or "")
            # an issuer of one tenant is its vendor's; a cloud's (a cluster, a directory) may be anybody's
            if issuer is None or issuer.multi_tenant or issuer.category == "cloud":
                return Source(principal.id, "federated", principal=principal)
            return Source(principal.id, "vendor", issuer.name, principal=principal)
        known = self._catalog.by_account(principal.scope) if principal.scope else None
        if known is not None:
            return Source(principal.id, "vendor", known.name, principal=principal)
        return Source(principal.id, "unknown-external", principal=principal)


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
