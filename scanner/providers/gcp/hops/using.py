"""Hops into endpoints, registries, images, disks and file shares, by the permissions of their kind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scanner.guards import Guard
from scanner.model import Evidence
from scanner.netset import AddressSet
from scanner.providers.gcp import steps
from scanner.providers.gcp.access.question import Answer
from scanner.providers.gcp.gates import SOURCE_PROJECT, gate_of
from scanner.providers.gcp.hops import api_keys, ingress, policies, tokens
from scanner.providers.gcp.kinds import FUNCTION, KINDS, MODEL, REPOSITORY, RUN
from scanner.providers.gcp.members import ANYONE
from scanner.providers.gcp.names import part_after
from scanner.providers.gcp.network.servers import shown
from scanner.providers.gcp.shape import section, sections, text
from scanner.providers.gcp.workloads import place_of
from scanner.verdict import Allowed, AllowedIf, Denied, Unknown, both

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.estate import GcpEstate
    from scanner.providers.gcp.gates import Gate
    from scanner.providers.gcp.inventory import Item

_ARTIFACTS = "//artifactregistry.googleapis.com/"
_DOWNLOADS = ("artifactregistry.repositories.downloadArtifacts", "artifactregistry.files.download")
_TAKING = {RUN, FUNCTION}
_MAPPING = "run.googleapis.com/DomainMapping"
_EXPORTS = "aiplatform.models.export"
_LOGIN = "iap.webServiceVersions.accessViaIAP"


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a resource of a kind in the table; none for another node."""
    item = estate.inventory.items.get(node)
    kind = KINDS.get(item.type) if item else None
    if item is None or kind is None:
        return
    mapped = (
        text(section(mapping.data, "spec").get("routeName"))
        for mapping in estate.inventory.of(_MAPPING)
        if mapping.project == item.project
    )
    gate = gate_of(item, estate.hierarchy, has_domain=item.name.rpartition("/")[2] in mapped)
    place = place_of(item)
    for way in dict.fromkeys(way for way, _ in kind.ways):
        calls = [permissions for other, permissions in kind.ways if other == way]
        answers = (_asked(estate, item, permissions) for permissions in calls)
        if "invoke" in way.gains:
            found = _called(estate, item, gate, way, tuple(answers))
        else:
            found = steps.once(steps.hops(estate, way, node, a) for a in answers)
        if item.type in _TAKING:
            found = tokens.taken(estate, found)
        elif item.type.startswith("aiplatform."):
            found = api_keys.taken(estate, found)
        yield from found
    if item.type == REPOSITORY:
        yield from _by_virtual(estate, item)
    yield from policies.edits(estate, node, kind.grant, place)


def _by_virtual(estate: GcpEstate, item: Item) -> Iterator[Hop]:
    """Yield who reads a repository through a virtual one in front of it, which asks for itself only.

    Source: Artifact Registry documentation, "Virtual repository overview"
    (https://cloud.google.com/artifact-registry/docs/repositories/virtual-overview, read 2026-11): a virtual
    repository reads those of other projects as the service agent of its own.
    """
    for front in estate.inventory.of(REPOSITORY):
        config = section(front.data, "virtualRepositoryConfig")
        for index, policy in sections(config.get("upstreamPolicies")):
            name = estate.hierarchy.canonical(f"{_ARTIFACTS}{text(policy.get('repository'))}")
            if name != item.name or front.name == item.name:
                continue
            pointer = f"{front.base}/virtualRepositoryConfig/upstreamPolicies/{index}"
            proof = Evidence(str(front.document.id), pointer, text(policy.get("repository")))
            missing = () if front.project == item.project else (f"whether {front.name} may read it",)
            way = steps.Way("read", ("read",), (proof,), missing)
            for permission in _DOWNLOADS:
                yield from steps.hops(estate, way, item.name, estate.who(permission, place_of(front)))


