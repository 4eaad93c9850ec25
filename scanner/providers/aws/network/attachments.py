"""Where something listens: interfaces of an instance, nodes of a load balancer, single addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.netset import AddressSet
from scanner.providers.aws.network.internet import INTERNET6
from scanner.providers.aws.network.topology import Attachment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.network.topology import Topology
    from scanner.snapshot import Document


class Attachments:
    """Finds attachments by what they are of."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._by_address: dict[tuple[str, str], Document] = {}
        self._of_instance: dict[str, list[Document]] = {}
        self._of_balancer: dict[tuple[str, str], list[Document]] = {}
        for document in topology.interfaces.values():
            self._index(document)

    def of_instance(self, document: Document, index: int, instance: dict[str, Any]) -> list[Attachment]:
        """Return the interfaces of an instance: as they were listed, else as the instance itself says."""
        listed = self._of_instance.get(instance.get("InstanceId", ""))
        if listed:
            return [self.of_interface(interface) for interface in listed]
        return [
            self._attachment(
                body, self._topology.place(document, f"/Instances/{index}/NetworkInterfaces/{i}")
            )
            for i, body in enumerate(instance.get("NetworkInterfaces") or ())
        ]

    def of_interface(self, document: Document) -> Attachment:
        """Return the attachment that an interface is."""
        return self._attachment(document.body, self._topology.place(document))

    def at(self, vpc: str, address: str) -> Attachment | None:
        """Return what has a private or IPv6 address in a VPC, None when nothing known has."""
        document = self._by_address.get((vpc, address))
        return self.of_interface(document) if document else None

    def primary(self, instance: str) -> Attachment | None:
        """Return the first interface of an instance: the one that targets by instance id are reached at."""
        listed = self._of_instance.get(instance)
        return self.of_interface(listed[0]) if listed else None

    def node_addresses(self, balancer: str, subnet: str) -> tuple[AddressSet, bool]:
        """Return the private addresses of a load balancer in a subnet, and whether they are known exactly."""
        name = balancer.partition(":loadbalancer/")[2]
        listed = self._of_balancer.get((name, subnet))
        if listed:
            return AddressSet.of(a for d in listed for a in _private(d.body)), True
        document = self._topology.subnets.get(subnet)
        return (ranges_of(document.body) if document else AddressSet.everything()), False

    def _index(self, document: Document) -> None:
        body = document.body
        for address in _private(body):
            self._by_address[body.get("VpcId", ""), address] = document
        attachment = body.get("Attachment") or {}
        if attachment.get("InstanceId"):
            listed = self._of_instance.setdefault(attachment["InstanceId"], [])
            listed.append(document)
            listed.sort(key=lambda d: ((d.body.get("Attachment") or {}).get("DeviceIndex", 0), d.id.key))
        kind, _, name = str(body.get("Description", "")).partition(" ")
        if (
            kind == "ELB" and name
        ):  # observed: the interface of a load balancer is described as "ELB app/NAME/ID"
            self._of_balancer.setdefault((name, body.get("SubnetId", "")), []).append(document)

    def _attachment(self, body: dict[str, Any], name: str) -> Attachment:
        public4 = any(a.get("Association", {}).get("PublicIp") for a in _addresses(body))
        v6 = AddressSet.of(a.get("Ipv6Address", "") for a in body.get("Ipv6Addresses") or ()) & INTERNET6
        return Attachment(
            subnet=body.get("SubnetId", ""),
            vpc=body.get("VpcId", ""),
            groups=tuple(g.get("GroupId", "") for g in body.get("Groups") or ()),
            addresses=AddressSet.of(_private(body)),
            public4=public4,
            public6=bool(v6) and not body.get("DenyAllIgwTraffic"),
            name=name,
        )


def ranges_of(body: dict[str, Any]) -> AddressSet:
    """Return the address ranges of a subnet."""
    blocks = [body.get("CidrBlock")]
    blocks += [b.get("Ipv6CidrBlock") for b in body.get("Ipv6CidrBlockAssociationSet") or ()]
    return AddressSet.of(b for b in blocks if b)


def _addresses(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield body
    yield from body.get("PrivateIpAddresses") or ()


def _private(body: dict[str, Any]) -> list[str]:
    found = [a["PrivateIpAddress"] for a in _addresses(body) if a.get("PrivateIpAddress")]
    found += [a["Ipv6Address"] for a in body.get("Ipv6Addresses") or () if a.get("Ipv6Address")]
    return list(dict.fromkeys(found))
