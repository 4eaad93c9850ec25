"""CloudFront: distributions with their origins and behaviours, and how they ask origins.

Source: AWS provider, "aws_cloudfront_distribution", "aws_cloudfront_vpc_origin"
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudfront_distribution, read
2026-11); an origin with neither ``custom_origin_config`` nor ``vpc_origin_config`` is a bucket. Values of
headers are not kept, as in live snapshots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.iac.aws import Piece, cloudfront
from scanner.iac.terraform.values import Rest, has_open, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made
    from scanner.iac.terraform.bodies import Body

_ORIGIN: Final = {
    "domain_name": "DomainName",
    "origin_access_control_id": "OriginAccessControlId",
    "origin_id": "Id",
    "origin_path": "OriginPath",
}
_CUSTOM: Final = {
    "http_port": "HTTPPort",
    "https_port": "HTTPSPort",
    "origin_protocol_policy": "OriginProtocolPolicy",
}
_BEHAVIOUR: Final = {
    "path_pattern": "PathPattern",
    "target_origin_id": "TargetOriginId",
    "viewer_protocol_policy": "ViewerProtocolPolicy",
}
_CODE: Final = {
    "function_association": ("FunctionAssociations", {"function_arn": "FunctionARN"}),
    "lambda_function_association": ("LambdaFunctionAssociations", {"lambda_arn": "LambdaFunctionARN"}),
}


def _distribution(made: Made) -> None:
    enabled = made.flag("enabled")
    if enabled is None:
        made.untold("enabled", made.body.get("enabled"))
    groups = [g for b in made.body.blocks("origin_group") if (g := made.text("origin_id", b))]
    body: dict[str, Any] = {
        "Id": made.id,
        "ARN": made.arn,
        "DomainName": made.instance.attribute("domain_name"),
        "Enabled": enabled is not False,
        "WebACLId": plain(made.body.get("web_acl_id")) or "",
    }
    places = [made.place]
    origins = made.body.blocks("origin")
    body["Origins"] = {"Quantity": len(origins), "Items": [_origin(made, origin) for origin in origins]}
    places += [_at(b, f"/Origins/Items/{i}") for i, b in enumerate(origins)]
    ordered = made.body.blocks("ordered_cache_behavior")
    items = [_behaviour(made, behaviour, groups) for behaviour in ordered]
    body["CacheBehaviors"] = {"Quantity": len(items), "Items": items}
    places += [_at(b, f"/CacheBehaviors/Items/{i}") for i, b in enumerate(ordered)]
    for default in made.body.blocks("default_cache_behavior"):
        body["DefaultCacheBehavior"] = _behaviour(made, default, groups)
        places.append(_at(default, "/DefaultCacheBehavior"))
    cloudfront.distribution(made.drafts, made.home, Piece(body, tuple(places)))


def _at(body: Body, pointer: str) -> Any:  # noqa: ANN401 - a place
    return msgspec.structs.replace(body.place, pointer=pointer)


def _origin(made: Made, body: Body) -> dict[str, Any]:
    found = {"OriginPath": "", **made.fields(_ORIGIN, body)}
    custom, inside = body.blocks("custom_origin_config"), body.blocks("vpc_origin_config")
    for block in custom:
        found["CustomOriginConfig"] = {
            **made.fields({"origin_protocol_policy": _CUSTOM["origin_protocol_policy"]}, block),
            **{
                _CUSTOM[name]: port
                for name in ("http_port", "https_port")
                if (port := made.number(name, block))
            },
        }
    for block in inside:
        found["VpcOriginConfig"] = made.fields({"vpc_origin_id": "VpcOriginId"}, block)
    if not custom and not inside:
        found["S3OriginConfig"] = {"OriginAccessIdentity": ""}
    for block in body.blocks("s3_origin_config"):
        found["S3OriginConfig"] = made.fields({"origin_access_identity": "OriginAccessIdentity"}, block)
    headers = [made.fields({"name": "HeaderName"}, block) for block in body.blocks("custom_header")]
    if headers:
        found["CustomHeaders"] = {"Quantity": len(headers), "Items": headers}
    return found


def _behaviour(made: Made, body: Body, groups: list[str]) -> dict[str, Any]:
    """Return a behaviour; signers that nobody can tell are a gap and are taken not to be asked for."""
    found: dict[str, Any] = made.fields(_BEHAVIOUR, body)
    if found.get("TargetOriginId") in groups:
        made.instance.say("a behaviour of it leads to a group of origins, which is not followed")
    methods = made.texts("allowed_methods", body)
    found["AllowedMethods"] = {"Quantity": len(methods), "Items": methods}
    for attribute, field in (
        ("trusted_key_groups", "TrustedKeyGroups"),
        ("trusted_signers", "TrustedSigners"),
    ):
        value = body.get(attribute)
        if has_open(value):
            made.untold(attribute, value)
        sure = isinstance(value, list) and any(not isinstance(one, Rest) for one in value)
        found[field] = {"Enabled": sure, "Items": plain(value or [])}
    for block, (field, names) in _CODE.items():
        items = [made.fields({"event_type": "EventType", **names}, b) for b in body.blocks(block)]
        found[field] = {"Quantity": len(items), "Items": items}
    return found


def _identity(made: Made) -> None:
    whole = {"Id": made.id, "S3CanonicalUserId": made.instance.attribute("s3_canonical_user_id")}
    cloudfront.access_identity(made.drafts, made.home, made.piece(whole))


def _vpc_origin(made: Made) -> None:
    for block in made.body.blocks("vpc_origin_endpoint_config"):
        whole = {
            "Id": made.id,
            "Arn": made.arn,
            **made.fields({"arn": "OriginEndpointArn", "name": "Name"}, block),
        }
        cloudfront.vpc_origin(made.drafts, made.home, made.piece(whole))


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_cloudfront_distribution": _distribution,
    "aws_cloudfront_origin_access_identity": _identity,
    "aws_cloudfront_vpc_origin": _vpc_origin,
}