def _asked(estate: GcpEstate, item: Item, permissions: tuple[str, ...]) -> tuple[Answer, ...]:
    """Return who holds all of some permissions on an asset.

    A model without an export format cannot be exported: Vertex AI REST reference, "Model",
    ``supportedExportFormats``.
    """
    if item.type == MODEL and _EXPORTS in permissions and item.data.get("supportedExportFormats") == []:
        return ()
    return steps.holding_all(estate, permissions, place_of(item))


def _called(
    estate: GcpEstate, item: Item, gate: Gate, way: steps.Way, asked: tuple[tuple[Answer, ...], ...]
) -> Iterator[Hop]:
    """Yield the hops of those who call an endpoint, through whatever stands before it.

    Source: Cloud Run documentation, "Configure IAP for Cloud Run": its check comes first, then it calls as
    itself (https://cloud.google.com/run/docs/securing/identity-aware-proxy-cloud-run, read 2026-11).
    """
    if gate.open_ is not None:
        asked = ((Answer(ANYONE, Allowed(), (gate.open_,)),), *asked)
    if gate.login is not None:
        region = part_after(item.name, "locations")
        place = ingress.iap_place(estate, item, f"iap_web/cloud_run-{region}/services")
        asked = (estate.who(_LOGIN, place),)
        way = way._replace(evidence=(*way.evidence, gate.login))
    found = [steps.hops(estate, way, item.name, _through(estate, gate, answers)) for answers in asked]
    if gate.balanced:
        for backend, group in estate.servers.balancers.serverless(item):
            found[:0] = [steps.hops(estate, way, item.name, _balanced(estate, backend, group, asked))]
    yield from steps.once(found)


def _balanced(
    estate: GcpEstate, backend: Item, group: Item, asked: tuple[tuple[Answer, ...], ...]
) -> Iterator[Answer]:
    """Yield who calls a service through a load balancer that leads to it.

    Where Identity-Aware Proxy stands in front of the backend service, those whom it lets in; it calls as
    itself.
    """
    fronts = estate.servers.balancers.fronts(backend.name)
    sure, maybe, more = estate.servers.balancers.armour(backend)
    proof = (Evidence(str(group.document.id), group.base), *shown(fronts), *more)
    if section(backend.data, "iap").get("enabled") is True:
        asked = (estate.who(_LOGIN, ingress.web_place(estate, backend)),)
    narrowed = not sure.includes(AddressSet.everything()) or "urlMask" in str(group.data)
    for answer in (a for answers in asked for a in answers) if maybe else ():
        verdict = answer.verdict
        if narrowed:
            verdict = both(verdict, Unknown((f"whom the balancer of {backend.name} lets through",)))
        yield replace(answer, verdict=verdict, evidence=(*answer.evidence, *proof))


def _through(estate: GcpEstate, gate: Gate, answers: Iterable[Answer]) -> Iterator[Answer]:
    """Yield answers with what the network asks of each: who is ours may be inside, who is not is barred."""
    theirs = tuple(p for p in gate.projects if not estate.hierarchy.is_ours(p.removeprefix("projects/")))
    for answer in answers:
        if gate.lock is None:
            yield answer
            continue
        proof = (*answer.evidence, *gate.lock.evidence)
        scope = estate.principals.home(answer.member)
        if scope is not None and f"projects/{scope}" in theirs:
            yield replace(answer, evidence=proof)
            continue
        ours = estate.principals.is_ours(answer.member)
        # whoever works in a project of others that is let in may be anybody but us
        asked = gate.guards if ours else (Guard(SOURCE_PROJECT, "in", theirs, "vendor"),) if theirs else ()
        if not asked:
            yield replace(answer, locks=(*answer.locks, gate.lock))
            continue
        verdict = both(answer.verdict, AllowedIf((asked,)))
        if not isinstance(verdict, Denied):
            yield replace(answer, verdict=verdict, evidence=proof)
