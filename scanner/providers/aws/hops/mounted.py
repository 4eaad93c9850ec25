"""Hops into file systems by mounting them over the network, where only security groups are in the way.

A file system policy that lets everyone mount lets in clients without credentials too: what "Prevent
anonymous access" leaves out of such a policy is ``ClientMount``. Source: EFS User Guide, "Using IAM to
control access to file systems" and "Creating file system policies"
(https://docs.aws.amazon.com/efs/latest/ug/create-file-system-policy.html, read 2026-11-22). Fixture:
``file-system-for-all-clients``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.model import CERTAINTIES
from scanner.providers.aws.hops import ingress
from scanner.providers.aws.hops.asking import READ
from scanner.providers.aws.hops.file_systems import mounting
from scanner.providers.aws.outsiders import ANYONE, Caller
from scanner.verdict import AllowedIf, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a file system; none for another node, or one that asks for credentials."""
    mounted = estate.stores.mounted.get(node)
    if mounted is None:
        return
    exposures = estate.network.standing(mounted.interfaces, mounted.port)
    hops = ingress.by_network(estate, node, exposures, READ)
    system = estate.stores.file_systems.get(node)
    if system is None or system.policy is None:
        yield from hops
        return
    said = estate.oracle.admit(Caller(ANYONE, ANYONE), mounting(system))
    verdict = said.decision.verdict
    missing = verdict.missing if isinstance(verdict, Unknown) else ()
    proof = tuple(e for ref in said.decision.deciding if (e := estate.library.evidence(ref)) is not None)
    for hop in () if said.is_denied else hops:
        for guards in verdict.alternatives if isinstance(verdict, AllowedIf) else ((),):
            yield msgspec.structs.replace(
                hop,
                guards=tuple(sorted({*hop.guards, *guards})),
                missing=tuple(sorted({*hop.missing, *missing})),
                certainty=max(hop.certainty, "possible" if missing else "proven", key=CERTAINTIES.index),
                evidence=(*hop.evidence, *proof),
            )
