"""Accelerators: ways from the internet to load balancers and machines, whatever addresses these have.

Sources, below https://docs.aws.amazon.com/global-accelerator/latest/dg/, read 2026-11-22: "Secure VPC
connections in AWS Global Accelerator" (secure-vpc-connections.html): an internet gateway must be there, and
no route leads by it; "Preserve client IP addresses" (preserve-client-ip-address.html): groups see the
caller's address; "Override listener ports" (about-endpoint-groups-port-override.html). A block of public
access bars them too (VPC User Guide, security-vpc-bpa.html). Fixture: ``network-accelerator``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.boxes import TCP, Boxes
from scanner.netset import AddressSet
from scanner.providers.aws.network.layers import Outside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.network.topology import Topology

_SERVICE = "globalaccelerator"
_GROUP, _LISTENER = "/endpoint-group/", "/listener/"


def accelerated(topology: Topology) -> Iterator[Outside]:
    """Yield the callers of each accelerator that is switched on, by what it leads to."""
    accelerators = topology.by_key("ListAccelerators.Accelerators", _SERVICE)
    listeners = topology.by_key("ListListeners.Listeners", _SERVICE)
    for arn, group in sorted(topology.by_key("ListEndpointGroups.EndpointGroups", _SERVICE).items()):
        listener = listeners.get(arn.partition(_GROUP)[0])
        accelerator = accelerators.get(arn.partition(_LISTENER)[0])
        if listener is None or accelerator is None or not accelerator.body.get("Enabled", True):
            continue
        called = _called(listener.body, group.body)
        for index, endpoint in enumerate(group.body.get("EndpointDescriptions") or ()):
            if called and endpoint.get("Weight") != 0:
                target = str(endpoint.get("EndpointId", ""))
                yield Outside(
                    service=topology.place(group, f"/EndpointDescriptions/{index}"),
                    more=(topology.place(listener), topology.place(accelerator)),
                    balancers=(target,),
                    accelerates=target,
                    called=called,
                    is_seen=endpoint.get("ClientIPPreservationEnabled") is not False,
                )


def _called(listener: dict[str, Any], group: dict[str, Any]) -> Boxes:
    """Return the ports that are called behind a listener; servers of models speak over TCP."""
    if listener.get("Protocol", "TCP") != "TCP":
        return Boxes()
    everywhere = AddressSet.everything()
    found = Boxes()
    for stretch in listener.get("PortRanges") or ():
        first, last = sorted(int(stretch.get(end) or 0) for end in ("FromPort", "ToPort"))
        found |= Boxes.of(everywhere, TCP, first, last)
    for override in group.get("PortOverrides") or ():
        heard, meant = int(override.get("ListenerPort") or 0), int(override.get("EndpointPort") or 0)
        found -= Boxes.of(everywhere, TCP, heard, heard)
        found |= Boxes.of(everywhere, TCP, meant, meant)
    return found
