"""Who the credentials are, what this SDK lacks, and which of the scan's permissions they do not have.

IAM simulates its own policies, boundaries and the organization's service control policies: API Reference,
SimulatePrincipalPolicy (https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html,
read 2026-11-22). It changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from scanner.providers.aws.collect.failures import failure_of
from scanner.providers.aws.collect.sessions import open_account

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scanner.providers.aws.collect.pager import Client
    from scanner.providers.aws.collect.sessions import Account
    from scanner.providers.aws.collect.table import Service
    from scanner.providers.aws.collect.target import AwsTarget

Said: TypeAlias = tuple[str, str, str]
"""Name, ``ok`` or ``warning``, and what was found."""

_AT_ONCE: Final = 100  # actions of one simulation
_NAMED: Final = 12  # in one line


def diagnosed(tables: Sequence[Service], target: AwsTarget) -> Iterator[Said]:
    """Yield what was found of the account that the credentials are of.

    Raises:
        CollectError: when there are no credentials, or nobody can be asked who they belong to.
    """
    account = open_account(target)
    arn = account.client("sts", account.home).get_caller_identity()["Arn"]
    yield "credentials", "ok", f"{arn}, account {account.id}"
    lacking = sorted(_lacking(tables, account))
    said = f"this SDK lacks {_listed(lacking)}; install a newer boto3" if lacking else "knows every call"
    yield "boto3's operations", "warning" if lacking else "ok", said
    yield _denied(tables, account, arn)


def _lacking(tables: Iterable[Service], account: Account) -> Iterator[str]:
    for table in tables:
        try:
            known = account.client(table.name, account.home).meta.service_model.operation_names
        except Exception as error:
            yield f"{table.name} ({failure_of(error).reason})"
            continue
        yield from (f"{table.name}:{r.operation}" for r in table.rows if r.operation not in known)


def _denied(tables: Iterable[Service], account: Account, arn: str) -> Said:
    actions = sorted({action for table in tables for action in table.actions()})
    iam: Client = account.client("iam", account.home)
    try:
        source = _source_of(iam, arn)
        denied = [
            result["EvalActionName"]
            for start in range(0, len(actions), _AT_ONCE)
            for result in iam.simulate_principal_policy(
                PolicySourceArn=source, ActionNames=actions[start : start + _AT_ONCE]
            )["EvaluationResults"]
            if result["EvalDecision"] != "allowed"
        ]
    except Exception as error:
        why = failure_of(error)
        return "permissions", "warning", f"not known, a scan says what is refused: {why.detail or why.reason}"
    if denied:
        return "permissions", "warning", f"{len(denied)} of {len(actions)} missing: {_listed(denied)}"
    return "permissions", "ok", f"all {len(actions)} actions of `sidedoor permissions aws`"


def _source_of(iam: Client, arn: str) -> str:
    """Return the ARN of the user or role behind an ARN; a session's does not tell the role's path."""
    resource = arn.split(":", 5)[5]
    if not resource.startswith("assumed-role/"):
        return arn
    found: str = iam.get_role(RoleName=resource.split("/")[1])["Role"]["Arn"]
    return found


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
