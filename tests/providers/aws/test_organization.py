"""Which control policies stand over an account, and what is unread when one of them may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.config import Config, Ours, OursAws
from scanner.providers.aws.access import Unread
from scanner.providers.aws.library import Library
from scanner.providers.aws.organization import Organization
from tests.providers.aws.documents import MANAGEMENT, OTHER, OURS, policy, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

HOME = f"aws:{MANAGEMENT}::organizations:"
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
DESCRIBED = {"Organization": {"Id": "o-ourlab", "MasterAccountId": MANAGEMENT}}


def attached(name: str, target: str, kind: str = SCP) -> dict[str, Any]:
    body = {"Policy": {"PolicySummary": {"Type": kind}, "Content": policy({"Sid": name})}}
    return {
        f"{HOME}ListPolicies.Policies/{name}": {"Id": name, "Type": kind},
        f"{HOME}DescribePolicy/{name}": body,
        f"{HOME}ListTargetsForPolicy.Targets/{name}/{target}": {"TargetId": target},
    }


CHAIN: dict[str, Any] = {
    f"{HOME}DescribeOrganization": DESCRIBED,
    f"{HOME}ListAccounts.Accounts/{OURS}": {"Id": OURS},
    f"{HOME}ListAccounts.Accounts/{OTHER}": {"Id": OTHER},
    f"{HOME}ListParents.Parents/{OURS}/ou-models": {"Id": "ou-models"},
    f"{HOME}ListParents.Parents/{OTHER}/r-1": {"Id": "r-1"},
    f"{HOME}ListParents.Parents/{MANAGEMENT}/r-1": {"Id": "r-1"},
    f"{HOME}ListParents.Parents/ou-models/r-1": {"Id": "r-1"},
    **attached("p-root", "r-1"),
    **attached("p-models", "ou-models"),
    **attached("p-account", OURS),
    **attached("p-resources", "r-1", RCP),
}


def organization(
    documents: dict[str, Any], gaps: Iterable[str] = (), ours: OursAws | None = None
) -> Organization:
    read = snapshot(documents, gaps)
    return Organization(read, Config(ours=Ours(aws=ours or OursAws())), Library(read))


def outline(levels: Iterable[Iterable[Any]]) -> list[list[str]]:
    """Return names of policies, and what is unread in brackets."""
    return [
        [
            f"[{p.missing.rpartition(':')[2]}]" if isinstance(p, Unread) else p.statement(0)["Sid"]
            for p in level
        ]
        for level in levels
    ]


WHOLE = [["p-root"], ["p-models"], ["p-account"]]


def without(*parts: str) -> dict[str, Any]:
    return {id_: body for id_, body in CHAIN.items() if not any(part in id_ for part in parts)}


CASES: dict[str, tuple[dict[str, Any], list[str], str, list[list[str]]]] = {
    "root, unit and account, in this order": (CHAIN, [], OURS, WHOLE),
    "another account has the root's only": (CHAIN, [], OTHER, [["p-root"]]),
    "the management account is exempt": (CHAIN, [], MANAGEMENT, []),
    "an account in no organization": ({}, [], OURS, []),
    "a policy whose text is unread": (
        without("DescribePolicy/p-models"),
        [f"{HOME}DescribePolicy/p-models"],
        OURS,
        [["p-root"], ["[DescribePolicy/p-models]"], ["p-account"]],
    ),
    "it does not stand over another account": (
        without("DescribePolicy/p-models"),
        [f"{HOME}DescribePolicy/p-models"],
        OTHER,
        [["p-root"]],
    ),
    "a policy attached nobody knows where": (
        without("Targets/p-models"),
        [f"{HOME}ListTargetsForPolicy/p-models"],
        OTHER,
        [["[ListTargetsForPolicy/p-models]"], ["p-root"]],
    ),
    "one of the other kind says nothing": (
        without("Targets/p-resources"),
        [f"{HOME}ListTargetsForPolicy/p-resources"],
        OTHER,
        [["p-root"]],
    ),
    "policies that could not be listed": (
        CHAIN,
        [f"{HOME}ListPolicies"],
        OTHER,
        [["[ListPolicies]"], ["p-root"]],
    ),
    "a unit whose parent is unread": (
        without("ListParents.Parents/ou-models"),
        [f"{HOME}ListParents/ou-models"],
        OURS,
        [["[ListParents/ou-models]"], ["p-models"], ["p-account"]],
    ),
    "a unit of which nobody asked where it is": (
        without("ListParents.Parents/ou-models"),
        [f"{HOME}ListRoots"],
        OURS,
        [["[ListParents/ou-models]"], ["p-models"], ["p-account"]],
    ),
    "another account is not in it": (
        without("ListParents.Parents/ou-models"),
        [f"{HOME}ListRoots"],
        OTHER,
        [["p-root"]],
    ),
    "an organization that could not be described": (
        {},
        [f"{HOME}DescribeOrganization"],
        OURS,
        [["[DescribeOrganization (refused)]"]],
    ),
    "a circle of units ends": (
        {**CHAIN, f"{HOME}ListParents.Parents/ou-models/r-1": {"Id": "ou-models"}},
        [],
        OURS,
        [["[ListParents/ou-models]"], ["p-models"], ["p-account"]],
    ),
}


@pytest.mark.parametrize(("documents", "gaps", "account", "expected"), CASES.values(), ids=CASES)
def test_service_controls(
    documents: dict[str, Any], gaps: list[str], account: str, expected: list[list[str]]
) -> None:
    assert outline(organization(documents, gaps).service_controls(account)) == expected


def test_resource_controls_are_those_of_their_kind() -> None:
    assert outline(organization(CHAIN).resource_controls(OURS)) == [["p-resources"]]


OWNERS: dict[str, tuple[dict[str, Any], OursAws, str | None, bool]] = {
    "a member": (CHAIN, OursAws(), OTHER, True),
    "the management account": (CHAIN, OursAws(), MANAGEMENT, True),
    "one that the configuration claims": ({}, OursAws(accounts=(OURS,)), OURS, True),
    "one that was collected": ({f"aws:{OURS}::sts:GetCallerIdentity": {}}, OursAws(), OURS, True),
    "a stranger": (CHAIN, OursAws(), "200000000001", False),
    "no account": (CHAIN, OursAws(), None, False),
}


@pytest.mark.parametrize(("documents", "ours", "account", "expected"), OWNERS.values(), ids=OWNERS)
def test_is_ours(documents: dict[str, Any], ours: OursAws, account: str | None, *, expected: bool) -> None:
    assert organization(documents, ours=ours).is_ours(account) is expected
