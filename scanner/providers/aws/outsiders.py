"""Which outside callers a resource or trust policy lets in, as nodes of the graph.

A policy's principals are atoms: an account, an ARN, a federated provider, ``*``. For an atom that is not
ours there is at least one *caller*: a representative principal to decide with, and the node that stands for
all like it. An account is any principal that its owner cares to make. ``*`` stands for anyone: without
credentials, with any account, and each account that a condition or a NotPrincipal of the same policy names.
Organizations and principals that a condition demands become nodes of their own in `steps`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_network
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scanner.model import Principal
from scanner.providers.aws.access import Policy, principals_named
from scanner.providers.aws.arn import Arn, account_of, anyone_of, root

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from scanner.providers.aws.access import Unread
    from scanner.providers.aws.organization import Organization

ANYONE = "*"
ANY_ACCOUNT = "arn:aws:iam::*:root"
UNKNOWN_ACCOUNT = "arn:aws:iam::?:root"
"""Whom a policy may name that nobody could read: a vendor's account, or one that nobody knows."""
_EVERYONE = {
    ANYONE: Principal(ANYONE, "anonymous", "aws", name="anyone"),
    ANY_ACCOUNT: Principal(ANY_ACCOUNT, "any-account", "aws", name="any AWS account"),
    UNKNOWN_ACCOUNT: Principal(UNKNOWN_ACCOUNT, "account", "aws", name="whoever an unread policy names"),
}
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_DIGITS = 12
_ACCOUNT_GLOB = re.compile(r"^(?:arn:[^:]*:(?:iam|sts)::)?(?=[*?]*\d)(?=\d*[*?])([\d*?]+)(?=:|$)")
_ACCOUNT_IN_TEXT = re.compile(r"(?<!\d)\d{12}(?!\d)")
OF_NO_SERVICE = MappingProxyType(
    dict.fromkeys(("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"), ())
)
"""Of a caller that is no service: keys that it never has, as absent."""
_PRINCIPAL_KEYS = {"aws:principalarn", "aws:principalaccount", "aws:userid", "kms:calleraccount"}
_STORES = ("truststore/", "certificate/", "client-vpn-endpoint/")
_LINES = ("customer-gateway/", "dxvif/")
"""Lines into our networks whose far end has no public address; see `network.premises`."""
_COGNITO = "cognito-identity.amazonaws.com"
_OF_DISTRIBUTIONS = "cloudfront"
"""Where the account stands in an origin access identity, whose viewers `hops.distributions` follows."""
# their APIs take signed requests only: KMS and SageMaker API References, "Common Parameters"
_SIGNED_ONLY = ("sts:", "kms:", "sagemaker:", "bedrock:")


@dataclass(frozen=True, slots=True, order=True)
class Caller:
    """An outside caller: `node` is its id in the graph, `principal` what the engine decides with."""

    node: str
    principal: str

    @property
    def kind(self) -> str:
        """How it authenticates: ``aws``, ``oidc``, ``saml``, ``service``, ``canonical`` or ``anonymous``."""
        arn = Arn.parse(self.principal)
        if self.principal == ANYONE:
            return "anonymous"
        if self.principal == _COGNITO:  # an identity provider of AWS's own: IAM User Guide, "Amazon Cognito"
            return "oidc"
        return self._kind_of_arn(arn)

    def _kind_of_arn(self, arn: Arn) -> str:
        if self.principal.startswith("canonical:"):
            return "canonical"
        if arn.resource.startswith("saml-provider/"):
            return "saml"
        if arn.resource.startswith("oidc-provider/"):
            return "oidc"
        if arn.partition:
            return "aws"
        return "service" if self.principal.endswith((".amazonaws.com", ".amazonaws.com.cn")) else "oidc"


def callers(policy: Policy, action: str, organization: Organization) -> tuple[Caller, ...]:
    """Return the outside callers that some Allow statement of `policy` may admit to `action`, sorted."""
    found: set[Caller] = set()
    for atom in principals_named(policy):
        if atom.kind == "aws" and atom.value != ANYONE:
            account = account_of(atom.value)
            if not organization.is_ours(account) and account != _OF_DISTRIBUTIONS:
                found.add(_named(atom.value))
        elif atom.kind == "federated":
            found.add(Caller(atom.value, atom.value))
        elif atom.kind == "canonical":
            found.add(Caller(f"canonical:{atom.value}", f"canonical:{atom.value}"))
        elif atom.value == ANYONE:
            found.update(_anyone(policy, action, organization))
    return tuple(sorted(found))


def _named(value: str) -> Caller:
    account = account_of(value)
    if account is None:
        return Caller(value, value)
    partition, _, _, _, resource = Arn.parse(value)
    if value == account or resource == "root":
        partition = partition or "aws"
        return Caller(root(account, partition), anyone_of(account, partition))
    return Caller(value, value)


def _anyone(policy: Policy, action: str, organization: Organization) -> Iterator[Caller]:
    accounts, globs, arns = _mentioned(policy)
    if not action.startswith(_SIGNED_ONLY):
        yield Caller(ANYONE, ANYONE)
    taken = accounts | organization.accounts
    yield Caller(ANY_ACCOUNT, anyone_of(stranger(taken)))
    for glob in sorted(globs):
        if account := stranger(taken, glob):
            yield Caller(root(glob), anyone_of(account))
    for account in sorted(accounts):
        if not organization.is_ours(account):
            yield Caller(root(account), anyone_of(account))
    for arn in sorted(arns):
        if not organization.is_ours(account_of(arn)):
            yield Caller(arn, arn)


