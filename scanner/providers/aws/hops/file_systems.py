"""Hops into EFS file systems: mounting them with credentials, in a network that has a mount target.

Clients without credentials are the network's business, see `mounted`. Source: EFS User Guide,
"Using IAM to control access to file systems"
(https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html, read 2026-11-22).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scanner.providers.aws.access import Decision
from scanner.providers.aws.hops import asking
from scanner.providers.aws.hops.asking import GRANT, READ, WRITE
from scanner.providers.aws.outsiders import ANY_ACCOUNT, ANYONE, Caller
from scanner.providers.aws.questions import Answer, Question
from scanner.verdict import AllowedIf, Guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.stores.file_systems import FileSystem

_MOUNT, _WRITE = "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"
_EDIT = "elasticfilesystem:PutFileSystemPolicy"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a file system; none for another node."""
    system = estate.stores.file_systems.get(node)
    if system is None:
        return
    edit = Question(_EDIT, node, system.account, system.policy)
    yield from asking.hops(estate, node, GRANT, edit, own_account_only=True)
    if system.policy is None or not system.vpcs:
        return
    mount, write = mounting(system), mounting(system, _WRITE)
    for way, further in ((READ, ()), (WRITE, (write,))):
        for hop in asking.hops(estate, node, way, mount, partial(_within, estate, system, further)):
            if hop.source not in {ANYONE, ANY_ACCOUNT}:
                yield hop


def mounting(system: FileSystem, action: str = _MOUNT) -> Question:
    """Return the question of a client that comes by a mount target."""
    context = {"elasticfilesystem:accessedviamounttarget": ("true",)}
    return Question(action, system.arn, system.account, system.policy, context=context)


def _within(
    estate: AwsEstate, system: FileSystem, questions: tuple[Question, ...], who: Identity | Caller
) -> tuple[Answer, ...]:
    """Return the answers to further questions, and the demand to be where a mount target is."""
    guard = Guard("aws:SourceVpc", "in", system.vpcs, "ours", "source-vpc")
    place = AllowedIf(((guard,),), (("aws:SourceVpc", system.vpcs[:1]),))
    position = Answer(Question(_MOUNT, system.arn, system.account), Decision(place))
    return (*(asking.answer(estate, who, question) for question in questions), position)
