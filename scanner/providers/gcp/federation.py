"""Workload identity pools: whose tokens a pool takes, and which principals they become there.

A token is exchanged when the issuer is the provider's and the attribute condition holds; a binding then means
those whose mapped attributes have a value. Both are one condition over the token's claims here. Source: IAM
documentation, "Workload Identity Federation", attribute mappings and conditions
(https://cloud.google.com/iam/docs/workload-identity-federation, read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.model import Evidence
from scanner.providers.gcp.cel import CelSyntaxError, parse
from scanner.providers.gcp.cel.rewriting import substitute
from scanner.providers.gcp.cel.syntax import Binary, Joined, Literal, Node
from scanner.providers.gcp.members import POOL
from scanner.providers.gcp.shape import section, text, texts
from scanner.snapshot import DocumentId, Gap, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.snapshot import Document, Snapshot

_IAM = "//iam.googleapis.com/"
_PROVIDERS = ("workloadIdentityPoolProviders", "workforcePoolProviders")
_POOLS = ("workloadIdentityPools", "workforcePools")
_PROVIDER_TYPES = {
    "iam.googleapis.com/WorkloadIdentityPoolProvider",
    "iam.googleapis.com/WorkforcePoolProvider",
}
_POOL_TYPES = {"iam.googleapis.com/WorkloadIdentityPool", "iam.googleapis.com/WorkforcePool"}
# IAM documentation, "Configure Workload Identity Federation with AWS", default attribute mapping: the role of
# a session is its ARN without the session's name
AWS_ROLE = "attribute.aws_role"
_AWS_MAPPING = {"google.subject": "assertion.arn", AWS_ROLE: "assertion.arn"}
_AWS_ROLE_BY_DEFAULT = (
    "assertion.arn.contains('assumed-role')?assertion.arn.extract('{account_arn}assumed-role/')"
    "+'assumed-role/'+assertion.arn.extract('assumed-role/{role_name}/'):assertion.arn"
)
TRUE = Literal(True)


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider of a pool. `issuer` is a URL, or empty; `account` an AWS account, or empty."""

    name: str
    pool: str
    body: dict[str, Any]
    document: Document
    base: str

    @property
    def issuer(self) -> str:
        """The issuer of its tokens, without a slash at the end; ``""`` when it is none of OIDC's."""
        return text(section(self.body, "oidc").get("issuerUri")).rstrip("/")

    @property
    def audiences(self) -> tuple[str, ...]:
        """The audiences that it takes; empty stands for its own full name."""
        return texts(section(self.body, "oidc").get("allowedAudiences"))

    @property
    def account(self) -> str:
        """The AWS account whose identities it takes."""
        return text(section(self.body, "aws").get("accountId"))

    @property
    def mapping(self) -> dict[str, str]:
        """Target attribute to expression."""
        given = {k: text(v) for k, v in section(self.body, "attributeMapping").items()}
        if given and self.names_roles:
            given[AWS_ROLE] = _AWS_MAPPING[AWS_ROLE]
        return given or (dict(_AWS_MAPPING) if self.account else {})

    @property
    def names_roles(self) -> bool:
        """Whether the role of a session is mapped as by default, which some write out."""
        given = section(self.body, "attributeMapping")
        written = "".join(text(given.get(AWS_ROLE)).split()).replace('"', "'")
        return bool(self.account) and (not given or written == _AWS_ROLE_BY_DEFAULT)

    @property
    def condition(self) -> str:
        """The attribute condition, ``""`` without one."""
        return text(self.body.get("attributeCondition"))

    def evidence(self) -> tuple[Evidence, ...]:
        """Return what proves whom it takes, and on what condition."""
        said = {
            k: self.body[k] for k in ("oidc", "aws", "saml", "x509", "attributeMapping") if k in self.body
        }
        found = [Evidence(str(self.document.id), self.base, msgspec.json.encode(said).decode()[:2000])]
        if self.condition:
            excerpt = msgspec.json.encode(self.condition).decode()
            found.append(Evidence(str(self.document.id), f"{self.base}/attributeCondition", excerpt))
        return tuple(found)

    def meant(self, what: str) -> Node | None:
        """Return the condition over claims under which a token is one of those that `what` means.

        `what` is what a member says behind the pool: ``subject/S``, ``group/G``, ``attribute.X/V`` or ``*``.
        None: this provider makes none of them.

        Raises:
            CelSyntaxError: when a mapping or the condition cannot be read.
        """
        left = Unresolved.read(self.body.get("attributeCondition"))
        if left is None:
            left = Unresolved.read(self.body.get("attributeMapping"))
        if left is not None:
            raise CelSyntaxError(f"`{left.expression}` is not known", 0)
        if not self.mapping and what != "*":
            raise CelSyntaxError("its attribute mapping is not told", 0)
        wanted = self._wanted(what)
        if wanted is None:
            return None
        mapped = {target: parse(said) for target, said in self.mapping.items()}
        parts = [substitute(wanted, mapped)]
        if self.condition:
            parts.append(substitute(parse(self.condition), mapped))
        parts = [part for part in parts if part != TRUE]
        if not parts:
            return TRUE
        return parts[0] if len(parts) == 1 else Joined("&&", tuple(parts))

    def _wanted(self, what: str) -> Node | None:
        if what == "*":
            return TRUE
        kind, _, value = what.partition("/")
        attribute = {"subject": "google.subject", "group": "google.groups"}.get(kind, kind)
        if attribute not in self.mapping:
            return None
        if kind == "group":
            return Binary("in", Literal(value), parse(attribute))
        if attribute == AWS_ROLE and self.names_roles and "assumed-role" in value:
            text_ = msgspec.json.encode(value).decode()
            return parse(f'{attribute} == {text_} || assertion.arn.startsWith({text_[:-1]}/")')
        return Binary("==", parse(attribute), Literal(value))


