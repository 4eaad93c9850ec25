"""Resource types of AWS, and of other providers, that say nothing about who reaches what: no gap.

A type is silent when no document that the analysis reads would change with it. Prefixes cover families whose
every type is: monitoring, names, budgets, content.
"""

from __future__ import annotations

from typing import Final

_TOLD: Final = (
    "alicloud_",
    "awscc_",
    "azapi_",
    "azuread_",
    "azuredevops_",
    "azurerm_",
    "azurestack_",
    "coreweave_",
    "databricks_",
    "digitalocean_",
    "google_",
    "hcloud_",
    "helm_",
    "ibm_",
    "k8s_",
    "kubectl_",
    "kubernetes_",
    "kustomization_",
    "linode_",
    "nebius_",
    "nomad_",
    "oci_",
    "openstack_",
    "ovh_",
    "runpod_",
    "scaleway_",
    "tencentcloud_",
    "vultr_",
)
"""Other providers whose resources run or hold what serves models; a resource that is not read is a gap."""
_PREFIXES: Final = (
    "aws_acm_",
    "aws_appautoscaling_",
    "aws_athena_",
    "aws_autoscaling_",
    "aws_budgets_",
    "aws_ce_",
    "aws_cloudtrail",
    "aws_cloudwatch_",
    "aws_codeartifact_",
    "aws_config_",
    "aws_db_",
    "aws_dynamodb_",
    "aws_elasticache_",
    "aws_flow_log",
    "aws_grafana_",
    "aws_guardduty_",
    "aws_inspector",
    "aws_macie",
    "aws_neptune_",
    "aws_prometheus_",
    "aws_rds_",
    "aws_redshift",
    "aws_resourcegroups_",
    "aws_route53_",
    "aws_securityhub_",
    "aws_service_discovery_",
    "aws_servicequotas_",
    "aws_sesv2_",
    "aws_ses_",
    "aws_sns_",
    "aws_sqs_",
    "aws_ssm_maintenance_",
    "aws_ssm_patch_",
    "aws_waf",
)
_TYPES: Final = frozenset(
    {
        "aws_availability_zone_group",
        "aws_ebs_encryption_by_default",
        "aws_ecr_lifecycle_policy",
        "aws_ecr_pull_through_cache_rule",
        "aws_eks_addon",
        "aws_iam_account_alias",
        "aws_iam_account_password_policy",
        "aws_iam_service_linked_role",
        "aws_iam_user_login_profile",
        "aws_key_pair",
        "aws_kinesis_firehose_delivery_stream",
        "aws_kinesis_stream",
        "aws_lambda_layer_version",
        "aws_mq_broker",
        "aws_s3_bucket_accelerate_configuration",
        "aws_s3_bucket_analytics_configuration",
        "aws_s3_bucket_cors_configuration",
        "aws_s3_bucket_intelligent_tiering_configuration",
        "aws_s3_bucket_inventory",
        "aws_s3_bucket_lifecycle_configuration",
        "aws_s3_bucket_logging",
        "aws_s3_bucket_metric",
        "aws_s3_bucket_notification",
        "aws_s3_bucket_object_lock_configuration",
        "aws_s3_bucket_request_payment_configuration",
        "aws_s3_bucket_versioning",
        "aws_s3_bucket_website_configuration",
        "aws_sagemaker_app",
        "aws_sagemaker_code_repository",
        "aws_sagemaker_image",
        "aws_sagemaker_image_version",
        "aws_sagemaker_notebook_instance_lifecycle_configuration",
        "aws_sagemaker_studio_lifecycle_config",
        "aws_secretsmanager_secret",
        "aws_secretsmanager_secret_rotation",
        "aws_secretsmanager_secret_version",
        "aws_ssm_parameter",
        "aws_vpc_dhcp_options",
        "aws_vpc_dhcp_options_association",
        "aws_vpc_ipv4_cidr_block_association",
    }
)


def is_silent(type_: str) -> bool:
    """Tell whether a type of resource is passed over, of any provider but those of Azure and Google."""
    if not type_.startswith("aws_"):
        return not type_.startswith(_TOLD)
    return type_ in _TYPES or type_.startswith(_PREFIXES)
