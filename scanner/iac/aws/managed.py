"""The texts of policies that AWS manages, which code attaches by name only.

``managed_policies.json`` holds those that are attached most, by path and name, as AWS publishes them (AWS
Managed Policy Reference, https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html,
read 2026-11). AWS changes them at will; a live snapshot has the text of the day. One that is not among them
stays unread.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.iac.aws.drafts import Drafts, Home
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILE: Final = Path(__file__).with_name("managed_policies.json")
_DETAILS: Final = "GetAccountAuthorizationDetails"
_HOLDERS: Final = ("UserDetailList", "RoleDetailList", "GroupDetailList")


def arn_of(name: str, partition: str) -> str:
    """Return the ARN of a policy by its name: those for services and functions have a path before it."""
    paths = _paths()
    found = name if name in paths else next((path for path in paths if path.endswith(f"/{name}")), name)
    return f"arn:{partition}:iam::aws:policy/{found}"


@lru_cache(maxsize=1)
def _paths() -> tuple[str, ...]:
    texts: dict[str, Any] = msgspec.json.decode(_FILE.read_bytes())
    return tuple(texts)


def complete(drafts: Drafts) -> None:
    """Add the text of every policy of AWS's own that someone has."""
    wanted = sorted(set(_attached(drafts)))
    if not wanted:
        return
    texts: dict[str, Any] = msgspec.json.decode(_FILE.read_bytes())
    for account, arn in wanted:
        id_ = Home(account).id("iam", "GetPolicyVersion", arn, regional=False)
        document = texts.get(arn.partition(":policy/")[2])
        if document is None:
            drafts.gap(Gap(id_, "not-collected", "the text of this policy of AWS's own is not known", "both"))
            continue
        drafts.assume(id_, {"PolicyVersion": {"Document": document, "IsDefaultVersion": True}})


def _attached(drafts: Drafts) -> Iterator[tuple[str, str]]:
    """Yield (account, ARN) of each policy of AWS's own that is attached or a boundary."""
    for field in _HOLDERS:
        for draft in drafts.of("iam", f"{_DETAILS}.{field}"):
            arns = [entry.get("PolicyArn") for entry in draft.body.get("AttachedManagedPolicies") or ()]
            arns.append((draft.body.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn"))
            for arn in arns:
                if isinstance(arn, str) and ":iam::aws:policy/" in arn:
                    yield draft.id.scope, arn
