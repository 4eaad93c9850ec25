"""What the output of ``cdk synth`` says beside templates: where stacks go, what nested ones are made of.

Source: AWS CDK, cloud assembly schema, "AwsCloudFormationStackProperties"; aws-cdk-lib `cx-api`, "metadata"
(https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html, read 2026-11).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.cloudformation.template import Resource

MANIFEST: Final = "manifest.json"
MARK: Final = b"aws:cloudformation:stack"
_ASSET: Final = "aws:asset:path"


class Synthesized(NamedTuple):
    """Where a stack goes and what it is called; each is empty where CDK leaves it to who deploys."""

    account: str = ""
    region: str = ""
    name: str = ""


def synthesized(path: str, raw: bytes) -> Iterator[tuple[str, Synthesized]]:
    """Yield (template, what a manifest says of its stack)."""
    try:
        artifacts = msgspec.json.decode(raw).get("artifacts", {})
    except (msgspec.DecodeError, AttributeError, UnicodeDecodeError, RecursionError):
        return
    for name, artifact in artifacts.items() if isinstance(artifacts, dict) else ():
        properties = artifact.get("properties") if isinstance(artifact, dict) else None
        file = properties.get("templateFile") if isinstance(properties, dict) else None
        if not isinstance(file, str) or not isinstance(properties, dict):
            continue
        if artifact.get("type") != MARK.decode():
            continue
        account, _, region = str(artifact.get("environment", "")).removeprefix("aws://").partition("/")
        stack = properties.get("stackName")
        yield (
            posixpath.normpath(posixpath.join(posixpath.dirname(path), file)),
            Synthesized(
                account if account.isdecimal() else "",
                "" if region.startswith("unknown") else region,
                stack if isinstance(stack, str) else str(name),
            ),
        )


def template_of(path: str, resource: Resource) -> str:
    """Return the file that a nested stack of a template is made of, empty when it does not say."""
    metadata = resource.node.get("Metadata")
    asset = metadata.text(_ASSET) if metadata is not None else ""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), asset)) if asset else ""
