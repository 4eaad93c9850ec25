"""Which types of AWS resources are read, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.terraform.aws import (
    apis,
    balancers,
    cloudfront,
    cognito,
    compute,
    containers,
    copies,
    fleets,
    functions,
    iam,
    kms,
    lines,
    links,
    network,
    rolesanywhere,
    s3,
    sagemaker,
    stores,
    transit,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made

    Readers = dict[str, Callable[[Made], None]]

FIRST: Final[Readers] = {
    **copies.FIRST,
    **iam.HOLDERS,
    **lines.FIRST,
    **links.FIRST,
    **network.TYPES,
    **s3.BUCKETS,
    **stores.FIRST,
}
"""Types that others refer to by name or id."""

TYPES: Final[Readers] = {
    **apis.TYPES,
    **balancers.TYPES,
    **cloudfront.TYPES,
    **cognito.TYPES,
    **compute.TYPES,
    **containers.TYPES,
    **copies.TYPES,
    **functions.TYPES,
    **iam.TYPES,
    **kms.TYPES,
    **lines.TYPES,
    **links.TYPES,
    **rolesanywhere.TYPES,
    **s3.TYPES,
    **sagemaker.TYPES,
    **stores.TYPES,
    **transit.TYPES,
}
LAST: Final[Readers] = {
    **apis.LAST,
    **balancers.LAST,
    **fleets.LAST,
    **lines.LAST,
    **links.LAST,
    **s3.LAST,
    **transit.LAST,
}

ROUNDS: Final = (FIRST, TYPES, LAST)
