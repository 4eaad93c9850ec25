"""How AWS's resources are called: ARNs, ids and other names, by type of Terraform's.

Sources: Service Authorization Reference, "Resource types defined by" each service
(https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html),
and the attributes of the AWS provider (https://registry.terraform.io/providers/hashicorp/aws/latest/docs),
both read 2026-11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Identity(NamedTuple):
    """How a type's instances are called. Templates know the fields of `_fields` and ``arn``.

    `named`: attributes with the name, as it is set or made up; `more`: others that the provider sets.
    """

    arn: str
    id: str = "{name}"
    named: tuple[str, ...] = ("name",)
    more: Mapping[str, str] = {}
    lower: bool = False


def _iam(kind: str, **more: str) -> Identity:
    return Identity(f"arn:{{partition}}:iam::{{account}}:{kind}{{path}}{{name}}", more=more)


def _regional(service: str, resource: str, id_: str = "{name}", *named: str, **more: str) -> Identity:
    arn = f"arn:{{partition}}:{service}:{{region}}:{{account}}:{resource}"
    return Identity(arn, id_, named or ("name",), more)


def _global(service: str, resource: str, id_: str, **more: str) -> Identity:
    arn = f"arn:{{partition}}:{service}::{{account}}:{resource}"
    return Identity(arn, id_, ("__none__",), more)


def _ec2(kind: str, prefix: str, **more: str) -> Identity:
    return _regional("ec2", f"{kind}/{prefix}-{{address}}", f"{prefix}-{{address}}", "__none__", **more)


PATH: Final = "path:"
"""Before the path in an id of a resource of a REST API."""
_REGISTRY: Final = "{account}.dkr.ecr.{region}.amazonaws.com"
_BALANCER: Final = _regional(
    "elasticloadbalancing",
    "loadbalancer/app/{name}/{address}",
    "{arn}",
    dns_name="{name}-{address}.elb.amazonaws.com",
)
_TARGETS: Final = _regional("elasticloadbalancing", "targetgroup/{name}/{address}", "{arn}")
IDENTITIES: Final[dict[str, Identity]] = {
    "aws_iam_role": _iam("role", unique_id="AROA{address}"),
    "aws_iam_user": _iam("user", unique_id="AIDA{address}"),
    "aws_iam_group": _iam("group"),
    "aws_iam_policy": _iam("policy")._replace(id="{arn}"),
    "aws_iam_instance_profile": _iam("instance-profile"),
    "aws_iam_service_linked_role": Identity(
        "arn:{partition}:iam::{account}:role/aws-service-role/{name}", "{arn}", ("aws_service_name",)
    ),
    "aws_iam_openid_connect_provider": Identity(
        "arn:{partition}:iam::{account}:oidc-provider/{bare}", "{arn}", ("url",)
    ),
    "aws_iam_saml_provider": Identity("arn:{partition}:iam::{account}:saml-provider/{name}", "{arn}"),
    "aws_s3_bucket": Identity(
        "arn:{partition}:s3:::{name}",
        named=("bucket",),
        more={
            "bucket_domain_name": "{name}.s3.amazonaws.com",
            "bucket_regional_domain_name": "{name}.s3.{region}.amazonaws.com",
            "region": "{region}",
        },
        lower=True,
    ),
    "aws_s3_directory_bucket": Identity(
        "arn:{partition}:s3express:{region}:{account}:bucket/{name}", named=("bucket",)
    ),
    "aws_s3_access_point": _regional("s3", "accesspoint/{name}"),
    "aws_kms_key": _regional("kms", "key/{address}", "{address}", "__none__", key_id="{address}"),
    "aws_kms_replica_key": _regional("kms", "key/{address}", "{address}", "__none__", key_id="{address}"),
    "aws_kms_external_key": _regional("kms", "key/{address}", "{address}", "__none__", key_id="{address}"),
    "aws_kms_alias": _regional("kms", "{name}"),
    "aws_lambda_function": _regional(
        "lambda",
        "function:{name}",
        "{name}",
        "function_name",
        qualified_arn="{arn}:$LATEST",
        invoke_arn="arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations",
    ),
    "aws_lambda_alias": _regional("lambda", "function:{function}:{name}", "{arn}"),
    "aws_lambda_layer_version": _regional("lambda", "layer:{name}:1", "{arn}", "layer_name"),
    "aws_sagemaker_model": _regional("sagemaker", "model/{lowered}"),
    "aws_sagemaker_endpoint_configuration": _regional("sagemaker", "endpoint-config/{lowered}"),
    "aws_sagemaker_endpoint": _regional("sagemaker", "endpoint/{lowered}"),
    "aws_sagemaker_notebook_instance": _regional("sagemaker", "notebook-instance/{lowered}"),
    "aws_sagemaker_domain": _regional("sagemaker", "domain/d-{address}", "d-{address}", "domain_name"),
    "aws_sagemaker_user_profile": _regional("sagemaker", "user-profile/{name}", "{arn}", "user_profile_name"),
    "aws_sagemaker_model_package_group": _regional(
        "sagemaker", "model-package-group/{lowered}", "{name}", "model_package_group_name"
    ),
    "aws_bedrock_custom_model": _regional("bedrock", "custom-model/{name}", "{arn}", "custom_model_name"),
    "aws_bedrockagent_agent": _regional("bedrock", "agent/{address}", "{address}", "agent_name"),
    "aws_ecr_repository": _regional(
        "ecr", "repository/{name}", registry_id="{account}", repository_url=f"{_REGISTRY}/{{name}}"
    ),
    "aws_ecs_cluster": _regional("ecs", "cluster/{name}", "{arn}"),
    "aws_ecs_task_definition": _regional("ecs", "task-definition/{name}:1", "{name}", "family"),
    "aws_ecs_service": _regional("ecs", "service/{cluster}/{name}", "{arn}"),
    "aws_eks_cluster": _regional("eks", "cluster/{name}"),
    "aws_eks_node_group": _regional("eks", "nodegroup/{name}/{address}", "{name}", "node_group_name"),
    "aws_lb": _BALANCER,
    "aws_alb": _BALANCER,
    "aws_lb_target_group": _TARGETS,
    "aws_alb_target_group": _TARGETS,
    "aws_lb_listener": _regional("elasticloadbalancing", "listener/app/{address}", "{arn}", "__none__"),
    "aws_alb_listener": _regional("elasticloadbalancing", "listener/app/{address}", "{arn}", "__none__"),
    "aws_vpc": _ec2(
        "vpc",
        "vpc",
        main_route_table_id="rtb-main-{address}",
        owner_id="{account}",
        default_network_acl_id="acl-default-{address}",
        default_security_group_id="sg-default-{address}",
        default_route_table_id="rtb-main-{address}",
    ),
    "aws_subnet": _ec2("subnet", "subnet"),
    "aws_security_group": _ec2("security-group", "sg", owner_id="{account}"),
    "aws_default_security_group": _ec2("security-group", "sg"),
    "aws_internet_gateway": _ec2("internet-gateway", "igw"),
    "aws_egress_only_internet_gateway": _ec2("egress-only-internet-gateway", "eigw"),
    "aws_nat_gateway": _ec2("natgateway", "nat"),
    "aws_route_table": _ec2("route-table", "rtb"),
    "aws_network_acl": _ec2("network-acl", "acl"),
    "aws_network_interface": _ec2("network-interface", "eni"),
    "aws_instance": _ec2("instance", "i", primary_network_interface_id="eni-{address}"),
    "aws_eip": _ec2("elastic-ip", "eipalloc", allocation_id="eipalloc-{address}"),
    "aws_vpc_endpoint": _ec2("vpc-endpoint", "vpce"),
    "aws_vpc_peering_connection": _ec2("vpc-peering-connection", "pcx"),
    "aws_vpc_endpoint_service": _ec2(
        "vpc-endpoint-service",
        "vpce-svc",
        service_name="com.amazonaws.vpce.{region}.vpce-svc-{address}",
    ),
    "aws_ec2_transit_gateway": _ec2(
        "transit-gateway",
        "tgw",
        association_default_route_table_id="tgw-rtb-default-{address}",
        owner_id="{account}",
        propagation_default_route_table_id="tgw-rtb-default-{address}",
    ),
    "aws_ec2_transit_gateway_peering_attachment": _ec2("transit-gateway-attachment", "tgw-attach"),
    "aws_ec2_transit_gateway_route_table": _ec2("transit-gateway-route-table", "tgw-rtb"),
    "aws_ec2_transit_gateway_vpc_attachment": _ec2("transit-gateway-attachment", "tgw-attach"),
    "aws_ec2_client_vpn_endpoint": _ec2("client-vpn-endpoint", "cvpn-endpoint"),
    "aws_customer_gateway": _ec2("customer-gateway", "cgw"),
    "aws_vpn_connection": _ec2("vpn-connection", "vpn", transit_gateway_attachment_id="tgw-attach-{address}"),
    "aws_vpn_gateway": _ec2("vpn-gateway", "vgw"),
    "aws_dx_gateway": _global("directconnect", "dx-gateway/dx-{address}", "dx-{address}"),
    "aws_cloudfront_distribution": _global(
        "cloudfront", "distribution/E{address}", "E{address}", domain_name="{lowered}.cloudfront.net"
    ),
    "aws_cloudfront_origin_access_control": _global(
        "cloudfront", "origin-access-control/E{address}", "E{address}"
    ),
    "aws_cloudfront_origin_access_identity": _global(
        "cloudfront",
        "origin-access-identity/E{address}",
        "E{address}",
        cloudfront_access_identity_path="origin-access-identity/cloudfront/E{address}",
        iam_arn="arn:{partition}:iam::cloudfront:user/CloudFront Origin Access Identity E{address}",
        s3_canonical_user_id="canonical-user-of-E{address}",
    ),
    "aws_cloudfront_vpc_origin": _global("cloudfront", "vpcorigin/vo_{address}", "vo_{address}"),
    "aws_launch_template": _ec2("launch-template", "lt", latest_version="1", default_version="1")._replace(
        named=("name",)
    ),
    "aws_ebs_volume": _ec2("volume", "vol"),
    "aws_ami": Identity("arn:{partition}:ec2:{region}::image/ami-{address}", "ami-{address}"),
    "aws_ebs_snapshot": _ec2("snapshot", "snap"),
    "aws_ebs_snapshot_copy": _ec2("snapshot", "snap"),
    "aws_ram_resource_share": _regional("ram", "resource-share/{address}", "{arn}"),
    "aws_s3control_access_grants_location": _regional(
        "s3",
        "access-grants/default/location/{address}",
        "{address}",
        "-",
        access_grants_location_id="{address}",
    ),
    "aws_efs_file_system": _regional(
        "elasticfilesystem", "file-system/fs-{address}", "fs-{address}", "__none__"
    ),
    **{
        f"aws_fsx_{kind}_file_system": _regional(
            "fsx", "file-system/fs-{address}", "fs-{address}", "__none__"
        )
        for kind in ("lustre", "ontap", "openzfs", "windows")
    },
    **{
        f"aws_datasync_location_{kind}": _regional("datasync", "location/loc-{address}", "{arn}", "__none__")
        for kind in ("azure_blob", "efs", "hdfs", "nfs", "object_storage", "s3", "smb")
    },
    **{
        f"aws_datasync_location_fsx_{kind}_file_system": _regional(
            "datasync", "location/loc-{address}", "{arn}", "__none__"
        )
        for kind in ("lustre", "ontap", "openzfs", "windows")
    },
    "aws_datasync_task": _regional("datasync", "task/task-{address}", "{arn}", "__none__"),
    "aws_backup_vault": _regional("backup", "backup-vault:{name}"),
    "aws_backup_logically_air_gapped_vault": _regional("backup", "backup-vault:{name}"),
    "aws_backup_plan": _regional("backup", "backup-plan:{address}", "{address}", "__none__"),
    "aws_s3control_multi_region_access_point": Identity(
        "arn:{partition}:s3::{account}:accesspoint/{lowered}.mrap",
        "{account}:{name}",
        ("__none__",),
        {"alias": "{lowered}.mrap"},
    ),
    "aws_secretsmanager_secret": _regional("secretsmanager", "secret:{name}-{address}", "{arn}"),
    "aws_ssm_parameter": _regional("ssm", "parameter/{slashless}"),
    "aws_sns_topic": _regional("sns", "{name}", "{arn}"),
    "aws_sqs_queue": _regional(
        "sqs",
        "{name}",
        "https://sqs.{region}.amazonaws.com/{account}/{name}",
        url="https://sqs.{region}.amazonaws.com/{account}/{name}",
    ),
    "aws_dynamodb_table": _regional("dynamodb", "table/{name}", stream_arn="{arn}/stream/{address}"),
    "aws_cloudwatch_log_group": _regional("logs", "log-group:{name}"),
    "aws_codebuild_project": _regional("codebuild", "project/{name}", "{arn}"),
    "aws_codepipeline": _regional("codepipeline", "{name}"),
    "aws_sfn_state_machine": _regional("states", "stateMachine:{name}", "{arn}"),
    "aws_kinesis_stream": _regional("kinesis", "stream/{name}", "{arn}"),
    "aws_glue_job": _regional("glue", "job/{name}"),
    "aws_cognito_user_pool": _regional("cognito-idp", "userpool/{region}_{address}", "{region}_{address}"),
    "aws_cognito_identity_pool": _regional(
        "cognito-identity", "identitypool/{region}:{address}", "{region}:{address}", "identity_pool_name"
    ),
    "aws_rolesanywhere_trust_anchor": _regional("rolesanywhere", "trust-anchor/{address}", "{address}"),
    "aws_rolesanywhere_profile": _regional("rolesanywhere", "profile/{address}", "{address}"),
    "aws_api_gateway_rest_api": Identity(
        "arn:{partition}:apigateway:{region}::/restapis/{address}",
        "{address}",
        more={
            "execution_arn": "arn:{partition}:execute-api:{region}:{account}:{address}",
            "root_resource_id": f"{PATH}/",
        },
    ),
    "aws_autoscaling_group": _regional(
        "autoscaling", "autoScalingGroup:{address}:autoScalingGroupName/{name}"
    ),
    "aws_apigatewayv2_integration": _regional(
        "apigateway", "integrations/{address}", "{address}", "__none__"
    ),
    "aws_apigatewayv2_vpc_link": _regional("apigateway", "/vpclinks/{address}", "{address}"),
    "aws_api_gateway_vpc_link": _regional("apigateway", "/vpclinks/{address}", "{address}"),
    "aws_apigatewayv2_api": Identity(
        "arn:{partition}:apigateway:{region}::/apis/{address}",
        "{address}",
        more={"execution_arn": "arn:{partition}:execute-api:{region}:{account}:{address}"},
    ),
}
