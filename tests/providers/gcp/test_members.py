"""Members in every spelling: who they are, whose they are, and which sets hold them."""

from __future__ import annotations

import pytest

from scanner.config import Config, Ours, OursGcp
from scanner.providers.gcp.access.principals import Principals
from scanner.providers.gcp.agents import is_service_agent
from scanner.providers.gcp.groups import Groups
from scanner.providers.gcp.hierarchy import Hierarchy
from scanner.providers.gcp.members import could_be, describe, normal, project_of
from scanner.snapshot import Document, DocumentId, Snapshot

ORG = "organizations/9"
POOL = "iam.googleapis.com/projects/lab/locations/global/workloadIdentityPools/ci"
CONFIG = Config(ours=Ours(gcp=OursGcp(organizations=("9",), domains=("lab.example",))))


def asset(name: str, type_: str, data: dict[str, object], *above: str) -> Document:
    id_ = DocumentId("gcp", "lab", "", "cloudasset", "ListAssets.RESOURCE", name)
    type_ = f"cloudresourcemanager.googleapis.com/{type_}"
    return Document(
        id_, {"name": name, "assetType": type_, "resource": {"data": data}, "ancestors": list(above)}
    )


def membership(group: str, mail: str, type_: str = "USER") -> Document:
    id_ = DocumentId(
        "gcp", "lab.example", "", "cloudidentity", "ListMemberships.memberships", f"{group}|{mail}"
    )
    return Document(id_, {"preferredMemberKey": {"id": mail}, "type": type_, "roles": [{"name": "MEMBER"}]})


SNAPSHOT = Snapshot(
    [
        asset(
            "//cloudresourcemanager.googleapis.com/projects/77",
            "Project",
            {"projectId": "lab", "projectNumber": "77"},
            "projects/77",
            "folders/5",
            ORG,
        ),
        asset(
            f"//cloudresourcemanager.googleapis.com/{ORG}",
            "Organization",
            {"displayName": "lab.example", "owner": {"directoryCustomerId": "C1"}},
            ORG,
        ),
        membership("team@lab.example", "ann@vendor.example"),
        membership("team@lab.example", "inner@lab.example", "GROUP"),
        membership("inner@lab.example", "bob@lab.example"),
        membership("inner@lab.example", "team@lab.example", "GROUP"),
    ]
)
HIERARCHY = Hierarchy(SNAPSHOT, CONFIG)

SPELLINGS = {
    "a person of a deny policy": ("principal://goog/subject/Ann@Lab.example", "user:ann@lab.example"),
    "a group of a deny policy": ("principalSet://goog/group/team@lab.example", "group:team@lab.example"),
    "an account of a deny policy": (
        "principal://iam.googleapis.com/projects/-/serviceAccounts/a@lab.iam.gserviceaccount.com",
        "serviceAccount:a@lab.iam.gserviceaccount.com",
    ),
    "everyone of a deny policy": ("principalSet://goog/public:all", "*"),
    "everyone": ("allUsers", "*"),
    "a project's number": (
        f"principalSet://{POOL.replace('lab', '77')}/attribute.repository/a/b",
        f"principalSet://{POOL}/attribute.repository/a/b",
    ),
    "a Kubernetes account in the newer form": (
        f"principal://{POOL.replace('ci', 'lab.svc.id.goog')}/subject/ns/web/sa/vllm",
        "serviceAccount:lab.svc.id.goog[web/vllm]",
    ),
    "a domain in capitals": ("domain:LAB.example", "domain:lab.example"),
    "who was deleted stays that": ("deleted:user:a@b.c?uid=1", "deleted:user:a@b.c?uid=1"),
}


@pytest.mark.parametrize(("written", "expected"), SPELLINGS.values(), ids=SPELLINGS)
def test_normal(written: str, expected: str) -> None:
    assert normal(written, HIERARCHY) == expected


HOMES = {
    "one of its own": ("a@lab.iam.gserviceaccount.com", "lab"),
    "the default account of machines": ("77-compute@developer.gserviceaccount.com", "lab"),
    "the build account": ("77@cloudbuild.gserviceaccount.com", "lab"),
    "App Engine's": ("lab@appspot.gserviceaccount.com", "lab"),
    "of a project of a domain": ("a@web.lab.example.iam.gserviceaccount.com", "lab.example:web"),
    "of a number nobody knows": ("78-compute@developer.gserviceaccount.com", "78"),
    "no address of an account": ("ann@lab.example", None),
}


