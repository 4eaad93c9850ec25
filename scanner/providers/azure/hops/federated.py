"""Hops into a principal by a token of an issuer that it trusts: repositories, pods, identities elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from scanner.model import Hop
from scanner.providers.azure.documents import field_evidence
from scanner.providers.azure.hops.clusters import in_namespace
from scanner.providers.azure.outsiders import subject_node
from scanner.providers.azure.steps import certain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.estate import AzureEstate
    from scanner.providers.azure.identities import Credential

_LITERAL: Final = "the subject of a plain credential is compared letter by letter: its star is no wildcard"
_ENTRA: Final = re.compile(
    r"https://(?:login\.microsoftonline\.com|sts\.windows\.net)/(?P<tenant>[0-9a-fA-F-]{36})"
)
_AWS: Final = re.compile(r"https://[^/]+\.(?:amazonaws\.com|api\.aws)(?:\.cn)?(?:/\S*)?")
_ROLE: Final = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/\S+")


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into an application's or an identity's principal, and into pods of clusters of ours."""
    for credential in estate.identities.credentials.get(node, ()):
        blocked = (_LITERAL,) if credential.is_literal else ()
        yield Hop(
            target=node,
            source=source_of(estate, credential),
            type="assume-web-identity",
            guards=credential.guards,
            certainty=certain(credential.missing, blocked),
            evidence=(field_evidence(credential.document, credential.pointer),),
            missing=credential.missing,
            blocked_by=blocked,
        )
    issuer, is_subject, _ = node.partition(" sub=")
    cluster = estate.clusters.issuing(issuer) if is_subject else None
    if cluster is not None:
        proof = (field_evidence(cluster, "/properties/oidcIssuerProfile"),)
        yield Hop(node, cluster.id.key.lower(), "run-code", evidence=proof)
        namespace = node.partition(" sub=system:serviceaccount:")[2].partition(":")[0]
        if namespace:
            yield from in_namespace(estate, node, cluster, namespace)


def source_of(estate: AzureEstate, credential: Credential) -> str:
    """Return the node whose tokens a credential takes.

    A directory's tokens are about one of its principals, and AWS's about a role: then it is that one.
    """
    entra = _ENTRA.match(credential.issuer)
    if entra is not None and "*" not in credential.subject:
        tenant = entra["tenant"].lower()
        return estate.directory.in_tenant(tenant, credential.subject)
    if _ROLE.fullmatch(credential.subject) and _AWS.fullmatch(credential.issuer.rstrip("/")):
        return credential.subject
    return subject_node(credential.issuer.rstrip("/"), credential.subject)
