"""Auto Scaling groups in templates: the machines that they launch, one in each of their subnets.

Source: AWS CloudFormation Template Reference, "AWS::AutoScaling::AutoScalingGroup",
"AWS::EC2::LaunchTemplate", "AWS::AutoScaling::LaunchConfiguration"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-autoscalinggroup.html,
read 2026-11). How many machines a group has decides nothing about who reaches them; one a subnet stands for
all. Fixture: ``fleet-stack``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import balancers, network

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.cloudformation.made import Made

_UNTOLD: Final = "a-subnet-that-code-does-not-tell"
_VERSIONS: Final = "DescribeLaunchTemplateVersions"
_KEPT: Final = ("IamInstanceProfile", "NetworkInterfaces", "SecurityGroupIds", "TagSpecifications")
_SPECIFIED: Final = ("MixedInstancesPolicy", "LaunchTemplate", "LaunchTemplateSpecification")


def _template(made: Made) -> None:
    data = made.closed(*_KEPT, within=made.get("LaunchTemplateData"))
    network.launch_template(made.drafts, made.home, made.id, made.with_lines(data))
    name = made.text("LaunchTemplateName")
    if name is not None:
        draft = made.drafts.at(made.home.id("ec2", "DescribeLaunchTemplates.LaunchTemplates", made.id))
        draft.body["LaunchTemplateName"] = name


def _configuration(made: Made) -> None:
    """Read a launch configuration as a template of its name: whoever launches from either does the same."""
    name = made.name
    if name is None:
        return
    told = made.closed("AssociatePublicIpAddress", "IamInstanceProfile", "SecurityGroups")
    data: dict[str, Any] = {"SecurityGroupIds": told.get("SecurityGroups") or []}
    profile = told.get("IamInstanceProfile")
    if isinstance(profile, str):
        data["IamInstanceProfile"] = {"Arn" if profile.startswith("arn:") else "Name": profile}
    if "AssociatePublicIpAddress" in told:
        data["NetworkInterfaces"] = [{"AssociatePublicIpAddress": told["AssociatePublicIpAddress"]}]
    network.launch_template(made.drafts, made.home, name, made.with_lines(data))


def _group(made: Made) -> None:
    launched = _launched(made)
    if launched is None:
        made.gap("what its machines are launched from is not in the code", "understated", "not-collected")
        launched = {}
    groups = [arn for arn, _ in made.texts("TargetGroupARNs")]
    sources = made.get("TrafficSources")
    groups += [s.text("Identifier") for s in sources.below() if s.text("Identifier")] if sources else []
    subnets = [subnet for subnet, _ in made.texts("VPCZoneIdentifier")] or [_UNTOLD]
    for index, subnet in enumerate(subnets):
        _machine(made, f"i-{made.id}-{index}" if index else f"i-{made.id}", subnet, launched)
        for group in groups:
            _register(made, group, f"i-{made.id}-{index}" if index else f"i-{made.id}")


def _launched(made: Made) -> dict[str, Any] | None:
    """Return what the machines are launched with, None when the code does not make it."""
    name = made.text("LaunchConfigurationName")
    for path in (("LaunchTemplate",), _SPECIFIED):
        name = name or made.text(*path, "LaunchTemplateId") or made.text(*path, "LaunchTemplateName")
    for draft in made.drafts.of("ec2", "DescribeLaunchTemplates.LaunchTemplates"):
        if name is not None and name in {draft.id.key, draft.body.get("LaunchTemplateName")}:
            versions = made.drafts.get(made.home.id("ec2", _VERSIONS, draft.id.key))
            if versions is not None:
                found: dict[str, Any] = versions.body["LaunchTemplateVersions"][0]["LaunchTemplateData"]
                return found
    return None


def _machine(made: Made, id_: str, subnet: str, launched: dict[str, Any]) -> None:
    first = next(iter(_mappings(launched.get("NetworkInterfaces"))), {})
    groups = [*_words(launched.get("SecurityGroupIds")), *_words(first.get("Groups"))]
    interface: dict[str, Any] = {
        "Groups": [{"GroupId": group} for group in groups],
        "Attachment": {"InstanceId": id_, "DeviceIndex": 0},
    }
    public = first.get("AssociatePublicIpAddress")
    if public in {True, "true"} or (public is None and subnet == _UNTOLD):
        interface["Association"] = {"PublicIp": "a public address of its own"}
    elif public in {False, "false"}:
        interface["Association"] = {}
    name = f"eni-{id_.removeprefix('i-')}"
    network.interface(made.drafts, made.home, name, subnet, made.with_lines(interface))
    whole: dict[str, Any] = {"SubnetId": subnet, "Tags": _tags(made, launched), "NetworkInterfaces": []}
    profile = launched.get("IamInstanceProfile")
    if isinstance(profile, dict):
        arn = profile.get("Arn")
        named = made.home.arn("iam", f"instance-profile/{profile.get('Name')}", regional=False)
        whole["IamInstanceProfile"] = {"Arn": arn if isinstance(arn, str) else named}
    network.instance(made.drafts, made.home, id_, made.with_lines(whole))


def _register(made: Made, group: str, id_: str) -> None:
    draft = made.drafts.get(made.home.id("elbv2", "DescribeTargetGroups.TargetGroups", group))
    port = draft.body.get("Port") if draft is not None else None
    whole = {"Id": id_, **({} if port is None else {"Port": port})}
    balancers.target(made.drafts, made.home, group, made.with_lines(whole))


def _tags(made: Made, launched: dict[str, Any]) -> list[dict[str, str]]:
    known = dict(made.tags())
    for specification in _mappings(launched.get("TagSpecifications")):
        if specification.get("ResourceType") == "instance":
            for tag in _mappings(specification.get("Tags")):
                known.setdefault(str(tag.get("Key", "")), str(tag.get("Value", "")))
    return [{"Key": key, "Value": value} for key, value in sorted(known.items()) if key]


def _mappings(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - raw JSON
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _words(value: Any) -> list[str]:  # noqa: ANN401 - raw JSON
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "AWS::AutoScaling::LaunchConfiguration": _configuration,
    "AWS::EC2::LaunchTemplate": _template,
}
LAST: Final[dict[str, Callable[[Made], None]]] = {"AWS::AutoScaling::AutoScalingGroup": _group}
"""Read after what they launch from, and after the target groups of their stack and others."""