@pytest.mark.parametrize(("email", "expected"), HOMES.values(), ids=HOMES)
def test_project_of(email: str, expected: str | None) -> None:
    assert project_of(email, HIERARCHY) == expected


AGENTS = {
    "Vertex AI's": ("service-77@gcp-sa-aiplatform.iam.gserviceaccount.com", True),
    "GKE's, of an older form": ("service-77@container-engine-robot.iam.gserviceaccount.com", True),
    "of Google's own organization": ("service-77@cloud-ml.google.com.iam.gserviceaccount.com", True),
    "the APIs service agent": ("77@cloudservices.gserviceaccount.com", True),
    "an account that is called like one": ("service-77@labelworks.iam.gserviceaccount.com", False),
    "somebody's in a producer's name": ("ci@compute-system-x.iam.gserviceaccount.com", False),
    "the build account acts for its project": ("77@cloudbuild.gserviceaccount.com", False),
    "the default account of machines": ("77-compute@developer.gserviceaccount.com", False),
}


@pytest.mark.parametrize(("email", "expected"), AGENTS.values(), ids=AGENTS)
def test_service_agents(email: str, expected: bool) -> None:
    assert is_service_agent(email) is expected


OURS = {
    "an account of our project": ("serviceAccount:a@lab.iam.gserviceaccount.com", True),
    "an account of another project": ("serviceAccount:a@other.iam.gserviceaccount.com", False),
    "an agent of our project": ("serviceAccount:service-77@gcp-sa-aiplatform.iam.gserviceaccount.com", True),
    "an agent of theirs": ("serviceAccount:service-9@gcp-sa-aiplatform.iam.gserviceaccount.com", False),
    "an agent of our organization": ("serviceAccount:service-org-9@gcp-sa-x.iam.gserviceaccount.com", True),
    "an agent of no project": ("serviceAccount:x@system.gserviceaccount.com", True),
    "the viewers of our project": ("projectViewer:lab", True),
    "the viewers of theirs": ("projectViewer:other", False),
    "all of our project": ("principalSet://cloudresourcemanager.googleapis.com/projects/77", True),
    "all of theirs": ("principalSet://cloudresourcemanager.googleapis.com/projects/78", False),
    "all of our folder": (
        "principalSet://cloudresourcemanager.googleapis.com/folders/5/type/ServiceAccount",
        True,
    ),
    "our customer": ("principalSet://goog/cloudIdentityCustomerId/C1", True),
    "another customer": ("principalSet://goog/cloudIdentityCustomerId/C2", False),
    "a workforce pool nobody read": (
        "principalSet://iam.googleapis.com/locations/global/workforcePools/w/*",
        False,
    ),
    "an agent identity of our organization": (
        "principal://agents.global.org-9.system.id.goog/resources/aiplatform/projects/77/agents/a",
        True,
    ),
    "one of our people": ("user:bob@lab.example", True),
    "somebody at a domain that ends like ours": ("user:bob@not-lab.example", False),
    "anybody": ("user:bob@gmail.com", False),
    "a group of ours": ("group:team@lab.example", True),
    "another domain": ("domain:vendor.example", False),
    "a pool of ours": (f"principalSet://{POOL}/*", True),
    "a pool of another project": (f"principalSet://{POOL.replace('lab', 'other')}/*", False),
    "pods of our clusters": ("serviceAccount:lab.svc.id.goog[web/vllm]", True),
    "pods of others": ("serviceAccount:other.svc.id.goog[web/vllm]", False),
}


@pytest.mark.parametrize(("node", "expected"), OURS.values(), ids=OURS)
def test_whose_a_member_is(node: str, expected: bool) -> None:
    found = describe(node, HIERARCHY)
    assert found is not None
    assert found.ours is expected


