"""Who on the internet reaches a server of models, with what proves it and what still stands before it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

from scanner.netset import AddressSet
from scanner.providers.azure.documents import at, field_evidence, items, setting, text
from scanner.providers.azure.network.gate import approved_endpoints
from scanner.providers.azure.network.gateways import Gateways, whole
from scanner.providers.azure.network.private_links import PrivateLinks
from scanner.providers.azure.network.reach import Reach
from scanner.providers.azure.network.servers import (
    CONTAINER_APPS,
    CONTAINER_GROUPS,
    MACHINES,
    SCALE_SETS,
    SITES,
    SLOTS,
    Servers,
)
from scanner.providers.azure.network.topology import Topology, attachment
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model import Evidence
    from scanner.providers.azure.documents import Documents
    from scanner.providers.azure.network.servers import Server
    from scanner.providers.azure.network.topology import Attachment
    from scanner.providers.azure.tenants import Tenants
    from scanner.snapshot import Document

_ENVIRONMENTS: Final = "microsoft.app/managedenvironments"
_AUTH: Final = f"{CONTAINER_APPS}/authconfigs"
_PUBLIC: Final = "/properties/publicNetworkAccess"
_EXCLUDED: Final = "/properties/globalValidation/excludedPaths"
_CLOSED: Final = {"redirecttologinpage", "return401", "return403"}
_INTERFACES: Final = "/properties/networkProfile/networkInterfaces"
_NIC: Final = "microsoft.network/networkinterfaces"
_USUAL: Final = (80, 443)
_NICS: Final = "/properties/virtualMachineProfile/networkProfile/networkInterfaceConfigurations"


@dataclass(frozen=True, slots=True)
class Exposure:
    """A way in. `issuers` are logins that stand before it."""

    reach: Reach
    evidence: tuple[Evidence, ...]
    issuers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A private way in of somebody outside: their endpoint, where there is one yet, and what proves it."""

    source: str
    endpoint: str
    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...] = ()


