"""Hops into identities of workload identity pools, from whoever can have a token that means them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.guards import Guard
from scanner.model import Hop
from scanner.providers.gcp import aws_callers, subjects
from scanner.providers.gcp.cel import CelSyntaxError, Environment, attributes
from scanner.providers.gcp.cel.residual import residual
from scanner.providers.gcp.cel.terms import Free
from scanner.providers.gcp.members import FEDERATED
from scanner.providers.gcp.shape import section
from scanner.stringset import StringSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.cel.residual import Residual
    from scanner.providers.gcp.estate import GcpEstate
    from scanner.providers.gcp.federation import Provider

_ENTER = "assume-web-identity"
_EXCHANGE = "sts.googleapis.com"
_TENANT = ("https://sts.windows.net/", "https://login.microsoftonline.com/")


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a federated identity or set of a pool; none for another node."""
    if not node.startswith(FEDERATED):
        return
    providers, what = estate.federation.providers(node)
    for provider in providers:
        for hop in _through(estate, node, provider, what):
            yield _exchanged(estate, provider, hop)


def _exchanged(estate: GcpEstate, provider: Provider, hop: Hop) -> Hop:
    """Return the hop with what a perimeter makes of it that restricts exchanging tokens for the pool.

    Source: IAM documentation, "Help secure IAM with VPC Service Controls", Security Token Service API
    (https://cloud.google.com/iam/docs/secure-iam-vpc-sc, read 2026-11).
    """
    project = provider.pool.split("/")[1] if provider.pool.startswith("projects/") else ""
    for perimeter in estate.perimeters.around(estate.hierarchy.key(f"projects/{project}")):
        if _EXCHANGE not in perimeter.services:
            continue
        proof = (*hop.evidence, perimeter.evidence("/restrictedServices", sorted(perimeter.services)))
        word = f"service perimeter {perimeter.name.rpartition('/')[2]}"
        if perimeter.status.get("accessLevels") or perimeter.status.get("ingressPolicies"):
            missing = (*hop.missing, f"whether {word} lets the exchange of tokens in")
            hop = msgspec.structs.replace(hop, certainty="possible", missing=missing, evidence=proof)
        else:
            return msgspec.structs.replace(hop, certainty="blocked", blocked_by=(word,), evidence=proof)
    return hop


def _through(estate: GcpEstate, node: str, provider: Provider, what: str) -> Iterator[Hop]:
    try:
        condition = provider.meant(what)
    except CelSyntaxError as problem:
        missing = (f"{provider.document.id} ({problem})",)
        for source in _anyone(estate, provider):
            yield _hop(node, provider, source, (), missing)
        return
    if condition is None:
        return
    if provider.account:
        yield from aws_callers.entering(estate, node, provider, condition)
        return
    if not provider.issuer and (section(provider.body, "oidc") or section(provider.body, "aws")):
        for source in _anyone(estate, provider):  # code leaves open whose tokens it takes
            yield _hop(node, provider, source, (), (f"{provider.document.id} (its issuer is not known)",))
        return
    if not provider.issuer:
        for source in _anyone(estate, provider):
            yield Hop(node, source, _type(provider), evidence=provider.evidence())
        return
    claims = {path: Free() for path in attributes(condition) if path.startswith("assertion.")}
    if subjects.SUB in claims:
        claims[subjects.SUB] = Free(StringSet.everything())
    yield from _by_token(estate, node, provider, residual(condition, Environment(), claims))


def _by_token(estate: GcpEstate, node: str, provider: Provider, left: Residual) -> Iterator[Hop]:
    audience = Guard(
        f"{provider.issuer.removeprefix('https://')}:aud",
        "in",
        tuple(sorted(provider.audiences)) or (f"https://iam.googleapis.com/{provider.name}",),
        "vendor",
        "audience",
    )
    seen = set()
    for conjunct in left.alternatives:
        for way in subjects.ways(provider.issuer, conjunct):
            source = _subject_node(estate, provider.issuer, way.subject)
            missing = tuple(f"{provider.document.id} ({hinge})" for hinge in way.hinges)
            hop = _hop(node, provider, source, tuple(sorted({*way.guards, audience})), missing)
            if hop not in seen:
                seen.add(hop)
                yield hop


def _subject_node(estate: GcpEstate, issuer: str, subject: str) -> str:
    """Return the node of a subject; one identity of a directory of Microsoft's is that identity's own."""
    if issuer.startswith(_TENANT) and "*" not in subject and "?" not in subject:
        tenant = issuer.split("/")[3]
        if tenant in estate.config.ours.azure.tenants:
            return f"/servicePrincipals/{subject}"
        return f"tenant:{tenant}/{subject}"
    return f"{issuer} sub={subject}"


def _anyone(estate: GcpEstate, provider: Provider) -> Iterator[str]:
    """Yield the sources of everyone whom a provider may take."""
    if provider.account:
        yield aws_callers.account_node(provider.account)
    elif provider.issuer:
        yield _subject_node(estate, provider.issuer, "*")
    else:
        yield f"//iam.googleapis.com/{provider.name}"


def _type(provider: Provider) -> str:
    """Return the type of the hops through a provider; one that tells neither kind is taken for OIDC's."""
    if section(provider.body, "saml"):
        return "assume-saml"
    has_keys = any(section(provider.body, key) for key in ("x509", "X509"))
    return "assume-certificate" if has_keys else _ENTER


def _hop(
    node: str, provider: Provider, source: str, guards: tuple[Guard, ...], missing: tuple[str, ...]
) -> Hop:
    return Hop(
        node,
        source,
        _type(provider),
        guards=guards,
        certainty="possible" if missing else "proven",
        evidence=provider.evidence(),
        missing=missing,
    )
