"""Cognito: user pools, which sign tokens that APIs ask for, and identity pools, which hand out roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import cognito
from scanner.iac.terraform.values import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made

_RULE: Final = {"claim": "Claim", "match_type": "MatchType", "value": "Value", "role_arn": "RoleARN"}
_PROVIDER: Final = {
    "client_id": "ClientId",
    "provider_name": "ProviderName",
    "server_side_token_check": "ServerSideTokenCheck",
}


def _user_pool(made: Made) -> None:
    whole: dict[str, Any] = {"Name": made.name}
    for body in made.body.blocks("admin_create_user_config"):
        only = made.flag("allow_admin_create_user_only", body)
        if only is None:
            made.untold("allow_admin_create_user_only", body.get("allow_admin_create_user_only"))
        whole["AdminCreateUserConfig"] = {"AllowAdminCreateUserOnly": bool(only)}
    cognito.user_pool(made.drafts, made.home, made.id, made.piece(whole))


def _identity_pool(made: Made) -> None:
    guests = made.body.get("allow_unauthenticated_identities")
    providers = [made.fields(_PROVIDER, body) for body in made.body.blocks("cognito_identity_providers")]
    whole = {
        "IdentityPoolName": made.name,
        "AllowUnauthenticatedIdentities": False if guests is None else plain(guests),
        "CognitoIdentityProviders": providers,
        **made.fields(
            {
                "allow_classic_flow": "AllowClassicFlow",
                "openid_connect_provider_arns": "OpenIdConnectProviderARNs",
                "saml_provider_arns": "SamlProviderARNs",
                "supported_login_providers": "SupportedLoginProviders",
            }
        ),
    }
    cognito.identity_pool(made.drafts, made.home, made.id, made.piece(whole))


def _roles(made: Made) -> None:
    pool = made.text("identity_pool_id")
    if pool is None:
        return
    whole: dict[str, Any] = {"Roles": made.fields({"roles": "Roles"}).get("Roles") or {}}
    mappings = {}
    for body in made.body.blocks("role_mapping"):
        name = made.text("identity_provider", body)
        rules = [made.fields(_RULE, rule) for rule in body.blocks("mapping_rule")]
        if name is not None:
            mappings[name] = {
                **made.fields({"type": "Type", "ambiguous_role_resolution": "AmbiguousRoleResolution"}, body),
                **({"RulesConfiguration": {"Rules": rules}} if rules else {}),
            }
    if mappings:
        whole["RoleMappings"] = mappings
    cognito.identity_roles(made.drafts, made.home, pool, made.piece(whole))


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_cognito_identity_pool": _identity_pool,
    "aws_cognito_identity_pool_roles_attachment": _roles,
    "aws_cognito_user_pool": _user_pool,
}
