"""What outsiders set off is a gap, and what only our own send or receive is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.iac.cloudformation.test_reading import ACCOUNT, scan

if TYPE_CHECKING:
    from pathlib import Path

VENDOR = "arn:aws:iam::200000000001:root"
SENT = "send messages to it, and what those set off is not followed"
EVENTS = "send events to it, and what those set off is not followed"


def topic(principal: Any, condition: Any = None) -> tuple[str, dict[str, Any]]:  # noqa: ANN401 - raw JSON
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish", "Resource": "*"}
    policy = {"Statement": [{**statement, **({"Condition": condition} if condition else {})}]}
    return "AWS::SNS::TopicPolicy", {"Topics": ["t"], "PolicyDocument": policy}


def copied(account: str) -> tuple[str, dict[str, Any]]:
    vault = f"arn:aws:backup:us-east-1:{account}:backup-vault:v"
    rule = {"RuleName": "r", "CopyActions": [{"DestinationBackupVaultArn": vault}]}
    return "AWS::Backup::BackupPlan", {"BackupPlan": {"BackupPlanRule": [rule]}}


def mail(action: str) -> tuple[str, dict[str, Any]]:
    return "AWS::SES::ReceiptRule", {"Rule": {"Actions": [{action: {}}]}}


OF_OURS = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
CASES: dict[str, tuple[tuple[str, dict[str, Any]], list[str]]] = {
    "a topic that anyone sends to": (topic("*"), [f"anyone may {SENT}"]),
    "a topic that anyone of ours sends to": (topic("*", OF_OURS), []),
    "a topic that any of a vendor's sends to": (
        topic({"AWS": "*"}, {"StringEquals": {"AWS:SourceOwner": "200000000001"}}),
        [f"whoever its conditions let in may {SENT}"],
    ),
    "a topic that an account sends to that nobody can tell": (
        topic("*", {"StringEquals": {"AWS:SourceAccount": {"Ref": "U"}}}),
        [f"whoever its conditions let in may {SENT}"],
    ),
    "a topic of an organization's that nobody can tell": (
        topic("*", {"StringEquals": {"aws:PrincipalOrgID": {"Ref": "U"}}}),
        [],
    ),
    "a topic by an address alone": (
        topic("*", {"Bool": {"aws:SecureTransport": "true"}}),
        [f"anyone may {SENT}"],
    ),
    "a topic that a vendor sends to": (topic({"AWS": [VENDOR]}), [f"{VENDOR} may {SENT}"]),
    "a topic that an account of ours sends to": (topic({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), []),
    "a topic that a service sends to": (topic({"Service": "s3.amazonaws.com"}), []),
    "a topic that somebody sends to whom nobody can tell": (
        topic({"AWS": {"Ref": "U"}}),
        [f"!Ref U may {SENT}"],
    ),
    "a bus of a vendor's, in few words": (
        ("AWS::Events::EventBusPolicy", {"StatementId": "s", "Principal": "200000000001"}),
        [f"200000000001 may {EVENTS}"],
    ),
    "a bus of our organization's": (
        (
            "AWS::Events::EventBusPolicy",
            {
                "StatementId": "s",
                "Principal": "*",
                "Condition": {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-ourlab"},
            },
        ),
        [],
    ),
    "a bus of ours": (("AWS::Events::EventBusPolicy", {"StatementId": "s", "Principal": ACCOUNT}), []),
    "a bus with a statement": (
        (
            "AWS::Events::EventBusPolicy",
            {"StatementId": "s", "Statement": {"Effect": "Allow", "Principal": {"AWS": VENDOR}}},
        ),
        [f"{VENDOR} may {EVENTS}"],
    ),
    "mail to a function": (
        mail("LambdaAction"),
        ["mail from anyone calls a function, which is not followed"],
    ),
    "mail to a bucket": (mail("S3Action"), []),
    "backups in a vendor's vault": (
        copied("200000000001"),
        ["backups are copied to arn:aws:backup:us-east-1:200000000001:backup-vault:v, which is not followed"],
    ),
    "backups in a vault of ours": (copied(ACCOUNT), []),
}


@pytest.mark.parametrize(("made", "expected"), CASES.values(), ids=CASES)
def test_what_outsiders_set_off(
    made: tuple[str, dict[str, Any]], expected: list[str], tmp_path: Path
) -> None:
    type_, properties = made
    template = {
        "Parameters": {"U": {"Type": "String"}},
        "Resources": {"X": {"Type": type_, "Properties": properties}},
    }
    found = scan(tmp_path, {"a.json": json.dumps(template)})
    assert [gap.detail for gap in found.gaps if gap.id.provider == "iac"] == expected
