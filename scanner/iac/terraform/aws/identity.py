"""What resources will be called: names, ids and ARNs that the provider sets.

A name that code leaves to AWS, or that cannot be told, is one made of the resource's address, the same
wherever the resource is referred to. Attributes that are nobody's to tell (secrets, addresses) stay open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from scanner.iac.terraform.aws.kinds import IDENTITIES, PATH
from scanner.iac.terraform.azure import identity as azure
from scanner.iac.terraform.google import identity as google
from scanner.iac.terraform.policies import document_of, parsed
from scanner.iac.terraform.values import Open, is_named

if TYPE_CHECKING:
    from scanner.iac.aws import Home
    from scanner.iac.terraform.bodies import Body
    from scanner.iac.terraform.root import Root
    from scanner.iac.terraform.values import Value
    from scanner.snapshot import Place


class Resource(Protocol):
    """A resource or data source, of source or of a plan."""

    type: str
    address: str
    is_data: bool
    body: Body
    root: Root

    @property
    def home(self) -> Home:
        """Where it will live."""

    @property
    def place(self) -> Place:
        """Its lines."""

    def attribute(self, name: str) -> Value:
        """Return an attribute, `Open` when it cannot be told."""

    def say(self, why: str) -> None:
        """Say what cannot be told of it."""


def name_of(instance: Resource) -> str:
    """Return a resource's name: as code sets it, else one made of what is known."""
    known = IDENTITIES.get(instance.type)
    for attribute in known.named if known else ("name",):
        value = instance.body.get(attribute)
        if isinstance(value, str) and value:
            return str(value)
        if isinstance(value, Open) and value.parts:
            text = "".join(p if isinstance(p, str) else _plain(p.expression) for p in value.parts)
            return text.lower() if known and known.lower else text
        for prefix in (f"{attribute}_prefix", "name_prefix"):
            given = instance.body.get(prefix)
            if isinstance(given, str) and given:
                return f"{given}{address_of(instance)}"
    return address_of(instance)


def address_of(instance: Resource) -> str:
    """Return a resource's address in the letters that names may have, unlike any of another root module."""
    path = instance.root.path
    text = _plain(f"{path}/{instance.address}" if path else instance.address)
    known = IDENTITIES.get(instance.type)
    return text.lower().replace("_", "-") if known and known.lower else text


def _plain(text: str) -> str:
    return re.sub(r"[^\w.-]+", ".", text, flags=re.ASCII).strip(".")


def computed(instance: Resource, attribute: str) -> Value:
    """Return an attribute that the provider sets; None when it is the code's to set, or open."""
    if instance.type.startswith("google_"):
        return google.computed(instance, attribute)
    if azure.is_azure(instance.type):
        return azure.computed(instance, attribute)
    special = _SPECIAL.get((instance.is_data, instance.type))
    if special is not None:
        found = special(instance, attribute)
        if found is not None:
            return found
    known = IDENTITIES.get(instance.type)
    if known is None:
        return address_of(instance) if attribute == "id" and not instance.is_data else None
    if instance.is_data and not any(isinstance(instance.body.get(n), str) for n in known.named):
        return None
    if attribute in known.named:
        return name_of(instance)
    template = {"arn": known.arn, "id": known.id, **known.more}.get(attribute)
    if template is None or (attribute not in {"arn", "id"} and instance.body.has(attribute)):
        return None
    fields = _fields(instance)
    fields["arn"] = known.arn.format_map(fields)
    return template.format_map(fields)


def _fields(instance: Resource) -> dict[str, str]:
    home, name = instance.home, name_of(instance)
    path = instance.body.get("path")
    cluster = instance.body.get("cluster")
    return {
        "account": home.account,
        "region": home.region,
        "partition": home.partition,
        "name": name,
        "lowered": name.lower(),
        "slashless": name.removeprefix("/"),
        "bare": name.removeprefix("https://").rstrip("/"),
        "address": address_of(instance),
        "path": path if isinstance(path, str) and path.startswith("/") else "/",
        "cluster": cluster.rpartition("/")[2] if isinstance(cluster, str) else "default",
        "function": _function(instance.body.get("function_name")),
    }


