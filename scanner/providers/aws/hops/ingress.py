"""Hops into what serves a model over a network of its own: instances, containers, listeners.

Whoever reaches the server's port and passes what stands before it calls the model; servers of models ask
nobody who they are (vLLM, "Security": https://docs.vllm.ai/en/latest/usage/security.html; Ollama, FAQ; read
2026-11). A set of addresses is named for who has it: anyone when it is a large part of the internet, else
the vendor's registered network, else the range itself. Behind a login the source is who can log in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from scanner.model import Hop
from scanner.netset import AddressSet
from scanner.providers.aws.functions import BY_API
from scanner.providers.aws.hops.asking import Way
from scanner.providers.aws.hops.calling import callers
from scanner.providers.aws.hops.viewing import viewed
from scanner.providers.aws.network import is_anyone, is_whole
from scanner.providers.aws.outsiders import ANYONE, Caller, subject_node
from scanner.providers.aws.questions import Question
from scanner.verdict import Guard, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model import Certainty
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.functions import Function
    from scanner.providers.aws.network import Exposure
    from scanner.verdict import Holder

_SEND = Way("ingress", "invoke")
_ADDRESS = "source address"
# CloudFront Developer Guide, "Restrict access to Application Load Balancers": the listener asks for a header
# that the distribution adds (restrict-access-to-load-balancer.html, read 2026-11-22); values are not kept
_SAME_VALUE = "the distribution adds the header with the value that the listener asks for"
_ANY_SUBJECT = "*"
_CALL, _BALANCERS = "lambda:InvokeFunction", "elasticloadbalancing.amazonaws.com"
_SHOWN = {
    "oidc": "login at",
    "saml": "login at",
    "directory": "login at",
    "certificate": "client certificate of",
}


class _Known(NamedTuple):
    """Networks that the configuration gives a name to: ours, and each vendor's entries."""

    ours: AddressSet
    vendors: tuple[str, ...]


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a server of models; none for another node."""
    yield from by_network(estate, node, estate.network.exposures(node), _SEND)
    function = next((f for f in estate.functions if f.arn == node), None)
    if function is not None:
        yield from _to_function(estate, function)


def by_network(estate: AwsEstate, node: str, exposures: Iterable[Exposure], way: Way) -> Iterator[Hop]:
    """Yield a hop for each class of callers that `exposures` let through to `node`."""
    known = _Known(AddressSet.of(estate.config.ours.networks), _registered(estate))
    for exposure in exposures:
        if exposure.outside.front:
            yield from _through_front(estate, node, exposure)
            continue
        evidence = estate.network.evidence(exposure.names)
        sure = exposure.packets.sure.sources
        perhaps = exposure.packets.maybe.sources - sure
        for addresses, missing in ((sure, ()), (perhaps, exposure.packets.missing)):
            for source, guards in _callers(exposure, addresses, known):
                door = exposure.outside.door
                yield Hop(
                    target=node,
                    source=source,
                    type=way.type,
                    guards=tuple(sorted((*guards, *exposure.guards))),
                    gains=(way.gain,),
                    certainty="blocked" if door else "possible" if missing else "proven",
                    evidence=evidence,
                    missing=missing,
                    blocked_by=(door,) if door else (),
                )


def _to_function(estate: AwsEstate, function: Function) -> Iterator[Hop]:
    """Yield the hops of everyone for whom a load balancer calls a function, if its policy lets it.

    Elastic Load Balancing, "Use Lambda functions as targets of an Application Load Balancer"
    (lambda-functions.html, read 2026-11-22).
    """
    for group, exposure in estate.network.calling(function.arn):
        context = {**BY_API, "aws:sourcearn": (group,), "aws:sourceaccount": (function.account,)}
        question = Question(_CALL, function.arn, function.account, function.policy, context=context)
        said = estate.oracle.admit(Caller(_BALANCERS, _BALANCERS), question)
        if said.is_denied:
            continue
        verdict = said.decision.verdict
        unread = verdict.missing if isinstance(verdict, Unknown) else ()
        refs = (estate.library.evidence(ref) for ref in said.decision.deciding)
        proof = tuple(evidence for evidence in refs if evidence is not None)
        for hop in by_network(estate, function.arn, [exposure], _SEND):
            missing = tuple(sorted({*hop.missing, *unread}))
            weakened: Certainty = "possible" if missing and hop.certainty == "proven" else hop.certainty
            yield msgspec.structs.replace(
                hop, missing=missing, certainty=weakened, evidence=(*hop.evidence, *proof)
            )


def _through_front(estate: AwsEstate, node: str, exposure: Exposure) -> Iterator[Hop]:
    """Yield the hops of everyone whom an API or a distribution in front of a load balancer lets in."""
    packets = exposure.packets
    route = estate.apis.get(exposure.outside.front)
    publication = estate.distributions.get(exposure.outside.front)
    found: Iterable[Hop] = ()
    added = {f"http header {name}" for name in publication.headers} if publication else set()
    demanded = [guard for guard in exposure.guards if guard.key.lower() not in added]
    assumed = (_SAME_VALUE,) if len(demanded) < len(exposure.guards) else ()
    if route is not None:
        found = callers(estate, route, node, _SEND)
    elif publication is not None:
        found = viewed(Hop(node, ANYONE, _SEND.type, gains=(_SEND.gain,)), publication)
    logins = [Guard(_SHOWN[gate.kind], "in", (gate.authority,), "issuer") for gate in exposure.gates]
    for hop in found:
        missing = hop.missing if packets.sure else tuple(sorted({*hop.missing, *packets.missing}))
        weakened: Certainty = "possible" if missing and hop.certainty == "proven" else hop.certainty
        yield msgspec.structs.replace(
            hop,
            guards=tuple(sorted({*hop.guards, *demanded, *logins})),
            certainty=weakened,
            missing=missing,
            assumed=tuple(sorted({*hop.assumed, *assumed})),
            evidence=(*hop.evidence, *estate.network.evidence(exposure.names)),
        )


def _registered(estate: AwsEstate) -> tuple[str, ...]:
    return tuple(sorted({n for v in estate.config.vendors for n in v.identities.networks}))


def _callers(
    exposure: Exposure, addresses: AddressSet, known: _Known
) -> Iterator[tuple[str, tuple[Guard, ...]]]:
    """Yield who calls from `addresses`, with what narrows them."""
    if not addresses:
        return
    if exposure.gates:
        yield _by_login(exposure, addresses)
        return
    outside = exposure.outside
    if outside.principal:
        whole = outside.peer.addresses if outside.peer else outside.addresses or AddressSet.everything()
        if outside.peer is not None and not outside.peer.account:
            addresses -= known.ours
            if not addresses:
                return
        yield outside.principal, () if addresses.includes(whole) else (_from(addresses, "vendor"),)
        return
    shared = addresses & exposure.shared
    rest = addresses - shared
    if is_anyone(rest):
        yield ANYONE, _narrowing(addresses)
        return
    if shared:  # AWS's own ranges, of a CDN for example, are open to every customer of AWS
        yield ANYONE, (_from(shared, "vendor"),)
    rest -= known.ours
    for network in known.vendors:
        part = rest & AddressSet.of([network])
        if part:
            yield network, (_from(part, "fixed"),)
        rest -= part
    for block in rest.cidrs():
        yield block, (_from(AddressSet.of([block]), "fixed"),)


def _by_login(exposure: Exposure, addresses: AddressSet) -> tuple[str, tuple[Guard, ...]]:
    """Return who can pass the gates: the subjects of the first issuer, else who has a certificate.

    Who dials in stands at an address of ours, which says nothing of the caller.
    """
    ordered = sorted(exposure.gates, key=lambda gate: gate.kind == "certificate")
    first, more = ordered[0], ordered[1:]
    source = subject_node(first.authority, _ANY_SUBJECT) if first.kind == "oidc" else first.authority
    guards = tuple(Guard(_SHOWN[gate.kind], "in", (gate.authority,), "issuer") for gate in more)
    return source, guards if exposure.outside.vpc else (*guards, *_narrowing(addresses))


def _narrowing(addresses: AddressSet) -> tuple[Guard, ...]:
    return () if is_whole(addresses) else (_from(addresses, "vendor"),)


def _from(addresses: AddressSet, held_by: Holder) -> Guard:
    return Guard(_ADDRESS, "cidr", addresses.cidrs(), held_by, "source-ip")
