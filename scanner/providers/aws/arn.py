"""Amazon resource names: their parts, and matching them with globs.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html (read 2026-11-22).
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PARTS = 6
ACCOUNT = re.compile(r"\d{12}")


class Arn(NamedTuple):
    """``arn:partition:service:region:account:resource``; parts of something that is no ARN are empty."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Arn:
        """Split an ARN; the resource part keeps its colons and slashes."""
        parts = text.split(":", _PARTS - 1)
        if len(parts) < _PARTS or parts[0] != "arn":
            return cls("", "", "", "", text)
        return cls(*parts[1:])


def root(account: str, partition: str = "aws") -> str:
    """Return the ARN that stands for a whole account."""
    return f"arn:{partition}:iam::{account}:root"


def anyone_of(account: str, partition: str = "aws") -> str:
    """Return the caller that stands for any principal of an account, see `access.anybody`."""
    return f"arn:{partition}:iam::{account}:*"


def account_of(principal: str) -> str | None:
    """Return the account of an ARN or bare account id, None when it names none."""
    if ACCOUNT.fullmatch(principal):
        return principal
    return Arn.parse(principal).account or None