def _function(value: Value) -> str:
    return value.rpartition(":")[2] if isinstance(value, str) else "unknown"


def _caller(instance: Resource, attribute: str) -> Value:
    home = instance.home
    if attribute in {"account_id", "id"}:
        return home.account
    expression = f"{instance.address}.{attribute}"
    if attribute == "arn":  # whoever deploys: somebody of the account
        parts = (f"arn:{home.partition}:", Open("service"), f"::{home.account}:", Open("name"))
        return Open(expression, parts)
    return Open(expression)


def _region(instance: Resource, attribute: str) -> Value:
    return instance.home.region if attribute in {"name", "id", "region"} else None


def _partition(instance: Resource, attribute: str) -> Value:
    partition = instance.home.partition
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    return {"partition": partition, "id": partition, "dns_suffix": suffix}.get(attribute)


def _zones(instance: Resource, attribute: str) -> Value:
    """Return three zones: how many a region has decides nothing about access."""
    region = instance.home.region
    return [f"{region}{letter}" for letter in "abc"] if attribute in {"names", "zone_ids"} else None


def _document(instance: Resource, attribute: str) -> Value:
    return document_of(instance.body, parsed) if attribute in {"json", "minified_json"} else None


def _eks(instance: Resource, attribute: str) -> Value:
    if attribute != "identity":
        return None
    return [{"oidc": [{"issuer": issuer_of(instance)}]}]


def issuer_of(instance: Resource) -> str:
    """Return the issuer of a cluster of EKS, whose last part AWS makes up."""
    home = instance.home
    return f"https://oidc.eks.{home.region}.amazonaws.com/id/{address_of(instance)}"


def _function_url(instance: Resource, attribute: str) -> Value:
    del instance
    return (
        None
        if attribute != "function_url"
        else Open("function_url", ("https://", Open("url-id"), ".lambda-url"))
    )


def _alias(instance: Resource, attribute: str) -> Value:
    """Return the key that an alias names, as far as the key is this code's."""
    if attribute not in {"target_key_arn", "target_key_id"}:
        return None
    value = instance.body.get("target_key_id")
    if instance.is_data or not isinstance(value, str) or is_named(value):
        return Open(f"{instance.address}.{attribute}", ("arn:aws:kms:", Open("key")))
    home = instance.home
    bare = value.rpartition("key/")[2]
    return home.arn("kms", f"key/{bare}") if attribute == "target_key_arn" else bare


def _api_resource(instance: Resource, attribute: str) -> Value:
    """Return the path of a resource of a REST API, by which it is called here."""
    if attribute not in {"id", "path"}:
        return None
    above, part = instance.body.get("parent_id"), instance.body.get("path_part")
    if not isinstance(above, str) or not above.startswith(PATH) or not isinstance(part, str):
        return Open(f"{instance.address}.{attribute}")
    path = f"{above.removeprefix(PATH).rstrip('/')}/{part}"
    return path if attribute == "path" else f"{PATH}{path}"


def _multi_region_point(instance: Resource, attribute: str) -> Value:
    """Return the id of a Multi-Region Access Point, whose name stands in a block of its own."""
    names = [body.get("name") for body in instance.body.blocks("details")]
    if attribute != "id" or not names or not isinstance(names[0], str):
        return None
    return f"{instance.home.account}:{names[0]}"


_SPECIAL: Final = {
    (False, "aws_s3control_multi_region_access_point"): _multi_region_point,
    (True, "aws_caller_identity"): _caller,
    (True, "aws_region"): _region,
    (True, "aws_partition"): _partition,
    (True, "aws_availability_zones"): _zones,
    (True, "aws_iam_policy_document"): _document,
    (False, "aws_api_gateway_resource"): _api_resource,
    (False, "aws_eks_cluster"): _eks,
    (True, "aws_eks_cluster"): _eks,
    (False, "aws_lambda_function_url"): _function_url,
    (False, "aws_kms_alias"): _alias,
    (True, "aws_kms_alias"): _alias,
}
