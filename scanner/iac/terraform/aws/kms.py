"""KMS: keys, their policies, grants and names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece, kms

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made


def _key(made: Made) -> None:
    kms.key(made.drafts, made.home, made.address, made.whole, made.policy("policy"))


def _key_arn(made: Made) -> str | None:
    key = made.text("key_id")
    if key is None:
        return None
    return key if key.startswith("arn:") else made.home.arn("kms", f"key/{key}")


def _key_policy(made: Made) -> None:
    arn, document = _key_arn(made), made.policy("policy")
    if arn is not None and document is not None:
        kms.key_policy(made.drafts, made.home, arn, document)


def _grant(made: Made) -> None:
    arn, grantee = _key_arn(made), made.text("grantee_principal")
    if arn is None or grantee is None:
        return
    body: dict[str, Any] = {"GranteePrincipal": grantee, "Operations": made.texts("operations")}
    for block in made.body.blocks("constraints"):
        names = {
            "encryption_context_equals": "EncryptionContextEquals",
            "encryption_context_subset": "EncryptionContextSubset",
        }
        body["Constraints"] = made.fields(names, block)
    kms.grant(made.drafts, made.home, arn, made.address, Piece(body, (made.place,)))


def _alias(made: Made) -> None:
    target = made.text("target_key_id")
    if target is not None:
        kms.alias(made.drafts, made.home, made.name, made.piece(target.rpartition("key/")[2]))


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_kms_alias": _alias,
    "aws_kms_external_key": _key,
    "aws_kms_grant": _grant,
    "aws_kms_key": _key,
    "aws_kms_key_policy": _key_policy,
    "aws_kms_replica_key": _key,
}
