"""The scanning role as code: a CloudFormation template for a StackSet, and Terraform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

ROLE: Final = "SidedoorScan"
_TRUSTED: Final = "ScannerPrincipal"


def cloudformation(policies: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a template that makes the role and its policies in each account of a StackSet.

    Args:
        policies: As `scanner.providers.aws.collect.permissions` returns them.
    """
    names = [policy["PolicyName"] for policy in policies]
    managed = {
        name: {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": policy["PolicyDocument"], "Roles": [{"Ref": "Role"}]},
        }
        for name, policy in zip(names, policies, strict=True)
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The role that Sidedoor reads this account with. It can list, get and describe only.",
        "Parameters": {
            _TRUSTED: {"Type": "String", "Description": "ARN of the principal that runs the scan."},
            "RoleName": {"Type": "String", "Default": ROLE},
        },
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": {"Ref": "RoleName"},
                    "AssumeRolePolicyDocument": _trust({"Ref": _TRUSTED}),
                },
            },
            **managed,
        },
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }


def terraform(policies: Sequence[dict[str, Any]]) -> str:
    """Return Terraform that makes the role and its policies in one account."""
    trust = json.dumps(_trust("@trusted@"), indent=2).replace('"@trusted@"', "var.scanner_principal")
    lines = [
        'variable "scanner_principal" {',
        "  type        = string",
        '  description = "ARN of the principal that runs the scan."',
        "}",
        "",
        'resource "aws_iam_role" "sidedoor_scan" {',
        f'  name               = "{ROLE}"',
        f"  assume_role_policy = jsonencode({_indented(trust)})",
        "}",
    ]
    for number, policy in enumerate(policies, 1):
        document = json.dumps(policy["PolicyDocument"], indent=2)
        lines += [
            "",
            f'resource "aws_iam_policy" "sidedoor_scan_{number}" {{',
            f'  name   = "{policy["PolicyName"]}"',
            f"  policy = jsonencode({_indented(document)})",
            "}",
            "",
            f'resource "aws_iam_role_policy_attachment" "sidedoor_scan_{number}" {{',
            "  role       = aws_iam_role.sidedoor_scan.name",
            f"  policy_arn = aws_iam_policy.sidedoor_scan_{number}.arn",
            "}",
        ]
    return "\n".join(lines) + "\n"


def _trust(principal: object) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _indented(text: str) -> str:
    first, *rest = text.splitlines()
    return "\n".join([first, *(f"  {line}" for line in rest)])