class Network:
    """Servers, and who reaches them."""

    def __init__(self, documents: Documents, labels: Iterable[str], tenants: Tenants) -> None:
        self._documents = documents
        self._links = PrivateLinks(documents, tenants)
        self._topology = Topology(documents)
        self._gateways = Gateways(documents, self._topology)
        self.servers = Servers(documents, labels).found()

    def exposures(self, node: str) -> Iterator[Exposure]:
        """Yield the ways to a server, given by id in lower case; none for another node."""
        server = self.servers.get(node)
        if server is None:
            return
        if server.type in {MACHINES, SCALE_SETS}:
            yield from self._machines(server)
        elif server.type == CONTAINER_APPS:
            yield from self._container_app(server.document)
        elif server.type == CONTAINER_GROUPS:
            if text(server.document.body, "/properties/ipAddress/type").lower() == "public":
                yield Exposure(Reach.everyone(), (field_evidence(server.document, "/properties/ipAddress"),))
        elif server.type in {SITES, SLOTS}:
            yield from self._site(server.document, f"{server.type}/config")

    def lines(self, node: str) -> Iterator[Line]:
        """Yield the private ways to a server, given by id in lower case; none for another node."""
        server = self.servers.get(node)
        if server is None or server.type not in {MACHINES, SCALE_SETS}:
            return
        for place in self._places(server):
            for front, listener in self._topology.inner_fronts(place):
                ports = (listener.port,) if listener.port else server.ports or _USUAL
                served = [port for port in ports if not server.ports or port in server.ports]
                inside = reduce(or_, (self._topology.from_inside(place, port) for port in served), Reach())
                unsure = () if server.ports else (f"ports of {server.resource.id}",)
                for consumer in self._links.consumers(front) if inside else ():
                    missing = (*(() if inside.sure else inside.missing), *unsure)
                    proof = (*consumer.evidence, field_evidence(listener.document, listener.pointer))
                    yield Line(consumer.source, consumer.endpoint, proof, missing)

    def _machines(self, server: Server) -> Iterator[Exposure]:
        for place in self._places(server):
            fronts = {front.port for front in self._topology.fronts(place)}
            for port in server.ports or sorted({*_USUAL, *fronts}):
                unsure = Reach.everyone() if server.ports else Reach.unread(f"ports of {server.resource.id}")
                proof = (
                    field_evidence(place.document, place.pointer),
                    *(
                        field_evidence(front.document, front.pointer)
                        for front in self._topology.fronts(place)
                    ),
                )
                yield Exposure(self._topology.reach(place, port) & unsure, proof)
                hosts = self._topology.public_address(place.public) if place.public else ()
                fronted = whole(self._topology.reach(place, port, "front-door"))
                for door in self._gateways.to_place(place, port):
                    yield Exposure(door.reach & unsure, (*door.evidence, proof[0]))
                for door in self._gateways.to_host(*hosts):
                    yield Exposure(door.reach & fronted & unsure, (*door.evidence, proof[0]))
        for nic in items(server.document.body, _INTERFACES):
            if self._documents.resource(_NIC, text(nic, "/id")) is None:
                proof = (field_evidence(server.document, _INTERFACES),)
                yield Exposure(Reach.unread(text(nic, "/id") or f"network of {server.resource.id}"), proof)

    def _places(self, server: Server) -> Iterator[Attachment]:
        body = server.document.body
        for nic in items(body, _INTERFACES):
            yield from self._topology.attachments(text(nic, "/id"))
        for n, nic in enumerate(items(body, _NICS)):
            group = text(nic, "/properties/networkSecurityGroup/id").lower()
            for m, config in enumerate(items(nic, "/properties/ipConfigurations")):
                pointer = f"{_NICS}/{n}/properties/ipConfigurations/{m}"
                yield attachment(server.document, config, pointer, group)

    def _container_app(self, document: Document) -> Iterator[Exposure]:
        ingress = "/properties/configuration/ingress"
        if at(document.body, f"{ingress}/external") is not True:
            return
        environment = self._documents.resource(
            _ENVIRONMENTS,
            text(document.body, "/properties/environmentId")
            or text(document.body, "/properties/managedEnvironmentId"),
        )
        reach = _restricted(items(document.body, f"{ingress}/ipSecurityRestrictions"), "ipAddressRange")
        if environment is None:
            reach &= Reach.unread(f"environment of {document.id.key}")
        proof = (field_evidence(document, ingress),)
        logins = tuple(self._logins(document))
        excluded = (
            [c for c in self._documents.below(_AUTH, document.id.key) if _excluded(c)] if logins else []
        )
        if environment is None or not _is_internal(environment):
            yield Exposure(reach, proof, logins)
            for config in excluded:
                yield _beside_login(reach, config)
        host = text(document.body, f"{ingress}/fqdn").lower()
        rules = items(document.body, f"{ingress}/ipSecurityRestrictions")
        passes = Reach.unread(f"whether {ingress} of {document.id} lets it in") if rules else Reach.everyone()
        for door in (*self._gateways.to_host(host), *self._gateways.to_name(host)):
            yield Exposure(door.reach & passes, (*door.evidence, *proof), logins)

    def _logins(self, document: Document) -> Iterator[str]:
        """Yield the issuers whose tokens a container app asks for; a login without issuer by its name."""
        for config in self._documents.below(_AUTH, document.id.key):
            body = config.body
            action = text(body, "/properties/globalValidation/unauthenticatedClientAction").lower()
            if at(body, "/properties/platform/enabled") is True and action in _CLOSED:
                providers = at(body, "/properties/identityProviders")
                used = {n: p for n, p in providers.items() if p} if isinstance(providers, dict) else {}
                for name in sorted(used):
                    yield text(used[name], "/registration/openIdIssuer").rstrip("/") or name

    def _site(self, document: Document, configs: str) -> Iterator[Exposure]:
        config = self._documents.resource(configs, f"{document.id.key}/config/web")
        told = [setting(d.body, _PUBLIC, "") for d in (document, config) if d is not None]
        # unset, it is off once a private endpoint is there: "Set up Azure App Service access restrictions"
        if "disabled" in told or (not any(told) and approved_endpoints(document.body)):
            return
        if config is None:
            yield Exposure(
                Reach.unread(f"{document.id.key}/config/web"), (field_evidence(document, "/name"),)
            )
            return
        proof = (field_evidence(config, "/properties/ipSecurityRestrictions"),)
        login = self._documents.resource(configs, f"{document.id.key}/config/authsettingsV2")
        reach = _in_order(config)
        if login is None:
            reach &= Reach.unread(f"{document.id.key}/config/authsettingsV2")
        logins = tuple(_site_logins(login))
        yield Exposure(reach, proof, logins)
        if logins and login is not None and _excluded(login):
            yield _beside_login(reach, login)


