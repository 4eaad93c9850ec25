"""What of ours answers to a host name: load balancers, function URLs, APIs at their own addresses.

Names of our own domains are not followed. Sources: Elastic Load Balancing API Reference, "LoadBalancer"
(``DNSName``; ``dualstack.`` may stand before it); Lambda Developer Guide, "Creating and managing Lambda
function URLs" (https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html); API Gateway Developer
Guide, "Invoke REST APIs in API Gateway" (how-to-call-api.html), read 2026-11-22.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from scanner.providers.aws.library import at

if TYPE_CHECKING:
    from scanner.snapshot import DocumentId, Snapshot

_API = re.compile(r"^([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$")
_OF_AWS = re.compile(r"\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$")
_MAY_BE_OURS = re.compile(r"\.(?:elb|compute|compute-1|vpce|execute-api)\.|\.elb\.")
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class Place(NamedTuple):
    """A load balancer or function by its ARN, or an API by its id, and the port that is meant."""

    arn: str = ""
    api: str = ""
    port: int = 0


def classic_arn(place: DocumentId) -> str:
    """Return the ARN of the Classic Load Balancer that a document describes: the API tells none."""
    return f"arn:aws:elasticloadbalancing:{place.region}:{place.scope}:loadbalancer/{place.key}"


class Hosts:
    """Every name of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._arns: dict[str, str] = {}
        for document in snapshot.all("aws", "elbv2", "DescribeLoadBalancers.LoadBalancers"):
            self._arns[str(at(document.body, "/DNSName") or "").lower()] = document.id.key
        for document in snapshot.all("aws", "elb", "DescribeLoadBalancers.LoadBalancerDescriptions"):
            self._arns[str(at(document.body, "/DNSName") or "").lower()] = classic_arn(document.id)
        for document in snapshot.all("aws", "lambda", "ListFunctionUrlConfigs"):
            for config in at(document.body, "/FunctionUrlConfigs") or ():
                host, _ = _host(str(config.get("FunctionUrl") or ""))
                self._arns[host] = document.id.key
        self._arns.pop("", None)

    def at(self, host: str, port: int = 0) -> Place:
        """Return what answers to a host name, an empty place for a name that nothing known has."""
        name = host.lower().rstrip(".").removeprefix("dualstack.")
        api = _API.match(name)
        return Place(self._arns.get(name, ""), api[1] if api else "", port)

    def is_unknown(self, host: str) -> bool:
        """Tell whether nothing that was read answers to a name that something of ours may have.

        What else has a name of AWS is a service of its own, which asks whoever calls for a signature.
        """
        name = host.lower().rstrip(".")
        answering = self.at(name)
        theirs = _OF_AWS.search(name) is not None and _MAY_BE_OURS.search(name) is None
        return bool(name) and not (answering.arn or answering.api or theirs)

    def of(self, url: str) -> Place:
        """Return what answers at a URL."""
        return self.at(*_host(url))


def _host(url: str) -> tuple[str, int]:
    """Return the host name and port of a URL, empty for a text that is none."""
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return "", 0
