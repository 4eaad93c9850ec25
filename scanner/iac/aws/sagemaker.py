"""Models, endpoints, notebooks and the model registry of SageMaker.

Source of the fields: Amazon SageMaker API Reference, "DescribeModel", "DescribeEndpoint" and the like
(https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModel.html, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.iac.aws.drafts import Home, Piece

if TYPE_CHECKING:
    from scanner.iac.aws.drafts import Drafts


def model(drafts: Drafts, home: Home, name: str, whole: Piece) -> str:
    """Declare a model: ``ExecutionRoleArn``, ``PrimaryContainer``, ``Containers``. Returns its ARN."""
    arn = home.arn("sagemaker", f"model/{name.lower()}")
    _both(drafts, home, ("ListModels.Models", "DescribeModel"), name, whole, ModelName=name, ModelArn=arn)
    return arn


def endpoint_config(drafts: Drafts, home: Home, name: str, whole: Piece) -> str:
    """Declare an endpoint configuration: ``ProductionVariants``. Returns its ARN."""
    arn = home.arn("sagemaker", f"endpoint-config/{name.lower()}")
    fields = ("ListEndpointConfigs.EndpointConfigs", "DescribeEndpointConfig")
    _both(drafts, home, fields, name, whole, EndpointConfigName=name, EndpointConfigArn=arn)
    return arn


def endpoint(drafts: Drafts, home: Home, name: str, whole: Piece) -> str:
    """Declare an endpoint: ``EndpointConfigName``, ``Tags`` as lists of Key and Value. Returns its ARN."""
    arn = home.arn("sagemaker", f"endpoint/{name.lower()}")
    fields = ("ListEndpoints.Endpoints", "DescribeEndpoint")
    _both(drafts, home, fields, name, whole, EndpointName=name, EndpointArn=arn)
    drafts.assume(home.id("sagemaker", "GetEndpointPolicy", name))
    return arn


def inference_component(drafts: Drafts, home: Home, name: str, whole: Piece) -> None:
    """Declare an inference component: ``EndpointArn``, ``Specification.ModelName``."""
    fields = ("ListInferenceComponents.InferenceComponents", "DescribeInferenceComponent")
    _both(drafts, home, fields, name, whole, InferenceComponentName=name)


def notebook(drafts: Drafts, home: Home, name: str, whole: Piece) -> str:
    """Declare a notebook instance: ``RoleArn``, ``DirectInternetAccess``. Returns its ARN."""
    arn = home.arn("sagemaker", f"notebook-instance/{name.lower()}")
    fields = ("ListNotebookInstances.NotebookInstances", "DescribeNotebookInstance")
    _both(drafts, home, fields, name, whole, NotebookInstanceName=name, NotebookInstanceArn=arn)
    return arn


def domain(drafts: Drafts, home: Home, domain_id: str, whole: Piece) -> str:
    """Declare a Studio domain: ``AuthMode``, ``DefaultUserSettings``. Returns its ARN."""
    arn = home.arn("sagemaker", f"domain/{domain_id}")
    fields = ("ListDomains.Domains", "DescribeDomain")
    _both(drafts, home, fields, domain_id, whole, DomainId=domain_id, DomainArn=arn)
    return arn


def user_profile(drafts: Drafts, home: Home, domain_id: str, name: str, whole: Piece) -> str:
    """Declare a user profile of a Studio domain: ``UserSettings``. Returns its ARN."""
    arn = home.arn("sagemaker", f"user-profile/{domain_id}/{name.lower()}")
    fields = ("ListUserProfiles.UserProfiles", "DescribeUserProfile")
    names = {"DomainId": domain_id, "UserProfileName": name, "UserProfileArn": arn}
    _both(drafts, home, fields, f"{domain_id}/{name}", whole, **names)
    return arn


def package_group(drafts: Drafts, home: Home, name: str, whole: Piece) -> str:
    """Declare a group of the model registry. Returns its ARN."""
    arn = home.arn("sagemaker", f"model-package-group/{name.lower()}")
    fields = ("ListModelPackageGroups.ModelPackageGroupSummaryList", "DescribeModelPackageGroup")
    _both(drafts, home, fields, name, whole, ModelPackageGroupName=name, ModelPackageGroupArn=arn)
    return arn


def package_group_policy(drafts: Drafts, home: Home, name: str, document: Piece) -> None:
    """Give a model package group its resource policy, as an object."""
    drafts.put(home.id("sagemaker", "GetModelPackageGroupPolicy", name), document.wrapped("ResourcePolicy"))


def complete(drafts: Drafts) -> None:
    """Say that there is no policy where code says nothing, and that each list ends here."""
    for draft in drafts.of("sagemaker", "DescribeModelPackageGroup"):
        home = Home(draft.id.scope, draft.id.region)
        drafts.assume(home.id("sagemaker", "GetModelPackageGroupPolicy", draft.id.key))
    for home in sorted(drafts.homes):
        for field in ("ListModels", "ListEndpointConfigs", "ListEndpoints", "ListModelPackageGroups"):
            drafts.assume(home.id("sagemaker", field), {})


def _both(drafts: Drafts, home: Home, fields: tuple[str, str], key: str, whole: Piece, **names: str) -> None:
    """Make a resource's item of the list and its description."""
    listed, described = fields
    drafts.put(home.id("sagemaker", listed, key), Piece(dict(names), whole.places))
    drafts.put(home.id("sagemaker", described, key), whole.with_fields(**names))
    drafts.lived_in(home)
