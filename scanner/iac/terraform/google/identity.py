"""What Google's resources will be called: names, ids, addresses of accounts that the provider sets.

A name that cannot be told is one made of the resource's address, the same wherever the resource is referred
to. Attributes that are nobody's to tell stay open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from scanner.iac.terraform.google.home import digits, home_of, number_of, slug
from scanner.iac.terraform.google.kinds import KINDS
from scanner.iac.terraform.policies import Placed
from scanner.iac.terraform.values import Encoded, Open

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.identity import Resource
    from scanner.iac.terraform.bodies import Body
    from scanner.iac.terraform.values import Value

_MAIL: Final = re.compile(r"(?:projects/[^/]+/serviceAccounts/)?([^@/]+@[^@/]+)")


def name_of(instance: Resource) -> str:
    """Return a resource's name: as code sets it, else one made of what is known."""
    kind = KINDS.get(instance.type)
    value = instance.body.get(kind.named if kind and kind.named else "name")
    if isinstance(value, str) and value:
        return str(value).removeprefix("projects/") if instance.type == "google_project" else str(value)
    if isinstance(value, Open) and value.parts:
        return "".join(p if isinstance(p, str) else slug(p.expression) for p in value.parts)
    if instance.type == "google_project" and instance.is_data:
        return home_of(instance).project
    prefix = instance.body.get("name_prefix")
    path = instance.root.path
    address = slug(f"{path}/{instance.address}" if path else instance.address)
    return f"{prefix}{address}" if isinstance(prefix, str) else address


def computed(instance: Resource, attribute: str) -> Value:
    """Return an attribute that the provider sets; None when it is the code's to set, or open."""
    special = _SPECIAL.get((instance.is_data, instance.type))
    if special is not None:
        found = special(instance, attribute)
        if found is not None:
            return found
    if attribute in {"project", "region", "zone"} and not instance.body.has(attribute):
        return home_of(instance)._asdict()[attribute]
    kind = KINDS.get(instance.type)
    if kind is None:
        return slug(instance.address) if attribute == "id" and not instance.is_data else None
    if instance.is_data and kind.named and not isinstance(instance.body.get(kind.named), str):
        return None
    if attribute == kind.named:
        return name_of(instance)
    template = {"id": kind.path, **kind.more}.get(attribute)
    return None if template is None else template.format_map(fields(instance))


def path_of(instance: Resource) -> str:
    """Return a resource's name without its service."""
    return KINDS[instance.type].path.format_map(fields(instance))


def fields(instance: Resource) -> dict[str, str]:
    """Return what the templates of `KINDS` know."""
    home, name = home_of(instance), name_of(instance)
    location = instance.body.get("location")
    domain, _, rest = home.project.partition(":")
    return {
        "project": home.project,
        "account": f"{rest}.{domain}" if rest else home.project,
        "number": number_of(home.project, instance.root),
        "region": home.region,
        "zone": home.zone,
        "location": location if isinstance(location, str) and location else home.region,
        "name": name,
        "digits": digits(f"{instance.root.path}/{instance.address}"),
        "fleet": location if isinstance(location, str) and location else "global",
        "parent": str(instance.body.get("parent") or "unknown"),
        "pool": _last(instance.body.get("workload_identity_pool_id")),
        "ring": _ring(instance.body.get("key_ring"), home.project),
        "organization": _last(instance.body.get("org_id")),
        "org": _last(instance.body.get("organization")),
    }


def _last(value: Value) -> str:
    if isinstance(value, Open):
        return slug(value.expression)
    return str(value).rpartition("/")[2] if isinstance(value, str | int) else "unknown"


def _ring(value: Value, project: str) -> str:
    if isinstance(value, str) and "/keyRings/" in value:
        return str(value)
    return f"projects/{project}/locations/global/keyRings/{_last(value)}"


def _config(instance: Resource, attribute: str) -> Value:
    home = home_of(instance)
    return {"project": home.project, "region": home.region, "zone": home.zone}.get(attribute)


