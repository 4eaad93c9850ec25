"""The organization: its accounts and units, and the policies that stand over them.

Asked once, in the account that scans: only the management account and delegated administrators get answers.

| document | key | body |
|---|---|---|
| ``DescribeOrganization`` | - | ``Organization``; None: the account is in none |
| ``ListRoots.Roots`` | root id | ``Id``, ``PolicyTypes`` |
| ``ListAccounts.Accounts`` | account id | ``Id``, ``Arn``, ``Name``, ``Status`` |
| ``ListOrganizationalUnitsForParent.OrganizationalUnits`` | unit id | ``Id``, ``Name`` |
| ``ListParents.Parents`` | CHILD/PARENT | ``Id``, ``Type``; children are accounts and units |
| ``ListPolicies.Policies`` | policy id | summary of every SCP and RCP |
| ``DescribePolicy`` | policy id | ``Policy`` with ``Content`` as JSON and ``PolicySummary`` |
| ``ListTargetsForPolicy.Targets`` | POLICY/TARGET | ``TargetId``, ``Type`` |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

_UNITS = "ListOrganizationalUnitsForParent.OrganizationalUnits"
_PAGE = {"MaxResults": 20}  # the most that AWS Organizations gives

TABLE: Final = Service(
    name="organizations",
    scope="organization",
    rows=(
        Row(operation="DescribeOrganization", none=("AWSOrganizationsNotInUseException",)),
        Row(
            operation="ListAccounts",
            given=(_PAGE,),
            lists={"Accounts": "Id"},
            none=("AWSOrganizationsNotInUseException",),
        ),
        Row(
            operation="ListRoots",
            given=(_PAGE,),
            lists={"Roots": "Id"},
            none=("AWSOrganizationsNotInUseException",),
            effect="overstated",
        ),
        Row(
            operation="ListOrganizationalUnitsForParent",
            each=("ListRoots.Roots", _UNITS),
            given=(_PAGE,),
            params={"ParentId": "Id"},
            lists={"OrganizationalUnits": "Id"},
            effect="overstated",
        ),
        Row(
            operation="ListParents",
            each=("ListAccounts.Accounts", _UNITS),
            given=(_PAGE,),
            params={"ChildId": "Id"},
            lists={"Parents": "@key/Id"},
            effect="overstated",
        ),
        Row(
            operation="ListPolicies",
            given=tuple({"Filter": kind} for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")),
            lists={"Policies": "Id"},
            none=("AWSOrganizationsNotInUseException",),
            effect="overstated",
        ),
        Row(
            operation="DescribePolicy",
            each=("ListPolicies.Policies",),
            params={"PolicyId": "Id"},
            policies=("Policy.Content",),
            effect="overstated",
        ),
        Row(
            operation="ListTargetsForPolicy",
            each=("ListPolicies.Policies",),
            given=(_PAGE,),
            params={"PolicyId": "Id"},
            lists={"Targets": "@key/TargetId"},
            effect="overstated",
        ),
    ),
)
