"""What serves a model itself: machines, scale sets, container apps, container groups, web apps.

Known by tags and names, by images and commands of containers, by scripts of extensions, or by a label of the
configuration. Apps of which nothing says that they serve a model may still pass requests on to one, and are
found too, without a signal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scanner.catalog import load_weight_signals
from scanner.model import Resource, Signal
from scanner.providers.azure.documents import at, field_evidence, items, tags_of, text, texts
from scanner.providers.azure.scopes import name_of, subscription_of
from scanner.wildcards import covers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.catalog import ScoredName
    from scanner.model import Evidence
    from scanner.providers.azure.documents import Documents
    from scanner.snapshot import Document

MACHINES: Final = "microsoft.compute/virtualmachines"
SCALE_SETS: Final = "microsoft.compute/virtualmachinescalesets"
CONTAINER_APPS: Final = "microsoft.app/containerapps"
CONTAINER_GROUPS: Final = "microsoft.containerinstance/containergroups"
SITES: Final = "microsoft.web/sites"
SLOTS: Final = f"{SITES}/slots"
"""A slot answers at a host of its own, with settings of its own: "Set up staging environments in Azure App
Service" (https://learn.microsoft.com/azure/app-service/deploy-staging-slots, read 2026-11-22)."""

_KINDS: Final = {
    MACHINES: "virtual-machine",
    SCALE_SETS: "scale-set",
    CONTAINER_APPS: "container-app",
    CONTAINER_GROUPS: "container-group",
    SITES: "web-app",
    SLOTS: "web-app",
}


@dataclass(frozen=True, slots=True)
class Server:
    """Something that may serve a model. `ports` are where; empty when that is not known."""

    resource: Resource
    type: str
    document: Document
    ports: tuple[int, ...]


class Servers:
    """Finds servers; `labels` are globs over ids that the configuration declares assets."""

    def __init__(self, documents: Documents, labels: Iterable[str]) -> None:
        self._documents = documents
        self._labels = tuple(label.lower() for label in labels)
        self._signals = load_weight_signals()

    def found(self) -> dict[str, Server]:
        """Return every server by id in lower case."""
        servers: dict[str, Server] = {}
        for type_, kind in _KINDS.items():
            for document in self._documents.arm(type_):
                server = self._server(document, type_, kind)
                if server is not None:
                    servers[server.resource.id] = server
        return dict(sorted(servers.items()))

    def _server(self, document: Document, type_: str, kind: str) -> Server | None:
        id_, tags = document.id.key.lower(), tags_of(document.body)
        scored = list(self._said(document, type_, tags))
        is_labelled = any(covers(label, id_) for label in self._labels)
        if not scored and not is_labelled and type_ in {MACHINES, SCALE_SETS}:
            return None
        signals = {Signal(s.score, s.asset_class, s.reason, evidence) for s, evidence in scored}
        resource = Resource(
            id_,
            kind,
            "azure",
            subscription_of(id_),
            name_of(document.id.key),
            tags,
            tuple(sorted(signals, reverse=True)),
        )
        ports = tuple(sorted({port for s, _ in scored for port in s.ports}))
        return Server(resource, type_, document, ports)

    def _said(
        self, document: Document, type_: str, tags: tuple[tuple[str, str], ...]
    ) -> Iterator[tuple[ScoredName, Evidence]]:
        for pointer, words in (("/tags", [v for _, v in tags]), ("/name", [name_of(document.id.key)])):
            for word in words:
                found = self._signals.score_server_name(word) if pointer == "/name" else self._of_text(word)
                if found is not None:
                    yield found, field_evidence(document, pointer)
        for place, pointer, word in self._texts(document, type_):
            found = self._of_text(word)
            if found is not None:
                yield found, field_evidence(place, pointer)

    def _of_text(self, word: str) -> ScoredName | None:
        for found in (self._signals.score_image(word), self._signals.score_command(word)):
            if found is not None and found.asset_class == "inference-endpoint":
                return found
        return None

    def _texts(self, document: Document, type_: str) -> Iterator[tuple[Document, str, str]]:
        """Yield images, commands and scripts, with where they stand."""
        if type_ == MACHINES:
            for extension in self._documents.below(f"{MACHINES}/extensions", document.id.key):
                settings = "/properties/settings/commandToExecute"
                yield extension, settings, text(extension.body, settings)
        if type_ == SCALE_SETS:
            listed = "/properties/virtualMachineProfile/extensionProfile/extensions"
            for n, extension in enumerate(items(document.body, listed)):
                script = text(extension, "/properties/settings/commandToExecute")
                yield document, f"{listed}/{n}", script
        if type_ in {SITES, SLOTS}:
            config = self._documents.resource(f"{type_}/config", f"{document.id.key}/config/web")
            image = "/properties/linuxFxVersion"
            for place in (config, document):
                if place is not None:
                    yield place, image, text(place.body, image).partition("|")[2]
        listed = "/properties/template/containers" if type_ == CONTAINER_APPS else "/properties/containers"
        for n, container in enumerate(items(document.body, listed)):
            yield from ((document, f"{listed}/{n}", word) for word in _container_texts(container))


def _container_texts(container: Any) -> Iterator[str]:  # noqa: ANN401 - raw provider JSON
    said = at(container, "/properties") or container
    yield text(said, "/image")
    yield " ".join((*texts(said, "/command"), *texts(said, "/args")))
