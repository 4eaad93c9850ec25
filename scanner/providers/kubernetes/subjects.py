"""Who the users and groups of role bindings are outside the cluster: what authenticated them says.

A cluster has no list of users; names mean what its authenticators make of tokens, certificates and cloud
identities. Names whose authenticator is not known are taken for ours, and are a gap where they may do much.
Sources: Kubernetes, "Authenticating" (https://kubernetes.io/docs/reference/access-authn-authz/authentication/),
Amazon EKS User Guide, "Grant IAM users access to Kubernetes with a ConfigMap"
(https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html), Google Kubernetes Engine, "Best
practices for GKE RBAC", Avoid default roles and groups
(https://cloud.google.com/kubernetes-engine/docs/best-practices/rbac), Azure Kubernetes Service, "Use
Kubernetes role-based access control with Microsoft Entra ID"
(https://learn.microsoft.com/azure/aks/azure-ad-rbac, read 2026-11).
"""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from scanner.model import Principal
from scanner.providers.kubernetes.objects import CORE, items, object_id, words
from scanner.snapshot import Gap
from scanner.verdict import Guard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.config import Config
    from scanner.model import Evidence
    from scanner.providers.kubernetes.cluster import Cluster
    from scanner.providers.kubernetes.objects import Objects

ANYONE: Final = "*"
ANY_GOOGLE_ACCOUNT: Final = "allAuthenticatedUsers"
AUTHENTICATED: Final = "system:authenticated"
_ARN: Final = re.compile(r"arn:[a-z0-9-]+:(iam|sts)::(?P<account>\d{12}):(?P<kind>[a-z-]+)/?(?P<name>.*)")
_MAIL: Final = re.compile(r"[^@\s:/#]+@(?P<domain>[A-Za-z0-9.-]+\.[A-Za-z]{2,})")
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_GSA: Final = re.compile(r"[^@\s]+@(?P<project>[a-z0-9-]+)\.iam\.gserviceaccount\.com")
_GUEST: Final = re.compile(r"(?P<local>.+)_(?P<domain>[^_#]+)#EXT#@.+")
_ACCOUNT: Final = "system:serviceaccount:"
_LARGEST_MAP: Final = 1_000_000  # characters of an aws-auth entry; an object has at most 1 MiB


class Subject(NamedTuple):
    """A subject of a binding: ``User``, ``Group``, or ``ServiceAccount`` with its namespace."""

    kind: str
    name: str
    namespace: str = ""


class Membership(NamedTuple):
    """That a principal is a subject to the cluster, with what proves it and what must be so."""

    subject: Subject
    evidence: tuple[Evidence, ...] = ()
    guards: tuple[Guard, ...] = ()


class _Issuer(NamedTuple):
    """A token issuer that the API server trusts; names that begin with a prefix are its subjects."""

    url: str
    user_prefix: str
    group_prefix: str
    by_subject: bool
    evidence: Evidence