def stranger(taken: Collection[str], glob: str = "*") -> str:
    """Return an account that is none of those and that a glob matches; an empty text when there is none."""
    digits = glob.replace("*", "?" * (_DIGITS - len(glob) + glob.count("*")), 1).replace("*", "")
    open_ = digits.count("?")
    if len(digits) != _DIGITS:
        return ""
    for number in range(10**open_ - 1, -1, -1):
        filled = iter(f"{number:0{open_}d}" if open_ else "")
        account = "".join(next(filled) if digit == "?" else digit for digit in digits)
        if account not in taken:
            return account
    return ""


def unseen(organization: Organization) -> Caller:
    """Return the caller that stands for whoever a policy names that was not read."""
    return Caller(UNKNOWN_ACCOUNT, anyone_of(stranger(organization.accounts)))


def _mentioned(policy: Policy) -> tuple[set[str], set[str], set[str]]:
    """Return what conditions on the caller or a NotPrincipal mention: accounts, globs of them, and ARNs.

    ARNs are a NotPrincipal's. A glob is an account of which some digits are left open.
    """
    accounts: set[str] = set()
    globs: set[str] = set()
    arns: set[str] = set()
    for statement in policy.statements:
        raw = policy.statement(statement.index)
        spared = [value for values in _spared(raw) for value in values]
        for value in (*spared, *(value for values in _compared(raw, _PRINCIPAL_KEYS) for value in values)):
            accounts.update(_ACCOUNT_IN_TEXT.findall(value))
            globs.update(_ACCOUNT_GLOB.findall(value))
        for value in spared:
            arn = Arn.parse(value)
            if arn.service in {"iam", "sts"} and arn.account and arn.resource != "root":
                arns.add(value)
    return accounts, globs, arns


def _compared(statement: Any, keys: Collection[str]) -> Iterator[list[str]]:  # noqa: ANN401 - raw provider JSON
    condition = statement.get("Condition") if isinstance(statement, dict) else None
    for block in condition.values() if isinstance(condition, dict) else ():
        for key, values in block.items() if isinstance(block, dict) else ():
            if key.lower() in keys:
                yield _strings(values)


def _spared(statement: Any) -> Iterator[list[str]]:  # noqa: ANN401 - raw provider JSON
    named = statement.get("NotPrincipal") if isinstance(statement, dict) else None
    if isinstance(named, dict):
        yield _strings(named.get("AWS"))


def of_no_service(
    caller: Caller, policy: Policy | Unread | None, organization: Organization
) -> Mapping[str, tuple[str, ...]]:
    """Return the keys that only a service's own call carries, as absent, for a caller that is no service.

    Source: IAM User Guide, "AWS global condition context keys", Availability of aws:SourceAccount,
    aws:SourceArn, aws:SourceOrgID and aws:SourceOrgPaths (reference_policies_condition-keys.html, read
    2026-11-22). A star means services too, which may call for whom such a condition names: the keys then are
    left open, unless all that is named is ours.
    """
    if caller.kind == "service":
        return {}
    if caller.node in {ANYONE, ANY_ACCOUNT} and isinstance(policy, Policy):
        raws = (policy.statement(statement.index) for statement in policy.statements)
        named = (value for raw in raws for values in _compared(raw, OF_NO_SERVICE) for value in values)
        if not all(organization.is_ours(account_of(value)) for value in named):
            return {}
    return OF_NO_SERVICE


def _strings(values: Any) -> list[str]:  # noqa: ANN401 - raw provider JSON
    return [v for v in (values if isinstance(values, list) else [values]) if isinstance(v, str)]


def subject_node(issuer: str, subject: str) -> str:
    """Return the id of an OIDC subject pattern, in the form of the vendor register."""
    return f"{issuer} sub={subject}"


def issuer_of(provider: str) -> str | None:
    """Return the issuer of an OIDC provider ARN or built-in web identity provider; None for SAML."""
    resource = Arn.parse(provider).resource
    if resource.startswith("oidc-provider/"):
        return f"https://{resource.removeprefix('oidc-provider/')}"
    if "saml-provider/" in resource:
        return None
    return f"https://{provider}"


def describe(node: str) -> Principal | None:
    """Return the principal that an outside node stands for, None for an id of another form."""
    if node in _EVERYONE:
        return _EVERYONE[node]
    issuer, is_subject, subject = node.partition(" sub=")
    if is_subject:
        return Principal(node, "oidc", "aws", name=subject, issuer=issuer, subject=subject)
    if node.startswith("canonical:") or _ORGANIZATION.fullmatch(node):
        kind = "account" if node.startswith("canonical:") else "organization"
        return Principal(node, kind, "aws", name=node)
    if is_network(node):
        return Principal(node, "network", "aws", name=node)
    return _of_arn(node, Arn.parse(node))


def _of_arn(node: str, arn: Arn) -> Principal | None:
    account, resource = arn.account, arn.resource
    name = resource.partition("/")[2]
    if resource.startswith("saml-provider/"):
        return Principal(node, "saml", "aws", account, name, issuer=node)
    if resource.startswith("directory/"):
        return Principal(node, "directory", "aws", account, resource, issuer=node)
    if arn.service == "rolesanywhere" or resource.startswith(_STORES):
        return Principal(node, "certificate", "aws", account, f"a certificate that {resource} accepts")
    if arn.service in {"iam", "sts"}:
        kind = "account" if resource == "root" else resource.partition("/")[0]
        named = account if kind == "account" else resource.rpartition("/")[2]
        return Principal(node, kind, "aws", scope=account or None, name=named)
    is_line = resource.startswith(_LINES)
    return Principal(node, "site", "aws", name=f"the network behind {name}") if is_line else None


def is_network(node: str) -> bool:
    """Tell whether a node is an address range."""
    try:
        return bool(ip_network(node))
    except ValueError:
        return False
