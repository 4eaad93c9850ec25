"""Whose token service an OIDC issuer URL is, when the URL may name the customer in a part of it.

`*` in a published issuer stands for one host label or one path segment: ``https://oidc.fly.io/*`` is every
organisation's issuer at Fly.io, and nothing of ``https://oidc.fly.io.attacker.example/``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

_SCHEME = "https://"


class PublishedIssuer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An issuer as a vendor's page states it.

    `multi_tenant`: tokens of every customer carry this issuer, and only `tenant_claim` (a token claim, or a
    condition key such as ``sts:RoleSessionName``) says whose they are. `tenant_pattern` is that claim with
    ``{tenant}`` in it, or empty where the page does not say. Otherwise the issuer itself names the customer.
    """

    issuer: Annotated[str, msgspec.Meta(pattern=r"^https://\S+\Z")]
    source: Annotated[str, msgspec.Meta(pattern=r"^https://[^/\s]+/\S+\Z")]
    multi_tenant: bool = False
    tenant_claim: str = ""
    tenant_pattern: str = ""
    note: str = ""


class KnownIssuer(msgspec.Struct, frozen=True):
    """An issuer with the name and category of the vendor whose token service it is."""

    name: str
    category: str
    published: PublishedIssuer

    @property
    def multi_tenant(self) -> bool:
        """Strangers' tokens carry this issuer too."""
        return self.published.multi_tenant

    @property
    def tenant_claim(self) -> str:
        """The claim or condition key that says which customer a token is of; empty when the issuer does."""
        return self.published.tenant_claim

    @property
    def tenant_pattern(self) -> str:
        """What that claim looks like, with ``{tenant}`` for the customer; may be empty."""
        return self.published.tenant_pattern


class IssuerIndex:
    """Finds the issuer for a URL: an exact one before patterns, and of these the most literal first."""

    def __init__(self, issuers: Iterable[KnownIssuer]) -> None:
        known = [(normalised(i.published.issuer), i) for i in issuers]
        self._exact = {url: i for url, i in known if "*" not in url}
        patterns = sorted(
            (url for url, _ in known if "*" in url), key=lambda url: (url.count("*") - len(url), url)
        )
        by_url = dict(known)
        self._patterns = [(re.compile(_regex(url)), by_url[url]) for url in patterns]

    def find(self, issuer_url: str) -> KnownIssuer | None:
        """Return the issuer that a URL is, or None."""
        url = normalised(issuer_url)
        exact = self._exact.get(url)
        if exact is not None:
            return exact
        return next((issuer for regex, issuer in self._patterns if regex.fullmatch(url)), None)


def normalised(issuer_url: str) -> str:
    """Return the URL without scheme and closing slash, the host in lower case; the path is case-sensitive."""
    url = issuer_url.strip()
    if url[: len(_SCHEME)].lower() == _SCHEME:
        url = url[len(_SCHEME) :]
    host, slash, path = url.rstrip("/").partition("/")
    return host.lower() + slash + path


def _regex(pattern: str) -> str:
    host, slash, path = pattern.partition("/")
    return _parts(host, r"[^./]+") + slash + _parts(path, r"[^/]+")


def _parts(text: str, wildcard: str) -> str:
    return wildcard.join(re.escape(part) for part in text.split("*"))