class Subjects:
    """The principals behind subjects, of one cluster."""

    def __init__(self, objects: Objects, cluster: Cluster, config: Config) -> None:
        self._objects = objects
        self._cluster = cluster
        self._config = config
        self.gaps: list[Gap] = []
        self._issuers = tuple(_issuers(objects))
        self._mapped = tuple(self._mappings())
        self.principals: dict[str, Principal] = {}
        self.accounts: set[tuple[str, str]] = set()
        self.memberships: dict[str, set[Membership]] = {}
        self.strangers: set[str] = set()
        for account in objects.all(CORE, "ServiceAccount"):
            self._add_account(account.namespace, account.name)

    def take(self, subject: Subject) -> None:
        """Take up the principals that a subject of a binding stands for."""
        if subject.kind == "ServiceAccount":
            self._add_account(subject.namespace, subject.name)
            return
        if subject.name.startswith(_ACCOUNT):
            namespace, _, name = subject.name.removeprefix(_ACCOUNT).partition(":")
            self._add_account(namespace, name)
            return
        for principal, membership in self._behind(subject):
            self.add(principal, membership)

    def add(self, principal: Principal, *memberships: Membership) -> None:
        """Add a principal with what it is to the cluster; whoever has a name is authenticated."""
        self.principals[principal.id] = principal
        known = self.memberships.setdefault(principal.id, set())
        known.update(memberships)
        if principal.id != ANYONE:
            known.add(Membership(Subject("Group", AUTHENTICATED)))

    def account_node(self, namespace: str, name: str) -> str:
        """Return the node of a service account."""
        self._add_account(namespace, name)
        return object_id(self._cluster.name, namespace, "ServiceAccount", name)

    def _add_account(self, namespace: str, name: str) -> None:
        id_ = object_id(self._cluster.name, namespace, "ServiceAccount", name)
        if id_ in self.principals:
            return
        self.accounts.add((namespace, name))
        principal = Principal(id_, "service-account", "kubernetes", self._cluster.name, name, ours=True)
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
        self.add(
            principal,
            Membership(Subject("ServiceAccount", name, namespace)),
            Membership(Subject("User", f"{_ACCOUNT}{namespace}:{name}")),
            *(Membership(Subject("Group", group)) for group in groups),
        )

    def _behind(self, subject: Subject) -> Iterator[tuple[Principal, Membership]]:
        plain = Membership(subject)
        mapped = [(arn, evidence) for arn, names, evidence in self._mapped if subject in names]
        yield from ((self._of_arn(arn), Membership(subject, (evidence,))) for arn, evidence in mapped)
        if subject.name in {"system:anonymous", "system:unauthenticated"}:
            yield Principal(ANYONE, "anonymous", "kubernetes", name="anyone"), plain
        elif subject.name == AUTHENTICATED and self._cluster.cloud == "gke":
            # any Google account, of whatever organization
            yield Principal(ANY_GOOGLE_ACCOUNT, "any-account", "gcp", name="any Google account"), plain
        elif subject.name.startswith("system:") or mapped:
            return  # components of the cluster itself, and what all service accounts are
        else:
            found = list(self._issued(subject)) or list(self._in_cloud(subject))
            yield from found or [self._stranger(subject)]

    def _stranger(self, subject: Subject) -> tuple[Principal, Membership]:
        """Return somebody of whom only the name is known."""
        id_ = object_id(self._cluster.name, "", subject.kind, subject.name)
        kind = "group" if subject.kind == "Group" else "user"
        self.strangers.add(id_)
        found = Principal(id_, kind, "kubernetes", self._cluster.name, subject.name, ours=True)
        return found, Membership(subject)

    def _issued(self, subject: Subject) -> Iterator[tuple[Principal, Membership]]:
        """Yield who a name is by the issuer whose prefix it has: the URL itself where none was chosen."""
        url, hash_, rest = subject.name.partition("#")
        if subject.kind == "User" and hash_ and url.startswith("https://"):
            yield _subject_principal(url, rest), Membership(subject)
            return
        for issuer in self._issuers:
            prefix = issuer.user_prefix if subject.kind == "User" else issuer.group_prefix
            if not subject.name.startswith(prefix):
                continue
            name = subject.name.removeprefix(prefix)
            if subject.kind == "User" and issuer.by_subject:
                yield _subject_principal(issuer.url, name), Membership(subject, (issuer.evidence,))
            else:
                claim = "groups" if subject.kind == "Group" else "username"
                guard = Guard(f"{claim} claim of {issuer.url}", "in", (name,), "issuer", "subject")
                yield _subject_principal(issuer.url, "*"), Membership(subject, (issuer.evidence,), (guard,))

    def _in_cloud(self, subject: Subject) -> Iterator[tuple[Principal, Membership]]:
        """Yield who a name is to the cloud that the cluster runs on, by its form."""
        plain, name = Membership(subject), subject.name
        kind = "group" if subject.kind == "Group" else "user"
        google, mail, guest = _GSA.fullmatch(name), _MAIL.fullmatch(name), _GUEST.fullmatch(name)
        if _ARN.fullmatch(name):
            yield self._of_arn(name), plain
        elif google:
            project = google["project"]
            ours = project in self._config.ours.gcp.projects
            node = f"serviceAccount:{name}"
            yield Principal(node, "service-account", "gcp", project, name, ours=ours), plain
        elif guest:
            address = f"{guest['local']}@{guest['domain']}"
            yield Principal(f"guest:{address}", "guest", "azure", name=address), plain
        elif _GUID.fullmatch(name) or (mail and self._cluster.cloud == "aks"):
            yield Principal(f"/{kind}s/{name}", kind, "azure", name=name, ours=True), plain
        elif mail and self._is_claimed_or_listed(mail["domain"]):
            ours = mail["domain"].lower() in _lower(self._config.ours.gcp.domains)
            yield Principal(f"{kind}:{name}", kind, "gcp", mail["domain"], name, ours=ours), plain

    def _is_claimed_or_listed(self, domain: str) -> bool:
        """Tell whether the configuration says whose mail domain it is: it claims some, or lists this."""
        listed = {entry for vendor in self._config.vendors for entry in vendor.identities.gcp}
        ends = (f"@{domain.lower()}", f"domain:{domain.lower()}")
        return bool(self._config.ours.gcp.domains) or any(e.endswith(ends) for e in _lower(listed))

    def _mappings(self) -> Iterator[tuple[str, frozenset[Subject], Evidence]]:
        """Yield (ARN, the subjects it is to the cluster, proof) of the ``aws-auth`` ConfigMap."""
        config = self._objects.get(CORE, "ConfigMap", "kube-system", "aws-auth")
        if config is None:
            return
        for field, key in (("mapRoles", "rolearn"), ("mapUsers", "userarn")):
            text = config.at(f"/data/{field}")
            entries = _entries(text)
            if entries is None:
                self.gaps.append(Gap(config.document.id, "unparseable", f"{field} is no list in YAML"))
            for entry in entries or ():
                subjects = {Subject("Group", group) for group in words(entry.get("groups"))}
                if entry.get("username"):
                    subjects.add(Subject("User", str(entry["username"])))
                yield str(entry.get(key, "")), frozenset(subjects), config.evidence(f"/data/{field}")

    def _of_arn(self, arn: str) -> Principal:
        found = _ARN.fullmatch(arn)
        if found is None:
            return Principal(arn, "role", "aws", name=arn)
        ours = found["account"] in self._config.ours.aws.accounts
        kind = "account" if found["kind"] == "root" else "role" if "role" in found["kind"] else "user"
        name = found["name"].rpartition("/")[2] or found["account"]
        return Principal(arn, kind, "aws", found["account"], name, ours=ours)


