"""Hops into container registries, disks, snapshots and images of galleries.

In a registry of the old mode pulling is a control action, which ``*/read`` of plain Reader grants; in the
mode with repository permissions only the data action counts. Sources: Azure Container Registry, "Azure
attribute-based access control for repository permissions", "Make your container registry content publicly
available" (https://learn.microsoft.com/azure/container-registry/anonymous-pull-access); Azure managed disks,
"Restrict managed disks from being imported or exported"
(https://learn.microsoft.com/azure/virtual-machines/disks-restrict-import-export-overview); "Share a gallery"
(https://learn.microsoft.com/azure/virtual-machines/share-gallery), read 2026-11-22.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.model import Hop
from scanner.providers.azure.access import Question, joined
from scanner.providers.azure.directory import UNKNOWN_TENANT
from scanner.providers.azure.documents import at, field_evidence, items, setting, text, texts
from scanner.providers.azure.images import DISKS, GALLERIES, REGISTRIES, SNAPSHOTS
from scanner.providers.azure.outsiders import ANY_TENANT, ANYONE
from scanner.providers.azure.steps import Lock, Way, certain, hops
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.access import Holding
    from scanner.providers.azure.estate import AzureEstate
    from scanner.providers.azure.roles import Plane
    from scanner.snapshot import Document

_ACR: Final = "Microsoft.ContainerRegistry/registries"
_TOKENS: Final = f"{REGISTRIES}/tokens"
_EXPORT_WORDS: Final = "export of the disk over the network is off"


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into one of these; none for another node."""
    for type_, ways in ((REGISTRIES, _registry), (DISKS, _disk), (SNAPSHOTS, _disk)):
        document = estate.documents.resource(type_, node)
        if document is not None:
            yield from ways(estate, node, document)
    if f"/providers/{GALLERIES}/" in node:
        yield from _image(estate, node)


def _registry(estate: AzureEstate, node: str, document: Document) -> Iterator[Hop]:
    body = document.body
    mode = setting(body, "/properties/roleAssignmentMode", "legacyregistrypermissions")
    gate = estate.firewalls.of(document, "networkRuleSet")
    modes: tuple[tuple[str, Plane, str, str], ...] = (
        ("legacyregistrypermissions", "control", "pull/read", "push/write"),
        ("abacrepositorypermissions", "data", "repositories/content/read", "repositories/content/write"),
    )
    for word, plane, pull, push in modes:
        if mode == word or isinstance(mode, Unresolved):
            missing = (f"roleAssignmentMode of {document.id}",) if isinstance(mode, Unresolved) else ()
            proof = (field_evidence(document, "/properties/roleAssignmentMode"),)
            lock = Lock(missing=missing, evidence=proof)
            for action, type_ in ((pull, "read"), (push, "write")):
                way = Way(type_, (type_,), lock, gate)  # type: ignore[arg-type]  # both are gains
                holdings = estate.may(Question(f"{_ACR}/{action}", node, plane)).values()
                yield from hops(node, way, holdings, estate.sides.of)
    admin = Lock.of(document, "/properties/adminUserEnabled", "false", ("true",), "no admin user")
    for action, lock in (
        ("listCredentials/action", admin),
        ("generateCredentials/action", _tokens(estate, node)),
    ):
        listing = dict(estate.may(Question(f"{_ACR}/{action}", node)))
        for holding in _by_workspace(estate, node) if lock is admin else ():
            held = listing.get(holding.node)
            listing[holding.node] = holding if held is None else joined(held, holding)
        if not lock.blocked_by:
            way = Way("take-shared-key", ("read", "write"), lock, gate)
            yield from hops(node, way, listing.values(), estate.sides.of)
        else:
            editors = estate.may(Question(f"{_ACR}/write", node))
            way = Way("drop-guard", ("read", "write"), Lock(evidence=lock.evidence), gate)
            yield from hops(node, way, estate.joint(listing, editors), estate.sides.of)
    anonymous = setting(body, "/properties/anonymousPullEnabled", "false")
    passes = gate.passes(outside=True)
    if anonymous != "false" and not passes.blocked_by:
        unread = (anonymous.expression,) if isinstance(anonymous, Unresolved) else ()
        missing = (*passes.missing, *unread)
        proofs = (field_evidence(document, "/properties/anonymousPullEnabled"), *passes.evidence)
        for guards in passes.alternatives:
            yield Hop(node, ANYONE, "read", guards, ("read",), certain(missing), proofs, missing)


