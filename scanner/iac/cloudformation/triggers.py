"""What outsiders set off without calling it themselves: buses, topics, queues, mail, copies of backups.

The analysis follows none of them, so each that is open to somebody outside is a gap, and no other. Sources:
AWS CloudFormation Template Reference, "AWS::Events::EventBusPolicy", "AWS::SNS::TopicPolicy",
"AWS::SQS::QueuePolicy", "AWS::SES::ReceiptRule", "AWS::Backup::BackupPlan"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html,
read 2026-11).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.iac.cloudformation.made import Made

_ACCOUNT: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
_NARROWING: Final = {
    *("aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths"),
    *("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceowner"),
}


def _policy(*path: str, what: str) -> Callable[[Made], None]:
    """Return the reader of a policy that stands at a property."""

    def read(made: Made) -> None:
        policy = made.document(*path)
        _tell(made, policy.body if policy is not None else None, what)

    return read


def _bus_policy(made: Made) -> None:
    whole = made.document("Statement")
    if whole is None:  # the older form, of single fields
        fields = made.fields("Principal", "Condition")
        condition = fields.get("Condition")
        held = (
            {"StringEquals": {condition.get("Key"): condition.get("Value")}}
            if isinstance(condition, dict)
            else {}
        )
        statement = {"Effect": "Allow", "Principal": fields.get("Principal"), "Condition": held}
        _tell(made, {"Statement": [statement]}, _EVENTS)
    else:
        _tell(made, {"Statement": whole.body}, _EVENTS)


def _tell(made: Made, policy: Any, what: str) -> None:  # noqa: ANN401 - raw JSON
    outside = sorted({name for s in _statements(policy) for name in _outside(s, made.home.account)})
    if outside:
        made.gap(f"{', '.join(outside)} may {what}", "understated", "not-implemented")


def _statements(policy: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - raw JSON
    """Yield the statements that allow; of a policy that cannot be told one that is open."""
    if isinstance(policy, str):
        try:
            policy = json.loads(policy)
        except (ValueError, RecursionError):
            return
    found = policy.get("Statement") if isinstance(policy, dict) else None
    for statement in found if isinstance(found, list) else [found]:
        if isinstance(statement, dict) and statement.get("Effect", "Allow") != "Deny":
            yield statement


def _outside(statement: dict[str, Any], account: str) -> Iterator[str]:
    """Yield who outside an account a statement may name: what cannot be told is whoever it stands for."""
    open_ = Unresolved.read(statement) or Unresolved.read(statement.get("Principal"))
    if open_ is not None:
        yield open_.expression[:100]
        return
    principal = statement.get("Principal")
    named = principal.get("AWS") if isinstance(principal, dict) else principal
    narrowed = list(_narrowed(statement.get("Condition")))
    for name in named if isinstance(named, list) else [named]:
        open_ = Unresolved.read(name)
        text = open_.expression[:100] if open_ is not None else str(name or "")
        accounts = set(_ACCOUNT.findall(text))
        if open_ is None and "*" in text and not accounts:
            if not narrowed or any(_is_outside(key, value, account) for key, value in narrowed):
                yield "whoever its conditions let in" if narrowed else "anyone"
        elif accounts - {account} or open_ is not None:
            yield text


def _is_outside(key: str, value: Any, account: str) -> bool:  # noqa: ANN401 - raw JSON
    """Tell whether a condition may mean another account; an organization is taken for our own."""
    values = value if isinstance(value, list) else [value]
    if any(Unresolved.read(item) is not None for item in values) and "org" not in key:
        return True
    return any(set(_ACCOUNT.findall(str(item))) - {account} for item in values)


def _narrowed(condition: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - raw JSON
    """Yield the keys that say who calls, or for whom, with their values."""
    for operator in condition.values() if isinstance(condition, dict) else ():
        for key, value in operator.items() if isinstance(operator, dict) else ():
            if str(key).lower() in _NARROWING:
                yield str(key).lower(), value


def _mail(made: Made) -> None:
    actions = made.get("Rule", "Actions")
    for action in actions.below() if actions is not None else ():
        if action.get("LambdaAction") is not None:
            why = "mail from anyone calls a function, which is not followed"
            made.gap(why, "understated", "not-implemented")


def _plan(made: Made) -> None:
    """Note copies into vaults of other accounts; a copy within the account opens nothing."""
    rules = made.get("BackupPlan", "BackupPlanRule")
    for rule in rules.below() if rules is not None else ():
        copies = rule.get("CopyActions")
        for copy in copies.below() if copies is not None else ():
            target = copy.get("DestinationBackupVaultArn")
            text = target.value if target is not None and isinstance(target.value, str) else ""
            if f":{made.home.account}:" not in text:
                shown = text or "a vault that cannot be told"
                made.gap(f"backups are copied to {shown}, which is not followed", "understated")


_EVENTS: Final = "send events to it, and what those set off is not followed"
_MESSAGES: Final = "send messages to it, and what those set off is not followed"
TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "AWS::Backup::BackupPlan": _plan,
    "AWS::Events::EventBus": _policy("Policy", what=_EVENTS),
    "AWS::Events::EventBusPolicy": _bus_policy,
    "AWS::Kinesis::ResourcePolicy": _policy("ResourcePolicy", what=_MESSAGES),
    "AWS::SES::ReceiptRule": _mail,
    "AWS::SNS::TopicInlinePolicy": _policy("PolicyDocument", what=_MESSAGES),
    "AWS::SNS::TopicPolicy": _policy("PolicyDocument", what=_MESSAGES),
    "AWS::SQS::QueueInlinePolicy": _policy("PolicyDocument", what=_MESSAGES),
    "AWS::SQS::QueuePolicy": _policy("PolicyDocument", what=_MESSAGES),
}
