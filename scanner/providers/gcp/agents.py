"""Google's own service accounts: service agents act for Google's services, on behalf of one project.

Those who run the project command what its agents do: a transfer job, a training job, a build. An agent of a
project of others is as much an outsider as they are; one that works for no project at all is nobody outside.
Source: IAM documentation, "Service agents" (https://cloud.google.com/iam/docs/service-agents, read 2026-11),
whose list is the table of domains below. An agent is told by its domain together with the form of its name:
anyone may call a service account of theirs ``service-1``.
"""

from __future__ import annotations

import re

_SUFFIX = ".iam.gserviceaccount.com"
_NAME = re.compile(r"(?:service|project|p|service-p|service-org|service-folder|bq)-?\d+")
# the producer projects of agents whose project is not called gcp-sa-…
_DOMAINS = frozenset(
    {
        "bigquery-data-connectors",
        "cloud-filer",
        "cloud-memcache-sa",
        "cloud-redis",
        "cloud-tpu",
        "cloudcomposer-accounts",
        "compute-system",
        "container-analysis",
        "container-engine-robot",
        "containerregistry",
        "dataflow-service-producer-prod",
        "dataproc-accounts",
        "dlp-api",
        "endpoints-portal",
        "firebase-rules",
        "gcf-admin-robot",
        "gs-project-accounts",
        "monitoring-notification",
        "remotebuildexecution",
        "security-center-api",
        "serverless-robot-prod",
        "service-consumer-management",
        "service-networking",
        "sourcerepo-service-accounts",
        "storage-transfer-service",
        "trifacta-gcloud-prod",
    }
)
_WHOLE = (
    "@cloudservices.gserviceaccount.com",
    "@system.gserviceaccount.com",
    "@cloud-logs.iam.gserviceaccount.com",
)
_RESERVED = "gcp-sa-"
_OF_GOOGLE = re.compile(r".+\.google\.com|gcp-[a-z]{3}-service")  # Google's organization; App Engine
_NUMBER = re.compile(r"\d+")


def is_service_agent(email: str) -> bool:
    """Tell whether Google runs this service account for one of its services."""
    name, _, domain = email.lower().partition("@")
    if email.lower().endswith(_WHOLE):
        return True
    if not domain.endswith(_SUFFIX):
        return domain.endswith("google.com") and name in {"cloud-logs", "gcs-notifications"}
    producer = domain.removesuffix(_SUFFIX)
    if producer.startswith(_RESERVED):
        return True
    known = producer in _DOMAINS or _OF_GOOGLE.fullmatch(producer) is not None
    return known and _NAME.fullmatch(name) is not None


def project_number(email: str) -> str:
    """Return the number of the project that an agent works for; ``""`` when its name has none."""
    at = container_of_agent(email)
    return at.partition("/")[2] if at.startswith("projects/") else ""


def container_of_agent(email: str) -> str:
    """Return ``projects/NUMBER`` of what an agent works for, or ``folders/N`` …; ``""`` without one."""
    name = email.partition("@")[0].lower()
    found = _NUMBER.search(name)
    if not found:
        return ""
    kind = next((k for k in ("folder", "org") if f"-{k}-" in name), "project")
    return f"{'organization' if kind == 'org' else kind}s/{found.group()}"
