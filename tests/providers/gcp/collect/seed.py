"""An organization of more than two hundred assets, with a vendor's ways to the weights in it."""

from __future__ import annotations

from typing import Any, Final

from tests.providers.gcp.fakes.estate import FakeGoogle

ORGANIZATION: Final = "organizations/900000000001"
FOLDER: Final = "folders/800000000001"
PROJECTS: Final = 12
VENDOR: Final = "serviceAccount:ci@labelworks.iam.gserviceaccount.com"
POOL: Final = "projects/100000000001/locations/global/workloadIdentityPools/github"
GROUP: Final = "labellers@ourlab.example"
_MANAGER: Final = "//cloudresourcemanager.googleapis.com"


def number(index: int) -> str:
    """Return a project's number; 1 is that of the models."""
    return f"1000000000{index:02d}"


def project_id(index: int) -> str:
    """Return a project's id."""
    return "ourlab-models" if index == 1 else f"ourlab-team-{index:02d}"


def ancestors(index: int) -> list[str]:
    """Return what a project's assets lie in: every other project is in the folder."""
    return [f"projects/{number(index)}", *([FOLDER] if index % 2 else []), ORGANIZATION]


def asset(
    name: str,
    type_: str,
    above: list[str],
    data: dict[str, Any] | None,
    **more: Any,  # noqa: ANN401 - parts of an asset
) -> dict[str, Any]:
    """Return an asset as an export has it."""
    resource = {"resource": {"version": "v1", "discoveryName": type_.rpartition("/")[2], "data": data}}
    return {
        "name": name,
        "assetType": type_,
        "ancestors": above,
        "updateTime": "2026-11-20T06:00:00Z",
        **(resource if data is not None else {}),
        **more,
    }


def policy(*bindings: tuple[str, list[str]]) -> dict[str, Any]:
    """Return an allow policy."""
    listed = [{"role": role, "members": members} for role, members in bindings]
    return {"version": 3, "bindings": listed} if listed else {"version": 3}


def seeded() -> FakeGoogle:
    """Return the estate."""
    assets = [*_containers()]
    for index in range(1, PROJECTS + 1):
        assets += _of_project(index)
    assets += _models()
    return FakeGoogle(
        assets=assets,
        roles={"": [_role("roles/viewer", "resourcemanager.projects.get"), _role("roles/future", "x.y.z")]},
        denials={FOLDER: [_denial()]},
        boundaries={ORGANIZATION: [_boundary()]},
        bindings={ORGANIZATION: [_bound()]},
        answers=_answers(),
    )


def _role(name: str, *permissions: str) -> dict[str, Any]:
    return {"name": name, "title": name, "stage": "GA", "includedPermissions": list(permissions)}


def _containers() -> list[dict[str, Any]]:
    data = {
        "name": ORGANIZATION,
        "displayName": "ourlab.example",
        "owner": {"directoryCustomerId": "C01ourlab"},
    }
    folder = {"name": FOLDER, "displayName": "research", "parent": ORGANIZATION}
    perimeter = {
        "name": "accessPolicies/700000000001/servicePerimeters/models",
        "title": "models",
        "status": {"resources": [f"projects/{number(3)}"], "restrictedServices": ["storage.googleapis.com"]},
    }
    return [
        asset(
            f"{_MANAGER}/{ORGANIZATION}",
            "cloudresourcemanager.googleapis.com/Organization",
            [ORGANIZATION],
            data,
            iamPolicy=policy(("roles/resourcemanager.organizationAdmin", ["user:root@ourlab.example"])),
            orgPolicy=[
                {
                    "constraint": "constraints/iam.allowedPolicyMemberDomains",
                    "listPolicy": {"allowedValues": ["C01ourlab"]},
                }
            ],
        ),
        asset(
            f"{_MANAGER}/{FOLDER}",
            "cloudresourcemanager.googleapis.com/Folder",
            [FOLDER, ORGANIZATION],
            folder,
            iamPolicy=policy(("roles/browser", ["domain:ourlab.example"])),
        ),
        asset(
            "//accesscontextmanager.googleapis.com/accessPolicies/700000000001/servicePerimeters/models",
            "accesscontextmanager.googleapis.com/ServicePerimeter",
            [ORGANIZATION],
            None,
            servicePerimeter=perimeter,
        ),
    ]


