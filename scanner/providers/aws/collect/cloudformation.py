"""Stacks and stack sets, and the roles with which they change resources.

| document | key | body |
|---|---|---|
| ``DescribeStacks.Stacks`` | stack ARN | ``RoleARN``, where the stack has one |
| ``ListStackSets.Summaries`` | stack set id | |
| ``DescribeStackSet`` | stack set id | ``AdministrationRoleARN``, ``ExecutionRoleName``; no template |
| ``ListStackInstances`` | stack set id | ``Summaries`` with accounts and regions |

Values of parameters and outputs are withheld.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from scanner.providers.aws.collect.table import Body

_SETS = ("ListStackSets.Summaries",)


def without_template(body: Body) -> Body:
    """Drop the template, which may be large and hold secrets."""
    stack_set = body.get("StackSet") or {}
    return {**body, "StackSet": {k: v for k, v in stack_set.items() if k != "TemplateBody"}}


TABLE: Final = Service(
    name="cloudformation",
    scope="regional",
    rows=(
        Row(operation="DescribeStacks", lists={"Stacks": "StackId"}, effect="understated"),
        Row(
            operation="ListStackSets",
            given=({"Status": "ACTIVE"},),
            lists={"Summaries": "StackSetId"},
            effect="understated",
        ),
        Row(
            operation="DescribeStackSet",
            each=_SETS,
            params={"StackSetName": "StackSetName"},
            reshape=without_template,
            effect="understated",
        ),
        Row(
            operation="ListStackInstances",
            each=_SETS,
            params={"StackSetName": "StackSetName"},
            effect="understated",
        ),
    ),
)
