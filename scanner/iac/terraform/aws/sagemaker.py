"""SageMaker: models with where their weights lie, endpoints, notebooks, Studio and the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece, sagemaker

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made
    from scanner.iac.terraform.bodies import Body


def _container(made: Made, body: Body) -> dict[str, Any]:
    found = made.fields({"model_data_url": "ModelDataUrl", "mode": "Mode"}, body)
    image = body.get("image")
    if isinstance(image, str):  # often made of data sources, and it decides nothing
        found["Image"] = str(image)
    for source in body.blocks("model_data_source"):
        for inner in source.blocks("s3_data_source"):
            names = {"s3_uri": "S3Uri", "s3_data_type": "S3DataType", "compression_type": "CompressionType"}
            s3 = made.fields(names, inner)
            if "S3Uri" in s3:
                found["ModelDataSource"] = {"S3DataSource": s3}
    return found


def _model(made: Made) -> None:
    whole = made.fields({"execution_role_arn": "ExecutionRoleArn"})
    places = [made.place]
    for body in made.body.blocks("primary_container"):
        whole["PrimaryContainer"] = _container(made, body)
        places.append(type(made.place)("/PrimaryContainer", body.place.file, body.place.lines))
    containers = made.body.blocks("container")
    if containers:
        whole["Containers"] = [_container(made, body) for body in containers]
    sagemaker.model(made.drafts, made.home, made.name, Piece(whole, tuple(places)))


def _endpoint_config(made: Made) -> None:
    variants = [
        made.fields({"variant_name": "VariantName", "model_name": "ModelName"}, body)
        for body in made.body.blocks("production_variants")
    ]
    whole = Piece({"ProductionVariants": variants}, (made.place,))
    sagemaker.endpoint_config(made.drafts, made.home, made.name, whole)


def _endpoint(made: Made) -> None:
    whole = {**made.fields({"endpoint_config_name": "EndpointConfigName"}), "Tags": made.tags()}
    sagemaker.endpoint(made.drafts, made.home, made.name, Piece(whole, (made.place,)))


def _notebook(made: Made) -> None:
    names = {
        "role_arn": "RoleArn",
        "direct_internet_access": "DirectInternetAccess",
        "root_access": "RootAccess",
    }
    sagemaker.notebook(made.drafts, made.home, made.name, Piece(made.fields(names), (made.place,)))


def _domain(made: Made) -> None:
    whole = made.fields({"auth_mode": "AuthMode", "domain_name": "DomainName", "vpc_id": "VpcId"})
    for body in made.body.blocks("default_user_settings"):
        whole["DefaultUserSettings"] = made.fields({"execution_role": "ExecutionRole"}, body)
    sagemaker.domain(made.drafts, made.home, made.id, Piece(whole, (made.place,)))


def _user_profile(made: Made) -> None:
    domain = made.text("domain_id")
    if domain is None:
        return
    settings: dict[str, Any] = {}
    for body in made.body.blocks("user_settings"):
        settings = made.fields({"execution_role": "ExecutionRole"}, body)
    whole = Piece({"UserSettings": settings}, (made.place,))
    sagemaker.user_profile(made.drafts, made.home, domain, made.name, whole)


def _package_group(made: Made) -> None:
    sagemaker.package_group(made.drafts, made.home, made.name, made.whole)


def _package_group_policy(made: Made) -> None:
    name, document = made.text("model_package_group_name"), made.policy("resource_policy")
    if name is not None and document is not None:
        sagemaker.package_group_policy(made.drafts, made.home, name, document)


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_sagemaker_domain": _domain,
    "aws_sagemaker_endpoint": _endpoint,
    "aws_sagemaker_endpoint_configuration": _endpoint_config,
    "aws_sagemaker_model": _model,
    "aws_sagemaker_model_package_group": _package_group,
    "aws_sagemaker_model_package_group_policy": _package_group_policy,
    "aws_sagemaker_notebook_instance": _notebook,
    "aws_sagemaker_user_profile": _user_profile,
}