def _of_project(index: int) -> list[dict[str, Any]]:
    above, id_ = ancestors(index), project_id(index)
    kind, parent = ("folder", FOLDER) if index % 2 else ("organization", ORGANIZATION)
    data = {
        "projectId": id_,
        "projectNumber": number(index),
        "lifecycleState": "ACTIVE",
        "parent": {"type": kind, "id": parent.partition("/")[2]},
    }
    owners = policy(("roles/owner", [f"user:lead-{index}@ourlab.example"]))
    found = [
        asset(
            f"{_MANAGER}/projects/{number(index)}",
            "cloudresourcemanager.googleapis.com/Project",
            above,
            data,
            iamPolicy=owners,
        )
    ]
    for count in range(6):
        email = f"runner-{count}@{id_}.iam.gserviceaccount.com"
        account = {
            "email": email,
            "name": f"projects/{id_}/serviceAccounts/{email}",
            "uniqueId": f"{index}{count}",
        }
        name = f"//iam.googleapis.com/projects/{id_}/serviceAccounts/{index}{count}"
        found.append(asset(name, "iam.googleapis.com/ServiceAccount", above, account, iamPolicy=policy()))
        key = {"name": f"{account['name']}/keys/k{count}", "keyType": "SYSTEM_MANAGED"}
        found.append(
            asset(f"//iam.googleapis.com/{key['name']}", "iam.googleapis.com/ServiceAccountKey", above, key)
        )
    return found + [_bucket(f"{id_}-scratch-{count}", index, policy()) for count in range(5)]


