"""What a cluster answered is read from files without lines; what is not among them is a gap."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from scanner.errors import CollectError
from scanner.iac.kubernetes.exports import KINDS, read
from scanner.snapshot import Snapshot, SnapshotWriter
from tests.front_door import sidedoor

if TYPE_CHECKING:
    from pathlib import Path

GKE = "gke_ourlab-models_us-central1_gpu"
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "n"}}
CONFIG = {
    "kind": "Config",
    "apiVersion": "v1",
    "current-context": "here",
    "contexts": [{"name": "here", "context": {"cluster": GKE, "user": "me"}}],
    "clusters": [
        {"name": "other", "cluster": {"server": "https://other"}},
        {"name": GKE, "cluster": {"server": "https://203.0.113.9"}},
    ],
    "users": [{"name": "me", "user": {"token": "sesame"}}],
}


def scan(place: Path, files: dict[str, Any], cluster: str = "") -> Snapshot:
    paths = []
    for name, body in files.items():
        paths.append(place / name)
        paths[-1].write_text(body if isinstance(body, str) else json.dumps(body))
    writer = SnapshotWriter(target="", collected_at="2026-11-20T06:00:00Z", tool_version="")
    read(tuple(paths), cluster, writer)
    return writer.snapshot()


def listed(*items: dict[str, Any], kind: str = "List") -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "items": list(items)}


FORMS: dict[str, Any] = {
    "a list of kubectl": listed(POD),
    "a list of the API, whose items do not say what they are": listed(
        {"metadata": POD["metadata"]}, kind="PodList"
    ),
    "one object": POD,
    "YAML": "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: n}\n",
}


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS)
def test_objects(body: Any, tmp_path: Path) -> None:  # noqa: ANN401 - any file
    found = scan(tmp_path, {"a.yaml" if isinstance(body, str) else "a.json": body})
    (pod,) = found.all("kubernetes", "core", "Pod")
    assert (str(pod.id), pod.places) == ("kubernetes:cluster:n:core:Pod/p", ())


def test_the_cluster_of_a_kubeconfig(tmp_path: Path) -> None:
    found = scan(tmp_path, {"a.json": listed(POD), "kubeconfig.json": CONFIG})
    (entry,) = found.all("kubernetes", "kubeconfig", "clusters")
    assert (entry.id.scope, entry.body) == (GKE, {"name": GKE, "cluster": {"server": "https://203.0.113.9"}})
    assert "sesame" not in repr([document.body for document in found])


def test_the_cluster_that_is_named_wins(tmp_path: Path) -> None:
    found = scan(tmp_path, {"a.json": listed(POD), "kubeconfig.json": CONFIG}, cluster="mine")
    assert {document.id.scope for document in found} == {"mine"}


def test_the_issuer_of_tokens(tmp_path: Path) -> None:
    answer = {"issuer": "https://oidc.example/id/1", "jwks_uri": "https://oidc.example/keys"}
    found = scan(tmp_path, {"a.json": listed(POD), "openid.json": answer})
    (issuer,) = found.all("kubernetes", "discovery", "openid-configuration")
    assert issuer.body == {"issuer": "https://oidc.example/id/1"}


def test_a_kind_that_is_not_there_is_a_gap_unless_a_file_is_called_so(tmp_path: Path) -> None:
    found = scan(tmp_path, {"a.json": listed(POD), "networkpolicies.json": listed()})
    missing = {(gap.id.service, gap.id.field) for gap in found.gaps}
    assert missing == set(KINDS.values()) - {("core", "Pod"), ("networking.k8s.io", "NetworkPolicy")}
    effects = {gap.effect for gap in scan(tmp_path, {"a.json": listed(POD)}).gaps}
    assert effects == {"understated", "overstated"}


def test_values_of_secrets_are_left_out(tmp_path: Path) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"k": "c2VzYW1l"}}
    found = scan(tmp_path, {"a.json": listed(secret)})
    assert "c2VzYW1l" not in repr([document.body for document in found])


MISTAKES = {
    "no JSON": "{",
    "nothing of a cluster": "[]",
    "an answer that failed": "",
}


@pytest.mark.parametrize("text", MISTAKES.values(), ids=MISTAKES)
def test_a_file_that_is_none_is_a_mistake(text: str, tmp_path: Path) -> None:
    with pytest.raises(CollectError):
        scan(tmp_path, {"a.json": text})


SERVER = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "chat", "namespace": "models", "labels": {"app": "chat"}},
    "spec": {"containers": [{"name": "s", "image": "vllm/vllm-openai:v0.11.0"}]},
}
SERVICE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "chat", "namespace": "models"},
    "spec": {
        "type": "LoadBalancer",
        "externalTrafficPolicy": "Local",
        "selector": {"app": "chat"},
        "ports": [{"port": 80, "targetPort": 8000}],
    },
}


@pytest.mark.parametrize(("kind", "found"), [("LoadBalancer", ["*"]), ("ClusterIP", [])])
def test_a_cluster_is_scanned_at_the_front_door(
    kind: str, found: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service = {**SERVICE, "spec": {**SERVICE["spec"], "type": kind}}
    (tmp_path / "objects.json").write_text(json.dumps(listed(SERVER, service)))
    for plural in KINDS:
        (tmp_path / f"{plural}.json").write_text(json.dumps(listed()))
    exports = [word for path in sorted(tmp_path.glob("*.json")) for word in ("--export", str(path))]
    code, out, _ = sidedoor(capsys, "scan", "kubernetes", *exports, "--format", "json", "--quiet")
    report = json.loads(out)
    assert [finding["source"]["id"] for finding in report["findings"]] == found
    assert report["coverage"]["complete"]
    assert code == (1 if found else 0)


def test_what_was_not_exported_makes_the_scan_incomplete(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "objects.json").write_text(json.dumps(listed(SERVER)))
    export = str(tmp_path / "objects.json")
    code, _, _ = sidedoor(capsys, "scan", "kubernetes", "--export", export, "--format", "json", "--quiet")
    assert code == 3