def _excluded(config: Document) -> bool:
    """Tell whether a login is not asked for on some paths."""
    return bool(items(config.body, _EXCLUDED))


def _beside_login(reach: Reach, config: Document) -> Exposure:
    """Return the way in on paths that no login stands before: what answers there, nobody tells.

    Source: "Microsoft.Web sites/config 'authsettingsV2'", GlobalValidation, excludedPaths
    (https://learn.microsoft.com/azure/templates/microsoft.web/sites/config-authsettingsv2, read 2026-11-22).
    """
    return Exposure(
        reach & Reach.unread(f"what answers at {_EXCLUDED} of {config.id}"),
        (field_evidence(config, _EXCLUDED),),
    )


def _site_logins(login: Document | None) -> Iterator[str]:
    """Yield the issuers whose tokens a web app asks for.

    Source: "Authentication and authorization in Azure App Service"
    (https://learn.microsoft.com/azure/app-service/overview-authentication-authorization, read 2026-11-22).
    """
    body = None if login is None else login.body
    action = text(body, "/properties/globalValidation/unauthenticatedClientAction").lower()
    required = at(body, "/properties/globalValidation/requireAuthentication") is True or action in _CLOSED
    if at(body, "/properties/platform/enabled") is True and required and action != "allowanonymous":
        providers = at(body, "/properties/identityProviders")
        used = providers if isinstance(providers, dict) else {}
        for name in sorted(used):
            if used[name] and at(used[name], "/enabled") is not False:
                yield text(used[name], "/registration/openIdIssuer").rstrip("/") or name


def _in_order(config: Document) -> Reach:
    """Return who passes a web app's rules: the first that matches decides; beside rules, no match is a no.

    Source: "Set up Azure App Service access restrictions"
    (https://learn.microsoft.com/azure/app-service/app-service-ip-restrictions, read 2026-11-22).
    """
    everything = AddressSet.everything()
    rules = items(config.body, "/properties/ipSecurityRestrictions")
    last = setting(
        config.body, "/properties/ipSecurityRestrictionsDefaultAction", "deny" if rules else "allow"
    )
    sure, maybe = AddressSet(), AddressSet()
    left_sure = left_maybe = everything
    missing: list[str] = []
    for rule in sorted(rules, key=lambda rule: n if isinstance(n := at(rule, "/priority"), int) else 0):
        low, high = AddressSet(), everything
        word = text(rule, "/ipAddress")
        if text(rule, "/vnetSubnetResourceId"):
            high = AddressSet()
        elif word.lower() == "any":
            low = everything
        else:
            try:
                low = high = AddressSet.of([word])
            except ValueError:
                missing.append(f"range of a rule of {config.id}: {word[:60]}")
        if text(rule, "/action").lower() == "allow":
            sure, maybe = sure | (left_sure & low), maybe | (left_maybe & high)
        left_sure, left_maybe = left_sure - high, left_maybe - low
    if last != "deny":
        sure, maybe = (sure if isinstance(last, Unresolved) else sure | left_sure), maybe | left_maybe
        missing += [last.expression] if isinstance(last, Unresolved) else []
    return Reach(sure, maybe, tuple(missing) if sure != maybe else ())


def _is_internal(environment: Document) -> bool:
    if at(environment.body, "/properties/vnetConfiguration/internal") is True:
        return True
    return setting(environment.body, _PUBLIC, "enabled") == "disabled"


def _restricted(rules: list[object], field: str) -> Reach:
    """Return who passes rules that all allow, or all deny: Container Apps, "IP ingress restrictions"."""
    allowed, denied, missing = AddressSet(), AddressSet(), []
    for rule in rules:
        try:
            block = AddressSet.of([text(rule, f"/{field}")])
        except ValueError:
            missing.append(f"range of a rule: {text(rule, f'/{field}')[:60]}")
            continue
        if text(rule, "/action").lower() == "allow":
            allowed |= block
        else:
            denied |= block
    if not rules:
        return Reach.everyone()
    sure = (allowed if allowed else AddressSet.everything()) - denied
    return Reach(sure, AddressSet.everything() if missing else sure, tuple(missing))