class Federation:
    """Every pool and provider that was read."""

    def __init__(self, snapshot: Snapshot, hierarchy: Hierarchy) -> None:
        self._by_pool: dict[str, list[Provider]] = defaultdict(list)
        self._off: set[str] = set()
        self._known: set[str] = set()
        for document, base, kind, body in _bodies(snapshot):
            name = hierarchy.canonical(f"{_IAM}{text(body.get('name'))}").removeprefix(_IAM)
            gone = body.get("disabled") is True or text(body.get("state")) == "DELETED"
            if kind == "pool":
                self._known.add(name)
                self._off |= {name} if gone else set()
            elif not gone:
                pool = name.partition("/providers/")[0]
                self._by_pool[pool].append(Provider(name, pool, body, document, base))
            else:
                self._known.add(name.partition("/providers/")[0])

    def providers(self, member: str) -> tuple[tuple[Provider, ...], str]:
        """Return the providers of a federated member's pool, and what the member says behind the pool."""
        found = POOL.fullmatch(member)
        if found is None or found["pool"] in self._off:
            return (), ""
        return tuple(sorted(self._by_pool.get(found["pool"], ()), key=lambda p: p.name)), found["what"]

    def all(self) -> tuple[Provider, ...]:
        """Return every provider in force, in name order."""
        pools = (self._by_pool[pool] for pool in sorted(self._by_pool) if pool not in self._off)
        return tuple(sorted((p for providers in pools for p in providers), key=lambda p: p.name))

    def gaps(self, members: Iterable[str], hierarchy: Hierarchy) -> Iterator[Gap]:
        """Yield a gap for each pool of ours that a member is of and whose providers were not read."""
        pools = {found["pool"] for m in members if (found := POOL.fullmatch(m))}
        for pool in sorted(pools - self._off - self._known - set(self._by_pool)):
            project = pool.split("/")[1] if pool.startswith("projects/") else ""
            if pool.endswith(".svc.id.goog") or (project and not hierarchy.is_ours(project)):
                continue
            id_ = DocumentId(
                "gcp", project, "", "iam", f"ListWorkloadIdentityPoolProviders.{_PROVIDERS[0]}", pool
            )
            yield Gap(id_, "not-collected", "whose tokens the pool takes is not known", "understated")


def _bodies(snapshot: Snapshot) -> Iterator[tuple[Document, str, str, dict[str, Any]]]:
    """Yield (document, pointer to the body, pool or provider, body), from the inventory or the API itself."""
    for document in snapshot:
        if document.id.provider != "gcp" or document.id.service not in {"iam", "cloudasset"}:
            continue
        last = document.id.field.rpartition(".")[2]
        if document.id.service == "iam" and last in (*_PROVIDERS, *_POOLS):
            yield document, "", "provider" if last in _PROVIDERS else "pool", section(document.body)
        elif document.id.field == "ListAssets.RESOURCE":
            type_ = text(section(document.body).get("assetType"))
            if type_ in _PROVIDER_TYPES | _POOL_TYPES:
                kind = "provider" if type_ in _PROVIDER_TYPES else "pool"
                yield document, "/resource/data", kind, section(document.body, "resource", "data")
