"""What is left out of answers, and what is condensed: images, agents, runtimes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.providers.aws.collect.agentcore import callable_agents, without_environment
from scanner.providers.aws.collect.bedrock_agent import without_prompts
from scanner.providers.aws.collect.ecr import largest_images
from scanner.providers.aws.collect.table import Found

if TYPE_CHECKING:
    from collections.abc import Mapping


class Registry:
    """A repository in pages, whose images have the sizes 0, 1, 2 and so on."""

    def __init__(self, pages: int, each: int = 30) -> None:
        self.pages, self.each, self.asked = pages, each, 0

    def __call__(self, more: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one page."""
        self.asked += 1
        page = int(more.get("nextToken", 0))
        sizes = range(page * self.each, (page + 1) * self.each)
        images = [{"imageDigest": f"sha256:{size}", "imageSizeInBytes": size} for size in sizes]
        following = {"nextToken": str(page + 1)} if page + 1 < self.pages else {}
        return {"imageDetails": images, **following}


def test_the_largest_images_of_all_pages() -> None:
    found = largest_images(Registry(pages=3))
    assert [image["imageSizeInBytes"] for image in found["imageDetails"]] == list(range(89, 69, -1))
    assert found["isTruncated"] is False


def test_a_large_repository_is_not_read_to_its_end() -> None:
    registry = Registry(pages=9)
    assert largest_images(registry)["isTruncated"] is True
    assert registry.asked == 5


def test_an_empty_repository() -> None:
    assert largest_images(Registry(pages=1, each=0)) == {"imageDetails": [], "isTruncated": False}


def test_an_agent_without_what_it_is_told() -> None:
    body = {"agent": {"agentId": "A", "instruction": "be kind", "foundationModel": "m"}}
    assert without_prompts(body) == {"agent": {"agentId": "A", "foundationModel": "m"}}


def test_a_runtime_without_its_environment() -> None:
    assert without_environment({"roleArn": "r", "environmentVariables": {"KEY": "s3cret"}}) == {
        "roleArn": "r"
    }


def test_policies_are_asked_of_runtimes_endpoints_and_gateways() -> None:
    found = Found()
    found.put("GetAgentRuntime", "helper", {"agentRuntimeArn": "arn:r"})
    found.put("ListAgentRuntimeEndpoints.runtimeEndpoints", "arn:e", {"agentRuntimeEndpointArn": "arn:e"})
    found.put("GetGateway", "tools", {"gatewayArn": "arn:g"})
    found.put("GetGateway", "unread", None)
    assert [key for key, _ in callable_agents(found)] == ["arn:r", "arn:e", "arn:g"]