TEAM, INNER = "group:team@lab.example", "group:inner@lab.example"
BOB, ANN = "user:bob@lab.example", "user:ann@vendor.example"
ROBOT = "serviceAccount:a@lab.iam.gserviceaccount.com"
PARTS = {
    "everyone holds anybody": ("principalSet://goog/public:all", ANN, "all"),
    "a person is itself": ("principal://goog/subject/ann@vendor.example", ANN, "all"),
    "and nobody else": ("principal://goog/subject/ann@vendor.example", BOB, "none"),
    "a nested group's person": (TEAM, BOB, "all"),
    "one person of a group": (BOB, TEAM, "some"),
    "nobody of a group": ("user:eve@lab.example", TEAM, "none"),
    "a group in the group": (TEAM, INNER, "all"),
    "a group that was not read": ("group:lost@lab.example", BOB, "unknown"),
    "who of a group nobody read": (BOB, "group:lost@lab.example", "unknown"),
    "our customer's people": ("principalSet://goog/cloudIdentityCustomerId/C1", BOB, "all"),
    "a customer holds no outsider": ("principalSet://goog/cloudIdentityCustomerId/C1", ANN, "none"),
    "a customer of others may hold an outsider": (
        "principalSet://goog/cloudIdentityCustomerId/C2",
        ANN,
        "unknown",
    ),
    "a customer of others holds none of ours": (
        "principalSet://goog/cloudIdentityCustomerId/C2",
        BOB,
        "none",
    ),
    "whether a customer's accounts are meant": (
        "principalSet://goog/cloudIdentityCustomerId/C1",
        ROBOT,
        "unknown",
    ),
    "a customer holds not just anybody": ("principalSet://goog/cloudIdentityCustomerId/C1", "*", "none"),
    "their organization may hold their account": (
        "//cloudresourcemanager.googleapis.com/organizations/8",
        "serviceAccount:a@other.iam.gserviceaccount.com",
        "unknown",
    ),
    "their organization holds none of ours": (
        "//cloudresourcemanager.googleapis.com/organizations/8",
        ROBOT,
        "none",
    ),
    "a namespace of our clusters": (
        f"principalSet://{POOL.replace('ci', 'lab.svc.id.goog')}/namespace/web",
        "serviceAccount:lab.svc.id.goog[web/vllm]",
        "all",
    ),
    "another namespace": (
        f"principalSet://{POOL.replace('ci', 'lab.svc.id.goog')}/namespace/db",
        "serviceAccount:lab.svc.id.goog[web/vllm]",
        "none",
    ),
    "of a group a customer holds some": ("principalSet://goog/cloudIdentityCustomerId/C1", TEAM, "some"),
    "a project's accounts": ("//cloudresourcemanager.googleapis.com/projects/77", ROBOT, "all"),
    "a folder's accounts": ("//cloudresourcemanager.googleapis.com/folders/5", ROBOT, "all"),
    "another folder's": ("//cloudresourcemanager.googleapis.com/folders/6", ROBOT, "none"),
    "a project holds no people": ("//cloudresourcemanager.googleapis.com/projects/77", BOB, "none"),
    "an organization holds its people": (f"//cloudresourcemanager.googleapis.com/{ORG}", BOB, "all"),
    "agents aside": (
        "principalSet://cloudresourcemanager.googleapis.com/projects/77/type/ServiceAgent",
        ROBOT,
        "none",
    ),
    "the whole pool": (f"principalSet://{POOL}/*", f"principalSet://{POOL}/attribute.a/b", "all"),
    "two parts of a pool": (
        f"principalSet://{POOL}/attribute.a/b",
        f"principal://{POOL}/subject/s",
        "unknown",
    ),
    "two subjects of a pool": (f"principal://{POOL}/subject/t", f"principal://{POOL}/subject/s", "none"),
    "a domain's person": ("domain:lab.example", BOB, "all"),
}


@pytest.mark.parametrize(("named", "member", "expected"), PARTS.values(), ids=PARTS)
def test_how_many_a_set_holds(named: str, member: str, expected: str) -> None:
    assert Principals(HIERARCHY, Groups(SNAPSHOT, HIERARCHY)).part(named, member) == expected


OPEN = {
    "nobody knows whom": ("*", "user:*"),
    "a person of a domain": ("user:*@labelworks.example", "domain:labelworks.example"),
    "a person of a domain nobody knows": ("user:ann@*", "user:ann@*"),
    "an account of a project": (
        "serviceAccount:*@labelworks.iam.gserviceaccount.com",
        "serviceAccount:*@labelworks.iam.gserviceaccount.com",
    ),
    "a kind nobody knows": ("*:ann@labelworks.example", "user:*"),
    "an attribute of a pool": (
        "principalSet://iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/ci/attribute.x/*",
        "principalSet://iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/ci/*",
    ),
    "a subject of a pool nobody knows": (
        "principal://iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/*/subject/x",
        "user:*",
    ),
}


@pytest.mark.parametrize(("like", "member"), OPEN.values(), ids=OPEN)
def test_whom_a_member_that_code_leaves_open_may_be(like: str, member: str) -> None:
    assert could_be(like) == member