def _project(instance: Resource, attribute: str) -> Value:
    name = name_of(instance)
    found = {"project_id": name, "id": f"projects/{name}", "number": number_of(name, instance.root)}
    return found.get(attribute)


def _account(instance: Resource, attribute: str) -> Value:
    """Return an account's attributes; a data source may name it by its address."""
    given = instance.body.get("account_id")
    found = _MAIL.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        return None
    email = found[1]
    return {"email": email, "member": f"serviceAccount:{email}"}.get(attribute)


def _default_account(email: str) -> Callable[[Resource, str], Value]:
    def told(instance: Resource, attribute: str) -> Value:
        home = home_of(instance)
        address = email.format(project=home.project, number=number_of(home.project, instance.root))
        return {
            "email": address,
            "email_address": address,
            "member": f"serviceAccount:{address}",
            "name": f"projects/{home.project}/serviceAccounts/{address}",
        }.get(attribute)

    return told


def _agent(instance: Resource, attribute: str) -> Value:
    """Return the address of a service's own account.

    Source: IAM documentation, "Service agents" (https://cloud.google.com/iam/docs/service-agents, read
    2026-11).
    """
    service = instance.body.get("service")
    if attribute not in {"email", "member"} or not isinstance(service, str):
        return None
    number = number_of(home_of(instance).project, instance.root)
    email = f"service-{number}@gcp-sa-{service.partition('.')[0]}.iam.gserviceaccount.com"
    return email if attribute == "email" else f"serviceAccount:{email}"


def _organization(instance: Resource, attribute: str) -> Value:
    given = instance.body.get("organization")
    id_ = given.rpartition("/")[2] if isinstance(given, str) else None
    if id_ is None:
        return None
    return {"org_id": id_, "name": f"organizations/{id_}", "id": f"organizations/{id_}"}.get(attribute)


def _policy(instance: Resource, attribute: str) -> Value:
    """Return what a ``google_iam_policy`` comes to, as a JSON text whose bindings know their lines."""
    if attribute != "policy_data":
        return None
    return Encoded({"bindings": [_binding(body) for body in instance.body.blocks("binding")]})


def _binding(body: Body) -> Value:
    said: dict[str, Value] = {"role": body.get("role"), "members": body.get("members") or []}
    if body.is_open:
        said["condition"] = Open("whether the dynamic block makes this binding")
    for inner in body.blocks("condition"):
        said["condition"] = condition_of(inner)
    return Placed(said, body.place)


def condition_of(body: Body) -> Value:
    """Return a ``condition`` block as IAM has it."""
    if body.is_open:
        return Open("the condition of a dynamic block")
    named = {name: body.get(name) for name in ("title", "description", "expression")}
    return {name: value for name, value in named.items() if value is not None}


def _group(instance: Resource, attribute: str) -> Value:
    """Return what a group is called here, see `scanner.iac.google.principals`."""
    keys = [body.get("id") for body in instance.body.blocks("group_key")]
    if attribute not in {"id", "name"} or not keys:
        return None
    return f"groups/{keys[0]}" if isinstance(keys[0], str) else Open(f"{instance.address}.{attribute}")


_SPECIAL: Final[dict[tuple[bool, str], Callable[[Resource, str], Value]]] = {
    (True, "google_app_engine_default_service_account"): _default_account(
        "{project}@appspot.gserviceaccount.com"
    ),
    (True, "google_client_config"): _config,
    (True, "google_cloud_identity_group_lookup"): _group,
    (True, "google_compute_default_service_account"): _default_account(
        "{number}-compute@developer.gserviceaccount.com"
    ),
    (True, "google_iam_policy"): _policy,
    (True, "google_organization"): _organization,
    (True, "google_project"): _project,
    (True, "google_service_account"): _account,
    (True, "google_storage_project_service_account"): _default_account(
        "service-{number}@gs-project-accounts.iam.gserviceaccount.com"
    ),
    (False, "google_cloud_identity_group"): _group,
    (False, "google_project"): _project,
    (False, "google_project_service_identity"): _agent,
}
