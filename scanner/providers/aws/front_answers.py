"""The parts of answers about APIs and distributions that are used, for `scanner.providers.aws.shapes`."""

# ruff: noqa: D101 - each class is an answer, or a part of one, and its name says of what

from __future__ import annotations

from typing import Any, Final, TypedDict


class EndpointTypes(TypedDict, total=False):
    types: list[str] | None


class RestApi(TypedDict, total=False):
    endpointConfiguration: EndpointTypes | None


class Stages(TypedDict, total=False):
    item: list[dict[str, Any]] | None


class Method(TypedDict, total=False):
    methodIntegration: dict[str, Any] | None


class RestResource(TypedDict, total=False):
    resourceMethods: dict[str, Method] | None


class Authorizer(TypedDict, total=False):
    providerARNs: list[Any] | None


class RestLink(TypedDict, total=False):
    targetArns: list[Any] | None


class Jwt(TypedDict, total=False):
    Audience: list[Any] | None


class WebAuthorizer(TypedDict, total=False):
    JwtConfiguration: Jwt | None


class WebLink(TypedDict, total=False):
    SubnetIds: list[str] | None
    SecurityGroupIds: list[str] | None


class GraphLogin(TypedDict, total=False):
    userPoolConfig: dict[str, Any] | None


class Graph(TypedDict, total=False):
    userPoolConfig: dict[str, Any] | None
    additionalAuthenticationProviders: list[GraphLogin] | None


class Functions(TypedDict, total=False):
    Items: list[dict[str, Any]] | None


class Methods(TypedDict, total=False):
    Items: list[str] | None


class Behaviour(TypedDict, total=False):
    LambdaFunctionAssociations: Functions | None
    FunctionAssociations: Functions | None
    AllowedMethods: Methods | None


class Behaviours(TypedDict, total=False):
    Items: list[Behaviour] | None


class Headers(TypedDict, total=False):
    Items: list[dict[str, Any]] | None


class CustomOrigin(TypedDict, total=False):
    HTTPPort: int | None
    HTTPSPort: int | None


class Origin(TypedDict, total=False):
    S3OriginConfig: dict[str, Any] | None
    CustomOriginConfig: CustomOrigin | None
    CustomHeaders: Headers | None


class Origins(TypedDict, total=False):
    Items: list[Origin] | None


class Distribution(TypedDict, total=False):
    Origins: Origins
    DefaultCacheBehavior: Behaviour | None
    CacheBehaviors: Behaviours | None


class DistributionItems(TypedDict, total=False):
    Items: list[Distribution] | None


class DistributionList(TypedDict, total=False):
    DistributionList: DistributionItems


class Listed(TypedDict, total=False):
    Items: list[dict[str, Any]] | None


class Identities(TypedDict, total=False):
    CloudFrontOriginAccessIdentityList: Listed


class VpcOrigins(TypedDict, total=False):
    VpcOriginList: Listed


SHAPES: Final[dict[tuple[str, str], Any]] = {
    ("apigateway", "GetRestApis.items"): RestApi,
    ("apigateway", "GetStages"): Stages,
    ("apigateway", "GetResources.items"): RestResource,
    ("apigateway", "GetAuthorizers.items"): Authorizer,
    ("apigateway", "GetVpcLinks.items"): RestLink,
    ("apigatewayv2", "GetApis.Items"): dict[str, Any],
    ("apigatewayv2", "GetRoutes.Items"): dict[str, Any],
    ("apigatewayv2", "GetIntegrations.Items"): dict[str, Any],
    ("apigatewayv2", "GetAuthorizers.Items"): WebAuthorizer,
    ("apigatewayv2", "GetVpcLinks.Items"): WebLink,
    ("appsync", "ListGraphqlApis.graphqlApis"): Graph,
    ("appsync", "ListDataSources.dataSources"): dict[str, Any],
    ("cloudfront", "ListDistributions"): DistributionList,
    ("cloudfront", "ListCloudFrontOriginAccessIdentities"): Identities,
    ("cloudfront", "ListVpcOrigins"): VpcOrigins,
}
