"""Cognito user pools of ours in which anybody may sign up: whoever holds a token of one is anyone.

Sources: Amazon Cognito Developer Guide, "Signing up and confirming user accounts"
(https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html), and the API
Reference, "AdminCreateUserConfigType": users sign themselves up unless ``AllowAdminCreateUserOnly`` is true;
"Accessing AWS services using an identity pool after sign-in" (read 2026-11-22). Fixture:
``sign-up-to-a-user-pool``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.library import at, field_evidence
from scanner.providers.aws.outsiders import ANYONE
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.guards import Guard
    from scanner.model import Hop
    from scanner.snapshot import Document, Snapshot

_ONLY_ADMINISTRATORS = "/UserPool/AdminCreateUserConfig/AllowAdminCreateUserOnly"
_BY_CLIENT = (":aud", ":client_id", ":azp")
"""Claims that name the client: whoever signs up does so at the one that is demanded."""
_HTTPS = "https://"


class UserPools:
    """The pools of one snapshot that are open, by the issuer of their tokens."""

    def __init__(self, snapshot: Snapshot, is_ours: Callable[[str | None], bool]) -> None:
        self._snapshot = snapshot
        self._open: dict[str, Document] = {}
        for document in snapshot.all("aws", "cognito-idp", "DescribeUserPool"):
            if (
                is_ours(document.id.scope)
                and document.body
                and at(document.body, _ONLY_ADMINISTRATORS) is not True
            ):
                issuer = f"{_HTTPS}cognito-idp.{document.id.region}.amazonaws.com/{document.id.key}"
                self._open[issuer] = document

    def opened(self, hop: Hop) -> Hop:
        """Return the hop of anyone in place of the hop of whoever has a token of an open pool."""
        issuer, _, subject = hop.source.partition(" sub=")
        pool = self._open.get(issuer)
        if pool is None or subject != "*":
            return hop
        return _by_anyone(hop, issuer, pool)

    def through(self, hop: Hop, pool: str, accounts: frozenset[str]) -> Iterator[Hop]:
        """Yield the hop of anyone who logs in to an identity pool as a user of an open user pool.

        Args:
            hop: Into a role that takes whoever has logged in to the identity pool.
            pool: The identity pool's id, ``REGION:UUID``.
            accounts: Ours.
        """
        for account in sorted(accounts):
            id_ = DocumentId(
                "aws", account, pool.partition(":")[0], "cognito-identity", "DescribeIdentityPool", pool
            )
            found = self._snapshot.get(id_)
            if isinstance(found, Gap):
                continue
            for provider in at(found.body, "/CognitoIdentityProviders") or ():
                issuer = f"{_HTTPS}{at(provider, '/ProviderName')}"
                missing = self._lacking(found, hop.target)
                if issuer in self._open and missing is not None:
                    certainty = "possible" if missing else hop.certainty
                    lacking = tuple(sorted({*hop.missing, *missing}))
                    hop = msgspec.structs.replace(hop, certainty=certainty, missing=lacking)
                    yield _by_anyone(hop, issuer, self._open[issuer])
                    return

    def _lacking(self, pool: Document, role: str) -> tuple[str, ...] | None:
        """Name what would tell whether users of an identity pool get a role; None: they do not."""
        if at(pool.body, "/AllowClassicFlow"):
            return ()  # then a user takes any role that trusts the pool
        id_ = msgspec.structs.replace(pool.id, field="GetIdentityPoolRoles")
        roles = self._snapshot.get(id_)
        if isinstance(roles, Gap) or at(roles.body, "/RoleMappings"):
            return (f"which users {id_} gives the role",)
        return () if at(roles.body, "/Roles/authenticated") == role else None


def _by_anyone(hop: Hop, issuer: str, pool: Document) -> Hop:
    claims = tuple(f"{issuer.removeprefix(_HTTPS)}{claim}".lower() for claim in _BY_CLIENT)

    def stays(guard: Guard) -> bool:
        return guard.key.lower() not in claims and guard.values != (issuer,)

    proof = field_evidence(pool, "/UserPool/AdminCreateUserConfig")
    return msgspec.structs.replace(
        hop,
        source=ANYONE,
        guards=tuple(guard for guard in hop.guards if stays(guard)),
        evidence=(*hop.evidence, proof),
        assumed=tuple(sorted({*hop.assumed, f"anyone may sign up to {pool.id.key}"})),
    )