def _by_workspace(estate: AzureEstate, registry: str) -> Iterator[Holding]:
    """Yield who lists the keys of a workspace, which has those of its registry's admin user among them.

    Source: "Workspaces - List Keys", ListWorkspaceKeysResult
    (https://learn.microsoft.com/rest/api/azureml/workspaces/list-keys, read 2026-11-22).
    """
    for workspace in estate.learning.with_registry(registry):
        proof = field_evidence(estate.learning.workspaces[workspace], "/properties/containerRegistry")
        listing = Question("Microsoft.MachineLearningServices/workspaces/listKeys/action", workspace)
        for holding in estate.may(listing).values():
            yield holding._replace(evidence=(*holding.evidence, proof))


def _tokens(estate: AzureEstate, registry: str) -> Lock:
    """Return the lock that a registry's tokens are: a password is made for one of them."""
    found = next(estate.documents.below(_TOKENS, registry), None)
    if found is not None:
        return Lock(evidence=(field_evidence(found, "/name"),))
    return Lock(missing=(f"a token of {registry}",))


def _disk(estate: AzureEstate, node: str, document: Document) -> Iterator[Hop]:
    """Yield hops by export: a link to the bytes, which settings of the disk may forbid or bind to a role."""
    body = document.body
    thing = "disks" if f"/{DISKS}/" in node else "snapshots"
    prefix = f"Microsoft.Compute/{thing}"
    lock = _export_lock(document)
    exporting = estate.may(Question(f"{prefix}/beginGetAccess/action", node))
    mode = setting(body, "/properties/dataAccessAuthMode", "none")
    if isinstance(mode, Unresolved):
        lock = Lock(lock.blocked_by, (*lock.missing, f"{document.id}: {mode.expression}"), lock.evidence)
    if mode == "azureactivedirectory":
        downloading = estate.may(Question(f"{prefix}/download/action", node, "data"))
        both = estate.joint(exporting, downloading)
        yield from hops(node, Way("read", ("read",), lock), both, estate.sides.of)
    else:
        yield from hops(node, Way("read", ("read",), lock), exporting.values(), estate.sides.of)
    if lock.blocked_by or mode == "azureactivedirectory":
        editing = estate.may(Question(f"{prefix}/write", node))
        both = estate.joint(exporting, editing)
        yield from hops(node, Way("drop-guard", ("read",)), both, estate.sides.of)


def _export_lock(document: Document) -> Lock:
    policy = setting(document.body, "/properties/networkAccessPolicy", "allowall")
    public = setting(document.body, "/properties/publicNetworkAccess", "enabled")
    proof = (field_evidence(document, "/properties/networkAccessPolicy"),)
    first = Lock.needs(policy, ("allowall",), _EXPORT_WORDS)
    second = Lock.needs(public, ("enabled",), _EXPORT_WORDS)
    blocked = first.blocked_by or second.blocked_by
    missing = (*first.missing, *second.missing)
    return Lock(blocked, missing, proof)


def _image(estate: AzureEstate, node: str) -> Iterator[Hop]:
    reading = estate.may(Question("Microsoft.Compute/galleries/images/versions/read", node))
    yield from hops(node, Way("read", ("read",)), reading.values(), estate.sides.of)
    writing = estate.may(Question("Microsoft.Compute/galleries/images/versions/write", node))
    yield from hops(node, Way("write", ("write",)), writing.values(), estate.sides.of)
    id_ = node.rpartition("/images/")[0]  # a gallery may be called so itself
    sharing = estate.may(Question("Microsoft.Compute/galleries/share/action", id_))
    yield from hops(node, Way("edit-policy", ("grant",)), sharing.values(), estate.sides.of)
    gallery = estate.documents.resource(GALLERIES, id_)
    if gallery is not None:
        for source, pointer in _shared_with(estate, gallery):
            proof = (field_evidence(gallery, pointer),)
            yield Hop(node, source, "read", gains=("read",), evidence=proof)


def _shared_with(estate: AzureEstate, gallery: Document) -> Iterator[tuple[str, str]]:
    """Yield whom a gallery is shared with outside: tenants, everybody who has a subscription."""
    profile = "/properties/sharingProfile"
    permissions = text(gallery.body, f"{profile}/permissions").lower()
    enabled = at(gallery.body, f"{profile}/communityGalleryInfo/communityGalleryEnabled")
    if permissions == "community" and enabled is not False:
        yield ANY_TENANT, f"{profile}/permissions"
    for n, group in enumerate(items(gallery.body, f"{profile}/groups")) if permissions != "private" else ():
        type_, pointer = text(group, "/type").lower(), f"{profile}/groups/{n}"
        for id_ in texts(group, "/ids"):
            if type_ == "aadtenants" and not estate.tenants.is_ours(id_):
                yield f"tenant:{id_.lower()}", pointer
            elif type_ == "subscriptions" and not estate.tenants.has_subscription(id_.rpartition("/")[2]):
                yield f"{UNKNOWN_TENANT}subscription-{id_.rpartition('/')[2].lower()}", pointer
