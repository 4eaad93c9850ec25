"""Identity providers of an account: which there are, and what their tokens say.

STS takes a token only where the role's own account has a provider for its issuer (STS API Reference,
"AssumeRoleWithWebIdentity": InvalidIdentityToken; IAM User Guide, "Create an OpenID Connect (OIDC) identity
provider in IAM"), and a claim is a key under the name of the issuer alone ("Available keys for AWS OIDC
federation", read 2026-11-22). A trust policy keeps the name of a provider that was deleted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.access import Policy, principals_named
from scanner.providers.aws.arn import Arn
from scanner.providers.aws.outsiders import ANYONE, Caller, issuer_of
from scanner.snapshot import Document, DocumentId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.access import Unread
    from scanner.snapshot import Snapshot

_LISTS = {
    "oidc-provider": ("ListOpenIDConnectProviders", "OpenIDConnectProviderList"),
    "saml-provider": ("ListSAMLProviders", "SAMLProviderList"),
}
_KINDS = {"sts:AssumeRoleWithWebIdentity": "oidc-provider", "sts:AssumeRoleWithSAML": "saml-provider"}


class TokenIssuers:
    """The providers of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._listed = {
            d.id.key for call, items in _LISTS.values() for d in snapshot.all("aws", "iam", f"{call}.{items}")
        }

    def door(self, provider: str, account: str) -> str | None:
        """Return what keeps tokens of a provider out of the roles of an account; None: nothing known."""
        arn = Arn.parse(provider)
        kind = arn.resource.partition("/")[0]
        if kind not in _LISTS or "*" in provider:
            return None
        if kind == "oidc-provider" and arn.account != account:
            return f"{provider} is of another account than the role"
        listed = self._snapshot.get(DocumentId("aws", arn.account, "", "iam", _LISTS[kind][0]))
        whole = isinstance(listed, Document) and listed.body is not None
        return f"there is no {provider}" if whole and provider not in self._listed else None

    def meant_by_anyone(self, policy: Policy, action: str, account: str) -> Iterator[Caller]:
        """Yield the providers of an account whose tokens a trust of ``*`` may let in."""
        kind = _KINDS.get(action, "")
        if not kind or not any(atom.value == ANYONE for atom in principals_named(policy)):
            return
        for arn in sorted(self._listed):
            if Arn.parse(arn).account == account and Arn.parse(arn).resource.startswith(kind):
                yield Caller(arn, arn)


def claims_of_others(policy: Policy | Unread | None, caller: Caller) -> dict[str, tuple[str, ...]]:
    """Return the claims that a policy asks for and a provider's tokens cannot have, as absent."""
    if not isinstance(policy, Policy) or caller.kind not in {"oidc", "saml"}:
        return {}
    issuer = issuer_of(caller.principal) if caller.kind == "oidc" else None
    own = "saml" if issuer is None else issuer.removeprefix("https://").lower()
    keys = {condition.key for statement in policy.statements for condition in statement.conditions}
    asked = {key: key.partition(":")[0] for key in keys}  # a claim may hold colons, an issuer none
    return {
        key: () for key, of in asked.items() if (of == "saml" or "." in of) and of != own and "*" not in own
    }
