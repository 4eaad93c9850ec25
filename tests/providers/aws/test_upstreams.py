"""Registries that are cached: which rule fills a repository, and what upstream's is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner import config
from scanner.providers.aws.estate import AwsEstate
from tests.providers.aws.documents import OURS, VENDOR, allow, policy
from tests.worlds import FIXTURES, read_world

if TYPE_CHECKING:
    from scanner.snapshot import Gap

ROLE = f"arn:aws:iam::{OURS}:role/serving"
RULES = f"aws:{OURS}:us-east-1:ecr:DescribePullThroughCacheRules.pullThroughCacheRules"
TEMPLATE = f"aws:{OURS}:us-east-1:ecr:DescribeRepositoryCreationTemplates.repositoryCreationTemplates/x"
REPOSITORY = f"arn:aws:ecr:us-east-1:{OURS}:repository/servingworks/server"
REGISTRY = "200000000002.dkr.ecr.us-east-1.amazonaws.com"
UPSTREAM = "arn:aws:ecr:us-east-1:200000000002:repository"


def estate(change: dict[str, Any]) -> AwsEstate:
    world = next(iter(read_world(FIXTURES / "aws" / "cached-images")))
    documents = {id_: body for id_, body in world.documents.items() if not id_.startswith(RULES)}
    world.documents.clear()
    world.documents.update(documents | change)
    return AwsEstate(world.snapshot(), config.load(world.directory / "sidedoor.yaml"))


def rule(prefix: str, registry: str = REGISTRY, **more: str) -> dict[str, Any]:
    return {f"{RULES}/{prefix}": {"ecrRepositoryPrefix": prefix, "upstreamRegistryUrl": registry, **more}}


CASES: dict[str, tuple[dict[str, Any], list[str | None]]] = {
    "no rule": ({}, []),
    "a rule": (rule("servingworks"), [f"{UPSTREAM}/server"]),
    "a rule with a prefix upstream": (
        rule("servingworks", upstreamRepositoryPrefix="public"),
        [f"{UPSTREAM}/public/server"],
    ),
    "a rule for the whole registry": (rule("ROOT"), [f"{UPSTREAM}/servingworks/server"]),
    "the longer prefix": (
        rule("ROOT", "ghcr.io") | rule("servingworks") | rule("serving", "quay.io"),
        [f"{UPSTREAM}/server"],
    ),
    "a public registry": (rule("servingworks", "registry-1.docker.io"), [None]),
    "a rule for others": (rule("others"), []),
}


@pytest.mark.parametrize(("rules", "expected"), CASES.values(), ids=CASES)
def test_upstream(rules: dict[str, Any], expected: list[str | None]) -> None:
    found = estate(rules).stores.cached.get(ROLE, ())
    assert [cached.upstream for cached in found] == expected


def gaps(change: dict[str, Any]) -> list[Gap]:
    return [gap for gap in estate(change).coverage() if gap.id.service == "ecr"]


def template(*statements: dict[str, Any]) -> dict[str, Any]:
    return {TEMPLATE: {"prefix": "x", "repositoryPolicy": policy(*statements)}}


GAPS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a registry of a vendor's": (rule("servingworks"), []),
    "a public registry": (rule("servingworks", "ghcr.io"), [f"{RULES}/servingworks"]),
    "a template for a vendor": (template(allow({"AWS": VENDOR}, Action="ecr:BatchGetImage")), [TEMPLATE]),
    "a template for anyone": (template(allow(Action="ecr:BatchGetImage")), [TEMPLATE]),
    "a template for ourselves": (template(allow({"AWS": OURS}, Action="ecr:BatchGetImage")), []),
    "a template without a policy": ({TEMPLATE: {"prefix": "x"}}, []),
}


@pytest.mark.parametrize(("change", "expected"), GAPS.values(), ids=GAPS)
def test_what_is_not_followed(change: dict[str, Any], expected: list[str]) -> None:
    assert [str(gap.id) for gap in gaps(change)] == expected
