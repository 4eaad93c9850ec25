"""Fixtures that tests of several packages share."""

from __future__ import annotations

from tests.providers.aws.collect.moto_estate import (
    aws_credentials,
    credentials_of,
    moto_clients,
    moto_url,
    seeded,
)

__all__ = ["aws_credentials", "credentials_of", "moto_clients", "moto_url", "seeded"]
