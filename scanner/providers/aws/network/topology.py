"""What a snapshot says of networks, by id, and where each fact stands.

Ids of networks are unique over all accounts. A shared subnet is described in the accounts of its owner and
of those who use it; the owner's description counts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.providers.aws.library import field_evidence
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence
    from scanner.netset import AddressSet
    from scanner.snapshot import Snapshot

_ATTACHMENTS = "DescribeTransitGatewayAttachments.TransitGatewayAttachments"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A place in a subnet where something listens.

    `addresses` are its private IPv4 and its IPv6 addresses, or where those are not known the subnet's.
    `public4`, `public6`: whether the internet has an address for it. `name` leads to the document.
    """

    subnet: str
    vpc: str
    groups: tuple[str, ...]
    addresses: AddressSet
    public4: bool
    public6: bool
    name: str


class Topology:
    """Documents by id and by what they belong to. `place` and `evidence` keep the way back to a document."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._places: dict[str, tuple[Document, str]] = {}
        self.vpcs = self.by_key("DescribeVpcs.Vpcs")
        self.subnets = self.by_key("DescribeSubnets.Subnets")
        self.groups = self.by_key("DescribeSecurityGroups.SecurityGroups")
        self.interfaces = self.by_key("DescribeNetworkInterfaces.NetworkInterfaces")
        self.gateways = self.by_key("DescribeInternetGateways.InternetGateways")
        self.peerings = self.by_key("DescribeVpcPeeringConnections.VpcPeeringConnections")
        self.endpoints = self.by_key("DescribeVpcEndpoints.VpcEndpoints")
        self.lists = self.by_key("GetManagedPrefixListEntries")
        self.attached: dict[str, list[Document]] = defaultdict(list)
        for document in self.snapshot.all("aws", "ec2", _ATTACHMENTS):
            if (document.body or {}).get("State", "available") == "available":
                self.attached[str((document.body or {}).get("TransitGatewayId", ""))].append(document)
        self._tables: dict[str, Document] = {}
        self._main_tables: dict[str, Document] = {}
        self.edge_tables: dict[str, list[Document]] = defaultdict(list)
        self.route_tables = tuple(self.by_key("DescribeRouteTables.RouteTables").values())
        for document in self.route_tables:
            self._read_table(document)
        self._acls = {
            association.get("SubnetId", ""): document
            for document in self.by_key("DescribeNetworkAcls.NetworkAcls").values()
            for association in document.body.get("Associations") or ()
        }

    def place(self, document: Document, pointer: str = "") -> str:
        """Return a name for a place in a document, from which `evidence` finds back."""
        name = f"{document.id}#{pointer}"
        self._places[name] = (document, pointer)
        return name

    def evidence(self, name: str) -> Evidence:
        """Return what stands at a place that was named before."""
        return field_evidence(*self._places[name])

    def acl(self, subnet: str) -> Document | None:
        """Return the network ACL of a subnet, None when it was not read: every subnet has one."""
        return self._acls.get(subnet)

    def table(self, subnet: str) -> Document | None:
        """Return the route table of a subnet, None when it was not read: every subnet has one."""
        return self._tables.get(subnet) or self._main_tables.get(self.vpc_of(subnet))

    def vpc_of(self, subnet: str) -> str:
        """Return the VPC of a subnet, empty when it was not read."""
        document = self.subnets.get(subnet)
        return str(document.body.get("VpcId", "")) if document else ""

    def unread(self, operation: str, key: str, near: DocumentId) -> str:
        """Return the name of a document that should be there: a gap's, else that of what nobody asked for."""
        wanted = DocumentId("aws", near.scope, near.region, "ec2", operation, key)
        found = self.snapshot.get(wanted)
        return str(found.id) if isinstance(found, Gap) else str(wanted)

    def is_unread(self, operation: str, near: DocumentId) -> bool:
        """Tell whether a list of the same account and region could not be read to its end."""
        return isinstance(self.asked(operation, near), Gap)

    def asked(
        self, operation: str, near: DocumentId, *, service: str = "ec2", key: str = ""
    ) -> Document | Gap:
        """Return an answer of the same account and region, or what is there instead."""
        return self.snapshot.get(DocumentId("aws", near.scope, near.region, service, operation, key))

    def instances(self) -> Iterator[tuple[Document, int, dict[str, Any]]]:
        """Yield (reservation, index, instance) for each that is not gone."""
        for document in self.snapshot.all("aws", "ec2", "DescribeInstances.Reservations"):
            for index, instance in enumerate((document.body or {}).get("Instances") or ()):
                if (instance.get("State") or {}).get("Name") not in {"terminated", "shutting-down"}:
                    yield document, index, instance

    def by_key(self, field: str, service: str = "ec2") -> dict[str, Document]:
        """Return the documents of a field by key; of one thing told twice what its owner tells."""
        found: dict[str, Document] = {}
        for document in self.snapshot.all("aws", service, field):
            if not isinstance(document.body, dict):
                continue
            key = document.id.key
            if key not in found or document.body.get("OwnerId") == document.id.scope:
                found[key] = document
        return found

    def _read_table(self, document: Document) -> None:
        for association in document.body.get("Associations") or ():
            if association.get("SubnetId"):
                self._tables[association["SubnetId"]] = document
            elif association.get("GatewayId"):
                self.edge_tables[document.body.get("VpcId", "")].append(document)
            elif association.get("Main"):
                self._main_tables[document.body.get("VpcId", "")] = document
