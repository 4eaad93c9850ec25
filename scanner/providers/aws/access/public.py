"""Is a bucket policy public, as S3 Block Public Access means it?

A policy is public unless every Allow statement grants to fixed values only: `The meaning of "public"
<https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>`_
(read 2026-11-22). A fixed value has no wildcard and no policy variable. With RestrictPublicBuckets a public
policy leaves access only to AWS services and to the owner's account, also for outsiders whom another
statement names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.netset import AddressSet

if TYPE_CHECKING:
    from scanner.providers.aws.access.conditions import Condition
    from scanner.providers.aws.access.policy import Policy
    from scanner.providers.aws.access.statement import Statement

_FIXING: Final = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    }
)
_GLOB_ALLOWED: Final = frozenset({"s3:dataaccesspointarn"})
"""Keys that stay fixed with a wildcard in the access point's name, as long as the account is fixed."""

_MIN_BITS: Final = (8, 32)
"""Prefix lengths of IPv4 and IPv6 below which a range counts as public (observed)."""


def is_public(policy: Policy) -> bool | None:
    """Tell whether the policy is public; None when a statement that would say so cannot be read."""
    verdicts = [_grants_public(statement) for statement in policy.statements if statement.allows]
    if True in verdicts:
        return True
    return None if policy.content.broken or None in verdicts else False


def _grants_public(statement: Statement) -> bool | None:
    if statement.broken or statement.broken_principals:
        return None
    element = statement.principals
    is_sure = True
    if element is not None and not statement.not_principals and not element.anyone:
        is_sure = False
        if not any(kind == "aws" and text.may_be("*") for kind, text in element.open):
            return False
    if any(_fixes(condition) for condition in statement.conditions):
        return False
    doubtful = any(condition.broken or condition.open for condition in statement.conditions)
    return True if is_sure and not doubtful else None


def _fixes(condition: Condition) -> bool:
    """Tell whether the condition limits the statement to fixed values."""
    operator = condition.operator
    if operator.negated or operator.if_exists or operator.qualifier == "all" or condition.broken:
        return False
    if condition.open:  # a wildcard may be among the values
        return False
    if condition.key == "aws:sourceip":
        return isinstance(condition.values, AddressSet) and _is_narrow(condition.values)
    if condition.key not in _FIXING or not operator.takes_variables or not condition.templates:
        return False
    if condition.key in _GLOB_ALLOWED:
        return all(
            not t.variables and not set("*?") & set(t.text.rpartition(":")[0]) for t in condition.templates
        )
    if condition.key == "aws:userid" and any(t.text.endswith(":*") for t in condition.templates):
        return False
    return all(not t.variables and t.pattern.literal is not None for t in condition.templates)


def _is_narrow(addresses: AddressSet) -> bool:
    return bool(addresses) and all(
        block.prefixlen >= _MIN_BITS[block.version == 6] for block in addresses.blocks()
    )
