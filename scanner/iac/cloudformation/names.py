"""What a template's resources will be called: what `Ref` and `Fn::GetAtt` answer before it is deployed.

Source: AWS CloudFormation Template Reference, "Return values" of each resource
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html,
read 2026-11). A name that the template leaves to CloudFormation begins with the stack's and the resource's
(AWS CloudFormation User Guide, "Name type"); what comes after them is random, and is left away here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.aws import Home
    from scanner.iac.cloudformation.intrinsics import Resolver, Text
    from scanner.iac.cloudformation.template import Resource, Template


class Naming(NamedTuple):
    """How a type's resources are called. Templates know ``partition region account name path id``.

    `property` holds the name; `ref` is what ``Ref`` answers; `more` are attributes beside ``Arn``.
    """

    arn: str = ""
    property: str = "Name"
    ref: str = "{name}"
    more: tuple[tuple[str, str], ...] = ()
    lower: bool = False


def _iam(kind: str, property_: str, ref: str = "{name}") -> Naming:
    return Naming(f"arn:{{partition}}:iam::{{account}}:{kind}{{path}}{{name}}", property_, ref)


def _at(service: str, resource: str, property_: str = "Name", ref: str = "{name}", **more: str) -> Naming:
    arn = f"arn:{{partition}}:{service}:{{region}}:{{account}}:{resource}"
    return Naming(arn, property_, ref, tuple(sorted(more.items())))


_BALANCING: Final = "arn:{partition}:elasticloadbalancing:{region}:{account}"


def _id(property_: str = "", **more: str) -> Naming:
    """Return the naming of what has an id that is its only name."""
    own = {property_: "{id}"} if property_ else {}
    return Naming("", "", "{id}", tuple(sorted({**own, **more}.items())))


IMPLICIT: Final = {False: "ServerlessRestApi", True: "ServerlessHttpApi"}
"""Logical names of the APIs that SAM makes for events that name none; True is the HTTP API's."""
_POOL: Final = "{region}_{id}"
_FUNCTION: Final = _at("lambda", "function:{name}", "FunctionName")
NAMINGS: Final[dict[str, Naming]] = {
    "AWS::ApiGateway::Authorizer": _id("AuthorizerId"),
    "AWS::ApiGateway::Deployment": _id("DeploymentId"),
    "AWS::ApiGateway::DomainName": Naming("", "DomainName"),
    "AWS::ApiGateway::Resource": _id("ResourceId"),
    "AWS::ApiGateway::RestApi": _id("RestApiId", RootResourceId="{id}-root"),
    "AWS::ApiGateway::Stage": Naming("", "StageName"),
    "AWS::ApiGateway::VpcLink": _id("VpcLinkId"),
    "AWS::ApiGatewayV2::Api": _id("ApiId"),
    "AWS::ApiGatewayV2::Authorizer": _id("AuthorizerId"),
    "AWS::ApiGatewayV2::DomainName": Naming("", "DomainName"),
    "AWS::ApiGatewayV2::Integration": _id("IntegrationId"),
    "AWS::ApiGatewayV2::Route": _id("RouteId"),
    "AWS::ApiGatewayV2::Stage": Naming("", "StageName"),
    "AWS::ApiGatewayV2::VpcLink": _id("VpcLinkId"),
    "AWS::Serverless::Api": _id("", RootResourceId="{id}-root"),
    "AWS::Serverless::HttpApi": _id(),
    "AWS::Cognito::UserPool": _at(
        "cognito-idp",
        f"userpool/{_POOL}",
        "",
        _POOL,
        UserPoolId=_POOL,
        ProviderName=f"cognito-idp.{{region}}.amazonaws.com/{_POOL}",
        ProviderURL=f"https://cognito-idp.{{region}}.amazonaws.com/{_POOL}",
    ),
    "AWS::AppSync::GraphQLApi": _at("appsync", "apis/{id}", "", "{arn}", ApiId="{id}"),
    "AWS::CloudFront::CloudFrontOriginAccessIdentity": _id("Id", S3CanonicalUserId="canonical-{id}"),
    "AWS::CloudFront::Distribution": Naming(
        "arn:{partition}:cloudfront::{account}:distribution/{id}",
        "",
        "{id}",
        (("DomainName", "{id}.cloudfront.net"), ("Id", "{id}")),
    ),
    "AWS::CloudFront::OriginAccessControl": _id("Id"),
    "AWS::CloudFront::VpcOrigin": _id("Id"),
    "AWS::EC2::VPCEndpointService": Naming("", "", "vpce-svc-{id}", (("ServiceId", "vpce-svc-{id}"),)),
    "AWS::EC2::VPCPeeringConnection": Naming("", "", "pcx-{id}", (("Id", "pcx-{id}"),)),
    "AWS::Cognito::IdentityPool": Naming("", "", "{region}:{id}"),
    "AWS::CodeBuild::Project": _at("codebuild", "project/{name}"),
    "AWS::RAM::ResourceShare": _at("ram", "resource-share/{id}", "", "{arn}"),
    "AWS::RolesAnywhere::Profile": Naming(
        "arn:{partition}:rolesanywhere:{region}:{account}:profile/{id}",
        "",
        "{id}",
        (("ProfileArn", "{arn}"), ("ProfileId", "{id}")),
    ),
    "AWS::RolesAnywhere::TrustAnchor": Naming(
        "arn:{partition}:rolesanywhere:{region}:{account}:trust-anchor/{id}",
        "",
        "{id}",
        (("TrustAnchorArn", "{arn}"), ("TrustAnchorId", "{id}")),
    ),
    "AWS::S3::AccessGrantsLocation": _id("AccessGrantsLocationId"),
    "AWS::IAM::Role": _iam("role", "RoleName"),
    "AWS::IAM::User": _iam("user", "UserName"),
    "AWS::IAM::Group": _iam("group", "GroupName"),
    "AWS::IAM::ManagedPolicy": _iam("policy", "ManagedPolicyName", "{arn}"),
    "AWS::IAM::InstanceProfile": _iam("instance-profile", "InstanceProfileName"),
    "AWS::IAM::OIDCProvider": Naming("arn:{partition}:iam::{account}:oidc-provider/{bare}", "Url", "{arn}"),
    "AWS::IAM::SAMLProvider": Naming("arn:{partition}:iam::{account}:saml-provider/{name}", "Name", "{arn}"),
    "AWS::S3::Bucket": Naming(
        "arn:{partition}:s3:::{name}",
        "BucketName",
        "{name}",
        (
            ("DomainName", "{name}.s3.amazonaws.com"),
            ("RegionalDomainName", "{name}.s3.{region}.amazonaws.com"),
        ),
        lower=True,
    ),
    "AWS::S3::AccessPoint": _at("s3", "accesspoint/{name}", Name="{name}"),
    "AWS::S3Express::DirectoryBucket": _at("s3express", "bucket/{name}", "BucketName"),
    "AWS::KMS::Key": _at("kms", "key/{id}", "", "{id}", KeyId="{id}"),
    "AWS::KMS::ReplicaKey": _at("kms", "key/{id}", "", "{id}", KeyId="{id}"),
    "AWS::KMS::Alias": Naming("", "AliasName"),
    "AWS::Lambda::Function": _FUNCTION,
    "AWS::Serverless::Function": _FUNCTION,
    "AWS::Lambda::Alias": Naming("", "Name", "{function}:{name}"),
    "AWS::Lambda::Url": Naming("", "", "{function}"),
    "AWS::Lambda::LayerVersion": Naming(
        "", "LayerName", "arn:{partition}:lambda:{region}:{account}:layer:{name}:1"
    ),
    "AWS::SageMaker::Model": _at("sagemaker", "model/{lowered}", "ModelName", "{arn}", ModelName="{name}"),
    "AWS::SageMaker::EndpointConfig": _at(
        "sagemaker", "endpoint-config/{lowered}", "EndpointConfigName", "{arn}", EndpointConfigName="{name}"
    ),
    "AWS::SageMaker::Endpoint": _at(
        "sagemaker", "endpoint/{lowered}", "EndpointName", "{arn}", EndpointName="{name}"
    ),
    "AWS::SageMaker::NotebookInstance": _at(
        "sagemaker",
        "notebook-instance/{lowered}",
        "NotebookInstanceName",
        "{arn}",
        NotebookInstanceName="{name}",
    ),
    "AWS::SageMaker::ModelPackageGroup": _at(
        "sagemaker", "model-package-group/{lowered}", "ModelPackageGroupName", "{arn}"
    ),
    "AWS::SageMaker::InferenceComponent": _at(
        "sagemaker", "inference-component/{lowered}", "InferenceComponentName", "{arn}"
    ),
    "AWS::SageMaker::Domain": _at("sagemaker", "domain/d-{id}", "", "d-{id}", DomainId="d-{id}"),
    "AWS::SageMaker::UserProfile": _at("sagemaker", "user-profile/{name}", "UserProfileName", "{name}"),
    "AWS::EKS::Cluster": _at("eks", "cluster/{name}"),
    "AWS::ECR::Repository": _at("ecr", "repository/{name}", "RepositoryName"),
    "AWS::ECS::Service": _at("ecs", "service/{name}", "ServiceName", "{arn}"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Naming(
        f"{_BALANCING}:loadbalancer/app/{{name}}/{{id}}",
        "Name",
        "{arn}",
        (("DNSName", "{lowered}-{id}.{region}.elb.amazonaws.com"), ("LoadBalancerArn", "{arn}")),
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Naming(
        f"{_BALANCING}:targetgroup/{{name}}/{{id}}", "Name", "{arn}"
    ),
    "AWS::ElasticLoadBalancingV2::Listener": Naming(f"{_BALANCING}:listener/app/{{id}}", "", "{arn}"),
    "AWS::EC2::NetworkAcl": Naming("", "", "acl-{id}", (("Id", "acl-{id}"),)),
    "AWS::ECS::Cluster": _at("ecs", "cluster/{name}", "ClusterName"),
    "AWS::ECS::TaskDefinition": _at("ecs", "task-definition/{name}:1", "Family", "{arn}"),
    "AWS::StepFunctions::StateMachine": _at("states", "stateMachine:{name}", "StateMachineName", "{arn}"),
    "AWS::SNS::Topic": Naming("", "TopicName", "arn:{partition}:sns:{region}:{account}:{name}"),
    "AWS::SQS::Queue": _at(
        "sqs", "{name}", "QueueName", "https://sqs.{region}.amazonaws.com/{account}/{name}"
    ),
    "AWS::SecretsManager::Secret": Naming(
        "", "Name", "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-000000"
    ),
    "AWS::DynamoDB::Table": _at("dynamodb", "table/{name}", "TableName"),
    "AWS::Logs::LogGroup": _at("logs", "log-group:{name}:*", "LogGroupName"),
    "AWS::EC2::VPC": Naming("", "", "vpc-{id}", (("VpcId", "vpc-{id}"),)),
    "AWS::EC2::Subnet": Naming("", "", "subnet-{id}", (("SubnetId", "subnet-{id}"),)),
    "AWS::EC2::SecurityGroup": Naming("", "", "sg-{id}", (("GroupId", "sg-{id}"),)),
    "AWS::EC2::VPCEndpoint": Naming("", "", "vpce-{id}", (("Id", "vpce-{id}"),)),
    "AWS::EC2::Instance": Naming("", "", "i-{id}", (("InstanceId", "i-{id}"),)),
    "AWS::AutoScaling::AutoScalingGroup": Naming("", "AutoScalingGroupName"),
    "AWS::AutoScaling::LaunchConfiguration": Naming("", "LaunchConfigurationName"),
    "AWS::EC2::LaunchTemplate": Naming(
        "",
        "",
        "lt-{id}",
        (("DefaultVersionNumber", "1"), ("LatestVersionNumber", "1"), ("LaunchTemplateId", "lt-{id}")),
    ),
    "AWS::EC2::InternetGateway": Naming("", "", "igw-{id}", (("InternetGatewayId", "igw-{id}"),)),
    "AWS::EC2::RouteTable": Naming("", "", "rtb-{id}", (("RouteTableId", "rtb-{id}"),)),
    "AWS::EFS::FileSystem": _at(
        "elasticfilesystem", "file-system/fs-{id}", "", "fs-{id}", FileSystemId="fs-{id}"
    ),
}


class Names:
    """Names of one template's resources, worked out once each."""

    def __init__(
        self,
        template: Template,
        home: Home,
        stack: str,
        resolver: Callable[[], Resolver],
        outputs: Callable[[str, str], Text | None],
    ) -> None:
        self._template = template
        self._home = home
        self._stack = stack
        self._resolver = resolver
        self._outputs = outputs
        self._known: dict[str, dict[str, Text]] = {}

    def reference(self, name: str, attribute: str) -> Text:
        """Return what ``Ref``, for an empty attribute, or ``Fn::GetAtt`` of a resource answers."""
        resource = self._template.resources.get(name)
        if resource is None:
            return self._of_generated(name, attribute)
        if resource.type == "AWS::CloudFormation::Stack" and attribute.startswith("Outputs."):
            return self._outputs(name, attribute.removeprefix("Outputs.")) or _open(name, attribute)
        found = self.of(resource).get(attribute or "Ref")
        return _open(name, attribute) if found is None else found

    def of(self, resource: Resource) -> dict[str, Text]:
        """Return the names of one resource: ``Ref``, ``Arn``, ``Name`` and further attributes."""
        known = self._known.get(resource.name)
        if known is None:
            self._known[resource.name] = {}  # a resource whose name needs itself has none
            known = self._known[resource.name] = self._named(resource)
        return known

    def _named(self, resource: Resource) -> dict[str, Text]:
        naming = NAMINGS.get(resource.type)
        if naming is None:
            return {}
        name = self._name(resource, naming)
        path = resource.properties.get("Path")
        told = self._resolver().text(path) if path is not None else "/"
        fields = {
            "partition": self._home.partition,
            "region": self._home.region,
            "account": self._home.account,
            "name": name,
            "bare": name.removeprefix("https://").rstrip("/"),
            "lowered": name.lower(),
            "path": told if isinstance(told, str) and told.startswith("/") else "/",
            "id": f"{self._stack}-{resource.name}".lower(),
            "function": self._function(resource),
        }
        arn = naming.arn.format(**fields)
        found: dict[str, Text] = {"Name": name, "Ref": naming.ref.format(**fields, arn=arn)}
        if arn:
            found["Arn"] = arn
        found |= {attribute: form.format(**fields, arn=arn) for attribute, form in naming.more}
        return found

    def _name(self, resource: Resource, naming: Naming) -> str:
        """Return its name; one that cannot be told is made up like one that the template leaves out."""
        given = resource.properties.get(naming.property) if naming.property else None
        told = self._resolver().text(given) if given is not None else ""
        if isinstance(told, str) and told:
            return told
        made = f"{self._stack}-{resource.name}"
        return made.lower() if naming.lower else made

    def _function(self, resource: Resource) -> str:
        """Return the ARN of the function that an alias or a URL is of."""
        given = resource.properties.get("FunctionName") or resource.properties.get("TargetFunctionArn")
        told = self._resolver().text(given) if given is not None else ""
        if not isinstance(told, str) or told.startswith("arn:"):
            return told if isinstance(told, str) else told.like
        return f"arn:{self._home.partition}:lambda:{self._home.region}:{self._home.account}:function:{told}"

    def _of_generated(self, name: str, attribute: str) -> Text:
        """Return a name of what SAM makes by itself: the role of a function, APIs that events share."""
        if name in IMPLICIT.values() and not attribute:
            return f"{self._stack}-{name}".lower()
        function = self._template.resources.get(name.removesuffix("Role"))
        if (
            function is None
            or function.type not in {"AWS::Serverless::Function", "AWS::Serverless::StateMachine"}
            or function.properties.get("Role")
        ):
            return _open(name, attribute)
        role = f"{self._stack}-{name}"
        given = function.properties.get("RolePath")
        path = self._resolver().text(given) if given is not None else "/"
        if attribute == "Arn":
            path = path if isinstance(path, str) and path.startswith("/") else "/"
            return f"arn:{self._home.partition}:iam::{self._home.account}:role{path}{role}"
        return role if not attribute else _open(name, attribute)


def _open(name: str, attribute: str) -> Unresolved:
    return Unresolved(f"!GetAtt {name}.{attribute}" if attribute else f"!Ref {name}")
