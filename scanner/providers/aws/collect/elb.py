"""Classic Load Balancers, which Kubernetes makes for a service unless it is told otherwise.

| document | key | body |
|---|---|---|
| ``DescribeLoadBalancers.LoadBalancerDescriptions`` | name | scheme, subnets, groups, listeners, instances |
| ``DescribeTags`` | name | ``TagDescriptions`` |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.collect.table import Body, Found

_BALANCERS = "DescribeLoadBalancers.LoadBalancerDescriptions"


def tagged(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield what has tags to ask for: one at a time, so that a refusal costs one."""
    for name, _ in found.items(_BALANCERS):
        yield name, {"names": [name]}


TABLE: Final = Service(
    name="elb",
    scope="regional",
    prefix="elasticloadbalancing",
    rows=(
        Row(
            operation="DescribeLoadBalancers",
            lists={"LoadBalancerDescriptions": "LoadBalancerName"},
            effect="understated",
        ),
        Row(
            operation="DescribeTags",
            each=tagged,
            params={"LoadBalancerNames": "names"},
            effect="understated",
        ),
    ),
)
