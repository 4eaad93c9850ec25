"""CloudFront distributions: what they publish of buckets, load balancers, functions and APIs, and to whom.

Sources, below https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/, read 2026-11-22: "Restrict
access to an Amazon S3 origin" (private-content-restricting-access-to-s3.html), "Restrict access with VPC
origins" (private-content-vpc-origins.html), "Serve private content with signed URLs and signed cookies"
(PrivateContent.html), "Cache behavior settings" (DownloadDistValuesCacheBehavior.html): the first behaviour
whose pattern matches a request counts, the default last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.providers.aws.hosts import Hosts, Place
from scanner.providers.aws.library import at
from scanner.providers.aws.network import Front
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot import Document, Snapshot

_BUCKET = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9.-]+?)\.s3[.-](?!website)(?:[a-z0-9.-]+\.)?amazonaws\.com(?:\.cn)?$"
)
_ANY_PATH = "*"


@dataclass(frozen=True, slots=True)
class Publication:
    """One behaviour of a distribution with the origin that it takes answers from.

    Attributes:
        distribution: Its ARN.
        bucket: Name of the bucket, or empty.
        origin: ARN of what lies in a VPC, or empty.
        answering: What answers at the name of an origin on the internet.
        ports: Where that is called.
        path: Glob over the keys of the bucket.
        identity: The origin access identity that asks the bucket, or empty.
        signs: Whether requests to the bucket are signed by the service (origin access control).
        signed_links: Viewers show a signed URL or cookie.
        functions: Code that runs before the origin is asked, and may turn viewers away.
        firewall: A web ACL.
        posts: Whether viewers may send anything.
        unknown: The origin, where nothing that was read answers.
        headers: Lower-cased names of what it adds to requests: the origin may ask for them as for a secret.
    """

    distribution: str
    account: str
    document: Document
    pointer: str
    bucket: str = ""
    origin: str = ""
    answering: Place = Place()  # noqa: RUF009 - an immutable value
    ports: tuple[int, ...] = ()
    path: str = _ANY_PATH
    identity: str = ""
    signs: bool = False
    signed_links: bool = False
    functions: tuple[str, ...] = ()
    firewall: str = ""
    posts: bool = False
    headers: tuple[str, ...] = ()
    unknown: str = ""

    @property
    def id(self) -> str:
        """A name that no other has."""
        return f"{self.document.id}#{self.pointer}"


class Distributions:
    """Every publication of the distributions that are switched on, in their order and that of behaviours."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._hosts = Hosts(snapshot)
        found: list[Publication] = []
        for document in snapshot.all("aws", "cloudfront", "ListDistributions"):
            items = at(document.body, "/DistributionList/Items") or []
            for index, item in enumerate(items):
                if item.get("Enabled"):
                    found += self._of(document, f"/DistributionList/Items/{index}", item)
        self._found = {publication.id: publication for publication in found}
        self._identities = {
            str(item.get("S3CanonicalUserId")): str(item.get("Id"))
            for document in snapshot.all("aws", "cloudfront", "ListCloudFrontOriginAccessIdentities")
            for item in at(document.body, "/CloudFrontOriginAccessIdentityList/Items") or []
        }

    def __iter__(self) -> Iterator[Publication]:
        return iter(self._found.values())

    def get(self, name: str) -> Publication | None:
        """Return the publication with an id."""
        return self._found.get(name)

    def fronts(self) -> Iterator[Front]:
        """Yield what is published of load balancers; models are asked with POST."""
        for found in self:
            leads_to = found.origin or found.answering.arn
            if ":elasticloadbalancing:" in leads_to and found.posts:
                ports = () if found.origin else found.ports
                yield Front(found.id, leads_to, found.document, found.pointer, is_origin=True, ports=ports)

    def gaps(self) -> Iterator[Gap]:
        """Yield what answers viewers who may send anything, and is nothing that was read."""
        unknown: dict[DocumentId, set[str]] = {}
        for found in self:
            if found.posts and found.unknown:
                unknown.setdefault(found.document.id, set()).add(f"{found.unknown} of {found.distribution}")
        for id_, origins in unknown.items():
            detail = f"what answers at an origin is not known: {', '.join(sorted(origins))}"
            yield Gap(id_, "not-implemented", detail[:300], "understated")

    def of_bucket(self, name: str) -> tuple[Publication, ...]:
        """Return what is published of a bucket."""
        return tuple(publication for publication in self if publication.bucket == name)

    def knows(self, identity: str) -> bool:
        """Tell whether an origin access identity is of a distribution or an account that was read."""
        return identity in self._identities.values() or any(p.identity == identity for p in self)

    def canonical(self, identity: str) -> tuple[str, ...]:
        """Return the canonical user ids of an origin access identity, which policies may name it by."""
        return tuple(canonical for canonical, id_ in self._identities.items() if id_ == identity)

    def _of(self, document: Document, place: str, item: dict[str, Any]) -> Iterator[Publication]:
        origins = {o.get("Id"): o for o in at(item, "/Origins/Items") or []}
        listed = at(item, "/CacheBehaviors/Items") or []
        behaviours = [(f"{place}/CacheBehaviors/Items/{i}", b) for i, b in enumerate(listed)]
        for pointer, behaviour in (
            *behaviours,
            (f"{place}/DefaultCacheBehavior", item.get("DefaultCacheBehavior") or {}),
        ):
            origin = origins.get(behaviour.get("TargetOriginId"))
            if origin is None:
                continue
            bucket = _BUCKET.match(str(origin.get("DomainName", "")))
            of_s3 = origin.get("S3OriginConfig")
            pattern = str(behaviour.get("PathPattern") or _ANY_PATH).lstrip("/")
            below = str(origin.get("OriginPath") or "").strip("/")
            within = str(at(origin, "/VpcOriginConfig/VpcOriginId") or "")
            inside = self._in_vpc(document, within)
            yield Publication(
                distribution=str(item.get("ARN", "")),
                account=document.id.scope,
                document=document,
                pointer=pointer,
                bucket=bucket["name"] if bucket and of_s3 is not None else "",
                answering=self._hosts.at(str(origin.get("DomainName", ""))),
                ports=_ports(origin.get("CustomOriginConfig") or {}),
                origin=inside,
                unknown=self._unknown(origin, inside or within, is_published=bool(bucket)),
                path=f"{below}/{pattern}" if below else pattern,
                identity=str((of_s3 or {}).get("OriginAccessIdentity") or "").rpartition("/")[2],
                signs=bool(origin.get("OriginAccessControlId")),
                signed_links=any(
                    at(behaviour, f"/{signers}/Enabled") for signers in ("TrustedSigners", "TrustedKeyGroups")
                ),
                functions=tuple(_functions(behaviour)),
                firewall=str(item.get("WebACLId") or ""),
                headers=tuple(_headers(origin)),
                posts="POST" in (at(behaviour, "/AllowedMethods/Items") or []),
            )

    def _unknown(self, origin: dict[str, Any], inside: str, *, is_published: bool) -> str:
        """Return how to name an origin that is not followed, empty for one that is, or a bucket."""
        if inside:
            return "" if ":elasticloadbalancing:" in inside else inside
        host = str(origin.get("DomainName", ""))
        return host if not is_published and self._hosts.is_unknown(host) else ""

    def _in_vpc(self, document: Document, name: str) -> str:
        """Return the ARN that a VPC origin stands for, empty when it is not known."""
        listed = self._snapshot.get(
            DocumentId("aws", document.id.scope, document.id.region, "cloudfront", "ListVpcOrigins")
        )
        items = [] if isinstance(listed, Gap) else at(listed.body, "/VpcOriginList/Items") or []
        return next(
            (str(item.get("OriginEndpointArn")) for item in items if name and item.get("Id") == name), ""
        )


def _ports(custom: dict[str, Any]) -> tuple[int, ...]:
    """Return the ports that an origin is called at: of the policy ``match-viewer`` both."""
    policy = custom.get("OriginProtocolPolicy")
    plain, secure = int(custom.get("HTTPPort") or 80), int(custom.get("HTTPSPort") or 443)
    return (plain,) if policy == "http-only" else (secure,) if policy == "https-only" else (plain, secure)


def _headers(origin: dict[str, Any]) -> Iterator[str]:
    """Yield the names of the headers that are added to requests of an origin."""
    for header in at(origin, "/CustomHeaders/Items") or []:
        name = at(header, "/HeaderName")
        if isinstance(name, str):
            yield name.lower()


def _functions(behaviour: dict[str, Any]) -> Iterator[str]:
    """Yield the code that runs on a viewer's request."""
    for at_edge, arn in (
        ("LambdaFunctionAssociations", "LambdaFunctionARN"),
        ("FunctionAssociations", "FunctionARN"),
    ):
        for entry in at(behaviour, f"/{at_edge}/Items") or []:
            if str(entry.get("EventType", "")).endswith("-request"):
                yield str(entry.get(arn, ""))
