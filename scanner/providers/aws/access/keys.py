"""Context keys: how they are spelled, who holds their value, and which the principal fixes.

Facts are from `AWS global condition context keys
<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>`_ and `IAM and STS
condition context keys
<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html>`_ (read
2026-11-22). Names are compared in lower case; guards spell a known key as AWS does and any other in lower
case.

Keys that depend on how a call is made stay open unless the request gives them: ``aws:SecureTransport``
(every caller can use TLS), ``aws:ViaAWSService`` and ``aws:CalledVia`` (a call may be made directly or
forwarded), ``aws:SourceArn`` and ``aws:SourceAccount`` (a service sets them to the resource that triggered
it). Keys are independent of each other but for ``aws:CurrentTime`` and ``aws:EpochTime``, which are one
clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from scanner.providers.aws.access.caller import Caller
    from scanner.verdict import Holder


class KeyTraits(NamedTuple):
    """What is known of a key: its spelling, the guard kind and who holds it."""

    name: str
    kind: str = "other"
    held_by: Holder = "ours"


_KNOWN: Final = {
    traits.name.lower(): traits
    for traits in (
        KeyTraits("aws:CalledVia", "via-service", "vendor"),
        KeyTraits("aws:CalledViaFirst", "via-service", "vendor"),
        KeyTraits("aws:CalledViaLast", "via-service", "vendor"),
        KeyTraits("aws:CurrentTime", "expiry"),
        KeyTraits("aws:Ec2InstanceSourceVpc", "source-vpc"),
        KeyTraits("aws:Ec2InstanceSourcePrivateIPv4", "source-ip"),
        KeyTraits("aws:EpochTime", "expiry"),
        KeyTraits("aws:FederatedProvider", "other", "issuer"),
        KeyTraits("aws:MultiFactorAuthAge", "mfa"),
        KeyTraits("aws:MultiFactorAuthPresent", "mfa"),
        KeyTraits("aws:PrincipalAccount", "source-account", "fixed"),
        KeyTraits("aws:PrincipalArn", "other", "fixed"),
        KeyTraits("aws:PrincipalIsAWSService", "via-service", "fixed"),
        KeyTraits("aws:PrincipalOrgID", "source-org"),
        KeyTraits("aws:PrincipalOrgPaths", "source-org"),
        KeyTraits("aws:PrincipalServiceName", "via-service", "fixed"),
        KeyTraits("aws:PrincipalServiceNamesList", "via-service", "fixed"),
        KeyTraits("aws:PrincipalType", "other", "fixed"),
        KeyTraits("aws:Referer", "other", "vendor"),
        KeyTraits("aws:RequestedRegion", "other", "vendor"),
        KeyTraits("aws:ResourceAccount", "other", "fixed"),
        KeyTraits("aws:ResourceOrgID", "other", "ours"),
        KeyTraits("aws:ResourceOrgPaths", "other", "ours"),
        KeyTraits("aws:SecureTransport", "other", "vendor"),
        KeyTraits("aws:SourceAccount", "source-account"),
        KeyTraits("aws:SourceArn", "source-arn"),
        KeyTraits("aws:SourceIdentity", "source-identity"),
        KeyTraits("aws:SourceIp", "source-ip", "vendor"),
        KeyTraits("aws:SourceOrgID", "source-org"),
        KeyTraits("aws:SourceOrgPaths", "source-org"),
        KeyTraits("aws:SourceVpc", "source-vpc"),
        KeyTraits("aws:SourceVpce", "source-vpce"),
        KeyTraits("aws:TagKeys", "request-tag", "vendor"),
        KeyTraits("aws:TokenIssueTime", "expiry"),
        KeyTraits("aws:UserAgent", "other", "vendor"),
        KeyTraits("aws:userid", "other", "fixed"),
        KeyTraits("aws:username", "other", "fixed"),
        KeyTraits("aws:ViaAWSService", "via-service", "vendor"),
        KeyTraits("aws:VpceAccount", "source-vpce"),
        KeyTraits("aws:VpceOrgID", "source-org"),
        KeyTraits("aws:VpceOrgPaths", "source-org"),
        KeyTraits("aws:VpcSourceIp", "source-ip", "vendor"),
        KeyTraits("kms:CallerAccount", "source-account", "fixed"),
        KeyTraits("kms:EncryptionContextKeys", "other", "vendor"),
        KeyTraits("kms:GrantIsForAWSResource", "via-service", "vendor"),
        KeyTraits("kms:ViaService", "via-service", "vendor"),
        KeyTraits("s3:DataAccessPointAccount", "other", "ours"),
        KeyTraits("s3:DataAccessPointArn", "other", "ours"),
        KeyTraits("s3:authType", "other", "vendor"),
        KeyTraits("s3:max-keys", "other", "vendor"),
        KeyTraits("s3:prefix", "other", "vendor"),
        KeyTraits("s3:delimiter", "other", "vendor"),
        KeyTraits("s3:signatureAge", "other", "vendor"),
        KeyTraits("s3:signatureversion", "other", "vendor"),
        KeyTraits("s3:TlsVersion", "other", "vendor"),
        KeyTraits("SAML:aud", "audience", "issuer"),
        KeyTraits("SAML:iss", "subject", "issuer"),
        KeyTraits("SAML:sub", "subject", "issuer"),
        KeyTraits("SAML:sub_type", "subject", "issuer"),
        KeyTraits("SAML:namequalifier", "subject", "issuer"),
        KeyTraits("sts:ExternalId", "external-id", "vendor"),
        KeyTraits("sts:RoleSessionName", "session-name", "vendor"),
        KeyTraits("sts:SourceIdentity", "source-identity", "vendor"),
        KeyTraits("sts:TransitiveTagKeys", "request-tag", "vendor"),
        KeyTraits("sts:DurationSeconds", "other", "vendor"),
        KeyTraits("resource", "other", "vendor"),
    )
}

_PREFIXES: Final = (
    KeyTraits("aws:PrincipalTag/", "principal-tag"),
    KeyTraits("aws:RequestTag/", "request-tag", "vendor"),
    KeyTraits("aws:ResourceTag/", "resource-tag"),
    KeyTraits("kms:EncryptionContext:", "other", "vendor"),
    KeyTraits("s3:ExistingObjectTag/", "resource-tag"),
    KeyTraits("s3:RequestObjectTag/", "request-tag", "vendor"),
    KeyTraits("SAML:", "subject", "issuer"),
)

_MANY: Final = frozenset(
    {
        "aws:calledvia",
        "aws:principalorgpaths",
        "aws:principalservicenameslist",
        "aws:resourceorgpaths",
        "aws:sourceorgpaths",
        "aws:tagkeys",
        "aws:vpceorgpaths",
        "kms:encryptioncontextkeys",
        "kms:grantoperations",
        "s3:requestobjecttagkeys",
        "sts:transitivetagkeys",
    }
)
_ALWAYS: Final = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:requestedregion",
        "aws:securetransport",
        "aws:useragent",
        "aws:viaawsservice",
    }
)
"""Keys whose "Availability" is: always included in the request context."""

RESOURCE: Final = "resource"
"""The resource of a request that asks for some resource, as if it were a context key."""


def traits_of(key: str) -> KeyTraits:
    """Return what is known of a lower-cased key."""
    known = _KNOWN.get(key)
    if known is not None:
        return known
    for prefix in _PREFIXES:
        if key.startswith(prefix.name.lower()):
            return KeyTraits(prefix.name + key[len(prefix.name) :], prefix.kind, prefix.held_by)
    issuer, _, claim = key.rpartition(":")
    if "." in issuer or "/" in issuer:  # a claim of a web identity token: `accounts.google.com:aud`
        kind = {"aud": "audience", "oaud": "audience", "azp": "audience"}.get(claim, "subject")
        return KeyTraits(key, kind, "issuer")
    if "resourcetag/" in key:
        return KeyTraits(key, "resource-tag")
    if "requesttag/" in key:
        return KeyTraits(key, "request-tag", "vendor")
    return KeyTraits(key)


def may_hold_many(key: str) -> bool | None:
    """Tell whether a key may hold several values; None for a key that is not known."""
    if key in _MANY:
        return True
    if key in _KNOWN or any(key.startswith(p.name.lower()) for p in _PREFIXES if p.name != "SAML:"):
        return False
    return None


def is_always_present(key: str) -> bool:
    """Tell whether every request carries the key.

    Only the few for which the difference matters are listed.
    """
    return key in _ALWAYS


_TYPES: Final = {
    "root": "Account",
    "user": "User",
    "federated-user": "FederatedUser",
    "role": "AssumedRole",
    "session": "AssumedRole",
    "anonymous": "Anonymous",
}
_OF_MEMBERS: Final = ("aws:principalorgid", "aws:principalorgpaths", "aws:principalarn", "aws:username")


def fixed_keys(caller: Caller) -> dict[str, tuple[str, ...] | None]:
    """Return the keys whose value follows from the principal alone; None: the key is absent.

    Values are those of "Principal key values" and of each key's "Availability" on the pages above.
    """
    fixed: dict[str, tuple[str, ...] | None] = {}
    kind = _TYPES.get(caller.kind)
    fixed["aws:principaltype"] = (kind,) if kind else None
    is_service = caller.kind == "service"
    fixed["aws:principalisawsservice"] = (str(is_service).lower(),) if caller.is_signed else None
    fixed["aws:principalservicename"] = (caller.arn or "",) if is_service else None
    fixed["aws:principalaccount"] = (
        (caller.account,) if caller.account and caller.has_identity_policies else None
    )
    if caller.kind == "anonymous":
        fixed.update({"aws:principalaccount": ("anonymous",), "aws:userid": ("anonymous",)})
    if caller.kind == "account":
        del fixed["aws:principaltype"]
        return fixed
    if not caller.has_identity_policies and caller.kind != "canonical":
        fixed.update(dict.fromkeys(_OF_MEMBERS))
        return fixed
    if caller.kind in {"canonical", "other"}:
        return fixed
    fixed["aws:principalarn"] = (caller.role or caller.arn or "",)
    user = caller.kind == "user"
    fixed["aws:username"] = ((caller.arn or "").rpartition("/")[2],) if user else None
    if caller.kind == "root":
        fixed["aws:userid"] = (caller.account or "",)
    return fixed
