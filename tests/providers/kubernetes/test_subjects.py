"""Names in role bindings: whom they mean outside the cluster, and whose that is."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.config import Config, Identities, Ours, OursAws, OursGcp, Vendor
from scanner.providers.kubernetes.cluster import read_cluster
from scanner.providers.kubernetes.subjects import Subject, Subjects
from tests.providers.kubernetes.objects import made

ENTRY = {"kind": "clusters", "group": "kubeconfig", "name": "c"}
CLOUDS: dict[str, dict[str, Any]] = {
    "": {"name": "c"},
    "gke": {"name": "gke_ourlab_us-central1_c"},
    "aks": {"name": "c", "cluster": {"server": "https://c-1.hcp.westeurope.azmk8s.io:443"}},
    "eks": {"name": "arn:aws:eks:us-east-1:100000000001:cluster/c"},
}
CONFIG = Config(
    ours=Ours(
        aws=OursAws(accounts=("100000000001",)),
        gcp=OursGcp(projects=("ourlab",), domains=("ourlab.example",)),
    ),
    vendors=(Vendor("evalhouse", identities=Identities(gcp=("domain:evalhouse.example",))),),
)
GUID = "33333333-3333-3333-3333-333333333333"

CASES: dict[str, tuple[str, Subject, list[tuple[str, str, bool]]]] = {
    "anyone": ("", Subject("User", "system:anonymous"), [("*", "anonymous", False)]),
    "anyone, as a group": ("", Subject("Group", "system:unauthenticated"), [("*", "anonymous", False)]),
    "any Google account": (
        "gke",
        Subject("Group", "system:authenticated"),
        [("allAuthenticatedUsers", "any-account", False)],
    ),
    "whom the cluster knows": ("eks", Subject("Group", "system:authenticated"), []),
    "a component": ("", Subject("User", "system:kube-scheduler"), []),
    "a user of ours at Google": (
        "gke",
        Subject("User", "ana@ourlab.example"),
        [("user:ana@ourlab.example", "user", True)],
    ),
    "a group of a vendor": (
        "gke",
        Subject("Group", "ml@evalhouse.example"),
        [("group:ml@evalhouse.example", "group", False)],
    ),
    "a service account of another project": (
        "gke",
        Subject("User", "ci@evalhouse.iam.gserviceaccount.com"),
        [("serviceAccount:ci@evalhouse.iam.gserviceaccount.com", "service-account", False)],
    ),
    "a service account of ours": (
        "gke",
        Subject("User", "ci@ourlab.iam.gserviceaccount.com"),
        [("serviceAccount:ci@ourlab.iam.gserviceaccount.com", "service-account", True)],
    ),
    "a role of another account": (
        "eks",
        Subject("User", "arn:aws:iam::200000000001:role/ci"),
        [("arn:aws:iam::200000000001:role/ci", "role", False)],
    ),
    "a role of ours": (
        "eks",
        Subject("User", "arn:aws:iam::100000000001:role/ci"),
        [("arn:aws:iam::100000000001:role/ci", "role", True)],
    ),
    "a guest of the directory": (
        "aks",
        Subject("User", "bo_evalhouse.example#EXT#@ourlab.onmicrosoft.com"),
        [("guest:bo@evalhouse.example", "guest", False)],
    ),
    "a group of the directory": ("aks", Subject("Group", GUID), [(f"/groups/{GUID}", "group", True)]),
    "an issuer in the name": (
        "",
        Subject("User", "https://login.evalhouse.example#ci"),
        [("https://login.evalhouse.example sub=ci", "oidc", False)],
    ),
    "a service account by its user name": (
        "",
        Subject("User", "system:serviceaccount:web:app"),
        [("kubernetes:c/web/ServiceAccount/app", "service-account", True)],
    ),
    "a name that nobody knows": ("", Subject("User", "jane"), [("kubernetes:c/User/jane", "user", True)]),
}


@pytest.mark.parametrize(("cloud", "subject", "expected"), CASES.values(), ids=CASES)
def test_who_a_name_is(cloud: str, subject: Subject, expected: list[tuple[str, str, bool]]) -> None:
    objects = made(ENTRY)
    document = next(objects.all("kubeconfig", "clusters")).document
    document.body.update(CLOUDS[cloud])
    subjects = Subjects(objects, read_cluster(objects), CONFIG)
    subjects.take(subject)
    assert [(p.id, p.kind, p.ours) for p in subjects.principals.values()] == expected
