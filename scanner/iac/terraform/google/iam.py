"""IAM: policies, bindings and members on every kind of resource, accounts, roles, pools, deny policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

from scanner.iac.aws import Piece
from scanner.iac.google import Container, Target, assets, policies, storage
from scanner.iac.terraform.google import identity
from scanner.iac.terraform.google.kinds import KINDS
from scanner.iac.terraform.google.made import Fields, settled
from scanner.iac.terraform.policies import Placed, parsed
from scanner.iac.terraform.values import Open, Written, plain
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.google import Project
    from scanner.iac.google.policies import Sets
    from scanner.iac.terraform.google.made import Made, Spec
    from scanner.iac.terraform.values import Value

_ENDS: Final = {"_iam_policy": "policy", "_iam_binding": "role", "_iam_member": "member"}
_IAP: Final = {
    "google_iap_tunnel": ("Tunnel", "iap_tunnel"),
    "google_iap_tunnel_instance": ("TunnelInstance", "iap_tunnel/zones/{zone}/instances/{instance}"),
    "google_iap_web": ("Web", "iap_web"),
    "google_iap_web_backend_service": ("WebBackendService", "iap_web/compute/services/{web_backend_service}"),
    "google_iap_web_cloud_run_service": (
        "WebCloudRunService",
        "iap_web/cloud_run-{location}/services/{cloud_run_service_name}",
    ),
    "google_iap_web_region_backend_service": (
        "WebRegionBackendService",
        "iap_web/compute-{region}/services/{web_region_backend_service}",
    ),
    "google_iap_web_type_compute": ("WebTypeCompute", "iap_web/compute"),
}
"""Type and name of what Identity-Aware Proxy guards, behind ``projects/NUMBER/``."""


class _Folder(NamedTuple):
    """A managed folder of a bucket, whose policy is a document of another form."""

    where: Project
    key: str


def base_of(type_: str) -> str:
    """Return ``google_storage_bucket`` of ``google_storage_bucket_iam_member``, empty for other types."""
    return next((type_.removesuffix(end) for end in _ENDS if type_.endswith(end)), "")


def is_mapped(type_: str) -> bool:
    """Tell whether a type sets a policy on something that is known."""
    base = base_of(type_)
    known = KINDS.get(base)
    return (
        base == "google_storage_managed_folder" or base in _IAP or (known is not None and bool(known.target))
    )


def read_policy(made: Made) -> None:
    """Read a resource that sets a policy or a part of one."""
    type_ = made.instance.type
    sets = next(_ENDS[end] for end in _ENDS if type_.endswith(end))
    target = _target(made, base_of(type_))
    if target is None:
        return
    if sets == "policy":
        _put(made, target, _policy_data(made))
        return
    said: dict[str, Any] = {"role": plain(made.body.get("role")), "members": _members(made)}
    for body in made.body.blocks("condition"):
        said["condition"] = plain(identity.condition_of(body))
    piece = Piece(said, (made.place,))
    word: Sets = "role" if sets == "role" else "member"
    if isinstance(target, _Folder):
        policies.folder_binding(made.drafts, target.where, target.key, word, piece)
    else:
        policies.binding(made.drafts, target, word, piece)


def _put(made: Made, target: Target | _Folder, whole: Piece) -> None:
    if isinstance(target, _Folder):
        policies.folder_policy(made.drafts, target.where, target.key, whole)
    else:
        policies.policy(made.drafts, target, whole)


def _policy_data(made: Made) -> Piece:
    """Return a policy with the lines of its bindings."""
    value = parsed(made.body.get("policy_data"))
    bindings = value.get("bindings") if isinstance(value, dict) else None
    if not isinstance(bindings, list):
        found = plain(value)
        return Piece(found if Unresolved.read(found) else Unresolved("policy_data").body, (made.place,))
    root = made.instance.root
    places = [made.place]
    listed = []
    for index, said in enumerate(bindings):
        place = said.place if isinstance(said, Placed) else None
        if isinstance(said, Written):
            place = root.shown(said.node.source.path, said.node.lines)
        if place is not None:
            places.append(type(place)(f"/bindings/{index}", place.file, place.lines))
        members = said.get("members") if isinstance(said, dict) else None
        listed.append(
            plain({**said, "members": settled(members, root, made.homes)})
            if isinstance(said, dict)
            else plain(said)
        )
    return Piece({"bindings": listed}, tuple(places))


def _members(made: Made) -> list[Any]:
    value = made.body.get("members") if made.body.has("members") else made.body.get("member")
    values = value if isinstance(value, list) else [value]
    return [plain(v) for v in values if v is not None]


def _target(made: Made, base: str) -> Target | _Folder | None:
    if base == "google_project":
        return assets.container_target(made.project)
    if base in {"google_folder", "google_organization"}:
        kind = "folders" if base == "google_folder" else "organizations"
        container = made.container(KINDS[base].target, kind)
        return None if container is None else assets.container_target(container)
    if base == "google_storage_managed_folder":
        bucket, folder = made.text("bucket"), made.text("managed_folder")
        if bucket is None or folder is None:
            return None
        bucket = bucket.removeprefix("b/")
        where = storage.project_of(made.drafts, bucket) or made.project
        return _Folder(where, f"{bucket}/{folder.rpartition('/managedFolders/')[2].rstrip('/')}/")
    if base in _IAP:
        return _guarded(made, *_IAP[base])
    return _named(made, base)


def _named(made: Made, base: str) -> Target | None:
    kind = KINDS[base]
    name = made.text(kind.target)
    if name is None:
        return None
    if base == "google_storage_bucket":
        name = name.removeprefix("b/")
        return storage.bucket_target(storage.project_of(made.drafts, name) or made.project, name)
    if "projects/" in name:
        path = name[name.index("projects/") :]
    elif base == "google_kms_crypto_key" and name.count("/") == 3:
        path = "projects/{}/locations/{}/keyRings/{}/cryptoKeys/{}".format(*name.split("/"))
    else:
        path = kind.path.format_map({**identity.fields(made.instance), "name": name.rpartition("/")[2]})
    return Target(made.project_of(path.split("/")[1]), f"//{kind.service}/{path}", kind.asset)


def _guarded(made: Made, type_: str, path: str) -> Target | None:
    names = {**identity.fields(made.instance)}
    for attribute in (
        "instance",
        "web_backend_service",
        "web_region_backend_service",
        "cloud_run_service_name",
    ):
        if f"{{{attribute}}}" in path:
            value = made.text(attribute)
            if value is None:
                return None
            names[attribute] = value.rpartition("/")[2]
    full = f"projects/{made.project.number}/{path.format_map(names)}"
    return Target(made.project, f"//iap.googleapis.com/{full}", f"iap.googleapis.com/{type_}")


def _account(made: Made) -> None:
    spec: Spec = {"display_name": "displayName", "disabled": "disabled"}
    email = identity.computed(made.instance, "email")
    named = {
        "email": email,
        "uniqueId": identity.computed(made.instance, "unique_id"),
        "projectId": made.project.id,
    }
    name = identity.path_of(made.instance)
    assets.asset(made.drafts, made.target, made.read(spec).with_fields(**named, name=name))


def _custom_role(made: Made) -> None:
    whole = made.read({"stage": "stage", "title": "title"})
    permissions = made.body.get("permissions")
    if isinstance(permissions, list) and all(isinstance(p, str) for p in permissions):
        whole = whole.with_fields(includedPermissions=[str(p) for p in permissions])
    else:
        made.untold("permissions", permissions)  # without a list nobody knows what the role contains
    where: Project | Container | None = made.project
    if made.instance.type == "google_organization_iam_custom_role":
        where = made.container("org_id", "organizations")
    if where is not None:
        policies.role(made.drafts, where, made.name, whole)


_PROVIDER: Final[Spec] = {
    "oidc": Fields("oidc", {"issuer_uri": "issuerUri", "allowed_audiences": "allowedAudiences"}),
    "aws": Fields("aws", {"account_id": "accountId"}),
    "saml": Fields("saml", {"idp_metadata_xml": "idpMetadataXml"}),
    "x509": Fields("x509", {}),
}


def _pool(made: Made) -> None:
    name = identity.path_of(made.instance)
    assets.asset(
        made.drafts, made.target, made.read({"disabled": "disabled"}).with_fields(name=name, state="ACTIVE")
    )


def _provider(made: Made) -> None:
    """Read a provider; an issuer or a condition that cannot be told stays in the document, as unresolved."""
    whole = made.read({"disabled": "disabled"})
    data: dict[str, Any] = {**whole.body, "name": identity.path_of(made.instance), "state": "ACTIVE"}
    places = [*whole.places]
    for attribute, wanted in _PROVIDER.items():
        for body in made.body.blocks(attribute):
            if isinstance(wanted, Fields):
                inner = {
                    field: plain(body.get(name)) for name, field in wanted.inner.items() if body.has(name)
                }
                data[wanted.field] = {field: value for field, value in inner.items() if value is not None}
                places.append(type(made.place)(f"/{wanted.field}", body.place.file, body.place.lines))
    for attribute, field in (
        ("attribute_mapping", "attributeMapping"),
        ("attribute_condition", "attributeCondition"),
    ):
        value = made.body.get(attribute)
        if value is not None and value != "":
            data[field] = plain(value)
    assets.asset(made.drafts, made.target, Piece(data, tuple(places)))


_RULE: Final = {
    "denied_principals": "deniedPrincipals",
    "exception_principals": "exceptionPrincipals",
    "denied_permissions": "deniedPermissions",
    "exception_permissions": "exceptionPermissions",
}


def _deny(made: Made) -> None:
    """Read a deny policy; what of a rule cannot be told stays in it, as unresolved."""
    where = _attached(made)
    if where is None:
        return
    rules, places = [], [made.place]
    for index, outer in enumerate(made.body.blocks("rules")):
        for body in outer.blocks("deny_rule"):
            rule = {field: plain(body.get(name)) for name, field in _RULE.items() if body.has(name)}
            for condition in body.blocks("denial_condition"):
                rule["denialCondition"] = plain(identity.condition_of(condition))
            if outer.is_open or body.is_open:
                rule["denialCondition"] = {
                    "expression": Open("whether the dynamic block makes this rule").body
                }
            rules.append({"denyRule": rule})
            places.append(type(made.place)(f"/rules/{index}", body.place.file, body.place.lines))
    policies.deny_policy(made.drafts, where, made.name, Piece({"rules": rules}, tuple(places)))


def _attached(made: Made) -> Project | Container | None:
    """Return what ``cloudresourcemanager.googleapis.com%2Fprojects%2FP`` names."""
    value: Value = made.body.get("parent")
    if isinstance(value, Open) and value.parts:
        decoded = tuple(unquote(p) if isinstance(p, str) else p for p in value.parts)
        value = settled(Open(value.expression, decoded), made.instance.root, made.homes)
    parts = unquote(value).split("/") if isinstance(value, str) else []
    if len(parts) < 3:
        what = value.expression if isinstance(value, Open) else str(value)
        why = f"what `{what}` is attached to is open"
        policies.unread_deny_policy(made.drafts, made.project, made.name, why)
        return None
    if parts[1] == "projects":
        return made.project_of(parts[2])
    return Container("/".join(parts[1:3]))


def _project(made: Made) -> None:
    where = made.project_of(made.name)
    above = [made.container(name, kind) for name, kind in _PARENTS if made.body.has(name)]
    for container in above:
        if container is not None:
            where = where._replace(above=tuple(container.ancestors))
    assets.settle(made.drafts, where, made.whole)


_PARENTS: Final = (("folder_id", "folders"), ("org_id", "organizations"))


def _folder(made: Made) -> None:
    parent = made.text("parent")
    key = identity.path_of(made.instance)
    assets.settle(made.drafts, Container(key, (parent,) if parent and "/" in parent else ()), made.whole)


FIRST: Final[dict[str, Callable[[Made], None]]] = {
    "google_folder": _folder,
    "google_project": _project,
    "google_service_account": _account,
}
"""Containers and accounts, which others name."""

TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "google_iam_deny_policy": _deny,
    "google_iam_workload_identity_pool": _pool,
    "google_iam_workload_identity_pool_provider": _provider,
    "google_organization_iam_custom_role": _custom_role,
    "google_project_iam_custom_role": _custom_role,
}
