"""What serves models or holds them, besides buckets: Vertex AI, Cloud Run, functions, registries, shares.

Also what runs as an account on machines by another service: Dataproc, Composer, TPU.

Fields are those of each service's REST reference under https://cloud.google.com (read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.google import Target, assets
from scanner.iac.terraform.google import identity
from scanner.iac.terraform.google.made import Fields, legible

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.aws import Piece
    from scanner.iac.terraform.google.made import Made, Spec

_NAMED: Final[Spec] = {"display_name": "displayName", "description": "description"}
_PRIVATE: Final = Fields(
    "privateServiceConnectConfig",
    {
        "enable_private_service_connect": "enablePrivateServiceConnect",
        "project_allowlist": "projectAllowlist",
    },
)
_ENV: Final = Fields("env", {"name": "name"}, many=True)
_CONTAINERS: Final = Fields(
    "containers",
    {"name": "name", "image": "image", "command": "command", "args": "args", "env": _ENV},
    many=True,
)
_SPECS: Final[dict[str, Spec]] = {
    "google_artifact_registry_repository": {**_NAMED, "format": "format", "mode": "mode"},
    "google_cloud_run_service": {
        "metadata": Fields("metadata", {"annotations": "annotations"}),
        "template": Fields(
            "template",
            {
                "spec": Fields(
                    "spec", {"service_account_name": "serviceAccountName", "containers": _CONTAINERS}
                )
            },
        ),
    },
    "google_cloud_run_v2_job": {
        "template": Fields(
            "template",
            {
                "template": Fields(
                    "template", {"service_account": "serviceAccount", "containers": _CONTAINERS}
                )
            },
        )
    },
    "google_cloud_run_v2_service": {
        "description": "description",
        "ingress": "ingress",
        "invoker_iam_disabled": "invokerIamDisabled",
        "template": Fields("template", {"service_account": "serviceAccount", "containers": _CONTAINERS}),
    },
    "google_cloudfunctions_function": {
        "description": "description",
        "ingress_settings": "ingressSettings",
        "service_account_email": "serviceAccountEmail",
        "trigger_http": "triggerHttp",
    },
    "google_composer_environment": {
        "config": Fields(
            "config",
            {
                "node_config": Fields(
                    "nodeConfig", {"service_account": "serviceAccount", "oauth_scopes": "oauthScopes"}
                )
            },
        ),
    },
    "google_dataproc_cluster": {
        "cluster_config": Fields(
            "config",
            {
                "gce_cluster_config": Fields(
                    "gceClusterConfig",
                    {"service_account": "serviceAccount", "service_account_scopes": "serviceAccountScopes"},
                )
            },
        ),
    },
    "google_filestore_instance": {"description": "description", "tier": "tier"},
    "google_parallelstore_instance": {"description": "description"},
    "google_tpu_v2_vm": {
        "description": "description",
        "service_account": Fields("serviceAccount", {"email": "email", "scope": "scope"}),
    },
    "google_vertex_ai_endpoint": {
        **_NAMED,
        "network": "network",
        "dedicated_endpoint_enabled": "dedicatedEndpointEnabled",
        "private_service_connect_config": _PRIVATE,
    },
    "google_vertex_ai_reasoning_engine": {
        **_NAMED,
        "spec": Fields("spec", {"service_account": "serviceAccount"}),
    },
}


def _asset(made: Made) -> None:
    fields = made.read(_SPECS[made.instance.type])
    assets.asset(made.drafts, made.target, _described(made, fields))


def _described(made: Made, fields: Piece) -> Piece:
    return fields.with_fields(name=identity.path_of(made.instance), labels=made.labels() or None)


def _garden(made: Made) -> None:
    """Read an endpoint that is made together with the model of Model Garden that it serves."""
    fields = made.read(
        {"publisher_model_name": "publisherModelName", "hugging_face_model_id": "huggingFaceModelId"}
    )
    data: dict[str, Any] = {"displayName": made.name}
    places = [*fields.places]
    spec: Spec = {
        "endpoint_display_name": "displayName",
        "dedicated_endpoint_enabled": "dedicatedEndpointEnabled",
        "private_service_connect_config": _PRIVATE,
    }
    for body in made.body.blocks("endpoint_config"):
        inner = made.read(spec, body)
        data |= inner.body
        places += [place for place in inner.places if place.pointer]
    for attribute in ("publisher_model_name", "hugging_face_model_id"):
        if made.body.has(attribute):
            data["deployedModels"] = [{"displayName": legible(made.body.get(attribute))}]
    whole = type(fields)({**fields.body, **data}, tuple(places))
    assets.asset(made.drafts, made.target, _described(made, whole))


def _function(made: Made) -> None:
    """Read a function of the second generation, which a Cloud Run service of its name runs.

    Source: Cloud Run functions documentation, "Compare Cloud Run functions"
    (https://cloud.google.com/functions/docs/concepts/version-comparison, read 2026-11).
    """
    config: Spec = {"service_account_email": "serviceAccountEmail", "ingress_settings": "ingressSettings"}
    fields = made.read({"description": "description", "service_config": Fields("serviceConfig", config)})
    assets.asset(made.drafts, made.target, _described(made, fields))
    settings = fields.body.get("serviceConfig", {})
    path = identity.path_of(made.instance).replace("/functions/", "/services/")
    running = made.whole.with_fields(name=path, labels=made.labels() or None)
    if "ingressSettings" in settings:
        running = running.with_fields(ingress=settings["ingressSettings"])
    if "serviceAccountEmail" in settings:
        running = running.with_fields(template={"serviceAccount": settings["serviceAccountEmail"]})
    target = Target(made.project, f"//run.googleapis.com/{path}", "run.googleapis.com/Service")
    assets.asset(made.drafts, target, running)


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    **dict.fromkeys(_SPECS, _asset),
    "google_cloudfunctions2_function": _function,
    "google_vertex_ai_endpoint_with_model_garden_deployment": _garden,
}
