"""Models that KServe serves: an InferenceService makes the pods of a predictor, by a runtime or as it says.

Source: KServe, "Control Plane API" and "Storage" (https://kserve.github.io/website/docs/reference/crd-api,
read 2026-11): a predictor is a pod's specification with a ``model``, whose ``storageUri`` says where its
weights lie (``s3://``, ``gs://``, ``pvc://CLAIM/PATH``, ``hf://`` …), or with containers of its own. Its
gateway serves it to whoever reaches that, unless a label keeps it within the cluster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.providers.kubernetes.objects import at, texts
from scanner.providers.kubernetes.workloads import Container, Volume, Workload, containers_of, volumes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.kubernetes.objects import Object, Objects

GROUP: Final = "serving.kserve.io"
KIND: Final = "InferenceService"
PORT: Final = 8080
_SPEC: Final = "/spec/predictor"
_CLAIM: Final = "pvc://"
_FRAMEWORKS: Final = (
    *("model", "huggingface", "lightgbm", "onnx", "paddle", "pmml", "pytorch", "sklearn", "tensorflow"),
    *("triton", "xgboost"),
)
_WITHIN: Final = ("networking.kserve.io/visibility", "networking.knative.dev/visibility")


def predictors(objects: Objects) -> Iterator[Workload]:
    """Yield the predictor of every InferenceService."""
    for holder in objects.all(GROUP, KIND):
        body = holder.at(_SPEC)
        pod: dict[str, Any] = body if isinstance(body, dict) else {}
        models = [(name, pod[name]) for name in _FRAMEWORKS if isinstance(pod.get(name), dict)]
        token = pod.get("automountServiceAccountToken")
        own = {"serving.kserve.io/inferenceservice": holder.name, "component": "predictor"}
        yield Workload(
            object=holder,
            labels={**holder.labels, **texts(at(pod, "/labels")), **own},
            service_account=str(pod.get("serviceAccountName") or "default"),
            mounts_token=token if isinstance(token, bool) else None,
            on_host_network=pod.get("hostNetwork") is True,
            containers=(*containers_of(pod, _SPEC), *(_server(name, model) for name, model in models)),
            volumes=(*volumes_of(holder, pod, _SPEC), *(v for n, m in models for v in _claims(n, m))),
            spec=_SPEC,
        )


def is_within(service: Object) -> bool:
    """Tell whether nobody outside the cluster is served."""
    return any(service.labels.get(label) == "cluster-local" for label in _WITHIN)


def _server(name: str, model: dict[str, Any]) -> Container:
    """Return the container that a runtime makes for a model; its command says where the weights lie."""
    uri = _uri(model)
    mounts = ((name, "/mnt/models"),) if uri.startswith(_CLAIM) else ()
    return Container(
        name="kserve-container",
        image="",
        command=uri,
        variables=(),
        ports=(("", PORT, "TCP"),),
        host_ports=(),
        mounts=mounts,
        pointer=f"{_SPEC}/{name}",
        is_init=False,
    )


def _claims(name: str, model: dict[str, Any]) -> Iterator[Volume]:
    uri = _uri(model)
    if uri.startswith(_CLAIM):
        claim = uri.removeprefix(_CLAIM).partition("/")[0]
        yield Volume(name, "persistentVolumeClaim", {"claimName": claim}, f"{_SPEC}/{name}/storageUri")


def _uri(model: dict[str, Any]) -> str:
    uri = model.get("storageUri") or at(model, "/storage/storageUri")
    return uri if isinstance(uri, str) else ""
