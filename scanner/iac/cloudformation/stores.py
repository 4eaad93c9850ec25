"""File systems, Access Grants, resource shares and registries in templates: what lies beside buckets.

Source: AWS CloudFormation Template Reference, "AWS::EFS::FileSystem", "AWS::RAM::ResourceShare",
"AWS::S3::AccessGrant", "AWS::ECR::RegistryPolicy" and their like
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html,
read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import containers, stores

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.cloudformation.made import Made


def _file_system(made: Made) -> None:
    tags = made.tags("FileSystemTags")
    listed = [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
    whole = {"Tags": listed, **({"Name": tags["Name"]} if "Name" in tags else {})}
    stores.file_system(made.drafts, made.home, made.id, made.with_lines(whole))
    policy = made.document("FileSystemPolicy")
    if policy is not None:
        stores.file_system_policy(made.drafts, made.home, made.id, policy)


def _mount_target(made: Made) -> None:
    id_, subnet = made.text("FileSystemId"), made.text("SubnetId")
    if id_ is None or subnet is None:
        return
    known = made.drafts.get(made.home.id("ec2", "DescribeSubnets.Subnets", subnet))
    vpc = known.body.get("VpcId") if known is not None else None
    whole = {"SubnetId": subnet, **({"VpcId": vpc} if vpc else {})}
    stores.mount_target(made.drafts, made.home, id_, made.resource.name, made.with_lines(whole))


def _share(made: Made) -> None:
    arn = made.arn
    if arn is None:
        return
    external = made.text("AllowExternalPrincipals")
    whole = {"name": made.text("Name"), "allowExternalPrincipals": external != "false"}
    stores.share(made.drafts, made.home, arn, made.with_lines(whole))
    for key, field in (("Principals", "id"), ("ResourceArns", "arn")):
        for value, node in made.texts(key):
            part = made.with_lines({field: value}, node)
            stores.share_of(made.drafts, made.home, arn, part, principal=field == "id")


def _grants(made: Made) -> None:
    stores.grants(made.drafts, made.home, made.whole)


def _location(made: Made) -> None:
    whole = {"LocationScope": made.text("LocationScope"), "IAMRoleArn": made.text("IamRoleArn")}
    told = {key: value for key, value in whole.items() if value is not None}
    stores.grants_location(made.drafts, made.home, made.id, made.with_lines(told))


def _grant(made: Made) -> None:
    """Read a grant, of its location's scope without the star, and what is below.

    Source: S3 User Guide, "Create grants", "Subprefix"
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-grant-create.html, read 2026-11).
    """
    location, permission = made.text("AccessGrantsLocationId"), made.text("Permission")
    if location is None or permission is None:
        return
    below = made.text("AccessGrantsLocationConfiguration", "S3SubPrefix")
    scope = stores.location_scope(made.drafts, made.home, location)
    told = made.get("AccessGrantsLocationConfiguration", "S3SubPrefix") is None or below is not None
    if scope is None or not told:
        made.gap("what it grants cannot be told", "understated")
        return
    scope = f"{scope.removesuffix('*')}{below}" if below is not None else scope
    grantee = {key: made.text("Grantee", key) for key in ("GranteeType", "GranteeIdentifier")}
    whole = {"Grantee": grantee, "Permission": permission, "GrantScope": scope}
    stores.grant(made.drafts, made.home, made.id, location, made.with_lines(whole))


def _registry_policy(made: Made) -> None:
    document = made.document("PolicyText")
    if document is not None:
        containers.registry_policy(made.drafts, made.home, document)


def _replication(made: Made) -> None:
    """Read where images are copied to, with the fields that the API spells small."""
    rules = made.get("ReplicationConfiguration", "Rules")
    found: list[dict[str, Any]] = []
    for rule in rules.below() if rules is not None else ():
        targets, filters = rule.get("Destinations"), rule.get("RepositoryFilters")
        found.append(
            {
                "destinations": [
                    {"region": t.text("Region"), "registryId": t.text("RegistryId")}
                    for t in (targets.below() if targets is not None else ())
                ],
                "repositoryFilters": [
                    {"filter": f.text("Filter"), "filterType": f.text("FilterType")}
                    for f in (filters.below() if filters is not None else ())
                ],
            }
        )
    made.check_open("ReplicationConfiguration")
    containers.registry(made.drafts, made.home, made.with_lines({"rules": found}))


def _cache(made: Made) -> None:
    upstream = made.text("UpstreamRegistryUrl")
    whole = {"upstreamRegistryUrl": upstream or "", **_prefix(made)}
    prefix = made.text("EcrRepositoryPrefix")
    if prefix is not None:
        containers.pull_through(made.drafts, made.home, prefix, made.with_lines(whole))


def _prefix(made: Made) -> dict[str, str]:
    found = made.text("UpstreamRepositoryPrefix")
    return {"upstreamRepositoryPrefix": found} if found is not None else {}


def _creation(made: Made) -> None:
    prefix, policy = made.text("Prefix"), made.document("RepositoryPolicy")
    if prefix is not None:
        containers.creation_template(made.drafts, made.home, prefix, made.whole, policy)


FIRST: Final[dict[str, Callable[[Made], None]]] = {
    "AWS::S3::AccessGrantsInstance": _grants,
    "AWS::S3::AccessGrantsLocation": _location,
}
TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "AWS::ECR::PullThroughCacheRule": _cache,
    "AWS::ECR::RegistryPolicy": _registry_policy,
    "AWS::ECR::ReplicationConfiguration": _replication,
    "AWS::ECR::RepositoryCreationTemplate": _creation,
    "AWS::EFS::FileSystem": _file_system,
    "AWS::EFS::MountTarget": _mount_target,
    "AWS::RAM::ResourceShare": _share,
    "AWS::S3::AccessGrant": _grant,
}
"""Read after subnets and locations of grants."""