def _bucket(name: str, index: int, allow: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of the data
    data = {
        "name": name,
        "projectNumber": float(number(index)),
        "iamConfiguration": {
            "uniformBucketLevelAccess": {"enabled": True},
            "publicAccessPrevention": "inherited",
        },
        **more,
    }
    return asset(
        f"//storage.googleapis.com/{name}",
        "storage.googleapis.com/Bucket",
        ancestors(index),
        data,
        iamPolicy=allow,
    )


def _models() -> list[dict[str, Any]]:
    """The weights; a vendor reads them by a binding, another through a service account."""
    trainer = "trainer@ourlab-models.iam.gserviceaccount.com"
    account = {
        "email": trainer,
        "name": f"projects/ourlab-models/serviceAccounts/{trainer}",
        "uniqueId": "999",
    }
    may_become = [
        "user:ann@evalhouse.example",
        f"principalSet://iam.googleapis.com/{POOL}/attribute.repository/evalhouse/runs",
        f"group:{GROUP}",
    ]
    return [
        _bucket(
            "ourlab-frontier-weights",
            1,
            policy(("roles/storage.objectViewer", [VENDOR, f"serviceAccount:{trainer}"])),
        ),
        _bucket(
            "ourlab-old-weights",
            1,
            policy(("roles/storage.objectAdmin", [f"serviceAccount:{trainer}"])),
            iamConfiguration={"uniformBucketLevelAccess": {"enabled": False}},
        ),
        asset(
            "//iam.googleapis.com/projects/ourlab-models/serviceAccounts/999",
            "iam.googleapis.com/ServiceAccount",
            ancestors(1),
            account,
            iamPolicy=policy(("roles/iam.serviceAccountTokenCreator", may_become)),
        ),
        asset(
            "//aiplatform.googleapis.com/projects/100000000001/locations/us-central1/endpoints/1",
            "aiplatform.googleapis.com/Endpoint",
            ancestors(1),
            {"name": "projects/100000000001/locations/us-central1/endpoints/1", "displayName": "chat"},
        ),
    ]


def _denial() -> dict[str, Any]:
    return {
        "name": "policies/cloudresourcemanager.googleapis.com%2Ffolders%2F800000000001/denypolicies/no-keys",
        "displayName": "no keys",
        "rules": [
            {
                "denyRule": {
                    "deniedPrincipals": ["principalSet://goog/public:all"],
                    "deniedPermissions": ["iam.googleapis.com/serviceAccountKeys.create"],
                }
            }
        ],
    }


def _boundary() -> dict[str, Any]:
    rule = {"description": "ours", "resources": [f"{_MANAGER}/{ORGANIZATION}"], "effect": "ALLOW"}
    return {
        "name": f"{ORGANIZATION}/locations/global/principalAccessBoundaryPolicies/ours",
        "details": {"rules": [rule], "enforcementVersion": "3"},
    }


def _bound() -> dict[str, Any]:
    return {
        "name": f"{ORGANIZATION}/locations/global/policyBindings/ours",
        "target": {"principalSet": f"{_MANAGER}/{ORGANIZATION}"},
        "policyKind": "PRINCIPAL_ACCESS_BOUNDARY",
        "policy": f"{ORGANIZATION}/locations/global/principalAccessBoundaryPolicies/ours",
    }


def _member(mail: str, name: str, kind: str = "USER", role: str = "MEMBER") -> dict[str, Any]:
    return {"name": name, "preferredMemberKey": {"id": mail}, "type": kind, "roles": [{"name": role}]}


def _answers() -> dict[str, dict[str, Any]]:
    nested = "night-shift@ourlab.example"
    engines = "/v1/projects/100000000001/locations/us-central1/reasoningEngines"
    entries = [
        {"entity": "project-owners-1", "role": "OWNER"},
        {"entity": "domain-evalhouse.example", "role": "READER"},
    ]
    objects = [
        {"name": "prod/model-00001-of-00002.safetensors", "size": "1"},
        {
            "name": "notes.txt",
            "size": "2",
            "acl": [{"entity": "user-ann@evalhouse.example", "role": "READER"}],
        },
        {"name": "mine.txt", "size": "2", "acl": [{"entity": "user-me@ourlab.example", "role": "OWNER"}]},
    ]
    provider = {
        "name": f"{POOL}/providers/actions",
        "attributeCondition": "assertion.repository_owner=='evalhouse'",
    }
    return {
        f"/v1/groups:lookup?{GROUP}": {"name": "groups/g1"},
        "/v1/groups/g1/memberships": {
            "memberships": [
                _member("bob@labelworks.example", "groups/g1/memberships/1"),
                _member(nested, "groups/g1/memberships/2", "GROUP"),
            ]
        },
        f"/v1/groups:lookup?{nested}": {"name": "groups/g2"},
        "/v1/groups/g2/memberships": {
            "memberships": [
                _member("eve@evalhouse.example", "groups/g2/memberships/1", role="MANAGER"),
                _member(GROUP, "groups/g2/memberships/2", "GROUP"),  # a circle
            ]
        },
        "/storage/v1/b/ourlab-old-weights/acl": {"kind": "storage#bucketAccessControls", "items": entries},
        "/storage/v1/b/ourlab-old-weights/defaultObjectAcl": {"items": entries},
        "/storage/v1/b/ourlab-old-weights/o": {"items": objects},
        "/storage/v1/b/ourlab-frontier-weights/managedFolders": {
            "items": [{"name": "prod/", "bucket": "ourlab-frontier-weights"}]
        },
        "/storage/v1/b/ourlab-frontier-weights/managedFolders/prod//iam": policy(
            ("roles/storage.objectViewer", ["user:zoe@labelworks.example"])
        ),
        "/storage/v1/projects/ourlab-models/hmacKeys": {
            "items": [
                {"accessId": "GOOG1", "serviceAccountEmail": "x@y.iam.gserviceaccount.com", "state": "ACTIVE"}
            ]
        },
        f"/v1/{POOL}": {"name": POOL, "state": "ACTIVE"},
        f"/v1/{POOL}/providers": {"workloadIdentityPoolProviders": [provider]},
        "/v1/projects/100000000001/locations": {"locations": [{"locationId": "us-central1"}]},
        engines.replace("reasoningEngines", "notebookRuntimes"): {},
        engines: {
            "reasoningEngines": [{"name": f"{engines.removeprefix('/v1/')}/7", "displayName": "agent"}]
        },
        "/v3/organizations/900000000001": {"name": ORGANIZATION, "displayName": "ourlab.example"},
        "/v3/organizations/900000000001:getIamPolicy": policy(("roles/viewer", ["user:root@ourlab.example"])),
        "/v3/folders/800000000001": {"name": FOLDER, "displayName": "research", "parent": ORGANIZATION},
        "/v3/folders/800000000001:getIamPolicy": policy(("roles/browser", ["domain:ourlab.example"])),
    }
