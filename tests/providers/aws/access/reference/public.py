"""Does S3 take a bucket policy as public.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html ("The meaning of
public").
"""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network
from typing import Any

from tests.providers.aws.access.reference.conditions import as_list, parse_operator

FIXING_KEYS = {
    "aws:principalorgid",
    "aws:principalarn",
    "aws:principalaccount",
    "aws:sourcearn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceowner",
    "aws:sourceaccount",
    "aws:userid",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "s3:dataaccesspointarn",
    "s3:dataaccesspointaccount",
}
FIXING_OPERATORS = {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnLike"}

PRIVATE = [IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12"), IPv4Network("192.168.0.0/16")]  # RFC 1918


def is_public(policy: dict[str, Any]) -> bool:
    """Return whether any statement of `policy` grants to more than fixed values."""
    statements = policy["Statement"]
    statements = [statements] if isinstance(statements, dict) else statements
    return any(grants_to_public(statement) for statement in statements if statement["Effect"] == "Allow")


def grants_to_public(statement: dict[str, Any]) -> bool:
    """Return whether an allow names everyone and no condition fixes who or from where."""
    principal = statement.get("Principal", "*")
    names = ["*"] if principal == "*" else [name for kind in principal for name in as_list(principal[kind])]
    is_open = "*" in names or (isinstance(principal, dict) and "Federated" in principal)
    return is_open and not is_fixed(statement.get("Condition", {}))


def is_fixed(block: dict[str, Any]) -> bool:
    """Return whether some test of the block demands fixed values."""
    for name, keys in block.items():
        operator = parse_operator(name)
        if operator is None or operator.negated or operator.if_exists or operator.every:
            continue
        for key, values in keys.items():
            texts = as_list(values)
            is_range = operator.base == "IpAddress" and key.lower() == "aws:sourceip"
            if is_range and all(is_narrow(text) for text in texts):
                return True
            if operator.base in FIXING_OPERATORS and key.lower() in FIXING_KEYS and are_fixed(texts):
                return True
    return False


def are_fixed(values: list[str]) -> bool:
    """Return whether no value has a wildcard or a policy variable."""
    return not any(mark in text for text in values for mark in ("*", "?", "${"))


def is_narrow(text: str) -> bool:
    """Return whether a range is no broader than /8 (IPv4) or /32 (IPv6); private ranges count as narrow."""
    network = ip_network(text, strict=False)
    if network.version == 4 and any(network.subnet_of(block) for block in PRIVATE):
        return True
    return network.prefixlen >= (8 if network.version == 4 else 32)
