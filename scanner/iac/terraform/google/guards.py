"""Organization policies and perimeters: what takes away whatever is granted.

Fields are those of the REST references of the Organization Policy API and of Access Context Manager under
https://cloud.google.com (read 2026-11). What cannot be told is a gap: findings may be over- or understated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece
from scanner.iac.google import Container, Target, assets
from scanner.iac.google.drafting import RESOURCE
from scanner.iac.terraform.google import identity
from scanner.iac.terraform.google.made import Fields
from scanner.iac.terraform.values import Open, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.google import Project
    from scanner.iac.terraform.bodies import Body
    from scanner.iac.terraform.google.made import Made, Spec

_ORG_POLICY: Final = "ListAssets.ORG_POLICY"
_ACM: Final = "accesscontextmanager.googleapis.com"


def _policy(made: Made) -> None:
    """Read a policy of version 2, ``PARENT/policies/CONSTRAINT``."""
    parent, name = made.text("parent"), made.text("name")
    if name is None:
        return
    where = _container(made, parent or name.partition("/policies/")[0])
    constraint = name.rpartition("/")[2]
    full = f"{where.key}/policies/{constraint}"
    for spec in made.body.blocks("spec"):
        rules, places = _rules(spec)
        body: dict[str, Any] = {"rules": rules}
        body |= {word: True for word in ("reset",) if spec.get(word) is True}
        body |= {"inheritFromParent": True} if spec.get("inherit_from_parent") is True else {}
        inner = Piece({"spec": body, "name": full}, (made.place, *places))
        target = Target(where, f"//orgpolicy.googleapis.com/{full}", "orgpolicy.googleapis.com/Policy")
        assets.asset(made.drafts, target, inner)


def _rules(spec: Body) -> tuple[list[dict[str, Any]], list[Any]]:
    rules, places = [], []
    for index, body in enumerate(spec.blocks("rules")):
        enforce = body.get("enforce")
        rule: dict[str, Any] = {} if enforce is None else {"enforce": _flag(enforce)}
        for condition in body.blocks("condition"):
            rule["condition"] = {"expression": plain(condition.get("expression"))}
        if body.is_open:
            rule["enforce"] = Open("whether the dynamic block makes this rule").body
        rules.append(rule)
        places.append(type(body.place)(f"/spec/rules/{index}", body.place.file, body.place.lines))
    return rules, places


def _flag(value: Any) -> Any:  # noqa: ANN401 - a value of the language
    return plain(value) if isinstance(value, Open) else str(value).lower() == "true"


def _first_version(attribute: str, kind: str) -> Callable[[Made], None]:
    def read(made: Made) -> None:
        constraint = made.text("constraint")
        where: Project | Container | None = made.project
        if kind != "projects":
            where = made.container(attribute, kind)
        if constraint is None or where is None:
            return
        said: dict[str, Any] = {"constraint": f"constraints/{constraint.removeprefix('constraints/')}"}
        for body in made.body.blocks("boolean_policy"):
            said["booleanPolicy"] = {"enforced": _flag(body.get("enforced"))}
        for _ in made.body.blocks("restore_policy"):
            said["restoreDefault"] = {}
        target = assets.container_target(where)
        draft = made.drafts.at(target.id(_ORG_POLICY))
        if draft.body is None:
            draft.body = target.whole()
            assets.settle(made.drafts, where)
        draft.append("/orgPolicy", made.piece(said))

    return read


def _container(made: Made, text: str) -> Project | Container:
    if text.startswith("projects/"):
        return made.project_of(text)
    organizations = made.instance.root.settings.organizations
    above = tuple(f"organizations/{o}" for o in organizations[:1]) if text.startswith("folders/") else ()
    return Container(text, above)


_IDENTITY: Final[Spec] = {
    "identity_type": "identityType",
    "identities": "identities",
    "sources": Fields("sources", {"access_level": "accessLevel", "resource": "resource"}, many=True),
}
_OPERATIONS: Final = Fields(
    "operations",
    {
        "service_name": "serviceName",
        "method_selectors": Fields(
            "methodSelectors", {"method": "method", "permission": "permission"}, many=True
        ),
    },
    many=True,
)
_TO: Final[Spec] = {"resources": "resources", "operations": _OPERATIONS, "roles": "roles"}
_INGRESS: Final = Fields(
    "ingressPolicies",
    {"ingress_from": Fields("ingressFrom", _IDENTITY), "ingress_to": Fields("ingressTo", _TO)},
    many=True,
)
_EGRESS: Final = Fields(
    "egressPolicies",
    {"egress_from": Fields("egressFrom", _IDENTITY), "egress_to": Fields("egressTo", _TO)},
    many=True,
)
_STATUS: Final[Spec] = {
    "resources": "resources",
    "access_levels": "accessLevels",
    "restricted_services": "restrictedServices",
    "ingress_policies": _INGRESS,
    "egress_policies": _EGRESS,
}
_PERIMETER: Final[Spec] = {
    "title": "title",
    "perimeter_type": "perimeterType",
    "status": Fields("status", _STATUS),
    "spec": Fields("spec", _STATUS),
}
_CONDITION: Final[Spec] = {
    "ip_subnetworks": "ipSubnetworks",
    "required_access_levels": "requiredAccessLevels",
    "members": "members",
    "negate": "negate",
    "regions": "regions",
    "device_policy": Fields("devicePolicy", {"require_screen_lock": "requireScreenlock"}),
}
_LEVEL: Final[Spec] = {
    "title": "title",
    "basic": Fields(
        "basic",
        {
            "combining_function": "combiningFunction",
            "conditions": Fields("conditions", _CONDITION, many=True),
        },
    ),
    "custom": Fields("custom", {"expr": Fields("expr", {"expression": "expression"})}),
}


def _access_policy(made: Made) -> None:
    fields = made.read({"title": "title", "parent": "parent", "scopes": "scopes"})
    where = _of_access_policy(made)
    name = identity.path_of(made.instance)
    target = Target(where, f"//{_ACM}/{name}", f"{_ACM}/AccessPolicy")
    assets.asset(made.drafts, target, fields.with_fields(name=name))


def _perimeter(made: Made) -> None:
    _of_access(made, made.body, "servicePerimeters", "ServicePerimeter", _PERIMETER)


def _level(made: Made) -> None:
    _of_access(made, made.body, "accessLevels", "AccessLevel", _LEVEL)


def _perimeters(made: Made) -> None:
    for body in made.body.blocks("service_perimeters"):
        _of_access(made, body, "servicePerimeters", "ServicePerimeter", _PERIMETER)


def _levels(made: Made) -> None:
    for body in made.body.blocks("access_levels"):
        _of_access(made, body, "accessLevels", "AccessLevel", _LEVEL)


def _of_access(made: Made, body: Body, collection: str, type_: str, spec: Spec) -> None:
    name = made.text("name", body)
    if name is None:
        return
    full = name if "/" in name else f"{made.text('parent')}/{collection}/{name}"
    where = _of_access_policy(made)
    target = Target(where, f"//{_ACM}/{full}", f"{_ACM}/{type_}")
    assets.asset(made.drafts, target, made.read(spec, body).with_fields(name=full))


def _of_access_policy(made: Made) -> Project | Container:
    organizations = made.instance.root.settings.organizations
    return Container(f"organizations/{organizations[0]}") if organizations else made.project


def _into_perimeter(made: Made) -> None:
    """Add a project to a perimeter."""
    name, resource = made.text("perimeter_name"), made.text("resource")
    if name is None or resource is None:
        return
    target = Target(_of_access_policy(made), f"//{_ACM}/{name}", f"{_ACM}/ServicePerimeter")
    draft = made.drafts.get(target.id(RESOURCE))
    if draft is None:
        made.untold("perimeter_name", Open(name))
        return
    draft.append("/resource/data/status/resources", made.piece(resource))


FIRST: Final[dict[str, Callable[[Made], None]]] = {
    "google_access_context_manager_service_perimeter": _perimeter,
    "google_access_context_manager_service_perimeters": _perimeters,
}
"""Perimeters, to which projects are added."""

TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "google_access_context_manager_access_level": _level,
    "google_access_context_manager_access_levels": _levels,
    "google_access_context_manager_access_policy": _access_policy,
    "google_access_context_manager_service_perimeter_resource": _into_perimeter,
    "google_folder_organization_policy": _first_version("folder", "folders"),
    "google_org_policy_policy": _policy,
    "google_organization_policy": _first_version("org_id", "organizations"),
    "google_project_organization_policy": _first_version("project", "projects"),
}
