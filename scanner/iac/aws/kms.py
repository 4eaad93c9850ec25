"""Keys, their policies, grants and aliases.

What a key has where code says nothing: a policy that leaves everything to the account's IAM (AWS KMS
Developer Guide, "Default key policy",
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html, read 2026-11).
"""

from __future__ import annotations

from scanner.iac.aws.drafts import Drafts, Home, Piece


def key(drafts: Drafts, home: Home, key_id: str, whole: Piece, policy: Piece | None) -> str:
    """Declare a key; returns its ARN. `key_id` is unique in account and region, and rarely known."""
    arn = home.arn("kms", f"key/{key_id}")
    drafts.put(home.id("kms", "ListKeys.Keys", arn), Piece({"KeyId": key_id, "KeyArn": arn}, whole.places))
    metadata = {"KeyId": key_id, "Arn": arn, "KeyManager": "CUSTOMER", "AWSAccountId": home.account}
    drafts.put(home.id("kms", "DescribeKey", arn), Piece(metadata, whole.places).wrapped("KeyMetadata"))
    drafts.lived_in(home)
    if policy is not None:
        key_policy(drafts, home, arn, policy)
    return arn


def key_policy(drafts: Drafts, home: Home, key_arn: str, document: Piece) -> None:
    """Give a key its policy, as an object."""
    drafts.put(home.id("kms", "GetKeyPolicy", key_arn), document.wrapped("Policy"))


def grant(drafts: Drafts, home: Home, key_arn: str, grant_id: str, whole: Piece) -> None:
    """Grant the use of a key: ``GranteePrincipal``, ``Operations``, ``Constraints``."""
    drafts.put(home.id("kms", "ListGrants.Grants", f"{key_arn}/{grant_id}"), whole)


def alias(drafts: Drafts, home: Home, name: str, target: Piece) -> None:
    """Name a key; `target` is its id."""
    body = {"AliasName": name, "TargetKeyId": target.body, "AliasArn": home.arn("kms", name)}
    drafts.put(home.id("kms", "ListAliases.Aliases", name), Piece(body, target.places))


def complete(drafts: Drafts) -> None:
    """Say what a key has where code says nothing, and that each list ends here."""
    for draft in drafts.of("kms", "DescribeKey"):
        home = Home(draft.id.scope, draft.id.region)
        root = f"arn:{home.partition}:iam::{home.account}:root"
        statement = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        drafts.assume(home.id("kms", "GetKeyPolicy", draft.id.key), {"Policy": policy})
        drafts.assume(home.id("kms", "ListGrants", draft.id.key), {})
    for home in sorted(drafts.homes):
        drafts.assume(home.id("kms", "ListKeys"), {})
        drafts.assume(home.id("kms", "ListAliases"), {})
