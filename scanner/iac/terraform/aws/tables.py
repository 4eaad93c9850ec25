"""Which types of AWS resources are read, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.terraform.aws import (
    balancers,
    compute,
    containers,
    functions,
    iam,
    kms,
    network,
    s3,
    sagemaker,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made

    Readers = dict[str, Callable[[Made], None]]

FIRST: Final[Readers] = {**iam.HOLDERS, **s3.BUCKETS, **network.TYPES}
"""Types that others refer to by name or id."""

TYPES: Final[Readers] = {
    **balancers.TYPES,
    **compute.TYPES,
    **containers.TYPES,
    **functions.TYPES,
    **iam.TYPES,
    **kms.TYPES,
    **s3.TYPES,
    **sagemaker.TYPES,
}
LAST: Final[Readers] = {**balancers.LAST}

ROUNDS: Final = (FIRST, TYPES, LAST)
