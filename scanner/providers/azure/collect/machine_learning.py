"""Azure Machine Learning: endpoints and their deployments, models, data stores, computes, connections.

Fields below ``Microsoft.MachineLearningServices.workspaces``: ``onlineEndpoints``,
``onlineEndpoints.deployments``, ``batchEndpoints``, ``batchEndpoints.deployments``, ``serverlessEndpoints``,
``models``, ``models.versions``, ``datastores``, ``computes``, ``connections``,
``privateEndpointConnections``; below ``….registries``: ``models``, ``models.versions``. Secrets of data
stores, computes and connections are only listed by POST, and never asked for.
"""

from __future__ import annotations

from scanner.providers.azure.collect.table import Service, child

_VERSION = "2024-04-01"
_WORKSPACES = "Microsoft.MachineLearningServices.workspaces"
_REGISTRIES = "Microsoft.MachineLearningServices.registries"
_IN_WORKSPACES = (
    *("onlineEndpoints", "batchEndpoints", "serverlessEndpoints", "models", "datastores", "computes"),
    *("connections", "privateEndpointConnections"),
)

TABLE = Service(
    name="machine learning",
    api="arm",
    rows=(
        *(child(_WORKSPACES, name, _VERSION) for name in _IN_WORKSPACES),
        child(f"{_WORKSPACES}.onlineEndpoints", "deployments", _VERSION, of_rows=True, effect="both"),
        child(f"{_WORKSPACES}.batchEndpoints", "deployments", _VERSION, of_rows=True, effect="both"),
        child(f"{_WORKSPACES}.models", "versions", _VERSION, of_rows=True),
        child(_REGISTRIES, "models", _VERSION),
        child(f"{_REGISTRIES}.models", "versions", _VERSION, of_rows=True),
    ),
)
