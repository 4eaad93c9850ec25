"""Keys, who may use them, and what they are called.

| document | key | body |
|---|---|---|
| ``ListKeys.Keys`` | key ARN | ``KeyId``, ``KeyArn`` |
| ``DescribeKey`` | key ARN | ``KeyMetadata``; its ``KeyManager`` is CUSTOMER or AWS |
| ``GetKeyPolicy`` | key ARN | ``Policy`` as JSON |
| ``ListGrants.Grants`` | KEY ARN/GRANT ID | one grant; not asked for AWS-managed keys |
| ``ListGrants`` | key ARN | all grants of the key were read |
| ``ListAliases.Aliases`` | alias name | ``AliasArn``, ``TargetKeyId`` |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.collect.bodies import at
from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from scanner.providers.aws.collect.table import Found

_KEYS = ("ListKeys.Keys",)


def may_be_granted(found: Found, key: str) -> bool:
    """Say whether a user can have made grants on the key: not on an AWS-managed one.

    Source: "AWS managed keys", https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html (read
        2026-11). A
    key that could not be described is asked.
    """
    return bool(at(found.get("DescribeKey", key), "KeyMetadata.KeyManager") != "AWS")


TABLE: Final = Service(
    name="kms",
    scope="regional",
    rows=(
        Row(operation="ListKeys", given=({"Limit": 1000},), lists={"Keys": "KeyArn"}),
        Row(operation="DescribeKey", each=_KEYS, params={"KeyId": "KeyArn"}),
        Row(
            operation="GetKeyPolicy",
            each=_KEYS,
            given=({"PolicyName": "default"},),
            params={"KeyId": "KeyArn"},
            policies=("Policy",),
        ),
        Row(
            operation="ListGrants",
            each=_KEYS,
            given=({"Limit": 100},),
            params={"KeyId": "KeyArn"},
            when=may_be_granted,
            lists={"Grants": "@key/GrantId"},
        ),
        Row(operation="ListAliases", given=({"Limit": 100},), lists={"Aliases": "AliasName"}),
    ),
)
