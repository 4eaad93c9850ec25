"""Fixtures that tests of several packages share."""

from __future__ import annotations

from hypothesis import settings

from tests.providers.aws.collect.moto_estate import (
    aws_credentials,
    credentials_of,
    moto_clients,
    moto_url,
    seeded,
)

__all__ = ["aws_credentials", "credentials_of", "moto_clients", "moto_url", "seeded"]

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.register_profile("steady", deadline=None, derandomize=True)  # the same examples for the same code
settings.load_profile("steady")
