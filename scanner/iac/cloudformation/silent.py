"""Types that say nothing about who reaches what: passed over without a gap.

A type is silent when no document that the analysis reads would change with it.
"""

from __future__ import annotations

from typing import Final

_FAMILIES: Final = (
    *(
        "ApplicationAutoScaling",
        "AutoScaling",
        "AutoScalingPlans",
        "Budgets",
        "CE",
        "CertificateManager",
    ),
    *("CloudTrail", "CloudWatch", "CodeArtifact", "CodeCommit", "CodeStarNotifications", "Config"),
    *("DAX", "DMS", "DynamoDB", "ElastiCache", "Events", "GuardDuty", "Inspector", "InspectorV2", "Kinesis"),
    *(
        "KinesisFirehose",
        "Logs",
        "Macie",
        "Neptune",
        "OpenSearchService",
        "RDS",
        "Redshift",
        "ResourceGroups",
    ),
    *("Route53", "Route53Resolver", "SES", "SNS", "SQS", "SSMContacts", "Scheduler", "SecurityHub"),
    *(
        "ServiceCatalogAppRegistry",
        "ServiceDiscovery",
        "Synthetics",
        "Timestream",
        "WAF",
        "WAFRegional",
        "WAFv2",
    ),
    "XRay",
)
_TYPES: Final = frozenset(
    {
        "AWS::ApiGateway::Account",
        "AWS::ApiGateway::ApiKey",
        "AWS::ApiGateway::ClientCertificate",
        "AWS::ApiGateway::DocumentationPart",
        "AWS::ApiGateway::GatewayResponse",
        "AWS::ApiGateway::Model",
        "AWS::ApiGateway::RequestValidator",
        "AWS::ApiGateway::Resource",  # its path is read with its methods
        "AWS::ApiGateway::UsagePlan",
        "AWS::ApiGateway::UsagePlanKey",
        "AWS::ApiGatewayV2::Deployment",
        "AWS::ApiGatewayV2::IntegrationResponse",
        "AWS::ApiGatewayV2::Model",
        "AWS::ApiGatewayV2::RouteResponse",
        "AWS::AppSync::ApiCache",
        "AWS::AppSync::ApiKey",
        "AWS::AppSync::FunctionConfiguration",
        "AWS::AppSync::GraphQLSchema",
        "AWS::AppSync::Resolver",  # resolvers are not read of a live account either
        "AWS::Backup::BackupSelection",
        "AWS::Backup::BackupVault",  # its policy lets no other account restore
        "AWS::Backup::Framework",
        "AWS::Backup::ReportPlan",
        "AWS::CDK::Metadata",
        "AWS::CloudFormation::WaitCondition",
        "AWS::CloudFront::CachePolicy",
        "AWS::CloudFront::Function",  # what code at the edge may ask for is said where it is attached
        "AWS::CloudFront::KeyGroup",
        "AWS::CloudFront::MonitoringSubscription",
        "AWS::CloudFront::OriginAccessControl",  # distributions name it
        "AWS::CloudFront::OriginRequestPolicy",
        "AWS::CloudFront::PublicKey",
        "AWS::CloudFront::ResponseHeadersPolicy",
        "AWS::Cognito::UserPoolClient",
        "AWS::Cognito::UserPoolDomain",
        "AWS::EC2::DHCPOptions",
        "AWS::EC2::FlowLog",
        "AWS::EC2::KeyPair",
        "AWS::EC2::VPCDHCPOptionsAssociation",
        "AWS::CloudFormation::WaitConditionHandle",
        "AWS::ECR::RegistryScanningConfiguration",
        "AWS::EFS::AccessPoint",  # it narrows what its holder sees, and lets nobody in
        "AWS::IAM::ServiceLinkedRole",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::Version",
        "AWS::SSM::Parameter",
        "AWS::SageMaker::ModelQualityJobDefinition",
        "AWS::SageMaker::MonitoringSchedule",
        "AWS::SageMaker::NotebookInstanceLifecycleConfig",
        "AWS::SecretsManager::RotationSchedule",
        "AWS::SecretsManager::Secret",
        "AWS::SecretsManager::SecretTargetAttachment",
    }
)


def is_silent(type_: str) -> bool:
    """Tell whether a type says nothing about who reaches what."""
    family = type_.split("::")[1] if type_.count("::") == 2 else ""
    return type_ in _TYPES or family in _FAMILIES
