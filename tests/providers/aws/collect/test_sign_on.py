"""Single sign-on is read where an account has it or is delegated to, and its directory after it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import botocore.exceptions as sdk
import pytest

from scanner.providers.aws.collect import identitystore, sso
from scanner.providers.aws.collect.engine import Reading, Sink
from scanner.snapshot import SnapshotWriter
from tests.providers.aws.collect.test_engine import FakeAccount

if TYPE_CHECKING:
    from scanner.snapshot import Snapshot

INSTANCE, SET = "arn:aws:sso:::instance/ssoins-0a1b", "arn:aws:sso:::permissionSet/ssoins-0a1b/ps-0c2d"


def refused(_: object) -> Any:  # noqa: ANN401 - it never returns
    raise sdk.ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "ListPermissionSets")


def read(owner: str, *, answers: bool = True) -> Snapshot:
    """Return what an account is told of an instance of another account, or of its own."""
    account_ids = {"AccountIds": [FakeAccount.id]}
    assigned = {
        "AccountId": FakeAccount.id,
        "PermissionSetArn": SET,
        "PrincipalType": "USER",
        "PrincipalId": "u-1",
    }
    instance = {"InstanceArn": INSTANCE, "OwnerAccountId": owner, "IdentityStoreId": "d-0a1b"}
    user = {"UserId": "u-1", "UserName": "kim", "Emails": [], "Title": "Dr", "PhoneNumbers": [{"Value": "1"}]}
    account: Any = FakeAccount(
        {
            "ListInstances": lambda _: {"Instances": [instance]},
            "ListPermissionSets": (lambda _: {"PermissionSets": [SET]}) if answers else refused,
            "DescribePermissionSet": lambda _: {"PermissionSet": {"Name": "Research"}},
            "ListAccountsForProvisionedPermissionSet": lambda _: account_ids,
            "ListAccountAssignments": lambda _: {"AccountAssignments": [assigned]},
            "ListUsers": lambda _: {"Users": [user]},
            "ListGroups": lambda _: {"Groups": [{"GroupId": "g-1"}]},
            "ListGroupMemberships": lambda _: {"GroupMemberships": [{"MembershipId": "m-1"}]},
        }
    )
    writer = SnapshotWriter(target="", collected_at="", tool_version="")
    with ThreadPoolExecutor(2) as pool:
        first = Reading(account, sso.TABLE, "us-east-1", Sink(writer))
        first.run(pool)
        first.followed_by(identitystore.TABLE).run(pool)
    return writer.snapshot()


@pytest.mark.parametrize("owner", [FakeAccount.id, "100000000010"], ids=["its own", "delegated"])
def test_assignments_and_the_directory(owner: str) -> None:
    found = read(owner)
    (assigned,) = found.all("aws", "sso-admin", "ListAccountAssignments.AccountAssignments")
    assert assigned.id.key == f"{SET}/{FakeAccount.id}/u-1"
    (user,) = found.all("aws", "identitystore", "ListUsers.Users")
    assert user.id.key == "d-0a1b/u-1"
    assert set(user.body) == {"UserId", "UserName", "Emails"}
    (member,) = found.all("aws", "identitystore", "ListGroupMemberships.GroupMemberships")
    assert (member.id.key, member.id.region) == ("d-0a1b/g-1/m-1", "us-east-1")
    assert not found.gaps


@pytest.mark.parametrize(("owner", "gaps"), [(FakeAccount.id, 1), ("100000000010", 0)])
def test_a_refusal_is_a_gap_where_the_instance_is(owner: str, gaps: int) -> None:
    """Elsewhere it says that this account is not delegated to; its directory is not asked for either."""
    found = read(owner, answers=False)
    assert len(found.gaps) == gaps
    assert bool(found.all("aws", "identitystore", "ListUsers")) == (owner == FakeAccount.id)
