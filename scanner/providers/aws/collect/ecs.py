"""Containers: which services run which images, and on which ports and networks.

| document | key | body |
|---|---|---|
| ``ListClusters`` | - | ``clusterArns`` |
| ``DescribeClusters.clusters`` | cluster ARN | ``registeredContainerInstancesCount`` |
| ``ListServices`` | cluster ARN | ``serviceArns`` |
| ``DescribeServices`` | service ARN | ``services`` with network, load balancers, tags |
| ``DescribeTaskDefinition`` | task definition ARN | ``taskDefinition`` of each service |

Of commands only the words that name a server of models and its port are kept; values of environment
variables, labels and log options are withheld.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from scanner.catalog import load_weight_signals
from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.collect.table import Body, Found

_MASK = "(withheld)"
_PORT: Final = re.compile(r"--(?:http-)?port[= ]\d{1,5}(?!\d)")
_UNKEPT: Final = ("dockerLabels", "logConfiguration", "firelensConfiguration", "healthCheck", "extraHosts")


def clusters(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield every cluster as what to ask with."""
    for arn in (found.get("ListClusters") or {}).get("clusterArns") or ():
        yield arn, {"cluster": arn, "clusters": [arn]}


def services(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield every service as what to ask with."""
    for cluster, body in found.items("ListServices"):
        for arn in body.get("serviceArns") or ():
            yield arn, {"cluster": cluster, "services": [arn]}


def task_definitions(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield each task definition that a service runs, once."""
    named = {
        str(service.get("taskDefinition"))
        for _, body in found.items("DescribeServices")
        for service in body.get("services") or ()
        if service.get("taskDefinition")
    }
    for arn in sorted(named):
        yield arn, {"taskDefinition": arn}


def without_secrets(body: Body) -> Body:
    """Keep of each container what tells a server of models: image, ports, words of its command."""
    definition = body.get("taskDefinition") or {}
    for container in definition.get("containerDefinitions") or ():
        for field in _UNKEPT:
            container.pop(field, None)
        for field in ("entryPoint", "command"):
            if container.get(field):
                container[field] = _words(" ".join(map(str, container[field])))
    return body


def _words(command: str) -> list[str]:
    """Return what of a command may be kept, in its order, and a mark for the rest."""
    texts = [rule.text for rule in load_weight_signals().rules.commands]
    known = [r"\s+".join(map(re.escape, text.split())) for text in texts]
    found = re.finditer(rf"(?<![\w.-])(?:{'|'.join(known)})(?![\w-])|{_PORT.pattern}", command, re.IGNORECASE)
    return [*(match[0] for match in found), _MASK]


TABLE: Final = Service(
    name="ecs",
    scope="regional",
    rows=(
        Row(operation="ListClusters"),
        Row(
            operation="DescribeClusters",
            each=clusters,
            params={"clusters": "clusters"},
            lists={"clusters": "clusterArn"},
            effect="understated",
        ),
        Row(operation="ListServices", each=clusters, params={"cluster": "cluster"}),
        Row(
            operation="DescribeServices",
            each=services,
            given=({"include": ["TAGS"]},),
            params={"cluster": "cluster", "services": "services"},
        ),
        Row(
            operation="DescribeTaskDefinition",
            each=task_definitions,
            params={"taskDefinition": "taskDefinition"},
            reshape=without_secrets,
        ),
    ),
)
