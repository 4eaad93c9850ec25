"""Manifests are read object by object with their lines; what cannot be read is a gap with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scanner.iac.kubernetes import read
from scanner.iac.settings import Settings
from scanner.iac.tree import walk
from scanner.snapshot import Snapshot, SnapshotWriter

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: n}\n"
BOMB = "apiVersion: v1\nkind: Pod\na: &a [x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(12)
)
DEEP = "apiVersion: v1\nkind: Pod\na: " + "[" * 200


def scan(directory: Path, files: dict[str, str | bytes], cluster: str = "") -> Snapshot:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    writer = SnapshotWriter(target="", collected_at="2026-11-20T06:00:00Z", tool_version="")
    read(walk(directory), Settings(cluster=cluster), writer)
    return writer.snapshot()


READ: dict[str, tuple[str, list[str]]] = {
    "one object": (ACCOUNT, ["kubernetes:cluster:n:core:ServiceAccount/a"]),
    "several documents": (
        f"---\n{ACCOUNT}---\n# nothing\n---\n{ACCOUNT.replace('a,', 'b,')}",
        ["kubernetes:cluster:n:core:ServiceAccount/a", "kubernetes:cluster:n:core:ServiceAccount/b"],
    ),
    "a namespace that is not said": (
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n",
        ["kubernetes:cluster:default:core:ServiceAccount/a"],
    ),
    "what has no namespace": (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\n",
        ["kubernetes:cluster::rbac.authorization.k8s.io:ClusterRole/a"],
    ),
    "a list": (
        '{"apiVersion": "v1", "kind": "List",'
        ' "items": [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}]}',
        ["kubernetes:cluster::core:Namespace/a"],
    ),
    "a kind that nobody asks for": ("apiVersion: v1\nkind: Event\nmetadata: {name: a}\n", []),
    "configuration that may be secret": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n",
        [],
    ),
    "something else": ("openapi: 3.1.0\ninfo: {title: kind of apiVersion}\n", []),
    "something else that is broken": ("{{ kind }}: apiVersion\n  - [", []),
}


@pytest.mark.parametrize(("text", "expected"), READ.values(), ids=READ)
def test_objects(text: str, expected: list[str], tmp_path: Path) -> None:
    found = scan(tmp_path, {"a.yaml": text})
    assert ([str(document.id) for document in found], found.gaps) == (expected, ())


GAPS: dict[str, tuple[str | bytes, str]] = {
    "a template": (f"{{{{- if .Values.on }}}}\n{ACCOUNT}{{{{- end }}}}\n", "a.yaml:1"),
    "a template in a value": (ACCOUNT.replace("n}", '"{{ .Values.n }}"}'), "a.yaml:3"),
    "broken in the middle": (f"{ACCOUNT}---\nkind: [\n", "a.yaml:6"),
    "a bomb of aliases": (BOMB, "a.yaml:"),
    "too deep": (DEEP, "a.yaml:3"),
    "no UTF-8": (ACCOUNT.encode() + b"# \xff\n", "a.yaml:4"),
    "too large": (ACCOUNT + "#" * 8_000_001, "a.yaml"),
    "a Kustomization that changes things": (
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamePrefix: x-\n",
        "a.yaml:1",
    ),
    "no name": ("apiVersion: v1\nkind: Service\nspec: {}\n", "a.yaml:1"),
    "one object twice": (f"{ACCOUNT}---\n{ACCOUNT}", "a.yaml:5"),
}


@pytest.mark.parametrize(("text", "place"), GAPS.values(), ids=GAPS)
def test_gaps(text: str | bytes, place: str, tmp_path: Path) -> None:
    (gap,) = scan(tmp_path, {"a.yaml": text}).gaps
    assert gap.id.key.startswith(place)
    assert gap.reason in {"unparseable", "not-implemented", "too-large"}


ROLLOUT = (
    "apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nmetadata: {name: j}\n"
    "spec: {tasks: [{template: {spec: {containers: [{name: c, image: vllm/vllm-openai}]}}}]}\n"
)
UNREAD: dict[str, tuple[str, str, list[str]]] = {
    "a Kustomization that says no kind": ("kustomization.yaml", "namespace: x\n", ["a Kustomization is not"]),
    "one that lists files": ("kustomization.yaml", "resources: [a.yaml, ../base]\n", []),
    "one that lists what lies elsewhere": (
        "kustomization.yml",
        "resources: ['https://github.com/acme/x//deploy?ref=v1']\n",
        ["https://github.com/acme/x//deploy?ref=v1 lies elsewhere"],
    ),
    "another file without a kind": ("values.yaml", "namespace: x\n", []),
    "what has a chart installed": (
        "a.yaml",
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: r}\n",
        ["what HelmRelease r installs is not read"],
    ),
    "what makes pods by rules of its own": (
        "a.yaml",
        ROLLOUT.replace("kind: Job", "kind: Gang"),
        ["Gang of"],
    ),
    "placeholders in what is only named": (
        "a.yaml",
        "apiVersion: serving.kserve.io/v1alpha1\nkind: ServingRuntime\nmetadata: {name: r}\n"
        "spec: {containers: [{name: c, image: x, args: ['--name={{.Name}}']}]}\n",
        [],
    ),
    "placeholders in what is read": (
        "a.yaml",
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: r}\n"
        "spec: {predictor: {model: {storageUri: '{{.Uri}}'}}}\n",
        ["InferenceService r is a template"],
    ),
    "what makes none": ("a.yaml", "apiVersion: x.example/v1\nkind: Thing\nmetadata: {name: t}\n", []),
    "a key that stands twice": ("a.yaml", f"{ACCOUNT}metadata: {{name: b}}\n", ["the key `metadata` stands"]),
    "a key that stands twice in something else": ("a.yaml", "apiVersion: 1\nkind: 1\nkind: 2\n", []),
}


@pytest.mark.parametrize(("name", "text", "told"), UNREAD.values(), ids=UNREAD)
def test_what_is_not_followed_is_said(name: str, text: str, told: list[str], tmp_path: Path) -> None:
    gaps = [gap.detail for gap in scan(tmp_path, {name: text}).gaps]
    assert len(gaps) == len(told)
    assert all(detail.startswith(start) for detail, start in zip(gaps, told, strict=True))


def test_documents_before_a_break_are_read(tmp_path: Path) -> None:
    found = scan(tmp_path, {"a.yaml": f"{ACCOUNT}---\nkind: [\n"})
    assert [document.id.key for document in found] == ["a"]


def test_a_kustomization_that_lists_files_is_no_gap(tmp_path: Path) -> None:
    text = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n"
    assert scan(tmp_path, {"kustomization.yaml": text}).gaps == ()


def test_the_values_of_variables_and_secrets_are_left_out(tmp_path: Path) -> None:
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
        "spec: {containers: [{name: c, env: [{name: T, value: sesame}]}]}\n"
    )
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ntype: Opaque\nstringData: {t: sesame}\n"
    found = scan(tmp_path, {"a.yaml": f"{pod}---\n{secret}"})
    assert len(found) == 2
    assert "sesame" not in repr([document.body for document in found])


def test_lines(tmp_path: Path) -> None:
    text = (
        "# one\napiVersion: v1\nkind: Service\nmetadata:\n  name: s\nspec:\n  ports:\n"
        "    - port: 80\n      name: a\n    - port: 81\n\n# end\n"
    )
    (document,) = scan(tmp_path, {"x/a.yaml": text})
    places = {place.pointer: (place.file, *place.lines) for place in document.places}
    assert places[""] == ("x/a.yaml", 2, 10)
    assert places["/spec/ports/0"] == ("x/a.yaml", 8, 9)
    assert places["/spec/ports/1"] == ("x/a.yaml", 10, 10)


def test_a_cluster_by_its_cloud_name(tmp_path: Path) -> None:
    arn = "arn:aws:eks:us-east-1:100000000001:cluster/gpu"
    found = scan(tmp_path, {"a.yaml": ACCOUNT}, cluster=arn)
    entry, account = found
    assert (account.id.scope, entry.id.scope, entry.body) == ("gpu", "gpu", {"name": arn})
