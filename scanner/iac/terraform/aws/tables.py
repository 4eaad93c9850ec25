"""Which types of AWS resources are read, and which say nothing about access."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.terraform.aws import functions, iam, kms, s3, sagemaker

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made

FIRST: Final[dict[str, Callable[[Made], None]]] = {**iam.HOLDERS, **s3.BUCKETS}
"""Types that others refer to by name."""

TYPES: Final[dict[str, Callable[[Made], None]]] = {
    **functions.TYPES,
    **iam.TYPES,
    **kms.TYPES,
    **s3.TYPES,
    **sagemaker.TYPES,
}
"""The others."""
