"""Auto Scaling groups: the machines that they launch, one in each of their subnets.

Source: AWS provider, "aws_autoscaling_group"
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/autoscaling_group, read 2026-11).
How many machines a group has decides nothing about who reaches them; one a subnet stands for all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece, network
from scanner.iac.terraform.aws.balancers import register
from scanner.iac.terraform.aws.identity import address_of
from scanner.iac.terraform.values import Open

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.iac.terraform.aws.identity import Resource
    from scanner.iac.terraform.aws.made import Made
    from scanner.iac.terraform.bodies import Body

_UNTOLD: Final = "a subnet that the code does not tell"
_TEMPLATES: Final = {"aws_launch_configuration": ("name", "id"), "aws_launch_template": ("id", "name")}
_FLEET: Final = "aws_autoscaling_group"


def _siblings(made: Made, type_: str) -> Iterator[Resource]:
    for module in made.instance.root.module.modules():
        yield from (i for i in module.instances() if i.type == type_ and not i.is_data)


def _template(made: Made) -> Body | None:
    """Return what the machines are launched from, None when the code does not make it."""
    named: list[tuple[str, Any]] = []
    if made.body.has("launch_configuration"):
        named = [("aws_launch_configuration", made.body.get("launch_configuration"))]
    blocks = list(made.body.blocks("launch_template"))
    for mixed in made.body.blocks("mixed_instances_policy"):
        for outer in mixed.blocks("launch_template"):
            blocks += outer.blocks("launch_template_specification")
    for body in blocks:
        for attribute in ("id", "name", "launch_template_id", "launch_template_name"):
            if body.get(attribute) is not None:
                named.append(("aws_launch_template", body.get(attribute)))
    for type_, name in named:
        for other in _siblings(made, type_):
            if isinstance(name, str) and name in [other.attribute(n) for n in _TEMPLATES[type_]]:
                return other.body
    return None


def _interface(made: Made, template: Body | None) -> dict[str, Any]:
    """Return the first interface of each machine: its groups, and whether it has a public address."""
    if template is None:
        made.instance.say("what its machines are launched from is not in the code")
        return {"Groups": []}
    groups = made.texts("vpc_security_group_ids", template) + made.texts("security_groups", template)
    public = template.get("associate_public_ip_address")
    for body in template.blocks("network_interfaces")[:1]:
        groups += made.texts("security_groups", body)
        public = body.get("associate_public_ip_address")
    interface: dict[str, Any] = {"Groups": [{"GroupId": group} for group in groups]}
    if public is True or public == "true" or isinstance(public, Open):
        interface["Association"] = {"PublicIp": "a public address of its own"}
    elif public is not None:
        interface["Association"] = {}
    return interface


def _profile(made: Made, template: Body | None) -> dict[str, Any]:
    if template is None:
        return {}
    for body in template.blocks("iam_instance_profile"):
        return {"IamInstanceProfile": made.fields({"name": "Name", "arn": "Arn"}, body)}
    name = made.text("iam_instance_profile", template)
    return {"IamInstanceProfile": {"Arn" if name.startswith("arn:") else "Name": name}} if name else {}


def _tags(made: Made, template: Body | None) -> list[dict[str, Any]]:
    found = [(body.get("key"), body.get("value")) for body in made.body.blocks("tag") if not body.is_open]
    for body in template.blocks("tag_specifications") if template is not None else ():
        tags = body.get("tags")
        if body.get("resource_type") == "instance" and isinstance(tags, dict):
            found += tags.items()
    known = {str(k): str(v) for k, v in found if isinstance(k, str) and isinstance(v, str)}
    return [{"Key": key, "Value": value} for key, value in sorted(known.items())]


def _fleet(made: Made) -> None:
    template = _template(made)
    interface, subnets = _interface(made, template), made.texts("vpc_zone_identifier") or [_UNTOLD]
    groups = made.texts("target_group_arns")
    groups += [g for b in made.body.blocks("traffic_source") if (g := made.text("identifier", b))]
    for index, subnet in enumerate(subnets):
        id_ = _machine(made.address, index)
        attached = {**interface, "Attachment": {"InstanceId": id_, "DeviceIndex": 0}}
        name = f"eni-{id_.removeprefix('i-')}"
        network.interface(made.drafts, made.home, name, subnet, Piece(attached, (made.place,)))
        whole = {"SubnetId": subnet, "Tags": _tags(made, template), "NetworkInterfaces": []}
        piece = Piece({**whole, **_profile(made, template)}, (made.place,))
        network.instance(made.drafts, made.home, id_, piece)
        for group in groups:
            register(made, group, id_)


def _machine(address: str, index: int) -> str:
    return f"i-{address}-{index}" if index else f"i-{address}"


def _attached(made: Made) -> None:
    """Register the machines of a group as targets."""
    name, group = made.text("autoscaling_group_name"), made.text("lb_target_group_arn")
    group = group or made.text("alb_target_group_arn")
    for body in made.body.blocks("traffic_source"):
        group = made.text("identifier", body)
    if name is None or group is None:
        return
    fleets = [f for f in _siblings(made, _FLEET) if name in {f.attribute("name"), f.attribute("id")}]
    if not fleets:
        made.instance.say(f"it attaches the group {name}, which the code does not make")
    for fleet in fleets:
        subnets = fleet.body.get("vpc_zone_identifier")
        for index in range(len(subnets) if isinstance(subnets, list) and subnets else 1):
            id_ = _machine(address_of(fleet), index)
            register(made, group, id_)


LAST: Final[dict[str, Callable[[Made], None]]] = {
    _FLEET: _fleet,
    "aws_autoscaling_attachment": _attached,
    "aws_autoscaling_traffic_source_attachment": _attached,
}
"""Read after the target groups that they belong to."""
