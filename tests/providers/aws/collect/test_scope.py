"""What of an organization is read, what keeps a scan out, and what stops it before it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.errors import CollectError, ConfigError
from scanner.providers.aws.collect import AwsTarget
from scanner.snapshot import DocumentId, Gap
from tests.providers.aws.collect import estate_seed as estate
from tests.providers.aws.collect.faulty_proxy import Answer, answers, error
from tests.providers.aws.collect.test_collection import ORGANIZATION, body, keys, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.providers.aws.collect.faulty_proxy import Call, Faults


def test_an_account_that_refuses_the_role_is_a_gap(
    seeded: None, aws_credentials: None, faults: Faults
) -> None:
    def fault(call: Call, forward: Callable[[], Answer]) -> Answer | object:
        if estate.SANDBOX.encode() in call.body:
            return error(403, "AccessDenied", "not authorized to perform: sts:AssumeRole", "query")(
                call, forward
            )
        return forward()

    faults.by_operation["AssumeRole"] = fault
    snapshot = read(ORGANIZATION, faults.url, services=("sts", "iam"))
    gap = snapshot.get(DocumentId("aws", estate.SANDBOX, "", "sts", "AssumeRole"))
    assert isinstance(gap, Gap)
    assert gap.reason == "refused"
    assert f"arn:aws:iam::{estate.SANDBOX}:role/{estate.SCAN_ROLE}" in gap.detail
    assert [d.id.scope for d in snapshot.all("aws", "sts", "GetCallerIdentity")] == [
        estate.SCANNER,
        estate.MODELS,
    ]
    assert keys(snapshot, "organizations", "ListAccounts.Accounts") == list(estate.ACCOUNTS)


def test_a_role_that_leads_elsewhere_is_a_gap(seeded: None, aws_credentials: None, faults: Faults) -> None:
    def fault(_call: Call, forward: Callable[[], Answer]) -> Answer:
        true = forward()
        return Answer(true.status, true.body.replace(estate.SANDBOX.encode(), b"999999999999"), true.type)

    faults.by_operation["AssumeRole"] = fault
    snapshot = read(ORGANIZATION, faults.url, services=("sts",))
    gap = snapshot.get(DocumentId("aws", estate.SANDBOX, "", "sts", "AssumeRole"))
    assert isinstance(gap, Gap)
    assert (gap.reason, "led to another account" in gap.detail) == ("failed", True)


def test_an_organization_that_cannot_be_listed_leaves_the_named_accounts(
    seeded: None, aws_credentials: None, faults: Faults
) -> None:
    denied = error(400, "AccessDeniedException", "You don't have permissions", "json")
    for operation in ("ListAccounts", "ListRoots", "ListPolicies"):
        faults.by_operation[operation] = denied
    snapshot = read(ORGANIZATION, faults.url, services=("sts",), accounts=(estate.MODELS,))
    assert [d.id.scope for d in snapshot.all("aws", "sts", "GetCallerIdentity")] == [estate.MODELS]
    found = {(g.id.field, g.id.key): (g.reason, g.effect) for g in snapshot.gaps_of("aws", "organizations")}
    assert found == {
        ("ListAccounts", ""): ("refused", "both"),
        ("ListRoots", ""): ("refused", "overstated"),
        ("ListPolicies", "SERVICE_CONTROL_POLICY"): ("refused", "overstated"),
        ("ListPolicies", "RESOURCE_CONTROL_POLICY"): ("refused", "overstated"),
    }


def test_an_account_in_no_organization(seeded: None, aws_credentials: None, faults: Faults) -> None:
    alone = error(400, "AWSOrganizationsNotInUseException", "Your account is not a member", "json")
    for operation in ("DescribeOrganization", "ListAccounts", "ListRoots", "ListPolicies"):
        faults.by_operation[operation] = alone
    snapshot = read(AwsTarget(regions=(estate.REGION,), retries=1, services=("organizations",)), faults.url)
    assert body(snapshot, estate.SCANNER, "", "organizations", "DescribeOrganization") is None
    assert list(snapshot.gaps_of("aws", "organizations")) == []


# Regions


REGIONS = AwsTarget(retries=1, threads=4, services=("kms", "ec2"))


def test_regions_are_those_that_are_enabled(seeded: None, aws_credentials: None, faults: Faults) -> None:
    listed = "".join(f"<item><regionName>{name}</regionName></item>" for name in ("eu-west-1", "us-east-1"))
    answer = f"<DescribeRegionsResponse><regionInfo>{listed}</regionInfo></DescribeRegionsResponse>"
    faults.by_operation["DescribeRegions"] = answers(200, answer, "text/xml")
    snapshot = read(REGIONS, faults.url)
    assert {d.id.region for d in snapshot.all("aws", "kms", "ListKeys")} == {"eu-west-1", "us-east-1"}
    assert not snapshot.get(DocumentId("aws", estate.SCANNER, "", "ec2", "DescribeRegions")).id.region


@pytest.mark.parametrize("empty", [False, True], ids=["denied", "none named"])
def test_without_the_list_only_home_is_read_and_said(
    seeded: None, aws_credentials: None, faults: Faults, *, empty: bool
) -> None:
    fault = error(403, "UnauthorizedOperation", "no", "query")
    if empty:
        fault = answers(200, "<DescribeRegionsResponse><regionInfo/></DescribeRegionsResponse>", "text/xml")
    faults.by_operation["DescribeRegions"] = fault
    snapshot = read(REGIONS, faults.url)
    gap = next(g for g in snapshot.gaps if g.id.field == "DescribeRegions")
    assert gap.detail.startswith("only us-east-1 was read: ")
    assert gap.effect == "understated"
    assert {d.id.region for d in snapshot.all("aws", "kms", "ListKeys")} == {"us-east-1"}


# Nothing can be asked


def test_the_wrong_account_is_one_error(seeded: None, aws_credentials: None, moto_url: str) -> None:
    with pytest.raises(CollectError, match=f"the credentials are of account {estate.SCANNER}, not of"):
        read(AwsTarget(retries=1, accounts=(estate.MODELS,)), moto_url)


def test_no_credentials_is_one_line(credentials_of: object) -> None:
    with pytest.raises(CollectError) as caught:
        read(AwsTarget(retries=1, regions=(estate.REGION,)), "http://127.0.0.1:1")
    assert str(caught.value) == "aws cannot be asked who we are: unable to locate credentials"


def test_no_such_profile_is_one_line(credentials_of: object) -> None:
    with pytest.raises(CollectError, match=r"cannot be asked who we are: the config profile \(nobody\)"):
        read(AwsTarget(retries=1, profile="nobody"), "http://127.0.0.1:1")


def test_nobody_answers_is_one_line(aws_credentials: None) -> None:
    with pytest.raises(CollectError, match="could not connect to the endpoint URL"):
        read(AwsTarget(retries=1, regions=(estate.REGION,)), "http://127.0.0.1:1")


OPTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown": ({"region": ("us-east-1",)}, "unknown option `region`; did you mean `regions`?"),
    "region": ({"regions": ("us-east-1", "../x")}, "`../x` is not the name of a region"),
    "control character": ({"regions": ("us-east-1\n",)}, r"`us-east-1\n` is not the name of a region"),
    "account": ({"accounts": ("12345",)}, "`12345` is not an account id of 12 digits"),
    "role": ({"org_role": "arn:aws:iam::1:role/x"}, "`arn:aws:iam::1:role/x` is not the name of a role"),
    "threads": ({"threads": "0"}, "threads (1 to 256) or retries (1 to 50) out of bounds: `0`, `8`"),
    "type": ({"threads": "many"}, "expected `int`, got `str` - at `$.threads`"),
}


@pytest.mark.parametrize(("options", "message"), OPTIONS.values(), ids=OPTIONS)
def test_bad_options_are_one_line(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        AwsTarget.of(options)
    assert str(caught.value) == message


def test_options_as_a_command_line_gives_them() -> None:
    options = {"regions": ("us-gov-west-1", "us-east-1"), "threads": "4", "profile": None, "services": ()}
    assert AwsTarget.of(options) == AwsTarget(regions=("us-gov-west-1", "us-east-1"), threads=4)


ATTEMPTS = {
    "against AWS": (AwsTarget(), 8),
    "against an emulator": (AwsTarget(endpoint_url="http://127.0.0.1:5000"), 2),
    "as told": (AwsTarget(endpoint_url="http://127.0.0.1:5000", retries=5), 5),
}


@pytest.mark.parametrize(("target", "expected"), ATTEMPTS.values(), ids=ATTEMPTS)
def test_attempts(target: AwsTarget, expected: int) -> None:
    assert target.attempts == expected


def test_an_unknown_service_is_one_line(seeded: None, aws_credentials: None, moto_url: str) -> None:
    with pytest.raises(ConfigError, match=r"unknown service `sagemakr`; did you mean `sagemaker`\?"):
        read(AwsTarget(services=("sagemakr",)), moto_url)


def test_a_service_left_out_is_said(seeded: None, aws_credentials: None, moto_url: str) -> None:
    snapshot = read(AwsTarget(regions=(estate.REGION,), services=("sts",), retries=1), moto_url)
    gap = next(snapshot.gaps_of("aws", "iam"))
    assert (gap.reason, gap.detail) == ("not-collected", "iam is not among the services asked for")
