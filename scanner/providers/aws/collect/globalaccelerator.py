"""Global Accelerator: addresses on the internet that lead to load balancers and machines, private ones too.

| document | key | body |
|---|---|---|
| ``ListAccelerators.Accelerators`` | ARN | ``Enabled`` |
| ``ListListeners.Listeners`` | ARN | ``PortRanges``, ``Protocol`` |
| ``ListEndpointGroups.EndpointGroups`` | ARN | ``EndpointDescriptions``, ``PortOverrides`` |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

# Global Accelerator Developer Guide, "Global Accelerator endpoints and quotas"
# (https://docs.aws.amazon.com/general/latest/gr/global_accelerator.html, read 2026-11-22)
_HOME = "us-west-2"

TABLE: Final = Service(
    name="globalaccelerator",
    scope="global",
    rows=(
        Row(
            operation="ListAccelerators",
            each=lambda _: [(_HOME, {})],
            lists={"Accelerators": "AcceleratorArn"},
            effect="understated",
        ),
        Row(
            operation="ListListeners",
            each=("ListAccelerators.Accelerators",),
            params={"AcceleratorArn": "AcceleratorArn"},
            lists={"Listeners": "ListenerArn"},
            effect="understated",
        ),
        Row(
            operation="ListEndpointGroups",
            each=("ListListeners.Listeners",),
            params={"ListenerArn": "ListenerArn"},
            lists={"EndpointGroups": "EndpointGroupArn"},
            effect="understated",
        ),
    ),
    region_of=lambda _found, _key: _HOME,
)
