"""The AWS decision engine: who may do what, decided offline from policy documents.

`decide` answers one `Request`; `Decider` answers many and remembers; `answer_line` speaks JSON. Pure: no
SDK, no I/O.
"""

from __future__ import annotations

from scanner.providers.aws.access.bulk import Decider, may_allow
from scanner.providers.aws.access.cohort import Cohort
from scanner.providers.aws.access.decide import decide
from scanner.providers.aws.access.environment import NO_OTHER_TAGS, TAG
from scanner.providers.aws.access.jsonl import answer_line
from scanner.providers.aws.access.policy import (
    Policy,
    PolicyStore,
    principals_named,
    principals_possible,
)
from scanner.providers.aws.access.principals import PrincipalAtom
from scanner.providers.aws.access.request import (
    AccessPoint,
    AclGrant,
    Decision,
    KmsGrant,
    Layer,
    Request,
    StatementRef,
    Unread,
)

__all__ = [
    "NO_OTHER_TAGS",
    "TAG",
    "AccessPoint",
    "AclGrant",
    "Cohort",
    "Decider",
    "Decision",
    "KmsGrant",
    "Layer",
    "Policy",
    "PolicyStore",
    "PrincipalAtom",
    "Request",
    "StatementRef",
    "Unread",
    "answer_line",
    "decide",
    "may_allow",
    "principals_named",
    "principals_possible",
]
