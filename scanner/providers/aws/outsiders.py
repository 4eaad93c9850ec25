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
from typing import TYPE_CHECKING, Any

from scanner.model import Principal
from scanner.providers.aws.access import principals_named
from scanner.providers.aws.arn import Arn, account_of, anyone_of, root

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.access import Policy
    from scanner.providers.aws.organization import Organization

ANYONE = "*"
ANY_ACCOUNT = "arn:aws:iam::*:root"
_EVERYONE = {
    ANYONE: Principal(ANYONE, "anonymous", "aws", name="anyone"),
    ANY_ACCOUNT: Principal(ANY_ACCOUNT, "any-account", "aws", name="any AWS account"),
}
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_ACCOUNT_IN_TEXT = re.compile(r"(?<!\d)\d{12}(?!\d)")
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
    accounts, arns = _mentioned(policy)
    if not action.startswith(_SIGNED_ONLY):
        yield Caller(ANYONE, ANYONE)
    taken = accounts | organization.accounts
    fresh = next(a for a in (str(n) for n in range(999_999_999_999, 0, -1)) if a not in taken)
    yield Caller(ANY_ACCOUNT, anyone_of(fresh))
    for account in sorted(accounts):
        if not organization.is_ours(account):
            yield Caller(root(account), anyone_of(account))
    for arn in sorted(arns):
        if not organization.is_ours(account_of(arn)):
            yield Caller(arn, arn)


def _mentioned(policy: Policy) -> tuple[set[str], set[str]]:
    """Return the accounts that conditions on the caller or a NotPrincipal mention, and the latter's ARNs."""
    accounts: set[str] = set()
    arns: set[str] = set()
    for statement in policy.statements:
        raw = policy.statement(statement.index)
        spared = [value for values in _spared(raw) for value in values]
        for value in (*spared, *(value for values in _condition_values(raw) for value in values)):
            accounts.update(_ACCOUNT_IN_TEXT.findall(value))
        for value in spared:
            arn = Arn.parse(value)
            if arn.service in {"iam", "sts"} and arn.account and arn.resource != "root":
                arns.add(value)
    return accounts, arns


def _condition_values(statement: Any) -> Iterator[list[str]]:  # noqa: ANN401 - raw provider JSON
    condition = statement.get("Condition") if isinstance(statement, dict) else None
    for block in condition.values() if isinstance(condition, dict) else ():
        for key, values in block.items() if isinstance(block, dict) else ():
            if key.lower() in _PRINCIPAL_KEYS:
                yield _strings(values)


def _spared(statement: Any) -> Iterator[list[str]]:  # noqa: ANN401 - raw provider JSON
    named = statement.get("NotPrincipal") if isinstance(statement, dict) else None
    if isinstance(named, dict):
        yield _strings(named.get("AWS"))


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