def describe_outside(node: str) -> Principal | None:
    """Return what an id that hops name stands for outside the cluster, None for one of another form."""
    if node == ANYONE:
        return Principal(ANYONE, "anonymous", "kubernetes", name="anyone")
    issuer, found, subject = node.partition(" sub=")
    if found:
        return _subject_principal(issuer, subject)
    try:
        ip_network(node)
    except ValueError:
        return None
    return Principal(node, "network", "kubernetes", name=node)


def _subject_principal(url: str, subject: str) -> Principal:
    node = f"{url} sub={subject}"
    return Principal(node, "oidc", "kubernetes", name=subject, issuer=url, subject=subject)


def _issuers(objects: Objects) -> Iterator[_Issuer]:
    """Yield the issuers of an AuthenticationConfiguration."""
    for config in objects.all("apiserver.config.k8s.io", "AuthenticationConfiguration"):
        for index, raw in enumerate(items(config.at("/jwt"))):
            pointer = f"/jwt/{index}"
            url = str(config.at(f"{pointer}/issuer/url") or "")
            claim = str(config.at(f"{pointer}/claimMappings/username/claim") or "")
            yield _Issuer(
                url,
                str(config.at(f"{pointer}/claimMappings/username/prefix") or ""),
                str(config.at(f"{pointer}/claimMappings/groups/prefix") or ""),
                claim == "sub" and "claimValidationRules" not in raw,
                config.evidence(f"{pointer}/issuer"),
            )


def _entries(text: Any) -> list[dict[str, Any]] | None:  # noqa: ANN401 - raw provider JSON
    """Return the list that a text holds as YAML, None when it holds none; nothing for no text."""
    if text is None:
        return []
    if not isinstance(text, str) or len(text) > _LARGEST_MAP:
        return None
    try:
        found = msgspec.yaml.decode(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        return None
    return items(found) if isinstance(found, list) else None


def _lower(texts: Iterable[str]) -> set[str]:
    return {text.lower() for text in texts}
