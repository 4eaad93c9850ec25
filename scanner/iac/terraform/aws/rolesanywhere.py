"""Roles Anywhere: trust anchors and profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import rolesanywhere
from scanner.iac.terraform.values import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made


def _is_enabled(made: Made) -> bool:
    """Tell whether it may be enabled; what code does not say is for the service to decide."""
    return made.flag("enabled", default=True) is not False


def _anchor(made: Made) -> None:
    whole: dict[str, Any] = {"name": made.name, "enabled": _is_enabled(made)}
    for source in made.body.blocks("source"):
        fields = {"x509_certificate_data": "x509CertificateData", "acm_pca_arn": "acmPcaArn"}
        told = {field: plain(b.get(n)) for b in source.blocks("source_data") for n, field in fields.items()}
        whole["source"] = {
            "sourceType": plain(source.get("source_type")),
            "sourceData": {field: value for field, value in told.items() if isinstance(value, str)},
        }
    rolesanywhere.trust_anchor(made.drafts, made.home, made.arn, made.piece(whole))


def _profile(made: Made) -> None:
    whole: dict[str, Any] = {
        "name": made.name,
        "enabled": _is_enabled(made),
        "roleArns": made.texts("role_arns"),
        "managedPolicyArns": made.texts("managed_policy_arns"),
    }
    policy = made.policy("session_policy")
    piece = made.piece(whole)
    if policy is not None:
        piece = piece.with_fields(sessionPolicy=policy.body)
    rolesanywhere.profile(made.drafts, made.home, made.arn, piece)


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_rolesanywhere_profile": _profile,
    "aws_rolesanywhere_trust_anchor": _anchor,
}
