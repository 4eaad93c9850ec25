"""CloudFront in templates: distributions with their origins and behaviours, and how they ask origins.

Source: AWS CloudFormation Template Reference, "AWS::CloudFront::Distribution" and its properties
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-distribution.html,
read 2026-11). Values of headers are not kept, as in live snapshots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import cloudfront
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.cloudformation.made import Made
    from scanner.iac.written import Node

_CONFIG: Final = "DistributionConfig"
_ORIGIN: Final = (
    *("CustomOriginConfig", "DomainName", "Id", "OriginAccessControlId", "OriginPath", "S3OriginConfig"),
    "VpcOriginConfig",
)
_BEHAVIOUR: Final = ("PathPattern", "TargetOriginId", "ViewerProtocolPolicy")
_CODE: Final = ("FunctionAssociations", "LambdaFunctionAssociations")


def _distribution(made: Made) -> None:
    config, arn = made.get(_CONFIG), made.arn
    if config is None or arn is None:
        return
    grouped = config.get("OriginGroups", "Items")
    groups = [item.text("Id") for item in grouped.below()] if grouped is not None else []
    origins, listed = config.get("Origins"), config.get("CacheBehaviors")
    items = [_origin(made, origin) for origin in origins.below()] if origins is not None else []
    behaviours = [_behaviour(made, item, groups) for item in listed.below()] if listed is not None else []
    body: dict[str, Any] = {
        "Id": made.id,
        "ARN": arn,
        "Enabled": made.text(_CONFIG, "Enabled") != "false",
        "WebACLId": made.text(_CONFIG, "WebACLId") or "",
        "Origins": {"Quantity": len(items), "Items": items},
        "CacheBehaviors": {"Quantity": len(behaviours), "Items": behaviours},
    }
    default = config.get("DefaultCacheBehavior")
    if default is not None:
        body["DefaultCacheBehavior"] = _behaviour(made, default, groups)
    cloudfront.distribution(made.drafts, made.home, made.with_lines(body))


def _origin(made: Made, node: Node) -> dict[str, Any]:
    """Return an origin; a host that cannot be told may be any of ours, which is a gap."""
    found = made.closed(*_ORIGIN, within=node)
    headers = node.get("OriginCustomHeaders")
    names = [header.text("HeaderName") for header in headers.below()] if headers is not None else []
    if names:
        items = [{"HeaderName": name} for name in names]
        found["CustomHeaders"] = {"Quantity": len(items), "Items": items}
    return found


def _behaviour(made: Made, node: Node, groups: list[str]) -> dict[str, Any]:
    """Return a behaviour; signers that nobody can tell are a gap and are taken not to be asked for."""
    found = made.closed(*_BEHAVIOUR, within=node)
    if found.get("TargetOriginId") in groups:
        made.gap("a behaviour leads to a group of origins, which is not followed", "understated")
    told = made.closed("AllowedMethods", "TrustedKeyGroups", "TrustedSigners", *_CODE, within=node)
    methods = told.get("AllowedMethods") or ["GET", "HEAD"]
    found["AllowedMethods"] = {"Quantity": len(methods), "Items": methods}
    for field in ("TrustedKeyGroups", "TrustedSigners"):
        signers = told.get(field)
        found[field] = {"Enabled": bool(signers), "Items": signers if isinstance(signers, list) else []}
    for field in _CODE:
        items = told.get(field)
        items = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        found[field] = {"Quantity": len(items), "Items": items}
    return found


def _identity(made: Made) -> None:
    canonical = made.within.names.of(made.resource).get("S3CanonicalUserId")
    if not isinstance(canonical, Unresolved):
        whole = {"Id": made.id, "S3CanonicalUserId": canonical}
        cloudfront.access_identity(made.drafts, made.home, made.with_lines(whole))


def _vpc_origin(made: Made) -> None:
    arn = made.text("VpcOriginEndpointConfig", "Arn")
    if arn is not None:
        whole = {"Id": made.id, "OriginEndpointArn": arn}
        cloudfront.vpc_origin(made.drafts, made.home, made.with_lines(whole))


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "AWS::CloudFront::CloudFrontOriginAccessIdentity": _identity,
    "AWS::CloudFront::Distribution": _distribution,
    "AWS::CloudFront::VpcOrigin": _vpc_origin,
}
