"""Who gets roles by other logins, in templates: guests and users of identity pools, holders of certificates.

Source: AWS CloudFormation Template Reference, "AWS::Cognito::IdentityPool",
"AWS::Cognito::IdentityPoolRoleAttachment", "AWS::RolesAnywhere::Profile", "AWS::RolesAnywhere::TrustAnchor"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-identitypool.html,
read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import cognito, rolesanywhere

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.cloudformation.made import Made

_PROVIDERS: Final = (
    *("CognitoIdentityProviders", "OpenIdConnectProviderARNs", "SamlProviderARNs", "SupportedLoginProviders"),
)


def _identity_pool(made: Made) -> None:
    """Read a pool; whether it lets guests in is taken for yes where that cannot be told, which is a gap."""
    whole: dict[str, Any] = {"IdentityPoolName": made.text("IdentityPoolName") or made.resource.name}
    for key in ("AllowUnauthenticatedIdentities", "AllowClassicFlow"):
        told = made.text(key)
        whole[key] = made.get(key) is not None if told is None else told == "true"
    whole |= made.fields(*_PROVIDERS)
    cognito.identity_pool(made.drafts, made.home, made.id, made.with_lines(whole))


def _roles(made: Made) -> None:
    pool = made.text("IdentityPoolId")
    if pool is None:
        return
    whole: dict[str, Any] = {"Roles": made.closed("Roles").get("Roles") or {}}
    mappings = made.closed("RoleMappings").get("RoleMappings")
    if mappings:
        whole["RoleMappings"] = mappings
    cognito.identity_roles(made.drafts, made.home, pool, made.with_lines(whole))


def _is_enabled(made: Made) -> bool:
    """Tell whether it may be enabled; what code does not say is for the service to decide."""
    return made.text("Enabled") != "false"


def _anchor(made: Made) -> None:
    arn = made.arn
    if arn is None:
        return
    source: dict[str, Any] = {"sourceType": made.text("Source", "SourceType")}
    data = {"AcmPcaArn": "acmPcaArn", "X509CertificateData": "x509CertificateData"}
    told = {to: value for key, to in data.items() if (value := made.text("Source", "SourceData", key))}
    whole = {"enabled": _is_enabled(made), "source": {**source, "sourceData": told}}
    rolesanywhere.trust_anchor(made.drafts, made.home, arn, made.with_lines(whole))


def _profile(made: Made) -> None:
    arn = made.arn
    if arn is None:
        return
    whole: dict[str, Any] = {
        "enabled": _is_enabled(made),
        "roleArns": [role for role, _ in made.texts("RoleArns")],
        "managedPolicyArns": [policy for policy, _ in made.texts("ManagedPolicyArns")],
    }
    if made.get("SessionPolicy") is not None:
        whole["sessionPolicy"] = made.fields("SessionPolicy")["SessionPolicy"]
    rolesanywhere.profile(made.drafts, made.home, arn, made.with_lines(whole))


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "AWS::Cognito::IdentityPool": _identity_pool,
    "AWS::Cognito::IdentityPoolRoleAttachment": _roles,
    "AWS::RolesAnywhere::Profile": _profile,
    "AWS::RolesAnywhere::TrustAnchor": _anchor,
}
