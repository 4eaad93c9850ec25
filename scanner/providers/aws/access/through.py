"""Requests through an S3 access point: its own policy and the bucket's must both let them through.

From `Configuring IAM policies for using access points
<https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html>`_ and `Access points
restricted to a VPC <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-vpc.html>`_ (read
2026-11-22): the request is decided at the access point, as the resource, and at the bucket, where
``s3:DataAccessPointArn``, ``s3:DataAccessPointAccount`` and ``s3:AccessPointNetworkOrigin`` say through what
it came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.access.request import Decision
from scanner.verdict import Allowed, AllowedIf, Denied, Guard, both

if TYPE_CHECKING:
    from scanner.providers.aws.access.request import AccessPoint, Request
    from scanner.verdict import Verdict

_VPC = "aws:sourcevpc"


def parts_of(request: Request) -> tuple[Request, Request]:
    """Return the request as the access point gets it, and as the bucket gets it."""
    point = request.access_point
    if point is None:
        raise ValueError("the request goes through no access point")
    bucket, _, key = request.resource.rpartition(":")[2].partition("/")
    through = {
        "s3:dataaccesspointarn": (point.arn,),
        "s3:dataaccesspointaccount": (point.account,),
        "s3:accesspointnetworkorigin": ("VPC" if point.vpc else "Internet",),
    }
    behind = msgspec.structs.replace(request, access_point=None, context={**request.context, **through})
    door = msgspec.structs.replace(
        behind,
        resource=f"{point.arn}/object/{key}" if key and bucket else point.arn,
        resource_account=point.account,
        resource_policy=point.policy,
        block_public_access=point.block_public_access,
        acl=(),
        object_owner=None,
    )
    return door, behind


def joined(request: Request, door: Decision, behind: Decision) -> Decision:
    """Return the decision on a request that both the access point and the bucket must let through."""
    verdict = both(_renamed(door.verdict), behind.verdict)
    if request.access_point is not None and request.access_point.vpc:
        verdict = both(verdict, _from(request.access_point, request))
    denying = [part for part in (door, behind) if isinstance(part.verdict, Denied)]
    chosen = [part for part in denying if part.explicit][:1] or denying or [door, behind]
    best = both(_renamed(door.at_best or door.verdict), behind.at_best or behind.verdict)
    return Decision(
        verdict,
        explicit=any(part.explicit for part in chosen),
        deciding=tuple(sorted({ref for part in chosen for ref in part.deciding})),
        short=tuple(dict.fromkeys(word for part in denying for word in part.short)),
        assumed=tuple(sorted({*door.assumed, *behind.assumed})),
        at_best=best if not isinstance(verdict, Allowed | AllowedIf | Denied) else None,
    )


def _renamed(verdict: Verdict) -> Verdict:
    """Return a verdict at the access point, whose resource is another one than the bucket's."""
    if not isinstance(verdict, AllowedIf):
        return verdict
    alternatives = tuple(
        tuple(msgspec.structs.replace(g, key="accesspoint") if g.key == "resource" else g for g in guards)
        for guards in verdict.alternatives
    )
    witness = tuple(("accesspoint" if key == "resource" else key, values) for key, values in verdict.witness)
    return AllowedIf(alternatives, tuple(sorted(witness)))


def _from(point: AccessPoint, request: Request) -> Verdict:
    """Return whether the request comes from the VPC of the access point."""
    given = request.context.get(_VPC)
    if given is not None:
        return Allowed() if given == (point.vpc,) else Denied(("access point of another VPC",))
    if request.mode == "open" and (request.open_keys is None or _VPC in map(str.lower, request.open_keys)):
        guard = Guard("aws:SourceVpc", "in", (point.vpc or "",), "ours", "source-vpc")
        return AllowedIf(((guard,),), ((_VPC, (point.vpc or "",)),))
    return Denied(("access point of a VPC",))
